"""rustworkx: Rust, all cores in what runs over the whole graph."""

from __future__ import annotations

import numpy as np
import rustworkx

from benchmarks.peers.libraries.arrays import added, pairs

VERSION = rustworkx.__version__


def load(indptr: np.ndarray, neighbours: np.ndarray) -> rustworkx.PyGraph:
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(indptr) - 1))
    rows, columns = (ends.tolist() for ends in pairs(indptr, neighbours))
    graph.add_edges_from_no_data(list(zip(rows, columns, strict=True)))
    return graph


def distances(graph: rustworkx.PyGraph, sources: np.ndarray) -> np.ndarray:
    layers = (rustworkx.bfs_layers(graph, [source]) for source in sources.tolist())
    return added([len(layer) for layer in found] for found in layers)


def mean_distance(graph: rustworkx.PyGraph) -> float:
    return rustworkx.unweighted_average_shortest_path_length(graph)


def transitivity(graph: rustworkx.PyGraph) -> float:
    return rustworkx.transitivity(graph)
