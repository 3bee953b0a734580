"""NetworkX: Python, one thread."""

from __future__ import annotations

import networkx
import numpy as np

from benchmarks.peers.libraries.arrays import histogram, pairs

VERSION = networkx.__version__


def load(indptr: np.ndarray, neighbours: np.ndarray) -> networkx.Graph:
    graph = networkx.empty_graph(len(indptr) - 1)
    graph.add_edges_from(zip(*(ends.tolist() for ends in pairs(indptr, neighbours)), strict=True))
    return graph


def watts_strogatz(people: int, degree: int, rewiring: float) -> networkx.Graph:
    return networkx.watts_strogatz_graph(people, degree, rewiring, seed=1)


def degrees(graph: networkx.Graph) -> list[int]:
    return [degree for _, degree in graph.degree]


def kleinberg(side: int) -> networkx.DiGraph:
    return networkx.navigable_small_world_graph(side, seed=1)


def mean_length(graph: networkx.DiGraph) -> float:
    ends = np.array(list(graph.edges))
    lengths = np.abs(ends[:, 0] - ends[:, 1]).sum(axis=1)
    return float(lengths[lengths > 1].mean())


def distances(graph: networkx.Graph, sources: np.ndarray) -> np.ndarray:
    found = (networkx.single_source_shortest_path_length(graph, one) for one in sources.tolist())
    return histogram(list(lengths.values()) for lengths in found)


def mean_distance(graph: networkx.Graph) -> float:
    return networkx.average_shortest_path_length(graph)


def mean_clustering(graph: networkx.Graph) -> float:
    return networkx.average_clustering(graph)


def transitivity(graph: networkx.Graph) -> float:
    return networkx.transitivity(graph)
