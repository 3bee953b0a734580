"""Routines interpreted for the whole crowd, and the responses of those they are aimed at.

First everybody acts, writing only their own half-ties and leaving events; then the events are
responded to, writing only what belongs to the person who caused them. What forms or breaks
ties is applied afterwards, in order.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simnet.agents.actions.table import (
    ASK,
    FOLLOW_UP,
    HELP,
    HELPERS,
    INTRODUCE,
    INVITE,
    LISTEN,
    MEET,
    MESSAGE,
    NEW,
    PITCH,
    REFRESH,
    THANK,
    WELL_CONNECTED,
)
from simnet.agents.crowd import BLOCKED, FREE, LISTED, MUTED, NEVER, PRIOR, Records
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
from simnet.agents.ties._kernels import (
    half_strength,
    living_slot,
    mate_of,
    mutual,
    slot_of,
    tie_strength,
    tied,
    touch,
)
from simnet.randomness._kernels import uniform, uniform2, uniform4

ASKED, INTRODUCED, INVITED, GOSSIPED, BLOCKED_BY = 1, 2, 3, 4, 5
"""Kinds of event."""
VOID, ACCEPTED, BROKER_REFUSED, TARGET_REFUSED, OPEN = 0, 1, 2, 3, 4
"""What became of an event; VOID events had no object (the two were tied already)."""

BLOCK = 4096
_LIST_WEEKS = 13
_SLOTS = 4096
_BROKER = 32
_AT_ONCE = 64
_GOLDEN = 40503  # 65,536 over the golden ratio


EVENT = np.dtype(
    [
        ("owner", np.int32),
        ("one", np.int32),  # a slot, or the person invited
        ("two", np.int32),  # a slot, or the sign of a piece of gossip
        ("seen", np.int32),  # a place to leave what was read ahead
        ("kind", np.int8),
        ("result", np.int8),
    ],
    align=True,
)
"""One row an event."""


class Events(NamedTuple):
    """The events of a week by blocks of people: block b has filled[b] of them, from first[b]."""

    first: NDArray[np.int64]
    filled: NDArray[np.int64]
    rows: Records


def gathered(events: Events) -> tuple[Records, NDArray[np.int64]]:
    """All events of the week, block after block, and the bounds of the blocks among them."""
    spans = zip(events.first, events.first + events.filled, strict=True)
    rows = np.concatenate([events.rows[a:b] for a, b in spans]).view(np.recarray)
    return rows, np.concatenate([[0], np.cumsum(events.filled)])


@njit(cache=True, inline="always")
def _emit(events, i, kind, one, two):
    block = i // BLOCK
    event = events.rows[events.first[block] + events.filled[block]]
    event.owner = i
    event.kind = kind
    event.one = one
    event.two = two
    event.result = OPEN
    events.filled[block] += 1


# ---------------------------------------------------------------- whom to turn to
@njit(cache=True)
def _knows_need(p, key, people, ties, i, e, week, listening):
    j = ties.other[e]
    if listening <= 0.0 or people.face[j].in_need == 0:
        return False
    u = uniform(key, i, j, week, HELP)
    if u >= detection(p, listening, 1.0):  # whatever the strength: spares working it out
        return False
    return u < detection(p, listening, half_strength(p, ties.half[e], week))


@njit(cache=True, inline="always")
def _audience(p, key, people, ties, i, week, routine, listening, u, chosen):
    """Fill `chosen` with the half-ties in the routine's audience; returns how many.

    Nobody is turned to twice in a week. Scanning begins at a drawn slot, which breaks ties.
    """
    audience = routine.audience
    first = people.row[i].start
    used = people.row[i].used
    found = 0
    at = int(u * used)
    for _ in range(used):
        e = first + at
        at += 1
        if at == used:
            at = 0
        if not _fresh(ties, e, week):
            continue
        if audience == WELL_CONNECTED and ties.half[e].flags & LISTED == 0:
            continue
        if audience == HELPERS and ties.half[e].due == NEVER:
            continue
        if audience == NEW and (
            ties.half[e].channel == PRIOR or 7.0 * (week - ties.half[e].born) > routine.within
        ):
            continue
        if routine.action == PITCH and ties.half[e].pitches >= routine.times:
            continue
        if routine.action == HELP and not _knows_need(p, key, people, ties, i, e, week, listening):
            continue
        chosen[found] = e
        found += 1
    return found


@njit(cache=True)
def _longest_untouched(ties, chosen, found, n):
    """Move the n half-ties untouched for longest to the front, in that order, stably."""
    for k in range(n):
        longest = k
        for m in range(k + 1, found):
            if ties.half[chosen[m]].touched < ties.half[chosen[longest]].touched:
                longest = m
        e = chosen[longest]
        for m in range(longest, k, -1):
            chosen[m] = chosen[m - 1]
        chosen[k] = e


@njit(cache=True)
def _keep_list(people, ties, i, length):
    """Put i's `length` ties of highest degree on the list of the well-connected."""
    first = people.row[i].start
    for e in range(first, first + people.row[i].used):
        ties.half[e].flags &= ~LISTED & 0xFF
    for _ in range(min(length, people.face[i].degree)):
        best = -1
        highest = -1
        for e in range(first, first + people.row[i].used):
            if ties.other[e] == FREE or ties.half[e].flags & LISTED:
                continue
            if people.face[ties.other[e]].degree > highest:
                highest = people.face[ties.other[e]].degree
                best = e
        if best >= 0:
            ties.half[best].flags |= LISTED


@njit(cache=True)
def _fresh(ties, e, week):
    """Whether a half-tie lives and has not been turned to this week."""
    half = ties.half[e]
    return ties.other[e] != FREE and half.touched != week and half.flags & BLOCKED == 0


@njit(cache=True)
def _fresh_slot(people, ties, i, week, u):
    """The first such half-tie of i's from a slot drawn at random, going round; -1 if none."""
    first = people.row[i].start
    n = people.row[i].used
    at = int(u * n)
    for _ in range(n):
        if _fresh(ties, first + at, week):
            return first + at
        at += 1
        if at == n:
            at = 0
    return -1


# ---------------------------------------------------------------- single acts
@njit(cache=True)
def _help(p, half, week):
    """A favour: hours together, trust, a debt of gratitude."""
    if touch(p, half, week, p.gain_help, p.attention_talk, True):
        half.trust = trust_gained(p, half.trust, p.trust_favour)
        half.given += 1.0


@njit(cache=True)
def _meet(p, half, week, growth):
    """A call or a coffee."""
    if touch(p, half, week, growth, p.attention_talk, True):
        half.trust = trust_gained(p, half.trust, p.trust_conversation)


@njit(cache=True)
def _message(p, half, week, growth):
    """A personal message."""
    if touch(p, half, week, growth, p.attention_message, False):
        half.trust = trust_gained(p, half.trust, p.trust_message)


@njit(cache=True)
def _follow_up(p, key, half, i, j, week):
    """A message to a new tie; it may become a conversation (M13)."""
    days = 7.0 * (week - half.born)
    if uniform(key, i, j, week, FOLLOW_UP) < follow_up_takes(p, days):
        _meet(p, half, week, p.gain_follow_up_talk)
    else:
        _message(p, half, week, p.gain_follow_up_message)


@njit(cache=True)
def _pitch(p, key, half, face, offer, i, j, week):
    """A pitch: welcome where there is a need that fits, or by chance; else backlash (M26, M30).

    Returns whether it is complained of, to be told (a block is a complaint).
    """
    nth = half.pitches + 1
    half.pitches = min(nth, 255)
    wanted = face.open_need >= 0 and fits(p, face.open_need, offer)
    match = fit(p, face.open_need, offer) if wanted else 1.0
    strength = half_strength(p, half, week)
    u, v, w, x = uniform4(key, i, j, week, PITCH)
    if not touch(p, half, week, p.gain_pitch, p.attention_message, False):
        return False
    if u < reply(p, strength, match, nth) * p.pitch_welcome:
        half.talked = True
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


@njit(cache=True)
def _thank(p, half, helper, week):
    """Thanks for help: the helper is spurred on, towards the thanker and towards others (M24)."""
    _message(p, half, week, p.gain_thank)
    half.thanked = week
    half.due = NEVER
    helper.buoyed = week


@njit(cache=True)
def _refresh_profile(p, key, people, ties, i, week):
    """A profile change: some ties notice, and i comes to their mind for a while."""
    for e in range(people.row[i].start, people.row[i].start + people.row[i].used):
        j = ties.other[e]
        if j != FREE and uniform(key, i, j, week, REFRESH) < p.attention_noticed:
            touch(p, ties.half[e], week, 0.0, p.attention_light, False)


@njit(cache=True, inline="always")
def _invite(key, people, events, i, week, reachable, slot):
    """A blind invitation to somebody drawn at random."""
    if not people.face[i].reachable:
        return False
    target = reachable[int(uniform(key, i, slot, week, INVITE) * len(reachable))]
    _emit(events, i, INVITED, target, 0)
    return True


@njit(cache=True, inline="always")
def _ask(p, key, people, ties, events, i, week, slot):
    """Ask a tie, drawn at random, for an introduction to one of theirs."""
    u, v = uniform2(key, i, slot, week, ASK)
    e = _fresh_slot(people, ties, i, week, u)
    if e < 0:
        return False
    f = living_slot(people, ties, ties.other[e], v)
    touch(p, ties.half[e], week, p.gain_ask, p.attention_message, False)
    _emit(events, i, ASKED, e, f)
    return True


@njit(cache=True, inline="always")
def _introduce(p, key, people, ties, events, i, week, slot):
    """Bring together two ties whose fields match."""
    u, v = uniform2(key, i, slot, week, INTRODUCE)
    e = _fresh_slot(people, ties, i, week, u)
    if e < 0:
        return False
    f = _matching(p, people, ties, i, e, week, v)
    if f < 0:
        return False
    touch(p, ties.half[e], week, p.gain_introduce, p.attention_message, False)
    touch(p, ties.half[f], week, p.gain_introduce, p.attention_message, False)
    _emit(events, i, INTRODUCED, e, f)
    return True


@njit(cache=True)
def _matching(p, people, ties, i, e, week, u):
    first = people.row[i].start
    n = people.row[i].used
    at = int(u * n)
    offer = people.face[ties.other[e]].offer
    for _ in range(n):
        f = first + at
        at += 1
        if at == n:
            at = 0
        if f == e or not _fresh(ties, f, week):
            continue
        if fits(p, offer, people.face[ties.other[f]].offer):
            return f
    return -1


@njit(cache=True, inline="always")
def _act_on(p, key, people, ties, events, i, e, week, action):
    """One act towards the alter of half-tie e."""
    j = ties.other[e]
    half = ties.half[e]
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
        if _pitch(p, key, half, people.face[j], people.face[i].offer, i, j, week):
            _emit(events, i, GOSSIPED, e, -1)
        if half.flags & BLOCKED:
            _emit(events, i, BLOCKED_BY, e, 0)
    elif action == THANK:
        _thank(p, half, people.own[j], week)


@njit(cache=True, inline="always")
def _act_at_large(p, key, people, ties, events, i, week, action, reachable, slot):
    """One act that is not aimed at a single tie; whether it could be done."""
    if action == INVITE:
        return _invite(key, people, events, i, week, reachable, slot)
    if action == ASK:
        return _ask(p, key, people, ties, events, i, week, slot)
    if action == INTRODUCE:
        return _introduce(p, key, people, ties, events, i, week, slot)
    if action == REFRESH:
        _refresh_profile(p, key, people, ties, i, week)
    return True


# ---------------------------------------------------------------- a week of routines
@njit(cache=True)
def acts_due(week, routine, phase):
    """Acts that the routine's hours pay for this week.

    Over T weeks they add up to at most the hours given: max(0, floor(T h / c - u)), with a
    phase u in [0, 1) of the person's own so that people are not in step. A routine that is due
    every so many weeks spends what these weeks gave it; one without hours is done once a turn.
    """
    every = routine.every
    if every > 1 and (week + int(phase * every)) % every != 0:
        return 0
    if routine.once:
        return 1
    turns = (week + 1) / every
    before = (turns - 1.0) * routine.rate - phase
    due = max(0, int(np.floor(turns * routine.rate - phase))) - max(0, int(np.floor(before)))
    return min(due, routine.at_most)


@njit(cache=True, inline="always")
def phases(phase, nth):
    """Two numbers in [0, 1) for a person's nth routine: when it is due, where scanning begins.

    Turning by the golden ratio spreads one person's routines evenly over the course of time.
    """
    turned = (int(phase) + nth * _GOLDEN) & 0xFFFF
    return turned / 65536.0, ((turned * 25173 + 13849) & 0xFFFF) / 65536.0


@njit(cache=True, inline="always")
def _do_routine(
    p, key, people, ties, events, i, week, routine, listening, reachable, n, u, slot, chosen
):
    """Up to n acts of a routine; returns how many found somebody to be done to."""
    action = routine.action
    if action == LISTEN:
        return n
    if action == INVITE or action == ASK or action == INTRODUCE or action == REFRESH:
        done = 0
        while done < n and _act_at_large(
            p, key, people, ties, events, i, week, action, reachable, slot + done
        ):
            done += 1
        return done
    found = _audience(p, key, people, ties, i, week, routine, listening, u, chosen)
    if found > n:
        _longest_untouched(ties, chosen, found, n)
    for k in range(min(n, found)):
        _act_on(p, key, people, ties, events, i, chosen[k], week, action)
    return min(n, found)


@njit(cache=True, inline="always")
def _ordinary_contacts(p, key, people, ties, first, end, week, chosen):
    """Ordinary life brings some people a conversation with a tie, outside the networking hours."""
    for i in range(first, end):
        u, v = uniform2(key, i, 0, week, LISTEN)
        chosen[i - first] = -1
        if u < p.attention_ordinary_contacts:
            chosen[i - first] = living_slot(people, ties, i, v)
    seen = 0
    for k in range(end - first):
        seen ^= ties.half[max(chosen[k], 0)].flags
    chosen[end - first] = seen
    for k in range(end - first):
        if chosen[k] < 0:
            continue
        half = ties.half[chosen[k]]
        if half.flags & BLOCKED:
            continue
        if touch(p, half, week, p.gain_ordinary, p.attention_message, True):
            half.trust = trust_gained(p, half.trust, p.trust_message)


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
    longest = 0
    for i in range(first, end):
        longest = max(longest, people.row[i].used)
    chosen = np.empty(max(longest, _AT_ONCE) + 1, np.int64)
    routines, first_routine, listening, among = table
    for some in range(first, end, _AT_ONCE):
        last = min(end, some + _AT_ONCE)
        chosen[0] = _look_ahead(people, ties, some, last, first_routine)
        for i in range(some, last):
            s = people.face[i].strategy
            if among[s] > 0 and (week == 0 or (week + i) % _LIST_WEEKS == 0):
                _keep_list(people, ties, i, among[s])
            for r in range(first_routine[s], first_routine[s + 1]):
                nth = r - first_routine[s]
                u, v = phases(people.face[i].phase, nth)
                acts = acts_due(week, routines[r], u)
                if acts > 0:
                    done = _do_routine(
                        p,
                        key,
                        people,
                        ties,
                        events,
                        i,
                        week,
                        routines[r],
                        listening[s],
                        reachable,
                        acts,
                        v,
                        nth * _SLOTS,
                        chosen,
                    )
                    people.own[i].hours += done * routines[r].cost
        _ordinary_contacts(p, key, people, ties, some, last, week, chosen)


@njit(cache=True)
def _look_ahead(people, ties, first, end, first_routine):
    """Read what the routines of some people will need, and nothing else.

    Memory answers many questions at once but one by one slowly: asked together beforehand, these
    reads take a fraction of the time. The value has no meaning.
    """
    seen = 0
    for i in range(first, end):
        s = people.face[i].strategy
        if first_routine[s + 1] - first_routine[s] > 1:
            row = people.row[i]
            for e in range(row.start, row.start + row.used):
                seen ^= ties.half[e].flags
                seen ^= people.face[max(ties.other[e], 0)].in_need
    return seen


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
            done[n] = _act_at_large(p, key, people, ties, events, i, week, a, reachable, nth[n])
        if done[n]:
            hours_left[i] -= cost[a]
            people.own[i].hours += cost[a]
    return done


@njit(cache=True)
def _possible(p, ties, e, week, action):
    if not _fresh(ties, e, week):
        return False
    return action != PITCH or ties.half[e].pitches < p.pitch_max_touches


@njit(cache=True)
def needs_noticed(parameters, key, people, ties, owners, slots, week, listening):
    """Which ties their owners know to be in need, after so many hours of listening (M43)."""
    p = parameters[0]
    noticed = np.zeros(len(slots), np.bool_)
    for n in range(len(slots)):
        noticed[n] = _knows_need(p, key, people, ties, owners[n], slots[n], week, listening)
    return noticed


# ---------------------------------------------------------------- responses
@njit(cache=True, inline="always")
def accepts(p, key, people, ties, i, j, week, introduced):
    """Whether j accepts i's request to connect (M04)."""
    u = uniform(key, i, j, week, INVITED)
    if people.face[j].accepts_all:
        return u < p.acceptance_nearly_everything
    similarity = fit(p, people.face[i].offer, people.face[j].offer)
    image = people.own[i].image
    # u < logistic(x) where logit(u) < x, which costs one logarithm for all three
    needed = math.log(u / (1.0 - u)) if u > 0.0 else -np.inf
    if needed < acceptance_score(p, 0, introduced, similarity, image):
        return True
    # counting mutual ties is costly: only where it can decide
    most = min(people.face[i].degree, people.face[j].degree)
    if needed >= acceptance_score(p, most, introduced, similarity, image):
        return False
    return needed < acceptance_score(p, mutual(people, ties, i, j), introduced, similarity, image)


@njit(cache=True, inline="always")
def _respond_to_ask(p, key, people, ties, i, e, f, week):
    """The broker passes the request on or not (M72); the target accepts or not (M04)."""
    k = ties.other[f]
    if k == i or tied(people, ties, i, k):
        return VOID
    s_asker = tie_strength(p, people, ties, e, week)
    s_target = tie_strength(p, people, ties, f, week)
    if uniform(key, i, k, week, ASKED + _BROKER * ties.other[e]) >= introduction_succeeds(
        p, s_asker, s_target
    ):
        return BROKER_REFUSED
    return ACCEPTED if accepts(p, key, people, ties, i, k, week, 1.0) else TARGET_REFUSED


@njit(cache=True, inline="always")
def _respond_to_introduction(p, key, people, ties, i, e, f, week):
    """The two introduced take it up or not (M72); who introduced gains or loses by it (M71).

    Useful with its probability; else poor as likely as their fields do not match.
    """
    a = ties.other[e]
    b = ties.other[f]
    if tied(people, ties, a, b):
        return VOID
    s_one = tie_strength(p, people, ties, e, week)
    s_two = tie_strength(p, people, ties, f, week)
    u, v, w, _ = uniform4(key, a, b, week, INTRODUCED + _BROKER * i)
    if u >= introduction_succeeds(p, s_one, s_two):
        return BROKER_REFUSED
    if v < p.introduction_useful:
        for slot in (e, f):
            ties.half[slot].trust = trust_gained(p, ties.half[slot].trust, p.introduction_weight)
            ties.half[slot].given += 1.0
    elif w >= fit(p, people.face[a].offer, people.face[b].offer):
        for slot in (e, f):
            ties.half[slot].trust = trust_lost(p, ties.half[slot].trust, p.introduction_poor)
    return ACCEPTED


@njit(cache=True)
def _gossip(p, key, people, ties, i, e, sign, week):
    """A good or bad act of i's is told, from contact to contact (M23).

    At each hop the teller's contact drawn at random hears of it with probability
    g d s (g a contact, d contacts, s the strength to this one). A tie of i's changes its trust,
    by hearsay and half as much each further hop; a stranger may come to know i's image (M22).
    """
    teller = ties.other[e]
    rate = p.reciprocity_gossip_good if sign > 0 else p.reciprocity_gossip_bad
    weight = p.reciprocity_hearsay * p.trust_favour
    for hop in range(int(p.reciprocity_gossip_hops)):
        u, v, w, _ = uniform4(key, i, teller, week, 16 + 2 * hop + (sign > 0))
        f = living_slot(people, ties, teller, u)
        if f < 0 or v >= rate * people.face[teller].degree * half_strength(p, ties.half[f], week):
            return
        listener = ties.other[f]
        if listener == i:
            return
        own = slot_of(people, ties, i, listener)
        if own >= 0 and sign > 0:
            ties.half[own].trust = trust_gained(p, ties.half[own].trust, weight)
        elif own >= 0:
            ties.half[own].trust = trust_lost(p, ties.half[own].trust, weight)
        elif w < p.reciprocity_image_known:
            people.own[i].image += sign * p.reciprocity_image_step * 0.5**hop
        weight *= 0.5
        teller = listener


@njit(cache=True, parallel=True)
def respond(parameters, key, people, ties, events, bounds, week):
    """Those turned to respond. Writes the results, and what belongs to the events' owners.

    Block b's events, which are all those of its people, lie in bounds[b] .. bounds[b + 1].
    """
    for block in prange(len(bounds) - 1):
        _respond_within(
            parameters[0], key, people, ties, events, bounds[block], bounds[block + 1], week
        )


@njit(cache=True)
def _respond_within(p, key, people, ties, events, first, end, week):
    for some in range(first, end, _AT_ONCE):
        last = min(end, some + _AT_ONCE)
        events[some].seen = _look_ahead_at(people, ties, events, some, last)
        for n in range(some, last):
            _respond(p, key, people, ties, events[n], week)


@njit(cache=True)
def _look_ahead_at(people, ties, events, first, end):
    """Read what the responses to some events will need; see `_look_ahead`."""
    seen = 0
    for n in range(first, end):
        event = events[n]
        if event.kind == INVITED:
            seen ^= people.face[event.one].degree ^ people.row[event.one].used
        elif event.kind == ASKED or event.kind == INTRODUCED:
            seen ^= people.row[ties.other[event.one]].used ^ people.row[ties.other[event.two]].used
    for n in range(first, end):
        event = events[n]
        if event.kind == INVITED:
            seen ^= ties.other[people.row[event.one].start]
        elif event.kind == ASKED or event.kind == INTRODUCED:
            seen ^= ties.half[mate_of(people, ties, event.one)].flags
            seen ^= ties.half[mate_of(people, ties, event.two)].flags
    return seen


@njit(cache=True, inline="always")
def _respond(p, key, people, ties, event, week):
    i = event.owner
    if event.kind == INVITED:
        event.result = _respond_to_invitation(p, key, people, ties, i, event.one, week)
    elif event.kind == ASKED:
        event.result = _respond_to_ask(p, key, people, ties, i, event.one, event.two, week)
    elif event.kind == INTRODUCED:
        event.result = _respond_to_introduction(p, key, people, ties, i, event.one, event.two, week)
    elif event.kind == GOSSIPED:
        _gossip(p, key, people, ties, i, event.one, event.two, week)


@njit(cache=True, inline="always")
def _respond_to_invitation(p, key, people, ties, i, j, week):
    if j == i or tied(people, ties, i, j):
        return VOID
    return ACCEPTED if accepts(p, key, people, ties, i, j, week, 0.0) else TARGET_REFUSED
