"""Clustering: how often two alters of a person are tied to each other.

The direction of ties is left out: two people are tied if there is a tie between them in any
direction. Every triangle is found once, at its person of lowest rank; where degrees differ much,
people are ranked by degree [1]_.

References
----------
.. [1] Latapy (2008), Main-memory triangle computations for very large (sparse (power-law)) graphs,
   Theoretical Computer Science 407.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Array, Network
from simnet.network.structure.direction import as_undirected

if TYPE_CHECKING:
    from pandas import DataFrame


def triangles(network: Network) -> NDArray[np.int64]:
    """Number of triangles each person is in: pairs of alters that are tied to each other.

    Their sum is three times the number of triangles.

    Returns
    -------
    ndarray of int64, shape (n_people,)

    Notes
    -----
    Needs 9 bytes a person and thread, and as much memory as the network.
    """
    return _triangles(as_undirected(network))


def local_clustering(network: Network) -> NDArray[np.float64]:
    r"""Share of each person's pairs of alters that are tied, :math:`2 t_i / (k_i (k_i - 1))`.

    `t` counts a person's triangles and `k` their alters. nan for people of degree 0 and 1, who have
    no pair of alters.

    Returns
    -------
    ndarray of float64, shape (n_people,)
    """
    network = as_undirected(network)
    pairs = _pairs(network)
    share = np.full(network.n_people, np.nan)
    np.divide(_triangles(network), pairs, out=share, where=pairs > 0)
    return share


def mean_clustering(network: Network, *, below_two: float | None = 0.0) -> float:
    """Clustering coefficient C: the mean over people of their local clustering [1]_.

    Parameters
    ----------
    network : Network
        Where; the direction of ties is left out.
    below_two : float or None
        What people of degree 0 and 1 count, whose local clustering is undefined: 0 as in SNAP,
        networkx and most published figures; None leaves them out.

    Returns
    -------
    float
        nan if there is nobody to take the mean of.

    References
    ----------
    .. [1] Watts and Strogatz (1998), Collective dynamics of 'small-world' networks, Nature 393.
    """
    local = local_clustering(network)
    defined = ~np.isnan(local)
    n_defined = int(defined.sum())
    total, n = float(local.sum(where=defined)), n_defined
    if below_two is not None:
        total, n = total + below_two * (len(local) - n_defined), len(local)
    return total / n if n else float("nan")


def transitivity(network: Network) -> float:
    """Share of wedges that are closed, 3 T / W; nan if there is no wedge.

    T counts the triangles, W the wedges: pairs of ties that meet in a person. It weighs people by
    their pairs of alters, where `mean_clustering` weighs them alike [1]_.

    References
    ----------
    .. [1] Newman, Strogatz and Watts (2001), Random graphs with arbitrary degree distributions and
       their applications, Physical Review E 64, 026118.
    """
    closed, wedges = _closed_and_all_wedges(network)
    return closed / wedges if wedges else float("nan")


def closed_fraction(network: Network) -> float:
    """Triangles over open wedges and triangles, T / (W − 2 T); nan if there is no wedge.

    What SNAP prints as the fraction of closed triangles: the share of connected threesomes that are
    triangles, each of which has three wedges. With the transitivity c it is c / (3 − 2 c).
    """
    closed, wedges = _closed_and_all_wedges(network)
    return closed / (3 * wedges - 2 * closed) if wedges else float("nan")


def clustering_by_degree(network: Network) -> DataFrame:
    """Mean local clustering of people of the same degree.

    Returns
    -------
    DataFrame
        A row for every degree of at least 2 that somebody has, ascending: ``degree``,
        ``n_people``, ``mean`` of their local clustering, and ``standard_error``: the standard
        deviation over these people by the root of their number; nan with one.
    """
    from pandas import DataFrame

    network = as_undirected(network)
    local = local_clustering(network)
    defined = ~np.isnan(local)
    degrees, group = np.unique(network.degree[defined], return_inverse=True)
    n = np.bincount(group, minlength=len(degrees))
    mean = np.bincount(group, local[defined], minlength=len(degrees)) / n
    squares = np.bincount(group, (local[defined] - mean[group]) ** 2, minlength=len(degrees))
    variance = np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1)
    return DataFrame(
        {"degree": degrees, "n_people": n, "mean": mean, "standard_error": np.sqrt(variance / n)}
    )


class _Upward(NamedTuple):
    """Each tie on the side of its end of lower rank: i has the alters upper[start[i]:end[i]]."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    upper: NDArray[np.int32]

    @classmethod
    def of(cls, *arrays: Array) -> _Upward:
        """Read-only as those of a network are, so that one compiled kernel serves all."""
        views = [array.view() for array in arrays]
        for view in views:
            view.flags.writeable = False
        return cls(*views)


def _upward(network: Network) -> _Upward:
    """By number, if that is about as little work as if all had the same degree; else by degree.

    By number nothing is copied. By degree no row is longer than the root of twice the ties.
    """
    from simnet.network.structure._kernels import rank_by_number

    start = np.empty(network.n_people, np.int64)
    rank_by_number(network.indptr, network.neighbours, start)
    end = network.indptr[1:]
    looked_through = float((start - network.indptr[:-1]) @ (end - start))
    if looked_through * network.n_people <= 2.0 * network.n_ties**2:
        return _Upward.of(start, end, network.neighbours)
    return _upward_by_degree(network)


def _upward_by_degree(network: Network) -> _Upward:
    from simnet.network.structure._kernels import count_upward, point_upward

    degree = network.degree.astype(np.int32)
    start = np.zeros(network.n_people + 1, np.int64)
    count_upward(network.indptr, network.neighbours, degree, start)
    np.cumsum(start, out=start)
    upper = np.empty(start[-1], np.int32)
    point_upward(network.indptr, network.neighbours, degree, start, upper)
    return _Upward.of(start[:-1], start[1:], upper)


def _triangles(network: Network) -> NDArray[np.int64]:
    from numba import get_num_threads

    from simnet.network.structure._kernels import count_triangles

    # NumPy asks the system for large pages, which a kernel's own arrays would not lie in.
    counts = np.zeros((get_num_threads(), network.n_people), np.int64)
    count_triangles(*_upward(network), counts, np.zeros(counts.shape, np.uint8))
    return np.asarray(counts.sum(axis=0))


def _closed_and_all_wedges(network: Network) -> tuple[int, int]:
    from numba import get_num_threads

    from simnet.network.structure._kernels import total_triangles

    network = as_undirected(network)
    marked = np.zeros((get_num_threads(), network.n_people), np.uint8)
    total, _ = total_triangles(*_upward(network), marked)
    return 3 * int(total), int(_pairs(network).sum())


def _pairs(network: Network) -> NDArray[np.int64]:
    degree = network.degree
    return degree * (degree - 1) // 2
