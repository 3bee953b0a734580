"""Sobol' indices: shares of the variance that parameters cause, alone and with all others.

References
----------
.. [1] Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), Variance based sensitivity
   analysis of model output, Computer Physics Communications 181(2).
.. [2] Jansen (1999), Analysis of variance designs for model output, Computer Physics
   Communications 117(1-2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simnet.lab.sensitivity.noise import cross
from simnet.lab.sensitivity.resampling import Floats, Statistic, Weighed, interval

__all__ = ["sobol"]

INDICES = ("first", "total")


def sobol(values: Floats, names: Sequence[str], *, level: float = 0.95) -> pd.DataFrame:
    r"""First and total Sobol' indices of each parameter, with intervals.

    .. math:: S_i = \frac{\mathrm{Var}(\mathrm E[m \mid x_i])}{\mathrm{Var}(m)}, \qquad
              T_i = \frac{\mathrm E[\mathrm{Var}(m \mid x_{\sim i})]}{\mathrm{Var}(m)}

    with m(x) the expected value at point x. They are estimated after Saltelli et al. [1]_ and
    Jansen [2]_ by `scipy.stats.sobol_indices`, from products of different replicates, so that
    noise between replicates adds to none of them (see `simnet.lab.sensitivity.noise`). With one
    replicate noise cannot be told from effect: the total indices are then too high. An estimate
    can lie below 0 or above 1 by chance. If the points' means do not vary, or vary by no more than
    the noise lets them: nan.

    Parameters
    ----------
    values : ndarray of float64, shape (n (d + 2), replicates)
        Values at the points of a Saltelli design of d parameters, n a power of 2. For each of the
        n base points there follow one another A, AB_1, ..., AB_d and B, where AB_i is A with
        parameter i from B (the order of SALib without second-order indices).
    names : sequence of str
        The d parameters, at least two.
    level : float
        Of the intervals; see `simnet.lab.sensitivity.resampling`.

    Returns
    -------
    DataFrame
        One row a parameter and index: parameter, index (first, total), value, low, high, and
        of_means, the same from the means over replicates with their noise, as other programs
        give it.

    Raises
    ------
    ValueError
        The number of values does not fit, or there are fewer than two parameters.
    """
    blocks = _blocks(values - values[:1], len(names))
    n, _, replicates = blocks.shape
    means = _by_scipy(blocks.mean(axis=2, keepdims=True))
    centred = blocks - blocks[:, [0, -1]].mean(axis=(0, 1))
    found = interval(_indices(centred), (n, replicates), level=level)
    return pd.DataFrame(
        {
            "parameter": np.tile(list(names), len(INDICES)),
            "index": np.repeat(INDICES, len(names)),
            "value": _by_scipy(blocks).ravel(),
            "low": found.low,
            "high": found.high,
            "of_means": means.ravel(),
        }
    )


def _blocks(values: Floats, d: int) -> Floats:
    """Values by base point: shape (n, d + 2, replicates)."""
    if d < 2:
        raise ValueError(f"Sobol' indices need at least two parameters; got {d}")
    n, rest = divmod(len(values), d + 2)
    if rest or n == 0 or n & (n - 1):
        raise ValueError(
            f"a Saltelli design of {d} parameters has n x {d + 2} points, n a power of 2; "
            f"got {len(values)}"
        )
    return values.reshape(n, d + 2, -1)


def _by_scipy(blocks: Floats) -> Floats:
    """Indices by `scipy.stats.sobol_indices`, shape (2, d); nan without variance, never 0."""
    a, ab, b = blocks[:, 0].T, blocks[:, 1:-1].transpose(1, 2, 0), blocks[:, -1].T
    if not _variance(*_centred(a, b)) > 0:
        return np.full((len(INDICES), len(ab)), np.nan)
    found = stats.sobol_indices(
        func={"f_A": a, "f_B": b, "f_AB": ab}, n=len(blocks), method=_without_noise
    )
    return np.stack([found.first_order, found.total_order])


def _centred(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    mean = (a.mean(axis=1) + b.mean(axis=1))[:, np.newaxis] / 2
    return a - mean, b - mean


def _variance(a: Floats, b: Floats) -> float:
    return float((cross(a.T, a.T) + cross(b.T, b.T)).mean() / 2)


def _without_noise(f_A: Floats, f_B: Floats, f_AB: Floats) -> tuple[Floats, Floats]:  # noqa: N803
    """The estimators [1]_ (b) and (f), as scipy asks for them; replicates are its outputs s."""
    a, b, ab = f_A.T, f_B.T, f_AB.transpose(0, 2, 1)
    variance = _variance(f_A, f_B)
    first = cross(b, ab - a).mean(axis=1) / variance
    total = cross(ab - a, ab - a).mean(axis=1) / 2 / variance
    return first[np.newaxis], total[np.newaxis]


def _indices(centred: Floats) -> Statistic:
    """The same indices by row weights; what each base point gives is worked out once."""
    a, b = centred[:, 0], centred[:, -1]
    steps = centred[:, 1:-1] - centred[:, [0]]

    def of(kept: NDArray[np.int64]) -> Weighed:
        one, other, step = a[:, kept], b[:, kept], steps[:, :, kept]
        first = cross(other[:, np.newaxis], step)
        variance = (cross(one, one) + cross(other, other)) / 2
        terms = np.column_stack([first, cross(step, step) / 2, variance])

        def weighed(weights: Floats) -> Floats:
            *numerators, denominator = weights @ terms
            return np.array(numerators) / (denominator if denominator > 0 else np.nan)

        return weighed

    return of
