"""Means and shares with their intervals, as the studies report them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from simnet.network import Estimate

LEVEL = 0.95


def mean_of(values: ArrayLike) -> Estimate:
    """Mean of independent values with Student's t interval; no interval with one value."""
    sample = np.asarray(values, dtype=np.float64)
    n = len(sample)
    mean = float(sample.mean()) if n else float("nan")
    error = float(sample.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
    reach = float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) * error if n > 1 else float("nan")
    return Estimate(mean, error, mean - reach, mean + reach, LEVEL, n, "t")


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """The estimate of a quantity `factor` times as large; `factor` is positive."""
    value, error, low, high = (factor * number for number in estimate[:4])
    return Estimate(value, error, low, high, estimate.level, estimate.n, estimate.method)


def ends(estimates: Sequence[Estimate]) -> tuple[list[float], list[float], list[float]]:
    """Values and both ends of the intervals, for a series of a panel."""
    return (
        [estimate.value for estimate in estimates],
        [estimate.low for estimate in estimates],
        [estimate.high for estimate in estimates],
    )


def along_a_line(x: ArrayLike, y: ArrayLike, at: float) -> Estimate:
    """What the straight line of least squares through points gives at `at`.

    The interval is that of a new observation there (prediction interval), if the points scatter
    about a straight line; that they do so as far as `at` is an assumption. nan with two points.
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n, centre = len(xs), xs.mean()
    slope, height = np.polyfit(xs - centre, ys, 1)
    value = float(height + slope * (at - centre))
    if n < 3:
        return Estimate(value, float("nan"), float("nan"), float("nan"), LEVEL, n, "line")
    scatter = np.sum((ys - height - slope * (xs - centre)) ** 2) / (n - 2)
    spread = np.sum((xs - centre) ** 2)
    error = float(np.sqrt(scatter * (1 + 1 / n + (at - centre) ** 2 / spread)))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, n - 2)) * error
    return Estimate(value, error, value - reach, value + reach, LEVEL, n, "line")
