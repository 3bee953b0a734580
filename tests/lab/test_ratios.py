"""Ratios of means over pairs, and the gain of pairing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from simnet.lab.ratios import fieller, pairing_gain


def arms(rng, n=20, ratio=1.3, common=1.0, own=1.0):
    shared = rng.normal(0, common, n)
    versus = 10 + shared + rng.normal(0, own, n)
    return ratio * (10 + shared) + rng.normal(0, own, n), versus


@given(st.integers(0, 10_000), st.floats(0.5, 0.99))
def test_the_interval_holds_the_ratios_that_a_paired_t_test_does_not_refuse(seed, level):
    arm, versus = arms(np.random.default_rng(seed))
    low, high = fieller(arm, versus, level=level)
    assert low < arm.mean() / versus.mean() < high
    for end in (low, high):
        assert stats.ttest_rel(arm, end * versus).pvalue == pytest.approx(1 - level, rel=1e-6)


def test_the_ratio_turned_over_has_the_interval_turned_over():
    arm, versus = arms(np.random.default_rng(1))
    low, high = fieller(arm, versus)
    assert_allclose(fieller(versus, arm), (1 / high, 1 / low))


def test_equal_arms_have_the_ratio_one():
    arm, _ = arms(np.random.default_rng(1))
    assert_allclose(fieller(arm, arm), (1, 1))


def test_a_ratio_to_what_may_be_nothing_has_no_interval():
    arm, versus = arms(np.random.default_rng(1))
    assert np.isnan(fieller(arm, versus - versus.mean())).all()
    assert np.isnan(fieller(arm, np.zeros(20))).all()
    assert np.isnan(fieller(arm[:1], versus[:1])).all()


def test_pairing_gain_is_a_ratio_of_variances():
    rng = np.random.default_rng(4)
    arm, versus = arms(rng, n=50_000, ratio=1.0, common=3.0)
    assert pairing_gain(arm, versus) == pytest.approx((2 * 9 + 2) / 2, rel=0.05)
    # what rises in one arm when it falls in the other is lost by pairing
    assert pairing_gain(arm, -versus) == pytest.approx((2 * 9 + 2) / (4 * 9 + 2), rel=0.05)
    assert np.isnan(pairing_gain(arm, arm + 1))
    assert np.isnan(pairing_gain(arm[:1], versus[:1]))


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["normal", "gamma of skewness 1"])
def test_the_interval_covers_a_known_ratio_in_93_to_97_of_100_studies(noise):
    rng = np.random.default_rng(20261121)
    shape = (2, 1_000, 20)
    own = rng.normal(0, 1, shape) if noise == "normal" else rng.gamma(4, 0.5, shape) - 2
    common = rng.normal(0, 2, shape[1:])
    arm, versus = 1.3 * (10 + common) + own[0], 10 + common + own[1]
    ends = np.array([fieller(*pair) for pair in zip(arm, versus, strict=True)])
    assert 0.93 <= ((ends[:, 0] <= 1.3) & (ends[:, 1] >= 1.3)).mean() <= 0.97
