"""Whether people with many ties are tied to each other."""

from __future__ import annotations

import numpy as np

from simnet.network.estimate import Estimate
from simnet.network.model import Network
from simnet.network.structure.correlation import tie_correlation
from simnet.network.structure.degrees import Direction, degrees
from simnet.network.structure.ends import ends


def degree_assortativity(
    network: Network, *, source: Direction = "out", target: Direction = "in"
) -> Estimate:
    r"""Pearson correlation of degrees at the two ends of ties [1]_.

    Of an undirected network, each tie counts both ways round. Of a directed one, it is the
    correlation of the `source` degree of the person a tie starts from with the `target` degree of
    the one it ends at, out with in by default.

    Parameters
    ----------
    network : Network
        Where.
    source, target : {"total", "in", "out"}
        Which degree, as in `degrees`; without meaning in an undirected network.

    Returns
    -------
    Estimate
        Over n ties. nan if the degrees at one end do not vary. The standard error is the jackknife
        of [2]_, :math:`\sqrt{\sum_i (r_i - r)^2}` with :math:`r_i` the correlation without tie i,
        the degrees of people being left as they are.

    References
    ----------
    .. [1] Newman (2002), Assortative mixing in networks, Physical Review Letters 89, 208701.
    .. [2] Newman (2003), Mixing patterns in networks, Physical Review E 67, 026126.
    """
    sources, targets = ends(network)
    x = degrees(network, direction=source)[sources].astype(np.float64)
    y = degrees(network, direction=target)[targets].astype(np.float64)
    return tie_correlation(x, y, directed=network.directed)
