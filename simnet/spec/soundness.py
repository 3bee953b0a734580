"""What must hold between the arms, the design and the rest of an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simnet.spec.calibration import misfits
from simnet.spec.designs import Design, Points, Range
from simnet.spec.designs.constraints import Constraint
from simnet.spec.findings import Finding, Path, nearest
from simnet.spec.limits import MAX_TRIALS, MAX_WORLDS
from simnet.spec.measures import MEASURES
from simnet.spec.overrides import get, leaves, split
from simnet.spec.sequential import misdirected
from simnet.spec.world import WorldSpec
from simnet.spec.worlds import broken_worlds, misused_keys, points_without, related, without

if TYPE_CHECKING:
    from simnet.spec.experiment import Experiment


def unsound(
    experiment: Experiment,
    data: Mapping[str, Any],
    known: Sequence[Finding],
    context: Mapping[str, Any],
) -> Iterator[Finding]:
    """What is wrong between the parts, or in a world that they make.

    `data` is what the experiment was made from, `known` what is wrong in its base.
    """
    if beyond := list(_beyond_measure(experiment)):
        yield from beyond
        return
    placed = experiment.placed_design
    keys = {} if placed is None else placed.key_paths()
    misused = list(misused_keys(experiment.arms, keys))
    yield from misused
    made = Points() if known and experiment.design is not None else experiment.design_points
    if placed is not None:
        yield from (replace(fault, path=placed.path(fault.path)) for fault in made.faults)
    base = {name: getattr(experiment, name) for name in WorldSpec.model_fields}
    if known:
        base = {key: data[key] for key in WorldSpec.model_fields if key in data}
    arms, points = without(misused, experiment.arms), points_without(misused, made.points)

    def written(key: str, point: int) -> Path:
        assert placed is not None, "without a design no key is set at a point"
        return placed.path(placed.design.value_path(key, made.first[point]))

    for found in broken_worlds(base, arms, points, written, known, context):
        yield _advised(found, getattr(experiment.design, "parameters", {}))
    yield from _astray(experiment, data, keys)
    yield from _broken_fits(experiment, base, [*known, *misused], context)


def misused_constraints(
    design: Design, arms: Mapping[str, Mapping[str, Any]], base: WorldSpec
) -> Iterator[Finding]:
    """Constraints on keys that are no parameters and not the same single value in every arm."""
    overridden = [split(key) for overrides in arms.values() for key in overrides]
    for number, text in enumerate(design.where):
        for key in Constraint(text).keys:
            path: Path = ("where", number)
            if key in design.keys:
                continue
            if any(related(split(key), other) for other in overridden):
                yield Finding(path, f"must not use {key}, which arms set: a point is in all arms")
            elif not _is_single(base, key):
                hint = nearest(key, [*design.keys, *leaves(base)])
                rule = f"uses {key}, which is neither a parameter nor the key of a single value"
                yield Finding(path, rule, "", hint)


def _too_many(arms: int, points: int, replicates: int, path: Path) -> Iterator[Finding]:
    """More worlds or trials than anybody could want, such as a sweep that exploded.

    `path` leads to what makes the points.
    """
    worlds = arms * points
    if worlds > MAX_WORLDS:
        rule = f"must make at most {MAX_WORLDS:,} worlds, arms times points; they make {worlds:,}"
        yield Finding(path, rule, at_key=True)
    elif worlds * replicates > MAX_TRIALS:
        rule = f"must make at most {MAX_TRIALS:,} trials; they make {worlds * replicates:,}"
        yield Finding(("replicates",), rule)


def _beyond_measure(experiment: Experiment) -> Iterator[Finding]:
    """Two designs where one should be, or one of too many points."""
    placed = experiment.placed_design
    arms, replicates = len(experiment.arm_names), experiment.replicates
    if experiment.design is not None and experiment.sweep:
        rule = "must not be given beside a sweep, which is a design too"
        yield Finding(("design",), rule, at_key=True)
    elif placed is None:
        yield from _too_many(arms, 1, replicates, ("arms",))
    else:
        yield from _too_many(arms, placed.design.n_rows, replicates, placed.root)


def _advised(found: Finding, parameters: Mapping[Any, Any]) -> Finding:
    """With what to do where a range gives fractions and whole numbers are wanted."""
    parameter = parameters.get(found.path[-1])
    if not isinstance(parameter, Range) or parameter.step is not None:
        return found
    whole = found.rule.startswith("must be a whole number")
    return replace(found, rule=f"{found.rule}: give the range a step") if whole else found


def _astray(
    experiment: Experiment, data: Mapping[str, Any], design: Mapping[str, Path]
) -> Iterator[Finding]:
    """Goals and targets that are about nothing in the experiment."""
    yield from misdirected(
        experiment.until,
        arms=experiment.arm_names,
        measures=MEASURES,
        replicates=experiment.replicates,
        several=not isinstance(data.get("until"), Mapping),
    )
    if experiment.calibrate is not None:
        varied = [*design, *(key for arm in experiment.arms.values() for key in arm)]
        yield from misfits(experiment.calibrate, experiment.arm_names, MEASURES, varied=varied)


def _broken_fits(
    experiment: Experiment,
    base: Mapping[str, Any],
    known: Sequence[Finding],
    context: Mapping[str, Any],
) -> Iterator[Finding]:
    """Fitted parameters that are none, or whose range has values where no world can be."""
    if experiment.calibrate is None:
        return
    ranges = experiment.calibrate.parameters
    paths: dict[str, Path] = {key: ("calibrate", "parameters", key) for key in ranges}
    misused = list(misused_keys({}, paths))
    yield from misused
    if misused or known:
        return
    tried = [{key: value} for key, r in ranges.items() for value in (r.low, r.value(0.5), r.high)]
    for found in broken_worlds(base, {}, tried, lambda key, _: paths[key], known, context):
        yield _advised(found, ranges)


def _is_single(base: WorldSpec, key: str) -> bool:
    try:
        return isinstance(get(base, split(key)), bool | int | float | str)
    except LookupError:
        return False
