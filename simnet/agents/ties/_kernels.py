"""Half-ties: brought to the present, touched, found, formed, cut; rows that move when full."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.agents.ahead._kernels import half_ties_ahead, row_ahead
from simnet.agents.crowd import (
    DORMANT,
    FREE,
    MUTED,
    NEVER,
    PRIOR,
    TALKED,
)
from simnet.agents.mechanisms._kernels import (
    decayed,
    dormancy_hazard,
    favours_left,
    grown,
    salience_now,
    trust_lost,
)
from simnet.agents.rows._kernels import row_of
from simnet.intrinsics._kernels import item, prefetch
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import uniform, uniform2

UPKEEP_WEEKS = 4
_RHYTHM_WEIGHT = 0.25
_CHUNK = 4096
_AT_ONCE = 64


@borrowing()
def mate_of(people, ties, e):
    """The slot of the other half of the tie in slot e."""
    return item(people.row, item(ties.other, e)).start + item(ties.mate, e)


@borrowing()
def half_strength(p, half, week):
    """Strength from one side, now."""
    since = half.touched
    return decayed(p, half.strength, half.peak, week - since, since - half.born)


@borrowing()
def tie_strength(p, people, ties, e, week):
    """Strength of the tie: 1 - (1 - s_ij)(1 - s_ji), as if both sides' hours were added up."""
    mate = item(ties.half, mate_of(people, ties, e))
    return 1.0 - (1.0 - half_strength(p, item(ties.half, e), week)) * (
        1.0 - half_strength(p, mate, week)
    )


@borrowing()
def salience(p, half, week):
    """How front of mind i is with j now, for the half-tie i -> j."""
    return salience_now(p, half.salience, week - half.touched, half.flags & TALKED != 0)


@borrowing()
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


@borrowing()
def slot_of(people, ties, i, j):
    """The slot of i's half-tie to j, -1 if they are not tied."""
    for e in row_of(people, i):
        if item(ties.other, e) == j:
            return e
    return -1


@borrowing()
def tied(people, ties, i, j):
    """Whether two people are tied; looks in i's row."""
    return slot_of(people, ties, i, j) >= 0


@borrowing()
def mutual(people, ties, i, j):
    """Number of people tied to both."""
    count = 0
    for e in row_of(people, i):
        a = item(ties.other, e)
        if a != FREE and slot_of(people, ties, j, a) >= 0:
            count += 1
    return count


@borrowing()
def living_slot(people, ties, i, u):
    """A living half-tie of i's, by a draw u in [0, 1); -1 if there is none.

    The first living one from a slot drawn at random, going round.
    """
    if item(people.face, i).degree == 0:
        return -1
    return living_slot_from(people, ties, i, int(u * item(people.row, i).used))


@borrowing()
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


# ---------------------------------------------------------------- forming
@borrowing()
def _take_slot(people, ties, i):
    if item(people.face, i).degree < item(people.row, i).used:
        for e in row_of(people, i):
            if item(ties.other, e) == FREE:
                return e
    item(people.row, i).used += 1
    return item(people.row, i).start + item(people.row, i).used - 1


@borrowing()
def _begin_half(p, ties, e, j, week, channel, via, strength, trust):
    ties.other[e] = j
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


@njit(cache=True)
def form_ties(parameters, people, ties, week, first, second, channel, via, strength, trust):
    """Ties form one after the other, in the order given; those already tied are left alone.

    Returns which ones formed. Rows must have room (see `room_wanted` and `move_rows`).
    """
    p = parameters[0]
    formed = np.zeros(len(first), np.bool_)
    for n in range(len(first)):
        if n % _AT_ONCE == 0:
            some = slice(n, n + _AT_ONCE)
            _ask_for_ends(people, ties, first[some], second[some])
        i = first[n]
        j = second[n]
        if i == j or tied(people, ties, i, j):
            continue
        e = _take_slot(people, ties, i)
        f = _take_slot(people, ties, j)
        _begin_half(p, ties, e, j, week, channel[n], via[n], strength[n], trust[n])
        _begin_half(p, ties, f, i, week, channel[n], via[n], strength[n], trust[n])
        ties.mate[e] = f - item(people.row, j).start
        ties.mate[f] = e - item(people.row, i).start
        item(people.face, i).degree += 1
        item(people.face, j).degree += 1
        formed[n] = True
    return formed


@borrowing()
def _ask_for_ends(people, ties, first, second):
    """Ask ahead for what forming some ties will need: rows, and the next slot in them."""
    for ends in (first, second):
        for i in ends:
            prefetch(people.row, i)
            prefetch(people.face, i)
    for ends in (first, second):
        for i in ends:
            row_ahead(people, ties, i)
            e = item(people.row, i).start + item(people.row, i).used
            prefetch(ties.mate, e)
            prefetch(ties.half, e)
            prefetch(ties.history, e)


@njit(cache=True)
def room_wanted(people, ends):
    """People whose rows would be too short for the ties to come, and the room each should get.

    `ends` are the people at either end of every tie to come, in ascending order.
    """
    who = []
    wanted = []
    n = 0
    while n < len(ends):
        i = ends[n]
        need = item(people.face, i).degree
        while n < len(ends) and ends[n] == i:
            need += 1
            n += 1
        if need > item(people.row, i).room:
            who.append(i)
            wanted.append(need + need // 2 + 4)
    return np.array(who, np.int64), np.array(wanted, np.int64)


@njit(cache=True)
def move_rows(people, ties, who, room, free):
    """Move rows to the free slots at the end; returns where the free slots then begin."""
    for n in range(len(who)):
        if n % _AT_ONCE == 0:
            for i in who[n : n + _AT_ONCE]:
                half_ties_ahead(people, ties, i)
        i = who[n]
        old = item(people.row, i).start
        for k in range(item(people.row, i).used):
            _copy_slot(ties, old + k, free + k)
            ties.other[old + k] = FREE
        item(people.row, i).start = free
        item(people.row, i).room = room[n]
        free += room[n]
    return free


@borrowing()
def _copy_slot(ties, old, new):
    ties.other[new] = item(ties.other, old)
    ties.mate[new] = item(ties.mate, old)
    ties.history[new] = item(ties.history, old)
    ties.half[new] = item(ties.half, old)


# ---------------------------------------------------------------- breaking
@njit(cache=True, parallel=True)
def upkeep(parameters, key, people, ties, week):
    """Thanks that stayed away cost trust; silent ties may go dormant. Marks, does not cut.

    A tie is looked at every `UPKEEP_WEEKS` weeks, from its lower-numbered end, and the hazard of
    those weeks is taken together. It can go dormant when both halves have been silent beyond
    their rhythm. Returns whose half-ties were marked.
    """
    n = len(people.row)
    marked = np.zeros(n, np.bool_)
    for block in prange((n + _CHUNK - 1) // _CHUNK):
        if (week + block) % UPKEEP_WEEKS == 0:
            for i in range(block * _CHUNK, min(n, (block + 1) * _CHUNK)):
                marked[i] = _keep_up(parameters[0], key, people, ties, i, week)
    return marked


@borrowing()
def _keep_up(p, key, people, ties, i, week):
    marked = False
    for e in row_of(people, i):
        j = item(ties.other, e)
        if j == FREE:
            continue
        if (
            item(ties.half, e).due != NEVER
            and week - item(ties.half, e).due > p.reciprocity_thanks_half_life
        ):
            item(ties.half, e).trust = trust_lost(
                p, item(ties.half, e).trust, p.reciprocity_unthanked
            )
            item(ties.half, e).due = NEVER
        if j < i or not _silent(p, item(ties.half, e), week):
            continue
        mate = item(ties.half, mate_of(people, ties, e))
        if not _silent(p, mate, week):
            continue
        hazard = dormancy_hazard(p, float(item(ties.half, e).early) + float(mate.early))
        if uniform(key, i, j, week, 0) < 1.0 - (1.0 - hazard) ** UPKEEP_WEEKS:
            item(ties.half, e).flags |= DORMANT
            marked = True
    return marked


@borrowing()
def _silent(p, half, week):
    """Whether j has not heard from i for more than g usual gaps (M12), or has muted i."""
    gap = week - half.touched
    return gap > p.decay_broken_rhythm * half.rhythm or half.flags & MUTED != 0


@njit(cache=True)
def marked_slots(people, ties, who, flag):
    """Owners and slots of the half-ties that bear the flag, among some people's rows."""
    owners = []
    slots = []
    for i in who:
        for e in row_of(people, i):
            if item(ties.other, e) != FREE and item(ties.half, e).flags & flag:
                owners.append(i)
                slots.append(e)
    return np.array(owners, np.int64), np.array(slots, np.int64)


@njit(cache=True)
def cut_ties(people, ties, owners, slots):
    """Dissolve ties: both halves become free slots. Returns which were still there to be cut."""
    cut = np.zeros(len(slots), np.bool_)
    for n in range(len(slots)):
        e = slots[n]
        j = item(ties.other, e)
        if j == FREE:
            continue
        f = mate_of(people, ties, e)
        ties.other[e] = FREE
        ties.other[f] = FREE
        item(people.face, owners[n]).degree -= 1
        item(people.face, j).degree -= 1
        cut[n] = True
    return cut


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
        strength = 1.0 - np.exp(-hours / p.growth_hours_scale)
        trust = p.trust_stranger + (1.0 - p.trust_stranger) * strength
        _begin_half(p, ties, e, j, -int(age) - 1, PRIOR, -1, strength, trust)
        gap = min(int(exponential(v, p.decay_usual_gap)), int(age))
        item(ties.half, e).touched = -gap - 1
        item(ties.half, e).flags = TALKED
        row = neighbours[indptr[j] : indptr[j + 1]]
        ties.mate[e] = np.searchsorted(row, i)


@borrowing()
def exponential(u, mean):
    """An exponential number from a uniform one, at most 100 times its mean."""
    return mean * min(100.0, -np.log(1.0 - u))


@njit(cache=True, parallel=True)
def snapshot(parameters, people, ties, week, indptr, neighbours, strength, trust):
    """Living ties as sorted rows, with the tie's strength and the alter's trust in the person."""
    for i in prange(len(people.row)):
        _snap_row(parameters[0], people, ties, week, indptr[i], neighbours, strength, trust, i)


@borrowing()
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


@borrowing()
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
            if item(ties.other, e) != FREE:
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
def tally(people, who, counts):
    """Count some people by group and strategy, into `counts`."""
    for i in who:
        counts[item(people.own, i).group, item(people.face, i).strategy] += 1


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
