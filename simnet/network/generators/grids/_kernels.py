"""Kernels of networks on a grid. Person i is at i % side, i // side % side, i // side**2."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.randomness._kernels import uniform, uniform2

_BLOCK = 1024  # people that one thread takes at a time
_PLACE, _BEHIND, _AHEAD = range(3)


@njit(cache=True, parallel=True)
def draw_contacts(side, dimensions, wraps, each, chances, guide, ranks, exponent, key):
    """Whom each person's `each` long-range ties lead to.

    A distance is drawn by `chances`, which are cumulative, then a point at that distance on an
    endless grid; both are drawn again if nobody is there. With `ranks`, one a distance, the point is
    kept with the probability (rank at the distance / its rank for this person) ** exponent. The
    search for a distance begins at `guide`.
    """
    n = side**dimensions
    contacts = np.empty((n, each), np.int32)
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        begin = np.int64(block) * _BLOCK
        site = np.empty((dimensions, 3), np.int64)
        for i in range(begin, min(n, begin + _BLOCK)):
            look_round(site, i, side, wraps)
            for tie in range(each):
                contacts[i, tie] = contact(site, i, tie, side, chances, guide, ranks, exponent, key)
    return contacts


@njit(cache=True)
def look_round(site, i, side, wraps):
    """A person's place on each axis, and how many sites are behind and ahead of it."""
    for axis in range(len(site)):
        place = i // side**axis % side
        site[axis, _PLACE] = place
        site[axis, _BEHIND] = (side - 1) // 2 if wraps else place
        site[axis, _AHEAD] = side // 2 if wraps else side - 1 - place


@njit(cache=True)
def contact(site, i, tie, side, chances, guide, ranks, exponent, key):
    attempt = 0
    while True:
        where, which = uniform2(key, i, tie, attempt, 0)
        before = guide[int(where * len(guide))]
        while chances[before] <= where:
            before += 1
        distance = before + 1
        j = _point(site, distance, which, side)
        if j >= 0:
            if len(ranks) == 0:
                return j
            share = ranks[before] / _nearer(site, distance)
            if uniform(key, i, tie, attempt, 1) < share**exponent:
                return j
        attempt += 1


@njit(cache=True)
def _point(site, distance, which, side):
    """Somebody at the distance, by a draw in [0, 1), or -1.

    Steps along all axes but the last are any of 0 .. distance, to either side; the last has what is
    left. No steps back are taken as no point, since no steps ahead lead there too: so every point
    of the endless grid has the same chance, 1 / (2 (2 (distance + 1))**(d - 1)).
    """
    last = len(site) - 1
    drawn = int(which * 2 * (2 * (distance + 1)) ** last)
    left = distance
    j = 0
    scale = 1
    for axis in range(last + 1):
        back = drawn & 1
        drawn >>= 1
        steps = left
        if axis < last:
            steps = drawn % (distance + 1)
            drawn //= distance + 1
        left -= steps
        if left < 0 or steps < back or steps > site[axis, _BEHIND if back else _AHEAD]:
            return -1
        place = site[axis, _PLACE] + (-steps if back else steps)
        if place < 0:
            place += side
        elif place >= side:
            place -= side
        j += place * scale
        scale *= side
    return j


@njit(cache=True)
def _nearer(site, distance):
    """How many people, oneself among them, are nearer than `distance`.

    The generating function of the sites by distance is a product over axes: on an axis with b sites
    behind and a ahead, (1 - z**(a + 1) + z - z**(b + 1)) / (1 - z). Each of the 4**d products of
    terms counts the ways to take at most so many steps along d axes.
    """
    dimensions = len(site)
    total = 0
    for product in range(4**dimensions):
        sign = 1
        steps = distance - 1
        for axis in range(dimensions):
            term = product >> 2 * axis & 3
            steps -= term >> 1
            if term & 1:
                sign = -sign
                steps -= site[axis, _BEHIND] if term >> 1 else site[axis, _AHEAD] + 1
        if steps >= 0:
            total += sign * _ways(steps, dimensions)
    return total


@njit(cache=True)
def _ways(steps, dimensions):
    """In how many ways at most so many steps can be taken along the axes, all of them ahead."""
    if dimensions == 1:
        return steps + 1
    if dimensions == 2:
        return (steps + 1) * (steps + 2) // 2
    return (steps + 1) * (steps + 2) * (steps + 3) // 6


@njit(cache=True)
def ranks_at_origin(furthest, side, dimensions, wraps):
    """The rank of people at distance 1, 2, ..., `furthest` from person 0."""
    site = np.empty((dimensions, 3), np.int64)
    look_round(site, 0, side, wraps)
    ranks = np.empty(furthest)
    for distance in range(1, furthest + 1):
        ranks[distance - 1] = _nearer(site, distance)
    return ranks
