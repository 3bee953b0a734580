"""Needs and their values against the distributions they are said to have."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from worlds import of_people, world_spec

from simnet.agents import World, simulate
from simnet.agents.market.book import QUARTER, rate_quantiles, value_quantile

ERROR_RATE = 1e-4
"""Chance that a test would fail for a right model, were the seeds not fixed."""

SIGMA, TAIL = 1.6, 1.5


# ---------------------------------------------------------------- values
def middle_of_shares(n: int) -> np.ndarray:
    return (np.arange(n) + 0.5) / n


@pytest.mark.parametrize("sigma", [0.8, 1.6, 2.0])
@pytest.mark.parametrize("tail", [1.5, 2.0, 3.0])
def test_values_have_mean_one(sigma, tail):
    """The integral of the quantile function: below the knee by shares, above it by its formula."""
    u = 0.95 * middle_of_shares(1_000_000)
    body = 0.95 * value_quantile(u, sigma, tail).mean()
    knee = value_quantile(np.array([0.95]), sigma, tail)[0]
    assert body + 0.05 * knee * tail / (tail - 1) == pytest.approx(1.0, rel=1e-4)


def test_values_rise_with_the_share_without_a_jump():
    u = np.linspace(0, 1 - 2.0**-32, 100_001)
    values = value_quantile(u, SIGMA, TAIL)
    assert (np.diff(values) > 0).all()
    assert np.isfinite(values).all()
    at_knee = value_quantile(np.array([0.95 - 1e-9, 0.95, 0.95 + 1e-9]), SIGMA, TAIL)
    assert at_knee == pytest.approx(np.full(3, at_knee[1]), rel=1e-6)


def test_the_share_of_the_best_is_that_of_the_tail():
    """Above the knee, the best q have the share q x (q / 0.05)^(-1 / tail) tail / (tail - 1)."""
    knee = value_quantile(np.array([0.95]), SIGMA, TAIL)[0]
    for q in (0.05, 0.01):
        share = q * knee * (q / 0.05) ** (-1 / TAIL) * TAIL / (TAIL - 1)
        # the quantiles of the best q, weighted by shares that halve towards the top
        edges = q * 0.5 ** np.arange(0, 31)
        best = sum(
            (a - b) * value_quantile(1 - b - (a - b) * middle_of_shares(2000), SIGMA, TAIL).mean()
            for a, b in pairwise(edges)
        )
        assert best == pytest.approx(share, rel=2e-3)


def test_drawn_values_follow_the_distribution():
    needs = many_needs()
    below = needs[needs["value"] < value_quantile(np.array([0.95]), SIGMA, TAIL)[0]]
    assert stats.binomtest(len(below), len(needs), 0.95).pvalue > ERROR_RATE
    u = np.linspace(0, 1, 21)[1:-1]
    edges = value_quantile(u, SIGMA, TAIL)
    seen = np.bincount(np.searchsorted(edges, needs["value"]), minlength=20)
    assert stats.chisquare(seen).pvalue > ERROR_RATE


# ---------------------------------------------------------------- needs
RATE, SHAPE = 0.3, 1.0


def many_needs():
    """Everybody searches openly outside the network, so that every need is in the table."""
    return simulate(needy(3000, QUARTER)).opportunities


def needy(people: int, weeks: int, shape: float = SHAPE):
    return world_spec(
        weeks=weeks,
        network={"model": "watts-strogatz", "people": people, "degree": 2, "rewiring": 0.0},
        population={"passive-profile": 1.0},
        market={"needs_per_week": RATE, "burst_shape": shape},
        behaviour={"shortlist": {"from_memory": 0.0, "open_reach": 0.0}},
        probes=None,
    )


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_needs_in_a_quarter_are_poisson_gamma(shape):
    """Poisson with a gamma rate: negative binomial, k = shape, mean = 13 weeks x rate."""
    needs = simulate(needy(4000, QUARTER, shape)).people["needs"].to_numpy()
    mean = RATE * QUARTER
    last = int(mean * 2.5)
    law = stats.nbinom(shape, shape / (shape + mean))
    expected = np.append(law.pmf(np.arange(last)), law.sf(last - 1)) * len(needs)
    seen = np.bincount(np.minimum(needs, last), minlength=last + 1)
    assert stats.chisquare(seen, expected * len(needs) / expected.sum()).pvalue > ERROR_RATE


def test_rates_are_redrawn_each_quarter_independently():
    counts = []

    def count(week: int) -> None:
        if (week + 1) % QUARTER == 0:
            counts.append(of_people(world, "needs").copy())

    world = World(needy(4000, 3 * QUARTER), progress=count)
    world.run()
    quarters = np.diff([np.zeros_like(counts[0]), *counts], axis=0)
    for one, other in [(0, 1), (1, 2), (0, 2)]:
        assert stats.pearsonr(quarters[one], quarters[other]).pvalue > ERROR_RATE
    # within a quarter the rate lasts: needs vary more than by chance alone
    assert quarters.var() > 2 * quarters.mean()


@pytest.mark.parametrize("shape", [0.3, 1.0, 5.0])
def test_rates_have_mean_one_and_the_variance_of_the_gamma(shape):
    quantiles = rate_quantiles(shape)
    assert quantiles.mean() == pytest.approx(1.0, abs=1e-12)
    assert quantiles.var() == pytest.approx(1 / shape, rel=0.02)


def test_categories_are_even():
    needs = many_needs()
    seen = np.bincount(needs["category"], minlength=20)
    assert stats.chisquare(seen).pvalue > ERROR_RATE


def test_values_and_categories_and_people_are_independent():
    needs = many_needs()
    for one, other in [("value", "category"), ("value", "needy"), ("category", "needy")]:
        assert stats.spearmanr(needs[one], needs[other]).pvalue > ERROR_RATE
