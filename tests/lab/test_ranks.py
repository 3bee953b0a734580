"""Ranks with simultaneous intervals, and the chance of being the best."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from simnet.lab.ranks import COLUMNS, rank, shown_better
from simnet.lab.resampling import (
    RESAMPLES,
    Studentised,
    flipped_signs,
    off_median,
    resampled_weights,
)

FEWEST = 6


def table(values, *, measure="ties", point=0):
    """One measure from each arm's values by replicate."""
    return pd.DataFrame(
        [
            (arm, point, replicate, measure, float(value))
            for arm, row in values.items()
            for replicate, value in enumerate(row)
        ],
        columns=["arm", "point", "replicate", "measure", "value"],
    )


def noisy(shifts, *, n=20, seed=1):
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 5, n)
    return {arm: common + shift + rng.normal(0, 1, n) for arm, shift in shifts.items()}


def by_arm(frame, column):
    return dict(zip(frame["arm"], frame[column], strict=True))


# ---------------------------------------------------------------------- what a row says


def test_ranks_tell_apart_what_is_shown_to_differ():
    frame = rank(table(noisy({"a": 0, "b": 9.0, "c": 9.2})))
    assert by_arm(frame, "rank") == {"a": 3, "b": 2, "c": 1}
    assert by_arm(frame, "low") == {"a": 3, "b": 1, "c": 1}
    assert by_arm(frame, "high") == {"a": 3, "b": 2, "c": 2}
    chances = by_arm(frame, "p_best")
    assert chances["a"] == 0
    assert 0.5 < chances["c"] < 1
    assert sum(chances.values()) == pytest.approx(1)
    assert set(frame["best"]) == {"highest"}
    assert set(frame["n"]) == {20}


def test_the_best_latency_is_the_lowest():
    frame = rank(table(noisy({"a": 0, "b": 9.0}), measure="latency"))
    assert by_arm(frame, "rank") == {"a": 1, "b": 2}
    assert set(frame["best"]) == {"lowest"}


def test_equal_arms_share_a_rank_and_the_chances():
    values = noisy({"a": 0, "c": 5.0})
    frame = rank(table({"a": values["a"], "b": values["a"], "c": values["c"]}))
    assert by_arm(frame, "rank") == {"a": 2, "b": 2, "c": 1}
    assert by_arm(frame, "low") == {"a": 2, "b": 2, "c": 1}
    assert by_arm(frame, "high") == {"a": 3, "b": 3, "c": 1}
    assert by_arm(rank(table({"a": [1.0] * 8, "b": [1.0] * 8})), "p_best") == {"a": 0.5, "b": 0.5}


def test_nearly_equal_arms_do_not_hide_the_others():
    values = noisy({"a": 0, "c": 9.0})
    almost = values["a"].copy()
    almost[3] += 1e-3
    frame = rank(table({"a": values["a"], "b": almost, "c": values["c"]}))
    assert by_arm(frame, "high")["c"] == 1


def test_with_few_replicates_there_is_a_rank_but_no_interval():
    frame = rank(table(noisy({"a": 0, "b": 9.0}, n=5)))
    assert by_arm(frame, "rank") == {"a": 2, "b": 1}
    assert frame[["low", "high"]].isna().all(axis=None)
    assert rank(table(noisy({"a": 0, "b": 9.0}, n=6)))[["low", "high"]].notna().all(axis=None)


def test_an_arm_without_values_has_no_rank():
    values = noisy({"a": 0, "c": 9.0})
    frame = rank(table({"a": values["a"], "b": [np.nan] * 20, "c": values["c"]}))
    without = frame[frame["arm"] == "b"].iloc[0]
    assert without["n"] == 0
    assert without[["mean", "rank", "low", "high", "p_best"]].isna().all()
    assert by_arm(frame[frame["arm"] != "b"], "high") == {"a": 2, "c": 1}


def test_arms_with_other_replicates_are_ranked_by_their_pairs():
    """Arm b ran in the 8 poor replicates only: its mean is the lowest, its pairs are the best."""
    common = np.concatenate([np.full(8, -50.0), np.full(22, 50.0)])
    rng = np.random.default_rng(2)
    values = {arm: common + shift + rng.normal(0, 0.1, 30) for arm, shift in (("a", 0), ("b", 1))}
    values["b"] = values["b"][:8]
    frame = rank(table(values))
    means = by_arm(frame, "mean")
    assert means["b"] < means["a"]
    assert by_arm(frame, "rank") == {"a": 2, "b": 1}
    assert by_arm(frame, "high")["b"] == 1
    assert by_arm(frame, "p_best")["b"] == pytest.approx(1, abs=1e-3)


def test_measures_and_points_do_not_touch_each_other():
    one, other = table(noisy({"a": 0, "b": 1.0})), table(noisy({"a": 0, "b": 3.0}, seed=4), point=1)
    alone = rank(one)
    both = rank(pd.concat([other, one]))
    pd.testing.assert_frame_equal(both[both["point"] == 0].reset_index(drop=True), alone)
    assert list(both["point"]) == [0, 0, 1, 1]


def test_a_table_without_rows_gives_a_frame_without_rows():
    frame = rank(table({}))
    assert frame.empty
    assert list(frame.columns) == list(COLUMNS)


def test_misuse():
    with pytest.raises(ValueError, match="level must be a probability"):
        rank(table(noisy({"a": 0})), level=95)
    with pytest.raises(ValueError, match="more than one value"):
        rank(pd.concat([table({"a": [1.0]}), table({"a": [1.0]})]))


# ---------------------------------------------------------------------- the tests behind it


def drawn_errors(differences):
    """Studentised errors by the book: resample, mean, its own standard error."""
    n = len(differences)
    rows = []
    for weights in resampled_weights(n):
        for times in weights.astype(int):
            sample = np.repeat(differences - differences.mean(axis=0), times, axis=0)
            rows.append(sample.mean(axis=0) / (sample.std(axis=0, ddof=1) / np.sqrt(n)))
    return np.array(rows)


def test_studentised_errors_are_those_of_resampled_tables():
    samples = np.random.default_rng(3).normal(size=(12, 3))
    tested = Studentised(samples, np.full(3, True))
    assert_allclose(tested.mean, samples.mean(axis=0))
    assert_allclose(tested.error, samples.std(axis=0, ddof=1) / np.sqrt(12))
    by_hand = drawn_errors(samples)
    assert_allclose(np.concatenate(list(tested.resampled())), by_hand, rtol=1e-6, atol=1e-9)
    largest = np.sort(np.abs(by_hand).max(axis=1))
    assert tested.critical_value(0.95) == pytest.approx(largest[int(0.95 * (RESAMPLES - 1)) + 1])


def test_missing_values_leave_a_column_alone():
    samples = np.random.default_rng(3).normal(size=(30, 2))
    samples[10:, 1] = np.nan
    tested = Studentised(samples, np.full(2, True))
    assert tested.mean[1] == pytest.approx(samples[:10, 1].mean())
    assert tested.error[1] == pytest.approx(samples[:10, 1].std(ddof=1) / np.sqrt(10))


def test_columns_that_hardly_vary_do_not_count():
    samples = np.zeros((20, 3))
    samples[:, 0] = np.random.default_rng(1).normal(size=20)
    samples[:5, 1] = 1.0
    assert off_median(samples).tolist() == [19, 5, 0]
    tested = Studentised(samples, np.array([True, False, False]))
    assert np.isinf(tested.error[1:]).all()
    alone = Studentised(samples[:, :1], np.array([True]))
    assert tested.critical_value(0.95) == pytest.approx(alone.critical_value(0.95))
    assert np.isnan(Studentised(samples[:, 1:], np.full(2, False)).critical_value(0.95))


def test_signs_can_be_flipped_instead():
    samples = np.random.default_rng(3).normal(size=(12, 1))
    errors = samples - samples.mean()
    by_hand = [
        (signs * errors[:, 0]).mean() / ((signs * errors[:, 0]).std(ddof=1) / np.sqrt(12))
        for portion in flipped_signs(12)
        for signs in portion
    ]
    tested = Studentised(samples, np.array([True]), flipped_signs)
    drawn = np.concatenate(list(tested.resampled()))[:, 0]
    assert len(drawn) == RESAMPLES
    assert_allclose(drawn, by_hand, rtol=1e-6, atol=1e-9)


def better_by_definition(values, level):
    """The stepwise test with sets of ordered pairs."""
    p = len(values)
    pairs = list(combinations(range(p), 2))
    differences = np.array([values[j] - values[k] for j, k in pairs]).T
    tested = Studentised(differences, np.full(len(pairs), True))
    errors = np.concatenate(list(tested.resampled()))
    observed, drawn = {}, {}
    for column, (j, k) in enumerate(pairs):
        observed[j, k] = tested.mean[column] / tested.error[column]
        observed[k, j] = -observed[j, k]
        drawn[j, k], drawn[k, j] = errors[:, column], -errors[:, column]
    rejected = set()
    while left := set(observed) - rejected:
        largest = np.array([drawn[pair] for pair in left]).max(axis=0)
        limit = np.quantile(largest, level, method="higher")
        found = {pair for pair in left if observed[pair] > limit}
        if not found:
            break
        rejected |= found
    return {pair for pair in permutations(range(p), 2) if pair in rejected}


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 10_000), st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=2, max_size=4)
)
def test_the_stepwise_test_equals_its_definition(seed, shifts):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(len(shifts), 12)) + np.array(shifts)[:, np.newaxis]
    better = shown_better(values, 0.95, FEWEST)
    assert set(zip(*map(tuple, np.nonzero(better)), strict=True)) == better_by_definition(
        values, 0.95
    )


# ---------------------------------------------------------------------- coverage

STUDIES = 1_000
NOISE = {
    "normal": lambda rng, size: rng.normal(0, 1, size),
    "gamma of skewness 1": lambda rng, size: rng.gamma(4, 0.5, size),
}


def errors(noise, arms, shift, n=20):
    """In how many studies some arm's interval excludes its true rank; arms are `shift` apart."""
    rng = np.random.default_rng(20261121)
    wrong = 0
    for _ in range(STUDIES):
        common = rng.normal(0, 5, n)
        values = common + NOISE[noise](rng, (arms, n)) + shift * np.arange(arms)[:, np.newaxis]
        better = shown_better(values, 0.95, FEWEST)
        # arm j is truly better than the arms before it, or than none where all are tied
        wrong += bool(np.triu(better, 1).any() or (shift == 0 and better.any()))
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("arms", [2, 3, 5])
@pytest.mark.parametrize("noise", NOISE)
def test_intervals_of_ranks_cover_in_93_to_97_of_100_studies_of_tied_arms(noise, arms):
    """1,000 studies of 20 replicates in which all arms are alike: the least favourable case.

    True ranks are then 1 to the number of arms for every arm, and any rank excluded is an error.
    """
    assert 0.93 <= 1 - errors(noise, arms, 0.0) / STUDIES <= 0.97


@pytest.mark.slow
def test_intervals_of_ranks_cover_more_often_where_arms_are_apart():
    assert 1 - errors("normal", 3, 0.01) / STUDIES >= 0.96
