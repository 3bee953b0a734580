"""How far one goes along ties until one meets somebody whose tie leads back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from simnet.network.distances import by_distance
from simnet.network.distances.jackknife import ANY, SHARE, Floats, check_level, estimates
from simnet.network.distances.sampling import Sources, sample
from simnet.network.distances.spreading import Places, Search, Ties, by_group
from simnet.network.estimate import Estimate
from simnet.network.model import Network


@dataclass(frozen=True, kw_only=True, eq=False)
class StepsUntilFollowed:
    """Steps from people to the nearest person who follows them.

    Attributes
    ----------
    sources : ndarray of int64
        The people.
    steps : ndarray of int32
        Of each of them, 1 if a tie is returned; 0 if nobody who follows them can be reached, or
        none within the steps that were to be taken.
    n_people : int
        People in the network.
    level : float
        Of the intervals. Estimates are over people, with jackknife errors, as in `distances`.
    """

    sources: NDArray[np.int64]
    steps: NDArray[np.int32]
    n_people: int
    level: float = 0.95

    @cached_property
    def mean(self) -> Estimate:
        """Mean number of steps of the people who met a follower; nan if nobody has."""
        return self._estimate(lambda people: by_distance.mean(people[..., :-1]))

    @cached_property
    def standard_deviation(self) -> Estimate:
        """Standard deviation of the steps of the people who met a follower; nan if nobody has."""
        return self._estimate(lambda people: np.sqrt(by_distance.variance(people[..., :-1])))

    @cached_property
    def found(self) -> Estimate:
        """Share of people who met a follower."""
        return self._estimate(
            lambda people: people[..., :-1].sum(axis=-1) / people.sum(axis=-1), SHARE
        )

    def _estimate(
        self, statistic: Callable[[Floats], Floats], bounds: tuple[float, float] = ANY
    ) -> Estimate:
        """Made of the numbers of people who met a follower at step 1, 2, ..., and who did not."""
        met_at = [*range(1, self.steps.max(initial=0) + 1), 0]
        (only,) = estimates(
            self.steps[:, np.newaxis] == np.array(met_at),
            lambda people: statistic(people)[..., np.newaxis],
            share_sampled=len(self.sources) / self.n_people if self.n_people else 1.0,
            level=self.level,
            bounds=bounds,
        )
        return only


def steps_until_followed(
    network: Network,
    *,
    sources: Sources = None,
    max_steps: int | None = None,
    level: float = 0.95,
    seed: int = 0,
    replicate: int = 0,
) -> StepsUntilFollowed:
    """How many steps people take along ties until they meet somebody who has a tie to them.

    In a network of followers a tie leads from somebody to whom they follow. One visits those whom
    one follows, then those whom these follow, and so on; the steps are the distance of the nearest
    visited person who follows one. That is one tie less than the shortest directed cycle through
    the person has. A follower met at the first step is a tie returned; in an undirected network
    everybody with a tie meets one there. Sysomos [1]_ found 3.32 on Twitter in 2010.

    Parameters
    ----------
    sources : int or "all", optional
        How many people to start from, as in `distances`.
    max_steps : int, optional
        Go no further than this.
    level, seed, replicate
        As in `distances`.

    References
    ----------
    .. [1] Cheng (2010), Six degrees of separation, Twitter style, Sysomos.
    """
    check_level(level)
    if max_steps is not None and max_steps < 1:
        raise ValueError(f"max_steps must be at least 1; got {max_steps}")
    people = sample(network, sources, seed=seed, replicate=replicate)
    ties = Ties.of(network)

    def count(search: Search, group: Places) -> NDArray[np.int32]:
        return _first_followers(ties, search, group, max_steps)

    return StepsUntilFollowed(
        sources=people,
        steps=np.concatenate([np.zeros(0, np.int32), *by_group(ties, people, count)]),
        n_people=network.n_people,
        level=level,
    )


def _first_followers(
    ties: Ties, search: Search, people: Places, max_steps: int | None
) -> NDArray[np.int32]:
    """Steps until each of these people has met a follower, 0 for never."""
    steps = np.zeros(len(people), np.int32)
    of, followers = _followers(ties, people)
    for step, level in enumerate(islice(search.levels(people), max_steps), start=1):
        met = of[level.have_reached(of, followers)]
        steps[met[steps[met] == 0]] = step
    return steps


def _followers(ties: Ties, people: Places) -> tuple[Places, Places]:
    """All pairs of the place of a person among these and somebody with a tie to that person."""
    start, stop = ties.from_indptr[people], ties.from_indptr[people + 1]
    of = np.repeat(np.arange(len(people)), stop - start)
    first = np.cumsum(stop - start) - (stop - start)
    half_ties = np.arange(len(of)) - np.repeat(first - start, stop - start)
    return of, ties.from_neighbours[half_ties].astype(np.int64)
