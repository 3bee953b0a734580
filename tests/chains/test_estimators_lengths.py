"""Lengths of searches from chains of which most are dropped."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_chains import chains, mixed, nothing, run

from simnet.chains.estimators import (
    corrected_lengths,
    decisions,
    fitted_lengths,
    inverse_survival_lengths,
    naive_lengths,
)


def corrected_by_definition(study):
    """n(L) over the product of what was passed on of what was received, chain by chain."""
    received = [int(s) - (o == 2) for s, o in zip(study.steps, study.outcome, strict=True)]
    arrived = [o == 0 for o in study.outcome]

    def attrition(i):
        held = [
            (r, a) for r, a in zip(received, arrived, strict=True) if r > i or (r == i and not a)
        ]
        return sum(r == i for r, _ in held) / len(held)

    longest = max((r for r, a in zip(received, arrived, strict=True) if a), default=0)
    return [
        sum(r == length and a for r, a in zip(received, arrived, strict=True))
        / (prod(1 - attrition(i) for i in range(length)) or np.inf)
        / len(received)
        for length in range(longest + 1)
    ]


@settings(deadline=None)
@given(chains())
def test_corrected_shares_are_their_definition(study):
    if not (study.outcome == 0).any():
        return
    found = corrected_lengths(study, resamples=2)
    assert found.share.tolist() == pytest.approx(corrected_by_definition(study))
    assert found.missing.value == pytest.approx(1 - found.share.sum())


@settings(deadline=None)
@given(chains(), st.integers(0, 99))
def test_inverse_survival_shares_are_their_definition(study, seed):
    rates = np.random.default_rng(seed).uniform(0, 0.9, (len(study), 6))
    found = inverse_survival_lengths(study, rates)
    for length, share in enumerate(found.share):
        of_length = [i for i in range(len(study)) if study.arrived[i] and study.steps[i] == length]
        total = sum(1 / prod(1 - rates[i, k] for k in range(length)) for i in of_length)
        assert share == pytest.approx(total / max(len(study), 1))


def test_with_constant_attrition_what_arrives_is_p_times_survival():
    rng = np.random.default_rng(1)
    p = np.array([0.0, 0.1, 0.2, 0.4, 0.2, 0.1])
    study = run(rng.choice(6, 200_000, p=p), 0.3, rng).chains
    found = naive_lengths(study)
    expected = p * 0.7 ** np.arange(6)
    error = np.sqrt(expected * (1 - expected) / len(study))
    assert (np.abs(found.share - expected) <= 4 * error).all()
    assert abs(found.missing.value - (1 - expected.sum())) < 4 * found.missing.standard_error


def test_without_attrition_all_see_the_search_lengths():
    rng = np.random.default_rng(2)
    study = run(rng.integers(1, 9, 5_000), 0.0, rng)
    shares = np.bincount(study.lengths) / 5_000
    table = decisions(study.chains)
    assert table["took_part"].all()
    for found in (
        naive_lengths(study.chains),
        corrected_lengths(study.chains, resamples=9),
        inverse_survival_lengths(study.chains, study.attrition),
    ):
        assert found.share == pytest.approx(shares)
        assert found.mean.value == pytest.approx(study.lengths.mean())
        assert found.sd.value == pytest.approx(study.lengths.std())
        assert found.median.value == np.quantile(study.lengths, 0.5, method="inverted_cdf")
        assert found.missing.value == pytest.approx(0)


def test_constant_attrition_is_made_up_for_by_both_corrections():
    rng = np.random.default_rng(3)
    study = run(rng.integers(1, 8, 100_000), 0.35, rng)
    true = study.lengths.mean()
    assert naive_lengths(study.chains).mean.high < 0.8 * true
    for found in (
        corrected_lengths(study.chains, resamples=99),
        inverse_survival_lengths(study.chains, 0.35),
    ):
        assert abs(found.mean.value - true) < 4 * found.mean.standard_error
        assert found.median.value == np.median(study.lengths)


def test_attrition_that_does_not_go_with_length_leaves_the_step_correction_right():
    study = mixed(100_000, np.random.default_rng(4), dependent=False)
    found = corrected_lengths(study.chains, resamples=99)
    assert abs(found.mean.value - study.lengths.mean()) < 4 * found.mean.standard_error


def test_only_inverse_survival_is_right_where_attrition_goes_with_length():
    study = mixed(100_000, np.random.default_rng(5))
    true = study.lengths.mean()
    table = decisions(study.chains)
    table["trait"] = study.trait[table["chain"]]
    naive = naive_lengths(study.chains)
    by_step = corrected_lengths(study.chains, resamples=99)
    known = inverse_survival_lengths(study.chains, study.attrition)
    fitted = fitted_lengths(study.chains, table, ["trait"], resamples=99)
    for biased in (naive, by_step):
        assert abs(biased.mean.value - true) > 0.05 * true
        assert not biased.mean.low <= true <= biased.mean.high
    for right in (known, fitted):
        assert abs(right.mean.value - true) < 0.02 * true
        assert right.median.value == np.median(study.lengths)
        assert abs(right.missing.value) < 4 * right.missing.standard_error


def test_searches_without_end_are_missing():
    rng = np.random.default_rng(6)
    lengths = np.where(rng.random(50_000) < 0.2, 60, rng.integers(1, 6, 50_000))
    study = run(lengths, 0.4, rng)
    found = inverse_survival_lengths(study.chains, 0.4)
    assert abs(found.missing.value - 0.2) < 4 * found.missing.standard_error
    assert abs(found.mean.value - 3) < 4 * found.mean.standard_error


def test_lost_letters_are_made_up_for():
    rng = np.random.default_rng(7)
    study = run(rng.integers(1, 7, 60_000), 0.25, rng, lost=0.1)
    true = study.lengths.mean()
    for found in (
        corrected_lengths(study.chains, resamples=99),
        fitted_lengths(study.chains, decisions(study.chains), [], resamples=19),
    ):
        assert abs(found.mean.value - true) < 4 * found.mean.standard_error
        assert abs(found.missing.value) < 4 * found.missing.standard_error


def test_attrition_may_be_given_for_each_step():
    rng = np.random.default_rng(8)
    rates = np.array([0.6, 0.1, 0.3, 0.2, 0.4])
    study = run(rng.integers(1, 6, 30_000), rates, rng)
    by_step = inverse_survival_lengths(study.chains, rates)
    by_chain = inverse_survival_lengths(study.chains, study.attrition)
    assert by_step.mean == by_chain.mean
    assert abs(by_step.mean.value - study.lengths.mean()) < 4 * by_step.mean.standard_error


def test_no_chain_and_no_arrival_are_undefined():
    dropped = run(np.full(4, 3), 1.0, np.random.default_rng(9)).chains
    for study in (nothing(), dropped):
        for found in (naive_lengths(study), corrected_lengths(study, resamples=5)):
            assert found.n_arrived == 0
            for estimate in (found.mean, found.sd, found.median):
                assert np.isnan([estimate.value, estimate.low, estimate.high]).all()
    assert naive_lengths(dropped).missing.value == 1
    assert np.isnan(naive_lengths(nothing()).missing.value)


def test_one_chain_tells_its_length_and_no_error():
    study = run(np.array([3]), 0.0, np.random.default_rng(10)).chains
    found = naive_lengths(study)
    assert (found.mean.value, found.median.value, found.n_arrived) == (3, 3, 1)
    assert np.isnan([found.mean.standard_error, found.mean.low, found.median.low]).all()


def test_one_arrival_tells_no_error_however_many_chains_there_are():
    study = run(np.array([3, *[9] * 50]), 0.0, np.random.default_rng(10)).chains
    outcome = np.where(np.arange(51) == 0, 0, 1).astype(np.int8)
    found = corrected_lengths(replace(study, outcome=outcome), resamples=99)
    assert found.mean.value == 3
    assert np.isnan([found.mean.standard_error, found.mean.low, found.median.high]).all()


def test_the_median_of_five_has_no_interval_at_95_percent():
    five = run(np.array([1, 2, 3, 4, 5]), 0.0, np.random.default_rng(11)).chains
    six = run(np.array([1, 2, 3, 4, 5, 6]), 0.0, np.random.default_rng(11)).chains
    assert np.isnan(naive_lengths(five).median.low)
    assert naive_lengths(six).median.low <= 3 <= naive_lengths(six).median.high


def test_misuse_is_refused():
    study = run(np.array([3, 3]), 0.0, np.random.default_rng(12)).chains
    with pytest.raises(ValueError, match=r"attrition must lie in \[0, 1\) at every step"):
        inverse_survival_lengths(study, 1.0)
    with pytest.raises(ValueError, match="one value for each of 3 steps; got 2"):
        inverse_survival_lengths(study, [0.1, 0.2])
    with pytest.raises(ValueError, match="resamples must be at least 1; got 0"):
        corrected_lengths(study, resamples=0)


def test_the_seed_decides_the_bootstrap():
    study = mixed(500, np.random.default_rng(13)).chains
    assert corrected_lengths(study, seed=1).mean == corrected_lengths(study, seed=1).mean
    assert corrected_lengths(study, seed=1).mean != corrected_lengths(study, seed=2).mean
