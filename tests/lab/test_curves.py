"""Curves over the weeks and bands that hold for all of them at once."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from simnet.lab.curves import cumulated, paired_rows, simultaneous_band
from simnet.lab.intervals import t_band

WEEKS = 52


def walks(rng, n=20, weeks=WEEKS):
    return np.cumsum(rng.normal(0, 1, (n, weeks)), axis=1)


def test_the_band_is_wider_than_the_interval_at_one_week():
    samples = walks(np.random.default_rng(1))
    whole, pointwise = simultaneous_band(samples), t_band(samples)
    assert_allclose(whole.mean, pointwise.mean)
    ratio = (whole.high - whole.low) / (pointwise.high - pointwise.low)
    assert_allclose(ratio, ratio[0])
    assert 1.2 < ratio[0] < 2.5


def test_weeks_in_which_nothing_differs_have_no_band():
    samples = walks(np.random.default_rng(1))
    samples[:, :3] = 2.0
    band = simultaneous_band(samples)
    assert np.isnan(band.low[:3]).all()
    assert_allclose(band.mean[:3], 2.0)
    assert_allclose(band.high[3:], simultaneous_band(samples[:, 3:]).high)


def test_a_week_in_which_one_replicate_differs_has_a_band():
    samples = walks(np.random.default_rng(1))
    samples[:, 0] = np.arange(20) == 7
    band = simultaneous_band(samples)
    assert band.low[0] < 0 < 1 / 20 < band.high[0] < 1


def test_missing_weeks_are_left_out():
    samples = walks(np.random.default_rng(1))
    samples[:, 0] = np.nan
    samples[3, 1] = np.nan
    band = simultaneous_band(samples)
    assert band.n[:3].tolist() == [0, 19, 20]
    assert np.isnan([band.mean[0], band.low[0]]).all()
    assert band.mean[1] == pytest.approx(np.nanmean(samples[:, 1]))
    assert np.isnan(simultaneous_band(samples[:5]).low).all()


def test_wins_are_cumulated_per_person():
    rows = [
        (arm, replicate, week, strategy, metric, value)
        for arm, replicate in (("a", 0), ("b", 0))
        for week in (0, 13)
        for strategy in ("x", "y")
        for metric, value in (("wins", week + 1.0), ("people", 2.0))
    ]
    columns = ["arm", "replicate", "week", "strategy", "metric", "value"]
    table = cumulated(pd.DataFrame(rows, columns=columns))
    assert_allclose(table.loc["a"].to_numpy(), [[0.5, 7.5]])


def test_curves_are_paired_by_replicate():
    index = pd.MultiIndex.from_tuples(
        [("a", 2), ("a", 0), ("b", 0), ("b", 1), ("b", 2)], names=["arm", "replicate"]
    )
    table = pd.DataFrame({0: [2.0, 0.0, 10.0, 11.0, 12.0]}, index=index)
    one, other = paired_rows(table, "b", "a")
    assert_allclose(one - other, [[10.0], [10.0]])


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 40])
def test_the_band_covers_the_whole_curve_in_about_95_of_100_studies(n):
    """1,000 studies; with 20 replicates the band errs a little on the safe side."""
    rng = np.random.default_rng(20261121)
    covered = 0
    for _ in range(1_000):
        band = simultaneous_band(walks(rng, n, 26))
        covered += bool(((band.low <= 0) & (band.high >= 0)).all())
    assert 0.93 <= covered / 1_000 <= 0.98
