"""Who is drawn, and the groups they fall into."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.network import Network
from simnet.network.distances import distances_from
from simnet.network.structure import as_undirected, components, subnetwork
from simnet.randomness import stream_key

People = NDArray[np.int64]


def around_somebody(network: Network, n: int, seed: int) -> Network:
    """The n people nearest to one drawn at random from the largest component, with their ties."""
    from simnet.randomness._kernels import uniform

    found = components(network)
    candidates = np.flatnonzero(found.labels == np.argmax(found.sizes))
    u = uniform(stream_key(seed, 0, "sample"), 0, 0, 0, 0)
    steps = distances_from(as_undirected(network), int(candidates[int(u * len(candidates))]))
    reached = np.flatnonzero(steps >= 0)
    nearest = reached[np.argsort(steps[reached], kind="stable")][:n]
    return subnetwork(network, np.sort(nearest))


def groups_of(network: Network, seed: int) -> NDArray[np.int64]:
    """Everybody's group by modularity (Blondel et al. 2008), the largest group first."""
    import networkx

    graph: Any = networkx.Graph()
    graph.add_nodes_from(range(network.n_people))
    graph.add_edges_from(zip(network.sources.tolist(), network.neighbours.tolist(), strict=True))
    groups = networkx.community.louvain_communities(graph, weight=None, seed=seed)
    group = np.empty(network.n_people, np.int64)
    for place, members in enumerate(sorted(groups, key=lambda some: (-len(some), min(some)))):
        group[list(members)] = place
    return group
