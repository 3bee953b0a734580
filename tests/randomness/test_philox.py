"""The generator is Philox4x32-10, and the draws are made of its words as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracle import draws

from simnet.randomness._kernels import philox4, uniform, uniform2, uniform4

words = st.integers(0, 2**32 - 1)
counters = st.tuples(words, words, words, words)
keys = st.tuples(words, words)
quick = settings(deadline=None, max_examples=200)  # the first example compiles

# from the test vectors that Random123, the authors' library, comes with
KNOWN = [
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def key_array(key: tuple[int, int]) -> np.ndarray:
    return np.array(key, np.uint32)


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_answers(counter, key, expected):
    assert philox4(*counter, *key_array(key)) == expected
    assert draws.philox(counter, key) == expected


@quick
@given(counter=counters, key=keys)
def test_the_kernel_equals_the_definition(counter, key):
    assert philox4(*counter, *key_array(key)) == draws.philox(counter, key)


@quick
@given(counter=counters, key=keys)
@example(counter=(0, 0, 0, 0), key=(0, 0))
def test_draws_are_made_of_the_words(counter, key):
    made = key_array(key)
    assert uniform(made, *counter) == draws.one(key, *counter)
    assert uniform2(made, *counter) == draws.pair(key, *counter)
    assert uniform4(made, *counter) == draws.four(key, *counter)


@quick
@given(counter=counters, key=keys)
def test_draws_lie_in_the_unit_interval(counter, key):
    made = key_array(key)
    for draw in (uniform(made, *counter), *uniform2(made, *counter), *uniform4(made, *counter)):
        assert 0.0 <= draw < 1.0


def test_the_largest_words_give_a_draw_below_one():
    assert draws.fraction(2**32 - 1, 2**32 - 1) < 1.0
    assert (2**32 - 1) / 2**32 < 1.0


@quick
@given(counter=st.tuples(*[st.integers(-(2**31), 2**31 - 1)] * 4), key=keys)
def test_a_negative_counter_is_taken_by_its_bits(counter, key):
    bits = tuple(c & 0xFFFFFFFF for c in counter)
    assert uniform(key_array(key), *counter) == uniform(key_array(key), *bits)
