"""Correlation of a quantity between the two ends of ties."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.network.estimate import Estimate
from simnet.network.structure.intervals import normal

Floats = NDArray[np.float64]
METHOD = "jackknife over ties"


class _Sums(NamedTuple):
    """Over half-ties: their number, and sums of values and of products of values at the ends."""

    n: float
    x: Floats | float
    y: Floats | float
    xx: Floats | float
    yy: Floats | float
    xy: Floats | float

    def correlation(self) -> Floats:
        spread = _spread(self.n, self.x, self.xx) * _spread(self.n, self.y, self.yy)
        return np.asarray((self.n * self.xy - self.x * self.y) / np.sqrt(spread))


def _spread(n: float, total: Floats | float, squares: Floats | float) -> Floats:
    """n² times the variance; nan where it is nothing but rounding."""
    spread = n * squares - total**2
    return np.where(spread > 1e-12 * n * squares, spread, np.nan)


def tie_correlation(x: Floats, y: Floats, *, directed: bool) -> Estimate:
    """Pearson correlation over ties of a value at one end with one at the other.

    Parameters
    ----------
    x, y : ndarray of float64, one per tie
        The values at its ends. Each undirected tie counts both ways round.
    directed : bool
        Whether ties have a direction, from x to y.

    Returns
    -------
    Estimate
        nan if the values at one end do not vary. Its standard error is the jackknife of Newman
        (2003), :math:`\\sqrt{\\sum_i (r_i - r)^2}` with :math:`r_i` the correlation without tie i.
    """
    if not len(x):
        return normal(np.nan, np.nan, n=0, method=METHOD)
    centre = (x.mean() + y.mean()) / 2
    terms = _terms(x - centre, y - centre, directed=directed)
    total = _Sums(terms.n * len(x), *(np.sum(term) for term in terms[1:]))
    value = float(total.correlation())
    without = _Sums(total.n - terms.n, *(a - b for a, b in zip(total[1:], terms[1:], strict=True)))
    error = float(np.sqrt(np.sum((without.correlation() - value) ** 2)))
    return normal(value, error, n=len(x), method=METHOD)


def _terms(x: Floats, y: Floats, *, directed: bool) -> _Sums:
    """What each tie adds to the sums."""
    if directed:
        return _Sums(1.0, x, y, x * x, y * y, x * y)
    both, squares = x + y, x * x + y * y
    return _Sums(2.0, both, both, squares, squares, 2 * x * y)
