"""Where the values of an experiment were written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from simnet.errors import Place
from simnet.spec.source import Node
from simnet.spec.trials import TrialKey

Origins = dict[str, str]
"""Places by dotted key, such as ``pilot.yaml:5:13``; a key that is not there has its default."""

DEFAULT = "default"

_RANGES = "design.parameters."


def origins(root: Node, bases: Collection[str]) -> Origins:
    """The place of every value in a tree; a list is one value, and so is the range of a parameter.

    `bases` are the files that came in by `extends`, which is said of what stands in them.
    """
    return {key: _text(place, bases) for key, place in _places(root, "")}


def origin(
    key: str,
    known: Origins,
    trial: TrialKey,
    arm: Mapping[str, Any],
    point: Mapping[str, Any],
) -> str:
    """Where a value of a trial's world came from, in words.

    `arm` and `point` are what its arm and its point set, the point having the last word.
    """
    for source, settings, prefix in (
        (f"point {trial.point}", point, _design_prefix(known)),
        (f"arm {trial.arm}", arm, f"arms.{trial.arm}."),
    ):
        for own, value in settings.items():
            if key == own or key.startswith(f"{own}."):
                inner = key[len(own) + 1 :]
                if inner and not _holds(value, inner):
                    return DEFAULT
                place = _nearest(f"{prefix}{key}", known)
                return f"{source}, {place}" if place else source
    return _nearest(key, known) or DEFAULT


def _places(node: Node, key: str) -> Iterator[tuple[str, Place]]:
    if isinstance(node.content, dict) and node.content and not key.startswith(_RANGES):
        for part, inner in node.content.items():
            yield from _places(inner, f"{key}.{part}" if key else part)
    elif key:
        yield key, node.place


def _text(place: Place, bases: Collection[str]) -> str:
    if not place.line:
        return place.source
    extended = ", by extends" if place.source in bases else ""
    return f"{place.source}:{place.line}:{place.column}{extended}"


def _design_prefix(known: Origins) -> str:
    for prefix in ("sweep.", _RANGES):
        if any(key.startswith(prefix) for key in known):
            return prefix
    return "design.points."


def _nearest(key: str, known: Origins) -> str:
    """The place of the key, or of the list or range that it is in."""
    while key and key not in known:
        key = key.rpartition(".")[0]
    return known.get(key, "")


def _holds(value: Any, key: str) -> bool:
    """Whether an override that sets a whole part sets this key in it."""
    for part in key.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            return not isinstance(value, Mapping)
    return True
