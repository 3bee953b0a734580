"""Does a barrier between two groups of people explain that fewer letters arrive across it?

White starters in Los Angeles sent letters to white and to black targets in New York. The world is
that of Watts, Dodds and Newman (2002), about as large as in their figures, with a second group of
an eighth of the size of the first. Ties between the two are rarer than chance, by as much as the
confidants of Americans were of one race in 1985. Whether holders take part is fitted to the letters
for white targets; those for black targets are predicted, at that barrier and over the range there
could be. Holders go by place and work alone, as in that model: nobody looks for somebody of the
target's group.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import brentq

from simnet.chains import rules, send
from simnet.chains.estimators import completion_rate
from simnet.chains.record import Chains
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
from simnet.network import Estimate, Network

from .barriers import divided_world
from .estimates import ends, mean_of
from .searches import dropped, generator, some, survival

STUDY = "korte-milgram-1970"


class Settings(StudySettings):
    """The world, its two groups and the barrier between them."""

    levels: Annotated[int, Field(ge=1, description="branchings above a group of place or work")]
    branching: Annotated[int, Field(ge=2, description="b of the paper")]
    group: Annotated[
        int, Field(ge=2, description="people of a place or a workplace, g of the paper")
    ]
    homophily: Annotated[float, Field(ge=0, description="by place and work, alpha of the paper")]
    degree: Annotated[int, Field(ge=2, description="mean number of ties, even")]
    black: Annotated[float, Field(gt=0, lt=0.5, description="share of people")]
    crossing: Annotated[
        float, Field(gt=0, lt=1, description="share of a white person's ties that cross")
    ]
    crossings: Annotated[
        tuple[Annotated[float, Field(gt=0, lt=1)], ...],
        Field(min_length=1, description="values it might have", strict=False),
    ]
    searches: Annotated[int, Field(ge=200, description="to either group, at each barrier")]
    max_steps: Annotated[int, Field(ge=1, description="after which a search has failed")]


class Searches(NamedTuple):
    """Searches by the same starters' group, to targets of either group."""

    white: Chains
    black: Chains


def reproduce(settings: Settings, published: Published) -> Card:
    """Completion to either group, fitted to one of them."""
    theirs = published.values
    goal = float(theirs["completion_white_targets"].value)
    at = {
        crossing: _searches(settings, crossing)
        for crossing in {settings.crossing, *settings.crossings}
    }
    stated = at[settings.crossing]
    passing_on = _fitted(stated.white, goal)
    return Card(
        study=STUDY,
        question="Does a barrier between groups explain that letters across it arrive less often?",
        fitted=(
            f"passing on, {passing_on:.2f}, to the completion for white targets",
            f"given: {settings.crossing:.1%} of white people's ties cross, as in 1985",
        ),
        predicted=("completion for black targets", "its ratio to that for white targets"),
        checks=(
            *_completions(settings, published, stated, passing_on),
            *_lengths(published, settings, stated, passing_on),
        ),
        panels=(_panel(settings, published, at),),
    )


def _searches(settings: Settings, crossing: float) -> Searches:
    network = divided_world(
        levels=settings.levels,
        branching=settings.branching,
        group=settings.group,
        homophily=settings.homophily,
        degree=settings.degree,
        minority=settings.black,
        crossing=crossing,
        seed=settings.seed,
    )
    return Searches(_sent(settings, network, False), _sent(settings, network, True))


def _sent(settings: Settings, network: Network, to_minority: bool) -> Chains:
    """Letters from white people to targets of one group at the other end of the country."""
    draws = generator(settings.seed, "starters and targets", int(to_minority))
    is_minority = network.people["minority"]
    targets = draws.choice(np.flatnonzero(is_minority == to_minority), settings.searches)
    starters = _far_off(settings, network, targets, draws)
    return send(
        network,
        starters,
        targets,
        rule=rules.BetterOf(spaces=("place", "work")),
        max_steps=settings.max_steps,
        seed=settings.seed,
        replicate=int(to_minority),
    )


def _far_off(
    settings: Settings,
    network: Network,
    targets: NDArray[np.int64],
    draws: np.random.Generator,
) -> NDArray[np.int64]:
    """A white person for each target who shares no branching of place with it but the root."""
    white = np.flatnonzero(~network.people["minority"])
    starters = draws.choice(white, len(targets))
    while True:
        apart = network.spaces["place"].distance(network.people, starters, targets)
        near = np.flatnonzero(apart < settings.levels)
        if not len(near):
            return starters
        starters[near] = draws.choice(white, len(near))


def _fitted(searches: Chains, goal: float) -> float:
    """The probability of passing on at which a share `goal` of these searches arrives."""
    return float(brentq(lambda q: survival(searches, q, started=False).mean() - goal, 0.01, 1.0))


def _completions(
    settings: Settings, published: Published, stated: Searches, passing_on: float
) -> list[Check]:
    theirs = published.values
    white, black = (mean_of(survival(searches, passing_on, started=False)) for searches in stated)
    ratio = _ratio(stated, passing_on)
    n = int(theirs["chains_per_target_group"].value)
    like_theirs = [
        completion_rate(
            dropped(
                some(searches, np.arange(min(n, len(searches)))),
                1 - passing_on,
                seed=settings.seed,
                stream=f"drops {place}",
            ),
            of="all",
        )
        for place, searches in enumerate(stated)
    ]
    published_ratio = float(theirs["completion_white_targets"].value) / float(
        theirs["completion_black_targets"].value
    )
    because = _too_open(settings)
    return [
        within(
            "completion, white targets",
            theirs["completion_white_targets"],
            white,
            by=0.06,
            tolerance="0.06: two standard errors of 270 chains",
            role="fitted",
        ),
        within(
            "completion, black targets",
            theirs["completion_black_targets"],
            black,
            by=0.06,
            tolerance="0.06",
            because=because,
        ),
        within(
            "completion for white targets over that for black",
            published_ratio,
            ratio,
            by=0.8,
            tolerance="0.8",
            because=because,
            flag="derived",
            units="ratio",
        ),
        holds(
            "letters for black targets arrive less often",
            "0.33 against 0.13",
            f"{white.value:.3f} against {black.value:.3f}, "
            f"ratio {ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})",
            ratio.low > 1,
            flag="seen",
            tolerance="the interval of the ratio lies above 1",
        ),
        not_comparable(
            "completion in one run of the chains",
            "0.33 and 0.13 of 270 each",
            " and ".join(f"{each.value:.2f}" for each in like_theirs) + f" of {n} each",
            "shown only: the same with the noise of one run",
            flag="seen",
        ),
    ]


def _too_open(settings: Settings) -> str:
    return (
        f"at the {settings.crossing:.1%} of white people's ties that cross, stated for confidants "
        "of the 1980s, the barrier alone is not enough; holders may have been less willing to pass "
        "a letter on for a black target, and acquaintances of 1970 still more divided"
    )


def _ratio(stated: Searches, passing_on: float) -> Estimate:
    """White over black completion, with the error of the number of searches."""
    white, black = (survival(searches, passing_on, started=False) for searches in stated)
    ratio = float(white.mean() / black.mean())
    each = mean_of(white / white.mean() - black / black.mean())
    low, high = ratio * (1 + each.low), ratio * (1 + each.high)
    error = ratio * each.standard_error
    return Estimate(ratio, error, low, high, each.level, each.n, "delta method")


def _lengths(
    published: Published, settings: Settings, stated: Searches, passing_on: float
) -> list[Check]:
    checks = []
    for place, (name, searches) in enumerate(stated._asdict().items()):
        chains = dropped(searches, 1 - passing_on, seed=settings.seed, stream=f"drops {place}")
        checks.append(
            not_comparable(
                f"mean intermediaries, {name} targets",
                published.values[f"mean_intermediaries_{name}"],
                mean_of(chains.steps[chains.arrived] - 1),
                "the world has 100,000 people, and shorter ways",
            )
        )
    return checks


def _panel(settings: Settings, published: Published, at: dict[float, Searches]) -> Panel:
    theirs = published.values
    goal = float(theirs["completion_white_targets"].value)
    crossings = sorted(settings.crossings)
    whole = [0.8 * crossings[0], settings.black]
    black = [
        mean_of(survival(at[each].black, _fitted(at[each].white, goal), started=False))
        for each in crossings
    ]
    return Panel(
        "Completion over the range of the barrier, fitted to white targets at each",
        "share of white people's ties that cross",
        "completion of starters",
        (
            Series("black targets", crossings, *ends(black), kind="points"),
            Series(
                "published, black targets",
                whole,
                [float(theirs["completion_black_targets"].value)] * 2,
                whose="theirs",
            ),
            Series(
                "published, white targets",
                whole,
                [goal] * 2,
                whose="theirs",
            ),
        ),
        log_x=True,
    )
