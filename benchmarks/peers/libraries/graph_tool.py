"""graph-tool: C++, all cores. It has no generator of small worlds."""

from __future__ import annotations

import graph_tool
import numpy as np
from graph_tool.clustering import global_clustering, local_clustering
from graph_tool.stats import distance_histogram

from benchmarks.peers.libraries.arrays import pairs

VERSION = graph_tool.__version__.partition(" ")[0]
NEAR = {
    "distances": "from sources that it draws itself",
    "mean_distance": "its threads miscount a few pairs",
}


def load(indptr: np.ndarray, neighbours: np.ndarray) -> graph_tool.Graph:
    graph = graph_tool.Graph(directed=False)
    graph.add_vertex(len(indptr) - 1)
    graph.add_edge_list(np.column_stack(pairs(indptr, neighbours)))
    return graph


def distances(graph: graph_tool.Graph, sources: np.ndarray) -> np.ndarray:
    return distance_histogram(graph, samples=len(sources))[0].astype(np.int64)


def mean_distance(graph: graph_tool.Graph) -> float:
    counts = distance_histogram(graph)[0]
    return float(np.arange(len(counts)) @ counts / counts.sum())


def mean_clustering(graph: graph_tool.Graph) -> float:
    return float(local_clustering(graph).a.mean())


def transitivity(graph: graph_tool.Graph) -> float:
    return global_clustering(graph)[0]
