"""The trials of an experiment: arms, points of the design, replicates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simnet.spec.findings import listed, nearest
from simnet.spec.overrides import put, split
from simnet.spec.world import WorldSpec

BASE = "base"

_TRIAL = re.compile(r"(?P<arm>[a-z0-9-]+)(\.p(?P<point>\d{1,9})(\.r(?P<replicate>\d{1,9}))?)?")

# Seeds make arms comparable, so no arm has one of its own.
OVERRIDABLE = tuple(name for name in WorldSpec.model_fields if name != "seed")


@dataclass(frozen=True, slots=True, order=True)
class TrialKey:
    """Which trial: the arm, the point of the design and the replicate, both counted from 0."""

    arm: str
    point: int
    replicate: int

    @property
    def id(self) -> str:
        """The key as one word, for file names and messages."""
        return f"{self.arm}.p{self.point}.r{self.replicate:04d}"


def key_of(trial: str, arms: Sequence[str], points: int, replicates: int) -> TrialKey:
    """The trial of this id, with or without the zeros: `one.p0.r0007`, `one.p0.r7`, `one`.

    What is left out counts as 0.

    Raises
    ------
    ValueError
        There is no such trial; the message says which there are.
    """
    found = _TRIAL.fullmatch(trial)
    if found is None:
        raise ValueError(f"a trial is written as ARM.pPOINT.rREPLICATE; got {trial!r}")
    arm, point, replicate = found["arm"], int(found["point"] or 0), int(found["replicate"] or 0)
    if arm not in arms:
        hint = nearest(arm, arms)
        known = f"did you mean {hint!r}?" if hint else f"the arms are {listed(arms)}"
        raise ValueError(f"there is no arm {arm!r}; {known}")
    for name, number, count in (("point", point, points), ("replicate", replicate, replicates)):
        if number >= count:
            raise ValueError(f"there is no {name} {number}; they are numbered 0 to {count - 1}")
    return TrialKey(arm, point, replicate)


def overlaid(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a world with dotted overrides put in, in their order."""
    world: dict[str, Any] = dict(base)
    for key, value in overrides.items():
        world = put(world, split(key), value)
    return world
