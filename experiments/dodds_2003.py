"""How long are the searches of which an e-mail experiment saw 1.6 percent arrive?

24,163 chains to 18 targets in the world of Watts, Dodds and Newman (2002), with the parameters that
paper chose for Milgram's experiment, before there was this one. A holder passes the mail on with
the published probability; the 24,163 are the chains that their sources did pass on, which the
published number of people shows (2.53 a chain: the source, who passes it on, the next, and 0.37,
0.37², ... more). Same country means the same subtree below the first branching of geography.
Nothing is set by completion or lengths.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simnet.chains.estimators import (
    Funnel,
    Lengths,
    completion_rate,
    corrected_lengths,
    funnel,
    naive_lengths,
)
from simnet.chains.record import Chains
from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    holds,
    within,
    within_factor,
)
from simnet.network import Estimate

from .estimates import mean_of
from .searches import IdentitySettings, dropped, generator, some, survival, world_of

STUDY = "dodds-2003"
FEW_NEAR = (
    "two people drawn at random are here seldom within four steps, and at this loss hardly any "
    "other search arrives; who volunteered to reach whom is not in this world"
)
NO_BORDER = (
    "with two hierarchies the better of both counts, and a tie by work leads across a border: "
    "sharing a country shortens no search"
)
TOO_SHORT = (
    "survival of a step rises from {:.2f} to {:.2f}; eightfold completion takes chains of {:.0f} "
    "steps, and few that arrive are so long"
)


class Settings(IdentitySettings):
    """The world, and how many chains are begun in it."""

    chains: Annotated[int, Field(ge=500, description="begun, and passed on by their source")]
    targets: Annotated[int, Field(ge=1, description="people to be reached")]
    passing_on: Annotated[float, Field(gt=0, lt=1, description="probability at every later step")]
    resamples: Annotated[int, Field(ge=99, description="of the bootstrap")]


class Runs(NamedTuple):
    """Searches to their end, the chains left of them, and which stay in one country."""

    searches: Chains
    chains: Chains
    same_country: NDArray[np.bool_]


def reproduce(settings: Settings, published: Published) -> Card:
    """The experiment at full scale: who arrives, in how many steps, and what that hides."""
    runs = _run(settings)
    groups = {
        "all": np.ones(len(runs.chains), np.bool_),
        "same country": runs.same_country,
        "other country": ~runs.same_country,
    }
    corrected = {
        name: corrected_lengths(
            some(runs.chains, which), resamples=settings.resamples, seed=settings.seed
        )
        for name, which in groups.items()
    }
    last = funnel(runs.chains, resamples=99, seed=settings.seed)
    return Card(
        study=STUDY,
        question="How long are the searches of which an e-mail experiment saw 1.6 % arrive?",
        fitted=("given: passing on, as published",),
        predicted=(
            "completion and mean length of completed chains",
            "corrected median lengths",
            "how completion answers to attrition",
            "people a chain",
            "no funnel",
        ),
        checks=(
            *_arrivals(settings, published, runs),
            *_medians(published, runs, groups, corrected),
            *_sensitivity(settings, published, runs),
            _no_funnel(last),
        ),
        panels=(_length_panel(runs, corrected["all"]), _attrition_panel(settings, published, runs)),
    )


def _run(settings: Settings) -> Runs:
    world = world_of(settings)
    draws = generator(settings.seed, "starters and targets")
    targets = draws.integers(world.n_people, size=settings.targets)
    to = targets[draws.integers(settings.targets, size=settings.chains)]
    others = draws.integers(world.n_people - 1, size=settings.chains)
    starters = others + (others >= to)
    searches = world.send(starters, to, max_steps=settings.max_steps, seed=settings.seed)
    assert searches.path is not None
    attrition = np.full(searches.path.shape[1], 1 - settings.passing_on)
    attrition[0] = 0.0
    chains = dropped(searches, attrition, seed=settings.seed)
    at_home = world.heights(starters, to)[:, 0] < settings.levels
    return Runs(searches, chains, at_home)


def _arrivals(settings: Settings, published: Published, runs: Runs) -> list[Check]:
    theirs = published.values
    people = runs.chains.steps + 1 - runs.chains.arrived
    a_chain = float(theirs["senders"].value) / float(theirs["chains"].value)
    return [
        within_factor(
            "completion of started chains",
            theirs["completion"],
            completion_rate(runs.chains),
            factor=1.3,
            tolerance="a factor of 1.3",
            because=FEW_NEAR,
        ),
        within(
            "mean length of completed chains",
            theirs["mean_length_completed"],
            naive_lengths(runs.chains).mean,
            by=0.3,
            tolerance="0.3",
            because=FEW_NEAR,
        ),
        within(
            "people a chain",
            a_chain,
            mean_of(people),
            by=0.1,
            tolerance="0.1: a source that drops its chain would make it one less",
            flag="derived",
            units="persons",
        ),
        within(
            "passing on",
            theirs["participation_per_link"],
            settings.passing_on,
            by=0.0,
            tolerance="taken as it is",
            role="input",
        ),
    ]


def _medians(
    published: Published,
    runs: Runs,
    groups: dict[str, NDArray[np.bool_]],
    corrected: dict[str, Lengths],
) -> list[Check]:
    checks = []
    for name, which in groups.items():
        figure = published.values[f"median_true_length_{name.replace(' ', '_')}"]
        because = NO_BORDER if name == "same country" else ""
        true = _median(runs.searches.steps[which & runs.searches.arrived])
        checks += [
            within(
                f"corrected median, {name}",
                figure,
                corrected[name].median,
                by=1,
                tolerance="1 step",
                because=because,
            ),
            within(
                f"median of the searches themselves, {name}",
                figure,
                true,
                by=1,
                tolerance="1 step",
                because=because,
            ),
        ]
    return checks


def _median(lengths: NDArray[np.integer]) -> float:
    """The smallest length up to which half of them lie."""
    return float(np.quantile(lengths, 0.5, method="inverted_cdf"))


def _sensitivity(settings: Settings, published: Published, runs: Runs) -> list[Check]:
    """How completion rises when attrition falls by 15 %, which can be read in two ways."""
    fall = float(published.values["sensitivity_attrition_down"].value)
    now = settings.passing_on
    ways = {"15 % of itself": 1 - (1 - fall) * (1 - now), "15 points": now + fall}
    return [
        within_factor(
            f"rise of completion when attrition falls by {by}",
            published.values["sensitivity_completion_up"],
            _rise(runs.searches, now, instead),
            factor=1.3,
            tolerance="a factor of 1.3, as for completion",
            because=TOO_SHORT.format(now, instead, 1 + np.log(8) / np.log(instead / now)),
            units="times",
        )
        for by, instead in ways.items()
    ]


def _rise(searches: Chains, passing_on: float, instead: float) -> Estimate:
    """How many times as many chains arrive if another share passes them on."""
    before, after = (survival(searches, share, started=True) for share in (passing_on, instead))
    mean = before.mean()
    ratio = float(after.mean() / mean)
    of_each = (after - ratio * before) / mean
    around = mean_of(of_each)
    return around._replace(value=ratio, low=ratio + around.low, high=ratio + around.high)


def _no_funnel(last: Funnel) -> Check:
    n = last.share.n
    return holds(
        "no funnel",
        "no evidence that a few people delivered most messages, unlike 1969",
        f"{last.n_people} different people handed over the {n} arrivals",
        2 * last.n_people > n,
        flag="seen",
        tolerance="more than one person for two arrivals; the 64 of 1969 came by 26",
    )


def _length_panel(runs: Runs, corrected: Lengths) -> Panel:
    longest = len(corrected.share)
    steps = list(range(1, longest))
    seen = np.flatnonzero(corrected.share)
    searches = runs.searches.steps[runs.searches.arrived]
    shares = np.bincount(searches, minlength=longest)[1:longest] / len(runs.searches)
    naive = naive_lengths(runs.chains)
    of_arrived = naive.share / naive.share.sum()
    return Panel(
        "Lengths: what arrived, what is inferred, what there was",
        "steps",
        "share",
        (
            Series("completed chains", steps, of_arrived[1:].tolist(), kind="bars"),
            Series("searches", steps, shares.tolist()),
            Series(
                "corrected",
                seen.tolist(),
                corrected.share[seen].tolist(),
                corrected.low[seen].tolist(),
                corrected.high[seen].tolist(),
                kind="points",
            ),
        ),
    )


def _attrition_panel(settings: Settings, published: Published, runs: Runs) -> Panel:
    shares = np.linspace(0.25, 0.75, 11)
    ours = [mean_of(survival(runs.searches, share, started=True)) for share in shares]
    return Panel(
        "Completion against passing on",
        "probability of passing on",
        "completion of started chains",
        (
            Series(
                "ours",
                shares.tolist(),
                [each.value for each in ours],
                [each.low for each in ours],
                [each.high for each in ours],
            ),
            Series(
                "published",
                [settings.passing_on],
                [float(published.values["completion"].value)],
                whose="theirs",
                kind="points",
            ),
        ),
        log_y=True,
    )
