r"""Lengths of searches, from the chains that survived them.

A search has a length L: the steps its chain would make if nobody dropped it. Long ones are seldom
seen, for each step may be the last: where chains of length L survive with probability w_L, a share
:math:`p(L)\,w_L` of them arrives. Three estimates of p(L) differ in what they take w to be:

- `naive_lengths`: 1; what arrived is taken for what there was.
- `corrected_lengths`: the same for all chains of one length, from the attrition at each step
  (Dodds, Muhamad and Watts 2003 [1]_).
- `inverse_survival_lengths`: each chain's own (Goel, Muhamad and Watts 2009 [2]_). Where the
  attrition is not known, `fitted_lengths` fits it.

References
----------
.. [1] Dodds, Muhamad and Watts (2003), An experimental study of search in global social networks,
   Science 301.
.. [2] Goel, Muhamad and Watts (2009), Social search in "small-world" experiments, WWW '09.
.. [3] Horvitz and Thompson (1952), A generalization of sampling without replacement from a finite
   universe, JASA 47(260).
.. [4] Woodruff (1952), Confidence intervals for medians and other position measures, JASA 47(260).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.chains.estimators.endings import Endings
from simnet.chains.estimators.intervals import quantile, undefined
from simnet.chains.estimators.resampling import percentiles, resampled, tails
from simnet.chains.record import Chains
from simnet.network import Estimate
from simnet.network.distances.jackknife import estimates

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Estimated lengths of the searches that chains were.

    Attributes
    ----------
    share, low, high : ndarray of float, shape (longest + 1,)
        ``share[L]``: estimated share of all chains whose search has L steps, with its interval;
        the interval is nan where no chain of that length arrived, for nothing is known of it.
    missing : Estimate
        Share of chains whose search has no end, or one longer than any that arrived: 1 - the sum
        of `share`. By noise it can be negative.
    mean, sd, median : Estimate
        Of the lengths of the searches that have an end. The median is the smallest length up to
        which they make up half. nan where no chain arrived.
    n_chains, n_arrived : int
        Chains, whatever became of them, and those that arrived.
    """

    share: Floats
    low: Floats
    high: Floats
    missing: Estimate
    mean: Estimate
    sd: Estimate
    median: Estimate
    n_chains: int
    n_arrived: int


def naive_lengths(chains: Chains, *, level: float = 0.95) -> Lengths:
    """Lengths of the chains that arrived, as if no others had been begun.

    With attrition they are shorter than the searches were, and `missing` holds all that were
    dropped. Mean and standard deviation have jackknife errors and intervals adjusted for skewness,
    the median the interval of Woodruff [4]_.
    """
    return inverse_survival_lengths(chains, 0.0, level=level)


def inverse_survival_lengths(
    chains: Chains, attrition: ArrayLike, *, level: float = 0.95
) -> Lengths:
    r"""Lengths with each arrived chain standing for all those like it that did not survive.

    .. math:: \hat p(L) = \frac1N \sum_{c:\, L_c = L} \frac1{w_c}, \qquad
              w_c = \prod_{i=0}^{L_c - 1} (1 - r_{c,i})

    over the arrived ones of N chains: the Horvitz-Thompson estimator [3]_ that Goel et al. used
    [2]_. It is unbiased if the attrition r is right and, given it, dropping a chain does not depend
    on how much of the search is still ahead. The variance is that of N chains begun independently
    (Hansen and Hurwitz); it takes r as known, see `fitted_lengths`.

    Parameters
    ----------
    chains : Chains
    attrition : array_like, broadcastable to shape (chains, steps)
        Probability r that the holder at each remove of each chain, the source first, does not
        bring it a step further: one number, one a remove, or one a chain and remove (columns
        beyond a chain's steps do not count).
    level : float
        Of intervals.
    """
    length = np.where(chains.arrived, chains.steps, 0).astype(np.int64)
    return _weighted(expansions(chains, attrition), length, int(chains.arrived.sum()), level)


def expansions(chains: Chains, attrition: ArrayLike) -> Floats:
    """How many chains each one stands for: 1 / w of those that arrived, 0 of the others."""
    arrived = chains.arrived
    stands_for = np.zeros(len(chains))
    stands_for[arrived] = 1 / _survival(attrition, arrived, chains.steps[arrived])
    return stands_for


def corrected_lengths(
    chains: Chains, *, level: float = 0.95, resamples: int = 999, seed: int = 0
) -> Lengths:
    r"""Lengths with the loss at each step made up for, after Dodds et al. 2003 [1]_.

    .. math:: n'(L) = \frac{n(L)}{\prod_{i=0}^{L-1} (1 - r_i)}

    with n(L) chains arrived in L steps and r_i the share of the holders at remove i, the target
    left out, who brought their chain no further, for whatever reason. `share` is n'(L) / N and the
    median their L*. It is biased where those who take part more have other lengths of search than
    those who take part less: the chains that get far are then no sample of all. Errors and
    percentile intervals by the bootstrap over chains, the r_i estimated anew each time.

    Parameters
    ----------
    chains : Chains
    level : float
        Of intervals.
    resamples : int
        Of the bootstrap.
    seed : int
        Key of its draws.
    """
    quantile(level)
    endings = Endings.of(chains)
    counts = np.concatenate([endings.arrived, endings.gone])
    share = _corrected(counts)
    shares = _corrected(resampled(counts, resamples, "chains.corrected-lengths", seed))
    return from_resamples(share, shares, endings.arrived, len(chains), level)


def from_resamples(
    share: Floats, shares: Floats, arrived: NDArray[Any], n_chains: int, level: float
) -> Lengths:
    """Lengths with bootstrap intervals: each row of `shares` is `share` of one resample."""
    n, n_arrived = n_chains, int(arrived.sum())
    known = int(np.flatnonzero(arrived).max(initial=0)) + 1
    arrived, share, shares = arrived[:known], share[:known], shares[:, :known]
    ends = tails(shares, level)
    low, high = np.where(arrived > 0, ends, np.nan)
    of_each = np.stack([1 - shares.sum(axis=1), *_summaries(shares)], axis=1)
    of_all = [1 - share.sum() if n else np.nan, *_summaries(share[None])[:, 0]]
    missing, mean, sd, median = (
        percentiles(float(value), values, n=size, level=level)
        for value, values, size in zip(of_all, of_each.T, (n, *[n_arrived] * 3), strict=True)
    )
    return Lengths(
        share=share,
        low=low,
        high=high,
        missing=missing,
        mean=mean,
        sd=sd,
        median=median,
        n_chains=n,
        n_arrived=n_arrived,
    )


def _corrected(counts: NDArray[np.integer]) -> Floats:
    """Corrected shares from the numbers arrived and gone at each remove, along the last axis."""
    arrived, gone = np.split(counts, 2, axis=-1)
    n = counts.sum(axis=-1, keepdims=True)
    held = n - np.cumsum(arrived, axis=-1) - np.cumsum(gone, axis=-1) + gone
    passed = np.divide(held - gone, held, out=np.zeros(held.shape), where=held > 0)
    survive = np.roll(np.cumprod(passed, axis=-1), 1, axis=-1)
    survive[..., 0] = 1.0
    share: Floats = np.divide(arrived, n * survive, out=np.zeros(held.shape), where=arrived > 0)
    return share


def _summaries(shares: Floats) -> Floats:
    """Mean, standard deviation and median of the lengths of each row, nan where it is empty."""
    lengths = np.arange(shares.shape[1])
    total = shares.sum(axis=1)
    some = np.where(total > 0, total, np.nan)
    mean = shares @ lengths / some
    square = shares @ lengths**2 / some
    # half is reached in spite of rounding
    half = np.argmax(np.cumsum(shares, axis=1) >= 0.5 * (1 - 1e-12) * total[:, None], axis=1)
    return np.stack(
        [mean, np.sqrt(np.maximum(square - mean**2, 0)), np.where(total > 0, half, np.nan)]
    )


def _survival(
    attrition: ArrayLike, arrived: NDArray[np.bool_], steps: NDArray[np.integer]
) -> Floats:
    """Probability w with which each arrived chain, of so many steps, survived them."""
    rates = np.asarray(attrition, dtype=np.float64)
    if rates.ndim == 2 and len(rates) == len(arrived):
        rates = rates[arrived]
    longest = int(steps.max(initial=0))
    if rates.ndim > 0 and rates.shape[-1] > 1:
        if rates.shape[-1] < longest:
            raise ValueError(
                f"attrition must have one value for each of {longest} steps; got {rates.shape[-1]}"
            )
        rates = rates[..., :longest]
    rates = np.broadcast_to(rates, (len(steps), longest))
    made = np.arange(longest) < steps[:, None]
    if not (np.where(made, (rates >= 0) & (rates < 1), True)).all():
        raise ValueError("attrition must lie in [0, 1) at every step that was made")
    return np.asarray(np.prod(1 - rates, axis=1, where=made))


def _weighted(
    expansion: Floats, length: NDArray[np.int64], n_arrived: int, level: float
) -> Lengths:
    """Lengths from what each chain stands for (0 if it did not arrive)."""
    n, z = len(expansion), quantile(level)
    stands_for = np.bincount(length, weights=expansion, minlength=1).astype(np.float64)
    squared = np.bincount(length, weights=expansion**2, minlength=1).astype(np.float64)
    n_of_length = np.bincount(length[expansion > 0], minlength=len(stands_for))
    share = stands_for / max(n, 1)
    error = np.sqrt(np.maximum(squared / max(n, 1) - share**2, 0) / max(n - 1, 1))
    error = np.where(n_of_length > 0, error, np.nan)
    missing, mean, sd = _moments(expansion, length, n_arrived, level)
    return Lengths(
        share=share,
        low=np.maximum(share - z * error, 0),
        high=share + z * error,
        missing=missing,
        mean=mean,
        sd=sd,
        median=_median(stands_for, squared, n_arrived, level),
        n_chains=n,
        n_arrived=n_arrived,
    )


def _moments(
    expansion: Floats, length: NDArray[np.int64], n_arrived: int, level: float
) -> tuple[Estimate, Estimate, Estimate]:
    """Missing share, mean and standard deviation."""
    n = len(expansion)
    if n == 0:
        return undefined(0, level), undefined(0, level), undefined(0, level)

    def statistics(sums: Floats) -> Floats:
        chains, found, total, square = np.moveaxis(sums, -1, 0)
        variance = np.maximum(square / found - (total / found) ** 2, 0)
        return np.stack([1 - found / chains, total / found, np.sqrt(variance)], axis=-1)

    powers = [np.ones(n), expansion, expansion * length, expansion * length**2]
    missing, mean, sd = estimates(
        np.stack(powers, axis=1), statistics, share_sampled=0.0, level=level
    )
    return missing, mean._replace(n=n_arrived), sd._replace(n=n_arrived)


def _median(stands_for: Floats, squared: Floats, n_arrived: int, level: float) -> Estimate:
    """The median with the lengths at which the interval of the distribution function crosses ½.

    It has no interval where n values, which all lie on one side of it with chance 2 / 2ⁿ, cannot
    give one of that level.
    """
    total = stands_for.sum()
    if n_arrived == 0:
        return undefined(0, level)
    up_to = np.cumsum(stands_for) / total
    below = np.cumsum(squared)
    error = np.sqrt(below * (1 - up_to) ** 2 + np.maximum(squared.sum() - below, 0) * up_to**2)
    reach = quantile(level) * error / total
    middle, low, high = (
        float(np.argmax(curve >= 0.5 * (1 - 1e-12)))
        for curve in (up_to, up_to + reach, up_to - reach)
    )
    if n_arrived < 1 + log(1 / (1 - level), 2):
        low = high = np.nan
    return Estimate(middle, np.nan, low, high, level, n_arrived, "Woodruff")
