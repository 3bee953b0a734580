"""Does a formula without a fitted number give the mean distance of a ring with shortcuts?

On a ring of n people tied to one neighbour on either side, with x shortcuts between random people,
the mean distance is n f(x) by a mean-field argument, f(x) = atanh(x / s) / (2 s) with
s = √(x² + 2x); exact, it is claimed, where there are very few or very many shortcuts. Nothing is
fitted: the formula is held to its limits, and simulated rings to the formula. Every ring has
exactly x shortcuts: a binomial number of them would make the mean distance longer, f being convex.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    StudySettings,
    holds,
    within,
)
from simnet.network import Estimate, from_edges
from simnet.network.distances import distances_from
from simnet.randomness import stream_key

from .estimates import ends, mean_of

STUDY = "newman-moore-watts-2000"


class Settings(StudySettings):
    """The ring, its shortcuts, and how many of it are measured."""

    people: Annotated[int, Field(ge=100, description="people on the ring")]
    graphs: Annotated[int, Field(ge=2, description="rings for each number of shortcuts")]
    sources: Annotated[int, Field(ge=1, description="people of a ring to measure from")]


class Point(NamedTuple):
    """Mean distance over people, simulated, and by the formula."""

    shortcuts: int
    simulated: Estimate
    formula: float

    @property
    def ratio(self) -> float:
        return self.simulated.value / self.formula


def mean_field(shortcuts: float) -> float:
    """f(x), the mean distance over n; 1/4 without shortcuts."""
    if shortcuts == 0:
        return 0.25
    root = math.sqrt(shortcuts**2 + 2 * shortcuts)
    return math.atanh(shortcuts / root) / (2 * root)


def reproduce(settings: Settings, published: Published) -> Card:
    """The formula at its limits, and simulated rings beside it."""
    table = published.tables["formula_against_simulation"]
    points = [_point(settings, count) for count in table.column("shortcuts_x")]
    ring = _simulated(settings, 0)
    return Card(
        study=STUDY,
        question="Does the mean-field formula give the mean distance of a ring with shortcuts?",
        fitted=(),
        predicted=("f(x) at its limits", "mean distance of simulated rings"),
        checks=(
            *_limit_checks(ring, published),
            *_formula_checks(points, published),
            *_simulation_checks(settings, points, published),
            _between_the_limits(points, published),
        ),
        panels=_panels(points, published),
    )


def _simulated(settings: Settings, shortcuts: int) -> Estimate:
    """Mean distance over people, of rings with this number of shortcuts."""
    return mean_of([_of_one_ring(settings, shortcuts, graph) for graph in range(settings.graphs)])


def _of_one_ring(settings: Settings, shortcuts: int, graph: int) -> float:
    n = settings.people
    key = stream_key(settings.seed, graph, f"{STUDY}: {shortcuts} shortcuts")
    draws = np.random.Generator(np.random.Philox(key=key))
    people, ends_of = np.arange(n), draws.integers(n, size=(2, shortcuts))
    ring = from_edges(
        np.append(people, ends_of[0]), np.append((people + 1) % n, ends_of[1]), n_people=n
    )
    sources = draws.integers(n, size=settings.sources)
    steps = [distances_from(ring, int(person)).sum(dtype=np.int64) for person in sources]
    return float(np.mean(steps)) / (n - 1) / n


def _point(settings: Settings, shortcuts: int) -> Point:
    return Point(shortcuts, _simulated(settings, shortcuts), mean_field(shortcuts))


def _limit_checks(ring: Estimate, published: Published) -> list[Check]:
    quarter = published.values["limit_no_shortcuts"]
    many = 1e6
    return [
        within("f(x) at x = 0.01", quarter, mean_field(0.01), by=0.0025, tolerance="1 %", units=""),
        within("no shortcuts: simulation", quarter, ring, by=0.0025, tolerance="1 %", units=""),
        within(
            "f(x) / (ln(2x) / 4x) at x = 10⁶",
            1.0,
            mean_field(many) / (math.log(2 * many) / (4 * many)),
            by=0.01,
            tolerance="1 %, as for the other limit",
            flag=published.values["limit_many_shortcuts"].flag,
            units="ratio",
        ),
    ]


def _formula_checks(points: Sequence[Point], published: Published) -> list[Check]:
    table = published.tables["formula_against_simulation"]
    return [
        within(
            f"f({x})",
            printed,
            point.formula,
            by=5e-6,
            tolerance="5e-6: half of the last digit given",
            flag=table.flag,
            units="",
        )
        for point, x, printed in zip(
            points, table.column("shortcuts_x"), table.column("formula_f"), strict=True
        )
    ]


def _simulation_checks(
    settings: Settings, points: Sequence[Point], published: Published
) -> list[Check]:
    """Simulated rings against the formula, and against the collection's own simulation."""
    table = published.tables["formula_against_simulation"]
    checks = []
    for point, theirs in zip(points, table.column("simulated_l_over_L"), strict=True):
        checks.append(
            within(
                f"{point.shortcuts} shortcuts: simulation against formula",
                point.formula,
                point.simulated,
                by=0.2 * point.formula,
                tolerance="20 %: for 1 <= x <= 500 the formula is known to be low",
                flag="derived",
                units="",
            )
        )
        error = point.simulated.standard_error
        checks.append(
            within(
                f"{point.shortcuts} shortcuts: two simulations",
                theirs,
                point.simulated,
                by=3 * error * math.sqrt(1 + settings.graphs / 40),
                tolerance="3 standard errors of the difference; theirs from 40 rings, ours "
                f"from {settings.graphs}",
                flag=table.flag,
                units="",
            )
        )
    return checks


def _between_the_limits(points: Sequence[Point], published: Published) -> Check:
    ratios = [point.ratio for point in points]
    largest = max(points, key=lambda point: point.ratio)
    return holds(
        "simulation over formula is largest between the limits",
        "exact in the limits of few or of many shortcuts",
        f"{ratios[0]:.3f} with {points[0].shortcuts}, {largest.ratio:.3f} with "
        f"{largest.shortcuts}, {ratios[-1]:.3f} with {points[-1].shortcuts} shortcuts",
        largest.ratio > max(ratios[0], ratios[-1]),
        flag=published.values["claimed_exact_in_limits"].flag,
        tolerance="an ordering",
    )


def _panels(points: Sequence[Point], published: Published) -> tuple[Panel, ...]:
    table = published.tables["formula_against_simulation"]
    shortcuts = [point.shortcuts for point in points]
    curve = np.geomspace(shortcuts[0] / 10, shortcuts[-1], 60)
    ratio, low, high = (
        [value / point.formula for value, point in zip(column, points, strict=True)]
        for column in ends([point.simulated for point in points])
    )
    return (
        Panel(
            "Mean distance of a ring with shortcuts",
            "shortcuts x",
            "mean distance / n",
            (
                Series("f(x)", curve, [mean_field(x) for x in curve], whose="theirs"),
                Series(
                    "simulated",
                    shortcuts,
                    *ends([point.simulated for point in points]),
                    kind="points",
                ),
            ),
            log_x=True,
            log_y=True,
        ),
        Panel(
            "Simulation over formula",
            "shortcuts x",
            "ratio",
            (
                Series("ours", shortcuts, ratio, low, high),
                Series(
                    "collection's",
                    table.column("shortcuts_x"),
                    table.column("ratio"),
                    whose="theirs",
                    kind="points",
                ),
            ),
            log_x=True,
        ),
    )
