"""Ties form: rows that are too short move, and both halves of each tie get their slots.

Blocks of people are worked on side by side. Each takes up the ends of the proposed ties that are
its people's, in the order of the proposals. Whether the two are tied already is asked at both ends,
which agree: a tie is in both rows or in neither.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simnet.agents.ahead._kernels import row_ahead
from simnet.agents.crowd import FREE, SLOTS_A_LINE
from simnet.agents.ties._kernels import begin_half, tied
from simnet.intrinsics._kernels import item, prefetch
from simnet.intrinsics.borrowing import borrowing

_BLOCK = 4096
_CHUNK = 1024
_AHEAD = 16
_TIED_ALREADY = -1


class Proposals(NamedTuple):
    """Ties to form, one row a tie, in the order in which they form."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    channel: NDArray[np.int8]
    via: NDArray[np.int32]
    strength: NDArray[np.float64]
    trust: NDArray[np.float64]


class Ends(NamedTuple):
    """The ends of proposals by blocks of people: block b has which[begin[b]:begin[b + 1]].

    End 2 n is the first person of proposal n, end 2 n + 1 the second.
    """

    begin: NDArray[np.int64]
    which: NDArray[np.int32]


@njit(cache=True)
def ends_by_block(proposals, n_people):
    """Sort the ends of proposals into blocks of people; within a block, their order is kept."""
    blocks = (n_people + _BLOCK - 1) // _BLOCK
    begin = np.zeros(blocks + 1, np.int64)
    for ends in (proposals.first, proposals.second):
        for i in ends:
            begin[i // _BLOCK + 1] += 1
    begin = np.cumsum(begin)
    at = begin.copy()
    which = np.empty(2 * len(proposals.first), np.int32)
    for n in range(len(proposals.first)):
        for side, ends in enumerate((proposals.first, proposals.second)):
            block = ends[n] // _BLOCK
            which[at[block]] = 2 * n + side
            at[block] += 1
    return begin, which


@njit(cache=True)
def room_for(degree):
    """Slots that a row gets when it must hold so many ties: half as many again, in whole lines."""
    return (degree + degree // 2 + SLOTS_A_LINE - 1) // SLOTS_A_LINE * SLOTS_A_LINE


@borrowing(inline="always")
def _end(proposals, which):
    """The person at an end of a proposal, and the one at the other end."""
    n = which >> 1
    if which & 1:
        return item(proposals.second, n), item(proposals.first, n)
    return item(proposals.first, n), item(proposals.second, n)


# ---------------------------------------------------------------- room
@njit(cache=True, parallel=True)
def slots_wanted(people, proposals, ends):
    """Slots that the rows of each block need anew, for those rows that would be too short."""
    slots = np.empty(len(ends.begin) - 1, np.int64)
    for block in prange(len(slots)):
        slots[block] = _slots_wanted(people, proposals, ends, block)
    return slots


@njit(cache=True)
def _slots_wanted(people, proposals, ends, block):
    coming = _coming(proposals, ends, block)
    slots = 0
    for k in range(ends.begin[block], ends.begin[block + 1]):
        i, _ = _end(proposals, item(ends.which, k))
        slots += _room_wanted(people, i, coming[i % _BLOCK])
        coming[i % _BLOCK] = 0
    return slots


@njit(cache=True)
def _coming(proposals, ends, block):
    """How many ties are proposed to each person of a block."""
    coming = np.zeros(_BLOCK, np.int32)
    for k in range(ends.begin[block], ends.begin[block + 1]):
        i, _ = _end(proposals, item(ends.which, k))
        coming[i % _BLOCK] += 1
    return coming


@borrowing(inline="always")
def _room_wanted(people, i, coming):
    """Slots of a new row for i, 0 if the old one has room for the ties to come."""
    degree = item(people.face, i).degree + coming
    return room_for(degree) if degree > item(people.row, i).room else 0


@njit(cache=True)
def _move_rows(people, ties, proposals, ends, block, free):
    """Move the rows of a block that would be too short to the slots from `free` on."""
    coming = _coming(proposals, ends, block)
    for k in range(ends.begin[block], ends.begin[block + 1]):
        i, _ = _end(proposals, item(ends.which, k))
        room = _room_wanted(people, i, coming[i % _BLOCK])
        coming[i % _BLOCK] = 0
        if room > 0:
            _move_row(people, ties, i, free, room)
            free += room


@borrowing(forceinline=True)
def _move_row(people, ties, i, free, room):
    row = item(people.row, i)
    old = row.start
    for k in range(row.used):
        ties.other[free + k] = item(ties.other, old + k)
        ties.mate[free + k] = item(ties.mate, old + k)
        ties.offer[free + k] = item(ties.offer, old + k)
        ties.history[free + k] = item(ties.history, old + k)
        ties.half[free + k] = item(ties.half, old + k)
        ties.other[old + k] = FREE
    row.start = free
    row.room = room


# ---------------------------------------------------------------- forming
@njit(cache=True, parallel=True)
def form_ties(parameters, people, ties, week, proposals, ends, free, n_strategies):
    """Ties form one after the other, in the order given; those already tied are left alone.

    Rows that would be too short move first, those of block b to the slots from free[b] on (see
    `slots_wanted`). Returns how many ends of ties formed, by group and strategy.
    """
    blocks = len(ends.begin) - 1
    place = np.empty(2 * len(proposals.first), np.int32)
    formed = np.zeros((blocks, 2, n_strategies))
    for block in prange(blocks):
        _move_rows(people, ties, proposals, ends, block, free[block])
        _form_halves(
            parameters[0], people, ties, week, proposals, ends, block, place, formed[block]
        )
    for chunk in prange((len(proposals.first) + _CHUNK - 1) // _CHUNK):
        first = chunk * _CHUNK
        last = min(len(proposals.first), first + _CHUNK)
        _join_halves(people, ties, proposals, place, first, last)
    return formed.sum(axis=0)


@borrowing(forceinline=True)
def _form_halves(p, people, ties, week, proposals, ends, block, place, formed):
    """The halves that belong to the people of a block: writes their places in the rows."""
    last = ends.begin[block + 1]
    for k in range(ends.begin[block] - _AHEAD, last):
        if k + _AHEAD < last:
            _slot_ahead(people, ties, proposals, item(ends.which, k + _AHEAD))
        if k < ends.begin[block]:
            continue
        which = item(ends.which, k)
        i, j = _end(proposals, which)
        if i == j or tied(people, ties, i, j):
            place[which] = _TIED_ALREADY
            continue
        e = _take_slot(people, ties, i)
        n = which >> 1
        begin_half(
            p,
            ties,
            e,
            j,
            item(people.face, j).offer,
            week,
            item(proposals.channel, n),
            item(proposals.via, n),
            item(proposals.strength, n),
            item(proposals.trust, n),
        )
        place[which] = e - item(people.row, i).start
        item(people.face, i).degree += 1
        formed[item(people.own, i).group, item(people.face, i).strategy] += 1


@borrowing(inline="always")
def _slot_ahead(people, ties, proposals, which):
    """Ask for the row that an end of a proposal lengthens, and for the next slot in it."""
    i, j = _end(proposals, which)
    prefetch(people.face, j)
    row_ahead(people, ties, i)
    e = item(people.row, i).start + item(people.row, i).used
    prefetch(ties.offer, e)
    prefetch(ties.mate, e)
    prefetch(ties.half, e)
    prefetch(ties.history, e)


@borrowing(forceinline=True)
def _take_slot(people, ties, i):
    row = item(people.row, i)
    if item(people.face, i).degree < row.used:
        for e in range(row.start, row.start + row.used):
            if item(ties.other, e) == FREE:
                return e
    row.used += 1
    return row.start + row.used - 1


@borrowing(forceinline=True)
def _join_halves(people, ties, proposals, place, first, last):
    """Tell both halves of the ties formed where the other half is."""
    for n in range(first - _AHEAD, last):
        if n + _AHEAD < last:
            prefetch(people.row, item(proposals.first, n + _AHEAD))
            prefetch(people.row, item(proposals.second, n + _AHEAD))
        if n < first or place[2 * n] == _TIED_ALREADY:
            continue
        e = item(people.row, item(proposals.first, n)).start + place[2 * n]
        f = item(people.row, item(proposals.second, n)).start + place[2 * n + 1]
        ties.mate[e] = place[2 * n + 1]
        ties.mate[f] = place[2 * n]
