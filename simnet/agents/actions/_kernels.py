"""Routines interpreted for the whole crowd, and the responses of those they are aimed at.

First everybody acts, writing only their own half-ties and leaving events; then the events are
responded to, writing only what belongs to the person who caused them. What forms or breaks
ties is applied afterwards, in order.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simnet.agents.actions.table import (
    ASK,
    FOLLOW_UP,
    HELP,
    HELPERS,
    HISTORIES,
    INTRODUCE,
    INVITE,
    LISTEN,
    MEET,
    MESSAGE,
    NEW,
    OFFERS,
    PITCH,
    REFRESH,
    THANK,
    WELL_CONNECTED,
)
from simnet.agents.ahead._kernels import half_ties_ahead, histories_ahead, offers_ahead, row_ahead
from simnet.agents.crowd import (
    BLOCKED,
    FREE,
    LISTED,
    MUTED,
    NEVER,
    TALKED,
    VACANT,
    Records,
)
from simnet.agents.market._kernels import in_need
from simnet.agents.mechanisms._kernels import (
    acceptance_score,
    backlash,
    detection,
    fit,
    fits,
    follow_up_takes,
    introduction_succeeds,
    reply,
    trust_gained,
    trust_lost,
)
from simnet.agents.rows._kernels import row_of
from simnet.agents.ties._kernels import (
    half_strength,
    living_slot,
    living_slot_from,
    mate_of,
    mutual,
    slot_of,
    tie_strength,
    tied,
    touch,
)
from simnet.intrinsics._kernels import item, prefetch
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import (
    fill_uniform2,
    fill_uniform_towards,
    uniform,
    uniform2,
    uniform4,
)

ASKED, INTRODUCED, INVITED, GOSSIPED, BLOCKED_BY = 1, 2, 3, 4, 5
"""Kinds of event."""
VOID, ACCEPTED, BROKER_REFUSED, TARGET_REFUSED, OPEN = 0, 1, 2, 3, 4
"""What became of an event; VOID events had no object (the two were tied already)."""

BLOCK = 4096
_LIST_WEEKS = 13
_SLOTS = 4096
_BROKER = 32
_AHEAD = 48
_TOGETHER = 64
_WHOLE = 1 << 31  # a draw of 1, where draws are kept as integers
_GOLDEN = 40503  # 65,536 over the golden ratio


EVENT = np.dtype(
    [
        ("owner", np.int32),
        ("one", np.int32),  # a slot, or the person invited: first their place among the reachable
        ("two", np.int32),  # a slot, or the sign of gossip; of one asked for, first the draw
        ("kind", np.int8),
        ("result", np.int8),
    ],
    align=True,
)
"""One row an event."""


class Routines(NamedTuple):
    """The routines of all strategies; see `StrategyTable`."""

    routines: NDArray[Any]
    first: NDArray[np.int64]
    listening: NDArray[np.float64]
    among: NDArray[np.int32]
    reads: NDArray[np.uint8]


class Turns(NamedTuple):
    """Whose turn it is in a week, for each routine: the phases from `begin` up to `end`."""

    begin: NDArray[np.int64]
    end: NDArray[np.int64]


class Events(NamedTuple):
    """The events of a week by blocks of people: block b has filled[b] of them, from first[b]."""

    first: NDArray[np.int64]
    filled: NDArray[np.int64]
    rows: Records


@borrowing(inline="always")
def _emit(events, i, kind, one, two):
    block = i // BLOCK
    event = item(events.rows, events.first[block] + events.filled[block])
    event.owner = i
    event.kind = kind
    event.one = one
    event.two = two
    event.result = OPEN
    events.filled[block] += 1


# ---------------------------------------------------------------- whom to turn to
@borrowing(forceinline=True)
def _knows_need(p, key, people, ties, i, e, week, listening):
    j = item(ties.other, e)
    if listening <= 0.0 or not in_need(people, j):
        return False
    u = uniform(key, i, j, week, HELP)
    if u >= detection(p, listening, 1.0):  # whatever the strength: spares working it out
        return False
    return u < detection(p, listening, half_strength(p, item(ties.half, e), week))


@borrowing(forceinline=True)
def _audience(p, key, people, ties, i, week, routine, listening, u, chosen):
    """Fill `chosen` with the half-ties in the routine's audience; returns how many.

    Nobody is turned to twice in a week. Looking begins at a drawn slot, which breaks ties.
    """
    row = item(people.row, i)
    begin, end = row.start, row.start + row.used
    drawn = begin + int(u * row.used)
    found = _meant(ties.half, ties.history, week, routine, drawn, end, chosen, 0)
    found = _meant(ties.half, ties.history, week, routine, begin, drawn, chosen, found)
    if routine.action == HELP:
        return _known_in_need(p, key, people, ties, i, week, listening, chosen, found)
    return found


@borrowing()
def _meant(halves, histories, week, routine, begin, end, chosen, found):
    """Add to the `found` slots in `chosen` those of some slots that the routine is meant for.

    No branch hangs on a slot, since what a tie is like cannot be foretold from the one before.
    """
    asked = BLOCKED | VACANT | (LISTED if routine.audience == WELL_CONNECTED else 0)
    flags = LISTED if routine.audience == WELL_CONNECTED else 0
    due = NEVER + 1 if routine.audience == HELPERS else NEVER
    born = max(0, week - routine.within) if routine.audience == NEW else NEVER
    for e in range(begin, end):
        half = item(halves, e)
        meant = (half.touched != week) & (half.flags & asked == flags)
        meant &= (half.due >= due) & (half.born >= born)
        if routine.action == PITCH:
            meant &= item(histories, e).pitches < routine.times
        chosen[np.uint64(found)] = e
        found += meant
    return found


@borrowing(forceinline=True)
def _known_in_need(p, key, people, ties, i, week, listening, chosen, found):
    """Keep, of the slots found, those of ties whom i knows to be in need; returns how many."""
    needy = 0
    for k in range(found):
        e = chosen[k]
        chosen[np.uint64(needy)] = e
        needy += in_need(people, item(ties.other, e))
    known = 0
    for k in range(needy):
        e = chosen[k]
        if _knows_need(p, key, people, ties, i, e, week, listening):
            chosen[known] = e
            known += 1
    return known


@borrowing()
def _longest_untouched(ties, chosen, found, n, order):
    """Move the n half-ties untouched for longest to the front, in that order, stably.

    `order` is room for n: weeks of last contact, and places in `chosen` below their 32nd bit.
    """
    kept = 0
    for k in range(found):
        rank = (np.int64(item(ties.half, chosen[k]).touched) << 32) + k
        if kept == n and rank > order[n - 1]:
            continue
        place = min(kept, n - 1)
        while place > 0 and order[place - 1] > rank:
            order[place] = order[place - 1]
            place -= 1
        order[place] = rank
        kept = min(kept + 1, n)
    for k in range(n):
        order[k] = chosen[order[k] & 0xFFFFFFFF]
    for k in range(n):
        chosen[k] = order[k]


@borrowing()
def _keep_list(people, ties, i, length):
    """Put i's `length` ties of highest degree on the list of the well-connected."""
    for e in row_of(people, i):
        item(ties.half, e).flags &= ~LISTED & 0xFF
    for _ in range(min(length, item(people.face, i).degree)):
        best = -1
        highest = -1
        for e in row_of(people, i):
            if item(ties.other, e) == FREE or item(ties.half, e).flags & LISTED:
                continue
            if item(people.face, item(ties.other, e)).degree > highest:
                highest = item(people.face, item(ties.other, e)).degree
                best = e
        if best >= 0:
            item(ties.half, best).flags |= LISTED


@borrowing(forceinline=True)
def _fresh(ties, e, week):
    """Whether a half-tie lives and has not been turned to this week."""
    half = item(ties.half, e)
    return half.touched != week and half.flags & (BLOCKED | VACANT) == 0


@borrowing(forceinline=True)
def _fresh_slot(people, ties, i, week, u):
    """The first such half-tie of i's from a slot drawn at random, going round; -1 if none."""
    first = item(people.row, i).start
    n = item(people.row, i).used
    at = int(u * n)
    for _ in range(n):
        if _fresh(ties, first + at, week):
            return first + at
        at += 1
        if at == n:
            at = 0
    return -1


# ---------------------------------------------------------------- single acts
@borrowing()
def _help(p, half, week):
    """A favour: hours together, trust, a debt of gratitude."""
    if touch(p, half, week, p.gain_help, p.attention_talk, True):
        half.trust = trust_gained(p, half.trust, p.trust_favour)
        half.given += 1.0


@borrowing()
def _meet(p, half, week, growth):
    """A call or a coffee."""
    if touch(p, half, week, growth, p.attention_talk, True):
        half.trust = trust_gained(p, half.trust, p.trust_conversation)


@borrowing()
def _message(p, half, week, growth):
    """A personal message."""
    if touch(p, half, week, growth, p.attention_message, False):
        half.trust = trust_gained(p, half.trust, p.trust_message)


@borrowing()
def _follow_up(p, key, half, i, j, week):
    """A message to a new tie; it may become a conversation (M13)."""
    days = 7.0 * (week - half.born)
    if uniform(key, i, j, week, FOLLOW_UP) < follow_up_takes(p, days):
        _meet(p, half, week, p.gain_follow_up_talk)
    else:
        _message(p, half, week, p.gain_follow_up_message)


@borrowing()
def _pitch(p, key, half, history, face, offer, i, j, week):
    """A pitch: welcome where there is a need that fits, or by chance; else backlash (M26, M30).

    Returns whether it is complained of, to be told (a block is a complaint).
    """
    nth = history.pitches + 1
    history.pitches = min(nth, 255)
    wanted = face.open_need >= 0 and fits(p, face.open_need, offer)
    match = fit(p, face.open_need, offer) if wanted else 1.0
    strength = half_strength(p, half, week)
    u, v, w, x = uniform4(key, i, j, week, PITCH)
    if not touch(p, half, week, p.gain_pitch, p.attention_message, False):
        return False
    if u < reply(p, strength, match, nth) * p.pitch_welcome:
        half.flags |= TALKED
        half.salience = 1.0 if wanted else max(half.salience, p.attention_talk)
        half.trust = trust_gained(p, half.trust, p.trust_conversation)
        return False
    if wanted:
        return False
    ill = backlash(p, half.trust, nth)
    half.trust = trust_lost(p, half.trust, p.pitch_weight)
    if v < p.pitch_disconnect * ill:
        half.flags |= BLOCKED
        return True
    if w < p.pitch_mute * ill:
        half.flags |= MUTED
    return x < p.pitch_complaint * p.pitch_repeat ** (nth - 1)


@borrowing()
def _thank(p, half, history, helper, week):
    """Thanks for help: the helper is spurred on, towards the thanker and towards others (M24)."""
    _message(p, half, week, p.gain_thank)
    history.thanked = week
    half.due = NEVER
    helper.buoyed = week


@borrowing()
def _refresh_profile(p, key, people, ties, i, week, notices):
    """A profile change: some ties notice, and i comes to their mind for a while."""
    first = item(people.row, i).start
    alters = ties.other[first : first + item(people.row, i).used]
    fill_uniform_towards(notices[: len(alters)], key, i, alters, week, REFRESH)
    for k in range(len(alters)):
        if alters[k] != FREE and notices[k] < p.attention_noticed:
            touch(p, item(ties.half, first + k), week, 0.0, p.attention_light, False)


@borrowing(inline="always")
def _invite(key, people, events, i, week, reachable, slot):
    """A blind invitation to somebody drawn at random."""
    if not item(people.face, i).reachable:
        return False
    _emit(events, i, INVITED, int(uniform(key, i, slot, week, INVITE) * len(reachable)), 0)
    return True


@borrowing(inline="always")
def _ask(p, key, people, ties, events, i, week, slot):
    """Ask a tie, drawn at random, for an introduction to one of theirs."""
    u, v = uniform2(key, i, slot, week, ASK)
    e = _fresh_slot(people, ties, i, week, u)
    if e < 0:
        return False
    touch(p, item(ties.half, e), week, p.gain_ask, p.attention_message, False)
    _emit(events, i, ASKED, e, int(v * _WHOLE))
    return True


@borrowing(inline="always")
def _introduce(p, key, people, ties, events, i, week, slot):
    """Bring together two ties whose fields match."""
    u, v = uniform2(key, i, slot, week, INTRODUCE)
    e = _fresh_slot(people, ties, i, week, u)
    if e < 0:
        return False
    f = _matching(p, people, ties, i, e, week, v)
    if f < 0:
        return False
    touch(p, item(ties.half, e), week, p.gain_introduce, p.attention_message, False)
    touch(p, item(ties.half, f), week, p.gain_introduce, p.attention_message, False)
    _emit(events, i, INTRODUCED, e, f)
    return True


@borrowing()
def _matching(p, people, ties, i, e, week, u):
    first = item(people.row, i).start
    n = item(people.row, i).used
    at = int(u * n)
    offer = item(ties.offer, e)
    for _ in range(n):
        f = first + at
        at += 1
        if at == n:
            at = 0
        if f == e or not _fresh(ties, f, week):
            continue
        if fits(p, offer, item(ties.offer, f)):
            return f
    return -1


@borrowing(inline="always")
def _act_on(p, key, people, ties, events, i, e, week, action):
    """One act towards the alter of half-tie e."""
    j = item(ties.other, e)
    half = item(ties.half, e)
    if action == HELP:
        _help(p, half, week)
        _emit(events, i, GOSSIPED, e, 1)
    elif action == MEET:
        _meet(p, half, week, p.gain_meet)
    elif action == MESSAGE:
        _message(p, half, week, p.gain_message)
    elif action == FOLLOW_UP:
        _follow_up(p, key, half, i, j, week)
    elif action == PITCH:
        mine, theirs = item(people.face, i), item(people.face, j)
        if _pitch(p, key, half, item(ties.history, e), theirs, mine.offer, i, j, week):
            _emit(events, i, GOSSIPED, e, -1)
        if half.flags & BLOCKED:
            _emit(events, i, BLOCKED_BY, e, 0)
        if half.flags & MUTED:
            people.calm[i] = 0
    elif action == THANK:
        _thank(p, half, item(ties.history, e), item(people.own, j), week)


@borrowing(inline="always")
def _act_at_large(p, key, people, ties, events, i, week, action, reachable, slot, notices):
    """One act that is not aimed at a single tie; whether it could be done."""
    if action == INVITE:
        return _invite(key, people, events, i, week, reachable, slot)
    if action == ASK:
        return _ask(p, key, people, ties, events, i, week, slot)
    if action == INTRODUCE:
        return _introduce(p, key, people, ties, events, i, week, slot)
    if action == REFRESH:
        _refresh_profile(p, key, people, ties, i, week, notices)
    return True


# ---------------------------------------------------------------- a week of routines
@borrowing()
def acts_due(week, routine, phase):
    """Acts that the routine's hours pay for in a week in which it is due.

    Over T weeks they add up to at most the hours given: max(0, floor(T h / c - u)), with a
    phase u in [0, 1) of the person's own so that people are not in step. A routine that is due
    every so many weeks spends what these weeks gave it; one without hours is done once a turn.
    """
    if routine.once:
        return 1
    turns = (week + 1) / routine.every
    before = (turns - 1.0) * routine.rate - phase
    due = max(0, int(np.floor(turns * routine.rate - phase))) - max(0, int(np.floor(before)))
    return min(due, routine.at_most)


@borrowing(inline="always")
def phases(phase, nth):
    """Two numbers in [0, 1) for a person's nth routine: when it is due, where scanning begins.

    Turning by the golden ratio spreads one person's routines evenly over the course of time.
    """
    turned = _turned(phase, nth)
    return turned / 65536.0, ((turned * 25173 + 13849) & 0xFFFF) / 65536.0


@borrowing(inline="always")
def _turned(phase, nth):
    return (np.int64(phase) + nth * _GOLDEN) & 0xFFFF


@borrowing(inline="always")
def _is_turn(phase, r, nth, turns):
    """Whether it is a person's turn for routine r, the nth of their strategy."""
    turned = _turned(phase, nth)
    return (item(turns.begin, r) <= turned) & (turned < item(turns.end, r))


@borrowing(inline="always")
def _do_routine(
    p,
    key,
    people,
    ties,
    events,
    i,
    week,
    routine,
    listening,
    reachable,
    n,
    u,
    slot,
    chosen,
    order,
    notices,
):
    """Up to n acts of a routine; returns how many found somebody to be done to."""
    action = routine.action
    if action == LISTEN:
        return n
    if action == INVITE or action == ASK or action == INTRODUCE or action == REFRESH:
        done = 0
        while done < n and _act_at_large(
            p, key, people, ties, events, i, week, action, reachable, slot + done, notices
        ):
            done += 1
        return done
    found = _audience(p, key, people, ties, i, week, routine, listening, u, chosen)
    if found > n:
        _longest_untouched(ties, chosen, found, n, order)
    if action == PITCH:
        for k in range(min(n, found)):
            prefetch(people.face, item(ties.other, chosen[k]))
    for k in range(min(n, found)):
        _act_on(p, key, people, ties, events, i, chosen[k], week, action)
    return min(n, found)


@njit(cache=True, parallel=True)
def act(parameters, key, people, ties, events, week, table, reachable):
    """Everybody spends the week's hours by the routines of their strategy.

    Writes the actors' own half-ties, hours and events.
    """
    n = len(people.row)
    for block in prange((n + BLOCK - 1) // BLOCK):
        _act_in_block(parameters[0], key, people, ties, events, block, week, table, reachable)


@njit(cache=True)
def _act_in_block(p, key, people, ties, events, block, week, table, reachable):
    first = block * BLOCK
    end = min(len(people.row), first + BLOCK)
    turns = _turns(week, table.routines)
    busy = _busy(people, first, end, table, turns)
    contact = _ordinary_contacts(p, key, people, first, end, week)
    longest = _longest_row(people, first, end)
    chosen, order = np.empty(longest, np.int64), np.empty(longest, np.int64)
    notices = np.empty(longest)
    _act_among(
        p,
        key,
        people,
        ties,
        events,
        first,
        end,
        week,
        table,
        reachable,
        turns,
        busy,
        contact,
        chosen,
        order,
        notices,
    )


@borrowing(forceinline=True)
def _act_among(
    p,
    key,
    people,
    ties,
    events,
    first,
    end,
    week,
    table,
    reachable,
    turns,
    busy,
    contact,
    chosen,
    order,
    notices,
):
    for i in range(first - _AHEAD, end):
        if i + _AHEAD < end:
            _ask_ahead(people, ties, i + _AHEAD, busy, contact, table, first)
        if i < first:
            continue
        if busy[i - first] > 0:
            _follow_routines(
                p,
                key,
                people,
                ties,
                events,
                i,
                week,
                table,
                turns,
                reachable,
                chosen,
                order,
                notices,
            )
        if contact[i - first] >= 0:
            _meet_by_chance(p, people, ties, i, contact[i - first], week)


@njit(cache=True)
def _turns(week, routines):
    """For each routine, whose turn it is: the phases, of 65,536, from begin[r] to end[r].

    A routine that is due every n weeks has n turns, which part the phases evenly.
    """
    begin, end = np.empty(len(routines), np.int64), np.empty(len(routines), np.int64)
    for r in range(len(routines)):
        every = np.int64(routines[r].every)
        turn = -week % every
        begin[r] = -(-turn * 65536 // every)
        end[r] = -(-(turn + 1) * 65536 // every)
    return Turns(begin, end)


@njit(cache=True)
def _busy(people, first, end, table, turns):
    """How many routines each of some people has due this week, or a list to keep."""
    busy = np.zeros(end - first, np.uint8)
    for i in range(first, end):
        face = item(people.face, i)
        begin = table.first[face.strategy]
        due = 1 if table.among[face.strategy] > 0 else 0
        for r in range(begin, table.first[face.strategy + 1]):
            due += _is_turn(face.phase, r, r - begin, turns)
        busy[i - first] = min(due, 255)
    return busy


@njit(cache=True)
def _ordinary_contacts(p, key, people, first, end, week):
    """Places in the rows of those whom ordinary life brings a conversation this week; else -1."""
    u = np.empty(end - first)
    v = np.empty(end - first)
    fill_uniform2(u, v, key, first, 0, week, LISTEN)
    contact = np.empty(end - first, np.int32)
    for k in range(end - first):
        drawn = u[k] < p.attention_ordinary_contacts and item(people.face, first + k).degree > 0
        contact[k] = int(v[k] * item(people.row, first + k).used) if drawn else -1
    return contact


@borrowing()
def _longest_row(people, first, end):
    longest = 1
    for i in range(first, end):
        longest = max(longest, item(people.row, i).used)
    return longest


@borrowing(inline="always")
def _ask_ahead(people, ties, i, busy, contact, table, first):
    """Ask for the half-ties that i will turn to this week."""
    if busy[i - first] > 0:
        prefetch(people.own, i)
        row_ahead(people, ties, i)
    if busy[i - first] > 1:
        half_ties_ahead(people, ties, i)
        reads = table.reads[item(people.face, i).strategy]
        if reads & HISTORIES:
            histories_ahead(people, ties, i)
        if reads & OFFERS:
            offers_ahead(people, ties, i)
    if contact[i - first] >= 0:
        prefetch(ties.half, item(people.row, i).start + contact[i - first])


@borrowing(inline="always")
def _follow_routines(
    p, key, people, ties, events, i, week, table, turns, reachable, chosen, order, notices
):
    s = item(people.face, i).strategy
    if table.among[s] > 0 and (week == 0 or (week + i) % _LIST_WEEKS == 0):
        _keep_list(people, ties, i, table.among[s])
    for r in range(table.first[s], table.first[s + 1]):
        routine = table.routines[r]
        nth = r - table.first[s]
        if not _is_turn(item(people.face, i).phase, r, nth, turns):
            continue
        u, v = phases(item(people.face, i).phase, nth)
        acts = acts_due(week, routine, u)
        if acts > 0:
            done = _do_routine(
                p,
                key,
                people,
                ties,
                events,
                i,
                week,
                routine,
                table.listening[s],
                reachable,
                acts,
                v,
                nth * _SLOTS,
                chosen,
                order,
                notices,
            )
            item(people.own, i).hours += done * routine.cost


@borrowing(forceinline=True)
def _meet_by_chance(p, people, ties, i, at, week):
    """A conversation that ordinary life brings, outside the networking hours."""
    e = item(people.row, i).start + at
    if item(ties.half, e).flags & VACANT:
        e = living_slot_from(people, ties, i, at)
    half = item(ties.half, e)
    if half.flags & BLOCKED:
        return
    if touch(p, half, week, p.gain_ordinary, p.attention_message, True):
        half.trust = trust_gained(p, half.trust, p.trust_message)


@njit(cache=True)
def perform(
    parameters, key, people, ties, events, week, who, action, slot, nth, hours_left, cost, reachable
):
    """Acts planned outside the kernels, in order; what cannot be done is left undone.

    That is: beyond a person's hours; a second turn to the same tie in a week; pitches beyond
    behaviour.pitch.max_touches. `nth` numbers each person's acts, so that their draws are their
    own. Returns which were done.
    """
    p = parameters[0]
    done = np.zeros(len(who), np.bool_)
    notices = np.empty(_longest_row(people, 0, len(people.row)))
    for n in range(len(who)):
        i = who[n]
        a = action[n]
        if cost[a] > hours_left[i] + 1e-9:
            continue
        if slot[n] >= 0:
            if not _possible(p, ties, slot[n], week, a):
                continue
            _act_on(p, key, people, ties, events, i, slot[n], week, a)
            done[n] = True
        else:
            done[n] = _act_at_large(
                p, key, people, ties, events, i, week, a, reachable, nth[n], notices
            )
        if done[n]:
            hours_left[i] -= cost[a]
            item(people.own, i).hours += cost[a]
    return done


@borrowing(forceinline=True)
def _possible(p, ties, e, week, action):
    if not _fresh(ties, e, week):
        return False
    return action != PITCH or item(ties.history, e).pitches < p.pitch_max_touches


@njit(cache=True)
def needs_noticed(parameters, key, people, ties, owners, slots, week, listening):
    """Which ties their owners know to be in need, after so many hours of listening (M43)."""
    p = parameters[0]
    noticed = np.zeros(len(slots), np.bool_)
    for n in range(len(slots)):
        noticed[n] = _knows_need(p, key, people, ties, owners[n], slots[n], week, listening)
    return noticed


# ---------------------------------------------------------------- responses
@borrowing(inline="always")
def accepts(p, key, people, ties, i, j, week, introduced):
    """Whether j accepts i's request to connect (M04)."""
    u = uniform(key, i, j, week, INVITED)
    if item(people.face, j).accepts_all:
        return u < p.acceptance_nearly_everything
    similarity = fit(p, item(people.face, i).offer, item(people.face, j).offer)
    image = item(people.own, i).image
    # u < logistic(x) where logit(u) < x, which costs one logarithm for all three
    needed = math.log(u / (1.0 - u)) if u > 0.0 else -np.inf
    if needed < acceptance_score(p, 0, introduced, similarity, image):
        return True
    # counting mutual ties is costly: only where it can decide
    most = min(item(people.face, i).degree, item(people.face, j).degree)
    if needed >= acceptance_score(p, most, introduced, similarity, image):
        return False
    return needed < acceptance_score(p, mutual(people, ties, i, j), introduced, similarity, image)


@borrowing(inline="always")
def _respond_to_ask(p, key, people, ties, i, e, f, week):
    """The broker passes the request on or not (M72); the target accepts or not (M04)."""
    k = item(ties.other, f)
    s_asker = tie_strength(p, people, ties, e, week)
    s_target = tie_strength(p, people, ties, f, week)
    if uniform(key, i, k, week, ASKED + _BROKER * item(ties.other, e)) >= introduction_succeeds(
        p, s_asker, s_target
    ):
        return BROKER_REFUSED
    return ACCEPTED if accepts(p, key, people, ties, i, k, week, 1.0) else TARGET_REFUSED


@borrowing(inline="always")
def _respond_to_introduction(p, key, people, ties, i, e, f, week):
    """The two introduced take it up or not (M72); who introduced gains or loses by it (M71).

    Useful with its probability; else poor as likely as their fields do not match.
    """
    a = item(ties.other, e)
    b = item(ties.other, f)
    s_one = tie_strength(p, people, ties, e, week)
    s_two = tie_strength(p, people, ties, f, week)
    u, v, w, _ = uniform4(key, a, b, week, INTRODUCED + _BROKER * i)
    if u >= introduction_succeeds(p, s_one, s_two):
        return BROKER_REFUSED
    if v < p.introduction_useful:
        for slot in (e, f):
            item(ties.half, slot).trust = trust_gained(
                p, item(ties.half, slot).trust, p.introduction_weight
            )
            item(ties.half, slot).given += 1.0
    elif w >= fit(p, item(people.face, a).offer, item(people.face, b).offer):
        for slot in (e, f):
            item(ties.half, slot).trust = trust_lost(
                p, item(ties.half, slot).trust, p.introduction_poor
            )
    return ACCEPTED


@borrowing(inline="always")
def _hearing(key, i, teller, sign, hop, week):
    """Draws for whom a teller might tell of i, whether they do, whether it makes i an image."""
    return uniform4(key, i, teller, week, 16 + 2 * hop + (sign > 0))


@borrowing(inline="always")
def _rate_of_telling(p, people, teller, sign):
    """Chance that a teller tells a contact to whom the tie is as strong as can be: g d."""
    rate = p.reciprocity_gossip_good if sign > 0 else p.reciprocity_gossip_bad
    return rate * item(people.face, teller).degree


@borrowing(forceinline=True)
def _gossip(p, key, people, ties, i, e, sign, week):
    """A good or bad act of i's is told, from contact to contact (M23).

    At each hop the teller's contact drawn at random hears of it with probability
    g d s (g a contact, d contacts, s the strength to this one). A tie of i's changes its trust,
    by hearsay and half as much each further hop; a stranger may come to know i's image (M22).
    """
    teller = item(ties.other, e)
    weight = p.reciprocity_hearsay * p.trust_favour
    for hop in range(int(p.reciprocity_gossip_hops)):
        u, v, w, _ = _hearing(key, i, teller, sign, hop, week)
        rate = _rate_of_telling(p, people, teller, sign)
        if v >= rate:  # however strong the tie: spares looking for it
            return
        f = living_slot(people, ties, teller, u)
        if f < 0 or v >= rate * half_strength(p, item(ties.half, f), week):
            return
        listener = item(ties.other, f)
        if listener == i:
            return
        own = slot_of(people, ties, i, listener)
        if own >= 0 and sign > 0:
            item(ties.half, own).trust = trust_gained(p, item(ties.half, own).trust, weight)
        elif own >= 0:
            item(ties.half, own).trust = trust_lost(p, item(ties.half, own).trust, weight)
        elif w < p.reciprocity_image_known:
            item(people.own, i).image += sign * p.reciprocity_image_step * 0.5**hop
        weight *= 0.5
        teller = listener


@njit(cache=True, parallel=True)
def respond(parameters, key, people, ties, events, week, reachable):
    """Those turned to respond. Writes the results, and what belongs to the events' owners."""
    for block in prange(len(events.first)):
        _respond_in_block(parameters[0], key, people, ties, events, block, week, reachable)


@borrowing(forceinline=True)
def _respond_in_block(p, key, people, ties, events, block, week, reachable):
    begin = events.first[block]
    end = begin + events.filled[block]
    for first in range(begin, end, _TOGETHER):
        last = min(end, first + _TOGETHER)
        for n in range(first, last):
            _ask_for_ties(ties, item(events.rows, n), reachable)
        for n in range(first, last):
            _ask_for_brokers(people, ties, item(events.rows, n))
        for n in range(first, last):
            _find_who_is_meant(people, ties, item(events.rows, n), reachable)
        for n in range(first, last):
            _find_those_tied(p, key, people, ties, item(events.rows, n), week)
        for n in range(first, last):
            _ask_for_other_halves(people, ties, item(events.rows, n))
        for n in range(first, last):
            _respond(p, key, people, ties, item(events.rows, n), week)


@borrowing(forceinline=True)
def _respond(p, key, people, ties, event, week):
    i, one, two = event.owner, event.one, event.two
    if event.kind == GOSSIPED:
        _gossip(p, key, people, ties, i, one, two, week)
    elif event.result != OPEN:
        return
    elif event.kind == INVITED:
        event.result = _respond_to_invitation(p, key, people, ties, i, one, week)
    elif event.kind == ASKED:
        event.result = _respond_to_ask(p, key, people, ties, i, one, two, week)
    elif event.kind == INTRODUCED:
        event.result = _respond_to_introduction(p, key, people, ties, i, one, two, week)


# ------------------------------------------------- what responses read, asked for ahead of time
@borrowing(forceinline=True)
def _ask_for_ties(ties, event, reachable):
    """Ask ahead for the owner's ties that an event is about, or for who is invited."""
    if event.kind == INVITED:
        prefetch(reachable, event.one)
    elif event.kind != BLOCKED_BY:
        prefetch(ties.other, event.one)
    if event.kind == INTRODUCED:
        prefetch(ties.other, event.two)


@borrowing(forceinline=True)
def _ask_for_brokers(people, ties, event):
    """Ask ahead for where the ties lie among which one is asked for, or looked for."""
    if event.kind == ASKED or event.kind == INTRODUCED:
        prefetch(people.row, item(ties.other, event.one))
    if event.kind == ASKED:
        row_ahead(people, ties, event.owner)


@borrowing(forceinline=True)
def _find_who_is_meant(people, ties, event, reachable):
    """Find who is invited, and the broker's tie asked for, as far as can be without looking at it."""
    if event.kind == INVITED:
        event.one = item(reachable, event.one)
        prefetch(people.row, event.one)
        prefetch(people.face, event.one)
        prefetch(people.own, event.owner)
        row_ahead(people, ties, event.owner)
    elif event.kind == ASKED:
        row = item(people.row, item(ties.other, event.one))
        event.two = row.start + (event.two * np.int64(row.used) // _WHOLE)
        prefetch(ties.other, event.two)
    elif event.kind == INTRODUCED:
        row_ahead(people, ties, item(ties.other, event.one))
    elif event.kind == GOSSIPED:
        prefetch(people.row, item(ties.other, event.one))
        prefetch(people.face, item(ties.other, event.one))


@borrowing(forceinline=True)
def _find_those_tied(p, key, people, ties, event, week):
    """Events without an object, as the two are tied already, are over; the others need more."""
    if event.kind == INVITED:
        row_ahead(people, ties, event.one)
    elif event.kind == ASKED or event.kind == INTRODUCED:
        alter = item(ties.other, event.one)
        if event.kind == ASKED:
            place = event.two - item(people.row, alter).start
            event.two = living_slot_from(people, ties, alter, place)
        i = event.owner if event.kind == ASKED else alter
        k = item(ties.other, event.two)
        if k == i or tied(people, ties, i, k):
            event.result = VOID
        else:
            for e in (event.one, event.two):
                prefetch(ties.half, e)
                prefetch(ties.mate, e)
                prefetch(people.row, item(ties.other, e))
                prefetch(people.face, item(ties.other, e))
    elif event.kind == GOSSIPED:
        _hearer_ahead(p, key, people, ties, event, week)


@borrowing(forceinline=True)
def _hearer_ahead(p, key, people, ties, event, week):
    """Ask for the tie along which a piece of gossip is told first, if it may be."""
    teller = item(ties.other, event.one)
    u, v, _, _ = _hearing(key, event.owner, teller, event.two, 0, week)
    if v < _rate_of_telling(p, people, teller, event.two):
        row = item(people.row, teller)
        e = row.start + int(u * row.used)
        prefetch(ties.other, e)
        prefetch(ties.half, e)


@borrowing(forceinline=True)
def _ask_for_other_halves(people, ties, event):
    """Ask ahead for the other halves of the two ties along which people are brought together."""
    if (event.kind == ASKED or event.kind == INTRODUCED) and event.result == OPEN:
        prefetch(ties.half, mate_of(people, ties, event.one))
        prefetch(ties.half, mate_of(people, ties, event.two))


@borrowing(inline="always")
def _respond_to_invitation(p, key, people, ties, i, j, week):
    if j == i or tied(people, ties, i, j):
        return VOID
    return ACCEPTED if accepts(p, key, people, ties, i, j, week, 0.0) else TARGET_REFUSED
