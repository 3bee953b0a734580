"""Philox4x32-10 and uniform numbers from it, for use inside other kernels."""

from __future__ import annotations

import numpy as np
from numba import njit

from simnet.compiled import discard_stale

discard_stale()  # every other kernel imports this module first

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_TO_UNIT = 2.0**-53
_TO_UNIT32 = 2.0**-32


@njit(cache=True, inline="always")  # inside a plain loop, LLVM then makes several draws at a time
def philox4(c0, c1, c2, c3, k0, k1):
    """Four 32-bit words from four 32-bit counters and a key of two 32-bit words."""
    x0 = np.uint64(c0) & _LOW
    x1 = np.uint64(c1) & _LOW
    x2 = np.uint64(c2) & _LOW
    x3 = np.uint64(c3) & _LOW
    key0 = np.uint64(k0)
    key1 = np.uint64(k1)
    for _ in range(10):
        p0 = _M0 * x0
        p1 = _M1 * x2
        x0 = (p1 >> _SHIFT) ^ x1 ^ key0
        x1 = p1 & _LOW
        x2 = (p0 >> _SHIFT) ^ x3 ^ key1
        x3 = p0 & _LOW
        key0 = (key0 + _W0) & _LOW
        key1 = (key1 + _W1) & _LOW
    return x0, x1, x2, x3


@njit(cache=True, inline="always")
def unit(high, low):
    """27 bits of one word and 26 of another as a number in [0, 1)."""
    return ((high >> np.uint64(5)) * 67108864.0 + (low >> np.uint64(6))) * _TO_UNIT


@njit(cache=True)
def _words(key, a, b, c, d):
    """Philox of any integers; one compiled version of it serves them all."""
    return philox4(
        np.uint64(a), np.uint64(b), np.uint64(c), np.uint64(d), np.uint64(key[0]), np.uint64(key[1])
    )


@njit(cache=True)
def uniform(key, a, b, c, d):
    """One draw in [0, 1) with 53 random bits, a pure function of the key and four counters."""
    x0, x1, _, _ = _words(key, a, b, c, d)
    return unit(x0, x1)


@njit(cache=True)
def fill_uniform(out, key, first, b, c, d):
    """`uniform` of the first counters `first`, `first` + 1, ..., ten times as fast as one by one."""
    k0 = np.uint64(key[0])
    k1 = np.uint64(key[1])
    for i in range(len(out)):
        x0, x1, _, _ = philox4(
            np.uint64(first + i), np.uint64(b), np.uint64(c), np.uint64(d), k0, k1
        )
        out[i] = unit(x0, x1)


@njit(cache=True)
def fill_uniform_towards(out, key, a, those, c, d):
    """`uniform` of each of the second counters in `those`."""
    k0 = np.uint64(key[0])
    k1 = np.uint64(key[1])
    for i in range(len(out)):
        x0, x1, _, _ = philox4(
            np.uint64(a), np.uint64(those[i]), np.uint64(c), np.uint64(d), k0, k1
        )
        out[i] = unit(x0, x1)


@njit(cache=True)
def fill_uniform_attempts(out, key, a, b, first, d):
    """`uniform` of the third counters `first`, `first` + 1, ..."""
    k0 = np.uint64(key[0])
    k1 = np.uint64(key[1])
    for i in range(len(out)):
        x0, x1, _, _ = philox4(
            np.uint64(a), np.uint64(b), np.uint64(first + i), np.uint64(d), k0, k1
        )
        out[i] = unit(x0, x1)


@njit(cache=True)
def fill_uniform2(out, other, key, first, b, c, d):
    """`uniform2` of the first counters `first`, `first` + 1, ...: into `out` and `other`."""
    k0 = np.uint64(key[0])
    k1 = np.uint64(key[1])
    for i in range(len(out)):
        x0, x1, x2, x3 = philox4(
            np.uint64(first + i), np.uint64(b), np.uint64(c), np.uint64(d), k0, k1
        )
        out[i] = unit(x0, x1)
        other[i] = unit(x2, x3)


@njit(cache=True)
def fill_uniform4(out, key, first, b, c, d):
    """`uniform4` of the first counters `first`, `first` + 1, ...: into the four rows of `out`."""
    k0 = np.uint64(key[0])
    k1 = np.uint64(key[1])
    for i in range(out.shape[1]):
        x0, x1, x2, x3 = philox4(
            np.uint64(first + i), np.uint64(b), np.uint64(c), np.uint64(d), k0, k1
        )
        out[0, i] = x0 * _TO_UNIT32
        out[1, i] = x1 * _TO_UNIT32
        out[2, i] = x2 * _TO_UNIT32
        out[3, i] = x3 * _TO_UNIT32


@njit(cache=True)
def uniform2(key, a, b, c, d):
    """Two independent draws in [0, 1) with 53 random bits each."""
    x0, x1, x2, x3 = _words(key, a, b, c, d)
    first = unit(x0, x1)
    second = unit(x2, x3)
    return first, second


@njit(cache=True)
def uniform4(key, a, b, c, d):
    """Four independent draws in [0, 1) with 32 random bits each."""
    x0, x1, x2, x3 = _words(key, a, b, c, d)
    return x0 * _TO_UNIT32, x1 * _TO_UNIT32, x2 * _TO_UNIT32, x3 * _TO_UNIT32
