"""The two ends of every tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network


def ends(network: Network) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Source and target of each tie; of an undirected one the lower number and the higher."""
    sources, targets = network.sources, network.neighbours
    if network.directed:
        return sources, targets
    once = sources < targets
    return sources[once], targets[once]
