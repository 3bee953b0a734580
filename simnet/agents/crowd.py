"""The state of the living network: people and half-ties as records.

Person i's half-ties lie in slots `start[i] .. start[i] + used[i]`; a slot whose `other` is -1 is
free. `mate` is the slot number, within the other's row, of the other half of the tie, so that a
row can move without its partners having to know. A kernel that acts for person i writes only
what is i's: i's row and i's half-ties. Records, not columns: most of what is read of a tie is
read of somebody else's, and then one look into memory finds all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Records = np.recarray[Any, np.dtype[Any]]
"""A table of records, one row a thing."""

FREE = -1
NO_OFFER = -30_000
"""The offer of a slot without a tie, which fits no need."""
NEVER = -30_000
"""The week of what has not happened."""

CHANNELS = ("prior", "invitation", "introduction", "referral")
PRIOR, INVITATION, INTRODUCTION, REFERRAL = range(len(CHANNELS))

MUTED, LISTED, BLOCKED, DORMANT, TALKED, VACANT = 1, 2, 4, 8, 16, 32
"""Flags of a half-tie: no longer heard; on the list of the well-connected; to be cut, twice; the
richest recent contact was a conversation; the slot holds no tie."""


ROW = np.dtype([("start", np.int64), ("used", np.int32), ("room", np.int32)], align=True)
"""Where a person's half-ties lie: first slot, slots that hold or held one, slots in all."""

FACE = np.dtype(
    [
        ("degree", np.int32),  # living ties
        ("offer", np.int16),  # category of what the person can supply; also the field of work
        ("open_need", np.int16),  # category of the latest open need, -1 if none
        ("strategy", np.int16),
        ("accepts_all", np.bool_),
        ("advocate", np.bool_),
        ("reachable", np.bool_),  # has a tie at the start: can be found, can find others
        ("phase", np.uint16),  # where in the course of routines the person is, of 65,536
    ],
    align=True,
)
"""What others meet of a person: read at random, so small enough for the cache."""

OWN = np.dtype(
    [
        ("hours", np.float64),  # networking hours spent so far
        ("value", np.float64),  # value of the opportunities won so far
        ("needs", np.int32),
        ("needs_met", np.int32),
        ("wins", np.int32),
        ("image", np.float32),
        ("quiet", np.float32),  # probability of no need this week
        ("buoyed", np.int16),  # week last thanked by anybody
        ("group", np.int8),  # 1 focal, 0 background
    ],
    align=True,
)
"""The rest of a person."""

HALF_TIE = np.dtype(
    [
        ("trust", np.float32),  # j's trust in i
        ("strength", np.float32),  # closeness from i's hours, when last touched
        ("peak", np.float32),  # its highest value so far
        ("salience", np.float32),  # how front of mind i was with j, when last touched
        ("given", np.float32),  # favours i gave j, fading, when last touched
        ("rhythm", np.float32),  # usual gap between contacts, weeks
        ("touched", np.int16),  # week i last turned to j
        ("born", np.int16),
        ("due", np.int16),  # week since which i owes j thanks
        ("early", np.uint8),  # contacts in the first weeks
        ("flags", np.uint8),
    ],
    align=True,
)
"""One row a half-tie i -> j: what i has built with j. Half a line of the cache."""

HISTORY = np.dtype(
    [
        ("via", np.int32),  # who brought the two together, -1 if nobody
        ("thanked", np.int16),  # week i last thanked j
        ("channel", np.int8),
        ("pitches", np.uint8),
    ],
    align=True,
)
"""The rest of a half-tie, seldom read."""

_LINE = 64
SLOTS_A_LINE = 16
"""Slots whose `other` fill one line of the cache: every row begins at a line, with whole lines."""


class People(NamedTuple):
    """One row a person, in three tables and two columns."""

    row: Records
    face: Records
    own: Records
    calm: NDArray[np.int16]  # the week before which no tie can go dormant, no thanks be overdue
    in_need: NDArray[np.uint8]  # a bit a person, so few bytes that the cache keeps them


class HalfTies(NamedTuple):
    """Half-ties i -> j by slot. Whom they lead to lies apart, since rows are searched for it."""

    other: NDArray[np.int32]  # j, or FREE
    mate: NDArray[np.int32]  # the place of the half-tie j -> i in j's row
    offer: NDArray[np.int16]  # what j can supply, so that a search need not look at j
    half: Records
    history: Records


def empty_people(n: int) -> People:
    """Rows for n people, all zero."""
    row, face, own = (np.zeros(n, table).view(np.recarray) for table in (ROW, FACE, OWN))
    calm, in_need = np.zeros(n, np.int16), np.zeros((n + 7) // 8, np.uint8)
    return People(row, face, own, calm, in_need)


def empty_half_ties(slots: int) -> HalfTies:
    """Slots for half-ties. Their content is undefined until they are in use."""
    return HalfTies(
        _in_whole_lines(slots, np.dtype(np.int32)),
        _in_whole_lines(slots, np.dtype(np.int32)),
        _in_whole_lines(slots, np.dtype(np.int16)),
        _in_whole_lines(slots, HALF_TIE).view(np.recarray),
        _in_whole_lines(slots, HISTORY).view(np.recarray),
    )


def _in_whole_lines(n: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """An array that begins where a line of the cache does."""
    room = np.empty(n * kind.itemsize + _LINE, np.uint8)
    first = -room.ctypes.data % _LINE
    return room[first : first + n * kind.itemsize].view(kind)


def lengthened(ties: HalfTies, slots: int) -> HalfTies:
    """The same half-ties, with more slots after them.

    A copy in new memory, since memory made longer in place loses the huge pages that NumPy asks
    for, without which reading ties at random takes half as long again.
    """
    longer = empty_half_ties(slots)
    columns: Iterator[tuple[NDArray[Any], NDArray[Any]]] = zip(ties, longer, strict=True)
    for column, longer_column in columns:
        longer_column[: len(column)] = column
    return longer
