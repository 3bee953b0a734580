"""Ranks by distance: how many people are nearer to somebody than another is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.chains.routing.coordinates import coordinates
from simnet.errors import NetworkError
from simnet.network import Network
from simnet.network.spaces import Space

MOST_PLACES = 20_000


class Ranks(NamedTuple):
    """Ranks of some people, the targets, as seen from everybody's place.

    Attributes
    ----------
    place : ndarray of int, shape (n_people,)
        The place where each person is; people with the same coordinates are at one place.
    of_target : ndarray of float, shape (targets, places)
        Number of people nearer to somebody at the place than the target is; infinite where the
        distance is unknown.
    """

    place: NDArray[np.int64]
    of_target: NDArray[np.float64]


def ranks_of(network: Network, space: str, targets: NDArray[np.int64]) -> Ranks:
    """rank_v(t) = |{w : d(v, w) < d(v, t)}| of each target t for a person v at every place.

    References
    ----------
    .. [1] Liben-Nowell, Novak, Kumar, Raghavan and Tomkins (2005), Geographic routing in social
       networks, PNAS 102(33).
    """
    where = coordinates(network, (space,)).columns
    _, somebody, place, people = np.unique(
        where, axis=0, return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    place = place.reshape(-1)
    if len(somebody) > MOST_PLACES:
        raise NetworkError(
            f"ranks by distance need {MOST_PLACES:,} places at most, and people are at"
            f" {len(somebody):,}; round their coordinates, or go to the nearest instead"
        )
    measured = network.spaces[space]
    ranks = np.empty((len(targets), len(somebody)))
    for at, person in enumerate(somebody):
        ranks[:, at] = _seen_from(person, network, measured, somebody, people, place[targets])
    return Ranks(place, ranks)


def _seen_from(
    person: np.int64,
    network: Network,
    space: Space,
    somebody: NDArray[np.int64],
    people: NDArray[np.int64],
    wanted: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Ranks of the targets' places: people at places strictly nearer to the person."""
    distance = space.distance(network.people, person, somebody)
    order = np.argsort(distance, kind="stable")
    nearer = np.concatenate([[0], np.cumsum(people[order])])
    ranks = nearer[np.searchsorted(distance[order], distance[wanted], side="left")].astype(float)
    ranks[np.isnan(distance[wanted])] = np.inf
    return ranks
