r"""Approximate Bayesian computation: which parameters the targets leave likely.

The prior is uniform over the ranges, each on its scale. A point at deviance D weighs

.. math:: w \propto \frac{\exp(-D / 2 \varepsilon^2)}{q(\theta)}

with q the density it was proposed from: a smooth acceptance kernel, which at the tolerance
:math:`\varepsilon = 1` gives the exact posterior under targets with normal errors of the declared
spread [1]_. Where that would leave too few points to speak of, :math:`\varepsilon` is as much
larger as is needed, and is said: the posterior is then wider than the targets warrant.

`abc` weighs points spread over the prior. `abc-smc` goes on from there in generations, each
proposed about the points that weigh most so far [2]_, and weighs all points of all generations
together by the mixture that they were proposed from [3]_.

References
----------
.. [1] Wilkinson (2013), Approximate Bayesian computation (ABC) gives exact results under the
   assumption of model error, Statistical Applications in Genetics and Molecular Biology 12(2).
.. [2] Beaumont, Cornuet, Marin and Robert (2009), Adaptive approximate Bayesian computation,
   Biometrika 96(4).
.. [3] Cornuet, Marin, Mira and Robert (2012), Adaptive multiple importance sampling, Scandinavian
   Journal of Statistics 39(4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from simnet.lab.calibration.distance import Distance
from simnet.lab.calibration.searching import first_places
from simnet.lab.calibration.space import Floats
from simnet.randomness import stream_key

__all__ = ["Posterior", "quantiles", "rejection", "smc"]

FEWEST_EFFECTIVE = 30.0
GENERATIONS = 5
NARROWEST = 1e-4  # standard deviation of a kernel, of the range


@dataclass(frozen=True, slots=True)
class Posterior:
    """Weighted places.

    Attributes
    ----------
    places : ndarray of float64, shape (m, d)
        In the unit cube.
    weights : ndarray of float64, shape (m,)
        They add up to 1.
    tolerance : float
        Epsilon, at least 1.
    """

    places: Floats
    weights: Floats
    tolerance: float

    @property
    def effective(self) -> float:
        """Points that would tell as much if all weighed the same: 1 / sum of squared weights."""
        return float(1 / (self.weights**2).sum())


def rejection(distance: Distance, seed: int, points: int) -> Posterior:
    """The posterior from points spread over the prior."""
    places = first_places(seed, distance.space.size, points)
    distance.run(places)
    distance.settle()
    return _weighed(places, distance.deviance(places), np.zeros(points))


def smc(distance: Distance, seed: int, points: int) -> Posterior:
    """The posterior from generations that close in on it."""
    sizes = [len(part) for part in np.array_split(np.arange(points), GENERATIONS)]
    found = rejection(distance, seed, sizes[0])
    proposals: list[_Proposal] = []
    for generation, size in enumerate(sizes[1:], start=1):
        proposals.append(_Proposal(found))
        rng = np.random.default_rng(stream_key(seed, generation, "calibration.generation"))
        places = np.vstack([found.places, proposals[-1].draw(size, rng)])
        density = sizes[0] + sum(proposal.density(places) for proposal in proposals)
        found = _weighed(places, distance.deviance(places), np.log(density))
    return found


def quantiles(values: Floats, weights: Floats, shares: Floats) -> Floats:
    """Quantiles of a weighted sample, linear between the values' middles."""
    order = np.argsort(values, kind="stable")
    middles = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(shares, middles, values[order])


def _weighed(places: Floats, deviance: Floats, log_density: Floats) -> Posterior:
    """Weights at the smallest tolerance, 1 or more, that leaves enough effective points."""

    def at(tolerance: float) -> Posterior:
        logs = -deviance / (2 * tolerance**2) - log_density
        raw = np.exp(logs - logs.max())
        return Posterior(places, raw / raw.sum(), tolerance)

    wanted = min(FEWEST_EFFECTIVE, len(places) / 2)
    return at(_smallest(lambda log: at(float(np.exp(log))).effective - wanted))


def _smallest(excess: Callable[[float], float]) -> float:
    """exp of the smallest number from 0 on at which `excess` is not negative."""
    if excess(0.0) >= 0:
        return 1.0
    end = 1.0
    while excess(end) < 0 and end < 2**6:
        end *= 2
    return float(np.exp(optimize.brentq(excess, 0.0, end) if excess(end) > 0 else end))


class _Proposal:
    """Places drawn about those of a posterior: a normal kernel of the posterior's own shape.

    Draws outside the cube have no prior weight and are not run; they count as drawn all the same.
    """

    def __init__(self, around: Posterior) -> None:
        kept = around.weights > 0
        self.centres, self.weights = around.places[kept], around.weights[kept]
        d = self.centres.shape[1]
        apart = self.centres - self.weights @ self.centres
        narrowing = (4 / ((d + 2) * around.effective)) ** (2 / (d + 4))  # Silverman's rule
        covariance = narrowing * (self.weights * apart.T) @ apart + NARROWEST**2 * np.eye(d)
        self.root = np.linalg.cholesky(covariance)
        self.drawn = 0

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        shares = np.cumsum(self.weights)
        inside: list[Floats] = []
        while len(inside) < count:
            centre = self.centres[np.searchsorted(shares, rng.random() * shares[-1])]
            place = centre + self.root @ rng.standard_normal(centre.size)
            self.drawn += 1
            if ((place >= 0) & (place <= 1)).all():
                inside.append(place)
        return np.array(inside)

    def density(self, places: Floats) -> Floats:
        """Of all draws together, at these places."""
        apart = (places[:, np.newaxis] - self.centres) @ np.linalg.inv(self.root).T
        normal = np.exp(-(apart**2).sum(axis=2) / 2) / np.sqrt(2 * np.pi) ** places.shape[1]
        return np.asarray(self.drawn * (normal @ self.weights) / np.prod(np.diag(self.root)))
