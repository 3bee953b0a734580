"""Kernels of networks of people in hierarchies."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.network.generators._kernels import FREE, slot
from simnet.randomness._kernels import uniform2

_BLOCK = 4096  # attempts that one thread takes at a time
_NOBODY = -1


@njit(cache=True, parallel=True)
def draw_pairs(pairs, begin, groups, members, first, branching, chances, key):
    """The pairs drawn by the attempts `begin`, `begin` + 1, ...: -1 where nobody was that far.

    `members` are the people of each hierarchy by group; those of group g begin at ``first[h, g]``.
    """
    for block in prange((len(pairs) + _BLOCK - 1) // _BLOCK):
        place = np.int64(block) * _BLOCK
        for attempt in range(begin + place, begin + min(len(pairs), place + _BLOCK)):
            pairs[attempt - begin] = _pair(attempt, groups, members, first, branching, chances, key)


@njit(cache=True)
def _pair(attempt, groups, members, first, branching, chances, key):
    hierarchies, n = groups.shape
    who, which = uniform2(key, attempt, attempt >> 32, 0, 0)
    far, whom = uniform2(key, attempt, attempt >> 32, 1, 0)
    i = int(who * n)
    h = int(which * hierarchies)
    height = 0
    while chances[height] <= far:
        height += 1
    j = _alter(i, h, height, whom, groups, members, first, branching)
    return _NOBODY if j < 0 else min(i, j) * n + max(i, j)


@njit(cache=True)
def _alter(i, h, height, whom, groups, members, first, branching):
    """Somebody whose group first meets that of i at the height, by a draw in [0, 1), or -1."""
    width = branching**height
    lowest = groups[h, i] - groups[h, i] % width
    begin, end = first[h, lowest], first[h, lowest + width]
    if height == 0:
        if end - begin < 2:
            return _NOBODY
        j = np.int64(members[h, begin + int(whom * (end - begin - 1))])
        return np.int64(members[h, end - 1]) if j == i else j
    inner = width // branching
    lowest = groups[h, i] - groups[h, i] % inner
    near, beyond = first[h, lowest], first[h, lowest + inner]
    there = end - begin - (beyond - near)
    if there == 0:
        return _NOBODY
    place = begin + int(whom * there)
    return np.int64(members[h, place if place < near else place + beyond - near])


@njit(cache=True)
def add_new(known, table, pairs, count):
    """Add the pairs not yet there to the first `count` of `known` until it is full; their number.

    `table` has room for them all.
    """
    for pair in pairs:
        if count == len(known):
            break
        if pair == _NOBODY:
            continue
        place = slot(table, pair)
        if table[place] == FREE:
            table[place] = pair
            known[count] = pair
            count += 1
    return count
