"""What is known of the distances of a network, from all people or from some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import nan

import numpy as np
from numpy.typing import NDArray

from simnet.network.distances import by_distance, jackknife
from simnet.network.distances.jackknife import ANY, SHARE, Floats
from simnet.network.estimate import Estimate, exact


@dataclass(frozen=True, kw_only=True, eq=False)
class DistanceDistribution:
    """Numbers of pairs at each distance, and what follows from them.

    A *pair* is an ordered pair of two different people, a source and another. A *reachable* pair
    has a way from the source to the other; its distance is the number of ties of the shortest.
    Shares are over pairs and count each of them once; sampled are sources, each with all its pairs.

    All quantities are estimates (`simnet.network.Estimate`), n being the number of sources. Sampled
    ones have jackknife standard errors over sources, with the finite population correction, and
    intervals adjusted for skewness (Hall 1992). From fewer than some 300 sources the interval of
    `spid` may still cover too rarely where a few people are very far off. What is made of reachable
    pairs is undefined, nan, where there are none.

    Attributes
    ----------
    sources : ndarray of int64
        People from whom distances were measured.
    per_source : ndarray of int32, shape (n_sources, largest)
        Number of people at distance 1, 2, ... from each of them.
    n_people : int
        People in the network.
    is_connected : bool
        Whether every pair of the network, not only of the sample, is reachable; a directed network
        must be strongly connected.
    level : float
        Probability with which intervals cover what they estimate.
    """

    sources: NDArray[np.int64]
    per_source: NDArray[np.int32]
    n_people: int
    is_connected: bool
    level: float = 0.95

    @property
    def n_sources(self) -> int:
        """Number of people from whom distances were measured."""
        return len(self.sources)

    @property
    def exact(self) -> bool:
        """Whether everybody was a source, so that nothing is estimated."""
        return self.n_sources == self.n_people

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Number of pairs at distance 1, 2, ..., of all sources together."""
        return np.asarray(self.per_source.sum(axis=0, dtype=np.int64))

    @property
    def largest(self) -> int:
        """The largest distance found, 0 if there is none; the diameter if `exact`."""
        return int(self.per_source.shape[1])

    @cached_property
    def mean(self) -> Estimate:
        """Mean distance of reachable pairs: the ratio Σ distances / Σ reachable pairs."""
        return self._estimate(by_distance.mean)

    @property
    def characteristic_path_length(self) -> Estimate:
        """Mean distance of all pairs; undefined, nan, unless the network is connected."""
        return self.mean if self.is_connected else self._undefined()

    @cached_property
    def shares(self) -> tuple[Estimate, ...]:
        """Share of reachable pairs at distance 1, 2, ..., up to `largest`."""
        return self._estimates(by_distance.shares, SHARE)

    def within(self, distance: int) -> Estimate:
        """Share of reachable pairs at this distance or less."""
        return self._estimate(lambda counts: by_distance.within(counts, distance), SHARE)

    def within_of_all(self, distance: int) -> Estimate:
        """Share of all pairs, reachable or not, at this distance or less."""
        return self._of_all(lambda counts: counts[..., :distance], SHARE)

    @cached_property
    def reachable(self) -> Estimate:
        """Share of all pairs that are reachable."""
        return self._of_all(lambda counts: counts, SHARE)

    @cached_property
    def efficiency(self) -> Estimate:
        """Mean of 1/distance of all pairs, 0 for those that are not reachable [1]_.

        References
        ----------
        .. [1] Latora and Marchiori (2001), Efficient behavior of small-world networks, Phys. Rev.
           Lett. 87.
        """
        return self._of_all(lambda counts: counts / by_distance.steps(counts), SHARE)

    @cached_property
    def median(self) -> Estimate:
        """Smallest whole distance within which half or more of the reachable pairs are.

        Of a sample, the interval holds the distances d for which half may be the share within d, or
        lie between the shares within d − 1 and d, by the intervals of these shares
        (Woodruff 1952 [1]_). There is no standard error, nan.

        References
        ----------
        .. [1] Woodruff (1952), Confidence intervals for medians and other position measures,
           J. Am. Stat. Assoc. 47.
        """
        within = self._estimates(lambda counts: by_distance.shares(counts).cumsum(axis=-1))
        if not self.counts.any():
            return self._undefined()
        value = _first_at_half([share.value for share in within])
        if self.exact:
            return exact(value, self.n_sources, self.level)
        low, high = nan, nan
        if self.n_sources > 1:
            low = _first_at_half([share.high for share in within])
            high = _first_at_half([share.low for share in within])
        return Estimate(value, nan, low, high, self.level, self.n_sources, "Woodruff")

    @cached_property
    def interpolated_median(self) -> Estimate:
        """The distance within which half of the reachable pairs are, as `quantile` defines it."""
        return self.quantile(0.5)

    @cached_property
    def effective_diameter(self) -> Estimate:
        """Distance within which 90 % of the reachable pairs are, as `quantile` defines it [1]_.

        References
        ----------
        .. [1] Leskovec, Kleinberg and Faloutsos (2007), Graph evolution: densification and
           shrinking diameters, ACM Trans. Knowl. Discov. Data 1.
        """
        return self.quantile(0.9)

    def quantile(self, share: float) -> Estimate:
        """Distance within which this share of the reachable pairs is, interpolated.

        With F(d) the share within d, F(0) = 0, and d the smallest whole distance with F(d) ≥ share,
        it is ``d − 1 + (share − F(d − 1)) / (F(d) − F(d − 1))``.
        """
        if not 0.0 < share <= 1.0:
            raise ValueError(f"share must be more than 0 and at most 1; got {share!r}")
        return self._estimate(lambda counts: by_distance.quantile(counts, share))

    @cached_property
    def spid(self) -> Estimate:
        """Variance over mean of the distances of reachable pairs, their index of dispersion [1]_.

        References
        ----------
        .. [1] Backstrom, Boldi, Rosa, Ugander and Vigna (2012), Four degrees of separation,
           WebSci '12.
        """
        return self._estimate(by_distance.spid)

    def _estimate(
        self, statistic: Callable[[Floats], Floats], bounds: tuple[float, float] = ANY
    ) -> Estimate:
        (only,) = self._estimates(lambda counts: statistic(counts)[..., np.newaxis], bounds)
        return only

    def _of_all(
        self, weighted: Callable[[Floats], Floats], bounds: tuple[float, float]
    ) -> Estimate:
        """Sum of what is made of the counts, over the number of all pairs."""
        others = np.full((self.n_sources, 1), self.n_people - 1)
        (only,) = self._jackknife(
            np.hstack([self.per_source, others]),
            lambda sums: weighted(sums[..., :-1]).sum(axis=-1, keepdims=True) / sums[..., -1:],
            bounds,
        )
        return only

    def _estimates(
        self, statistics: jackknife.Statistics, bounds: tuple[float, float] = ANY
    ) -> tuple[Estimate, ...]:
        return self._jackknife(self.per_source, statistics, bounds)

    def _jackknife(
        self,
        units: NDArray[np.integer],
        statistics: jackknife.Statistics,
        bounds: tuple[float, float],
    ) -> tuple[Estimate, ...]:
        return jackknife.estimates(
            units,
            statistics,
            share_sampled=1.0 if self.exact else self.n_sources / self.n_people,
            level=self.level,
            bounds=bounds,
        )

    def _undefined(self) -> Estimate:
        return jackknife.undefined(self.n_sources, self.level)


def _first_at_half(within: list[float]) -> float:
    """The first distance within which half is reached, one more than the last if it is not."""
    return float(next((d for d, share in enumerate(within, 1) if share >= 0.5), len(within) + 1))
