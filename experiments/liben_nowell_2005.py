"""Do letters that always go to the friend who lives nearest to the target come to its town?

A country of as many people as LiveJournal had, in towns: two thirds of friendships become rare as
one over rank, the number of people who are nearer, and one third are with people of the same
interests wherever they live. All that people know of each other is the town. A letter goes to the
friend whose town is nearest to the target's and stops where no friend's is nearer than the
holder's own; it has come through if one of its holders lives in the target's town.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import curve_fit

from simnet.chains import rules, send
from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    StudySettings,
    between,
    not_comparable,
    within,
)
from simnet.network import Estimate, Network, read, social
from simnet.network.spaces import Sphere
from simnet.network.structure import subnetwork
from simnet.randomness import stream_key
from simnet.spec.social_networks import Lognormal, Society

from .estimates import ends, mean_of

STUDY = "liben-nowell-2005"
TOWN = "town"
PEOPLE_OF_A_TOWN = 1306.0  # where the average person lives, as the paper says
FEW = 0.001  # of the friendships, made near home or by age; the law by rank is to stand alone
RANKS_IN_A_BIN = 1.5  # each bin reaches to so many times the rank of the one before
SAME_TOWN_KM = 20.0  # of Brightkite's homes, which have no names of towns
LONGEST = 12  # steps shown in a figure


class Settings(StudySettings):
    """The country, the letters, and what else is tried."""

    people: Annotated[int, Field(ge=1000, description="people in the country")]
    friends: Annotated[float, Field(ge=2.0, description="mean friends of a person")]
    spread: Annotated[
        float, Field(ge=1.0, description="mean over median number of friends, which are lognormal")
    ]
    not_geographic: Annotated[
        float, Field(ge=0.0, le=0.99, description="share of friendships wherever people live")
    ]
    people_per_town: Annotated[int, Field(ge=1, description="mean people of a town")]
    town_exponent: Annotated[
        float, Field(ge=0.0, le=2.0, description="the town of rank r has people as r^-exponent")
    ]
    letters: Annotated[int, Field(ge=100, description="letters sent")]
    sources: Annotated[int, Field(ge=100, description="people whose friends are ranked")]
    other_spreads: tuple[Annotated[float, Field(ge=1.0)], ...] = Field(
        strict=False, description="further spreads, to see what hangs on it"
    )
    brightkite: str | None = Field(
        description="folder with edges.csv.gz and nodes.csv.gz of Brightkite"
    )


class Sent(NamedTuple):
    """How letters fared: who came through, and by how many steps those did."""

    through: Estimate
    steps: NDArray[np.int64]


class RankLaw(NamedTuple):
    """Chance of a friendship by rank, and the law eps + c / rank^exponent fitted to it."""

    rank: NDArray[np.float64]
    chance: NDArray[np.float64]
    exponent: float
    background: float
    not_geographic: float

    def at(self, rank: NDArray[np.float64]) -> NDArray[np.float64]:
        """The slope alone: what is left of the measured chances without the background."""
        left = np.asarray(self.chance - self.background)
        middle = len(left) // 2
        return np.asarray(left[middle] * (rank / self.rank[middle]) ** -self.exponent)


def reproduce(settings: Settings, published: Published) -> Card:
    """Letters across the country, and across Brightkite where it is to be had."""
    network = _country(settings, settings.spread)
    law = _rank_law(settings, network)
    sent = _sent(settings, network)
    spreads = {
        spread: _sent(settings, _country(settings, spread)) for spread in settings.other_spreads
    }
    return Card(
        study=STUDY,
        question="How many letters find the target's town by geography alone, in how many steps?",
        fitted=(
            "people, friends a person, one over rank, the share not geographic (given)",
            "sizes of towns (fitted to the average person's)",
            "spread of the number of friends (assumed, as on Facebook)",
        ),
        predicted=("share of letters that reach the town", "their mean and median steps"),
        checks=(
            *_given_checks(settings, network, law, published),
            *_letter_checks(sent, published),
            *_restart_checks(published),
            *_brightkite_checks(settings, published),
        ),
        panels=(
            _steps_panel(sent, published),
            _rank_panel(law, published),
            *_spread_panel(settings, sent, spreads, published),
        ),
    )


# ---------------------------------------------------------------------- the country


def _country(settings: Settings, spread: float) -> Network:
    """People in towns, who all give their town's middle as the place where they live.

    There are about as many fields as people of one level of activity, so that those who meet in a
    field live anywhere.
    """
    society = Society(
        degrees=Lognormal(median=settings.friends / spread, mean=settings.friends, most=1000),
        countries=1,
        abroad=0.0,
        people_per_place=settings.people_per_town,
        place_exponent=settings.town_exponent,
        close=0,
        neighbourhood=FEW,
        cohort=FEW,
        work=settings.not_geographic,
        branching=4,
        levels=9,
        introduced=0.0,
    )
    network = social(settings.people, society=society, seed=settings.seed)
    town = network.people["place"]
    people = np.bincount(town)
    middles = {
        f"{TOWN}_{name}": (np.bincount(town, network.people[name]) / people)[town]
        for name in ("lat", "lon")
    }
    return _placed(network, middles)


def _placed(network: Network, coordinates: dict[str, NDArray[np.float64]]) -> Network:
    return replace(
        network,
        people={**network.people, **coordinates},
        spaces={TOWN: Sphere(f"{TOWN}_lat", f"{TOWN}_lon")},
    )


# ---------------------------------------------------------------------- letters


def _sent(settings: Settings, network: Network, *, same_town: float = 0.0) -> Sent:
    """Letters between people of different towns, each followed to the target's.

    Of a letter that stops, every holder was nearer than the one before: the first holder within
    `same_town` kilometres of the target ends the search.
    """
    starters, targets = _pairs(settings, network, same_town)
    chains = send(
        network,
        starters,
        targets,
        rule=rules.Nearest(space=TOWN, closer_only=True),
        seed=settings.seed,
    )
    path = chains.holders
    distance = network.spaces[TOWN].distance(network.people, path, targets[:, np.newaxis])
    there = (distance <= same_town) & (path >= 0)
    through = there.any(axis=1)
    return Sent(mean_of(through), there.argmax(axis=1)[through])


def _pairs(
    settings: Settings, network: Network, same_town: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starters and targets drawn from everybody, those in one town left out."""
    draws = _draws(settings, "starters and targets")
    starters, targets = draws.integers(network.n_people, size=(2, settings.letters))
    apart = network.spaces[TOWN].distance(network.people, starters, targets) > same_town
    return starters[apart], targets[apart]


def _draws(settings: Settings, what: str) -> np.random.Generator:
    key = stream_key(settings.seed, 0, f"{STUDY}: {what}")
    return np.random.Generator(np.random.Philox(key=key))


def _letter_checks(sent: Sent, published: Published) -> list[Check]:
    values = published.values
    return [
        within(
            "letters that reach the target's town",
            values["success_reach_target_city"],
            sent.through,
            by=0.03,
            tolerance="0.03",
            because="it hangs on how unequally many friends people have, which is not among the "
            "published numbers: where all have equally many, fewer letters come through than "
            "published, with the spread of Facebook more",
        ),
        within(
            "their mean steps",
            values["mean_length_success"],
            mean_of(sent.steps),
            by=0.4,
            tolerance="0.4",
        ),
        within(
            "their median steps",
            values["median_length_success"],
            float(np.median(sent.steps)) if len(sent.steps) else float("nan"),
            by=0,
            tolerance="whole steps",
        ),
    ]


def _restart_checks(published: Published) -> list[Check]:
    because = "handing a letter that is stuck to anybody in the holder's town is no rule of simnet"
    return [
        not_comparable(what, published.values[name], None, because)
        for what, name in (
            ("letters that reach it, handed on in town", "success_with_random_restart_in_city"),
            ("their mean steps, handed on in town", "mean_length_with_restart"),
        )
    ]


# ---------------------------------------------------------------------- friendship by rank


def _rank_law(settings: Settings, network: Network) -> RankLaw:
    """Chance of a friendship by rank, over the friends of some people.

    rank_u(v) is the number of people nearer to u than v; somebody of a town with n people behind r
    nearer ones counts at the middle, r + n / 2.
    """
    chosen = _draws(settings, "people whose friends are ranked").permutation(network.n_people)
    limits = np.geomspace(1.0, network.n_people, _bins(network.n_people))
    pairs, friends = np.zeros((2, len(limits) + 1))
    where = np.column_stack([network.people[name] for name in _columns(network)])
    _, somebody, town, people = np.unique(
        where, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    town = town.ravel()
    for person in chosen[: settings.sources]:
        distance = network.spaces[TOWN].distance(network.people, person, somebody)
        order = np.argsort(distance, kind="stable")
        middle = np.empty(len(order))
        middle[order] = np.cumsum(people[order]) - people[order] / 2
        at = np.searchsorted(limits, middle)
        pairs += np.bincount(at, people, minlength=len(pairs))
        friends += np.bincount(at[town[network.row(person)]], minlength=len(pairs))
    return _fitted(limits, pairs, friends, network)


def _columns(network: Network) -> tuple[str, str]:
    space = network.spaces[TOWN]
    assert isinstance(space, Sphere)
    return space.latitude, space.longitude


def _bins(people: int) -> int:
    return int(np.ceil(np.log(people) / np.log(RANKS_IN_A_BIN)))


def _fitted(
    limits: NDArray[np.float64],
    pairs: NDArray[np.float64],
    friends: NDArray[np.float64],
    network: Network,
) -> RankLaw:
    """The law fitted to logarithms of chances from the size of the average town on, each weighted
    by the square root of its friendships."""
    rank = np.sqrt(limits[1:] * limits[:-1])
    pairs, friends = pairs[1:-1], friends[1:-1]
    known = (friends > 0) & (rank > PEOPLE_OF_A_TOWN)
    rank, chance = rank[known], friends[known] / pairs[known]

    def law(
        logarithm: NDArray[np.float64], height: float, exponent: float, background: float
    ) -> NDArray[np.float64]:
        return np.logaddexp(height - exponent * logarithm, background)

    (_, exponent, background), _ = curve_fit(
        law,
        np.log(rank),
        np.log(chance),
        p0=(np.log(chance[0] * rank[0]), 1.0, np.log(chance[-1])),
        sigma=1 / np.sqrt(friends[known]),
    )
    eps = float(np.exp(background))
    share = eps * network.n_people / float(network.degree.mean())
    return RankLaw(rank, chance, float(exponent), eps, share)


def _given_checks(
    settings: Settings, network: Network, law: RankLaw, published: Published
) -> list[Check]:
    values = published.values
    town = network.people["place"]
    return [
        within(
            "friends a person",
            values["mean_friends"],
            float(network.degree.mean()),
            by=0.4,
            tolerance="5 %",
            role="input",
        ),
        within(
            "people in the average person's town",
            PEOPLE_OF_A_TOWN,
            float(np.bincount(town)[town].mean()),
            by=0.1 * PEOPLE_OF_A_TOWN,
            tolerance="10 %",
            role="fitted",
            flag="recalled",
            units="people",
        ),
        between(
            "slope of friendship against rank",
            (values["rank_exponent_all"].value[1], values["rank_exponent_coasts"].value[0]),
            -law.exponent,
            low=-1.2,
            high=-1.0,
            tolerance="-1.2 to -1.0, the published slopes",
            role="input",
            flag="seen",
        ),
        within(
            "share of friendships not geographic",
            values["share_of_friendships_not_geographic"],
            law.not_geographic,
            by=0.1,
            tolerance="0.1: the background of the fitted law",
            role="input",
        ),
    ]


# ---------------------------------------------------------------------- Brightkite


def _brightkite_checks(settings: Settings, published: Published) -> list[Check]:
    if settings.brightkite is None:
        return []
    network = _brightkite(Path(settings.brightkite))
    sent = _sent(settings, network, same_town=SAME_TOWN_KM)
    law = _rank_law(settings, network)
    values = published.values
    because = (
        f"other people, all over the world, and {SAME_TOWN_KM:.0f} km from the target for its town"
    )
    return [
        not_comparable(f"Brightkite: {what}", figure, ours, because)
        for what, figure, ours in (
            (
                "letters that reach the target's town",
                values["success_reach_target_city"],
                sent.through,
            ),
            ("their mean steps", values["mean_length_success"], mean_of(sent.steps)),
            (
                "slope of friendship against rank",
                values["rank_exponent_all"],
                -law.exponent,
            ),
            (
                "share of friendships not geographic",
                values["share_of_friendships_not_geographic"],
                law.not_geographic,
            ),
        )
    ]


def _brightkite(folder: Path) -> Network:
    """The people whose homes are known, and the ties among them."""
    everybody = read(folder / "edges.csv.gz", people=folder / "nodes.csv.gz")
    located = subnetwork(everybody, np.flatnonzero(~np.isnan(everybody.people["lat"])))
    homes = {f"{TOWN}_{name}": located.people[name] for name in ("lat", "lon")}
    return _placed(located, homes)


# ---------------------------------------------------------------------- figures


def _steps_panel(sent: Sent, published: Published) -> Panel:
    values = published.values
    counts = np.bincount(np.minimum(sent.steps, LONGEST), minlength=LONGEST + 1)
    share = sent.through.value * np.cumsum(counts) / max(counts.sum(), 1)
    return Panel(
        "Letters in the target's town within so many steps",
        "steps",
        "share of letters",
        (
            Series("simulated", range(LONGEST + 1), share),
            Series(
                "published, at\ntheir mean steps",
                [values["mean_length_success"].value],
                [values["success_reach_target_city"].value],
                whose="theirs",
                kind="points",
            ),
        ),
    )


def _rank_panel(law: RankLaw, published: Published) -> Panel:
    values = published.values
    gentle, steep = values["rank_exponent_coasts"].value[0], values["rank_exponent_all"].value[1]
    middle = len(law.rank) // 2
    height = law.chance[middle] - law.background
    along = law.rank / law.rank[middle]
    return Panel(
        "Friendship by rank, without its background",
        "rank: people who are nearer",
        "chance of a friendship",
        (
            Series("simulated", law.rank, law.chance - law.background, kind="points"),
            Series(f"simulated, slope {-law.exponent:.2f}", law.rank, law.at(law.rank)),
            *(
                Series(
                    f"published slope {slope:.2f}", law.rank, height * along**slope, whose="theirs"
                )
                for slope in (gentle, steep)
            ),
        ),
        log_x=True,
        log_y=True,
    )


def _spread_panel(
    settings: Settings, sent: Sent, others: dict[float, Sent], published: Published
) -> Sequence[Panel]:
    """Nothing to show where no other spread was tried."""
    if not others:
        return ()
    shares = {settings.spread: sent.through} | {
        spread: each.through for spread, each in others.items()
    }
    spreads = sorted(shares)
    return (
        Panel(
            "Letters that reach the town, by how unequal people are",
            "mean over median number of friends",
            "share of letters",
            (
                Series("simulated", spreads, *ends([shares[spread] for spread in spreads])),
                Series(
                    "published",
                    [spreads[0], spreads[-1]],
                    [published.values["success_reach_target_city"].value] * 2,
                    whose="theirs",
                ),
            ),
        ),
    )
