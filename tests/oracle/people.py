"""People, their sides of ties, and their needs, as they are stored: some numbers in 32 bits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

NEVER = -30_000


class Stored:
    """Rounds to 32 bits whatever is stored under one of the names in `SINGLE`."""

    SINGLE: ClassVar[frozenset[str]] = frozenset()

    def __setattr__(self, name: str, value: Any) -> None:
        rounded = float(np.float32(value)) if name in self.SINGLE else value
        object.__setattr__(self, name, rounded)


@dataclass(eq=False)
class Half(Stored):
    """What its owner has built with another: trust is the other's trust in the owner."""

    SINGLE = frozenset({"trust", "strength", "peak", "salience", "given", "rhythm"})

    owner: int
    other: int
    born: int
    channel: str
    via: int
    trust: float
    strength: float
    salience: float
    rhythm: float
    touched: int
    peak: float = 0.0
    given: float = 0.0
    due: int = NEVER
    thanked: int = NEVER
    talked: bool = False
    pitches: int = 0
    early: int = 0
    muted: bool = False
    listed: bool = False
    blocked: bool = False
    mate: Half = field(init=False)

    def __post_init__(self) -> None:
        self.peak = self.strength


@dataclass(eq=False)
class Person(Stored):
    """A person; `row` has a place for every half-tie, None where one was and is no more."""

    SINGLE = frozenset({"image", "quiet"})

    number: int
    strategy: str
    focal: bool
    offer: int
    accepts_all: bool
    advocate: bool
    reachable: bool
    phase: int
    row: list[Half | None] = field(default_factory=list)
    hours: float = 0.0
    value: float = 0.0
    needs: int = 0
    needs_met: int = 0
    wins: int = 0
    image: float = 0.0
    quiet: float = 0.0
    buoyed: int = NEVER
    small_need: bool = False

    @property
    def ties(self) -> list[Half]:
        """The living ones, in the order of their places."""
        return [half for half in self.row if half is not None]

    def tie_to(self, other: int) -> Half | None:
        return next((half for half in self.ties if half.other == other), None)

    def going_round(self, u: float) -> list[Half]:
        """The living ones, from a place drawn at random, going round."""
        first = int(u * len(self.row))
        turned = self.row[first:] + self.row[:first]
        return [half for half in turned if half is not None]

    def some_tie(self, u: float) -> Half | None:
        return next(iter(self.going_round(u)), None)


@dataclass(eq=False)
class Need:
    """An open need."""

    number: int
    person: int
    opened: int
    nth: int
    category: int
    visible: bool
    from_memory: bool
    value: float
    asked: float = -1.0  # the judged distance of whoever was asked last
