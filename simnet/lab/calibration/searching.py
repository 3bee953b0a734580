"""The point nearest to the targets, and how fast they move about it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.stats import qmc

from simnet.lab.calibration.distance import Distance
from simnet.lab.calibration.space import Floats
from simnet.randomness import stream_key

__all__ = ["first_places", "jacobian", "least_squares", "nearest", "nelder_mead"]

STEP = 0.05  # of a difference quotient: wide, since a simulation is no smooth function
SIMPLEX = 0.2
STARTS = 2
CLOSE = 1e-3
FLAT = 1e-2  # a change of the deviance that is not worth another point
MOST_STEPS = 15
MOST_STEPS_IN_PROFILE = 6


def first_places(seed: int, d: int, count: int) -> Floats:
    """Places spread evenly over the unit cube: scrambled Sobol' points, shape (count, d)."""
    rng = np.random.default_rng(stream_key(seed, 0, "calibration.first"))
    whole = 1 << (count - 1).bit_length()
    return qmc.Sobol(d, rng=rng).random(whole)[:count]


def nelder_mead(distance: Distance, places: Floats) -> Floats:
    """Where the simplex method ends from the nearest of these places [1]_.

    References
    ----------
    .. [1] Nelder and Mead (1965), A simplex method for function minimization, The Computer
       Journal 7(4).
    """
    start = nearest(distance, places)[0]
    d = start.size
    away = np.where(start > 0.5, -SIMPLEX, SIMPLEX)
    simplex = np.vstack([start, start + np.diag(away)])

    def deviance(place: Floats) -> float:
        return float(distance.deviance(place[np.newaxis])[0])

    found = optimize.minimize(
        deviance,
        start,
        method="Nelder-Mead",
        bounds=optimize.Bounds(np.zeros(d), np.ones(d)),
        options={"initial_simplex": simplex, "xatol": CLOSE, "fatol": FLAT},
    )
    return np.asarray(found.x)


def least_squares(distance: Distance, places: Floats) -> Floats:
    """The best end of trust-region least squares from the two nearest of these places [1]_.

    References
    ----------
    .. [1] Branch, Coleman and Li (1999), A subspace, interior, and conjugate gradient method for
       large-scale bound-constrained minimization problems, SIAM Journal on Scientific
       Computing 21(1).
    """
    free = np.arange(places.shape[1])
    starts = nearest(distance, places)[:STARTS]
    ends = np.array([descend(distance, start, free, MOST_STEPS) for start in starts])
    return np.asarray(nearest(distance, ends)[0])


def nearest(distance: Distance, places: Floats) -> Floats:
    """The places, those with the smallest deviance first."""
    return np.asarray(places[np.argsort(distance.deviance(places), kind="stable")])


def descend(
    distance: Distance,
    start: Floats,
    free: NDArray[np.int64],
    most_steps: int = MOST_STEPS_IN_PROFILE,
) -> Floats:
    """The nearest place found by least squares in the `free` coordinates; the others stay."""

    def whole(part: Floats) -> Floats:
        place = start.copy()
        place[free] = part
        return place

    visited = [start]

    def residuals(part: Floats) -> Floats:
        visited.append(whole(part))
        return np.asarray(distance.residuals(whole(part)[np.newaxis])[0])

    def slopes(part: Floats) -> Floats:
        return jacobian(distance, whole(part), free)

    optimize.least_squares(
        residuals,
        start[free],
        jac=slopes,
        bounds=(0.0, 1.0),
        xtol=CLOSE,
        ftol=CLOSE,
        gtol=CLOSE,
        max_nfev=most_steps,
    )
    return np.asarray(nearest(distance, np.array(visited))[0])


def jacobian(distance: Distance, place: Floats, free: NDArray[np.int64]) -> Floats:
    """Change of each residual per whole range of each free parameter, over a wide step inwards."""
    steps = np.array([distance.space.stride(distance.space.names[i], STEP) for i in free])
    steps = np.where(place[free] + steps > 1, -steps, steps)
    moved = np.repeat(place[np.newaxis], len(free), axis=0)
    moved[np.arange(len(free)), free] += steps
    residuals = distance.residuals(np.vstack([place, moved]))
    return np.asarray(((residuals[1:] - residuals[0]) / steps[:, np.newaxis]).T)


SEARCHES: dict[str, Callable[[Distance, Floats], Floats]] = {
    "nelder-mead": nelder_mead,
    "least-squares": least_squares,
}
