"""Distances from one person, between two, and the largest."""

from __future__ import annotations

from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from simnet.network.distances.spreading import Places, Ties, reached_from
from simnet.network.model import Network

Steps = NDArray[np.int32]
_NOBODY = -1


def distances_from(network: Network, person: int) -> Steps:
    """Distance of everybody from one person, along the direction of ties.

    Returns
    -------
    ndarray of int32, shape (n_people,)
        0 for the person, -1 for those who cannot be reached.
    """
    return _search(network, person, _NOBODY)


def distance(network: Network, person: int, other: int) -> float:
    """Number of ties on a shortest way from `person` to `other`, inf if there is none.

    In an undirected network the search goes from both ends at once.
    """
    _check_people(network, person, other)
    if person == other:
        return 0.0
    if network.directed:
        steps = int(_search(network, person, other)[other])
    else:
        from simnet.network.distances._kernels import meet

        steps = int(meet(network.indptr, network.neighbours, person, other))
    return inf if steps < 0 else float(steps)


def diameter(network: Network) -> float:
    """The largest distance between two people of an undirected network, exactly.

    It is inf in a disconnected network and nan in one without people. From a person in the middle,
    people are taken from the outside in: as soon as somebody i steps from the middle has another at
    more than 2 (i − 1) steps, nobody further in can have one further away (Crescenzi et al. 2013
    [1]_). That mostly takes few searches; at worst it takes one from everybody.

    Raises
    ------
    ValueError
        If the network is directed; ``distances(network, sources="all").largest`` is for these.

    References
    ----------
    .. [1] Crescenzi, Grossi, Habib, Lanzi and Marino (2013), On computing the diameter of
       real-world undirected graphs, Theor. Comput. Sci. 514.
    """
    if network.directed:
        raise ValueError("diameter needs an undirected network; this one is directed")
    if network.n_people == 0:
        return nan
    least, middle = _sweep(network, int(network.degree.argmax()))
    at_least, middle = _sweep(network, middle)
    least = max(least, at_least)
    away = distances_from(network, middle)
    if away.min() < 0:
        return inf
    ties = Ties.of(network)
    for i in range(int(away.max()), 0, -1):
        if least > 2 * (i - 1):
            break
        least = max(least, _furthest(ties, np.flatnonzero(away == i)))
    return float(least)


def _sweep(network: Network, start: int) -> tuple[int, int]:
    """A large distance, and somebody half way along it."""
    end = int(distances_from(network, start).argmax())
    there = distances_from(network, end)
    back = distances_from(network, int(there.argmax()))
    longest = int(there.max())
    return longest, int(np.argmax((there == longest // 2) & (there + back == longest)))


def _furthest(ties: Ties, people: Places) -> int:
    """The largest distance from any of these people."""
    return int(reached_from(ties, people).shape[1])


def _search(network: Network, person: int, target: int) -> Steps:
    from simnet.network.distances._kernels import search

    _check_people(network, person)
    steps: Steps = search(network.indptr, network.neighbours, person, target)
    return steps


def _check_people(network: Network, *people: int) -> None:
    for person in people:
        network.row(person)  # raises IndexError for a stranger
