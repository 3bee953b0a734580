"""exp, log and the cosine of a turn, to within four units of the last of their 53 bits.

Each reduces its argument to a short interval about 0, and sums a Taylor series there by Estrin's
scheme, whose steps wait for each other as little as possible.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from simnet.intrinsics._kernels import fma, quotient

_LOG2_E = 1.0 / math.log(2.0)
_LN2_HIGH = 6.93147180369123816490e-01  # the first 33 bits: its products with integers are exact
_LN2_LOW = 1.90821492927058770002e-10
_LEAST_EXP, _MOST_EXP = -708.0, 709.0
_SQRT_HALF_BITS = int(np.float64(math.sqrt(0.5)).view(np.int64))

_E2, _E3, _E4, _E5, _E6, _E7 = (1.0 / math.factorial(k) for k in range(2, 8))
_E8, _E9, _E10, _E11, _E12, _E13 = (1.0 / math.factorial(k) for k in range(8, 14))
_L3, _L5, _L7, _L9, _L11 = (1.0 / k for k in range(3, 12, 2))
_L13, _L15, _L17, _L19, _L21 = (1.0 / k for k in range(13, 22, 2))
_S3, _S5, _S7, _S9, _S11 = ((-1.0) ** (k // 2) / math.factorial(k) for k in range(3, 12, 2))
_S13, _S15, _S17, _S19, _S21 = ((-1.0) ** (k // 2) / math.factorial(k) for k in range(13, 22, 2))


@njit(cache=True, inline="always")
def exp(x):
    """e to the power x: 0 below -708, infinity above 709."""
    bounded = min(max(x, _LEAST_EXP), _MOST_EXP)
    n = np.floor(fma(bounded, _LOG2_E, 0.5))
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, bounded))
    r2 = r * r
    r4 = r2 * r2
    low = fma(r4, fma(r2, fma(r, _E7, _E6), fma(r, _E5, _E4)), fma(r2, fma(r, _E3, _E2), 1.0 + r))
    high = fma(r4, fma(r, _E13, _E12), fma(r2, fma(r, _E11, _E10), fma(r, _E9, _E8)))
    power = np.int64((np.int64(n) + 1023) << 52).view(np.float64)
    y = fma(r4 * r4, high, low) * power
    return 0.0 if x < _LEAST_EXP else (np.inf if x > _MOST_EXP else y)


@njit(cache=True, inline="always")
def log(x):
    """The natural logarithm of a number that is not negative; of 0, minus infinity."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits - _SQRT_HALF_BITS) >> 52
    m = np.int64(bits - (exponent << 52)).view(np.float64)  # between the roots of 1/2 and of 2
    e = np.float64(exponent)
    f = quotient(m - 1.0, m + 1.0)
    s = f * f
    s2 = s * s
    s4 = s2 * s2
    low = fma(s2, fma(s, _L7, _L5), fma(s, _L3, 1.0))
    middle = fma(s2, fma(s, _L15, _L13), fma(s, _L11, _L9))
    high = fma(s2, _L21, fma(s, _L19, _L17))
    series = fma(s4 * s4, high, fma(s4, middle, low))
    y = fma(e, _LN2_HIGH, fma(e, _LN2_LOW, 2.0 * f * series))
    return -np.inf if x == 0.0 else y


@njit(cache=True, inline="always")
def cosine_of_turn(v):
    """cos(2 pi v) for v in [0, 1]."""
    z = (0.25 - abs(v - 0.5)) * (2.0 * math.pi)  # cos(2 pi v) = -sin(z), z within a quarter turn
    s = z * z
    s2 = s * s
    s4 = s2 * s2
    low = fma(s2, fma(s, _S7, _S5), fma(s, _S3, 1.0))
    middle = fma(s2, fma(s, _S15, _S13), fma(s, _S11, _S9))
    high = fma(s2, _S21, fma(s, _S19, _S17))
    return -z * fma(s4 * s4, high, fma(s4, middle, low))
