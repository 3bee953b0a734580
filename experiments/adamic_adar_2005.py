"""Do colleagues find each other by who works for whom, by where desks are, or by who knows most?

Companies of as many people as HP Labs are made: everybody in charge has the same number of people
under them, teams sit together, and ties become rare exponentially with steps in the chart, as
published. Letters then go to the contact nearest to the target in the chart, to the one whose desk
is nearest, to the one with the most contacts, or to any by chance. Of the published figures only
the laws of ties are confirmed; the numbers of steps, and with them the order, are recalled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import brentq

from simnet.chains import rules, send
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
from simnet.network import Network, from_edges, read
from simnet.network.distances import distances
from simnet.network.spaces import Category, Lattice
from simnet.network.structure import largest_component, strong_components, subnetwork
from simnet.randomness import stream_key
from simnet.spec.base import Share

from .estimates import ends, mean_of

STUDY = "adamic-adar-2005"
STRIP = 3  # desks across
FAR = 2.0  # times as many steps: "far slower"
STEPS_SHOWN = 50

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Settings(StudySettings):
    """The companies and the letters."""

    companies: Annotated[int, Field(ge=2, description="companies made")]
    reports: Annotated[int, Field(ge=2, description="people under everybody in charge")]
    chart_decay: Annotated[
        float, Field(ge=0.0, description="a: ties fall as exp(-a h), h steps apart in the chart")
    ]
    moved: Share = Field(description="share of people who do not sit with their team")
    activity_shape: Annotated[
        float, Field(gt=0.0, description="of the gamma law of activity; 1 makes it exponential")
    ]
    letters: Annotated[int, Field(ge=10, description="letters in every company")]
    max_steps: Annotated[int, Field(ge=10, description="a letter is given up after so many steps")]
    email: str | None = Field(
        description="folder with edges.csv.gz and nodes.csv.gz of an institute's e-mail"
    )


class Tied(NamedTuple):
    """Pairs of people, and ties among them, by how far apart the two are.

    By the size of the smallest group that holds both, or by the distance of their desks.
    """

    apart: Ints
    pairs: Ints
    ties: Ints


class Company(NamedTuple):
    """A company, its ties by group and by desk, and the steps of its letters by strategy."""

    network: Network
    groups: Tied
    desks: Tied
    steps: Mapping[str, Ints]


def nearest_in_chart(view: rules.View, draw: float) -> int:
    """The routing rule: to the contact fewest steps from the target in the chart."""
    post, target = view.alter("post"), view.target("post")
    apart = steps_in_chart(post, np.full_like(post, target), view.target("reports"))
    nearest = view.alters[apart == apart.min()]
    return int(nearest[int(draw * len(nearest))])


STRATEGIES: Mapping[str, rules.Rule] = {
    "chart": rules.OwnRule(function=f"{__name__}:nearest_in_chart"),
    "desk": rules.Nearest(space="desk"),
    "degree": rules.HighestDegree(),
    "chance": rules.AtRandom(),
}


def reproduce(settings: Settings, published: Published) -> Card:
    """Letters in every company by each strategy, and the laws of its ties."""
    companies = [_company(settings, published, number) for number in range(settings.companies)]
    return Card(
        study=STUDY,
        question="Which way do colleagues find each other best: by chart, by desk or by degree?",
        fitted=(
            "people, mean and median degree (given)",
            "ties by steps in the chart (the published law, its constant recalled)",
            "everybody in charge has as many people under them, teams sit together (assumed)",
        ),
        predicted=("the order of the strategies", "ties by smallest common group and by desk"),
        checks=(
            *_given_checks(companies, published),
            *_order_checks(companies),
            *_step_checks(companies, published),
            *_group_checks(settings, companies, published),
            *_email_checks(settings, published),
        ),
        panels=(
            _steps_panel(companies),
            _means_panel(companies, published),
            _group_panel(companies, published),
        ),
    )


# ---------------------------------------------------------------------- a company


def steps_in_chart(one: Ints, other: Ints, reports: int) -> Ints:
    """Steps up and down the chart between posts.

    Posts are numbered from the top, level by level: the boss of post p is (p - 1) // reports.
    """
    steps = np.zeros(np.broadcast(one, other).shape, np.int64)
    while (one != other).any():
        higher = np.minimum(one, other)
        lower = np.maximum(one, other)
        steps += lower != higher
        one, other = higher, np.where(lower > higher, (lower - 1) // reports, lower)
    return steps


def smallest_common_group(people: int, reports: int) -> Ints:
    """People in the smallest group that holds both of a pair, as a square matrix.

    A group is somebody with everybody below.
    """
    size = np.ones(people, np.int64)
    for post in range(people - 1, 0, -1):
        size[(post - 1) // reports] += size[post]
    one, other = np.indices((people, people))
    while (one != other).any():
        higher, lower = np.minimum(one, other), np.maximum(one, other)
        one, other = higher, np.where(lower > higher, (lower - 1) // reports, lower)
    return size[one]


def _company(settings: Settings, published: Published, number: int) -> Company:
    network = largest_component(_network(settings, published, number))
    draws = _draws(settings, f"letters of company {number}")
    starters, targets = draws.integers(network.n_people, size=(2, settings.letters))
    targets += starters == targets
    targets %= network.n_people
    return Company(
        network,
        groups=_by_group(network, int(published.values["people"].value), settings.reports),
        desks=_by_desk(network),
        steps=_steps(settings, network, starters, targets, STRATEGIES),
    )


def _network(settings: Settings, published: Published, number: int) -> Network:
    """Colleagues, tied with the chance 1 - exp(-c w_i w_j exp(-a h)).

    w is everybody's activity, h steps in the chart, and c makes the mean degree the published one.
    """
    people = int(published.values["people"].value)
    draws = _draws(settings, f"company {number}")
    desks = _desks(settings, people, draws)
    activity = draws.gamma(settings.activity_shape, size=people)
    one, other = np.triu_indices(people, k=1)
    law = activity[one] * activity[other]
    law *= np.exp(-settings.chart_decay * steps_in_chart(one, other, settings.reports))
    wanted = published.values["mean_degree"].value * people / 2
    factor = brentq(lambda c: -np.expm1(-c * law).sum() - wanted, 0.0, 1e6)
    tied = draws.random(len(law)) < -np.expm1(-factor * law)
    network = from_edges(
        one[tied],
        other[tied],
        n_people=people,
        people={
            "post": np.arange(people),
            "reports": np.full(people, settings.reports),
            "desk_x": desks[:, 0],
            "desk_y": desks[:, 1],
        },
    )
    side = int(desks.max()) + 1
    return replace(network, spaces={"desk": Lattice(("desk_x", "desk_y"), side=side, wraps=False)})


def _desks(settings: Settings, people: int, draws: np.random.Generator) -> Ints:
    """Where everybody sits in a square room: teams beside each other, in strips of desks.

    Strips are `STRIP` desks wide and turn back at the wall.
    """
    side = int(np.ceil(np.sqrt(people)))
    along, across = np.divmod(np.arange(STRIP * side), STRIP)
    strips = [
        np.column_stack([first + across, along if number % 2 == 0 else side - 1 - along])
        for number, first in enumerate(range(0, side, STRIP))
    ]
    room = np.concatenate(strips)
    desks = np.empty((people, 2), np.int64)
    desks[_branch_by_branch(people, settings.reports)] = room[room[:, 0] < side][:people]
    moved = np.flatnonzero(draws.random(people) < settings.moved)
    desks[moved] = desks[draws.permutation(moved)]
    return desks


def _branch_by_branch(people: int, reports: int) -> list[int]:
    """The posts, everybody followed by those below."""
    order, waiting = [], [0]
    while waiting:
        post = waiting.pop()
        order.append(post)
        below = range(post * reports + 1, min(post * reports + reports, people - 1) + 1)
        waiting.extend(reversed(below))
    return order


def _draws(settings: Settings, what: str) -> np.random.Generator:
    key = stream_key(settings.seed, 0, f"{STUDY}: {what}")
    return np.random.Generator(np.random.Philox(key=key))


def _steps(
    settings: Settings,
    network: Network,
    starters: Ints,
    targets: Ints,
    strategies: Mapping[str, rules.Rule],
) -> dict[str, Ints]:
    """Steps of every letter by strategy; one that is given up counts as all it may make.

    Nobody gets a letter twice unless its holder has nobody else to pass it to.
    """
    return {
        name: send(
            network,
            starters,
            targets,
            rule=rule,
            max_steps=settings.max_steps,
            revisits="if-stuck",
            keep_paths=False,
            seed=settings.seed,
        ).steps.astype(np.int64)
        for name, rule in strategies.items()
    }


# ---------------------------------------------------------------------- checks


def _given_checks(companies: Sequence[Company], published: Published) -> list[Check]:
    values = published.values
    degrees = [company.network.degree for company in companies]
    return [
        within(
            "mean degree",
            values["mean_degree"],
            mean_of([degree.mean() for degree in degrees]),
            by=0.65,
            tolerance="5 %",
            role="input",
        ),
        within(
            "median degree",
            values["median_degree"],
            mean_of([np.median(degree) for degree in degrees]),
            by=1.0,
            tolerance="10 %",
            role="input",
        ),
        within(
            "mean distance",
            values["mean_shortest_path"],
            mean_of(
                [distances(company.network, sources="all").mean.value for company in companies]
            ),
            by=0.3,
            tolerance="10 %",
        ),
    ]


def _order_checks(companies: Sequence[Company]) -> list[Check]:
    """Differences of mean steps within each company, over companies."""
    return [
        _slower("desk slower than chart", companies, "desk", "chart", 1.0),
        _slower("degree slower than desk", companies, "degree", "desk", 1.0),
        _slower("degree far slower than desk", companies, "degree", "desk", FAR),
    ]


def _slower(what: str, companies: Sequence[Company], slow: str, quick: str, times: float) -> Check:
    means = _means(companies)
    difference = mean_of(means[slow] - times * means[quick])
    return holds(
        what,
        f"{slow} takes {'more' if times == 1 else 'far more'} steps than {quick}",
        f"{slow} {means[slow].mean():.3g}, {quick} {means[quick].mean():.3g} steps",
        difference.low > 0,
        flag="recalled",
        because="whoever is high in the chart is few steps from all and so is tied to very many "
        "here; letters by degree are at the top at once",
        tolerance="95 % interval over companies of the difference lies above 0"
        + ("" if times == 1 else f"; far: {times:g} times as many"),
    )


def _means(companies: Sequence[Company]) -> dict[str, Floats]:
    """Mean steps in each company by strategy."""
    return {
        name: np.array([company.steps[name].mean() for company in companies]) for name in STRATEGIES
    }


def _step_checks(companies: Sequence[Company], published: Published) -> list[Check]:
    because = (
        "recalled, and measured on the very people of HP Labs; only the order is to be expected"
    )
    checks = []
    for name, theirs in (("chart", "hierarchy"), ("desk", "geography"), ("degree", "degree")):
        steps = np.concatenate([company.steps[name] for company in companies])
        for what, ours in (
            ("mean", mean_of(_means(companies)[name])),
            ("median", float(np.median(steps))),
        ):
            figure = published.values[f"{theirs}_search_{what}"]
            checks.append(not_comparable(f"{what} steps by {name}", figure, ours, because))
    return checks


def _by_group(network: Network, posts: int, reports: int) -> Tied:
    post = network.people["post"]
    common = smallest_common_group(posts, reports)
    return _tied(network, common[np.ix_(post, post)])


def _by_desk(network: Network) -> Tied:
    one, other = np.indices((network.n_people, network.n_people))
    apart = network.spaces["desk"].distance(network.people, one, other)
    return _tied(network, apart.astype(np.int64))


def _tied(network: Network, apart: Ints) -> Tied:
    """Pairs and ties, how far apart everybody is being given as a square matrix."""
    values, pairs = np.unique(apart[np.triu_indices(network.n_people, k=1)], return_counts=True)
    ties = np.searchsorted(values, apart[network.sources, network.neighbours])
    return Tied(values, pairs, np.bincount(ties, minlength=len(values)) // 2)


def _pooled(several: Sequence[Tied]) -> Tied:
    """All pairs and ties together."""
    apart, pairs, ties = (np.concatenate(column) for column in zip(*several, strict=True))
    apart, at = np.unique(apart, return_inverse=True)
    summed = (np.bincount(at, column).astype(np.int64) for column in (pairs, ties))
    return Tied(apart, *summed)


def _group_checks(
    settings: Settings, companies: Sequence[Company], published: Published
) -> list[Check]:
    return [
        within(
            "power of group size by which ties become rare",
            published.values["link_probability_by_smallest_group"],
            mean_of([_power(company.groups) for company in companies]),
            by=0.1,
            tolerance="0.1",
        ),
        not_comparable(
            "ties by steps in the chart",
            published.values["link_probability_by_org_distance"],
            f"exp(-{settings.chart_decay:g} h)",
            "given, not predicted",
            role="input",
        ),
        within(
            "power of the distance of desks by which ties become rare",
            published.values["link_probability_by_desk_distance"],
            mean_of([_power(company.desks) for company in companies]),
            by=0.25,
            tolerance="0.25: published as 1 / distance, without a digit after the point",
        ),
    ]


def _power(tied: Tied) -> float:
    """Slope of the straight line through logarithms, weighted by the square roots of ties."""
    there = tied.ties > 0
    chance = tied.ties[there] / tied.pairs[there]
    weights = np.sqrt(tied.ties[there])
    return float(np.polyfit(np.log(tied.apart[there]), np.log(chance), 1, w=weights)[0])


# ---------------------------------------------------------------------- e-mail of an institute


def _email_checks(settings: Settings, published: Published) -> list[Check]:
    """The same of people whose departments are known, whose ties lead from sender to receiver."""
    if settings.email is None:
        return []
    network = _institute(Path(settings.email))
    draws = _draws(settings, "letters of the institute")
    # One strong component: every letter can arrive.
    starters, targets = draws.integers(network.n_people, size=(2, settings.letters))
    targets = (targets + (starters == targets)) % network.n_people
    strategies = {
        "department": rules.Nearest(space="department"),
        **{name: STRATEGIES[name] for name in ("degree", "chance")},
    }
    steps = _steps(settings, network, starters, targets, strategies)
    because = "another institute, whose chart has one level only: departments"
    found = ", ".join(f"{name} {each.mean():.3g}" for name, each in steps.items()) + " steps"
    return [
        holds(
            "e-mail of an institute: degree far slower than department",
            "degree takes far more steps than chart or desk",
            found,
            steps["degree"].mean() > FAR * steps["department"].mean(),
            flag="recalled",
            tolerance=f"far: {FAR:g} times as many",
            because=because,
        ),
        not_comparable(
            "e-mail of an institute: power of department size by which ties become rare",
            published.values["link_probability_by_smallest_group"],
            _power(_by_department(network)),
            because,
        ),
    ]


def _institute(folder: Path) -> Network:
    """The people who can all reach each other."""
    everybody = read(folder / "edges.csv.gz", people=folder / "nodes.csv.gz", directed=True)
    together = subnetwork(everybody, np.flatnonzero(strong_components(everybody).labels == 0))
    return replace(together, spaces={"department": Category("department")})


def _by_department(network: Network) -> Tied:
    """Pairs and ties inside departments, and of different departments in the whole."""
    _, at = np.unique(network.people["department"], return_inverse=True)
    size, n = np.bincount(at), network.n_people
    inside = at[network.sources] == at[network.neighbours]
    ties = np.bincount(at[network.sources][inside], minlength=len(size))
    across = np.array([[n], [n * n - np.sum(size * size)], [np.sum(~inside)]])
    return _pooled([Tied(size, size * (size - 1), ties), Tied(*across)])


# ---------------------------------------------------------------------- figures


def _steps_panel(companies: Sequence[Company]) -> Panel:
    within_steps = np.arange(STEPS_SHOWN + 1)
    series = []
    for name in STRATEGIES:
        steps = np.concatenate([company.steps[name] for company in companies])
        share = np.searchsorted(np.sort(steps), within_steps, side="right") / len(steps)
        series.append(Series(f"by {name}", within_steps.tolist(), share.tolist()))
    return Panel("Letters that arrived within so many steps", "steps", "share of letters", series)


def _means_panel(companies: Sequence[Company], published: Published) -> Panel:
    names = [name for name in STRATEGIES if name != "chance"]
    means = _means(companies)
    theirs = {"chart": "hierarchy", "desk": "geography", "degree": "degree"}
    return Panel(
        "Mean steps by strategy",
        "strategy",
        "mean steps",
        (
            Series(
                "simulated", names, *ends([mean_of(means[name]) for name in names]), kind="bars"
            ),
            Series(
                "recalled as published",
                names,
                [published.values[f"{theirs[name]}_search_mean"].value for name in names],
                whose="theirs",
                kind="bars",
            ),
        ),
    )


def _group_panel(companies: Sequence[Company], published: Published) -> Panel:
    """Chances over all companies; the published line goes through the middle of ours."""
    groups = _pooled([company.groups for company in companies])
    sizes, pairs, ties = (column[groups.ties > 0] for column in groups)
    chance = ties / pairs
    power = published.values["link_probability_by_smallest_group"].value
    height = np.exp(np.average(np.log(chance) - power * np.log(sizes), weights=np.sqrt(ties)))
    return Panel(
        "Ties by size of the smallest common group",
        "people in the group",
        "chance of a tie",
        (
            Series("simulated", sizes.tolist(), chance.tolist(), kind="points"),
            Series(
                f"published power {power:g}",
                sizes.tolist(),
                (height * sizes**power).tolist(),
                whose="theirs",
            ),
        ),
        log_x=True,
        log_y=True,
    )
