"""What becomes of a network when the direction of its ties is left out, and how much it matters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simnet.network.model import Network

if TYPE_CHECKING:
    from scipy import sparse


def as_undirected(network: Network) -> Network:
    """The network in which two people are tied if there is a tie between them in any direction.

    People keep their ids, columns and spaces. Columns of ties are left out, for a tie there and one
    back may differ in them. An undirected network comes back as it is.
    """
    if not network.directed:
        return network
    there = _matrix(network)
    either = there + there.T.tocsr()
    either.sort_indices()
    return replace(
        network,
        indptr=either.indptr.astype(np.int64),
        neighbours=either.indices.astype(np.int32),
        directed=False,
        tie_columns={},
    )


def reciprocity(network: Network) -> float:
    """Share of ties whose reverse is a tie too.

    1 by definition if the network is undirected, and nan if it has no ties.
    """
    if not network.n_ties:
        return float("nan")
    if not network.directed:
        return 1.0
    there = _matrix(network)
    return float(there.multiply(there.T.tocsr()).nnz / network.n_ties)


def _matrix(network: Network) -> sparse.csr_array[Any]:
    from scipy import sparse

    return sparse.csr_array(
        (np.ones(len(network.neighbours), np.int8), network.neighbours, network.indptr),
        shape=(network.n_people, network.n_people),
    )
