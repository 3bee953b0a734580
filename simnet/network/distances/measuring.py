"""Measuring the distances of a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.network.distances.distribution import DistanceDistribution
from simnet.network.distances.jackknife import check_level
from simnet.network.distances.sampling import Sources, sample
from simnet.network.distances.spreading import (
    SOURCES_A_PASS,
    Places,
    Ties,
    reached_from,
    stacked,
)
from simnet.network.model import Network


def distances(
    network: Network,
    *,
    sources: Sources = None,
    until: float | None = None,
    level: float = 0.95,
    seed: int = 0,
    replicate: int = 0,
) -> DistanceDistribution:
    """How far apart people are: the numbers of pairs at each distance.

    Each source is followed to everybody they reach, along the direction of ties, if these have one.
    Nothing else is sampled. With everybody as source the result is exact; otherwise sources are
    drawn at random without replacement, so that its estimates have standard errors. 512 sources
    cost little more than one. It takes 132 bytes a person beside the network, and 4 bytes a source
    and distance.

    Parameters
    ----------
    network : Network
        Directed or not, connected or not.
    sources : int or "all", optional
        How many people to measure from; everybody, if there are no more. Without it and without
        `until`: everybody up to 20,000 people, else 1,024.
    until : float, optional
        Measure from 512 people at a time until the interval of the mean distance reaches at most
        this far to either side, or everybody has been measured from (Chow and Robbins 1965 [1]_).
        Stopping where the interval happens to be short makes it cover a little less often than
        `level` says, but hardly, there being at least 512 sources.
    level : float
        Of intervals.
    seed, replicate : int
        Key of the draws. A larger sample of the same key contains the smaller one.

    Returns
    -------
    DistanceDistribution

    References
    ----------
    .. [1] Chow and Robbins (1965), On the asymptotic theory of fixed-width sequential confidence
       intervals for the mean, Ann. Math. Stat. 36.
    """
    check_level(level)
    if until is None:
        people = sample(network, sources, seed=seed, replicate=replicate)
        ties = Ties.of(network)
        return _distribution(ties, people, reached_from(ties, people), level)
    if sources is not None:
        raise ValueError("give sources or until, not both")
    if not until > 0.0:
        raise ValueError(f"until must be more than 0; got {until!r}")
    return _until(network, until, level=level, seed=seed, replicate=replicate)


def _until(
    network: Network, reach: float, *, level: float, seed: int, replicate: int
) -> DistanceDistribution:
    ties = Ties.of(network)
    counts = np.zeros((0, 0), np.int32)
    while True:
        people = sample(network, len(counts) + SOURCES_A_PASS, seed=seed, replicate=replicate)
        counts = stacked([counts, reached_from(ties, people[len(counts) :])])
        found = _distribution(ties, people, counts, level)
        mean = found.mean
        if found.exact or max(mean.high - mean.value, mean.value - mean.low) <= reach:
            return found


def _distribution(
    ties: Ties, people: Places, counts: NDArray[np.int32], level: float
) -> DistanceDistribution:
    return DistanceDistribution(
        sources=people,
        per_source=counts,
        n_people=ties.n_people,
        is_connected=_is_connected(ties, people, counts),
        level=level,
    )


def _is_connected(ties: Ties, people: Places, counts: NDArray[np.int32]) -> bool:
    """Whether everybody reaches everybody: a person reaches all, and is reached by all."""
    others = ties.n_people - 1
    if (counts.sum(axis=1) < others).any():
        return False
    if ties.are_mutual or len(people) == ties.n_people:
        return True
    return int(reached_from(ties.turned(), people[:1]).sum()) == others
