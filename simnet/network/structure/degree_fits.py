"""Whether the upper tail of the degree distribution is a power law, and where the tail begins."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.model import Network
from simnet.network.structure.degrees import Direction, degrees
from simnet.network.structure.tails import (
    TailFit,
    exponential,
    exponents,
    log_zeta,
    lognormal,
    poisson,
    power_law,
)
from simnet.randomness import stream_key

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_TABLE = 10_000
"""So many values of a power law are drawn by their exact probabilities, larger ones by those of the
continuous law that it nears."""

_FARTHEST = 2.0**62


class Comparison(NamedTuple):
    """The power law against another model of the same tail, by Vuong's test.

    Attributes
    ----------
    model : str
        The other model.
    log_ratio : float
        Log likelihood of the power law less that of the other: above 0 where it fits better.
    statistic : float
        `log_ratio` over its standard deviation; standard normal if both are equally far from truth.
    p_value : float
        Probability of one as far from 0, either way, if they are: when large, the data do not tell.
    """

    model: str
    log_ratio: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeFits:
    """Models of the tail of a degree distribution.

    Attributes
    ----------
    xmin : int
        Degree at which the tail begins.
    n_tail : int
        People in the tail.
    power_law : TailFit
        P(k) in proportion to k^(−exponent).
    rivals : tuple of TailFit
        Lognormal, exponential and Poisson, fitted to the same tail.
    comparisons : tuple of Comparison
        The power law against each of them.
    distance : float
        Kolmogorov–Smirnov distance of the tail from the power law: the greatest difference of the
        two distribution functions.
    p_value : float
        Share of samples from the fitted power law, each fitted anew, that are at least as far from
        their own fit: the power law is implausible if it is 0.1 or less. nan without samples.
    resamples : int
        Number of those samples.
    """

    xmin: int
    n_tail: int
    power_law: TailFit
    rivals: tuple[TailFit, ...]
    comparisons: tuple[Comparison, ...]
    distance: float
    p_value: float
    resamples: int


def fit_degrees(
    network: Network,
    *,
    direction: Direction = "total",
    xmin: int | None = None,
    resamples: int = 0,
    seed: int = 0,
) -> DegreeFits:
    """Fit a power law and its rivals to the tail of the degree distribution [1]_.

    Parameters
    ----------
    network : Network
        Where.
    direction : {"total", "in", "out"}
        Which degree, as in `degrees`.
    xmin : int, optional
        Where the tail begins. Without it, the degree from which on the power law is nearest to what
        was observed, by the Kolmogorov–Smirnov distance.
    resamples : int
        Samples for the test of goodness of fit; with 2,500 the p-value is good to 0.01. Each draws
        as many positive degrees as there are: from the fitted power law with the probability of
        being in the tail, otherwise one of those observed below it.
    seed : int
        Key of the draws.

    Returns
    -------
    DegreeFits

    Raises
    ------
    NetworkError
        If fewer than two different degrees of at least `xmin`, or of at least 1, occur.
    ValueError
        If `xmin` is not positive or `resamples` is negative.

    References
    ----------
    .. [1] Clauset, Shalizi and Newman (2009), Power-law distributions in empirical data, SIAM
       Review 51; the test of two models is that of Vuong (1989), Econometrica 57.
    """
    return fit_tail(
        degrees(network, direction=direction), xmin=xmin, resamples=resamples, seed=seed
    )


def fit_tail(
    degree: Integers, *, xmin: int | None = None, resamples: int = 0, seed: int = 0
) -> DegreeFits:
    """`fit_degrees` of degrees that are already counted; 0 is left out."""
    if xmin is not None and xmin < 1:
        raise ValueError(f"xmin must be at least 1; got {xmin}")
    if resamples < 0:
        raise ValueError(f"resamples must not be negative; got {resamples}")
    observed = _Sample.of(degree)
    if len(observed.from_least(xmin or 1).values) < 2:
        raise NetworkError(f"a tail needs two different degrees of at least {xmin or 1}")
    start = observed.best_start() if xmin is None else observed.start(xmin)
    tail = observed.from_least(start.xmin)
    law, *rivals = (
        fit(tail.values, tail.counts, start.xmin)
        for fit in (power_law, lognormal, exponential, poisson)
    )
    return DegreeFits(
        xmin=start.xmin,
        n_tail=tail.n,
        power_law=law,
        rivals=tuple(rivals),
        comparisons=tuple(_compare(law, rival, tail.counts) for rival in rivals),
        distance=start.distance,
        p_value=_p_value(observed, start, free=xmin is None, resamples=resamples, seed=seed),
        resamples=resamples,
    )


class _Start(NamedTuple):
    """Where a tail begins, with the power law of it and its distance."""

    xmin: int
    exponent: float
    distance: float


class _Sample(NamedTuple):
    """Distinct positive values, ascending, and how often each occurs."""

    values: Integers
    counts: Integers

    @classmethod
    def of(cls, numbers: Integers) -> _Sample:
        return cls(*np.unique(numbers[numbers > 0], return_counts=True))

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    def from_least(self, least: int) -> _Sample:
        first = int(np.searchsorted(self.values, least))
        return _Sample(self.values[first:], self.counts[first:])

    def start(self, xmin: int) -> _Start:
        """The tail from there; nan if there is none."""
        tail = self.from_least(xmin)
        if not tail.n:
            return _Start(xmin, np.nan, np.nan)
        exponent = float(exponents(tail.values, tail.counts, np.array([xmin]))[0])
        return _Start(xmin, exponent, tail.distance(exponent, xmin))

    def best_start(self) -> _Start:
        """The tail that is nearest to a power law; the greatest value alone is none."""
        xmins = self.values[: max(len(self.values) - 1, 1)]
        found = exponents(self.values, self.counts, xmins)
        distances = [
            self.from_least(xmin).distance(exponent, xmin)
            for xmin, exponent in zip(xmins, found, strict=True)
        ]
        best = int(np.argmin(distances))
        return _Start(int(xmins[best]), float(found[best]), distances[best])

    def distance(self, exponent: float, xmin: int) -> float:
        """Kolmogorov–Smirnov distance from the power law that begins at xmin.

        Between two observed values only the model's distribution function rises, so that the
        difference is greatest at a value or just before one.
        """
        up_to = np.concatenate([[0], np.cumsum(self.counts)]) / self.n
        at_values = -np.expm1(_log_reached(self.values + 1, exponent, xmin))
        before = -np.expm1(_log_reached(self.values, exponent, xmin))
        return float(max(np.abs(up_to[1:] - at_values).max(), np.abs(up_to[:-1] - before).max()))


class _Semiparametric(NamedTuple):
    """Draws values: of the power law in the tail, of those observed below it."""

    below: Integers
    share_below: float
    start: _Start
    at_least: Floats

    @classmethod
    def of(cls, observed: _Sample, start: _Start) -> _Semiparametric:
        first = int(np.searchsorted(observed.values, start.xmin))
        below = np.repeat(observed.values[:first], observed.counts[:first])
        log_reached = _log_reached(start.xmin + np.arange(_TABLE), start.exponent, start.xmin)
        return cls(below, len(below) / observed.n, start, np.exp(log_reached))

    def values(self, draws: Floats) -> Integers:
        """One value for each draw in [0, 1)."""
        falls_below = draws < self.share_below
        drawn = np.empty(len(draws), np.int64)
        places = (draws[falls_below] / self.share_below * len(self.below)).astype(np.int64)
        drawn[falls_below] = self.below[places]
        rest = 1.0 - (draws[~falls_below] - self.share_below) / (1.0 - self.share_below)
        drawn[~falls_below] = self._of_the_law(rest)
        return drawn

    def _of_the_law(self, rest: Floats) -> Integers:
        """The greatest value that is reached or exceeded with at least the probability `rest`."""
        steps = np.searchsorted(-self.at_least, -rest, side="right")
        last = self.start.xmin + _TABLE - 1
        ratio = np.minimum(rest / self.at_least[-1], 1.0)
        beyond = (last - 0.5) * ratio ** (-1.0 / (self.start.exponent - 1.0)) + 0.5
        far = np.minimum(beyond, _FARTHEST).astype(np.int64)
        return np.where(steps < _TABLE, self.start.xmin + steps - 1, far)


def _log_reached(values: Integers, exponent: float, xmin: int) -> Floats:
    """Log of the probability of each value or more under the power law that begins at xmin."""
    return np.asarray(log_zeta(exponent, values) - log_zeta(exponent, np.array([xmin])))


def _compare(law: TailFit, rival: TailFit, counts: Integers) -> Comparison:
    each = law.log_probability - rival.log_probability
    n = int(counts.sum())
    mean = np.average(each, weights=counts)
    spread = np.sqrt(np.average((each - mean) ** 2, weights=counts))
    statistic = float(sqrt(n) * mean / spread) if spread > 0 else float("nan")
    return Comparison(rival.model, float(n * mean), statistic, erfc(abs(statistic) / sqrt(2)))


def _p_value(observed: _Sample, start: _Start, *, free: bool, resamples: int, seed: int) -> float:
    """`free` if each sample looks for the beginning of its own tail too."""
    if not resamples:
        return float("nan")
    from simnet.network.structure._kernels import uniforms

    key = stream_key(seed, 0, "structure.goodness-of-fit")
    law = _Semiparametric.of(observed, start)
    farther = 0
    for resample in range(resamples):
        sample = _Sample.of(law.values(uniforms(key, resample, observed.n)))
        fitted = sample.best_start() if free else sample.start(start.xmin)
        farther += fitted.distance >= start.distance
    return farther / resamples
