r"""Replicates drawn anew, and what follows for many estimates at once.

All estimates are resampled together, replicate by replicate, so that what they have in common (the
arms their draws, the weeks of a curve one trial) stays in. The largest of their studentised errors,
:math:`\max_j |\hat\theta^*_j - \hat\theta_j| / s^*_j`, has a quantile c for which the intervals
:math:`\hat\theta_j \pm c\,s_j` hold all at once [1]_ [2]_ [3]_.

References
----------
.. [1] Romano and Wolf (2005), Exact and approximate stepdown methods for multiple hypothesis
   testing, JASA 100(469).
.. [2] Montiel Olea and Plagborg-Møller (2019), Simultaneous confidence bands: theory,
   implementation, and an application to SVARs, Journal of Applied Econometrics 34(1).
.. [3] Hall (1988), Theoretical comparison of bootstrap confidence intervals, Annals of Statistics
   16(3) (why the errors are studentised).
.. [4] Telschow and Schwartzman (2022), Simultaneous confidence bands for functional data using the
   Gaussian kinematic formula, Journal of Statistical Planning and Inference 216.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simnet.randomness import stream_key

__all__ = ["RESAMPLES", "Studentised", "flipped_signs", "off_median", "resampled_weights"]

Floats = NDArray[np.float64]

RESAMPLES = 4_999
WEIGHTS_AT_ONCE = 2**18


def resampled_weights(n: int) -> Iterator[Floats]:
    """How often each of `n` replicates is drawn, a row a resample, in portions not to be changed.

    The draws depend on `n` alone: everything compared over the same replicates is resampled alike,
    and no table moves when another arm or measure joins it.
    """
    yield from _portions(n, _drawn_again)


def flipped_signs(n: int) -> Iterator[Floats]:
    """Signs of the errors of `n` replicates, in portions likewise: the wild bootstrap [4]_."""
    yield from _portions(n, _signs)


def _portions(n: int, draw: Callable[[int, int, int], Floats]) -> Iterator[Floats]:
    at_once = max(1, WEIGHTS_AT_ONCE // n)
    for portion, start in enumerate(range(0, RESAMPLES, at_once)):
        yield draw(n, portion, min(at_once, RESAMPLES - start))


@lru_cache(maxsize=8)
def _drawn_again(n: int, portion: int, size: int) -> Floats:
    rng = np.random.default_rng(stream_key(0, n, f"comparison.resampling.{portion}"))
    return rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)


@lru_cache(maxsize=8)
def _signs(n: int, portion: int, size: int) -> Floats:
    rng = np.random.default_rng(stream_key(0, n, f"comparison.signs.{portion}"))
    return rng.choice(np.array([-1.0, 1.0]), size=(size, n))


class Studentised:
    """Means of columns with their standard errors, and their studentised errors when resampled.

    Parameters
    ----------
    samples : ndarray of float64, shape (n, m)
        One row a replicate, one column an estimate; nan where there is no value.
    usable : ndarray of bool, shape (m,)
        Columns that vary enough to be resampled; the others have an infinite error, and do not
        count.
    draws : callable
        `resampled_weights` or `flipped_signs`.

    Attributes
    ----------
    mean, error : ndarray of float64, shape (m,)
        Mean of the values there are, and its standard error.
    usable : ndarray of bool, shape (m,)
    """

    def __init__(
        self,
        samples: Floats,
        usable: NDArray[np.bool_],
        draws: Callable[[int], Iterator[Floats]] = resampled_weights,
    ) -> None:
        there = np.isfinite(samples)
        n = there.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.mean = np.where(there, samples, 0.0).sum(axis=0) / n
            self._errors = np.where(there, samples - self.mean, 0.0)
            error = np.sqrt((self._errors**2).sum(axis=0) / (n - 1) / n)
        self.usable = usable
        self.error = np.where(usable, error, np.inf)
        self._draws = draws
        self._there = there.astype(np.float64)

    def resampled(self) -> Iterator[Floats]:
        """Studentised errors of the usable columns, a row a resample, in portions."""
        errors, there = self._errors[:, self.usable], self._there[:, self.usable]
        for weights in self._draws(len(errors)):
            times = np.abs(weights)
            with np.errstate(invalid="ignore", divide="ignore"):
                n = times @ there
                mean = weights @ errors / n
                variance = (times @ errors**2 / n - mean**2) * n / (n - 1)
                # rounding can leave a variance of nothing a little below zero
                yield np.nan_to_num(mean / np.sqrt(np.maximum(variance, 0.0) / n), nan=0.0)

    def critical_value(self, level: float) -> float:
        """The quantile of the largest absolute error; nan without a usable column."""
        if not self.usable.any():
            return float("nan")
        largest = np.concatenate([np.abs(part).max(axis=1) for part in self.resampled()])
        return float(np.quantile(largest, level, method="higher"))


def off_median(samples: Floats) -> NDArray[np.int64]:
    """How many values of each column differ from its median (the lower of two)."""
    there = np.isfinite(samples)
    ordered = np.sort(np.where(there, samples, np.inf), axis=0)
    middle = np.maximum(there.sum(axis=0) - 1, 0) // 2
    median = np.take_along_axis(ordered, middle[np.newaxis], axis=0)
    count: NDArray[np.int64] = ((samples != median) & there).sum(axis=0)
    return count
