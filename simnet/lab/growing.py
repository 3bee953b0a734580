"""A study that is there, continued or grown: more replicates, more arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.errors import Place, Problem, ResultsError, SpecError
from simnet.lab.execution import Engine
from simnet.lab.results import open_results
from simnet.lab.run import run_with
from simnet.lab.store import Store
from simnet.lab.uniting import with_arm
from simnet.spec.source import Unusable, parse, plain

if TYPE_CHECKING:
    from simnet.lab.results import Results
    from simnet.spec import Experiment
    from simnet.spec.origins import Origins

__all__ = ["arm_of", "extend", "resume"]

_WHERE = "simnet extend"


def resume(path: str | Path, *, only_failed: bool = False, **how: Any) -> Results:
    """Run what is missing of a study, from the experiment kept in its folder.

    Parameters
    ----------
    path
        The results folder.
    only_failed
        Run those trials again that failed, and no others.
    **how
        `jobs`, `progress`, `keep_going`, `dask` and their like of `simnet.run`.

    Raises
    ------
    ResultsError
        There is no study in the folder, or as `simnet.run` raises it.
    """
    results = open_results(path)
    return run_with(Engine(), results.experiment, out=results.path, only_failed=only_failed, **how)


def extend(
    path: str | Path,
    *,
    replicates: int | None = None,
    arms: Mapping[str, Mapping[str, Any]] | None = None,
    **how: Any,
) -> Results:
    """Add replicates or arms to a study, and run what is missing then.

    Parameters
    ----------
    path
        The results folder.
    replicates
        How many there are to be; no fewer than there are.
    arms
        Overrides by name of the arms to add.
    **how
        As of `simnet.run`.

    Raises
    ------
    ResultsError
        There is no study in the folder, it has more replicates or such an arm already.
    SpecError
        The study cannot be run so.
    """
    results = open_results(path)
    experiment = results.experiment
    if replicates is not None:
        if replicates < experiment.replicates:
            raise ResultsError(
                f"{path} has {experiment.replicates} replicates already, and a study only grows"
            )
        experiment = experiment.with_replicates(replicates)
    for name, overrides in (arms or {}).items():
        if name in experiment.arm_names:
            raise ResultsError(f"{path} has an arm {name!r} already")
        experiment = with_arm(experiment, name, overrides)
    origins = _origins(results, replicates, arms or {})
    return run_with(Engine(), experiment, out=results.path, origins=origins, **how)


def arm_of(
    experiment: Experiment, name: str, *, settings: Sequence[str] = (), file: str | None = None
) -> Mapping[str, Any]:
    """The overrides of an arm to be added.

    Parameters
    ----------
    settings
        Overrides as ``key=value``.
    file
        An experiment with an arm of this name, whose overrides they follow; a strategy of that
        file's own comes along.

    Raises
    ------
    ResultsError
        Without settings and file, no strategy is called `name`; the file has no such arm.
    SpecError
        The file cannot be read, or a setting is not written as ``key=value``.
    """
    overrides: dict[str, Any] = {} if file is None else _arm_in(file, experiment, name)
    if file is None and not settings:
        if name not in experiment.strategies:
            raise ResultsError(
                f"{name!r} is no strategy of the study; say what the arm is with KEY=VALUE, "
                "such as focal.strategy=give-first"
            )
        return {"focal.strategy": name}
    return overrides | dict(map(_parsed, settings))


def _arm_in(file: str, experiment: Experiment, name: str) -> dict[str, Any]:
    from simnet.spec import load

    source = load(file, check_memory=False)
    if name not in source.arms:
        raise ResultsError(f"{file} has no arm {name!r}; it has {', '.join(source.arm_names)}")
    overrides = dict(source.arms[name])
    followed = source.world(name).focal.strategy
    if followed is not None and followed not in experiment.strategies:
        strategy = source.strategies[followed]
        overrides[f"strategies.{followed}"] = strategy.model_dump(mode="json")
    return overrides


def _parsed(setting: str) -> tuple[str, Any]:
    """Key and value of a ``key=value``."""
    key, equals, text = setting.partition("=")
    place = Place(setting)
    problems: list[Problem] = []
    if not (key and equals):
        problems.append(Problem(place, key, "must be written as key.path=value"))
    try:
        value = plain(parse(text, setting, problems.append)) if text.strip() else None
    except Unusable as error:
        problems.append(error.problem)
    if problems:
        raise SpecError(setting, [replace(problem, place=place) for problem in problems])
    return key, value


def _origins(
    results: Results, replicates: int | None, arms: Mapping[str, Mapping[str, Any]]
) -> Origins | None:
    """Where values were written, with what is added now; None if that is not kept."""
    known = Store(results.path).read_json("origins.json")
    if known is None:
        return None
    added = {f"arms.{name}.{key}": _WHERE for name, arm in arms.items() for key in arm}
    return known | added | ({} if replicates is None else {"replicates": _WHERE})
