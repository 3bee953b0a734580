"""Kernels that put drawn ties in rows, and that find out whether a tie was drawn before."""

from __future__ import annotations

import numpy as np
from numba import njit

FREE = -1
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: Fibonacci hashing
_HALF = np.uint64(32)


@njit(cache=True)
def pair_rows(n, first, second):
    """Rows of the pairs: where each person's row begins, and in it whom they come first with.

    Two counting sorts: handing out the second ends in ascending order leaves every row ascending.
    """
    begin = _begins(n, second)
    free = begin.copy()
    by_second = np.empty(len(first), np.int32)
    for pair in range(len(first)):
        j = second[pair]
        by_second[free[j]] = first[pair]
        free[j] += 1
    indptr = _begins(n, first)
    free = indptr.copy()
    row = np.empty(len(first), np.int32)
    for j in range(n):
        for place in range(begin[j], begin[j + 1]):
            i = by_second[place]
            row[free[i]] = j
            free[i] += 1
    return indptr, row


@njit(cache=True)
def _begins(n, ends):
    begin = np.zeros(n + 1, np.int64)
    for end in ends:
        begin[end + 1] += 1
    for i in range(n):
        begin[i + 1] += begin[i]
    return begin


@njit(cache=True)
def without_repeats(indptr, row):
    """The rows without what stands in one of them twice."""
    kept = np.empty_like(row)
    begin = np.zeros_like(indptr)
    end = 0
    for i in range(len(indptr) - 1):
        for place in range(indptr[i], indptr[i + 1]):
            if place == indptr[i] or row[place] != row[place - 1]:
                kept[end] = row[place]
                end += 1
        begin[i + 1] = end
    return begin, kept[:end]


@njit(cache=True)
def both_halves(indptr, row):
    """Everybody's neighbours, ascending, from rows that hold each tie once, at its lower end."""
    n = len(indptr) - 1
    begin = np.zeros(n + 1, np.int64)
    for j in row:
        begin[j + 1] += 1
    for i in range(n):
        begin[i + 1] += begin[i] + indptr[i + 1] - indptr[i]
    free = begin.copy()
    neighbours = np.empty(2 * len(row), np.int32)
    # Whoever is below i has been there before i's own row begins.
    for i in range(n):
        for place in range(indptr[i], indptr[i + 1]):
            j = row[place]
            neighbours[free[i]] = j
            free[i] += 1
            neighbours[free[j]] = i
            free[j] += 1
    return begin, neighbours


@njit(cache=True, inline="always")
def slot(table, pair):
    """Where in the table a pair is, or the free place where it is to be put (linear probing)."""
    spread = np.uint64(pair) * _SPREAD >> _HALF
    place = np.int64(spread * np.uint64(len(table)) >> _HALF)
    while table[place] != FREE and table[place] != pair:
        place += 1
        if place == len(table):
            place = np.int64(0)
    return place
