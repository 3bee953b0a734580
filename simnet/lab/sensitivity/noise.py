r"""What is noise between replicates, and what is effect of the parameters.

A value at point p in replicate r is :math:`y_{pr} = m_p + a_r + e_{pr}`: the effect of the
parameters, what the replicate does at all points alike, and noise. Products of *different*
replicates have no noise in them on average, whatever the noise at one point has to do with that at
another, as it does under common random numbers:

.. math:: \mathrm E\left[y_{pr}\, y_{qs}\right] = m_p\, m_q \qquad (r \ne s,\ a = 0).

Whatever is a mean of products (a variance, an elementary effect squared, the numerators of Sobol'
indices) is therefore estimated without noise by averaging over pairs of different replicates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.lab.sensitivity.resampling import Floats, Interval, Weighed, interval

__all__ = ["cross", "noise_share"]


def cross(one: Floats, other: Floats) -> Floats:
    """Mean product over all pairs of different replicates, which are the last axis.

    With one replicate there is no such pair and the plain product is returned, noise and all.
    """
    n = one.shape[-1]
    same = (one * other).sum(axis=-1)
    if n == 1:
        return np.asarray(same)
    return np.asarray((one.sum(axis=-1) * other.sum(axis=-1) - same) / (n * (n - 1)))


def noise_share(values: Floats, *, level: float = 0.95) -> Interval:
    r"""Share of the variance between the points' means that is noise between replicates.

    .. math:: \frac{MS_{\mathrm{noise}}}{MS_{\mathrm{points}}}
       = \frac{R}{R - 1} \cdot \frac{\overline{V_r} - V}{R\, V}

    with V the variance over points of the means over replicates and :math:`\overline{V_r}` the
    mean over replicates of the variance over points: one over the F ratio of a two-way layout
    without interaction. It falls as 1/R with more replicates. It can exceed 1 by chance, when
    the parameters do next to nothing. With one replicate, or where all means are equal: nan.

    Parameters
    ----------
    values : ndarray of float64, shape (points, replicates)
    level : float
        Of the interval.
    """
    points, replicates = values.shape
    if replicates == 1:
        undefined = np.asarray(np.nan)
        return Interval(undefined, undefined, undefined)

    def share(kept: NDArray[np.int64]) -> Weighed:
        chosen = values[:, kept] - values[0, kept]
        # scaled to all replicates: a jackknife without some must not look like more noise
        scale = kept.size / replicates

        def weighed(weights: Floats) -> Floats:
            centred = chosen - weights @ chosen
            effects = weights @ cross(centred, centred)
            noise = scale * (weights @ centred.mean(axis=1) ** 2 - effects)
            total = effects + noise
            return np.asarray(noise / total if total > 0 else np.nan)

        return weighed

    return interval(share, (points, replicates), level=level)
