"""Intervals cover what they should: 1,000 studies each, so that 93 to 97 % is three errors wide."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic_chains import mixed, run

from simnet.chains.estimators import (
    attrition,
    completion_rate,
    corrected_lengths,
    cumulative_incidence,
    decisions,
    fit_participation,
    fitted_lengths,
    inverse_survival_lengths,
    naive_lengths,
    survival,
)

pytestmark = pytest.mark.slow

STUDIES = 1_000


def coverage(truths, intervals_of):
    """Share of studies whose intervals contain the truths, for each of them."""
    inside = np.zeros((STUDIES, len(truths)))
    for seed in range(STUDIES):
        low, high = np.array(intervals_of(np.random.default_rng(seed))).T
        inside[seed] = (low <= truths) & (truths <= high)
    return inside.mean(axis=0)


def ends(*estimates):
    return [(estimate.low, estimate.high) for estimate in estimates]


def assert_nominal(covered):
    assert ((covered > 0.93) & (covered < 0.97)).all(), covered


def moments(p):
    lengths = np.arange(len(p))
    mean = p @ lengths / p.sum()
    return mean, np.sqrt(p @ lengths**2 / p.sum() - mean**2)


P = np.array([0.0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.1])


def test_rates_and_survival():
    p_alive = 0.7**3 * 0.95**3
    arrives = P @ (0.7 * 0.95) ** np.arange(7)
    two_steps = P[1] * 0.7 * 0.95 + P[2] * (0.7 * 0.95) ** 2

    def intervals(rng):
        study = run(rng.choice(7, 400, p=P), 0.3, rng, lost=0.05).chains
        alive = survival(study).set_index("steps").loc[3]
        by_way = cumulative_incidence(study).set_index(["ending", "steps"]).loc[("arrived", 2)]
        return [
            *ends(completion_rate(study, of="all"), attrition(study)),
            (alive["low"], alive["high"]),
            (by_way["low"], by_way["high"]),
        ]

    assert_nominal(coverage(np.array([arrives, 0.3, p_alive, two_steps]), intervals))


def test_naive_lengths_of_what_arrives():
    survived = P * 0.7 ** np.arange(7)

    def intervals(rng):
        found = naive_lengths(run(rng.choice(7, 600, p=P), 0.3, rng).chains)
        return [
            *ends(found.mean, found.sd, found.missing),
            (found.low[3], found.high[3]),
        ]

    truths = np.array([*moments(survived), 1 - survived.sum(), survived[3]])
    assert_nominal(coverage(truths, intervals))


def test_lengths_corrected_by_step():
    def intervals(rng):
        # a fifth of the searches has no end
        lengths = np.where(rng.random(2_000) < 0.2, 40, rng.choice(7, 2_000, p=P))
        found = corrected_lengths(run(lengths, 0.3, rng).chains, resamples=399)
        return [*ends(found.mean, found.sd, found.missing), (found.low[3], found.high[3])]

    assert_nominal(coverage(np.array([*moments(P), 0.2, 0.8 * P[3]]), intervals))


# lengths of `mixed`: 1 + binomial(12, ½) or 1 + binomial(6, ½), either with chance ½
HALVES = np.array([1, 6, 15, 20, 15, 6, 1]) / 64
WHOLES = np.convolve(HALVES, HALVES)
MIXED = np.append(0, (WHOLES + np.pad(HALVES, (0, 6))) / 2)


def test_lengths_by_known_survival():
    def intervals(rng):
        study = mixed(5_000, rng)
        found = inverse_survival_lengths(study.chains, study.attrition)
        return [*ends(found.mean, found.sd, found.missing), (found.low[5], found.high[5])]

    assert_nominal(coverage(np.array([*moments(MIXED), 0.0, MIXED[5]]), intervals))


def test_lengths_by_fitted_survival():
    def intervals(rng):
        study = mixed(5_000, rng)
        table = decisions(study.chains)
        table["trait"] = study.trait[table["chain"]]
        found = fitted_lengths(study.chains, table, ["trait"], resamples=399)
        return [*ends(found.mean, found.missing), (found.low[5], found.high[5])]

    assert_nominal(coverage(np.array([moments(MIXED)[0], 0.0, MIXED[5]]), intervals))


def test_coefficients_of_participation():
    def intervals(rng):
        study = mixed(400, rng)
        table = decisions(study.chains)
        table["trait"] = study.trait[table["chain"]]
        fitted = fit_participation(table, ["trait"]).table
        return list(zip(fitted["low"], fitted["high"], strict=True))

    log_odds = np.log([0.5 / 0.5, 0.85 / 0.15])
    assert_nominal(coverage(np.array([log_odds[0], log_odds[1] - log_odds[0]]), intervals))


def test_median_intervals_cover_at_least_their_level():
    """Of whole numbers an interval can only be too long; the bootstrap's stays near its level."""

    def intervals(rng):
        study = mixed(3_000, rng)
        known = inverse_survival_lengths(study.chains, study.attrition)
        naive = naive_lengths(run(rng.choice(7, 600, p=P), 0.3, rng).chains)
        return ends(known.median, naive.median)

    survived = np.cumsum(P * 0.7 ** np.arange(7))
    medians = np.array(
        [np.argmax(np.cumsum(MIXED) >= 0.5), np.argmax(survived >= survived[-1] / 2)]
    )
    assert (coverage(medians, intervals) > 0.93).all()
