"""Homophily by a number: how near to each other people are who are tied, say in age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.estimate import Estimate
from simnet.network.model import Network
from simnet.network.structure.categories import people_column
from simnet.network.structure.correlation import tie_correlation
from simnet.network.structure.ends import ends

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericHomophily:
    """How near to each other the ends of ties are, in the unit of the column.

    Attributes
    ----------
    column : str
        Of the people.
    gap : float
        What counts as near.
    n_ties : int
        Ties with both values known; what follows is about them.
    n_unknown : int
        Ties left out because the value of an end is unknown.
    correlation : Estimate
        Pearson correlation of the two ends' values over n ties, each undirected tie counted both
        ways round, with its jackknife error; nan if the values do not vary.
    within : float
        Share of ties whose ends are at most `gap` apart.
    expected_within : float
        That share if ends were drawn at random by degree.
    mean_gap : float
        Mean absolute difference of the two ends.
    expected_mean_gap : float
        That mean if ends were drawn at random by degree.
    """

    column: str
    gap: float
    n_ties: int
    n_unknown: int
    correlation: Estimate
    within: float
    expected_within: float
    mean_gap: float
    expected_mean_gap: float


def numeric_homophily(network: Network, column: str, *, gap: float) -> NumericHomophily:
    """Homophily by a column of numbers, such as age in years.

    Parameters
    ----------
    network : Network
        Where. Of a directed tie, the ends drawn at random are a source and a target.
    column : str
        Of the people; nan and None are unknown.
    gap : float
        How far apart two values may be to count as near; at least 0.

    Returns
    -------
    NumericHomophily
        Shares and means are nan without a tie to count.

    Raises
    ------
    NetworkError
        If people have no such column, or it does not hold numbers.
    ValueError
        If `gap` is negative or nan.
    """
    if not gap >= 0.0:
        raise ValueError(f"gap must be at least 0; got {gap!r}")
    values = _numbers(network, column)
    x, y = (values[end] for end in ends(network))
    known = ~np.isnan(x + y)
    x, y = x[known], y[known]
    apart = np.abs(x - y)
    starts, stops = (x, y) if network.directed else (np.concatenate([x, y]),) * 2
    drawn = _Drawn.of(starts, stops)
    return NumericHomophily(
        column=column,
        gap=gap,
        n_ties=len(x),
        n_unknown=network.n_ties - len(x),
        correlation=tie_correlation(x, y, directed=network.directed),
        within=float((apart <= gap).mean()) if len(x) else float("nan"),
        expected_within=drawn.share_within(gap) if len(x) else float("nan"),
        mean_gap=float(apart.mean()) if len(x) else float("nan"),
        expected_mean_gap=drawn.mean_gap() if len(x) else float("nan"),
    )


class _Drawn(NamedTuple):
    """Two independent draws, by how often each value (ascending) is at either end of a tie."""

    values: Floats
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]

    @classmethod
    def of(cls, starts: Floats, stops: Floats) -> _Drawn:
        values, place = np.unique(np.concatenate([starts, stops]), return_inverse=True)
        first, second = place[: len(starts)], place[len(starts) :]
        n = len(values)
        return cls(values, np.bincount(first, minlength=n), np.bincount(second, minlength=n))

    def share_within(self, gap: float) -> float:
        before = np.concatenate([[0], np.cumsum(self.stops)])
        low = np.searchsorted(self.values, self.values - gap, side="left")
        high = np.searchsorted(self.values, self.values + gap, side="right")
        near = self.starts @ (before[high] - before[low])
        return float(near / (self.starts.sum() * self.stops.sum()))

    def mean_gap(self) -> float:
        # E|X - Y| is the integral of P(X <= v < Y) + P(Y <= v < X).
        x = np.cumsum(self.starts) / self.starts.sum()
        y = np.cumsum(self.stops) / self.stops.sum()
        apart = x * (1 - y) + y * (1 - x)
        return float(apart[:-1] @ np.diff(self.values))


def _numbers(network: Network, column: str) -> Floats:
    values = people_column(network, column)
    if values.dtype == object:
        values = np.array([np.nan if value is None else value for value in values.tolist()])
    if values.dtype.kind not in "biuf":
        raise NetworkError(f"the people column {column!r} does not hold numbers")
    return values.astype(np.float64)
