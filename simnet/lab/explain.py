"""Where the values of a trial came from, and in what two studies differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.agents import MODEL_VERSION
from simnet.errors import ResultsError
from simnet.lab.identity import InputFiles, followed_strategies, settings
from simnet.lab.store import Store

if TYPE_CHECKING:
    from simnet.spec import Experiment, Origins, TrialKey

__all__ = ["Difference", "Explained", "Source", "differences", "explained", "open_source"]

ABSENT, THERE = "not there", "there"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Explained:
    """A value of a trial's world by its dotted key, and where it came from."""

    key: str
    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that two studies have otherwise; `where` is empty where it holds for all trials."""

    where: str
    key: str
    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class Source:
    """An experiment, from a file or a results folder, and what decides its numbers beside it."""

    experiment: Experiment
    origins: Origins
    files: InputFiles
    model_version: int = MODEL_VERSION


def open_source(name: str, *, overrides: Sequence[str] = ()) -> Source:
    """The study in a results folder, or the experiment in a file or of a shipped name.

    Raises
    ------
    SpecError, ResultsError
        It cannot be read, or there is none in the folder.
    ValueError
        `overrides` are given for a results folder, whose study has been run.
    """
    from simnet.spec import load_with_origins

    folder = Path(name)
    if not folder.is_dir():
        experiment, origins = load_with_origins(name, overrides=overrides, check_memory=False)
        return Source(experiment, origins, InputFiles())
    if overrides:
        raise ValueError(f"{name} has been run as it is; settings can be given for a file only")
    store = Store(folder)
    manifest = store.read_json("manifest.json")
    if manifest is None or not store.experiment_path.exists():
        raise ResultsError(f"{name} is not a results folder: it has no manifest.json")
    experiment, written = load_with_origins(store.experiment_path, check_memory=False)
    return Source(
        experiment,
        store.read_json("origins.json") or written,
        InputFiles(manifest.get("inputs", {})),
        manifest.get("model_version", MODEL_VERSION),
    )


def explained(source: Source, trial: TrialKey) -> list[Explained]:
    """Every value of the world of a trial, in the order of the resolved file.

    The strategies that nobody in that world follows are left out.
    """
    from simnet.spec import origin

    experiment = source.experiment
    world = experiment.world(trial.arm, trial.point)
    data = world.model_dump(mode="json")
    data["strategies"] = {name: data["strategies"][name] for name in followed_strategies(world)}
    arm, point = experiment.arms.get(trial.arm, {}), experiment.points[trial.point]
    return [
        Explained(key, value, origin(key, source.origins, trial, arm, point))
        for key, value in _flat(data)
    ]


def differences(
    first: Source, second: Source, trials: tuple[TrialKey, TrialKey] | None = None
) -> list[Difference]:
    """In what two studies differ; empty exactly when running both would give the same tables.

    Compared are the arms by name, the points by number, and the replicates; in every arm and at
    every point that both have, the resolved world, input files by their content, and what is
    measured; when replicates suffice (``until``); the version of the model. Names, questions,
    limits and clusters change no number, and are not compared.

    With `trials`, one of each study, only these two are compared.

    Raises
    ------
    NetworkError
        A file that a world is made from cannot be read.
    """
    pairs = [trials] if trials else _common(first.experiment, second.experiment)
    unlike = [("", "model_version", first.model_version, second.model_version)]
    if trials:
        unlike.append(("", "replicate", trials[0].replicate, trials[1].replicate))
    else:
        unlike += _extents(first.experiment, second.experiment)
    found = [Difference(*each) for each in unlike if each[2] != each[3]]
    return found + _in_worlds(first, second, pairs)


def _common(first: Experiment, second: Experiment) -> list[tuple[TrialKey, TrialKey]]:
    """A trial of every arm and point that both have, twice."""
    from simnet.spec import TrialKey

    points = range(min(len(first.points), len(second.points)))
    arms = [arm for arm in first.arm_names if arm in second.arm_names]
    keys = [TrialKey(arm, point, 0) for point in points for arm in arms]
    return [(key, key) for key in keys]


def _extents(first: Experiment, second: Experiment) -> Iterator[tuple[str, str, Any, Any]]:
    """Which trials the two have, as far as settings of the whole decide it."""
    for arm in dict.fromkeys([*first.arm_names, *second.arm_names]):
        has = [THERE if arm in study.arm_names else ABSENT for study in (first, second)]
        yield "", f"arms.{arm}", has[0], has[1]
    yield "", "points", len(first.points), len(second.points)
    yield "", "replicates", first.replicates, second.replicates
    until = [[goal.model_dump(mode="json") for goal in study.until] for study in (first, second)]
    yield "", "until", until[0], until[1]


def _in_worlds(
    first: Source, second: Source, pairs: Sequence[tuple[TrialKey, TrialKey]]
) -> list[Difference]:
    """Settings of the worlds of these trials, those that differ alike in many said once."""
    unlike: dict[str, tuple[str, Any, Any, list[TrialKey]]] = {}
    for one, two in pairs:
        ours, theirs = _comparable(_settings(first, one), _settings(second, two))
        for key in dict.fromkeys([*ours, *theirs]):
            a, b = ours.get(key, ABSENT), theirs.get(key, ABSENT)
            if a != b:
                unlike.setdefault(repr((key, a, b)), (key, a, b, []))[-1].append(one)
    return [
        Difference(_where(trials, len(pairs)), key, a, b) for key, a, b, trials in unlike.values()
    ]


def _settings(source: Source, trial: TrialKey) -> dict[str, Any]:
    """All that decides the numbers of a trial but its replicate."""
    experiment = source.experiment
    return settings(experiment, experiment.world(trial.arm, trial.point), source.files)


def _comparable(*contents: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Settings by dotted key, of the strategies those that are followed in all.

    The others are told by the names that follow them, and descriptions change no number.
    """
    common = set.intersection(*(set(content["strategies"]) for content in contents))
    for content in contents:
        strategies = {
            name: {key: value for key, value in strategy.items() if key != "description"}
            for name, strategy in content["strategies"].items()
            if name in common
        }
        yield dict(_flat({**content, "strategies": strategies}))


def _flat(
    content: Mapping[str, Any] | Sequence[Any], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """Single values, and lists of them, by dotted key."""
    items = content.items() if isinstance(content, Mapping) else enumerate(content)
    for key, value in items:
        inner = isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
        if (isinstance(value, dict) and value) or inner:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _where(trials: Sequence[TrialKey], of: int) -> str:
    """The arms and points that these trials are of; empty for all that were compared."""
    if len(trials) == of:
        return ""
    named = [f"{key.arm}.p{key.point}" for key in trials]
    return ", ".join(named[:SHOWN]) + f" and {len(named) - SHOWN} more" * (len(named) > SHOWN)
