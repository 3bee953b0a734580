"""Kernels of the generators."""

from __future__ import annotations

import numpy as np
from numba import njit

from simnet.randomness._kernels import uniform


@njit(cache=True)
def rewire_ring(n, half, probability, key):
    """Other end of the tie that each person owns in each lap, and everybody's number of ties.

    Two people are tied if and only if one of them is among the other ends of the other.
    """
    other = np.empty((n, half), np.int32)
    degree = np.empty(n, np.int64)
    for i in range(n):
        degree[i] = 2 * half
        for lap in range(half):
            other[i, lap] = (i + lap + 1) % n
    for lap in range(half):
        for i in range(n):
            if degree[i] == n - 1 or uniform(key, i, lap, 0, 0) >= probability:
                continue
            new = i
            attempt = 0
            while new == i or _tied(other, i, new):
                attempt += 1
                new = int(uniform(key, i, lap, attempt, 0) * n)
            degree[other[i, lap]] -= 1
            degree[new] += 1
            other[i, lap] = new
    return other, degree


@njit(cache=True)
def _tied(other, a, b):
    half = other.shape[1]
    lap = 0
    while lap < half and other[a, lap] != b and other[b, lap] != a:
        lap += 1
    return lap < half


@njit(cache=True)
def sorted_rows(other, indptr):
    """Everybody's neighbours in ascending order, by two counting sorts of the half-ties."""
    n, half = other.shape
    unsorted = np.empty(indptr[n], np.int32)
    free = np.empty(n, np.int64)
    for i in range(n):
        free[i] = indptr[i]
    for i in range(n):
        for lap in range(half):
            j = other[i, lap]
            unsorted[free[i]] = j
            free[i] += 1
            unsorted[free[j]] = i
            free[j] += 1
    # Handing out the people in ascending order leaves every row ascending.
    neighbours = np.empty(indptr[n], np.int32)
    for i in range(n):
        free[i] = indptr[i]
    for i in range(n):
        for place in range(indptr[i], indptr[i + 1]):
            j = unsorted[place]
            neighbours[free[j]] = i
            free[j] += 1
    return neighbours
