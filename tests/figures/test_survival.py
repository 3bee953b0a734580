"""Survival over steps from counts, against SciPy on single chains and against a slow jackknife."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from simnet.figures.chains import survival_band

lives = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=40)


def counts(chains, steps=6):
    """At risk and died by step, of chains that ended at a step, by death or arrival."""
    at_risk = [sum(end >= step for end, _ in chains) for step in range(steps)]
    died = [sum(end == step and death for end, death in chains) for step in range(steps)]
    return np.array(at_risk, dtype=float), np.array(died, dtype=float)


@given(lives)
def test_the_curve_is_scipys_kaplan_meier(chains):
    at_risk, died = counts(chains)
    band = survival_band(at_risk[np.newaxis], died[np.newaxis])
    # the holder at remove r decides at step r + 1; who arrives is censored at that step
    steps = np.array([end + 1 for end, _ in chains], dtype=float)
    arrived = np.array([not death for _, death in chains])
    oracle = stats.ecdf(stats.CensoredData.right_censored(steps, arrived)).sf
    known = np.isfinite(band.mean)
    assert_allclose(band.mean[known], oracle.evaluate(np.arange(7.0))[known], atol=1e-12)
    assert band.mean[0] == 1
    assert np.isnan(band.low).all()


def test_the_band_is_the_jackknife_over_replicates():
    rng = np.random.default_rng(3)
    replicates = [
        [(min(int(rng.geometric(0.4)) - 1, 5), bool(rng.random() < 0.8)) for _ in range(60)]
        for _ in range(6)
    ]
    at_risk, died = (np.array(part) for part in zip(*map(counts, replicates), strict=True))
    band = survival_band(at_risk, died)

    def curve(kept):
        together = [chain for i, chains in enumerate(replicates) if i in kept for chain in chains]
        n, d = counts(together)
        return [1.0, *np.cumprod([1 - x / y for x, y in zip(d, n, strict=True)])]

    everyone = set(range(6))
    without = np.array([curve(everyone - {i}) for i in everyone])
    error = np.sqrt(5 / 6 * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    assert_allclose(band.mean, curve(everyone))
    assert_allclose(band.low, np.clip(band.mean - stats.t.ppf(0.975, 5) * error, 0, 1))
    assert_allclose(band.high, np.clip(band.mean + stats.t.ppf(0.975, 5) * error, 0, 1))


@pytest.mark.slow
def test_the_band_covers_the_true_survival():
    """Chains whose hazard differs from network to network: Greenwood's formula would be too sure.

    1,000 studies of 20 replicates; the share of bands that cover, at three steps each, has a
    standard error below 0.008.
    """
    rng = np.random.default_rng(9)
    hazard = rng.beta(30, 70, (1_000, 20))
    alive = np.full(hazard.shape, 200)
    at_risk, died = [], []
    for _ in range(3):
        deaths = rng.binomial(alive, hazard)
        at_risk.append(alive.astype(float))
        died.append(deaths.astype(float))
        alive = alive - deaths
    covered = []
    for n, d in zip(np.stack(at_risk, axis=-1), np.stack(died, axis=-1), strict=True):
        band = survival_band(n, d)
        for step in (1, 2, 3):
            # the mean of (1 - hazard)**step over that beta distribution
            truth = np.prod([(70 + i) / (100 + i) for i in range(step)])
            covered.append(band.low[step] <= truth <= band.high[step])
    assert 0.93 <= np.mean(covered) <= 0.97
