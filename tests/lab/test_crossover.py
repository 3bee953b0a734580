"""The week in which one arm overtakes another, and its interval."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.lab.crossover import COLUMNS, crossing_weeks, crossovers


def curves(leads, *, start=0, step=1):
    """Cumulated curves: arm a without anything, arm b with these leads, a row a replicate."""
    leads = np.atleast_2d(np.asarray(leads, dtype=float))
    weeks = pd.Index(start + step * np.arange(leads.shape[1]), name="week")
    tables = [np.zeros_like(leads), leads]
    index = pd.MultiIndex.from_product([["a", "b"], range(len(leads))], names=["arm", "replicate"])
    return pd.DataFrame(np.concatenate(tables), index=index, columns=weeks)


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


def crossing_by_definition(leads, weeks):
    if leads[-1] <= 0:
        return float("inf")
    return min(t for i, t in enumerate(weeks) if all(lead >= 0 for lead in leads[i:]))


@given(st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 3.0]), min_size=1, max_size=9))
def test_the_crossover_equals_its_definition(leads):
    weeks = 4.0 + 13.0 * np.arange(len(leads))
    (week,) = crossing_weeks(np.array([leads]), weeks)
    assert week == crossing_by_definition(leads, weeks)


def test_the_slow_arm_overtakes_the_fast_one():
    row = only(crossovers(curves([[-1, -3, -1, 2, 5]] * 8, start=13, step=13)))
    assert (row["arm"], row["versus"], row["outcome"], row["n"]) == ("b", "a", "overtakes", 8)
    assert (row["week"], row["low"], row["high"], row["share_crossing"]) == (52, 52, 52, 1)


def test_a_row_begins_with_the_arm_that_is_ahead_at_the_end():
    row = only(crossovers(curves([[1, 3, -1, -2]] * 8)))
    assert (row["arm"], row["versus"], row["week"]) == ("a", "b", 2)


def test_an_arm_that_is_never_behind_is_ahead_from_the_start():
    row = only(crossovers(curves([[0, 0, 1, 2]] * 8)))
    assert row["outcome"] == "ahead from the start"
    assert (row["week"], row["low"], row["high"], row["share_crossing"]) == (0, 0, 0, 0)


def test_equal_arms_are_even():
    row = only(crossovers(curves(np.zeros((8, 4)))))
    assert row["outcome"] == "even at the end"
    assert np.isinf(row[["week", "low", "high"]].astype(float)).all()


def test_an_interval_may_reach_beyond_the_horizon():
    row = only(crossovers(curves([[-1, -3, 2]] * 5 + [[-1, -3, -1]] * 3)))
    assert row["outcome"] == "overtakes"
    assert row["low"] == row["week"] == 2
    assert np.isinf(row["high"])
    assert 0 < row["share_crossing"] < 1


def test_with_few_replicates_there_is_no_interval():
    row = only(crossovers(curves([[-1, 1]] * 5)))
    assert row["week"] == 1
    assert row[["low", "high", "share_crossing"]].isna().all()


def test_only_common_replicates_count():
    table = curves([[-1, 1]] * 8).drop(index=[("a", 0), ("b", 5)])
    assert only(crossovers(table))["n"] == 6
    apart = curves([[-1, 1]] * 2).drop(index=[("a", 0), ("b", 1)])
    assert only(crossovers(apart))["outcome"] == "undefined"
    assert list(crossovers(apart).columns) == list(COLUMNS)
    with pytest.raises(ValueError, match="level must be a probability"):
        crossovers(table, level=0)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [1.0, 3.0])
def test_the_interval_covers_a_known_crossover_in_93_to_97_of_100_studies(noise):
    """1,000 studies of 20 replicates: weekly leads of -1, then +1, that cancel out in week 19."""
    rng = np.random.default_rng(20261121)
    drift = np.where(np.arange(40) < 10, -1.0, 1.0)
    covered = 0
    for _ in range(1_000):
        row = only(crossovers(curves(np.cumsum(drift + rng.normal(0, noise, (20, 40)), axis=1))))
        covered += row["low"] <= 19 <= row["high"]
    assert 0.93 <= covered / 1_000 <= 0.97
