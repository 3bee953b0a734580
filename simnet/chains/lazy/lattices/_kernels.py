"""Letters across a lattice whose long ties are drawn for each holder anew, and are then the same.

Person i is at i % side, i // side % side, ... as in `simnet.network.generators.grids`, whose
kernels draw the ties.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.network.generators.grids._kernels import contact, look_round
from simnet.randomness._kernels import uniform

ARRIVED, DROPPED = 0, 1
_BLOCK = 16  # letters that one thread takes at a time
_TAKES_PART, _CHOOSES = 0, 1
_PLACE, _BEHIND, _AHEAD = range(3)
_NO_RANKS = np.empty(0)


@njit(cache=True)
def draw_long_ties(people, side, dimensions, wraps, each, chances, guide, exponent, ties_key):
    """Whom the long ties of the people lead to, one row a person."""
    drawn = np.empty((len(people), each), np.int64)
    site = np.empty((dimensions, 3), np.int64)
    for row in range(len(people)):
        look_round(site, people[row], side, wraps)
        for tie in range(each):
            drawn[row, tie] = contact(
                site, people[row], tie, side, chances, guide, _NO_RANKS, exponent, ties_key
            )
    return drawn


@njit(cache=True, parallel=True)
def send_greedily(
    starters,
    targets,
    path,
    side,
    dimensions,
    wraps,
    each,
    chances,
    guide,
    exponent,
    participation,
    ties_key,
    key,
):
    """Outcome and steps of every letter; `path` is filled unless it has no columns."""
    n = len(starters)
    outcome = np.empty(n, np.int8)
    steps = np.empty(n, np.int32)
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        site = np.empty((dimensions, 3), np.int64)
        goal = np.empty(dimensions, np.int64)
        alters = np.empty(2 * dimensions + each, np.int64)
        apart = np.empty(2 * dimensions + each, np.int64)
        for place in range(_BLOCK):
            letter = np.int64(block) * _BLOCK + place
            if letter == n:
                break
            outcome[letter], steps[letter] = _run(
                letter, starters[letter], targets[letter], path[letter], site, goal, alters, apart, side, wraps, each, chances, guide, exponent, participation, ties_key, key
            )  # fmt: skip
    return outcome, steps


@njit(cache=True)
def _run(
    letter,
    holder,
    target,
    path,
    site,
    goal,
    alters,
    apart,
    side,
    wraps,
    each,
    chances,
    guide,
    exponent,
    participation,
    ties_key,
    key,
):
    """One letter to its end; `site`, `goal`, `alters` and `apart` are room to work in."""
    for axis in range(len(goal)):
        goal[axis] = target // side**axis % side
    _note(path, 0, holder)
    step = 0
    while holder != target:
        if uniform(key, letter, step, _TAKES_PART, 0) >= participation:
            return DROPPED, step
        look_round(site, holder, side, wraps)
        known = _neighbours(alters, apart, site, goal, holder, side, wraps)
        for tie in range(each):
            alter = contact(site, holder, tie, side, chances, guide, _NO_RANKS, exponent, ties_key)
            alters[known] = alter
            apart[known] = _distance(alter, goal, side, wraps)
            known += 1
        holder = _nearest(alters, apart, known, key, letter, step)
        step += 1
        _note(path, step, holder)
    return ARRIVED, step


@njit(cache=True)
def _note(path, step, holder):
    if len(path):
        path[step] = holder


@njit(cache=True)
def _along(a, b, side, wraps):
    """Steps from place a to place b of an axis."""
    apart = abs(a - b)
    return min(apart, side - apart) if wraps else apart


@njit(cache=True)
def _distance(person, goal, side, wraps):
    total = 0
    for axis in range(len(goal)):
        total += _along(person % side, goal[axis], side, wraps)
        person //= side
    return total


@njit(cache=True)
def _neighbours(alters, apart, site, goal, holder, side, wraps):
    """The holder's neighbours on the lattice, how far each is from the goal, and their number."""
    whole = _distance(holder, goal, side, wraps)
    known = 0
    scale = 1
    for axis in range(len(site)):
        place = site[axis, _PLACE]
        others = whole - _along(place, goal[axis], side, wraps)
        for move, room in ((-1, site[axis, _BEHIND]), (1, site[axis, _AHEAD])):
            if room:
                there = (place + move) % side
                alters[known] = holder + (there - place) * scale
                apart[known] = others + _along(there, goal[axis], side, wraps)
                known += 1
        scale *= side
    return known


@njit(cache=True)
def _nearest(alters, apart, known, key, letter, step):
    """Who is nearest; of several, who has the lowest draw."""
    best = 0
    lowest = -1.0  # not drawn yet
    for other in range(1, known):
        if apart[other] > apart[best]:
            continue
        if apart[other] < apart[best]:
            best = other
            lowest = -1.0
            continue
        if lowest < 0.0:
            lowest = uniform(key, letter, step, _CHOOSES, alters[best])
        draw = uniform(key, letter, step, _CHOOSES, alters[other])
        if draw < lowest:
            best = other
            lowest = draw
    return alters[best]
