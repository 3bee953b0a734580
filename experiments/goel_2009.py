"""Can true lengths be had from chains nearly all of which are dropped, by people who differ?

Searches of known length in the world of Watts, Dodds and Newman (2002) lose their chains to holders
who differ in education (with the published rates of passing on of two groups in the e-mail
experiment of 2003) and who take part more the nearer they are to the target (assumed). The
estimator of Goel et al., which gives each completed chain its own weight from a fitted logistic
regression, is held to the lengths that the searches had, and its median to the published one. The
correction by step of Dodds et al., which takes all holders at a remove for alike, stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import expit, logit

from simnet.chains.estimators import (
    Lengths,
    corrected_lengths,
    decisions,
    fit_participation,
    fitted_lengths,
    inverse_survival_lengths,
    naive_lengths,
)
from simnet.chains.lazy import random_pairs
from simnet.chains.record import Chains
from simnet.lab.reproduction import Card, Check, Panel, Published, Series, between, holds, within

from .estimates import mean_of
from .searches import IdentitySettings, dropped, generator, some, world_of

STUDY = "goel-2009"
NO_LONG_TAIL = (
    "people of this world have equally many ties and are all equally easy to find, so that few "
    "searches are very long"
)


class Settings(IdentitySettings):
    """The world, who takes part in it, and how many chains are begun."""

    searches: Annotated[int, Field(ge=200, description="different ones that chains are drawn from")]
    chains: Annotated[int, Field(ge=1_000, description="of the study like the published one")]
    known_chains: Annotated[int, Field(ge=1_000, description="of each test of the estimator")]
    known_studies: Annotated[int, Field(ge=2, description="tests of the estimator")]
    graduates: Annotated[float, Field(gt=0, lt=1, description="share of people")]
    passing_on_graduate: Annotated[float, Field(gt=0, lt=1)]
    passing_on_other: Annotated[float, Field(gt=0, lt=1)]
    nearness: Annotated[
        float, Field(description="log odds of passing on, a branching nearer to the target")
    ]
    foresight: Annotated[
        float,
        Field(
            description="log odds of passing on, a step still ahead; the estimator takes it for 0"
        ),
    ]
    easier: Annotated[
        float, Field(ge=0, description="log odds by which taking part is easier in the tests")
    ]
    fitted_on: Annotated[
        tuple[Literal["graduate", "nearness"], ...],
        Field(description="what the estimator takes participation to depend on", strict=False),
    ]
    resamples: Annotated[int, Field(ge=19, description="of the bootstrap")]


class Pool(NamedTuple):
    """Searches, and the attributes of their holders by remove."""

    searches: Chains
    graduate: NDArray[np.bool_]
    nearness: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """True mean length."""
        return float(self.searches.steps.mean())


class Study(NamedTuple):
    """Chains drawn from the pool, and their decisions with the attributes of the holders."""

    chains: Chains
    table: pd.DataFrame
    attrition: NDArray[np.float64]


def reproduce(settings: Settings, published: Published) -> Card:
    """Lengths inferred from dropped chains, against those there were and the published."""
    pool = _pool(settings)
    tests = [
        _study(settings, pool, settings.known_chains, settings.easier, replicate)
        for replicate in range(settings.known_studies)
    ]
    study = _study(settings, pool, settings.chains, 0.0, settings.known_studies)
    fitted = fitted_lengths(
        study.chains,
        study.table,
        settings.fitted_on,
        resamples=settings.resamples,
        seed=settings.seed,
    )
    by_step = corrected_lengths(study.chains, resamples=settings.resamples, seed=settings.seed)
    return Card(
        study=STUDY,
        question="Can true lengths be had from chains nearly all of which are dropped?",
        fitted=(
            "given: passing on by education, as published for 2003",
            "assumed: how much more people take part who are nearer to the target",
        ),
        predicted=(
            "no bias of the estimator",
            "median search length",
            "mean above the median",
            "the estimator that takes all holders for alike finds shorter searches",
        ),
        checks=(
            *_unbiased(settings, pool, tests),
            *_as_published(published, pool, fitted),
            _unlike(fitted, by_step),
            _fitted_back(settings, tests[0]),
        ),
        panels=(
            _length_panel(pool, study.chains, fitted, by_step),
            _completion_panel(published, pool, study.chains, fitted, by_step),
        ),
    )


def _pool(settings: Settings) -> Pool:
    world = world_of(settings)
    starters, targets = random_pairs(world.n_people, settings.searches, seed=settings.seed)
    searches = world.send(starters, targets, max_steps=settings.max_steps, seed=settings.seed)
    searches = some(searches, searches.arrived)
    assert searches.path is not None
    holders = np.maximum(searches.path, 0)
    heights = [world.heights(at_remove, searches.targets).min(axis=1) for at_remove in holders.T]
    people, place = np.unique(holders, return_inverse=True)
    is_graduate = generator(settings.seed, "education").random(len(people)) < settings.graduates
    graduate = is_graduate[place].reshape(holders.shape)
    return Pool(searches, graduate, settings.levels - np.stack(heights, axis=1))


def _study(settings: Settings, pool: Pool, chains: int, easier: float, replicate: int) -> Study:
    draws = generator(settings.seed, "which searches", replicate)
    which = draws.integers(len(pool.searches), size=chains)
    begun, graduate, nearness = (
        some(pool.searches, which),
        pool.graduate[which],
        pool.nearness[which],
    )
    base = np.where(graduate, logit(settings.passing_on_graduate), logit(settings.passing_on_other))
    ahead = begun.steps[:, None] - np.arange(base.shape[1])
    gain = settings.nearness * nearness + settings.foresight * ahead + easier
    attrition = expit(-(base + gain))
    run = dropped(begun, attrition, seed=settings.seed, replicate=replicate)
    table = decisions(run)
    row, remove = table["chain"].to_numpy(), table["remove"].to_numpy()
    attributes = {"graduate": graduate[row, remove], "nearness": nearness[row, remove]}
    return Study(run, table.assign(**attributes), attrition)


def _unbiased(settings: Settings, pool: Pool, tests: Sequence[Study]) -> list[Check]:
    """Estimates of the mean by known and by fitted attrition, over all tests."""
    by: dict[str, list[float]] = {"known": [], "fitted": []}
    for test in tests:
        fit = fit_participation(test.table, settings.fitted_on)
        by["known"].append(inverse_survival_lengths(test.chains, test.attrition).mean.value)
        again = np.ones(test.attrition.shape)
        row, remove = test.table["chain"].to_numpy(), test.table["remove"].to_numpy()
        again[row, remove] = fit.probability(dict(test.table[list(settings.fitted_on)]))
        by["fitted"].append(inverse_survival_lengths(test.chains, 1 - again).mean.value)
    return [
        within(
            f"mean length by the estimator, attrition {name}, against the truth",
            pool.mean,
            mean_of(means),
            by=0.02 * pool.mean,
            tolerance="2 % of the mean",
            flag="computed",
            units="steps",
        )
        for name, means in by.items()
    ]


def _as_published(published: Published, pool: Pool, fitted: Lengths) -> list[Check]:
    figure = published.values["length_within_which_half_complete"]
    low, high = figure.value
    true = float(np.quantile(pool.searches.steps, 0.5, method="inverted_cdf"))
    median, mean = fitted.median.value, fitted.mean
    return [
        between(
            "length within which half of the chains are complete",
            figure,
            fitted.median,
            low=low - 1,
            high=high + 1,
            tolerance="6 to 7 steps, and 1 more to either side",
        ),
        between(
            "the same, of the searches themselves",
            figure,
            true,
            low=low - 1,
            high=high + 1,
            tolerance="6 to 7 steps, and 1 more to either side",
        ),
        holds(
            "mean above the median",
            "the mean is much longer than the median",
            f"searches have a mean of {pool.mean:.2f} and a median of {true:.0f}",
            pool.mean > true,
            flag="seen",
            tolerance="an inequality",
        ),
        holds(
            "mean well above the median",
            "the mean is much longer than the median",
            f"estimated mean {mean.value:.1f} ({mean.low:.1f} to {mean.high:.1f}), "
            f"median {median:.0f}",
            mean.low > median + 1,
            flag="seen",
            tolerance="the interval of the mean lies a step and more above the median",
            because=NO_LONG_TAIL,
        ),
    ]


def _unlike(fitted: Lengths, by_step: Lengths) -> Check:
    return holds(
        "unequal attrition reveals longer searches",
        "with unequal attrition the distribution of lengths has a longer tail",
        f"mean {fitted.mean.value:.2f} by person, {by_step.mean.value:.2f} by step",
        fitted.mean.value > by_step.mean.value,
        flag="seen",
        tolerance="an inequality",
    )


def _fitted_back(settings: Settings, test: Study) -> Check:
    """The regression finds the differences in participation that were put in."""
    education = logit(settings.passing_on_graduate) - logit(settings.passing_on_other)
    put_in = {"graduate": float(education), "nearness": settings.nearness}
    fitted = fit_participation(test.table, settings.fitted_on).table.drop("intercept")
    off = [row.value - put_in[str(name)] for name, row in fitted.iterrows()]
    return holds(
        "the fitted regression finds what was put in",
        ", ".join(f"{name} {put_in[str(name)]:.3f}" for name in fitted.index),
        ", ".join(f"{row.value:.3f} ± {row.standard_error:.3f}" for row in fitted.itertuples()),
        bool((np.abs(off) < 4 * fitted["standard_error"]).all()),
        flag="computed",
        tolerance="four standard errors",
        units="log odds",
    )


def _length_panel(pool: Pool, chains: Chains, fitted: Lengths, by_step: Lengths) -> Panel:
    longest = len(fitted.share)
    steps = list(range(1, longest))
    true = np.bincount(pool.searches.steps, minlength=longest)[1:longest] / len(pool.searches)
    naive = naive_lengths(chains).share
    seen = np.flatnonzero(fitted.share)
    return Panel(
        "Lengths of searches, inferred and true",
        "steps",
        "share",
        (
            Series("completed chains", steps, (naive[1:] / naive.sum()).tolist(), kind="bars"),
            Series("searches", steps, true.tolist()),
            Series("by step", steps, by_step.share[1:].tolist()),
            Series(
                "by person",
                seen.tolist(),
                fitted.share[seen].tolist(),
                fitted.low[seen].tolist(),
                fitted.high[seen].tolist(),
                kind="points",
            ),
        ),
    )


def _completion_panel(
    published: Published, pool: Pool, chains: Chains, fitted: Lengths, by_step: Lengths
) -> Panel:
    steps = list(range(1, len(fitted.share)))
    true = np.bincount(pool.searches.steps, minlength=len(steps) + 1)[: len(steps) + 1]
    curves = {
        "completed chains": naive_lengths(chains).share,
        "searches": true / len(pool.searches),
        "by step": by_step.share,
        "by person": fitted.share,
    }
    half = list(published.values["length_within_which_half_complete"].value)
    return Panel(
        "Share within so many steps",
        "steps",
        "share",
        (
            *(
                Series(
                    label,
                    steps,
                    # of the searches that have an end: those themselves are all known
                    (np.cumsum(share) / (1.0 if label == "searches" else share.sum()))[1:].tolist(),
                )
                for label, share in curves.items()
            ),
            Series("half, published", half, [0.5] * len(half), whose="theirs", kind="points"),
        ),
    )
