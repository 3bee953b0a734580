"""PAWN: how far fixing a parameter moves the whole distribution of the value.

References
----------
.. [1] Pianosi and Wagener (2018), Distribution-based sensitivity analysis from a generic
   input-output sample, Environmental Modelling & Software 108.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.sensitivity.resampling import Floats, Statistic, Weighed, interval
from simnet.randomness import stream_key

__all__ = ["pawn"]

SLICES = 10
FEWEST_IN_A_SLICE = 5
DUMMIES = 199


def pawn(
    values: Floats, places: Floats, names: Sequence[str], *, level: float = 0.95
) -> pd.DataFrame:
    r"""PAWN index of each parameter, from the points of any design.

    .. math:: P_i = \operatorname{median}_s \max_y |F(y) - F(y \mid x_i \in s)|

    the median over slices s of the parameter of the Kolmogorov-Smirnov distance between the
    distribution of the value over all points and over those in the slice [1]_. Values are means
    over replicates. A parameter with at most ten values has a slice for each; else there are ten
    with equally many points, fewer if they would hold fewer than five. Slices are a sample, so a
    parameter without any effect has an index above 0 too: `dummy` is the `level` quantile over
    points shuffled into slices of the same sizes. What does not exceed it is not told from nothing.

    Parameters
    ----------
    values : ndarray of float64, shape (points, replicates)
    places : ndarray of float64, shape (points, d)
        The points; of categories, their numbers.
    names : sequence of str
        The d parameters.
    level : float
        Of the intervals (`simnet.lab.sensitivity.resampling`) and of the dummy.

    Returns
    -------
    DataFrame
        One row a parameter: parameter, index (pawn), value, low, high, dummy. Of a parameter
        with one value only: nan.
    """
    points, replicates = values.shape
    slices = [_slices(column) for column in places.T]
    found = interval(_statistic(values, slices), (points, replicates), level=level)
    sizes = [tuple(np.bincount(of_points)) for of_points in slices]
    dummies = {of_each: _dummy(values.mean(axis=1), of_each, level) for of_each in set(sizes)}
    return pd.DataFrame(
        {
            "parameter": list(names),
            "index": "pawn",
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "dummy": [dummies[of_each] for of_each in sizes],
        }
    )


def _slices(column: Floats) -> NDArray[np.int64]:
    """The number of each point's slice."""
    levels, of_points = np.unique(column, return_inverse=True)
    if len(levels) <= SLICES:
        return of_points
    count = max(2, min(SLICES, len(column) // FEWEST_IN_A_SLICE))
    ranks = np.searchsorted(np.sort(column), column)
    return ranks * count // len(column)


def _statistic(values: Floats, slices: Sequence[NDArray[np.int64]]) -> Statistic:
    members = [np.arange(of_points.max() + 1)[:, np.newaxis] == of_points for of_points in slices]

    def of(kept: NDArray[np.int64]) -> Weighed:
        means = values[:, kept].mean(axis=1)
        order = np.argsort(means, kind="stable")
        last = _last_of_ties(means[order])
        sorted_members = [member[:, order] for member in members]

        def weighed(weights: Floats) -> Floats:
            by_value = weights[order]
            return np.array([_index(by_value, member, last) for member in sorted_members])

        return weighed

    return of


def _last_of_ties(ordered: Floats) -> NDArray[np.bool_]:
    """Where a distribution function has taken in all equal values."""
    return np.append(ordered[1:] > ordered[:-1], True)


def _index(weights: Floats, members: NDArray[np.bool_], last: NDArray[np.bool_]) -> float:
    """Median distance over the slices; weights and members in the order of the values."""
    if len(members) < 2:
        return float("nan")
    everywhere = np.cumsum(weights)[last]
    within = np.cumsum(members * weights, axis=1)[:, last]
    sizes = within[:, -1]
    there = sizes > 0
    distances = np.abs(within[there] / sizes[there, np.newaxis] - everywhere).max(axis=1)
    return float(np.median(distances))


def _dummy(means: Floats, sizes: tuple[int, ...], level: float) -> float:
    """Quantile of the index when the values have nothing to do with slices of these sizes."""
    rng = np.random.default_rng(stream_key(0, len(means), "sensitivity.dummy"))
    last = _last_of_ties(np.sort(means))
    alike = np.full(len(means), 1 / len(means))
    members = np.arange(len(sizes))[:, np.newaxis] == np.repeat(np.arange(len(sizes)), sizes)
    shuffled = [
        _index(alike, members[:, rng.permutation(len(means))], last) for _ in range(DUMMIES)
    ]
    return float(np.quantile(shuffled, level))
