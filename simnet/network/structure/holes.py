r"""Structural holes: Burt's measures of how far the alters of a person are tied to each other.

They rest on the mutual weight of two people, :math:`z_{ij} = a_{ij} + a_{ji}`, with `a` the weight
of the tie in each direction, or on each side of an undirected tie. Of it, :math:`p_{ij} = z_{ij} /
\sum_k z_{ik}` is the share of i's investment that is in j. Alters of i are those with a tie to or
from i.

Without `weight` each tie, or each direction of one, counts 1. With it, the tie column of that name
does; NetworkError if there is none, or if a value is not positive.

References
----------
.. [1] Burt (1992), Structural Holes, Harvard University Press, chapter 2.
.. [2] Borgatti (1997), Structural holes: unpacking Burt's redundancy measures, Connections 20.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.model import Array, Network
from simnet.network.structure.shared_alters import weighed_by_shared

Floats = NDArray[np.float64]


def constraint(network: Network, *, weight: str | None = None) -> Floats:
    r"""Constraint of each person: how far all they invest in leads back to the same alters [1]_.

    .. math:: c_i = \sum_j c_{ij}, \quad
              c_{ij} = \Bigl(p_{ij} + \sum_{q \ne i, j} p_{iq}\, p_{qj}\Bigr)^2

    with j over the alters of i, and q over those whom i and j share. nan without ties.

    Returns
    -------
    ndarray of float64, shape (n_people,)
    """
    mutual = _mutual(network, weight)
    return mutual.over_alters(_dyadic_constraint(mutual))


def hierarchy(network: Network, *, weight: str | None = None) -> Floats:
    r"""How far a person's constraint comes from one alter: Coleman and Theil's disorder of it [1]_.

    .. math:: h_i = \frac{1}{k \ln k} \sum_j r_{ij} \ln r_{ij}, \quad
              r_{ij} = \frac{c_{ij}}{c_i / k}

    with `k` the number of alters. 0 if all constrain alike, near 1 if one does all of it. nan with
    fewer than two alters.

    Returns
    -------
    ndarray of float64, shape (n_people,)
    """
    mutual = _mutual(network, weight)
    dyadic = _dyadic_constraint(mutual)
    alters = mutual.n_alters.astype(np.float64)
    ratio = dyadic * (alters / mutual.over_alters(dyadic))[mutual.sources]
    disorder = np.where(alters > 1, alters * np.log(np.maximum(alters, 1)), np.nan)
    return mutual.over_alters(ratio * np.log(ratio)) / disorder


def effective_size(network: Network, *, weight: str | None = None) -> Floats:
    r"""Effective size of each person's network: alters, less what is redundant among them [1]_.

    .. math:: e_i = \sum_j \Bigl(1 - \sum_{q \ne i, j} p_{iq}\, m_{jq}\Bigr), \quad
              m_{jq} = \frac{z_{jq}}{\max_k z_{jk}}

    Without weights and direction that is the degree less the mean number of ties that an alter has
    to other alters [2]_. nan without ties.

    Returns
    -------
    ndarray of float64, shape (n_people,)
    """
    mutual = _mutual(network, weight)
    greatest = np.zeros(len(mutual.n_alters))
    np.maximum.at(greatest, mutual.sources, mutual.weights)
    redundancy = weighed_by_shared(
        mutual.indptr, mutual.alters, mutual.shares, mutual.weights / greatest[mutual.sources]
    )
    return mutual.over_alters(1.0 - redundancy)


def efficiency(network: Network, *, weight: str | None = None) -> Floats:
    """Effective size over the number of alters [1]_; nan without ties.

    Returns
    -------
    ndarray of float64, shape (n_people,)
    """
    alters = _mutual(network, None).n_alters
    return effective_size(network, weight=weight) / np.where(alters > 0, alters, np.nan)


class _Mutual(NamedTuple):
    """Who has whom as alter, with their mutual weight, as rows of half-ties."""

    indptr: NDArray[np.int64]
    alters: NDArray[np.int32]
    weights: Floats

    @property
    def n_alters(self) -> NDArray[np.int64]:
        return np.diff(self.indptr)

    @property
    def sources(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.n_alters)), self.n_alters)

    @property
    def strength(self) -> Floats:
        """Everybody's sum of mutual weights."""
        return self._sums(self.weights)

    @property
    def shares(self) -> Floats:
        """The share p of the person on whose side the half-tie is."""
        return self.weights / self.strength[self.sources]

    def over_alters(self, values: Floats) -> Floats:
        """Everybody's sum of a value per half-tie; nan without any."""
        return np.where(self.n_alters > 0, self._sums(values), np.nan)

    def _sums(self, values: Floats) -> Floats:
        total = np.bincount(self.sources, values, minlength=len(self.n_alters))
        return total.astype(np.float64)  # without any value bincount counts in integers


def _mutual(network: Network, weight: str | None) -> _Mutual:
    from scipy import sparse

    n = network.n_people
    values = np.ones(len(network.neighbours)) if weight is None else _weights(network, weight)
    one_way = sparse.csr_array((values, network.neighbours, network.indptr), shape=(n, n))
    both = one_way + one_way.T.tocsr()
    both.sort_indices()
    return _Mutual(both.indptr.astype(np.int64), both.indices.astype(np.int32), both.data)


def _weights(network: Network, column: str) -> Floats:
    if column not in network.tie_columns:
        known = ", ".join(network.tie_columns) or "none"
        raise NetworkError(f"ties have no column {column!r}; there are {known}")
    values = network.tie_columns[column]
    if len(values) and not (values.dtype.kind in "biuf" and _are_positive(values)):
        raise NetworkError(f"weights must be positive numbers; tie column {column!r} has others")
    return values.astype(np.float64)


def _are_positive(values: Array) -> bool:
    return bool(np.all((values > 0) & np.isfinite(values)))


def _dyadic_constraint(mutual: _Mutual) -> Floats:
    """Per half-tie: the share of i in j, direct and through others, squared."""
    back = mutual.weights / mutual.strength[mutual.alters]
    indirect = weighed_by_shared(mutual.indptr, mutual.alters, mutual.shares, back)
    return (mutual.shares + indirect) ** 2
