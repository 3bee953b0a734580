"""simnet: Python and Numba, all cores."""

from __future__ import annotations

import numpy as np

import simnet
from benchmarks.peers.graphs import SEED
from simnet import network
from simnet.network import Network, structure
from simnet.network.distances import distances as distances_from

VERSION = simnet.__version__


def load(indptr: np.ndarray, neighbours: np.ndarray) -> Network:
    return Network(indptr, neighbours)


def watts_strogatz(people: int, degree: int, rewiring: float) -> Network:
    return network.watts_strogatz(people, degree, rewiring, seed=SEED)


def degrees(graph: Network) -> np.ndarray:
    return graph.degree


def kleinberg(side: int) -> Network:
    return network.kleinberg(side, torus=False, directed=True, seed=SEED)


def mean_length(graph: Network) -> float:
    lengths = graph.spaces["lattice"].distance(graph.people, graph.sources, graph.neighbours)
    return float(lengths[lengths > 1].mean())


def distances(graph: Network, sources: np.ndarray) -> np.ndarray:
    """From the people whom simnet draws with that seed, who are the sources of all libraries."""
    counts = distances_from(graph, sources=len(sources), seed=SEED).counts
    return np.concatenate(([0], counts))


def mean_distance(graph: Network) -> float:
    return distances_from(graph, sources="all", seed=SEED).mean.value


def mean_clustering(graph: Network) -> float:
    return structure.mean_clustering(graph)


def transitivity(graph: Network) -> float:
    return structure.transitivity(graph)
