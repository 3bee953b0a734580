"""How many steps along follows lie between two people on Twitter, and back to somebody who follows
one?

Everybody follows as many people as a power law says, and is followed by popularity, a power law
too; a share of follows is returned. Distances along follows are measured at several sizes and
carried to the size of Twitter on a straight line in its logarithm. The published figures do not
agree with each other, and the largest of them comes from a report whose network is not described.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import brentq

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
from simnet.network import Network, from_edges
from simnet.network.distances import StepsUntilFollowed, steps_until_followed
from simnet.network.structure import reciprocity
from simnet.randomness import stream_key
from simnet.spec.base import Probability

from .estimates import ends
from .worlds import Sized, at_size, measured, moved_along

STUDY = "twitter-2010"


class Settings(StudySettings):
    """Who follows whom, the sizes measured, and from how many people."""

    people: Annotated[int, Field(ge=1000, description="people at the largest size")]
    smaller: tuple[int, ...] = Field(
        strict=False, min_length=2, description="further sizes at which distances are measured"
    )
    exponent: Annotated[
        float, Field(gt=2.0, le=4.0, description="of the power laws of followings and popularity")
    ]
    returned: Probability = Field(description="share of follows that are returned")
    most: Annotated[int, Field(ge=1, description="most people whom somebody follows")]
    sources: Annotated[int, Field(ge=100, description="people from whom to measure distances")]


def reproduce(settings: Settings, published: Published) -> Card:
    """Distances along follows by size, and steps to a follower."""
    values = published.values
    follows = values["kwak_follow_links"].value / values["kwak_users"].value
    sizes = sorted([*settings.smaller, settings.people])
    networks = [_followers(settings, n, follows, settings.returned) for n in sizes]
    one_way = [_followers(settings, n, follows, 0.0) for n in sizes]
    sized = [measured(each, settings.sources, seed=settings.seed) for each in networks]
    sized_one_way = [measured(each, settings.sources, seed=settings.seed) for each in one_way]
    return Card(
        study=STUDY,
        question="How many follows lie between two people on Twitter?",
        fitted=(
            "follows a person, the exponent, the share returned (given)",
            f"popularity independent of how many one follows, at most {settings.most:,} followed "
            "(assumed)",
        ),
        predicted=("distances at the size of Twitter, along a line in ln n", "steps to a follower"),
        checks=(
            *_given_checks(networks[-1], follows, published),
            *_kwak_checks(sized, published),
            *_sysomos_checks(sized, published),
            *_follower_checks(settings, networks[-1], one_way[-1], published),
            *_search_checks(published),
        ),
        panels=(
            _size_panel(sized, sized_one_way, published),
            _distribution_panel(sized, published),
        ),
    )


# ---------------------------------------------------------------------- the network


def _followers(settings: Settings, people: int, follows: float, returned: float) -> Network:
    """Everybody's follows, a tie leading from a person to whom they follow.

    Followings and popularities lie at the quantiles of the power law, in orders drawn apart. Of
    the follows, the share `returned` is drawn to be returned; somebody who follows the most
    possible returns no more.
    """
    key = stream_key(settings.seed, 0, f"{STUDY}: {people} people, {returned} returned")
    draws = np.random.Generator(np.random.Philox(key=key))
    law = ((np.arange(people) + 0.5) / people) ** (-1 / (settings.exponent - 1))
    wanted = _with_mean(law, follows / (1 + returned), settings.most)
    followings = draws.permutation(np.floor(wanted + draws.random(people)).astype(np.int64))
    followers = np.repeat(np.arange(people), followings)
    popularity = np.cumsum(law)
    followed = np.searchsorted(popularity, draws.random(len(followers)) * popularity[-1])
    back = np.flatnonzero(draws.random(len(followers)) < returned)
    back = back[np.argsort(followed[back], kind="stable")]
    place = np.arange(len(back)) - np.searchsorted(followed[back], followed[back])
    back = back[place < settings.most - followings[followed[back]]]
    return from_edges(
        np.append(followers, followed[back]),
        np.append(followed, followers[back]),
        n_people=people,
        directed=True,
    )


def _with_mean(law: NDArray[np.float64], mean: float, most: int) -> NDArray[np.float64]:
    """Multiples of a law, cut at `most`, that have this mean."""
    factor = brentq(lambda factor: np.minimum(factor * law, most).mean() - mean, 0.0, mean)
    return np.minimum(factor * law, most)


def _given_checks(network: Network, follows: float, published: Published) -> list[Check]:
    share = reciprocity(network)
    return [
        within(
            "follows a person",
            follows,
            network.n_ties / network.n_people,
            by=0.1 * follows,
            tolerance="10 %: follows drawn twice are left out",
            role="input",
            flag="derived",
            units="follows",
        ),
        within(
            "share of tied pairs who follow each other",
            published.values["kwak_reciprocal_share"],
            share / (2 - share),
            by=0.03,
            tolerance="0.03",
            role="input",
        ),
    ]


# ---------------------------------------------------------------------- distances


def _kwak_checks(sized: Sequence[Sized], published: Published) -> list[Check]:
    values, people = published.values, sized[-1].people
    line = at_size(sized, values["kwak_users"].value)
    return [
        not_comparable(
            f"mean distance at {people:,} people",
            values["kwak_mean_distance"],
            sized[-1].distances.mean,
            f"distances grow with the number of people, and here are {people:,}",
        ),
        within(
            "mean distance, line to 41.7 million",
            values["kwak_mean_distance"],
            line,
            by=0.2,
            tolerance=f"0.2, on a straight line in ln n through {len(sized)} sizes",
            because="the line is followed over a factor of hundreds in size, where distances along "
            "a power law this broad need not grow as a logarithm",
        ),
        within(
            "median distance, moved along to 41.7 million",
            values["kwak_median_distance"],
            _median(sized[-1], line.value),
            by=0,
            tolerance="whole steps",
        ),
    ]


def _sysomos_checks(sized: Sequence[Sized], published: Published) -> list[Check]:
    """The report at its number of ties, at as many ties a person as a year before."""
    values = published.values
    follows = values["kwak_follow_links"].value / values["kwak_users"].value
    people = values["sysomos_friendships"].value / follows
    line = at_size(sized, people)
    moved = moved_along(sized[-1], line.value)
    because = (
        "the report counts 5.2 billion ties of a network it does not describe, and finds people "
        "farther apart than the whole network of 2009 was"
    )
    reached = [
        within(
            f"share of pairs within {steps} steps",
            values[f"sysomos_share_within_{steps}"],
            float(moved[min(steps, len(moved) - 1)]),
            by=0.02,
            tolerance="0.02",
            because=because,
        )
        for steps in (5, 6)
    ]
    return [
        within(
            "mean distance, line to 5.2 billion ties",
            values["sysomos_mean_distance"],
            line,
            by=0.2,
            tolerance="0.2: a report, not reviewed",
            because=because,
        ),
        within(
            "half of the pairs are within",
            values["sysomos_half_within"],
            _median(sized[-1], line.value),
            by=0,
            tolerance="whole steps",
        ),
        *reached,
    ]


def _median(largest: Sized, mean: float) -> float:
    return float(np.argmax(moved_along(largest, mean) >= 0.5))


def _size_panel(sized: Sequence[Sized], one_way: Sequence[Sized], published: Published) -> Panel:
    values = published.values
    target = values["kwak_users"].value
    ours = []
    for name, networks in (("some returned", sized), ("none returned", one_way)):
        people = [float(each.people) for each in networks]
        along = [*people, *np.geomspace(people[-1], target, 8)[1:]]
        means = [each.distances.mean for each in networks]
        ours += [
            Series(name, people, *ends(means), kind="points"),
            Series(name, along, *ends([at_size(networks, n) for n in along])),
        ]
    return Panel(
        "Mean distance along follows by size",
        "people",
        "mean distance (steps)",
        (
            *ours,
            Series(
                "published: whole network, 2009",
                [target],
                [values["kwak_mean_distance"].value],
                whose="theirs",
                kind="points",
            ),
        ),
        log_x=True,
    )


def _distribution_panel(sized: Sequence[Sized], published: Published) -> Panel:
    values, largest = published.values, sized[-1]
    line = at_size(sized, values["kwak_users"].value)
    moved = moved_along(largest, line.value)
    found = np.cumsum([share.value for share in largest.distances.shares])
    return Panel(
        "Share of pairs within so many steps",
        "steps",
        "share of pairs",
        (
            Series(f"{largest.people:,} people", range(1, len(found) + 1), found),
            Series("moved along to 41.7 million", range(1, len(moved)), moved[1:]),
            Series(
                "published: report of 2010",
                [5, 6],
                [values[f"sysomos_share_within_{steps}"].value for steps in (5, 6)],
                whose="theirs",
                kind="points",
            ),
        ),
    )


# ---------------------------------------------------------------------- back to a follower


def _follower_checks(
    settings: Settings, network: Network, one_way: Network, published: Published
) -> list[Check]:
    visited = published.values["sysomos_people_visited_to_find_a_follower"]
    spread = published.values["sysomos_sd_people_visited"]
    found, alone = (_until_followed(settings, each) for each in (network, one_way))
    because = (
        "whoever has a follow returned meets a follower at the first step, and nearly everybody "
        "has one where a fifth of the pairs follow each other; how the report walked is not told"
    )
    return [
        within(
            "steps until a follower",
            visited,
            found.mean,
            by=0.2,
            tolerance="0.2, as for distances of the report",
            because=because,
        ),
        within(
            "their standard deviation",
            spread,
            found.standard_deviation,
            by=0.2,
            tolerance="0.2, as for distances of the report",
            because=because,
        ),
        not_comparable(
            f"steps until a follower, no follow returned, {one_way.n_people:,} people",
            visited,
            alone.mean,
            "these steps grow with the number of people, and follows are returned on Twitter",
        ),
    ]


def _until_followed(settings: Settings, network: Network) -> StepsUntilFollowed:
    return steps_until_followed(network, sources=settings.sources, seed=settings.seed)


def _search_checks(published: Published) -> list[Check]:
    return [
        not_comparable(
            what,
            published.values[f"bakhshandeh_{name}"],
            None,
            because,
        )
        for what, name, because in (
            (
                "mean distance of pairs searched for",
                "mean_distance_optimal",
                "how the pairs were drawn is not known",
            ),
            (
                "requests a search takes",
                "mean_requests_optimal",
                "the search method is not part of simnet",
            ),
        )
    ]
