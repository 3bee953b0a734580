"""Elementary effects: how much a parameter moves the value, one step at a time.

References
----------
.. [1] Morris (1991), Factorial sampling plans for preliminary computational experiments,
   Technometrics 33(2).
.. [2] Campolongo, Cariboni and Saltelli (2007), An effective screening design for sensitivity
   analysis of large models, Environmental Modelling & Software 22(10).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.sensitivity.noise import cross
from simnet.lab.sensitivity.resampling import Floats, Statistic, Weighed, interval

__all__ = ["elementary_effects", "morris"]

INDICES = ("mu", "mu_star", "sigma")


def morris(
    values: Floats, places: Floats, names: Sequence[str], *, level: float = 0.95
) -> pd.DataFrame:
    r"""Mean (mu), mean size (mu*) and spread (sigma) of each parameter's elementary effects.

    .. math:: \mu_i = \overline{E_i}, \qquad \mu^*_i = \overline{|E_i|}, \qquad
              \sigma_i = \mathrm{sd}(E_i)

    over the trajectories, with the elementary effects of `elementary_effects` [1]_ [2]_. mu* ranks
    the parameters; a sigma that is large beside it speaks of curvature or interaction. Noise
    between replicates is taken out of sigma (products of different replicates, see
    `simnet.lab.sensitivity.noise`; 0 where no more than noise is left). It cannot be taken out of
    mu*, whose `floor` is what noise alone would give a parameter without effect:
    :math:`\sqrt{2/\pi}` times the standard deviation of the noise of a mean effect.

    Parameters
    ----------
    values : ndarray of float64, shape (trajectories x (d + 1), replicates)
        Values at the points of a Morris design, one trajectory after the other.
    places : ndarray of float64, shape (trajectories x (d + 1), d)
        The points, each parameter from 0 to 1 over its range.
    names : sequence of str
        The d parameters.
    level : float
        Of the intervals; see `simnet.lab.sensitivity.resampling`.

    Returns
    -------
    DataFrame
        One row a parameter and index: parameter, index (mu, mu_star, sigma), value, low, high,
        and floor (of mu_star; nan with one replicate). Effects are in units of the measure per
        whole range of the parameter.

    Raises
    ------
    ValueError
        The points are no trajectories in which each parameter moves once.
    """
    effects = elementary_effects(values, places)
    found = interval(_statistic(effects), effects.shape[::2], level=level)
    floors = np.full((len(INDICES), len(names)), np.nan)
    floors[INDICES.index("mu_star")] = _floor(effects)
    return pd.DataFrame(
        {
            "parameter": np.tile(list(names), len(INDICES)),
            "index": np.repeat(INDICES, len(names)),
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "floor": floors.ravel(),
        }
    )


def elementary_effects(values: Floats, places: Floats) -> Floats:
    r"""The change of the value for each step of a trajectory, per whole range of the parameter.

    .. math:: E_i = \frac{y(x + \Delta e_i) - y(x)}{\Delta}

    Parameters
    ----------
    values, places
        As `morris` takes them.

    Returns
    -------
    ndarray of float64, shape (trajectories, d, replicates)

    Raises
    ------
    ValueError
        The points are no trajectories in which each parameter moves once.
    """
    d = places.shape[1]
    trajectories, rest = divmod(len(places), d + 1)
    if rest or not trajectories:
        raise ValueError(
            f"a Morris design of {d} parameters has trajectories of {d + 1} points; "
            f"got {len(places)} points"
        )
    steps = np.diff(places.reshape(trajectories, d + 1, d), axis=1)
    moved = steps != 0
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        raise ValueError("every step of a Morris trajectory must move one parameter, each once")
    changes = np.diff(values.reshape(trajectories, d + 1, -1), axis=1)
    per_range = changes / steps.sum(axis=2)[:, :, np.newaxis]
    step_of = moved.argmax(axis=1)
    return np.take_along_axis(per_range, step_of[:, :, np.newaxis], axis=1)


def _statistic(effects: Floats) -> Statistic:
    trajectories = len(effects)
    left = (trajectories - 1) / trajectories if trajectories > 1 else np.nan

    def of(kept: NDArray[np.int64]) -> Weighed:
        chosen = effects[:, :, kept]
        means = chosen.mean(axis=2)

        def weighed(weights: Floats) -> Floats:
            mu = weights @ means
            mu_star = weights @ np.abs(means)
            centred = chosen - np.tensordot(weights, chosen, axes=1)
            variance = weights @ cross(centred, centred) / left
            return np.concatenate([mu, mu_star, np.sqrt(np.maximum(variance, 0.0))])

        return weighed

    return of


def _floor(effects: Floats) -> Floats:
    """mu* that noise between replicates alone would give; nan with one replicate."""
    replicates = effects.shape[2]
    if replicates == 1:
        return np.full(effects.shape[1], np.nan)
    noise = effects.var(axis=2, ddof=1).mean(axis=0) / replicates
    return np.asarray(np.sqrt(2 / np.pi * noise))
