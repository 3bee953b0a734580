"""Kernels that make and grow ties.

Ties under way are kept in three arrays: the alters of person i so far are ``rows[start[i]]`` up to,
not including, ``rows[start[i] + filled[i]]``, in the order in which the ties were made.
"""

from __future__ import annotations

from math import cos, log, pi, sqrt

import numpy as np
from numba import njit, prange

from simnet.randomness._kernels import uniform, uniform2, uniform4

# A half-tie that goes out is one number: 17 bits of arena, 1 of role, 16 of level, 30 of person.
_ARENA_SHIFT = np.uint64(47)
_ROLE_SHIFT = np.uint64(46)
_LEVEL_SHIFT = np.uint64(30)
_PERSON = np.uint64((1 << 30) - 1)
_HIGHEST_LEVEL = 65535
_LEVELS_PER_SD = 4096.0

_FIRST_ROOM = 4


@njit(cache=True)
def draws(key, n, columns):
    """Uniform draws, shape (columns, n), keyed by person and column."""
    out = np.empty((columns, n))
    for i in range(n):
        for column in range(columns):
            out[column, i] = uniform(key, i, column, 0, 0)
    return out


@njit(cache=True)
def normal(u, v):
    """A standard normal draw out of two uniform ones (Box and Muller 1958)."""
    return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * pi * v)


@njit(cache=True)
def tied(rows, start, filled, i, j):
    """Whether i and j are tied already, by the shorter of their rows."""
    if filled[j] < filled[i]:
        i, j = j, i
    for half_tie in range(start[i], start[i] + filled[i]):
        if rows[half_tie] == j:
            return True
    return False


@njit(cache=True)
def tie(rows, start, filled, i, j):
    """Tie i to j; there must be room in both rows."""
    rows[start[i] + filled[i]] = j
    rows[start[j] + filled[j]] = i
    filled[i] += 1
    filled[j] += 1


@njit(cache=True)
def cut_into_groups(order, stratum, quota, density):
    """Where in `order` groups begin, and the end of the last one.

    A group ends with its stratum, or when two members drawn by their quotas q would be tied with
    a probability of no more than `density`: (Σq²)² / (Σq)³.
    """
    begins = np.empty(len(order) + 1, np.int64)
    groups = 0
    total = 0.0
    squares = 0.0
    for at in range(len(order)):
        i = order[at]
        full = total > 0.0 and squares * squares <= density * total * total * total
        if at == 0 or full or stratum[i] != stratum[order[at - 1]]:
            begins[groups] = at
            groups += 1
            total = 0.0
            squares = 0.0
        total += quota[i]
        squares += float(quota[i]) * quota[i]
    begins[groups] = len(order)
    return begins[: groups + 1]


@njit(cache=True, parallel=True)
def meet_in_groups(order, begins, quota, circle, key, rows, start, filled):
    """Tie the members of every group; `quota` becomes what is left of everybody's.

    Each member in turn takes alters among those after it, one by one with a chance of its need
    times the other's quota over the quotas of all who are still to come.
    """
    for group in prange(len(begins) - 1):
        for a in range(begins[group], begins[group + 1]):
            i = order[a]
            need = quota[i]
            to_come = 0
            for b in range(a + 1, begins[group + 1]):
                to_come += quota[order[b]]
            for b in range(a + 1, begins[group + 1]):
                if need == 0 or to_come == 0:
                    break
                j = order[b]
                theirs = quota[j]
                to_come -= theirs
                if uniform(key, i, j, circle, 0) * (to_come + theirs) >= need * theirs:
                    continue
                if theirs > 0 and not tied(rows, start, filled, i, j):
                    tie(rows, start, filled, i, j)
                    need -= 1
                    quota[j] = theirs - 1
            quota[i] = need


@njit(cache=True, parallel=True)
def send_out(need, first, activity, sorting, home, law, law_start, law_arena, round_, key):
    """Where everybody's wanted half-ties go: for each arena, as host or visitor, a level, a person.

    Returns one number a half-tie, which sorts by arena, then hosts before visitors, then level.
    Row a of the `law`, from ``law_start[a]``, holds cumulative weights of the arenas that somebody
    at home in a may visit, of which the first is ``law_arena[a]``.
    """
    out = np.empty(first[len(need)], np.uint64)
    for i in prange(len(need)):
        row = law[law_start[home[i]] : law_start[home[i] + 1]]
        for slot in range(need[i]):
            u0, u1, u2, u3 = uniform4(key, i, slot, round_, 0)
            level = sqrt(sorting) * activity[i] + sqrt(1.0 - sorting) * normal(u0, u1)
            step = min(max(int(_LEVELS_PER_SD * (level + 8.0)), 0), _HIGHEST_LEVEL)
            visits = u2 < 0.5
            arena = home[i]
            if visits:
                arena = law_arena[arena] + np.searchsorted(row, u3 * row[-1], side="right")
            role = np.uint64(2 * arena + visits)
            out[first[i] + slot] = (
                (role << _ROLE_SHIFT) | (np.uint64(step) << _LEVEL_SHIFT) | np.uint64(i)
            )
    return out


@njit(cache=True)
def match(wanted, need, rows, start, filled):
    """Tie hosts to visitors in every arena, level by level; `need` becomes what is left.

    Of h hosts and v visitors, both in the order of their levels, min(h, v) pairs are taken at
    equal steps through either list.
    """
    n = len(wanted)
    host = 0
    while host < n:
        arena = wanted[host] >> _ARENA_SHIFT
        visitor = host
        while visitor < n and wanted[visitor] >> _ROLE_SHIFT == 2 * arena:
            visitor += 1
        end = visitor
        while end < n and wanted[end] >> _ROLE_SHIFT == 2 * arena + 1:
            end += 1
        hosts, visitors = visitor - host, end - visitor
        pairs = min(hosts, visitors)
        for k in range(pairs):
            i = np.int64(wanted[host + (2 * k + 1) * hosts // (2 * pairs)] & _PERSON)
            j = np.int64(wanted[visitor + (2 * k + 1) * visitors // (2 * pairs)] & _PERSON)
            if i != j and not tied(rows, start, filled, i, j):
                tie(rows, start, filled, i, j)
                need[i] -= 1
                need[j] -= 1
        host = end


@njit(cache=True)
def introduce(quota, country, key, rows, start, filled):
    """Close wedges: everybody meets, once for each tie wanted, a random alter of a random alter.

    The two become tied if both still want to be introduced, live in one country and are not tied.
    """
    for i in range(len(quota)):
        for slot in range(quota[i]):
            if quota[i] == 0 or filled[i] == 0:
                break
            u, v = uniform2(key, i, slot, 0, 0)
            via = rows[start[i] + int(u * filled[i])]
            j = rows[start[via] + int(v * filled[via])]
            wanted = j != i and quota[j] > 0 and country[j] == country[i]
            if wanted and not tied(rows, start, filled, i, j):
                tie(rows, start, filled, i, j)
                quota[i] -= 1
                quota[j] -= 1


@njit(cache=True)
def ascending_rows(rows, start, filled):
    """The ties as ``indptr`` and ``neighbours`` with every row in ascending order."""
    n = len(filled)
    indptr = np.zeros(n + 1, np.int64)
    for i in range(n):
        indptr[i + 1] = indptr[i] + filled[i]
    neighbours = np.empty(indptr[n], np.int32)
    free = indptr[:-1].copy()
    for i in range(n):
        for half_tie in range(start[i], start[i] + filled[i]):
            j = rows[half_tie]
            neighbours[free[j]] = i
            free[j] += 1
    return indptr, neighbours


@njit(cache=True)
def grow(present, ties, closure, move, key):
    """Ends and week of every tie of a growing network, in the order of making, and places.

    In week w newcomers join, up to ``present[w]`` people, each invited by somebody who is there
    already; then people make ties until there are ``ties[w]``.
    """
    ends = np.empty((ties[-1], 2), np.int32)
    week = np.empty(ties[-1], np.int32)
    place = np.empty(present[-1])
    filled = np.zeros(present[-1], np.int64)
    room = np.full(present[-1], _FIRST_ROOM)
    start = _FIRST_ROOM * np.arange(present[-1])
    used = _FIRST_ROOM * present[-1]
    rows = np.empty(used + 8 * ties[-1], np.int32)
    place[0] = uniform(key, 0, 0, 2, 0)
    there = 1
    made = 0
    for w in range(len(present)):
        turn = 0
        while there < present[w] or made < ties[w]:
            turn += 1
            u, v = uniform2(key, turn, w, 0, 0)
            x, y = uniform2(key, turn, w, 1, 0)
            if there < present[w]:
                i = there
                j = int(u * there)
                place[i] = (place[j] + move * normal(x, y)) % 1.0
                there += 1
            else:
                i = int(u * there)
                j = int(x * there)
                if v < closure:
                    via = rows[start[i] + int(x * filled[i])]
                    j = rows[start[via] + int(y * filled[via])]
                if i == j or tied(rows, start, filled, i, j):
                    continue
            for end in (i, j):
                if filled[end] == room[end]:
                    used = move_row(rows, start, room, end, used)
            tie(rows, start, filled, i, j)
            ends[made, 0] = i
            ends[made, 1] = j
            week[made] = w
            made += 1
    return ends, week, place


@njit(cache=True)
def move_row(rows, start, room, i, used):
    """Move the full row of i to where the used part of `rows` ends, with twice the room.

    Returns where it ends then. The places that a row of d ties ever had, besides its first ones,
    are fewer than 4 d.
    """
    for k in range(room[i]):
        rows[used + k] = rows[start[i] + k]
    start[i] = used
    room[i] *= 2
    return used + room[i]
