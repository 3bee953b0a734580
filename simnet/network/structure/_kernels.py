"""Kernels of the structure measures.

Threads take turns at blocks of people, so that hubs do not meet in one of them, and what they find
is either kept by person or tie, or summed in integers: the result is the same for any number of
threads. Indices are made unsigned in hot loops, which spares the test for negative ones.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.randomness._kernels import uniform

_BLOCK = 64


@njit(cache=True)
def uniforms(key, replicate, n):
    """Draws in [0, 1), keyed by replicate and place."""
    draws = np.empty(n)
    for i in range(n):
        draws[i] = uniform(key, replicate, i, 0, 0)
    return draws


# Triangles, with each tie on the side of its end of lower rank: the upper alters of person i are
# upper[start[i]:end[i]], ascending.


@njit(cache=True, parallel=True)
def rank_by_number(indptr, neighbours, start):
    """start[i]: where in the row of i those of higher number begin; rows are ascending."""
    for i in prange(len(start)):
        lower = 0
        for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
            lower += neighbours[e] < i
        start[i] = indptr[i] + lower


@njit(cache=True, inline="always")
def _rank(degree, i):
    """Rank by degree and then by number, in one comparison."""
    return (np.int64(degree[i]) << 32) | np.int64(i)


@njit(cache=True, parallel=True)
def count_upward(indptr, neighbours, degree, counts):
    """counts[i + 1]: how many alters of person i are of higher rank."""
    for i in prange(len(degree)):
        rank = _rank(degree, i)
        above = 0
        for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
            above += _rank(degree, np.uint32(neighbours[e])) > rank
        counts[i + 1] = above


@njit(cache=True, parallel=True)
def point_upward(indptr, neighbours, degree, start, upper):
    """Fill upper[start[i]:start[i + 1]] with the alters of i that are of higher rank."""
    for i in prange(len(degree)):
        rank = _rank(degree, i)
        place = np.uint64(start[i])
        end = np.uint64(start[i + 1])
        for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
            j = np.uint32(neighbours[e])
            if place < end:
                upper[place] = j
            place += np.uint64(_rank(degree, j) > rank)


@njit(cache=True, parallel=True)
def count_triangles(start, end, upper, counts, marked):
    """Add to counts[thread, i] the triangles of person i that the thread has found.

    A triangle is found at its person of lowest rank. `marked` is zero before and after.
    """
    n = len(start)
    threads = len(counts)
    fetched = np.zeros(threads, np.int64)
    for thread in prange(threads):
        mark = marked[thread]
        count = counts[thread]
        for block in range(thread, (n + _BLOCK - 1) // _BLOCK, threads):
            first = block * _BLOCK
            last = min(n, first + _BLOCK)
            fetched[thread] += _fetch(start, end, upper, first, last)
            for i in range(first, last):
                if end[i] - start[i] > 1:
                    _triangles_from(start, end, upper, i, mark, count)
    return fetched


@njit(cache=True, parallel=True)
def total_triangles(start, end, upper, marked):
    """Number of triangles, without saying whose; otherwise as `count_triangles`."""
    n = len(start)
    threads = len(marked)
    fetched = np.zeros(threads, np.int64)
    total = 0
    for thread in prange(threads):
        mark = marked[thread]
        found = 0
        for block in range(thread, (n + _BLOCK - 1) // _BLOCK, threads):
            first = block * _BLOCK
            last = min(n, first + _BLOCK)
            fetched[thread] += _fetch(start, end, upper, first, last)
            for i in range(first, last):
                if end[i] - start[i] > 1:
                    found += _closed_from(start, end, upper, i, mark)
        total += found
    return total, fetched


@njit(cache=True, inline="always")
def _fetch(start, end, upper, first, last):
    """Read where the rows of all these alters begin, so that memory is waited for at once."""
    total = 0
    greatest = len(upper) - 1
    for i in range(first, last):
        for e in range(np.uint64(start[i]), np.uint64(end[i])):
            total += upper[np.uint64(min(start[np.uint32(upper[e])], greatest))]
    return total


@njit(cache=True, inline="always")
def _set(mark, upper, row, value):
    for e in range(*row):
        mark[np.uint32(upper[e])] = value


@njit(cache=True, inline="always")
def _closed_from(start, end, upper, i, mark):
    """Mark the upper alters of i, and look through the upper alters of each for marked ones."""
    row = np.uint64(start[i]), np.uint64(end[i])
    _set(mark, upper, row, 1)
    closed = 0
    for e in range(*row):
        j = np.uint32(upper[e])
        for f in range(np.uint64(start[j]), np.uint64(end[j])):
            closed += mark[np.uint32(upper[f])]
    _set(mark, upper, row, 0)
    return closed


@njit(cache=True, inline="always")
def _triangles_from(start, end, upper, i, mark, count):
    """The same, counted for all three people of each triangle."""
    row = np.uint64(start[i]), np.uint64(end[i])
    _set(mark, upper, row, 1)
    of_i = 0
    for e in range(*row):
        j = np.uint32(upper[e])
        of_j = 0
        for f in range(np.uint64(start[j]), np.uint64(end[j])):
            k = np.uint32(upper[f])
            hit = mark[k]
            count[k] += hit
            of_j += hit
        count[j] += of_j
        of_i += of_j
    count[i] += of_i
    _set(mark, upper, row, 0)


# Alters that the two ends of a tie share


@njit(cache=True, parallel=True)
def through_shared(indptr, neighbours, first, second, held):
    """For each half-tie (i, j), the sum of first[i, q] * second[j, q] over the alters q they share.

    `first` and `second` have a value for each half-tie; `held` is zero, of shape (threads, n),
    before and after.
    """
    n = len(indptr) - 1
    threads = len(held)
    total = np.zeros(len(neighbours))
    for thread in prange(threads):
        value = held[thread]
        for block in range(thread, (n + _BLOCK - 1) // _BLOCK, threads):
            for i in range(block * _BLOCK, min(n, (block + 1) * _BLOCK)):
                for e in range(indptr[i], indptr[i + 1]):
                    value[neighbours[e]] = first[e]
                for e in range(indptr[i], indptr[i + 1]):
                    total[e] = _shared(indptr, neighbours, second, value, i, neighbours[e])
                for e in range(indptr[i], indptr[i + 1]):
                    value[neighbours[e]] = 0.0
    return total


@njit(cache=True)
def _shared(indptr, neighbours, second, value, i, j):
    """The sum over alters in ascending order; by searching the row of j if it is much longer."""
    begin, end = indptr[j], indptr[j + 1]
    total = 0.0
    if end - begin <= 16 * (indptr[i + 1] - indptr[i]):
        for f in range(begin, end):
            total += value[np.uint32(neighbours[f])] * second[f]
        return total
    for e in range(indptr[i], indptr[i + 1]):
        f = begin + np.searchsorted(neighbours[begin:end], neighbours[e])
        if f < end and neighbours[f] == neighbours[e]:
            total += value[neighbours[e]] * second[f]
    return total


# Components, cores, bridges


@njit(cache=True)
def first_of_component(indptr, neighbours):
    """The least person of everybody's weak component, by joining trees at each tie."""
    n = len(indptr) - 1
    above = np.arange(n)
    for i in range(n):
        for e in range(indptr[i], indptr[i + 1]):
            a = _root(above, i)
            b = _root(above, neighbours[e])
            above[max(a, b)] = min(a, b)
    for i in range(n):
        above[i] = above[above[i]]
    return above


@njit(cache=True, inline="always")
def _root(above, i):
    while above[i] != i:
        above[i] = above[above[i]]
        i = above[i]
    return i


@njit(cache=True)
def core_numbers(indptr, neighbours):
    """Take away the people of least degree one by one, keeping all sorted by what they have left.

    Batagelj and Zaversnik's algorithm: `order` holds the people in bins of equal degree left.
    """
    n = len(indptr) - 1
    left = np.empty(n, np.int64)
    for i in range(n):
        left[i] = indptr[i + 1] - indptr[i]
    bins = np.zeros(n + 1, np.int64)
    for i in range(n):
        bins[left[i] + 1] += 1
    bins = np.cumsum(bins)
    order = np.empty(n, np.int64)
    place = np.empty(n, np.int64)
    free = bins.copy()
    for i in range(n):
        place[i] = free[left[i]]
        order[place[i]] = i
        free[left[i]] += 1
    for k in range(n):
        i = order[k]
        for e in range(indptr[i], indptr[i + 1]):
            j = neighbours[e]
            if left[j] > left[i]:
                _move_down(order, place, bins, left, j)
    return left


@njit(cache=True)
def _move_down(order, place, bins, left, j):
    """One tie less for j: swap it with the first of its bin, and let the bin begin after it."""
    begin = bins[left[j]]
    other = order[begin]
    order[begin], order[place[j]] = j, other
    place[other] = place[j]
    place[j] = begin
    bins[left[j]] += 1
    left[j] -= 1


@njit(cache=True)
def bridge_ends(indptr, neighbours):
    """Lower end in the search, and upper end, of every bridge, by one depth-first search (Tarjan).

    `low` is the earliest person that can be reached from below somebody without the tie by which
    the search came; the tie is a bridge if that is nobody earlier.
    """
    n = len(indptr) - 1
    came_from = np.full(n, -1, np.int64)
    found = np.full(n, -1, np.int64)
    low = np.empty(n, np.int64)
    free = indptr[:-1].copy()
    below = np.empty(n, np.int32)
    above = np.empty(n, np.int32)
    n_bridges = 0
    clock = 0
    for start in range(n):
        if found[start] >= 0:
            continue
        i = start
        found[i] = low[i] = clock
        clock += 1
        while i >= 0:
            if free[i] < indptr[i + 1]:
                j = neighbours[free[i]]
                free[i] += 1
                if found[j] < 0:
                    came_from[j] = i
                    found[j] = low[j] = clock
                    clock += 1
                    i = j
                elif j != came_from[i]:
                    low[i] = min(low[i], found[j])
                continue
            parent = came_from[i]
            if parent >= 0:
                low[parent] = min(low[parent], low[i])
                if low[i] == found[i]:
                    below[n_bridges], above[n_bridges] = i, parent
                    n_bridges += 1
            i = parent
    return below[:n_bridges], above[:n_bridges]


@njit(cache=True, parallel=True)
def detours(indptr, neighbours, sources, targets, seen, queues):
    """Distance of the two ends of each tie when the tie itself is not there; inf if none is left.

    `seen` is zero, of shape (threads, n), and `queues` of shape (threads, 2, n).
    """
    threads = len(seen)
    length = np.empty(len(sources))
    for thread in prange(threads):
        for tie in range(thread, len(sources), threads):
            ends = sources[tie], targets[tie]
            length[tie] = _detour(
                indptr, neighbours, ends, seen[thread], queues[thread], 2 * tie + 1
            )
    return length


@njit(cache=True)
def _detour(indptr, neighbours, ends, seen, queue, mark):
    """Breadth-first from both ends, the smaller front first, until one meets the other."""
    begin, end = np.zeros(2, np.int64), np.ones(2, np.int64)
    queue[0, 0], queue[1, 0] = ends
    seen[ends[0]], seen[ends[1]] = mark, mark + 1
    steps = 0
    while begin[0] < end[0] and begin[1] < end[1]:
        side = 0 if end[0] - begin[0] <= end[1] - begin[1] else 1
        own, other = mark + side, mark + 1 - side
        steps += 1
        last = end[side]
        for place in range(begin[side], last):
            i = queue[side, place]
            for e in range(indptr[i], indptr[i + 1]):
                j = neighbours[e]
                if seen[j] == other and not (i == ends[side] and j == ends[1 - side]):
                    return np.float64(steps)
                if seen[j] != other and seen[j] != own:
                    seen[j] = own
                    queue[side, end[side]] = j
                    end[side] += 1
        begin[side] = last
    return np.inf
