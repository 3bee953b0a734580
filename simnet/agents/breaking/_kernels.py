"""Ties break: silent ones go dormant, and what is marked is cut on both sides."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.agents.ahead._kernels import half_ties_ahead
from simnet.agents.crowd import DORMANT, FREE, MUTED, NEVER, NO_OFFER, VACANT
from simnet.agents.mechanisms._kernels import dormancy_hazard, trust_lost
from simnet.agents.rows._kernels import row_of
from simnet.agents.ties._kernels import mate_of
from simnet.intrinsics._kernels import item, prefetch
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import uniform

UPKEEP_WEEKS = 4
_BLOCK = 4096
_STEP = 6


# ---------------------------------------------------------------- marking
@njit(cache=True, parallel=True)
def upkeep(parameters, key, people, ties, week):
    """Thanks that stayed away cost trust; silent ties may go dormant. Marks, does not cut.

    A tie is looked at every `UPKEEP_WEEKS` weeks, from its lower-numbered end, and the hazard of
    those weeks is taken together. It can go dormant when both halves have been silent beyond
    their rhythm. Rows in which nothing can have happened yet are passed over (`People.calm`).
    Returns whose half-ties were marked.
    """
    n = len(people.row)
    marked = np.zeros(n, np.bool_)
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        if (week + block) % UPKEEP_WEEKS == 0:
            first = block * _BLOCK
            _keep_up_some(
                parameters[0], key, people, ties, first, min(n, first + _BLOCK), week, marked
            )
    return marked


@borrowing(forceinline=True)
def _keep_up_some(p, key, people, ties, first, end, week, marked):
    for i in range(first - _STEP, end):
        if i + _STEP < end and people.calm[i + _STEP] <= week:
            half_ties_ahead(people, ties, i + _STEP)
        if i >= first and people.calm[i] <= week:
            marked[i] = _keep_up(p, key, people, ties, i, week)


@borrowing(forceinline=True)
def _keep_up(p, key, people, ties, i, week):
    """Look after i's ties, and find out until when there will be nothing to look after."""
    marked = False
    calm = week + _soonest_silence(p)
    for e in row_of(people, i):
        half = item(ties.half, e)
        if half.flags & VACANT:
            continue
        if half.due != NEVER:
            if week - half.due > p.reciprocity_thanks_half_life:
                half.trust = trust_lost(p, half.trust, p.reciprocity_unthanked)
                half.due = NEVER
            else:
                calm = min(calm, half.due + np.int64(p.reciprocity_thanks_half_life) + 1)
        if not _silent(p, half, week):
            calm = min(calm, half.touched + np.int64(p.decay_broken_rhythm * half.rhythm) + 1)
            continue
        j = item(ties.other, e)
        if j < i:
            continue
        calm = 0
        mate = item(ties.half, mate_of(people, ties, e))
        if not _silent(p, mate, week):
            continue
        hazard = dormancy_hazard(p, float(half.early) + float(mate.early))
        if uniform(key, i, j, week, 0) < 1.0 - (1.0 - hazard) ** UPKEEP_WEEKS:
            half.flags |= DORMANT
            marked = True
    people.calm[i] = calm
    return marked


@borrowing(forceinline=True)
def _silent(p, half, week):
    """Whether j has not heard from i for more than g usual gaps (M12), or has muted i."""
    gap = week - half.touched
    return gap > p.decay_broken_rhythm * half.rhythm or half.flags & MUTED != 0


@borrowing(forceinline=True)
def _soonest_silence(p):
    """Weeks after which a tie touched or born from now on can be silent at the earliest.

    Contacts are a week apart or more, so that no rhythm falls below a week, or below the usual
    gap if a tie begins with a shorter one.
    """
    return np.int64(p.decay_broken_rhythm * min(1.0, np.float32(p.decay_usual_gap))) + 1


# ---------------------------------------------------------------- cutting
@njit(cache=True)
def marked_slots(people, ties, who, flag):
    """Owners and slots of the half-ties that bear the flag, among some people's rows."""
    owners = []
    slots = []
    for i in who:
        for e in row_of(people, i):
            half = item(ties.half, e)
            if half.flags & flag and not half.flags & VACANT:
                owners.append(i)
                slots.append(e)
    return np.array(owners, np.int64), np.array(slots, np.int64)


@borrowing(forceinline=True)
def _marked(people, ties, i, e, flag):
    """Whether half-tie e bears the flag, and the other half does not or belongs to a higher i."""
    j = item(ties.other, e)
    if j == FREE or item(ties.half, e).flags & flag == 0:
        return False
    return i < j or item(ties.half, mate_of(people, ties, e)).flags & flag == 0


@njit(cache=True)
def marked_once(people, ties, owners, slots, flag):
    """Which of some marked half-ties to cut: of a tie marked on both sides, one half."""
    once = np.zeros(len(slots), np.bool_)
    for n in range(-2 * _STEP, len(slots)):
        if n + 2 * _STEP < len(slots):
            prefetch(people.row, item(ties.other, slots[n + 2 * _STEP]))
        if n >= 0:
            once[n] = _marked(people, ties, owners[n], slots[n], flag)
    return once


@njit(cache=True)
def cut_ties(people, ties, owners, slots, n_strategies):
    """Dissolve ties: both halves become free slots. Returns the ends cut, by group and strategy."""
    count = np.zeros((2, n_strategies))
    for n in range(-2 * _STEP, len(slots)):
        if n + 2 * _STEP < len(slots):
            _other_end_ahead(people, ties, slots[n + 2 * _STEP])
        if n < 0:
            continue
        e = slots[n]
        j = item(ties.other, e)
        f = mate_of(people, ties, e)
        for slot in (e, f):
            ties.other[slot] = FREE
            ties.offer[slot] = NO_OFFER
            item(ties.half, slot).flags |= VACANT
        for i in (owners[n], np.int64(j)):
            item(people.face, i).degree -= 1
            count[item(people.own, i).group, item(people.face, i).strategy] += 1
    return count


@borrowing(inline="always")
def _other_end_ahead(people, ties, e):
    j = item(ties.other, e)
    prefetch(people.face, j)
    prefetch(people.own, j)
    prefetch(ties.other, mate_of(people, ties, e))
    prefetch(ties.half, mate_of(people, ties, e))
