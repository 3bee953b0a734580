"""What a user, a file or a machine can cause; misuse by a programmer raises built-ins.

SimnetError
├── SpecError        the experiment file is wrong; carries every problem with its place
├── NetworkError     a graph file or a network is not what it should be
├── ChainError       chain data are not what they should be, or cannot tell what is asked of them
├── TrialFailed      one trial failed; carries its key and stage; the others go on
└── ResultsError     a results folder is not what it should be
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "ChainError",
    "NetworkError",
    "Place",
    "Problem",
    "ResultsError",
    "SimnetError",
    "SpecError",
    "TrialFailed",
]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was written: a file with line and column (from 1), or an option (line 0)."""

    source: str
    line: int = 0
    column: int = 0

    def label(self, within: str) -> str:
        """The place as a reader of a report on `within` needs it."""
        if not self.line:
            return "" if self.source == within else self.source
        spot = f"{self.line}:{self.column}"
        if self.source == within:
            return spot
        nearby = os.path.relpath(self.source, os.path.dirname(within))
        return f"{self.source if nearby.startswith(os.pardir) else nearby}:{spot}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an experiment file.

    `key` is the key path, `rule` what should hold there, `value` what was found instead (as
    text), `nearest` the valid name most like it; the last two are empty where they say nothing.
    """

    place: Place
    key: str
    rule: str
    value: str = ""
    nearest: str = ""

    @property
    def message(self) -> str:
        got = f"; got {self.value}" if self.value else ""
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        return self.rule + got + hint


class SimnetError(Exception):
    """Root of the tree above."""


class SpecError(SimnetError):
    """The experiment called `name` cannot be run, for all the reasons in `problems`."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(name, self.problems)

    @classmethod
    def of(cls, rule: str, *, name: str = "the experiment") -> SpecError:
        """One problem found where no file is at hand to point to."""
        return cls(name, [Problem(Place(name), "", rule)])

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{self.name} has {count} problem{'s' * (count != 1)}, nothing was run"
        rows = [(p.place.label(self.name), p.key, p.message) for p in self.problems]
        return "\n".join([head, *_aligned(rows)])


class NetworkError(SimnetError):
    """A graph file or a network is not what it should be."""


class ChainError(SimnetError):
    """Chain data are not what they should be, or cannot tell what is asked of them."""


class TrialFailed(SimnetError):
    """The trial with this key failed at this stage; the cause is chained."""

    def __init__(self, key: object, stage: str) -> None:
        self.key = key
        self.stage = stage
        super().__init__(key, stage)

    def __str__(self) -> str:
        return f"trial {getattr(self.key, 'id', self.key)} failed during {self.stage}"


class ResultsError(SimnetError):
    """A results folder is not what it should be."""


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    kept = [i for i, width in enumerate(widths) if width]
    return ["  " + "   ".join(row[i].ljust(widths[i]) for i in kept).rstrip() for row in rows]
