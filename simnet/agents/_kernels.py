"""Draws of founding, and counts of chains' steps."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.chains._kernels import ARRIVED, LOST
from simnet.randomness._kernels import uniform

DRAWS_A_PERSON = 6
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


@njit(cache=True)
def count_steps(counts, kind, outcome, steps, paths, strategy, group):
    """Count what every holder did: counts[kind, step, holder's strategy, starter's group, what]."""
    for n in range(len(outcome)):
        starter_group = group[paths[n, 0]]
        for step in range(holders(outcome[n], steps[n])):
            what = what_became(step, outcome[n], steps[n])
            holder = strategy[paths[n, step]]
            counts[kind, min(step, counts.shape[1] - 1), holder, starter_group, what] += 1
