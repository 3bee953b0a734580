"""How many people somebody reaches in a few steps, and how many one would count on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simnet.network.distances.jackknife import (
    ANY,
    SHARE,
    Floats,
    Statistics,
    check_level,
    estimates,
)
from simnet.network.distances.sampling import Sources, sample
from simnet.network.distances.spreading import Places, Ties, reached_from
from simnet.network.estimate import Estimate
from simnet.network.model import Network


class CoverageStep(NamedTuple):
    """What a number of steps from a person adds; means over the people one starts from.

    Attributes
    ----------
    step : int
        d, from 1.
    reached : Estimate
        People at distance d: those met for the first time.
    within : Estimate
        People at distance 1 to d.
    share : Estimate
        Their share of all other people; nan if there is nobody else.
    walks : Estimate
        Ways of d ties from the person to anybody, turning back allowed: the sum over their alters
        of the alters' ties, and so on, as in "250 friends of 250 friends are 62,500".
    overlap : Estimate
        Share of the walks that lead to nobody new, ``1 − reached / walks``; nan without walks.
    """

    step: int
    reached: Estimate
    within: Estimate
    share: Estimate
    walks: Estimate
    overlap: Estimate


class Coverage(NamedTuple):
    """How many people are reached within 1, 2, ... steps.

    Attributes
    ----------
    steps : tuple of CoverageStep
        One for each number of steps.
    n_sources, n_people : int
        People from whom steps were counted, and people in the network.
    """

    steps: tuple[CoverageStep, ...]
    n_sources: int
    n_people: int


def coverage(
    network: Network,
    person: int | None = None,
    *,
    steps: int = 3,
    sources: Sources = None,
    level: float = 0.95,
    seed: int = 0,
    replicate: int = 0,
) -> Coverage:
    """How many people are reached within `steps` steps, each counted once and each way counted.

    The difference is what friends of friends have in common: with 250 friends each, 62,500 ways of
    two ties lead to far fewer people (Ugander et al. 2011 [1]_ count 27,500 people at the end of
    40,300 of them for somebody with 100 friends).

    Parameters
    ----------
    person : int, optional
        The one from whom to count; without, the means over people.
    steps : int
        How far to go, 1 or more.
    sources : int or "all", optional
        How many people to take the means over, as in `distances`; not together with `person`.
    level, seed, replicate
        As in `distances`.

    References
    ----------
    .. [1] Ugander, Karrer, Backstrom and Marlow (2011), The anatomy of the Facebook social graph,
       arXiv:1111.4503.
    """
    check_level(level)
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps}")
    if person is not None and sources is not None:
        raise ValueError("give person or sources, not both")
    if person is None:
        people = sample(network, sources, seed=seed, replicate=replicate)
        share_sampled = len(people) / network.n_people if network.n_people else 1.0
    else:
        network.row(person)  # raises IndexError for a stranger
        people, share_sampled = np.array([person]), 1.0
    units = np.hstack(
        [
            _reached(network, people, steps),
            _walks(network, people, steps),
            np.ones((len(people), 1)),
        ]
    )
    columns = [
        estimates(units, statistics, share_sampled=share_sampled, level=level, bounds=bounds)
        for statistics, bounds in _columns(steps, network.n_people - 1)
    ]
    rows = zip(range(1, steps + 1), *columns, strict=True)
    return Coverage(tuple(CoverageStep(*row) for row in rows), len(people), network.n_people)


def _columns(steps: int, others: int) -> list[tuple[Statistics, tuple[float, float]]]:
    """What to estimate from sums of people reached and of walks at each step, and its bounds."""

    def reached(sums: Floats) -> Floats:
        return sums[..., :steps] / sums[..., -1:]

    def within(sums: Floats) -> Floats:
        return np.cumsum(sums[..., :steps], axis=-1) / sums[..., -1:]

    def share(sums: Floats) -> Floats:
        return within(sums) / np.float64(others)

    def walks(sums: Floats) -> Floats:
        return sums[..., steps:-1] / sums[..., -1:]

    def overlap(sums: Floats) -> Floats:
        return 1 - reached(sums) / walks(sums)

    return [(reached, ANY), (within, ANY), (share, SHARE), (walks, ANY), (overlap, SHARE)]


def _reached(network: Network, people: Places, steps: int) -> Floats:
    found = reached_from(Ties.of(network), people, steps=steps)
    return np.pad(found, ((0, 0), (0, steps - found.shape[1]))).astype(np.float64)


def _walks(network: Network, people: Places, steps: int) -> Floats:
    from simnet.network.distances._kernels import sum_over_ties

    walks = [np.ones(network.n_people)]
    for _ in range(steps):
        walks.append(sum_over_ties(network.indptr, network.neighbours, walks[-1]))
    return np.stack([ways[people] for ways in walks[1:]], axis=1)
