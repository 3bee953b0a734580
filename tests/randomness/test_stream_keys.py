"""The key of a stream depends on the seed, the replicate and the name, each by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import draws

from simnet.randomness import stream_key

SEED, REPLICATE, NAME = 20261121, 3, "needs"


def as_pair(key: np.ndarray) -> tuple[int, int]:
    return int(key[0]), int(key[1])


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    replicate=st.integers(0, 10**6),
    name=st.sampled_from(["needs", "prior-ties", "letters"]),
)
def test_it_equals_the_definition(seed, replicate, name):
    key = stream_key(seed, replicate, name)
    assert (key.dtype, key.shape) == (np.uint32, (2,))
    assert as_pair(key) == draws.stream(seed, replicate, name)


@pytest.mark.parametrize(
    "other",
    [
        (SEED + 1, REPLICATE, NAME),
        (SEED, REPLICATE + 1, NAME),
        (SEED, REPLICATE, "search"),
        (SEED + 2**62, REPLICATE, NAME),
        (REPLICATE, SEED, NAME),
    ],
)
def test_each_part_counts(other):
    assert as_pair(stream_key(*other)) != as_pair(stream_key(SEED, REPLICATE, NAME))


def test_neighbours_beyond_the_digits_of_a_float_differ():
    large = 2**63 - 1
    assert as_pair(stream_key(large, 0, NAME)) != as_pair(stream_key(large - 1, 0, NAME))


def test_no_two_streams_of_a_study_share_a_key():
    from simnet.agents.founding import STREAMS

    keys = {
        as_pair(stream_key(seed, replicate, name))
        for seed in range(20)
        for replicate in range(50)
        for name in STREAMS
    }
    # 11,000 keys of 64 bits: two alike by chance once in 3e11 times
    assert len(keys) == 20 * 50 * len(STREAMS)
