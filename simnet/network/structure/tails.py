"""Models of the upper tail of a distribution of whole numbers, fitted by maximum likelihood.

A tail is given by its distinct values, ascending, of which there must be two or more; by how often
each occurs; and by x_min, where it begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.network.estimate import Estimate
from simnet.network.structure.intervals import normal

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LARGEST_EXPONENT = 25.0
"""Beyond it the zeta function of a degree leaves the range of floating-point numbers."""

LARGEST_SCALE = 100.0
"""A lognormal tail this wide is a power law to four digits of its exponent."""

_BISECTIONS = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class TailFit:
    """A model of the tail, with the parameters that make what was observed likeliest.

    Attributes
    ----------
    model : str
        ``"power-law"``, ``"lognormal"``, ``"exponential"`` or ``"poisson"``.
    parameters : dict of str to Estimate
        Over the n people in the tail; standard errors are those of the curvature of the likelihood,
        nan where it has no peak.
    log_likelihood : float
        Sum over people of the log of the probability of their value.
    log_probability : ndarray of float64
        Log of the probability of each distinct value.
    """

    model: str
    parameters: dict[str, Estimate]
    log_likelihood: float
    log_probability: Floats


def power_law(values: Integers, counts: Integers, xmin: int) -> TailFit:
    r""":math:`P(x) = x^{-\alpha} / \zeta(\alpha, x_{min})`, 1 < exponent <= `LARGEST_EXPONENT`."""

    def log_probability(exponent: float) -> Floats:
        return -exponent * np.log(values) - log_zeta(exponent, np.array([xmin]))

    exponent = float(exponents(values, counts, np.array([xmin]))[0])
    steps = {"exponent": exponent - 1.0}
    return _fit("power-law", {"exponent": exponent}, steps, log_probability, counts)


def exponents(values: Integers, counts: Integers, xmins: Integers) -> Floats:
    """The likeliest exponent of the tail from each of `xmins`, at most the greatest value.

    By bisection: the derivative of the log likelihood falls with the exponent.
    """
    first = np.searchsorted(values, xmins)
    mean_log = _upward(counts * np.log(values))[first] / _upward(counts)[first]
    low, high = np.full(len(xmins), 1.0 + 1e-6), np.full(len(xmins), LARGEST_EXPONENT)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        slope = (log_zeta(middle + 1e-7, xmins) - log_zeta(middle - 1e-7, xmins)) / 2e-7
        rises = -slope - mean_log > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return np.asarray((low + high) / 2)


def log_zeta(exponent: Floats | float, first: Integers) -> Floats:
    """Log of the Hurwitz zeta function, the sum of x^{−exponent} over x = first, first + 1, ..."""
    from scipy.special import zeta

    return np.asarray(np.log(zeta(exponent, first)))


def exponential(values: Integers, counts: Integers, xmin: int) -> TailFit:
    r""":math:`P(x) = (1 - e^{-\lambda})\, e^{-\lambda (x - x_{min})}`."""
    excess = values - xmin

    def log_probability(rate: float) -> Floats:
        return np.asarray(np.log(-np.expm1(-rate)) - rate * excess)

    rate = float(np.log1p(1.0 / np.average(excess, weights=counts)))
    return _fit("exponential", {"rate": rate}, {"rate": rate}, log_probability, counts)


def poisson(values: Integers, counts: Integers, xmin: int) -> TailFit:
    r""":math:`P(x) = c\, \mu^x / x!` from x_min on, of which the mean is the observed one."""
    from scipy.optimize import brentq
    from scipy.special import gammaln, logsumexp

    excess = values - xmin
    log_factorials = gammaln(values + 1) - gammaln(xmin + 1)

    def log_probability(rate: float) -> Floats:
        terms = _poisson_terms(rate, xmin)
        return np.asarray(excess * np.log(rate) - log_factorials - logsumexp(terms))

    def mean_excess(rate: float) -> float:
        terms = _poisson_terms(rate, xmin)
        return float(np.average(np.arange(len(terms)), weights=np.exp(terms - terms.max())))

    observed = float(np.average(excess, weights=counts))
    rate = float(
        brentq(lambda r: mean_excess(r) - observed, 1e-9, 2.0 * (xmin + observed), xtol=1e-12)
    )
    return _fit("poisson", {"rate": rate}, {"rate": rate}, log_probability, counts)


def _poisson_terms(rate: float, xmin: int) -> Floats:
    """Logs of the probabilities of xmin, xmin + 1, ... over that of xmin, of all that matter."""
    n_terms = int(max(rate - xmin, 0.0) + 40.0 * np.sqrt(rate + xmin) + 50.0)
    steps = np.log(rate) - np.log(xmin + np.arange(1, n_terms))
    return np.concatenate([[0.0], np.cumsum(steps)])


def lognormal(values: Integers, counts: Integers, xmin: int) -> TailFit:
    r"""The logs, before rounding, are normal: :math:`P(x) = c\,[F(x + 1/2) - F(x - 1/2)]`.

    The nearer the tail is to a power law, the larger is the likeliest scale and the lower the
    location. The search ends at `LARGEST_SCALE`; there the likelihood has no peak.
    """
    from scipy.optimize import Bounds, minimize

    start, below, above = np.log(xmin - 0.5), np.log(values - 0.5), np.log(values + 0.5)

    def log_probability(location: float, scale: float) -> Floats:
        mass = _log_normal_mass((below - location) / scale, (above - location) / scale)
        return mass - _log_normal_mass(np.array([(start - location) / scale]), np.array([np.inf]))

    def from_shape(shape: Floats) -> tuple[float, float]:
        """Location and scale of a density that falls as x^−shape[0] at x_min, ever faster after.

        In these the likelihood is nearly a parabola, while location and scale chase each other.
        """
        scale = float(np.exp(-shape[1] / 2))
        return float(np.log(xmin) + (1.0 - shape[0]) * scale**2), scale

    def loss(shape: Floats) -> float:
        return -float(counts @ log_probability(*from_shape(shape)))

    logs = np.log(values)
    centre = np.average(logs, weights=counts)
    curvature = 1.0 / np.average((logs - centre) ** 2, weights=counts)
    found = minimize(
        loss,
        np.array([1.0 + (np.log(xmin) - centre) * curvature, np.log(curvature)]),
        method="Nelder-Mead",
        bounds=Bounds([-np.inf, -2 * np.log(LARGEST_SCALE)], [np.inf, np.inf]),
        options={"xatol": 1e-7, "fatol": 1e-7, "maxfev": 4000},
    ).x
    location, scale = from_shape(found)
    at_the_end = scale > 0.999 * LARGEST_SCALE
    steps = dict.fromkeys(("location", "scale"), np.nan if at_the_end else scale)
    return _fit("lognormal", {"location": location, "scale": scale}, steps, log_probability, counts)


def _log_normal_mass(low: Floats, high: Floats) -> Floats:
    """log(Φ(high) − Φ(low)), taken in the lower half of the normal distribution for its digits."""
    from scipy.special import log_ndtr

    upper = low + high > 0
    low, high = np.where(upper, -high, low), np.where(upper, -low, high)
    whole = log_ndtr(high)
    return np.asarray(whole + np.log1p(-np.exp(log_ndtr(low) - whole)))


def _fit(
    model: str,
    parameters: dict[str, float],
    units: dict[str, float],
    log_probability: Callable[..., Floats],
    counts: Integers,
) -> TailFit:
    """`units` say over what change of a parameter the likelihood bends; nan if it has no peak."""

    def log_likelihood(*point: float) -> float:
        return float(counts @ log_probability(*point))

    point = np.array(list(parameters.values()))
    errors = _standard_errors(log_likelihood, point, 1e-3 * np.array(list(units.values())))
    n = int(counts.sum())
    return TailFit(
        model=model,
        parameters={
            name: normal(value, float(error), n=n, method="maximum likelihood")
            for (name, value), error in zip(parameters.items(), errors, strict=True)
        },
        log_likelihood=log_likelihood(*point),
        log_probability=log_probability(*point),
    )


def _standard_errors(function: Callable[..., float], point: Floats, steps: Floats) -> Floats:
    """Roots of the diagonal of the inverse of the negative Hessian, by central differences."""
    moves = np.diag(steps)
    hessian = np.array(
        [
            [
                function(*(point + a + b))
                - function(*(point + a - b))
                - function(*(point - a + b))
                + function(*(point - a - b))
                for b in moves
            ]
            for a in moves
        ]
    ) / (4 * np.outer(steps, steps))
    if not np.isfinite(hessian).all() or np.linalg.det(hessian) == 0:
        return np.full(len(point), np.nan)
    variances = np.diag(np.linalg.inv(-hessian))
    return np.sqrt(np.where(variances > 0, variances, np.nan))


def _upward(values: NDArray[np.generic]) -> Floats:
    """Sums from each place to the last."""
    return np.cumsum(values[::-1])[::-1].astype(np.float64)
