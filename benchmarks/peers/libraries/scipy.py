"""SciPy: sparse arrays and what can be written on them in a few lines; one thread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy
from scipy.sparse import coo_array, csgraph, csr_array

from benchmarks.peers.libraries.arrays import added

VERSION = scipy.__version__


def load(indptr: np.ndarray, neighbours: np.ndarray) -> csr_array:
    people = len(indptr) - 1
    ones = np.ones(len(neighbours), np.int32)
    return csr_array((ones, neighbours, indptr.astype(np.int32)), shape=(people, people))


def watts_strogatz(people: int, degree: int, rewiring: float) -> csr_array:
    rng = np.random.default_rng(1)
    first = np.repeat(np.arange(people), degree // 2)
    second = (first + np.tile(np.arange(1, degree // 2 + 1), people)) % people
    moved = rng.random(len(first)) < rewiring
    rewired = moved.copy()
    while moved.any():
        second[moved] = rng.integers(people, size=np.count_nonzero(moved))
        moved = rewired & (_repeated(first, second, people) | (first == second))
    ones = np.ones(2 * len(first), np.int8)
    ends = np.concatenate((first, second)), np.concatenate((second, first))
    return coo_array((ones, ends), shape=(people, people)).tocsr()


def _repeated(first: np.ndarray, second: np.ndarray, people: int) -> np.ndarray:
    tie = np.minimum(first, second) * people + np.maximum(first, second)
    _, place, times = np.unique(tie, return_inverse=True, return_counts=True)
    return times[place] > 1


def degrees(graph: csr_array) -> np.ndarray:
    return np.diff(graph.indptr)


def distances(graph: csr_array, sources: np.ndarray) -> np.ndarray:
    return added(list(_layers(graph, source)) for source in sources.tolist())


def _layers(graph: csr_array, source: int) -> Iterator[int]:
    """Number of people at distance 0, 1, 2, ... from the source.

    People come in the order in which they are found, so those found through the layer before are
    the next layer, and the places of their predecessors ascend.
    """
    order, predecessors = csgraph.breadth_first_order(graph, source)
    place = np.empty(graph.shape[0], np.int64)
    place[order] = np.arange(len(order))
    through = place[predecessors[order[1:]]]
    begin, end = 0, 1
    while begin < end:
        yield end - begin
        begin, end = end, 1 + int(np.searchsorted(through, end))


def mean_distance(graph: csr_array) -> float:
    people = graph.shape[0]
    counts = distances(graph, np.arange(people))
    return float(np.arange(len(counts)) @ counts / (people * (people - 1)))


def mean_clustering(graph: csr_array) -> float:
    degree = degrees(graph)
    pairs = degree * (degree - 1)
    return float(
        np.mean(np.divide(_triangles(graph), pairs, where=pairs > 0, out=np.zeros(len(pairs))))
    )


def transitivity(graph: csr_array) -> float:
    degree = degrees(graph)
    return float(_triangles(graph).sum() / (degree * (degree - 1)).sum())


def _triangles(graph: csr_array) -> np.ndarray:
    """Twice the number of triangles that each person is in."""
    return (graph @ graph).multiply(graph).sum(axis=1)
