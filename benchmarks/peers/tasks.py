"""What every library is asked to do, and when its answer is the same as simnet's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

DEGREE = 10
REWIRING = 0.1
SAME = 1e-9  # the last digits may differ with the order of a sum


@dataclass(frozen=True)
class Task:
    """One piece of work.

    Attributes
    ----------
    title : str
        For the report.
    function : str
        Of a library's module.
    settings : mapping
        Arguments of a function that makes a network.
    people : int
        Of the saved network that the function measures; 0 where it makes one.
    sources : int
        Number of people from whom distances are measured; 0 where the function takes none.
    tolerance : mapping of str to float
        For each number of the answer, the share of simnet's by which it may differ: next to nothing
        where the same network is measured, some five standard errors where each makes its own.
    near : float
        The share by which the answer of a library may differ that says it does something else, such
        as measure from other people.
    """

    title: str
    function: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    people: int = 0
    sources: int = 0
    tolerance: Mapping[str, float] = field(default_factory=lambda: {"value": SAME})
    near: float = SAME

    def agrees(
        self, answer: Mapping[str, float], simnets: Mapping[str, float], *, nearly: bool = False
    ) -> bool:
        """Whether every number of the answer is as near to simnet's as it must be."""
        return all(
            abs(answer[name] - simnets[name])
            <= max(share, self.near if nearly else 0.0) * abs(simnets[name])
            for name, share in self.tolerance.items()
        )


def tasks(*, quick: bool = False) -> dict[str, Task]:
    """All tasks by name, at the full sizes or at sizes that take a moment."""
    large, dense, side, small, sources = (
        (2_000, 500, 20, 300, 5) if quick else (1_000_000, 100_000, 100, 10_000, 100)
    )
    whole = f"Watts–Strogatz network of {large:,} people, {DEGREE} ties each"
    return {
        "make-10": _ring(large, DEGREE),
        "make-100": _ring(dense, 100),
        "kleinberg": Task(
            f"Kleinberg grid of {side} × {side}, one long-range contact each, exponent 2",
            "kleinberg",
            {"side": side},
            tolerance={"mean length": 10 / side},
        ),
        "distances": Task(
            f"Distances from {sources} people, {whole}",
            "distances",
            people=large,
            sources=sources,
            tolerance={"mean": SAME, "variance": SAME},
            near=0.3 / sqrt(sources),
        ),
        "all-pairs": Task(
            f"Mean distance of all pairs, {small:,} people",
            "mean_distance",
            people=small,
            near=1e-4,
        ),
        "clustering": Task(f"Mean clustering, {whole}", "mean_clustering", people=large),
        "transitivity": Task(f"Transitivity, {whole}", "transitivity", people=large),
    }


def _ring(people: int, degree: int) -> Task:
    return Task(
        f"Watts–Strogatz, {people:,} people, {degree} ties each, p = {REWIRING}",
        "watts_strogatz",
        {"people": people, "degree": degree, "rewiring": REWIRING},
        tolerance={"ties": 0.0, "variance of degree": 10 / sqrt(people)},
        near=0.1,
    )
