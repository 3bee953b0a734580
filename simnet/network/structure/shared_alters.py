"""What the two ends of a tie share: their alters in common, counted or weighed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network

Floats = NDArray[np.float64]


def shared_alters(network: Network) -> Floats:
    """Number of alters that the two ends of each half-tie share; the network is undirected."""
    ones = np.ones(len(network.neighbours))
    return weighed_by_shared(network.indptr, network.neighbours, ones, ones)


def weighed_by_shared(
    indptr: NDArray[np.int64], neighbours: NDArray[np.int32], first: Floats, second: Floats
) -> Floats:
    """For each half-tie (i, j), the sum of first[i, q] second[j, q] over the alters q they share.

    `first` and `second` have a value for each half-tie.
    """
    from numba import get_num_threads

    from simnet.network.structure._kernels import through_shared

    held = np.zeros((get_num_threads(), len(indptr) - 1))
    return np.asarray(through_shared(indptr, neighbours, first, second, held))
