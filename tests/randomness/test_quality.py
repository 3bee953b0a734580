"""Draws are even and independent along every axis that they are keyed by.

Every test has a fixed seed, so it either always passes or always fails; with a fresh seed, a
perfect generator would fail any one of them with the probability `ERROR_RATE`.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numba import njit
from scipy import stats

from simnet.randomness import stream_key
from simnet.randomness._kernels import philox4, uniform, uniform2, uniform4

ERROR_RATE = 1e-4
SEED = 20261121
N = 100_000


@njit
def along(key, counters):
    """`uniform` at each row of counters."""
    out = np.empty(len(counters))
    for n in range(len(counters)):
        out[n] = uniform(key, counters[n, 0], counters[n, 1], counters[n, 2], counters[n, 3])
    return out


@njit
def all_six(key, counters):
    """Both of `uniform2`, then the four of `uniform4`, at each row of counters."""
    out = np.empty((6, len(counters)))
    for n in range(len(counters)):
        a, b, c, d = counters[n]
        out[0, n], out[1, n] = uniform2(key, a, b, c, d)
        out[2, n], out[3, n], out[4, n], out[5, n] = uniform4(key, a, b, c, d)
    return out


def counters(axis: int, n: int = N) -> np.ndarray:
    """Counters like those of a person 7 who deals with a person 11 in week 30; one axis runs."""
    rows = np.tile(np.array([7, 11, 30, 2]), (n, 1))
    rows[:, axis] = np.arange(n)
    return rows


def axis_sample(axis: str) -> np.ndarray:
    """Draws along one axis, all else fixed."""
    if axis == "replicate":
        keys = (stream_key(SEED, replicate, "needs") for replicate in range(20_000))
        return np.array([uniform(key, 7, 11, 30, 2) for key in keys])
    if axis == "seed":
        keys = (stream_key(seed, 0, "needs") for seed in range(20_000))
        return np.array([uniform(key, 7, 11, 30, 2) for key in keys])
    position = ("person", "partner", "week", "slot").index(axis)
    return along(stream_key(SEED, 0, "needs"), counters(position))


AXES = ("person", "partner", "week", "slot", "replicate", "seed")


def assert_even(sample: np.ndarray, bins: int = 200) -> None:
    """Chi-square of the counts in equal bins."""
    seen = np.bincount((sample * bins).astype(int), minlength=bins)
    assert stats.chisquare(seen).pvalue > ERROR_RATE


def assert_independent(first: np.ndarray, second: np.ndarray, bins: int = 16) -> None:
    """Chi-square of the counts in the cells of a square, and no linear correlation."""
    cell = (first * bins).astype(int) * bins + (second * bins).astype(int)
    assert stats.chisquare(np.bincount(cell, minlength=bins**2)).pvalue > ERROR_RATE
    assert stats.pearsonr(first, second).pvalue > ERROR_RATE


@pytest.mark.parametrize("axis", AXES)
def test_even_along(axis):
    sample = axis_sample(axis)
    assert_even(sample)
    assert stats.kstest(sample, "uniform").pvalue > ERROR_RATE


@pytest.mark.parametrize("lag", [1, 2, 3, 10, 13, 52])
@pytest.mark.parametrize("axis", AXES)
def test_no_serial_correlation_along(axis, lag):
    sample = axis_sample(axis)
    assert_independent(sample[:-lag], sample[lag:])


@pytest.mark.parametrize("axis", AXES)
def test_triples_fill_the_cube_along(axis):
    sample = axis_sample(axis)
    rows = sample[: len(sample) // 3 * 3].reshape(-1, 3)
    cell = (rows * 8).astype(int) @ np.array([64, 8, 1])
    assert stats.chisquare(np.bincount(cell, minlength=512)).pvalue > ERROR_RATE


def test_the_draws_of_one_block_are_even_and_independent():
    sample = all_six(stream_key(SEED, 0, "search"), counters(0))
    for draws in sample:
        assert_even(draws)
    for first, second in [(0, 1), *combinations(range(2, 6), 2)]:
        assert_independent(sample[first], sample[second])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((SEED, 0, "needs"), (SEED, 1, "needs")),
        ((SEED, 0, "needs"), (SEED, 0, "search")),
        ((SEED, 0, "needs"), (SEED + 1, 0, "needs")),
    ],
    ids=["replicates", "streams", "seeds"],
)
def test_the_same_counters_under_another_key_are_independent(one, other):
    rows = counters(0)
    assert_independent(along(stream_key(*one), rows), along(stream_key(*other), rows))


@pytest.mark.parametrize(("first", "second"), list(combinations(range(4), 2)))
def test_swapped_counters_are_independent(first, second):
    """What i draws about j tells nothing of what j draws about i."""
    rows = counters(first)
    swapped = rows.copy()
    swapped[:, [first, second]] = rows[:, [second, first]]
    apart = rows[:, first] != rows[:, second]
    key = stream_key(SEED, 0, "actions")
    assert_independent(along(key, rows)[apart], along(key, swapped)[apart])


def test_any_bit_of_a_counter_or_the_key_turns_half_the_bits():
    """Of 128 bits, each turns with probability 1/2: over 192 flips x 20 places, a mean of 64.

    The standard deviation of the mean of 3,840 counts is sqrt(32 / 3840) = 0.091; the bound is
    the normal quantile for `ERROR_RATE`.
    """
    places = np.random.Generator(np.random.Philox(key=SEED)).integers(0, 2**32, (20, 6))
    turned = []
    for place in places:
        before = philox4(*place)
        for word in range(6):
            for bit in range(32):
                flipped = place.copy()
                flipped[word] ^= 1 << bit
                after = philox4(*flipped)
                pairs = zip(before, after, strict=True)
                turned.append(sum((int(a) ^ int(b)).bit_count() for a, b in pairs))
    bound = stats.norm.isf(ERROR_RATE / 2) * np.sqrt(32 / len(turned))
    assert abs(np.mean(turned) - 64) < bound
    assert min(turned) > 20
