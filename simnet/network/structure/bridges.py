"""Bridges and local bridges: ties that hold together what else would be apart, or far apart.

The direction of ties is left out: two people are tied if there is a tie between them in any
direction. Ties are given by their two ends, the lower number first, in ascending order. Nothing
here reads how strong a tie is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.network.model import Network
from simnet.network.structure.direction import as_undirected
from simnet.network.structure.shared_alters import shared_alters


def bridges(network: Network) -> NDArray[np.int32]:
    """Bridges: ties whose loss leaves their ends in different components.

    Returns
    -------
    ndarray of int32, shape (n_bridges, 2)
    """
    from simnet.network.structure._kernels import bridge_ends

    network = as_undirected(network)
    ends = np.column_stack(bridge_ends(network.indptr, network.neighbours))
    ends.sort(axis=1)
    return ends[np.lexsort((ends[:, 1], ends[:, 0]))]


def local_bridges(network: Network) -> NDArray[np.int32]:
    """Local bridges: ties whose ends share no alter, so that they are more than 2 apart without it.

    All bridges are among them. How far apart is said by `spans` [1]_.

    Returns
    -------
    ndarray of int32, shape (n_local_bridges, 2)

    References
    ----------
    .. [1] Granovetter (1973), The strength of weak ties, American Journal of Sociology 78.
    """
    network = as_undirected(network)
    sources, targets = network.sources, network.neighbours
    alone = (shared_alters(network) == 0) & (sources < targets)
    return np.column_stack([sources[alone], targets[alone]])


def local_bridge_share(network: Network) -> float:
    """Share of ties that are local bridges; nan without ties."""
    network = as_undirected(network)
    return len(local_bridges(network)) / network.n_ties if network.n_ties else float("nan")


def spans(network: Network, ties: ArrayLike) -> NDArray[np.float64]:
    """Span of ties: the distance of a tie's ends when the tie itself is not there.

    2 if the ends share an alter, more for a local bridge, infinite for a bridge.

    Parameters
    ----------
    network : Network
        Where; the direction of ties is left out.
    ties : array_like of int, shape (n, 2)
        The two ends of each tie, such as `local_bridges` gives.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    ValueError
        If two people in `ties` are not tied.
    """
    from numba import get_num_threads

    from simnet.network.structure._kernels import detours

    network = as_undirected(network)
    ends = np.asarray(ties, dtype=np.int64).reshape(-1, 2)
    _check_tied(network, ends)
    n, threads = network.n_people, get_num_threads()
    return np.asarray(
        detours(
            network.indptr,
            network.neighbours,
            ends[:, 0],
            ends[:, 1],
            np.zeros((threads, n), np.int64),
            np.empty((threads, 2, n), np.int32),
        )
    )


def tie_overlap(network: Network) -> NDArray[np.float64]:
    r"""Overlap of the alters of the two ends of each tie.

    .. math:: O_{ij} = \frac{n_{ij}}{(k_i - 1) + (k_j - 1) - n_{ij}}

    with :math:`n_{ij}` the alters they share and `k` their degrees [1]_: 0 for a local bridge, 1 if
    they share all. nan if neither end has another tie.

    Returns
    -------
    ndarray of float64, one per half-tie
        Parallel to the `neighbours` of the network, or of `as_undirected` of a directed one.

    References
    ----------
    .. [1] Onnela et al. (2007), Structure and tie strengths in mobile communication networks,
       PNAS 104.
    """
    network = as_undirected(network)
    shared = shared_alters(network)
    degree = network.degree
    either = degree[network.sources] + degree[network.neighbours] - 2 - shared
    overlap = np.full(len(shared), np.nan)
    np.divide(shared, either, out=overlap, where=either > 0)
    return overlap


def _check_tied(network: Network, ends: NDArray[np.int64]) -> None:
    n = network.n_people
    half_ties = network.sources * np.int64(n) + network.neighbours
    asked = ends[:, 0] * n + ends[:, 1]
    place = np.searchsorted(half_ties, asked)
    known = ((ends >= 0) & (ends < n)).all(axis=1) & (place < len(half_ties))
    known[known] = half_ties[place[known]] == asked[known]
    strangers = ends[~known]
    if len(strangers):
        raise ValueError(f"person {strangers[0, 0]} and person {strangers[0, 1]} are not tied")
