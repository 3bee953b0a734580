"""Ratios of means over pairs, by Fieller's theorem, and what the pairing saved.

References
----------
.. [1] Fieller (1954), Some problems in interval estimation, Journal of the Royal Statistical
   Society B 16(2).
.. [2] Franz (2007), Ratios: a short guide to confidence limits and proper use, arXiv:0710.2024.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simnet.lab.intervals import is_constant

__all__ = ["fieller", "pairing_gain"]

Floats = NDArray[np.float64]


def fieller(arm: Floats, versus: Floats, *, level: float = 0.95) -> tuple[float, float]:
    r"""Interval of the ratio of two means over the same replicates.

    All ratios :math:`\rho` for which the paired t test finds no difference between `arm` and
    :math:`\rho` times `versus` [1]_: they cover at the level exactly where both are jointly normal,
    whatever they have in common. Where the mean of `versus` cannot be told from 0 at this level,
    no bounded interval can do that [2]_, and the ends are nan. So are they for fewer than 2 pairs.

    Parameters
    ----------
    arm, versus : ndarray of float64, shape (n,)
        Values in the same replicates.
    level : float
        Coverage, in (0, 1).
    """
    n = arm.size
    if n < 2:
        return nan, nan
    squared_t = float(stats.t.ppf((1 + level) / 2, n - 1)) ** 2 / n
    covariance = squared_t * np.cov(np.stack([arm, versus]))
    a = float(versus.mean()) ** 2 - covariance[1, 1]
    b = float(arm.mean() * versus.mean()) - covariance[0, 1]
    c = float(arm.mean()) ** 2 - covariance[0, 0]
    if a <= 0:
        return nan, nan
    # equal arms leave nothing under the root but rounding
    half = sqrt(max(b**2 - a * c, 0.0))
    return float(b - half) / a, float(b + half) / a


def pairing_gain(arm: Floats, versus: Floats) -> float:
    r"""Variance of an unpaired difference over that of the paired one, in the same replicates.

    .. math:: \frac{s^2_{arm} + s^2_{versus}}{s^2_{arm - versus}}

    It is how many times as many replicates the same precision would take with arms that share no
    draws; below 1 the pairing has cost precision. Differences that do not vary, or fewer than 2:
    nan.
    """
    differences = arm - versus
    if arm.size < 2 or is_constant(differences[np.newaxis])[0]:
        return nan
    return float((arm.var(ddof=1) + versus.var(ddof=1)) / differences.var(ddof=1))
