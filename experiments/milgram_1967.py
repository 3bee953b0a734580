"""How long were the first chains, and would so short a median come out again?

The first report of the small world shows 44 completed chains from Nebraska, with a median of five
intermediaries, and tells of a pilot study from Kansas in which 3 of 60 folders arrived. Both are
mailed again in the world of 100 million people of Watts, Dodds and Newman, with starters who live
far from the target, as in the study of 1969, and with the same loss of a quarter at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simnet.lab.reproduction import Card, Check, Published, holds, within
from simnet.randomness import stream_key

from .estimates import LEVEL
from .identities import (
    LetterStudy,
    Mailing,
    chains_panel,
    histogram,
    mail,
    mean_or_nan,
    over_replicates,
    pooled,
    rows_of,
)

STUDY = "milgram-1967"
LEAST, MOST = 3, 7
"""The bins of the histogram: <= 3 intermediaries, 4, 5, 6, >= 7."""
RESAMPLES = 10_000


class Settings(LetterStudy):
    """The world, the starters, and how often both studies are done."""

    stockholders: Annotated[
        float, Field(ge=0, le=1, description="share of them among the Nebraska starters")
    ]


def reproduce(settings: Settings, published: Published) -> Card:
    """Both studies done again and again, in worlds of their own."""
    started = int(published.values["nebraska_started"].value)
    stockholders = round(settings.stockholders * started)
    nebraska = _mailings(
        settings,
        {"nebraska_random": started - stockholders, "nebraska_stockholders": stockholders},
    )
    recruited = int(published.values["kansas_recruited"].value)
    kansas = _mailings(settings, {"nebraska_random": recruited})
    return Card(
        study=STUDY,
        question="How long were the first chains, and would so short a median come out again?",
        fitted=("25 % loss at each step, from the study of 1969", "how far away the starters are"),
        predicted=("lengths of completed chains", "completion"),
        checks=(*_nebraska(settings, published, nebraska), *_kansas(settings, published, kansas)),
        panels=(chains_panel(_observed(published), nebraska, "Nebraska", "1967"),),
    )


def _mailings(settings: Settings, starters: dict[str, int]) -> list[Mailing]:
    return [mail(settings, starters, replicate) for replicate in range(settings.replicates)]


def _observed(published: Published) -> NDArray[np.int64]:
    return rows_of(published.tables["nebraska_completed_chain_lengths"])


def _nebraska(settings: Settings, published: Published, mailings: Sequence[Mailing]) -> list[Check]:
    values = published.values
    lengths = pooled(mailings)
    n = int(values["nebraska_completed_in_figure"].value)
    low, high = _of_few(settings, lengths, n)(np.median)
    return [
        within(
            "Nebraska: median intermediaries",
            values["nebraska_median_intermediaries"],
            float(np.median(lengths)) if len(lengths) else float("nan"),
            by=0.0,
            tolerance="exact",
            because=f"the median of {n} chains is itself uncertain: of so many of ours it lies "
            f"between {low:g} and {high:g} in 95 % of draws; it is 5 where nobody is drawn twice "
            "among the ties (world.repeats)",
        ),
        within(
            "Nebraska: mean intermediaries",
            values["nebraska_mean_of_figure"],
            over_replicates(mailings, lambda mailing: mean_or_nan(mailing.intermediaries())),
            by=0.6,
            tolerance="0.6: two standard errors of 44 chains",
        ),
        histogram(
            "Nebraska: histogram of intermediaries",
            _observed(published),
            lengths,
            (LEAST, MOST),
            flag=published.tables["nebraska_completed_chain_lengths"].flag,
        ),
        within(
            "Nebraska: completed, of those started",
            n / int(values["nebraska_started"].value),
            over_replicates(mailings, lambda mailing: float(mailing.chains.arrived.mean())),
            by=0.07,
            tolerance="0.07: two standard errors of 160 chains",
            flag=values["nebraska_started"].flag,
            units="fraction",
        ),
    ]


def _kansas(settings: Settings, published: Published, mailings: Sequence[Mailing]) -> list[Check]:
    values = published.values
    arrived = over_replicates(mailings, lambda mailing: float(mailing.chains.arrived.sum()))
    theirs = int(values["kansas_completed"].value)
    of_few = _of_few(settings, pooled(mailings), theirs)
    return [
        holds(
            "Kansas: completed chains of 60",
            f"{theirs} of {values['kansas_recruited'].value}",
            f"{arrived.value:.1f}; 95 % of studies: {arrived.low:.0f} to {arrived.high:.0f}",
            arrived.low <= theirs <= arrived.high,
            flag=values["kansas_completed"].flag,
            tolerance="within 95 % of our studies of 60 starters",
        ),
        _among_few(published, "kansas_mean_intermediaries", "mean", of_few(np.mean)),
        _among_few(published, "kansas_fastest_intermediaries", "fewest", of_few(np.min)),
    ]


def _of_few(
    settings: Settings, lengths: NDArray[np.int64], n: int
) -> Callable[[Callable[..., NDArray[np.float64]]], tuple[float, float]]:
    """Between which values 95 % of a statistic of n of these chains lie."""
    key = stream_key(settings.seed, 0, "few chains").astype(np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    if len(lengths) == 0:
        return lambda statistic: (float("nan"), float("nan"))
    drawn = generator.choice(lengths, size=(RESAMPLES, n))

    def interval(statistic: Callable[..., NDArray[np.float64]]) -> tuple[float, float]:
        low, high = np.quantile(statistic(drawn, axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)

    return interval


def _among_few(
    published: Published, figure: str, statistic: str, interval: tuple[float, float]
) -> Check:
    theirs = published.values[figure]
    low, high = interval
    return holds(
        f"Kansas: {statistic} intermediaries of three chains",
        f"{theirs.value}",
        f"95 % of three chains: {low:.1f} to {high:.1f}",
        low <= theirs.value <= high,
        flag=theirs.flag,
        tolerance="within 95 % of three of our chains",
    )
