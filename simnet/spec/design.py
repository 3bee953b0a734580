"""The trials of an experiment: arms, points of the sweep, replicates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydantic import ValidationError

from simnet.spec.findings import Finding, Path, dotted, findings_of, nearest
from simnet.spec.limits import MAX_TRIALS, MAX_WORLDS
from simnet.spec.overrides import put, split
from simnet.spec.world import WorldSpec

BASE = "base"

# Seeds make arms comparable, so no arm has one of its own.
OVERRIDABLE = tuple(name for name in WorldSpec.model_fields if name != "seed")


@dataclass(frozen=True, slots=True, order=True)
class TrialKey:
    """Which trial: the arm, the point of the sweep and the replicate, both counted from 0."""

    arm: str
    point: int
    replicate: int

    @property
    def id(self) -> str:
        """The key as one word, for file names and messages."""
        return f"{self.arm}.p{self.point}.r{self.replicate:04d}"


def grid(sweep: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """All points of the sweep, the last key varying fastest; one empty point without a sweep."""
    for values in product(*sweep.values()):
        yield dict(zip(sweep, values, strict=True))


def point_at(sweep: Mapping[str, Sequence[Any]], index: int) -> dict[str, Any]:
    """The point that `grid` gives as number `index`, without making the others."""
    if not 0 <= index < math.prod(map(len, sweep.values())):
        raise IndexError(index)
    chosen: list[tuple[str, Any]] = []
    for key, values in reversed(list(sweep.items())):
        index, at = divmod(index, len(values))
        chosen.append((key, values[at]))
    return dict(reversed(chosen))


def overlaid(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a world with dotted overrides put in, in their order."""
    world: dict[str, Any] = dict(base)
    for key, value in overrides.items():
        world = put(world, split(key), value)
    return world


def misused_keys(
    arms: Mapping[str, Mapping[str, Any]], sweep: Mapping[str, Sequence[Any]]
) -> Iterator[Finding]:
    """Override keys that can lead nowhere, and keys that an arm and the sweep both claim."""
    for name, overrides in arms.items():
        for key in overrides:
            yield from _misused(("arms", name, key), key)
            if key in sweep:
                rule = "must not be both swept and set by an arm"
                yield Finding(("arms", name, key), rule, at_key=True)
    for key in sweep:
        yield from _misused(("sweep", key), key)


def without(
    misused: Sequence[Finding],
    arms: Mapping[str, Mapping[str, Any]],
    sweep: Mapping[str, Sequence[Any]],
) -> tuple[dict[str, dict[str, Any]], dict[str, Sequence[Any]]]:
    """Arms and sweep without the keys that these findings are about."""
    paths = {finding.path for finding in misused}
    kept = {
        name: {key: value for key, value in arm.items() if ("arms", name, key) not in paths}
        for name, arm in arms.items()
    }
    return kept, {key: values for key, values in sweep.items() if ("sweep", key) not in paths}


def too_many(
    arms: Mapping[str, Any], sweep: Mapping[str, Sequence[Any]], replicates: int
) -> Iterator[Finding]:
    """More worlds or trials than anybody could want, such as a sweep that exploded."""
    worlds = max(1, len(arms)) * math.prod(map(len, sweep.values()))
    if worlds > MAX_WORLDS:
        rule = f"must make at most {MAX_WORLDS:,} worlds, arms times points; they make {worlds:,}"
        yield Finding(("sweep" if sweep else "arms",), rule, at_key=True)
    elif worlds * replicates > MAX_TRIALS:
        rule = f"must make at most {MAX_TRIALS:,} trials; they make {worlds * replicates:,}"
        yield Finding(("replicates",), rule)


def broken_worlds(
    base: Mapping[str, Any],
    arms: Mapping[str, Mapping[str, Any]],
    sweep: Mapping[str, Sequence[Any]],
    known: Sequence[Finding],
    context: Mapping[str, Any],
) -> Iterator[Finding]:
    """What is wrong in a world of some arm and point but not in the base, where it was caused."""
    seen = {(finding.path, finding.rule, finding.got) for finding in known}
    for point in grid(sweep):
        for arm, overrides in (arms or {BASE: {}}).items():
            for finding in _wrong(base, {**overrides, **point}, context):
                what = (finding.path, finding.rule, finding.got)
                if what not in seen:
                    seen.add(what)
                    yield _blamed(finding, arm, _causes(arm, overrides, point, sweep))


def _misused(path: Path, key: str) -> Iterator[Finding]:
    parts = split(key)
    head = parts[0] if parts else key
    if head == "seed":
        rule = "must not be overridden; all arms share the seed, so that they can be compared"
        yield Finding(path, rule, at_key=True)
    elif head not in OVERRIDABLE:
        hint = nearest(head, OVERRIDABLE)
        full = ".".join((hint, *parts[1:])) if hint else ""
        yield Finding(path, "is not a key of a world", "", full, (), True)


def _wrong(
    base: Mapping[str, Any], overrides: Mapping[str, Any], context: Mapping[str, Any]
) -> list[Finding]:
    world: dict[str, Any] = dict(base)
    for key, value in overrides.items():
        try:
            world = put(world, split(key), value)
        except LookupError as error:
            return [Finding(split(key), str(error.args[0]), at_key=True)]
    try:
        WorldSpec.model_validate(world, context=dict(context))
    except ValidationError as error:
        return findings_of(error, WorldSpec)
    return []


def _causes(
    arm: str,
    overrides: Mapping[str, Any],
    point: Mapping[str, Any],
    sweep: Mapping[str, Sequence[Any]],
) -> dict[str, Path]:
    """Where each override of a world was written, those of the arm first."""
    return {
        **{key: ("arms", arm, key) for key in overrides},
        **{key: ("sweep", key, list(sweep[key]).index(value)) for key, value in point.items()},
    }


def _blamed(finding: Finding, arm: str, causes: Mapping[str, Path]) -> Finding:
    """The finding at the override that caused it, or at the arm where none can be made out."""
    where: Path = ("arms", arm)
    key = ""
    for path in (finding.path, *finding.also):
        related = [key for key in causes if _related(split(key), path)]
        if related:
            exact = [key for key in related if split(key) == _texts(path)]
            key = (exact or related)[0]
            where = causes[key]
            break
    rule = _worded(finding, split(key))
    return Finding(where, rule, finding.got, finding.nearest, at_key=where[0] == "arms")


def _related(key: Path, path: Path) -> bool:
    shorter = min(len(key), len(path))
    return bool(shorter) and _texts(path[:shorter]) == _texts(key[:shorter])


def _texts(path: Path) -> tuple[str, ...]:
    return tuple(map(str, path))


def _worded(finding: Finding, key: Path) -> str:
    """The rule, with the path it is about where that is not the override's own key."""
    same = _texts(finding.path) == key
    return finding.rule if same or finding.complete else f"{dotted(finding.path)} {finding.rule}"
