"""Kernels of networks on a ring."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.network.generators._kernels import FREE, slot
from simnet.randomness._kernels import fill_uniform, uniform, uniform2

_BLOCK = 4096  # people that one thread takes at a time
_STAYS = -1


@njit(cache=True, parallel=True)
def draw_wishes(wish, probability, key):
    """Whom each tie of the lattice would move to, by lap and owner; -1 if it stays."""
    n = wish.shape[1]
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        begin = np.int64(block) * _BLOCK
        _draw_wishes(wish, begin, min(n, begin + _BLOCK), probability, key)


@njit(cache=True)
def _draw_wishes(wish, begin, end, probability, key):
    half, n = wish.shape
    draws = np.empty(end - begin)
    for lap in range(half):
        fill_uniform(draws, key, begin, lap, 0, 0)
        for i in range(begin, end):
            wish[lap, i] = _STAYS
            if draws[i - begin] < probability:
                wish[lap, i] = int(uniform(key, i, lap, 1, 0) * n)


@njit(cache=True)
def settle(wish, low, high, table, key):
    """Move ties in the order of laps and owners; how many did, their ends in `low` and `high`.

    A wish for somebody with whom the owner has a tie is drawn anew. If there is nobody else, it is
    withdrawn: the tie stays. `table` has room for the ties that move.
    """
    half, n = wish.shape
    arrivals = np.zeros(n, np.int32)
    wishing = np.empty(n + 1, np.int32)
    count = 0
    for lap in range(half):
        for place in range(_who_wishes(wishing, wish[lap])):
            owner = np.int64(wishing[place])
            new = np.int64(wish[lap, owner])
            there = slot(table, min(owner, new) * n + max(owner, new))
            apart = abs(owner - new)
            if table[there] != FREE or min(apart, n - apart) <= half:
                new, there = _settled(wish, lap, owner, arrivals, table, key)
            if new < 0:
                wish[lap, owner] = _STAYS
                continue
            low[count] = min(owner, new)
            high[count] = max(owner, new)
            table[there] = min(owner, new) * n + max(owner, new)
            arrivals[new] += 1
            count += 1
    return count


@njit(cache=True)
def _who_wishes(wishing, wish):
    """Begin `wishing` with those whose wish is not to stay; their number."""
    count = 0
    for i in range(len(wish)):
        wishing[count] = i
        count += wish[i] >= 0
    return count


@njit(cache=True)
def _settled(wish, lap, owner, arrivals, table, key):
    """Whom the tie that is due moves to, or -1, and the place of the new tie in the table."""
    n = wish.shape[1]
    new = np.int64(wish[lap, owner])
    attempt = 1
    while True:
        there = slot(table, min(owner, new) * n + max(owner, new))
        if table[there] == FREE and not _in_lattice(wish, lap, owner, new):
            return new, there
        if attempt == 1 and _degree(wish, lap, owner, arrivals) == n - 1:
            return _STAYS, there
        attempt += 1
        new = np.int64(uniform(key, owner, lap, attempt, 0) * n)


@njit(cache=True)
def _in_lattice(wish, lap, owner, other):
    """Whether the two are the same or have a tie that is where the lattice has it."""
    half, n = wish.shape
    ahead = other - owner if other >= owner else other - owner + n
    if ahead <= half:
        return ahead == 0 or not _gone(wish, lap, owner, ahead - 1, owner)
    return n - ahead <= half and not _gone(wish, lap, owner, n - ahead - 1, other)


@njit(cache=True)
def _gone(wish, lap, owner, earlier, person):
    """Whether another tie, of the person and an earlier lap, has moved before the one due."""
    if earlier > lap or (earlier == lap and person >= owner):
        return False
    return wish[earlier, person] >= 0


@njit(cache=True)
def _degree(wish, lap, owner, arrivals):
    """How many ties the owner of the tie that is due has."""
    half, n = wish.shape
    degree = half + arrivals[owner]
    for earlier in range(half):
        degree += not _gone(wish, lap, owner, earlier, (owner - earlier - 1) % n)
    return degree


@njit(cache=True, parallel=True)
def lattice_degrees(wish):
    """How many ties of the lattice each person still has."""
    half, n = wish.shape
    degree = np.full(n, 2 * half)
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        begin = np.int64(block) * _BLOCK
        for lap in range(half):
            for i in range(begin, min(n, begin + _BLOCK)):
                degree[i] -= wish[lap, i] >= 0
                degree[i] -= wish[lap, i - lap - 1] >= 0
    return degree


@njit(cache=True, parallel=True)
def with_lattice(neighbours, indptr, wish, begin, row):
    """Everybody's neighbours, ascending: those of the lattice merged with those in the rows."""
    n = wish.shape[1]
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        first = np.int64(block) * _BLOCK
        for i in range(first, min(n, first + _BLOCK)):
            _merge(neighbours, indptr[i], wish, i, row, begin[i], begin[i + 1])


@njit(cache=True)
def _merge(neighbours, free, wish, i, row, place, end):
    half, n = wish.shape
    # The first of 2 * half + 1 steps leads to the lowest person, also where the ring closes.
    step = -i if i < half else n - i if i + half >= n else -half
    for _ in range(2 * half + 1):
        j = i + step
        j = j + n if j < 0 else j - n if j >= n else j
        if (step > 0 and wish[step - 1, i] < 0) or (step < 0 and wish[-step - 1, j] < 0):
            while place < end and row[place] < j:
                neighbours[free] = row[place]
                free += 1
                place += 1
            neighbours[free] = j
            free += 1
        step = -half if step == half else step + 1
    while place < end:
        neighbours[free] = row[place]
        free += 1
        place += 1


@njit(cache=True)
def draw_shortcuts(n, half, probability, key):
    """Two random people for each tie of the lattice that a shortcut is drawn for."""
    draws = np.empty(n)
    first = np.empty(n * half, np.int32)
    second = np.empty(n * half, np.int32)
    count = 0
    for lap in range(half):
        fill_uniform(draws, key, 0, lap, 0, 0)
        for i in range(n):
            if draws[i] < probability:
                one, other = uniform2(key, i, lap, 1, 0)
                first[count] = int(one * n)
                second[count] = int(other * n)
                count += 1
    return first[:count].copy(), second[:count].copy()
