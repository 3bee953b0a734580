"""Confidence intervals of a mean over replicates.

Two kinds are used. A *verdict* rests on the bias-corrected and accelerated (BCa) bootstrap of the
paired differences, which follows their skew. A *band* in a figure is the plain Student t interval
of the mean, drawn at many points along a curve.

References
----------
.. [1] Efron (1987), Better bootstrap confidence intervals, JASA 82(397).
.. [2] Hesterberg (2015), What teachers should know about the bootstrap, The American
   Statistician 69(4), section 5 (expanded percentile intervals).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simnet.randomness import stream_key

Floats = NDArray[np.float64]

RESAMPLES = 9_999
RESAMPLES_AT_ONCE = 909
VALUES_AT_ONCE = 2_048
RESAMPLED_AT_ONCE = 1 << 21


class Band(NamedTuple):
    """A mean with the two ends of its interval, and the number of replicates behind it."""

    mean: Floats
    low: Floats
    high: Floats
    n: NDArray[np.int64]


def expanded_level(n: int, level: float = 0.95) -> float:
    r"""Confidence level to ask of a bootstrap so that it covers `level` with `n` values.

    A bootstrap distribution is too narrow in small samples: it divides by *n* where *n* - 1 is
    due, and it uses normal where Student's quantiles are due. Asking for

    .. math:: 1 - 2\,\Phi\left(-\sqrt{n/(n-1)}\; t_{n-1,\,(1+\mathrm{level})/2}\right)

    instead of `level` makes up for both [2]_. It exceeds `level`, and tends to it as n grows: for
    0.95 it is 0.983 with 10 values, 0.968 with 20 and 0.959 with 40.
    """
    widening = np.sqrt(n / (n - 1)) * stats.t.ppf((1 + level) / 2, n - 1)
    return float(1 - 2 * stats.norm.sf(widening))


def bca_intervals(samples: Floats, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """BCa bootstrap intervals of the mean of each row, with the level expanded for small n.

    The draws depend on the row length alone, never on the other rows: a comparison keeps its
    interval when another arm or measure joins the table.

    Parameters
    ----------
    samples : ndarray of float64, shape (m, n)
        One row a sample, n at least 2. A row whose values are all equal has the
        interval [value, value].
    level : float
        Coverage aimed at, in (0, 1).

    Returns
    -------
    low, high : ndarray of float64, shape (m,)
        The ends of the intervals.
    """
    low, high = samples[:, 0].copy(), samples[:, 0].copy()
    varied = np.flatnonzero(~is_constant(samples))
    rows_at_once = max(1, VALUES_AT_ONCE // samples.shape[1])
    for start in range(0, len(varied), rows_at_once):
        rows = varied[start : start + rows_at_once]
        low[rows], high[rows] = _bca(samples[rows], level)
    return low, high


def is_constant(samples: Floats) -> NDArray[np.bool_]:
    """Whether the values of each row are equal, up to the rounding of a subtraction."""
    spread = samples.max(axis=1) - samples.min(axis=1)
    rounding: NDArray[np.bool_] = spread <= 1e-12 * np.abs(samples).max(axis=1)
    return rounding


def _bca(samples: Floats, level: float) -> tuple[Floats, Floats]:
    n = samples.shape[1]
    result = stats.bootstrap(
        (samples,),
        np.mean,
        axis=-1,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=min(RESAMPLES_AT_ONCE, max(1, RESAMPLED_AT_ONCE // n)),
        confidence_level=expanded_level(n, level),
        method="BCa",
        rng=np.random.default_rng(stream_key(0, n, "comparison.bootstrap")),
    )
    interval = result.confidence_interval
    return np.asarray(interval.low), np.asarray(interval.high)


def t_band(values: Floats, *, level: float = 0.95) -> Band:
    r"""Mean of each column with its Student t interval, :math:`\bar x \pm t_{n-1}\,s/\sqrt n`.

    Missing values are left out of their column. The mean of no value is nan, and so is the
    interval of fewer than two.

    Parameters
    ----------
    values : ndarray of float64, shape (replicates, points)
        One row a replicate, one column a point of the curve.
    level : float
        Coverage aimed at, in (0, 1).
    """
    there = np.isfinite(values)
    n = there.sum(axis=0)
    filled = np.where(there, values, 0.0)
    mean = np.divide(filled.sum(axis=0), n, out=np.full(n.shape, np.nan), where=n > 0)
    squares = (np.where(there, values - mean, 0.0) ** 2).sum(axis=0)
    freedom = np.maximum(n - 1, 1)
    half = stats.t.ppf((1 + level) / 2, freedom) * np.sqrt(squares / freedom / np.maximum(n, 1))
    half = np.where(n > 1, half, np.nan)
    return Band(mean, mean - half, mean + half, n)
