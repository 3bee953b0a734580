"""franken-networkx: NetworkX's functions in Rust, all cores in most of what is measured here."""

from __future__ import annotations

import franken_networkx
import numpy as np

from benchmarks.peers.libraries.arrays import histogram, pairs

VERSION = franken_networkx.__version__


def load(indptr: np.ndarray, neighbours: np.ndarray) -> franken_networkx.Graph:
    graph = franken_networkx.empty_graph(len(indptr) - 1)
    graph.add_edges_from(zip(*(ends.tolist() for ends in pairs(indptr, neighbours)), strict=True))
    return graph


def watts_strogatz(people: int, degree: int, rewiring: float) -> franken_networkx.Graph:
    return franken_networkx.watts_strogatz_graph(people, degree, rewiring, seed=1)


def degrees(graph: franken_networkx.Graph) -> list[int]:
    return [degree for _, degree in graph.degree]


def kleinberg(side: int) -> franken_networkx.DiGraph:
    return franken_networkx.navigable_small_world_graph(side, seed=1)


def mean_length(graph: franken_networkx.DiGraph) -> float:
    ends = np.array(list(graph.edges))
    lengths = np.abs(ends[:, 0] - ends[:, 1]).sum(axis=1)
    return float(lengths[lengths > 1].mean())


def distances(graph: franken_networkx.Graph, sources: np.ndarray) -> np.ndarray:
    return histogram(franken_networkx.shortest_path_length_matrix(graph, sources.tolist()))


def mean_distance(graph: franken_networkx.Graph) -> float:
    return franken_networkx.average_shortest_path_length(graph)


def mean_clustering(graph: franken_networkx.Graph) -> float:
    return franken_networkx.average_clustering(graph)


def transitivity(graph: franken_networkx.Graph) -> float:
    return franken_networkx.transitivity(graph)
