"""The worlds that arms and points make of the base, and who is to blame where one is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from simnet.spec.findings import Finding, Path, dotted, findings_of, nearest
from simnet.spec.overrides import put, split
from simnet.spec.trials import BASE, OVERRIDABLE
from simnet.spec.world import WorldSpec


def misused_keys(
    arms: Mapping[str, Mapping[str, Any]], design: Mapping[str, Path]
) -> Iterator[Finding]:
    """Override keys that can lead nowhere, and keys that an arm and the design both claim.

    `design` has the keys that the design sets, with where they are written.
    """
    for name, overrides in arms.items():
        for key in overrides:
            yield from _misused(("arms", name, key), key)
            for whole in design:
                if key == whole or key.startswith(f"{whole}."):
                    rule = "must not be both swept and set by an arm"
                    yield Finding(("arms", name, key), rule, at_key=True)
    for key, path in design.items():
        yield from _misused(path, key)


def without(
    misused: Sequence[Finding], arms: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The arms without the keys that these findings are about."""
    paths = {finding.path for finding in misused}
    return {
        name: {key: value for key, value in arm.items() if ("arms", name, key) not in paths}
        for name, arm in arms.items()
    }


def points_without(
    misused: Sequence[Finding], points: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The points without the keys that these findings are about."""
    keys = {finding.path[-1] for finding in misused if finding.path[0] != "arms"}
    for point in points:
        yield {key: value for key, value in point.items() if key not in keys} if keys else point


def broken_worlds(
    base: Mapping[str, Any],
    arms: Mapping[str, Mapping[str, Any]],
    points: Iterable[Mapping[str, Any]],
    written: Callable[[str, int], Path],
    known: Sequence[Finding],
    context: Mapping[str, Any],
) -> Iterator[Finding]:
    """What is wrong in a world of some arm and point but not in the base, where it was caused.

    `written` says where the value of a key at a point is written.
    """
    seen = {(finding.path, finding.rule, finding.got) for finding in known}
    said: set[tuple[Path, str]] = set()
    for number, point in enumerate(points):
        for arm, overrides in (arms or {BASE: {}}).items():
            for finding in _wrong(base, {**overrides, **point}, context):
                what = (finding.path, finding.rule, finding.got)
                if what not in seen:
                    seen.add(what)
                    causes: dict[str, Path] = {key: ("arms", arm, key) for key in overrides}
                    causes |= {key: written(key, number) for key in point}
                    blamed = _blamed(finding, arm, causes)
                    if (blamed.path, blamed.rule) not in said:
                        said.add((blamed.path, blamed.rule))
                        yield blamed


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


def _blamed(finding: Finding, arm: str, causes: Mapping[str, Path]) -> Finding:
    """The finding at the override that caused it, or at the arm where none can be made out."""
    where: Path = ("arms", arm)
    key = ""
    for path in (finding.path, *finding.also):
        close = [key for key in causes if related(split(key), path)]
        if close:
            exact = [key for key in close if split(key) == _texts(path)]
            key = (exact or close)[0]
            where = causes[key]
            break
    rule = _worded(finding, split(key))
    return Finding(where, rule, finding.got, finding.nearest, at_key=where[0] == "arms")


def related(key: Path, path: Path) -> bool:
    """Whether one of two paths leads to the other or into it."""
    shorter = min(len(key), len(path))
    return bool(shorter) and _texts(path[:shorter]) == _texts(key[:shorter])


def _texts(path: Path) -> tuple[str, ...]:
    return tuple(map(str, path))


def _worded(finding: Finding, key: Path) -> str:
    """The rule, with the path it is about where that is not the override's own key."""
    same = _texts(finding.path) == key
    return finding.rule if same or finding.complete else f"{dotted(finding.path)} {finding.rule}"
