"""Cores: how deep in the network a person stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network
from simnet.network.structure.direction import as_undirected


def core_number(network: Network) -> NDArray[np.int64]:
    """Core number of each person: the largest k such that they are in the k-core [1]_.

    The k-core is the largest group whose members all have at least k ties within it. The greatest
    core number is the network's degeneracy; that of the network of a person's alters,
    ``core_number(subnetwork(network, network.row(person))).max()``, is the degeneracy that Ugander
    et al. (2011) report by degree. The direction of ties is left out; without ties it is 0.

    Returns
    -------
    ndarray of int64, shape (n_people,)

    References
    ----------
    .. [1] Seidman (1983), Network structure and minimum degree, Social Networks 5; computed as in
       Batagelj and Zaversnik (2003), An O(m) algorithm for cores decomposition of networks.
    """
    from simnet.network.structure._kernels import core_numbers

    network = as_undirected(network)
    return np.asarray(core_numbers(network.indptr, network.neighbours))
