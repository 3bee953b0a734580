"""Draws of consecutive counters at once are those drawn one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.randomness._kernels import (
    fill_uniform,
    fill_uniform2,
    fill_uniform4,
    fill_uniform_attempts,
    fill_uniform_towards,
    uniform,
    uniform2,
    uniform4,
)

words = st.integers(0, 2**32 - 1)
keys = st.tuples(words, words)
firsts = st.integers(0, 2**32 - 200)
counts = st.integers(0, 100)
counters = st.tuples(words, words, words)


@settings(deadline=None, max_examples=100)  # the first example compiles
@given(key=keys, first=firsts, others=counters, count=counts)
def test_bulk_draws(
    key: tuple[int, int], first: int, others: tuple[int, int, int], count: int
) -> None:
    k = np.array(key, np.uint32)
    draws = np.empty(count)
    fill_uniform(draws, k, first, *others)
    assert draws.tolist() == [uniform(k, first + i, *others) for i in range(count)]


@settings(deadline=None, max_examples=100)
@given(key=keys, first=firsts, others=counters, count=counts)
def test_bulk_draws_of_two_and_of_four(
    key: tuple[int, int], first: int, others: tuple[int, int, int], count: int
) -> None:
    k = np.array(key, np.uint32)
    two, four = np.empty((2, count)), np.empty((4, count))
    fill_uniform2(two[0], two[1], k, first, *others)
    fill_uniform4(four, k, first, *others)
    for i in range(count):
        assert tuple(two[:, i]) == uniform2(k, first + i, *others)
        assert tuple(four[:, i]) == uniform4(k, first + i, *others)


@settings(deadline=None, max_examples=100)
@given(key=keys, first=firsts, others=counters, count=counts)
def test_bulk_draws_of_attempts(
    key: tuple[int, int], first: int, others: tuple[int, int, int], count: int
) -> None:
    k = np.array(key, np.uint32)
    a, b, d = others
    draws = np.empty(count)
    fill_uniform_attempts(draws, k, a, b, first, d)
    assert draws.tolist() == [uniform(k, a, b, first + i, d) for i in range(count)]


@settings(deadline=None, max_examples=100)
@given(
    key=keys,
    others=counters,
    those=st.lists(st.integers(-1, 2**31 - 1), max_size=100),
)
def test_bulk_draws_towards_others(
    key: tuple[int, int], others: tuple[int, int, int], those: list[int]
) -> None:
    k = np.array(key, np.uint32)
    a, c, d = others
    draws = np.empty(len(those))
    fill_uniform_towards(draws, k, a, np.array(those, np.int32), c, d)
    assert draws.tolist() == [uniform(k, a, j, c, d) for j in those]
