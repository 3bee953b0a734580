"""The neighbourhood function: how many pairs are within t steps, by sketches of all balls."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from simnet.network.distances import by_distance
from simnet.network.distances.jackknife import Floats, Statistics, check_level, estimates
from simnet.network.estimate import Estimate
from simnet.network.model import Network
from simnet.randomness import stream_key

_CHUNK = 8192  # people, in whose turn threads take the work


@dataclass(frozen=True, kw_only=True, eq=False)
class NeighbourhoodFunction:
    """Estimated numbers of pairs within t steps of each other, from everybody.

    Estimates are over runs with other hashes, n being their number: one run alone has no standard
    error, nan. What is said of distances is over reachable pairs of two different people.

    Attributes
    ----------
    runs : ndarray of float64, shape (runs, steps + 1)
        N(0), N(1), ...: by each run, the sum over people of how many are within t steps, the person
        included. N(0), which is the number of people, is an estimate like the others.
    n_people : int
        People in the network.
    registers : int
        Of a counter.
    level : float
        Of the intervals.
    """

    runs: Floats
    n_people: int
    registers: int
    level: float = 0.95

    @property
    def relative_standard_error(self) -> float:
        """Of the count of one ball, ``1.06 / sqrt(registers)``; sums of balls mostly have less."""
        return 1.06 / sqrt(self.registers)

    @cached_property
    def pairs(self) -> tuple[Estimate, ...]:
        """N(0), N(1), ..."""
        counted = np.hstack([self.runs, np.ones((len(self.runs), 1))])
        return self._estimates(counted, lambda sums: sums[..., :-1] / sums[..., -1:])

    @cached_property
    def mean(self) -> Estimate:
        """Mean distance."""
        return self._estimate(by_distance.mean)

    @cached_property
    def spid(self) -> Estimate:
        """Variance over mean of the distances."""
        return self._estimate(by_distance.spid)

    @cached_property
    def effective_diameter(self) -> Estimate:
        """Distance within which 90 % of the pairs are, interpolated as in `distances`."""
        return self._estimate(lambda counts: by_distance.quantile(counts, 0.9))

    def _estimate(self, statistic: Callable[[Floats], Floats]) -> Estimate:
        at_distance = np.diff(self.runs, axis=1)
        (only,) = self._estimates(at_distance, lambda counts: statistic(counts)[..., np.newaxis])
        return only

    def _estimates(self, units: Floats, statistics: Statistics) -> tuple[Estimate, ...]:
        return estimates(units, statistics, share_sampled=0.0, level=self.level)


def neighbourhood_function(
    network: Network,
    *,
    registers: int = 256,
    runs: int = 1,
    level: float = 0.95,
    seed: int = 0,
    replicate: int = 0,
) -> NeighbourhoodFunction:
    """Numbers of pairs within t steps, for all t, from everybody at once (HyperBall [1]_).

    Everybody's ball is a HyperLogLog counter of `registers` bytes; in every step it takes in those
    of the people their ties lead to. Counters are read by Ertl's estimator [2]_, whose bias is less
    than ``0.6 / registers`` of a count. All people are sources, at the price of errors in the
    counts: for mean, spid and effective diameter, `distances` from some hundred people is both
    faster and more accurate.

    Parameters
    ----------
    registers : int
        Of a counter, a power of 2 from 16 to 65,536; the memory is twice that a person.
    runs : int
        Repetitions with other hashes, from which the errors are told.
    level : float
        Of the intervals.
    seed, replicate : int
        Key of the hashes.

    References
    ----------
    .. [1] Boldi and Vigna (2013), In-core computation of geometric centralities with HyperBall,
       ICDM workshops.
    .. [2] Ertl (2017), New cardinality estimation algorithms for HyperLogLog sketches,
       arXiv:1702.01284.
    """
    check_level(level)
    if not 16 <= registers <= 65_536 or registers & (registers - 1):
        raise ValueError(f"registers must be a power of 2 from 16 to 65,536; got {registers}")
    if runs < 1:
        raise ValueError(f"runs must be at least 1; got {runs}")
    by_run = [
        _run(network, registers, stream_key(seed, replicate, f"neighbourhood function {run}"))
        for run in range(runs)
    ]
    longest = max(map(len, by_run))
    padded = [np.pad(pairs, (0, longest - len(pairs)), mode="edge") for pairs in by_run]
    return NeighbourhoodFunction(
        runs=np.array(padded), n_people=network.n_people, registers=registers, level=level
    )


def _run(network: Network, registers: int, key: NDArray[np.uint32]) -> Floats:
    from numba import get_num_threads

    from simnet.network.distances._kernels import count_themselves, estimate_balls, unite

    n = network.n_people
    corrections = np.array([_correction(empty, registers) for empty in range(registers + 1)])
    rows, united = np.zeros((n, registers), np.uint8), np.empty((n, registers), np.uint8)
    changed, changing = np.ones(n, np.bool_), np.empty(n, np.bool_)
    sizes = np.empty(n)

    def begin(first: int, last: int) -> None:
        count_themselves(rows, key, first, last)
        estimate_balls(rows, corrections, sizes, first, last)

    def step(first: int, last: int) -> None:
        ties = network.indptr, network.neighbours
        unite(*ties, rows, united, changed, changing, first, last)
        estimate_balls(united, corrections, sizes, first, last)

    starts = range(0, n, _CHUNK)
    ends = [min(start + _CHUNK, n) for start in starts]
    with ThreadPoolExecutor(get_num_threads()) as pool:
        list(pool.map(begin, starts, ends))
        pairs = [sizes.sum()]
        while True:
            list(pool.map(step, starts, ends))
            rows, united, changed, changing = united, rows, changing, changed
            if not changed.any():
                return np.array(pairs)
            pairs.append(sizes.sum())


def _correction(empty: int, registers: int) -> float:
    """What Ertl's sigma adds to the sum of 2^-register, in which each empty register counts 1."""
    share = empty / registers
    if share == 1.0:
        return inf
    total, power, weight = share, share, 1.0
    while True:
        power *= power
        more = total + power * weight
        if more == total:
            return registers * total - empty
        total, weight = more, 2 * weight
