"""How far apart were the people of Facebook, and why did they come closer while it grew?

A society of people in countries and places, with the degrees, the share of ties abroad, the
clustering and the assortativity of Facebook in May 2011, is measured: the neighbourhoods of people,
their distances, and how these grow with the number of people, by which the distances among 721
million are predicted. A network that grew denser as Facebook did is measured on the way.

Distances at the size that one machine holds are not those of 721 million; only the straight line in
the logarithm of size is held to the published means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, NamedTuple

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
    holds,
    not_comparable,
    within,
)
from simnet.network import Estimate, Network, at_week, growing
from simnet.network.distances import distances
from simnet.network.structure import degree_assortativity, homophily
from simnet.spec import Growing, Social

from .estimates import ends, mean_of
from .worlds import (
    Sized,
    at_size,
    cell,
    measured,
    moved_along,
    of_size,
    people_near_degree,
    within_country,
)

STUDY = "facebook-2011"
YEARS = ("2008", "2009", "2010", "2011", "current")
TOO_SMALL = "the network has {:,} people, too few for the busiest to find the friends they want"


class Settings(StudySettings):
    """The society, the sizes it is measured at, and the network that grows."""

    society: Social = Field(description="the society at the largest size")
    smaller: tuple[int, ...] = Field(
        strict=False, min_length=2, description="further sizes at which distances are measured"
    )
    sources: Annotated[int, Field(ge=100, description="people from whom to measure distances")]
    neighbourhoods: Annotated[
        int, Field(ge=20, description="people whose neighbourhood is looked at")
    ]
    growth: Growing = Field(description="the network that grows from January 2008 to May 2011")
    growths: Annotated[int, Field(ge=2, description="how often it grows")]


class Neighbourhoods(NamedTuple):
    """What is around people of about 100 friends."""

    clustering: Estimate
    paths: Estimate
    reach: Estimate


def reproduce(settings: Settings, published: Published) -> Card:
    """The society, its distances by size, and the growing network."""
    society = of_size(settings.society, settings.society.people, seed=settings.seed)
    smaller = [of_size(settings.society, n, seed=settings.seed) for n in settings.smaller]
    networks = sorted([*smaller, society], key=lambda network: network.n_people)
    world = [measured(each, settings.sources, seed=settings.seed) for each in networks]
    country = [
        measured(within_country(each, 0), settings.sources, seed=settings.seed) for each in networks
    ]
    growths = _relative_distances(settings, published)
    return Card(
        study=STUDY,
        question="How far apart are the people of Facebook, and why do they come closer?",
        fitted=(
            "degrees, countries and the share of ties abroad (given)",
            "clustering and assortativity (by the shares of circles, their density and sorting)",
            "the fall of the mean distance from January 2008 to May 2011 (by closure)",
        ),
        predicted=(
            "friends of friends",
            "spid",
            "mean distances at the size of Facebook and of the USA, along a line in ln n",
            "the mean distance in the years between",
        ),
        checks=(
            *_given_checks(society, published),
            *_neighbourhood_checks(settings, society, published),
            *_distance_checks(world, country, published),
            *_growth_checks(growths, published),
        ),
        panels=(
            _size_panel(world, country, published),
            _distribution_panel(world, published),
            _growth_panel(growths, published),
        ),
    )


# ---------------------------------------------------------------------- the society


def _given_checks(society: Network, published: Published) -> list[Check]:
    values, degree = published.values, society.degree
    return [
        within(
            what,
            figure,
            ours,
            by=0.05 * figure.value,
            tolerance="5 %, as of every quantity that is set",
            because=TOO_SMALL.format(society.n_people),
            role="input",
        )
        for what, figure, ours in (
            ("median degree", values["ugander_median_degree"], float(np.median(degree))),
            ("mean degree", values["ugander_mean_degree"], float(degree.mean())),
            (
                "share of ties within a country",
                values["ugander_share_of_edges_within_country"],
                homophily(society, "country").within,
            ),
        )
    ]


def _neighbourhood_checks(
    settings: Settings, society: Network, published: Published
) -> list[Check]:
    """What is around a person; only where people find about as many friends as they want."""
    values = published.values
    found = _neighbourhoods(settings, society)
    assortativity = degree_assortativity(society)
    mean_degree = values["ugander_mean_degree"].value
    if abs(society.degree.mean() / mean_degree - 1) > 0.05:
        because = TOO_SMALL.format(society.n_people)
        return [
            not_comparable(what, values[name], ours, because)
            for what, name, ours in (
                ("clustering at degree 100", "ugander_clustering_at_degree_100", found.clustering),
                ("degree assortativity", "ugander_degree_assortativity", assortativity),
                ("friends' friends", "ugander_friends_of_friends_non_unique_at_100", found.paths),
                ("people two steps away", "ugander_friends_of_friends_unique_at_100", found.reach),
            )
        ]
    return [
        within(
            "clustering at degree 100",
            values["ugander_clustering_at_degree_100"],
            found.clustering,
            by=0.03,
            tolerance="0.03",
            role="fitted",
        ),
        within(
            "degree assortativity",
            values["ugander_degree_assortativity"],
            assortativity,
            by=0.05,
            tolerance="0.05",
            role="fitted",
        ),
        within(
            "friends' friends, degree 100, each way counted",
            values["ugander_friends_of_friends_non_unique_at_100"],
            found.paths,
            by=0.1 * values["ugander_friends_of_friends_non_unique_at_100"].value,
            tolerance="10 %",
        ),
        not_comparable(
            "people two steps away, degree 100",
            values["ugander_friends_of_friends_unique_at_100"],
            found.reach,
            f"a country of the model has {society.n_people // settings.society.countries:,} "
            "people on average, hardly more than those to be reached",
        ),
    ]


def _neighbourhoods(settings: Settings, society: Network) -> Neighbourhoods:
    people = people_near_degree(society, 100, most=settings.neighbourhoods, seed=settings.seed)
    looked_at = [_neighbourhood(society, int(person)) for person in people]
    return Neighbourhoods(*(mean_of(column) for column in zip(*looked_at, strict=True)))


def _neighbourhood(network: Network, person: int) -> tuple[float, int, int]:
    """Share of a person's alter pairs that are tied, ties of alters to others than the person, and
    people at distance 2."""
    alters = network.row(person)
    ends_of = np.concatenate([network.row(int(alter)) for alter in alters])
    among = int(np.isin(ends_of, alters).sum())
    beyond = np.setdiff1d(ends_of, np.append(alters, person))
    k = len(alters)
    return among / (k * (k - 1)), len(ends_of) - k, len(beyond)


# ---------------------------------------------------------------------- distances


def _distance_checks(
    world: Sequence[Sized], country: Sequence[Sized], published: Published
) -> list[Check]:
    values, nodes = published.values, published.tables["backstrom_nodes"]
    means = published.tables["backstrom_mean_distance"]
    largest, people = world[-1], world[-1].people
    size = f"distances grow with the number of people, and here are {people:,}"
    line = f"within 0.2, on a straight line in ln n through {len(world)} sizes up to {people:,}"
    because = (
        "the line is followed over a factor of several thousand in size, with as many countries "
        "and the same degrees all along"
    )
    usa = cell(nodes, "current", "us")
    return [
        not_comparable(
            f"mean distance at {people:,} people",
            values["backstrom_mean_distance_fb"],
            largest.distances.mean,
            size,
        ),
        within(
            "mean distance, line to 721 million",
            values["backstrom_mean_distance_fb"],
            at_size(world, values["backstrom_users"].value),
            by=0.2,
            tolerance=line,
            because=because,
        ),
        within(
            "mean distance in the USA, line to 149 million",
            cell(means, "current", "us"),
            at_size(country, usa),
            by=0.2,
            tolerance=line,
            because=because,
            flag=means.flag,
            units="links",
        ),
        within(
            "spid, variance over mean",
            values["backstrom_spid_fb"],
            largest.distances.spid,
            by=0.03,
            tolerance="0.03",
        ),
        holds(
            "distances within a country are shorter",
            f"{cell(means, 'current', 'us')} USA, {cell(means, 'current', 'it')} Italy, "
            f"{cell(means, 'current', 'se')} Sweden, {cell(means, 'current', 'fb')} all",
            f"{country[-1].distances.mean.value:.2f} largest country, "
            f"{largest.distances.mean.value:.2f} all",
            country[-1].distances.mean.high < largest.distances.mean.low,
            flag=means.flag,
            tolerance="an ordering; the intervals do not overlap",
        ),
        not_comparable(
            "share of pairs within 5 steps",
            values["backstrom_share_within_5"],
            largest.distances.within(5),
            size,
        ),
    ]


def _size_panel(world: Sequence[Sized], country: Sequence[Sized], published: Published) -> Panel:
    nodes, means = (published.tables[f"backstrom_{name}"] for name in ("nodes", "mean_distance"))
    series = []
    for name, sized, graphs in (
        ("all countries", world, ("fb",)),
        ("one country", country, ("se", "it", "us")),
    ):
        people = [float(each.people) for each in sized]
        published_at = [cell(nodes, "current", graph) for graph in graphs]
        along = [*people, *np.geomspace(people[-1], published_at[-1], 8)[1:]]
        found = [cell(means, "current", graph) for graph in graphs]
        series += [
            Series(name, people, *ends([each.distances.mean for each in sized]), kind="points"),
            Series(name, along, *ends([at_size(sized, n) for n in along])),
            Series(f"published: {name}", published_at, found, whose="theirs", kind="points"),
        ]
    return Panel(
        "Mean distance by size, carried on along straight lines",
        "people",
        "mean distance (steps)",
        series,
        log_x=True,
    )


def _distribution_panel(world: Sequence[Sized], published: Published) -> Panel:
    theirs = published.tables["backstrom_distance_distribution_current"]
    found = world[-1].distances.shares
    line = at_size(world, published.values["backstrom_users"].value)
    moved = np.diff(moved_along(world[-1], line.value))
    return Panel(
        "Share of pairs at each distance",
        "distance (steps)",
        "share of pairs",
        (
            Series(f"{world[-1].people:,} people", range(1, len(found) + 1), *ends(found)),
            Series("moved along\nto 721 million", range(1, len(moved) + 1), moved),
            Series(
                "published: 721 million",
                theirs.column("distance"),
                theirs.column("fb"),
                whose="theirs",
                kind="points",
            ),
        ),
    )


# ---------------------------------------------------------------------- growth


def _relative_distances(settings: Settings, published: Published) -> dict[str, NDArray[np.float64]]:
    """Mean distance at the size of each date over that of January 2008, one value a growth."""
    nodes = published.tables["backstrom_nodes"]
    first, last = (cell(nodes, year, "fb") for year in (YEARS[0], YEARS[-1]))
    weeks = {
        year: round(
            settings.growth.weeks
            * math.log(cell(nodes, year, "fb") / first)
            / math.log(last / first)
        )
        for year in YEARS
    }
    ratios = np.array([_one_growth(settings, weeks, time) for time in range(settings.growths)])
    return dict(zip(YEARS, ratios.T, strict=True))


def _one_growth(settings: Settings, weeks: dict[str, int], time: int) -> list[float]:
    spec = {name: value for name, value in settings.growth if name != "model"}
    network = growing(**spec, seed=settings.seed, replicate=time)
    means = [
        distances(at_week(network, week), sources=512, seed=settings.seed).mean.value
        for week in weeks.values()
    ]
    return [mean / means[0] for mean in means]


def _growth_checks(growths: dict[str, NDArray[np.float64]], published: Published) -> list[Check]:
    means = published.tables["backstrom_mean_distance"]
    errors = published.tables["backstrom_standard_error_of_mean_distance"]
    first, first_error = (cell(table, YEARS[0], "fb") for table in (means, errors))
    steady = (
        "the model grows denser by one power of size all along, Facebook did mostly in the end: "
        "76 friends in 2008, 89 in 2009, 113 in 2010, 169 in 2011, 190 in May"
    )
    checks = []
    for year in YEARS[1:]:
        ratio = cell(means, year, "fb") / first
        relative = math.hypot(cell(errors, year, "fb") / (ratio * first), first_error / first)
        ours = mean_of(growths[year])
        checks.append(
            within(
                f"mean distance, {_date(year)} over January 2008",
                ratio,
                ours,
                by=3 * math.hypot(ratio * relative, ours.standard_error),
                tolerance="3 standard errors of the difference: printed ones, and ours over "
                f"{len(growths[year])} networks",
                because=steady if year in ("2009", "2010") else "",
                role="fitted" if year == YEARS[-1] else "predicted",
                flag="derived",
                units="ratio",
            )
        )
    path = [float(growths[year].mean()) for year in YEARS]
    checks.append(
        holds(
            "people come closer while the network grows denser",
            "5.28 in 2008, 4.74 in 2011, falling every year",
            ", ".join(f"{ratio:.3f}" for ratio in path) + " of the first",
            all(later < earlier for earlier, later in pairwise(path)),
            flag=means.flag,
            tolerance="an ordering",
            role="fitted",
        )
    )
    return checks


def _growth_panel(growths: dict[str, NDArray[np.float64]], published: Published) -> Panel:
    means = published.tables["backstrom_mean_distance"]
    nodes = published.tables["backstrom_nodes"]
    millions = [cell(nodes, year, "fb") / 1e6 for year in YEARS]
    first = cell(means, YEARS[0], "fb")
    return Panel(
        "Mean distance while the network grows",
        "people of Facebook (millions)",
        "over January 2008",
        (
            Series("growing network", millions, *ends([mean_of(growths[year]) for year in YEARS])),
            Series(
                "published",
                millions,
                [cell(means, year, "fb") / first for year in YEARS],
                whose="theirs",
                kind="points",
            ),
        ),
        log_x=True,
    )


def _date(year: str) -> str:
    return "May 2011" if year == "current" else f"January {year}"
