"""Draws of consecutive counters at once are those drawn one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.randomness._kernels import fill_uniform, uniform

words = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=100)  # the first example compiles
@given(
    key=st.tuples(words, words),
    first=st.integers(0, 2**32 - 200),
    counters=st.tuples(words, words, words),
    count=st.integers(0, 100),
)
def test_bulk_draws(
    key: tuple[int, int], first: int, counters: tuple[int, int, int], count: int
) -> None:
    draws = np.empty(count)
    fill_uniform(draws, np.array(key, np.uint32), first, *counters)
    one_by_one = [uniform(np.array(key, np.uint32), first + i, *counters) for i in range(count)]
    assert draws.tolist() == one_by_one
