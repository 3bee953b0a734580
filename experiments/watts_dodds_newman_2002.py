"""How do people find short chains if they know only who somebody is, not whom they know?

People belong to groups that several independent hierarchies order (place, work). Ties are likelier
between those near each other in one of them, and letters go to whoever is nearest to the target in
any of them. The paper finds searches of about 6.7 steps in a world as large as Milgram's, and that
a few hierarchies make almost any such world searchable while one does not. Ties are drawn when they
are looked at, in the smaller worlds of the figure too. The paper does not say whether a tie drawn
twice counts twice: here it does, and the other reading stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simnet.chains.lazy import random_pairs
from simnet.chains.record import Chains
from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    StudySettings,
    holds,
    within,
    within_factor,
)
from simnet.lab.reproduction import published as published_of
from simnet.network import Estimate

from .estimates import ends, mean_of
from .identities import World, normal, rows_of, shares

STUDY = "watts-dodds-newman-2002"
OTHER_READING = (
    "here somebody drawn twice is drawn again, so that ties reach farther; the paper does not say "
    "which was done"
)


class Settings(StudySettings):
    """The two worlds of the paper, and how many letters are sent in them."""

    milgram: World
    figure: World
    attrition: Annotated[float, Field(ge=0, le=1, description="chance that a holder drops it")]
    letters: Annotated[int, Field(ge=100, description="in the world of Milgram's size")]
    most_hierarchies: Annotated[int, Field(ge=3, description="of the figure's worlds")]
    figure_letters: Annotated[int, Field(ge=100, description="in each world of the figure")]
    letters_of_one_hierarchy: Annotated[
        int, Field(ge=100, description="from near and from far each, where few arrive")
    ]
    near_height: Annotated[
        int, Field(ge=0, description="height up to which starter and target are near then")
    ]


def reproduce(settings: Settings, published: Published) -> Card:
    """Completed lengths at Milgram's size, and the chance to arrive by number of hierarchies."""
    completed, other = (
        _completed(settings, settings.milgram.model_copy(update={"repeats": repeats}))
        for repeats in (settings.milgram.repeats, not settings.milgram.repeats)
    )
    biased = _by_hierarchies(settings, settings.figure, settings.most_hierarchies)
    unbiased = [
        _arriving(settings, settings.figure.model_copy(update={"homophily": 0.0}), h)
        for h in (1, 2)
    ]
    return Card(
        study=STUDY,
        question="Can people who know only who the target is find the short chains that exist?",
        fitted=("the worlds, by the parameters published",),
        predicted=("mean length of completed chains", "chance that a letter arrives"),
        checks=(
            *_lengths(published, completed, other),
            *_searchability(settings, published, biased, unbiased),
            *_figure_without_repeats(settings, published),
        ),
        panels=(_length_panel(completed), _hierarchies_panel(published, biased, unbiased)),
    )


def _by_hierarchies(settings: Settings, figure: World, most: int) -> list[Estimate]:
    """q with one hierarchy, with two, ..."""
    several = [_arriving(settings, figure, h) for h in range(2, most + 1)]
    return [_arriving_in_one_hierarchy(settings, figure), *several]


def _send(
    settings: Settings, world: World, letters: int, *, participation: float, max_steps: int = 100
) -> Chains:
    people = world.drawn(settings.seed)
    pairs = random_pairs(people.n_people, letters, seed=settings.seed)
    return people.send(*pairs, participation=participation, max_steps=max_steps, seed=settings.seed)


def _completed(settings: Settings, world: World) -> NDArray[np.int64]:
    """Steps of the completed chains between random people."""
    chains = _send(settings, world, settings.letters, participation=1 - settings.attrition)
    return np.asarray(chains.steps[chains.arrived])


def _arriving(settings: Settings, figure: World, hierarchies: int) -> Estimate:
    """q, the chance that a letter arrives: ``mean((1 - p) ** L)`` over searches without drop-out,
    cut off where a letter would hardly still be there."""
    world = figure.model_copy(update={"hierarchies": hierarchies})
    chains = _send(settings, world, settings.figure_letters, participation=1.0, max_steps=30)
    return mean_of(np.where(chains.arrived, (1 - settings.attrition) ** chains.steps, 0.0))


def _arriving_in_one_hierarchy(settings: Settings, figure: World) -> Estimate:
    """q where letters hardly ever arrive from afar.

    It is the mean of what arrives from near and from far, weighted by how many pairs are so; as
    many letters are sent from near as from far.
    """
    people = figure.model_copy(update={"hierarchies": 1}).drawn(settings.seed)
    letters, width = settings.letters_of_one_hierarchy, people.people_below(settings.near_height)
    branch = np.arange(letters) % (people.n_people // width) * width
    near = [branch + ends for ends in random_pairs(width, letters, seed=settings.seed)]
    anywhere = np.array(random_pairs(people.n_people, letters, seed=settings.seed))
    far = anywhere[:, anywhere[0] // width != anywhere[1] // width]
    q_near, q_far = (
        mean_of(
            people.send(*pairs, participation=1 - settings.attrition, seed=settings.seed).arrived
        )
        for pairs in (near, far)
    )
    share = (width - 1) / (people.n_people - 1)
    value = share * q_near.value + (1 - share) * q_far.value
    error = math.hypot(share * q_near.standard_error, (1 - share) * q_far.standard_error)
    return normal(value, error, n=letters + far.shape[1])


def _lengths(
    published: Published, completed: NDArray[np.int64], other: NDArray[np.int64]
) -> list[Check]:
    model, data = published.values["mean_length_model"], published.values["mean_length_data"]
    return [
        within(
            "mean length of completed chains",
            model,
            mean_of(completed),
            by=0.4,
            tolerance="0.4",
        ),
        within(
            "mean length of completed chains, nobody drawn twice",
            model,
            mean_of(other),
            by=0.4,
            tolerance="0.4",
            because=OTHER_READING,
        ),
        within(
            "mean length of completed chains, against Nebraska's",
            data,
            mean_of(completed),
            by=0.6,
            tolerance="0.6: two standard errors of about 42 chains",
        ),
    ]


def _searchability(
    settings: Settings,
    published: Published,
    biased: Sequence[Estimate],
    unbiased: Sequence[Estimate],
) -> list[Check]:
    threshold = float(published.values["searchability_threshold_r"].value)
    alpha = settings.figure.homophily
    best = 1 + int(np.argmax([arriving.value for arriving in biased]))
    return [
        within_factor(
            f"q at alpha = {alpha:g}, H = {h}",
            published.values[f"q_alpha2_H{h}"],
            biased[h - 1],
            factor=1.5,
            tolerance="a factor of 1.5: read from a secondary source",
        )
        for h in (1, 2)
    ] + [
        holds(
            "H at which q is greatest",
            "H = 2 or 3",
            f"H = {best}",
            best in published.values["best_H"].value,
            flag=published.values["best_H"].flag,
            tolerance="one of the two",
        ),
        holds(
            "searchable with homophily",
            "with two hierarchies, not with one",
            f"q = {biased[0].value:.4f} with one, {biased[1].value:.3f} with two; r = {threshold}",
            biased[0].high < threshold <= biased[1].low,
            flag=published.values["searchable_needs"].flag,
            tolerance="95 % intervals on either side of the threshold r",
        ),
        holds(
            "searchable without homophily",
            "not at alpha = 0",
            f"q = {unbiased[0].value:.3f} with one hierarchy, {unbiased[1].value:.3f} with two",
            max(unbiased[0].low, unbiased[1].low) < threshold,
            flag=published.values["searchable_needs"].flag,
            tolerance="95 % intervals",
            because="the summary read gives the searchable region as alpha > 0 and H > 1 without "
            "its edge; at alpha = 0 all heights are equally likely, which still leads letters down",
        ),
    ]


def _figure_without_repeats(settings: Settings, published: Published) -> list[Check]:
    figure = settings.figure.model_copy(update={"repeats": not settings.figure.repeats})
    return [
        within_factor(
            f"q at alpha = {figure.homophily:g}, H = {h}, nobody drawn twice",
            published.values[f"q_alpha2_H{h}"],
            arriving,
            factor=1.5,
            tolerance="a factor of 1.5: read from a secondary source",
            because=OTHER_READING,
        )
        for h, arriving in enumerate(_by_hierarchies(settings, figure, 2), start=1)
    ]


def _length_panel(completed: NDArray[np.int64]) -> Panel:
    """Ours over the Nebraska chains as shown in 1967; the paper used those of 1969."""
    nebraska = rows_of(published_of("milgram-1967").tables["nebraska_completed_chain_lengths"]) + 1
    steps = list(range(1, 16))
    return Panel(
        "Completed chains among 100 million people",
        "steps (the last: 15 and more)",
        "share of completed chains",
        (
            Series("simnet", steps, shares(completed, 1, 15).tolist(), kind="bars"),
            Series(
                f"Nebraska, 1967,\n{len(nebraska)} chains",
                steps,
                shares(nebraska, 1, 15).tolist(),
                whose="theirs",
                kind="points",
            ),
        ),
    )


def _hierarchies_panel(
    published: Published, biased: Sequence[Estimate], unbiased: Sequence[Estimate]
) -> Panel:
    hierarchies = [1 + h for h in range(len(biased))]
    theirs = [float(published.values[f"q_alpha2_H{h}"].value) for h in (1, 2)]
    return Panel(
        "Chance to arrive among 100,000 people",
        "hierarchies H",
        "share of letters that arrive, q",
        (
            Series("alpha = 2", hierarchies, *ends(biased)),
            Series("alpha = 0", hierarchies[:2], *ends(unbiased)),
            Series("published, alpha = 2", [1, 2], theirs, whose="theirs", kind="points"),
        ),
    )
