"""What became of a week's events: introductions asked for, ties agreed on, blocks."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.agents.actions._kernels import (
    ACCEPTED,
    ASKED,
    BLOCKED_BY,
    BROKER_REFUSED,
    INVITED,
    VOID,
)
from simnet.agents.crowd import INTRODUCTION, INVITATION
from simnet.chains._kernels import ARRIVED, DROPPED
from simnet.intrinsics._kernels import item, prefetch
from simnet.intrinsics.borrowing import borrowing

_ASKED, _AGREED, _BLOCKED = range(3)
_CHUNK, _AHEAD = 1024, 16


# ---------------------------------------------------------------- which events
@njit(cache=True, parallel=True)
def sorted_out(events):
    """Places, in order, of the events that were asked introductions, agreed ties and blocks.

    Asked introductions without an object are left out; agreed is whatever was accepted.
    """
    blocks = len(events.first)
    count = np.zeros((3, blocks + 1), np.int64)
    for block in prange(blocks):
        for n in range(events.first[block], events.first[block] + events.filled[block]):
            event = item(events.rows, n)
            for sort in range(3):
                count[sort, block + 1] += _is_of(sort, event.kind, event.result)
    for block in range(blocks):
        count[:, block + 1] += count[:, block]
    asked, agreed, blocked = (
        np.empty(count[_ASKED, blocks], np.int64),
        np.empty(count[_AGREED, blocks], np.int64),
        np.empty(count[_BLOCKED, blocks], np.int64),
    )
    for block in prange(blocks):
        _list_block(events, block, _ASKED, count[_ASKED, block], asked)
        _list_block(events, block, _AGREED, count[_AGREED, block], agreed)
        _list_block(events, block, _BLOCKED, count[_BLOCKED, block], blocked)
    return asked, agreed, blocked


@borrowing(inline="always")
def _is_of(sort, kind, result):
    if sort == _ASKED:
        return kind == ASKED and result != VOID
    if sort == _AGREED:
        return result == ACCEPTED
    return kind == BLOCKED_BY


@borrowing(forceinline=True)
def _list_block(events, block, sort, at, listed):
    for n in range(events.first[block], events.first[block] + events.filled[block]):
        event = item(events.rows, n)
        if _is_of(sort, event.kind, event.result):
            listed[at] = n
            at += 1


# ---------------------------------------------------------------- asked introductions
@njit(cache=True, parallel=True)
def introductions(ties, events, which):
    """Asked introductions as chains: outcome, steps, and asker, broker and target."""
    n = len(which)
    outcome, steps, path = np.empty(n, np.int8), np.empty(n, np.int8), np.empty((n, 3), np.int32)
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        first, end = chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)
        _introductions_among(ties, events, which, first, end, outcome, steps, path)
    return outcome, steps, path


@borrowing(forceinline=True)
def _introductions_among(ties, events, which, first, end, outcome, steps, path):
    for k in range(first - _AHEAD, end):
        if k + _AHEAD < end:
            _ends_ahead(ties, item(events.rows, which[k + _AHEAD]))
        if k >= first:
            event = item(events.rows, which[k])
            outcome[k] = ARRIVED if event.result == ACCEPTED else DROPPED
            steps[k] = 1 if event.result == BROKER_REFUSED else 2
            path[k, 0] = event.owner
            path[k, 1] = item(ties.other, event.one)
            path[k, 2] = item(ties.other, event.two)


@borrowing(inline="always")
def _ends_ahead(ties, event):
    prefetch(ties.other, event.one)
    prefetch(ties.other, event.two)


# ---------------------------------------------------------------- agreed ties
@njit(cache=True, parallel=True)
def agreed_ties(parameters, ties, events, which):
    """The ties that accepted events form: both ends, channel, via, strength and trust of each."""
    n = len(which)
    first, second, via = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    channel, strength, trust = np.empty(n, np.int8), np.empty(n), np.empty(n)
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        _agree_on(
            parameters[0],
            ties,
            events,
            which,
            chunk * _CHUNK,
            min(n, (chunk + 1) * _CHUNK),
            (first, second, via),
            channel,
            strength,
            trust,
        )
    return first, second, channel, via, strength, trust


@borrowing(forceinline=True)
def _agree_on(p, ties, events, which, begin, end, people, channel, strength, trust):
    first, second, via = people
    for k in range(begin - _AHEAD, end):
        if k + _AHEAD < end:
            _halves_ahead(ties, item(events.rows, which[k + _AHEAD]))
        if k < begin:
            continue
        event = item(events.rows, which[k])
        if event.kind == INVITED:
            first[k], second[k], via[k] = event.owner, event.one, -1
            channel[k], strength[k], trust[k] = INVITATION, 0.0, p.trust_stranger
            continue
        one, two = item(ties.other, event.one), item(ties.other, event.two)
        if event.kind == ASKED:
            first[k], second[k], via[k] = event.owner, two, one
        else:
            first[k], second[k], via[k] = one, two, event.owner
        mean = np.sqrt(item(ties.half, event.one).strength * item(ties.half, event.two).strength)
        channel[k], trust[k] = INTRODUCTION, p.trust_vouched
        strength[k] = p.introduction_strength * mean


@borrowing(inline="always")
def _halves_ahead(ties, event):
    """Ask for the ties through which two were brought together; an invitation has none."""
    if event.kind != INVITED:
        _ends_ahead(ties, event)
        prefetch(ties.half, event.one)
        prefetch(ties.half, event.two)
