"""igraph: C, one thread."""

from __future__ import annotations

import random
from math import sqrt

import igraph
import numpy as np

from benchmarks.peers.libraries.arrays import histogram, pairs

VERSION = igraph.__version__
NEAR = {"watts_strogatz": "either end of a tie moves, so the probability is that of one end"}


def load(indptr: np.ndarray, neighbours: np.ndarray) -> igraph.Graph:
    return igraph.Graph(n=len(indptr) - 1, edges=np.column_stack(pairs(indptr, neighbours)))


def watts_strogatz(people: int, degree: int, rewiring: float) -> igraph.Graph:
    random.seed(people)  # igraph draws from it; the same network in every process
    return igraph.Graph.Watts_Strogatz(1, people, degree // 2, 1 - sqrt(1 - rewiring))


def degrees(graph: igraph.Graph) -> list[int]:
    return graph.degree()


def distances(graph: igraph.Graph, sources: np.ndarray) -> np.ndarray:
    return histogram(graph.distances(source=[source])[0] for source in sources.tolist())


def mean_distance(graph: igraph.Graph) -> float:
    return graph.average_path_length()


def mean_clustering(graph: igraph.Graph) -> float:
    return graph.transitivity_avglocal_undirected(mode="zero")


def transitivity(graph: igraph.Graph) -> float:
    return graph.transitivity_undirected()
