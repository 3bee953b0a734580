"""Which study a results folder belongs to, and what tells two studies apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.agents import MODEL_VERSION
from simnet.errors import NetworkError, ResultsError

if TYPE_CHECKING:
    from simnet.spec import Experiment, WorldSpec

__all__ = ["identity", "refuse_other_study"]


def identity(experiment: Experiment, worlds: Iterable[WorldSpec]) -> dict[str, Any]:
    """All that decides a trial's numbers: settings, input files by content, model version.

    The number of replicates is not part of it: more of them add trials and change none.
    """
    settings = json.loads(json.dumps(experiment.resolved()))
    settings.pop("replicates", None)
    return {"settings": settings, "inputs": _inputs(worlds), "model_version": MODEL_VERSION}


def refuse_other_study(path: Path, manifest: Mapping[str, Any], wanted: dict[str, Any]) -> None:
    """Raise ResultsError when the folder holds trials of another experiment or model."""
    found = manifest.get("identity")
    if found == wanted:
        return
    if not isinstance(found, dict):
        raise ResultsError(f"{path / 'manifest.json'} is not a manifest that simnet wrote")
    advice = "give another folder with -o, or delete it"
    if found.get("model_version") != wanted["model_version"]:
        raise ResultsError(
            f"{path} holds results of model version {found.get('model_version')} and this is "
            f"version {wanted['model_version']}; {advice}"
        )
    raise ResultsError(f"{path} holds another experiment ({_difference(found, wanted)}); {advice}")


def _inputs(worlds: Iterable[WorldSpec]) -> dict[str, str]:
    """SHA-256 of each file that a network is read from or a strategy in Python is written in."""
    keys = {path: key for world in worlds for path, key in _input_paths(world)}
    return {path: _digest(path, keys[path]) for path in sorted(keys)}


def _input_paths(world: WorldSpec) -> Iterator[tuple[str, str]]:
    for key in ("path", "people_table"):
        path = getattr(world.network, key, None)
        if path is not None:
            yield str(path), f"network.{key}"
    for reference in python_strategies(world):
        found = find_spec(reference.partition(":")[0])
        if found is not None and found.origin is not None and found.has_location:
            yield found.origin, f"the strategy {reference}"


def python_strategies(world: WorldSpec) -> Iterator[str]:
    """The ``module:Class`` of every strategy that somebody follows and that has one."""
    for name in (*world.population, world.focal.strategy):
        strategy = None if name is None else world.strategies[name]
        if strategy is not None and strategy.python is not None:
            yield strategy.python


def _digest(path: str, key: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetworkError(
            f"{key}: cannot read {path}: {reason}; --set {key}=FILE names another"
        ) from error


def _difference(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    """The first setting that differs, with both values."""
    there, here = dict(_flat(found)), dict(_flat(wanted))
    for key in sorted({*there, *here}, key=lambda key: (key.count("."), key)):
        if there.get(key) != here.get(key):
            name = key.removeprefix("settings.")
            return f"{name} is {_short(there.get(key))} there and {_short(here.get(key))} here"
    return "its settings differ in their order"


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _short(value: Any) -> str:
    text = "not set" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
