"""Components, and the network of some of the people."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.network.model import Dropped, Network


class Components(NamedTuple):
    """Who is in which component; 0 is the largest, and of equal ones that of the first person.

    Attributes
    ----------
    labels : ndarray of int64, shape (n_people,)
        Everybody's component.
    sizes : ndarray of int64, shape (n_components,)
        Number of people in each, descending.
    """

    labels: NDArray[np.int64]
    sizes: NDArray[np.int64]


def components(network: Network) -> Components:
    """Components: people are in one if a path along ties joins them.

    The direction of ties is left out (weak components). Somebody without ties is one alone.
    """
    from simnet.network.structure._kernels import first_of_component

    return _largest_first(first_of_component(network.indptr, network.neighbours))


def strong_components(network: Network) -> Components:
    """Strong components: people are in one if each can reach the other along the ties' direction.

    Those of an undirected network are its components.
    """
    if not network.directed:
        return components(network)
    from scipy.sparse.csgraph import connected_components

    from simnet.network.formats.conversions import to_sparse

    _, labels = connected_components(to_sparse(network), connection="strong")
    return _largest_first(labels)


def largest_component(network: Network) -> Network:
    """The network of the people in the largest (weak) component."""
    return subnetwork(network, np.flatnonzero(components(network).labels == 0))


def subnetwork(network: Network, people: ArrayLike) -> Network:
    """The network of some people and the ties among them.

    Parameters
    ----------
    network : Network
        Where.
    people : array_like of int
        Who stays, each once, by their numbers 0 .. n_people - 1; in the result they are in
        ascending order, whatever the order here.

    Returns
    -------
    Network
        People keep their ids, which in a network without are their numbers; columns and spaces go
        along.

    Raises
    ------
    ValueError
        If somebody is named twice or is not in the network.
    """
    chosen = np.sort(np.asarray(people, dtype=np.int64))
    _check_people(chosen, network.n_people)
    number = np.full(network.n_people, -1, np.int32)
    number[chosen] = np.arange(len(chosen), dtype=np.int32)
    sources, targets = number[network.sources], number[network.neighbours]
    stays = np.flatnonzero((sources >= 0) & (targets >= 0))
    degree = np.bincount(sources[stays], minlength=len(chosen))
    return replace(
        network,
        indptr=np.concatenate([[0], np.cumsum(degree)]).astype(np.int64),
        neighbours=targets[stays],
        people={name: values[chosen] for name, values in network.people.items()},
        tie_columns={name: values[stays] for name, values in network.tie_columns.items()},
        ids=_ids(network, chosen),
        dropped=Dropped(),
    )


def _largest_first(labels: NDArray[np.integer]) -> Components:
    """Any labels from 0, some perhaps unused, as components in their order."""
    people = np.arange(len(labels))
    sizes = np.bincount(labels)
    first = np.zeros(len(sizes), np.int64)
    first[labels[::-1]] = people[::-1]
    used = np.flatnonzero(sizes)
    order = used[np.lexsort((first[used], -sizes[used]))]
    place = np.empty(len(sizes), np.int64)
    place[order] = np.arange(len(order))
    return Components(place[labels], sizes[order])


def _check_people(ascending: NDArray[np.int64], n_people: int) -> None:
    strangers = ascending[(ascending < 0) | (ascending >= n_people)]
    if len(strangers):
        raise ValueError(f"person {strangers[0]} is not one of 0 .. {n_people - 1}")
    repeated = np.flatnonzero(ascending[1:] == ascending[:-1])
    if len(repeated):
        raise ValueError(f"person {ascending[repeated[0]]} is named twice")


def _ids(network: Network, chosen: NDArray[np.int64]) -> NDArray[np.generic] | None:
    if network.ids is not None:
        return network.ids[chosen]
    return None if len(chosen) == network.n_people else chosen
