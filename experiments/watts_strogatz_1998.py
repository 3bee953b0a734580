"""How few ties must be rewired for a large world to become small?

Rewired ring lattices: the characteristic path length L falls at far less rewiring than the
clustering coefficient C does. Nothing is fitted. The points of the published curve could not be had
as numbers; ours is held to a second simulation of the same model, made for the collection of
published numbers.
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
    not_comparable,
    within,
)
from simnet.network import Estimate, watts_strogatz
from simnet.network.distances import distances
from simnet.network.structure import mean_clustering

from .estimates import ends, mean_of

STUDY = "watts-strogatz-1998"


class Settings(StudySettings):
    """The lattice, and how many are rewired."""

    people: Annotated[int, Field(ge=20, description="people on the ring")]
    degree: Annotated[int, Field(ge=2, description="ties of a person in the lattice, even")]
    graphs: Annotated[int, Field(ge=2, description="networks at each rewiring probability")]


class Point(NamedTuple):
    """Both quantities at one rewiring probability, over those of the lattice."""

    rewiring: float
    length: Estimate
    clustering: Estimate


def reproduce(settings: Settings, published: Published) -> Card:
    """L and C of the lattice, and how they fall when its ties are rewired."""
    theirs = published.tables["figure_2_recomputed"]
    lattice = _measured(settings, 0.0, 0)
    points = [_point(settings, rewiring, lattice) for rewiring in theirs.column("p")]
    curve = _curve_checks(settings, published, points)
    return Card(
        study=STUDY,
        question="At how little rewiring does a ring lattice become a small world?",
        fitted=(),
        predicted=("L and C of the lattice", "L(p)/L(0) and C(p)/C(0)", "the random limit"),
        checks=(*_lattice_checks(settings, published, lattice), *curve, *_table_1(published)),
        panels=(_panel(published, points),),
    )


def _measured(settings: Settings, rewiring: float, graph: int) -> tuple[float, float]:
    """L and C of one network."""
    network = watts_strogatz(
        settings.people, settings.degree, rewiring, seed=settings.seed, replicate=graph
    )
    length = distances(network, sources="all").characteristic_path_length.value
    return length, mean_clustering(network)


def _point(settings: Settings, rewiring: float, lattice: tuple[float, float]) -> Point:
    graphs = [_measured(settings, rewiring, graph) for graph in range(settings.graphs)]
    length, clustering = (np.array(graphs) / lattice).T
    return Point(rewiring, mean_of(length), mean_of(clustering))


def _lattice_checks(
    settings: Settings, published: Published, lattice: tuple[float, float]
) -> list[Check]:
    k = settings.degree
    formula = 3 * (k - 2) / (4 * (k - 1))
    return [
        within(
            "L(0)",
            published.values["L_lattice_exact"],
            lattice[0],
            by=1e-4,
            tolerance="1e-4: half of the last digit given, and a little more",
        ),
        within(
            "C(0)",
            published.values["C_lattice_exact"],
            lattice[1],
            by=1e-6,
            tolerance="1e-6: the last digit given",
        ),
        within(
            "C(0) against 3(k - 2) / (4(k - 1))",
            formula,
            lattice[1],
            by=1e-12,
            tolerance="rounding of the computation",
            flag="derived",
        ),
    ]


def _curve_checks(settings: Settings, published: Published, points: Sequence[Point]) -> list[Check]:
    theirs = published.tables["figure_2_recomputed"]
    tolerance = f"3 sd/√{settings.graphs} + 0.01, sd between graphs as given with the figure"
    checks = []
    for name in ("L", "C"):
        values, spreads = (
            theirs.column(f"{name}(p)/{name}(0)"),
            theirs.column(f"sd_over_graphs_{name}"),
        )
        for point, value, sd in zip(points, values, spreads, strict=True):
            checks.append(
                within(
                    f"{name}(p)/{name}(0) at p = {point.rewiring:g}",
                    value,
                    point.length if name == "L" else point.clustering,
                    by=3 * sd / math.sqrt(settings.graphs) + 0.01,
                    tolerance=tolerance,
                    flag=theirs.flag,
                )
            )
    length, clustering = (_half(points, quantity) for quantity in ("length", "clustering"))
    checks.append(
        holds(
            "L falls at far less rewiring than C",
            "path length falls at far lower rewiring than clustering does",
            f"L has halved at p = {length:.2g}, C at p = {clustering:.2g}",
            10 * length < clustering,
            flag="seen",
            tolerance="far less: a tenth",
        )
    )
    return checks


def _half(points: Sequence[Point], quantity: str) -> float:
    """The rewiring probability at which a quantity is half that of the lattice, by interpolation
    along the logarithm."""
    values = [getattr(point, quantity).value for point in points]
    logarithms = [math.log(point.rewiring) for point in points]
    return float(np.exp(np.interp(-0.5, [-value for value in values], logarithms)))


def _table_1(published: Published) -> list[Check]:
    table = published.tables["table_1_real_networks"]
    return [
        not_comparable(
            f"{quantity}, {network}",
            value,
            None,
            "the data set is not shipped",
            role="input",
            flag=table.flag,
        )
        for quantity, column in (("L", "L_actual"), ("C", "C_actual"))
        for network, value in zip(table.column("network"), table.column(column), strict=True)
    ]


def _panel(published: Published, points: Sequence[Point]) -> Panel:
    theirs = published.tables["figure_2_recomputed"]
    rewiring = [point.rewiring for point in points]
    lengths = ends([point.length for point in points])
    clusterings = ends([point.clustering for point in points])
    return Panel(
        "Path length and clustering under rewiring",
        "rewiring probability p",
        "fraction of the lattice's",
        (
            Series("C(p)/C(0)", rewiring, *clusterings),
            Series("L(p)/L(0)", rewiring, *lengths),
            Series(
                "collection's\nC(p)/C(0)",
                rewiring,
                theirs.column("C(p)/C(0)"),
                whose="theirs",
                kind="points",
            ),
            Series(
                "collection's\nL(p)/L(0)",
                rewiring,
                theirs.column("L(p)/L(0)"),
                whose="theirs",
                kind="points",
            ),
        ),
        log_x=True,
    )
