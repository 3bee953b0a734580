"""exp, log and cosines of turns against NumPy in extended precision; what they are made of."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from simnet.elementary._kernels import cosine_of_turn, exp, log
from simnet.intrinsics._kernels import equal, fma, lowest_bit, quotient

LAST_PLACES = 4


@njit
def joined(x, y, z):
    return fma(x, y, z)


@njit
def divided(x, y):
    return quotient(x, y)


@njit
def lowest(bits):
    return lowest_bit(bits)


@njit
def alike(numbers, first, value):
    return equal(numbers, first, value)


@njit
def side_by_side(function, x, out):
    for k in range(len(x)):
        out[k] = function(x[k])


def many(function, x):
    out = np.empty_like(x)
    side_by_side(function, x, out)
    return out


def places_off(values, exact):
    exact = exact.astype(np.float64)
    return np.abs(values - exact) / np.spacing(np.abs(exact))


@pytest.mark.parametrize("most", [1e-6, 0.1, 20.0, 700.0])
def test_exp(most):
    x = np.random.default_rng(1).uniform(-most, most, 100_000)
    assert places_off(many(exp, x), np.exp(x.astype(np.longdouble))).max() <= LAST_PLACES


@pytest.mark.parametrize("most", [1.0, 1e-3, 1e6])
def test_log(most):
    x = np.random.default_rng(2).uniform(0.0, most, 100_000)
    near_one = 1.0 - x / (2.0 * most) * 1e-3
    for numbers in (x, near_one):
        exact = np.log(numbers.astype(np.longdouble))
        assert places_off(many(log, numbers), exact).max() <= LAST_PLACES


def test_cosine_of_a_turn():
    v = np.concatenate([np.random.default_rng(3).random(100_000), np.linspace(0.0, 1.0, 9)])
    turn = 8 * np.arctan(np.longdouble(1.0))
    exact = np.cos(turn * v.astype(np.longdouble)).astype(np.float64)
    assert np.abs(many(cosine_of_turn, v) - exact).max() < 1e-15


def test_where_they_end():
    assert many(exp, np.array([-np.inf, -709.0, 0.0, 710.0])).tolist() == [0.0, 0.0, 1.0, np.inf]
    assert many(log, np.array([0.0, 1.0])).tolist() == [-np.inf, 0.0]


def test_one_by_one_as_side_by_side():
    x = np.random.default_rng(4).random(1_000)
    for function in (exp, log, cosine_of_turn):
        assert [function(one) for one in x] == many(function, x).tolist()


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_product_and_sum_is_rounded_once(x, y, z):
    assert joined(x, y, z) == float(Fraction(x) * Fraction(y) + Fraction(z))


def test_a_quotient_by_zero_is_infinite():
    assert divided(1.0, 3.0) == 1.0 / 3.0
    assert divided(1.0, 0.0) == math.inf


@given(st.integers(0, 62), st.integers(0, 2**20))
def test_the_lowest_bit(place, above):
    assert lowest(np.int64(((above << place + 1) | (1 << place)) & (2**63 - 1))) == place


@given(st.lists(st.integers(-2, 2), min_size=16, max_size=40), st.data())
def test_which_of_sixteen_are_equal(numbers, data):
    first = data.draw(st.integers(0, len(numbers) - 16))
    value = data.draw(st.integers(-2, 2))
    bits = alike(np.array(numbers, np.int32), first, value)
    assert [bits >> k & 1 for k in range(64)] == [
        k < 16 and numbers[first + k] == value for k in range(64)
    ]
