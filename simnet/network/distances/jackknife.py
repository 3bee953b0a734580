"""Standard errors and intervals of what is measured on a sample of units."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, nan

import numpy as np
from numpy.typing import NDArray

from simnet.network.estimate import Estimate, exact

Floats = NDArray[np.float64]
Statistics = Callable[[Floats], Floats]
ANY = (-inf, inf)
SHARE = (0.0, 1.0)
METHOD = "jackknife, t adjusted for skewness"


def estimates(
    units: NDArray[np.number],
    statistics: Statistics,
    *,
    share_sampled: float,
    level: float,
    bounds: tuple[float, float] = ANY,
) -> tuple[Estimate, ...]:
    """Statistics of sums over units, with jackknife standard errors and intervals.

    With the statistic θ of all s units, θ₍ᵢ₎ of all but the i-th, and the influences
    ``uᵢ = (s − 1) (mean θ₍ᵢ₎ − θ₍ᵢ₎)``, the squared standard error is ``(1 − f)/s Σ uᵢ²/(s − 1)``,
    where f is the share of all units that is in the sample, drawn at random without replacement
    [1]_. The interval is that of Student's t with s − 1 degrees of freedom, moved and stretched for
    the skewness of the influences by Hall's transformation [2]_: few people are far off, and a
    symmetric interval would too often lie below what they make of the mean or the variance. One
    unit tells nothing of the error: nan.

    Parameters
    ----------
    units : ndarray, shape (s, k)
        k quantities of each unit.
    statistics : callable
        From sums of the quantities, shape (..., k), to m statistics, shape (..., m), such as ratios
        of sums.
    share_sampled : float
        f; if it is 1, as it must be of no units, the statistics are exact.
    level : float
        Probability with which an interval is to cover the statistic of all units.
    bounds : (float, float)
        Between which the statistics lie; intervals are cut there.

    References
    ----------
    .. [1] Wolter (2007), Introduction to variance estimation, 2nd edition, chapter 4.
    .. [2] Hall (1992), On the removal of skewness by transformation, J. R. Stat. Soc. B 54.
    """
    s = len(units)
    sums = units.sum(axis=0, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):  # 0/0 is nan: undefined
        values = statistics(sums)
        if share_sampled == 1:
            return tuple(_exact(float(value), s, level) for value in values)
        without_one = statistics(sums - units)
        influences = (s - 1) * (without_one.mean(axis=0) - without_one)
        errors = np.sqrt((1 - share_sampled) / s * (influences**2).sum(axis=0) / (s - 1))
        reaches = _reaches(influences, share_sampled, level)
    ends = (np.clip(values - reach * errors, *bounds) for reach in reaches)
    return tuple(
        undefined(s, level)
        if isnan(value)
        else Estimate(float(value), float(error), float(low), float(high), level, s, METHOD)
        for value, error, low, high in zip(values, errors, *ends, strict=True)
    )


def undefined(n: int, level: float) -> Estimate:
    """Where there is nothing to estimate."""
    return Estimate(nan, nan, nan, nan, level, n, "undefined")


def check_level(level: float) -> None:
    """Refuse a level that no interval can have."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1; got {level!r}")


def _exact(value: float, n: int, level: float) -> Estimate:
    return undefined(n, level) if isnan(value) else exact(value, n, level)


def _reaches(influences: Floats, share_sampled: float, level: float) -> tuple[Floats, Floats]:
    """Standard errors from the value down to the lower and up to the upper end of the interval."""
    from scipy.special import stdtrit

    s = len(influences)
    spread = (influences**2).mean(axis=0) ** 1.5
    third = (influences**3).mean(axis=0)
    skewness = np.divide(third, spread, out=np.zeros_like(third), where=spread > 0)
    t = float(stdtrit(s - 1, (1 + level) / 2))
    lean = skewness * np.sqrt((1 - share_sampled) / s)
    return _untransformed(t, lean), _untransformed(-t, lean)


def _untransformed(t: float, lean: Floats) -> Floats:
    """The T that Hall's ``T + a T²/3 + a² T³/27 + a/6`` makes t, of the lean a."""
    some = np.where(np.abs(lean) < 1e-6, 1.0, lean)
    return np.where(lean == some, 3 * (np.cbrt(1 + some * (t - some / 6)) - 1) / some, t)
