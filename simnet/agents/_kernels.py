"""Draws of founding, and counts of chains' steps."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.chains._kernels import ARRIVED, LOST
from simnet.intrinsics._kernels import item, prefetch
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import uniform

DRAWS_A_PERSON = 6
_CHUNK, _PARTS, _AHEAD = 1024, 16, 16
FORWARDED = 4
"""What a holder did with a chain that went on; the other codes are the chain's own outcomes."""


@njit(cache=True, parallel=True)
def person_draws(key, n, week):
    """Uniform draws, shape (n, DRAWS_A_PERSON), keyed by row, column and week."""
    out = np.empty((n, DRAWS_A_PERSON))
    for i in prange(n):
        for k in range(DRAWS_A_PERSON):
            out[i, k] = uniform(key, i, k, week, 0)
    return out


@njit(cache=True)
def what_became(step, outcome, steps):
    """What the holder at remove `step` did in a chain of that outcome and number of steps.

    The last passing-on arrives or is lost; a drop or expiry is the last holder's, at remove
    `steps`.
    """
    if outcome == ARRIVED or outcome == LOST:
        return outcome if step == steps - 1 else FORWARDED
    return outcome if step == steps else FORWARDED


@njit(cache=True)
def holders(outcome, steps):
    """Number of people who had to decide in a chain of that outcome and number of steps."""
    return steps if outcome == ARRIVED or outcome == LOST else steps + 1


@njit(cache=True, parallel=True)
def count_steps(counts, outcome, steps, paths, people):
    """Count what every holder did: counts[step, holder's strategy, starter's group, what].

    Rows without an outcome (-1) are no chains. Parts are counted side by side and added up.
    """
    chunks = (len(outcome) + _CHUNK - 1) // _CHUNK
    most_steps, strategies, groups, whats = counts.shape
    parts = np.zeros((min(chunks, _PARTS), most_steps, strategies, groups, whats), np.int64)
    for part in prange(len(parts)):
        for chunk in range(part, chunks, _PARTS):
            first = chunk * _CHUNK
            end = min(len(outcome), first + _CHUNK)
            _count_among(parts[part], outcome, steps, paths, people, first, end)
    for part in range(len(parts)):
        counts += parts[part]


@borrowing(forceinline=True)
def _count_among(counts, outcome, steps, paths, people, first, end):
    for n in range(first - _AHEAD, end):
        if n + _AHEAD < end and outcome[n + _AHEAD] >= 0:
            _holders_ahead(outcome[n + _AHEAD], steps[n + _AHEAD], paths, n + _AHEAD, people)
        if n < first or outcome[n] < 0:
            continue
        group = item(people.own, paths[n, 0]).group
        for step in range(holders(outcome[n], steps[n])):
            what = what_became(step, outcome[n], steps[n])
            strategy = item(people.face, paths[n, step]).strategy
            counts[min(step, counts.shape[0] - 1), strategy, group, what] += 1


@borrowing(inline="always")
def _holders_ahead(outcome, steps, paths, n, people):
    prefetch(people.own, paths[n, 0])
    for step in range(holders(outcome, steps)):
        prefetch(people.face, paths[n, step])
