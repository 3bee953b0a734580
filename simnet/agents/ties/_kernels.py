"""Half-ties: brought to the present, touched, found, begun, written down."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.agents.crowd import (
    FREE,
    MUTED,
    NEVER,
    NO_OFFER,
    PRIOR,
    TALKED,
    VACANT,
)
from simnet.agents.mechanisms._kernels import (
    decayed,
    favours_left,
    grown,
    salience_now,
)
from simnet.agents.rows._kernels import before, end_of, lines_of, row_of
from simnet.elementary._kernels import exp, log
from simnet.intrinsics._kernels import equal, item, lowest_bit
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import uniform, uniform2

_RHYTHM_WEIGHT = 0.25
_CHUNK = 4096


@borrowing(forceinline=True)
def mate_of(people, ties, e):
    """The slot of the other half of the tie in slot e."""
    return item(people.row, item(ties.other, e)).start + item(ties.mate, e)


@borrowing(forceinline=True)
def half_strength(p, half, week):
    """Strength from one side, now."""
    since = half.touched
    return decayed(p, half.strength, half.peak, week - since, since - half.born)


@borrowing(forceinline=True)
def tie_strength(p, people, ties, e, week):
    """Strength of the tie: 1 - (1 - s_ij)(1 - s_ji), as if both sides' hours were added up."""
    mate = item(ties.half, mate_of(people, ties, e))
    return 1.0 - (1.0 - half_strength(p, item(ties.half, e), week)) * (
        1.0 - half_strength(p, mate, week)
    )


@borrowing(forceinline=True)
def salience(p, half, week):
    """How front of mind i is with j now, for the half-tie i -> j."""
    return salience_now(p, half.salience, week - half.touched, half.flags & TALKED != 0)


@borrowing(forceinline=True)
def favours_given(p, half, week):
    """Favours i gave j that still count, for the half-tie i -> j."""
    if half.given == 0.0:
        return 0.0
    return favours_left(p, half.given, week - half.touched)


@borrowing()
def touch(p, half, week, growth, gain, talk):
    """j hears from i: the half-tie i -> j is brought to the present, grows and comes to mind.

    Of the strength and salience still missing, `growth` and `gain` are the shares added. With somebody who has muted i, time passes and nothing is gained. Returns whether j heard.
    """
    gap = week - half.touched
    strength = half_strength(p, half, week)
    mind = salience(p, half, week)
    half.given = favours_given(p, half, week)
    heard = half.flags & MUTED == 0
    if heard:
        strength = grown(strength, growth)
        if talk:
            half.flags |= TALKED
        elif mind <= p.attention_light:
            half.flags &= ~TALKED & 0xFF
        mind += gain * (1.0 - mind)
        if gap > 0:
            half.rhythm += _RHYTHM_WEIGHT * (gap - half.rhythm)
            young = week - half.born <= p.decay_early_weeks
            if young and half.born >= 0 and half.early < 255:
                half.early += 1
    half.strength = strength
    half.peak = max(half.peak, half.strength)
    half.salience = mind
    half.touched = week
    return heard


@borrowing(forceinline=True)
def slot_of(people, ties, i, j):
    """The slot of i's half-tie to j, -1 if they are not tied."""
    end = end_of(people, i)
    for line in lines_of(people, i):
        which = equal(ties.other, line, j) & before(line, end)
        if which != 0:
            return line + lowest_bit(which)
    return -1


@borrowing(forceinline=True)
def tied(people, ties, i, j):
    """Whether two people are tied; looks in i's row."""
    return slot_of(people, ties, i, j) >= 0


@borrowing(forceinline=True)
def mutual(people, ties, i, j):
    """Number of people tied to both."""
    count = 0
    for e in row_of(people, i):
        a = item(ties.other, e)
        if a != FREE and slot_of(people, ties, j, a) >= 0:
            count += 1
    return count


@borrowing(forceinline=True)
def living_slot(people, ties, i, u):
    """A living half-tie of i's, by a draw u in [0, 1); -1 if there is none.

    The first living one from a slot drawn at random, going round.
    """
    if item(people.face, i).degree == 0:
        return -1
    return living_slot_from(people, ties, i, int(u * item(people.row, i).used))


@borrowing(forceinline=True)
def living_slot_from(people, ties, i, at):
    """The first living half-tie of i's from the place `at` of the row on, going round."""
    n = item(people.row, i).used
    for _ in range(n):
        e = item(people.row, i).start + at
        if item(ties.other, e) != FREE:
            return e
        at += 1
        if at == n:
            at = 0
    return -1


# ---------------------------------------------------------------- beginning
@borrowing(forceinline=True)
def begin_half(p, ties, e, j, offer, week, channel, via, strength, trust):
    ties.other[e] = j
    ties.offer[e] = offer
    item(ties.half, e).trust = trust
    item(ties.half, e).strength = strength
    item(ties.half, e).peak = strength
    item(ties.half, e).salience = p.attention_message
    item(ties.half, e).touched = week
    item(ties.half, e).given = 0.0
    item(ties.history, e).pitches = 0
    item(ties.half, e).early = 0
    item(ties.half, e).rhythm = p.decay_usual_gap
    item(ties.half, e).born = week
    item(ties.history, e).channel = channel
    item(ties.history, e).via = via
    item(ties.half, e).due = NEVER
    item(ties.history, e).thanked = NEVER
    item(ties.half, e).flags = 0


# ---------------------------------------------------------------- beginning and snapshot
@njit(cache=True, parallel=True)
def begin_ties(parameters, key, people, ties, indptr, neighbours):
    """Prior ties from a network's rows: hours and ages drawn, trust in step with strength.

    Hours of either side are exponential (growth.prior_hours), the tie's age too
    (growth.prior_age); trust is T0 + (1 - T0) s; the last contact was an exponential number of
    weeks ago (decay.usual_gap).
    """
    for i in prange(len(people.row)):
        _begin_row(parameters[0], key, people, ties, indptr, neighbours, i)


@njit(cache=True)
def _begin_row(p, key, people, ties, indptr, neighbours, i):
    n = indptr[i + 1] - indptr[i]
    item(people.face, i).degree = n
    item(people.row, i).used = n
    for k in range(n):
        e = item(people.row, i).start + k
        j = neighbours[indptr[i] + k]
        u = uniform(key, min(i, j), max(i, j), 0, 0)
        age = min(exponential(u, p.growth_prior_age), -NEVER - 1.0)
        u, v = uniform2(key, i, j, 0, 1)
        hours = exponential(u, p.growth_prior_hours)
        strength = 1.0 - exp(-hours / p.growth_hours_scale)
        trust = p.trust_stranger + (1.0 - p.trust_stranger) * strength
        offer = item(people.face, j).offer
        begin_half(p, ties, e, j, offer, -int(age) - 1, PRIOR, -1, strength, trust)
        gap = min(int(exponential(v, p.decay_usual_gap)), int(age))
        item(ties.half, e).touched = -gap - 1
        item(ties.half, e).flags = TALKED
        row = neighbours[indptr[j] : indptr[j + 1]]
        ties.mate[e] = np.searchsorted(row, i)


@njit(cache=True, parallel=True)
def vacate(ties, first, end):
    """Slots from `first` up to `end` begin without a tie."""
    for chunk in prange((end - first + _CHUNK - 1) // _CHUNK):
        begin = first + chunk * _CHUNK
        _vacate_some(ties, begin, min(end, begin + _CHUNK))


@borrowing(forceinline=True)
def _vacate_some(ties, first, end):
    for e in range(first, end):
        ties.other[e] = FREE
        ties.mate[e] = FREE
        ties.offer[e] = NO_OFFER
        half, history = item(ties.half, e), item(ties.history, e)
        half.flags = VACANT
        history.via = FREE


@borrowing(forceinline=True)
def exponential(u, mean):
    """An exponential number from a uniform one, at most 100 times its mean."""
    return mean * min(100.0, -log(1.0 - u))


@njit(cache=True, parallel=True)
def snapshot(parameters, people, ties, week, indptr, neighbours, strength, trust):
    """Living ties as sorted rows, with the tie's strength and the alter's trust in the person."""
    for i in prange(len(people.row)):
        _snap_row(parameters[0], people, ties, week, indptr[i], neighbours, strength, trust, i)


@borrowing(forceinline=True)
def _snap_row(p, people, ties, week, first, neighbours, strength, trust, i):
    at = first
    for e in row_of(people, i):
        if item(ties.other, e) == FREE:
            continue
        k = at
        while k > first and neighbours[k - 1] > item(ties.other, e):
            neighbours[k] = neighbours[k - 1]
            strength[k] = strength[k - 1]
            trust[k] = trust[k - 1]
            k -= 1
        neighbours[k] = item(ties.other, e)
        strength[k] = tie_strength(p, people, ties, e, week)
        trust[k] = item(ties.half, e).trust
        at += 1


# ---------------------------------------------------------------- sums
SUMS = ("people", "needs", "needs_met", "wins", "value", "hours_spent", "ties", "trust", "image")


@njit(cache=True, parallel=True)
def sums(people, ties, n_strategies):
    """Sums over people by group and strategy, shape (2, strategies, len(SUMS)).

    Chunks of people are added up in a fixed order, whatever the threads.
    """
    n = len(people.row)
    chunks = (n + _CHUNK - 1) // _CHUNK
    partial = np.zeros((chunks, 2, n_strategies, 9))
    for c in prange(chunks):
        _add_up(people, ties, c * _CHUNK, min(n, (c + 1) * _CHUNK), partial[c])
    total = np.zeros((2, n_strategies, 9))
    for c in range(chunks):
        total += partial[c]
    return total


@borrowing(forceinline=True)
def _add_up(people, ties, first, end, into):
    for i in range(first, end):
        row = into[item(people.own, i).group, item(people.face, i).strategy]
        row[0] += 1.0
        row[1] += item(people.own, i).needs
        row[2] += item(people.own, i).needs_met
        row[3] += item(people.own, i).wins
        row[4] += item(people.own, i).value
        row[5] += item(people.own, i).hours
        row[6] += item(people.face, i).degree
        for e in row_of(people, i):
            if item(ties.half, e).flags & VACANT == 0:
                row[7] += item(ties.half, e).trust
        row[8] += item(people.own, i).image


# ---------------------------------------------------------------- lists for the ledger
@njit(cache=True)
def strengths(parameters, people, ties, slots, week):
    """Strength of the ties in some slots."""
    p = parameters[0]
    out = np.empty(len(slots))
    for n in range(len(slots)):
        out[n] = tie_strength(p, people, ties, slots[n], week)
    return out


@njit(cache=True)
def living_slots(people, ties, who):
    """Owners and slots of all living half-ties of some people."""
    total = 0
    for i in who:
        total += item(people.face, i).degree
    owners = np.empty(total, np.int64)
    slots = np.empty(total, np.int64)
    at = 0
    for i in who:
        for e in row_of(people, i):
            if item(ties.other, e) != FREE:
                owners[at] = i
                slots[at] = e
                at += 1
    return owners, slots
