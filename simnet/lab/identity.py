"""What decides a trial's numbers, and the fingerprint made of it.

::

    settings     the world as resolved, with the strategies that somebody in it follows, the content
                 of its input files in place of their names, and the measures asked for
    digest       SHA-256 of the canonical JSON of the settings and the model version
    fingerprint  SHA-256 of the canonical JSON of the digest and the replicate

Names of arms, other arms, other points and the number of replicates are no part of it, nor is the
order of keys, but for the strategies of the population: by their order people are dealt out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.agents import MODEL_VERSION
from simnet.errors import NetworkError

if TYPE_CHECKING:
    from simnet.spec import Experiment, TrialKey, WorldSpec

__all__ = [
    "Fingerprints",
    "InputFiles",
    "digest",
    "first_difference",
    "followed_strategies",
    "python_strategies",
    "settings",
]

_FILES = ("path", "people_table")


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The fingerprint of any trial, from the digest of its arm and point."""

    digests: Mapping[tuple[str, int], str]

    def __call__(self, key: TrialKey) -> str:
        return _sha256({"digest": self.digests[key.arm, key.point], "replicate": key.replicate})


class InputFiles:
    """SHA-256 of the files that networks are read from and Python strategies are written in.

    Attributes
    ----------
    digests : dict
        Those asked for so far, by path or ``module:Class``.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self.digests: dict[str, str] = dict(known or {})
        self._fixed = known is not None

    def file(self, path: str, key: str) -> str:
        """The digest of a file named by a setting, with the endings of its name, which tell the
        format.

        Raises
        ------
        NetworkError
            It cannot be read.
        """
        if path not in self.digests:
            self.digests[path] = "unknown" if self._fixed else _file_digest(path, key)
        return self.digests[path] + "".join(Path(path).suffixes)

    def strategy(self, reference: str) -> str:
        """The digest of the module of a ``module:Class``."""
        if reference not in self.digests:
            self.digests[reference] = "unknown" if self._fixed else _module_digest(reference)
        return self.digests[reference]


def settings(experiment: Experiment, world: WorldSpec, files: InputFiles) -> dict[str, Any]:
    """All that decides the numbers of a world's trials, but for the replicate and the model."""
    data = world.model_dump(mode="json")
    followed = followed_strategies(world)
    data["population"] = list(data["population"].items())
    data["strategies"] = {name: data["strategies"][name] for name in followed}
    for key in _FILES:
        path = data["network"].get(key)
        if path is not None:
            data["network"][key] = files.file(path, f"network.{key}")
    for name, strategy in data["strategies"].items():
        del strategy["description"]
        if strategy.get("python") is not None:
            module = files.strategy(strategy["python"])
            data["strategies"][name] = {**strategy, "module": module}
    return {**data, "measures": list(experiment.measures)}


def digest(content: Mapping[str, Any]) -> str:
    """The digest of settings, under the present version of the model."""
    return _sha256({"settings": content, "model_version": MODEL_VERSION})


def first_difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> str | None:
    """The first setting that differs, with both values; None if none does."""
    flat_there, flat_here = dict(_flat(there)), dict(_flat(here))
    for key in sorted({*flat_there, *flat_here}, key=lambda key: (key.count("."), key)):
        before, now = flat_there.get(key), flat_here.get(key)
        if before != now:
            return f"{key} is {_short(before)} there and {_short(now)} here"
    return None


def followed_strategies(world: WorldSpec) -> list[str]:
    """The strategies that somebody follows, by name."""
    return sorted({*world.population, *filter(None, [world.focal.strategy])})


def python_strategies(world: WorldSpec) -> Iterator[str]:
    """The ``module:Class`` of every strategy that somebody follows and that has one."""
    for name in followed_strategies(world):
        python = world.strategies[name].python
        if python is not None:
            yield python


def _sha256(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_digest(path: str, key: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetworkError(
            f"{key}: cannot read {path}: {reason}; --set {key}=FILE names another"
        ) from error


def _module_digest(reference: str) -> str:
    """That of the file a module is in; of nothing where there is none, which fails by itself."""
    found = find_spec(reference.partition(":")[0])
    if found is None or found.origin is None or not found.has_location:
        return ""
    return _file_digest(found.origin, f"the strategy {reference}")


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _short(value: Any) -> str:
    text = "not set" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
