"""How far apart were the 180 million people who exchanged messages in one month?

A society of people in countries and places with as many contacts each as on MSN Messenger is
measured at several sizes. No distance is fitted: the mean distance among 180 million follows on a
straight line in the logarithm of size, and their distribution by moving that of the largest network
along by what the line adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    StudySettings,
    not_comparable,
    within,
)
from simnet.network import Estimate
from simnet.network.structure import mean_clustering
from simnet.spec import Social

from .estimates import ends
from .worlds import Sized, at_size, measured, moved_along, of_size

STUDY = "msn-2008"


class Settings(StudySettings):
    """The society, and the sizes it is measured at."""

    society: Social = Field(description="the society at the largest size")
    smaller: tuple[int, ...] = Field(
        strict=False, min_length=2, description="further sizes at which distances are measured"
    )
    sources: Annotated[int, Field(ge=100, description="people from whom to measure distances")]


def reproduce(settings: Settings, published: Published) -> Card:
    """The society by size, and what follows for 180 million people."""
    society = of_size(settings.society, settings.society.people, seed=settings.seed)
    smaller = [of_size(settings.society, n, seed=settings.seed) for n in settings.smaller]
    sized = [
        measured(network, settings.sources, seed=settings.seed)
        for network in sorted([*smaller, society], key=lambda each: each.n_people)
    ]
    line = at_size(sized, published.values["graph_nodes"].value)
    moved = moved_along(sized[-1], line.value)
    return Card(
        study=STUDY,
        question="How far apart are 180 million people who exchange messages?",
        fitted=(
            "mean number of contacts (given)",
            "its median of 8, on which distances depend much (assumed)",
            "countries, places and circles (assumed)",
        ),
        predicted=("mean distance at 180 million, along a line in ln n", "the distribution there"),
        checks=(
            _degree_check(society.degree, published),
            not_comparable(
                "clustering",
                published.values["clustering"],
                mean_clustering(society),
                "the published value was not confirmed, and circles were not set to it",
            ),
            *_mean_checks(sized, line, published),
            *_distribution_checks(sized[-1], moved, line, published),
        ),
        panels=(
            _size_panel(sized, line, published),
            _distribution_panel(sized[-1], moved, published),
        ),
    )


def _degree_check(degree: NDArray[np.int64], published: Published) -> Check:
    mean = published.values["degree_mean"]
    return within(
        "mean number of contacts",
        mean,
        float(degree.mean()),
        by=0.05 * mean.value,
        tolerance="5 %, as of every quantity that is set",
        role="input",
    )


def _mean_checks(sized: Sequence[Sized], line: Estimate, published: Published) -> list[Check]:
    people = sized[-1].people
    return [
        not_comparable(
            f"mean distance at {people:,} people",
            published.values["mean_distance"],
            sized[-1].distances.mean,
            f"distances grow with the number of people, and here are {people:,}",
        ),
        within(
            "mean distance, line to 180 million",
            published.values["mean_distance"],
            line,
            by=line.high - line.value,
            tolerance="95 % prediction interval of a straight line in ln n through "
            f"{len(sized)} sizes up to {people:,}",
        ),
    ]


def _distribution_checks(
    largest: Sized, moved: NDArray[np.float64], line: Estimate, published: Published
) -> list[Check]:
    values = published.values
    because = (
        "it is the distribution of a smaller network, moved along; it lacks the published tail of "
        "people at the rim, up to 29 steps away"
    )
    distances = largest.distances
    return [
        within(
            "median distance, moved along",
            values["median_distance"],
            float(np.argmax(moved >= 0.5)),
            by=0,
            tolerance="whole steps",
            because=because,
        ),
        within(
            "most common distance, moved along",
            values["mode_distance"],
            float(np.argmax(np.diff(moved)) + 1),
            by=1,
            tolerance="one step: 6 and 7 are nearly as common",
        ),
        within(
            "share of pairs within 6 steps, moved along",
            values["share_within_6"],
            float(moved[6]),
            by=0.02,
            tolerance="0.02",
            because=because,
        ),
        within(
            "share of pairs within 7 steps, moved along",
            values["share_within_7"],
            float(moved[7]) if len(moved) > 7 else 1.0,
            by=0.02,
            tolerance="0.02",
            because=because,
        ),
        within(
            "spid, variance over mean, at 180 million",
            _spid(published),
            distances.spid.value * distances.mean.value / line.value,
            by=0.03,
            tolerance="0.03; the variance hardly changes with size",
            because=because,
            flag="derived",
            units="variance/mean",
        ),
        not_comparable(
            "longest distance",
            values["longest_distance_plotted"],
            float(distances.largest),
            f"the longest grows with the number of people, and here are {largest.people:,}",
        ),
    ]


def _spid(published: Published) -> float:
    """Variance over mean of the published distribution."""
    table = published.tables["distance_distribution"]
    steps = np.array(table.column("links"), dtype=np.float64)
    shares = np.array(table.column("probability"))
    mean = float(np.average(steps, weights=shares))
    return float(np.average((steps - mean) ** 2, weights=shares)) / mean


def _size_panel(sized: Sequence[Sized], line: Estimate, published: Published) -> Panel:
    target = published.values["graph_nodes"].value
    people = [float(each.people) for each in sized]
    along = [*people, *np.geomspace(people[-1], target, 8)[1:]]
    return Panel(
        "Mean distance by size",
        "people",
        "mean distance (steps)",
        (
            Series("ours", people, *ends([each.distances.mean for each in sized]), kind="points"),
            Series("ours", along, *ends([at_size(sized, n) for n in along])),
            Series(
                "published",
                [target],
                [published.values["mean_distance"].value],
                whose="theirs",
                kind="points",
            ),
        ),
        log_x=True,
    )


def _distribution_panel(largest: Sized, moved: NDArray[np.float64], published: Published) -> Panel:
    theirs = published.tables["distance_distribution"]
    shown = [steps for steps in theirs.column("links") if steps <= 14]
    found = largest.distances.shares
    return Panel(
        "Share of pairs at each distance",
        "distance (steps)",
        "share of pairs",
        (
            Series(f"{largest.people:,} people", range(1, len(found) + 1), *ends(found)),
            Series("moved along\nto 180 million", range(1, len(moved)), np.diff(moved)),
            Series(
                "published: 180 million",
                shown,
                theirs.column("probability")[: len(shown)],
                whose="theirs",
                kind="points",
            ),
        ),
    )
