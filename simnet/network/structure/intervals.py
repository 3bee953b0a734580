"""Estimates with an interval that reaches equally far to either side."""

from __future__ import annotations

from statistics import NormalDist

from simnet.network.estimate import Estimate

LEVEL = 0.95


def normal(value: float, standard_error: float, *, n: int, method: str) -> Estimate:
    """The normal interval: the error is that of very many ties or people."""
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * standard_error
    return Estimate(value, standard_error, value - half, value + half, LEVEL, n, method)


def student(value: float, standard_error: float, *, n: int, method: str) -> Estimate:
    """Student's interval with n − 1 degrees of freedom: the error is that of n values."""
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * standard_error
    return Estimate(value, standard_error, value - half, value + half, LEVEL, n, method)
