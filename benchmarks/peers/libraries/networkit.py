"""NetworKit: C++, all cores in what is measured here but the generator."""

from __future__ import annotations

import networkit
import numpy as np

from benchmarks.peers.libraries.arrays import histogram, pairs

VERSION = networkit.__version__


def load(indptr: np.ndarray, neighbours: np.ndarray) -> networkit.Graph:
    rows, columns = (ends.astype(np.uint64) for ends in pairs(indptr, neighbours))
    weights = np.ones(len(rows))
    return networkit.GraphFromCoo((weights, (rows, columns)), n=len(indptr) - 1, weighted=False)


def watts_strogatz(people: int, degree: int, rewiring: float) -> networkit.Graph:
    return networkit.generators.WattsStrogatzGenerator(people, degree // 2, rewiring).generate()


def degrees(graph: networkit.Graph) -> list[int]:
    return [graph.degree(node) for node in graph.iterNodes()]


def distances(graph: networkit.Graph, sources: np.ndarray) -> np.ndarray:
    searches = networkit.distance.SPSP(graph, sources.tolist())
    searches.run()
    return histogram(searches.getDistances(asarray=True))


def mean_distance(graph: networkit.Graph) -> float:
    function = networkit.distance.NeighborhoodFunction(graph)
    function.run()
    within = np.array([0, *function.getNeighborhoodFunction()])  # pairs within 0, 1, 2, ... steps
    return float(np.arange(1, len(within)) @ np.diff(within) / within[-1])


def mean_clustering(graph: networkit.Graph) -> float:
    clustering = networkit.centrality.LocalClusteringCoefficient(graph, True)
    clustering.run()
    return float(np.mean(clustering.scores()))


def transitivity(graph: networkit.Graph) -> float:
    return networkit.globals.ClusteringCoefficient.exactGlobal(graph)
