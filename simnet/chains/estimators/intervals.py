"""Intervals of shares, and estimates where there is nothing to estimate."""

from __future__ import annotations

from math import nan, sqrt
from statistics import NormalDist

from simnet.network import Estimate


def undefined(n: int, level: float) -> Estimate:
    """Where there is nothing to estimate."""
    return Estimate(nan, nan, nan, nan, level, n, "undefined")


def quantile(level: float) -> float:
    """How many standard errors the normal interval of this level reaches to either side."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1; got {level!r}")
    return NormalDist().inv_cdf((1 + level) / 2)


def share(hits: int, n: int, *, level: float) -> Estimate:
    """A share of n independent trials with Wilson's score interval; undefined if n is 0."""
    z = quantile(level)
    if n == 0:
        return undefined(n, level)
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # at the ends the formula gives 0 and 1 but for rounding
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == n else middle + half
    return Estimate(p, sqrt(p * (1 - p) / n), low, high, level, n, "Wilson")
