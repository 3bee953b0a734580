"""Cheap first looks from any design: rank correlation, and what sets the best points apart.

References
----------
.. [1] Spearman (1904), The proof and measurement of association between two things, American
   Journal of Psychology 15(1).
.. [2] Hornberger and Spear (1981), An approach to the preliminary analysis of environmental
   systems, Journal of Environmental Management 12.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simnet.lab.paired import holm
from simnet.lab.sensitivity.noise import noise_share
from simnet.lab.sensitivity.resampling import Floats, Statistic, Weighed, interval

__all__ = ["rank_correlations", "regional"]


def rank_correlations(
    values: Floats, places: Floats, names: Sequence[str], *, level: float = 0.95
) -> pd.DataFrame:
    r"""Spearman's rank correlation of the value with each parameter, over the points.

    .. math:: \rho_i = \mathrm{corr}(\mathrm{rank}(x_i), \mathrm{rank}(\bar y))

    with the mean over replicates at each point [1]_. It tells direction and strength of what a
    parameter does steadily; an effect that turns round within the range can escape it. Noise
    between replicates draws it towards 0.

    Parameters
    ----------
    values : ndarray of float64, shape (points, replicates)
    places : ndarray of float64, shape (points, d)
        The points; nan throughout for a parameter whose values have no order.
    names : sequence of str
        The d parameters.
    level : float
        Of the intervals; see `simnet.lab.sensitivity.resampling`.

    Returns
    -------
    DataFrame
        One row a parameter: parameter, index (rank_correlation), value, low, high, and
        without_noise: the value over the square root of the share of the variance that is not
        noise, Spearman's correction for attenuation [1]_ (nan with one replicate). Of a parameter
        without order or with one value only: nan.
    """
    found = interval(_statistic(values, places), values.shape, level=level)
    reliable = 1 - float(noise_share(values, level=level).value)
    return pd.DataFrame(
        {
            "parameter": list(names),
            "index": "rank_correlation",
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "without_noise": found.value / np.sqrt(reliable if reliable > 0 else np.nan),
        }
    )


def _statistic(values: Floats, places: Floats) -> Statistic:
    ranks = np.column_stack([_ranks(column) for column in places.T])
    ranks -= ranks[0]

    def of(kept: NDArray[np.int64]) -> Weighed:
        of_values = stats.rankdata(values[:, kept].mean(axis=1))

        def weighed(weights: Floats) -> Floats:
            x, y = ranks - weights @ ranks, of_values - weights @ of_values
            spread = np.sqrt((weights @ x**2) * (weights @ y**2))
            undefined = np.full(spread.shape, np.nan)
            return np.asarray(np.divide((weights * y) @ x, spread, undefined, where=spread > 0))

        return weighed

    return of


def _ranks(column: Floats) -> Floats:
    if np.isnan(column).any():
        return np.full(column.shape, np.nan)
    return np.asarray(stats.rankdata(column))


def regional(
    values: Floats, places: Floats, names: Sequence[str], *, top: float = 0.2
) -> pd.DataFrame:
    r"""Where the points with the highest values lie, against the others, parameter by parameter.

    .. math:: D_i = \max_x |F_{\mathrm{top}}(x_i) - F_{\mathrm{others}}(x_i)|

    the Kolmogorov-Smirnov distance between the values of a parameter in both groups of points
    [2]_, which sees effects that turn round, and those that matter only at the top.

    Parameters
    ----------
    values, places, names
        As `rank_correlations` takes them.
    top : float
        Share of the points counted as top, in (0, 1).

    Returns
    -------
    DataFrame
        One row a parameter: parameter, index (regional), value, p (two-sided test, points as an
        independent sample), p_adjusted (Holm's correction over the parameters), n_top. Without
        order or with fewer than two points in a group: nan.
    """
    if not 0 < top < 1:
        raise ValueError(f"top must be a share in (0, 1); got {top!r}")
    means = values.mean(axis=1)
    n_top = round(top * len(means))
    in_top = np.zeros(len(means), dtype=np.bool_)
    in_top[np.argsort(-means, kind="stable")[:n_top]] = True
    tests = np.array([_distance(column, in_top) for column in places.T])
    return pd.DataFrame(
        {
            "parameter": list(names),
            "index": "regional",
            "value": tests[:, 0],
            "p": tests[:, 1],
            "p_adjusted": holm(tests[:, 1]),
            "n_top": n_top,
        }
    )


def _distance(column: Floats, in_top: NDArray[np.bool_]) -> tuple[float, float]:
    if np.isnan(column).any() or min(in_top.sum(), (~in_top).sum()) < 2:
        return float("nan"), float("nan")
    found = stats.ks_2samp(column[in_top], column[~in_top])
    return float(found.statistic), float(found.pvalue)
