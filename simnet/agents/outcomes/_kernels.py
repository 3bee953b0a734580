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

_CHUNK, _AHEAD = 1024, 16


# ---------------------------------------------------------------- which events
@njit(cache=True)
def sorted_out(events):
    """Places, in order, of the events that were asked introductions, agreed ties and blocks.

    Asked introductions without an object are left out; agreed is whatever was accepted.
    """
    most = events.filled.sum()
    asked = np.empty(most, np.int64)
    agreed = np.empty(most, np.int64)
    blocked = np.empty(most, np.int64)
    n_asked, n_agreed, n_blocked = 0, 0, 0
    for block in range(len(events.first)):
        for n in range(events.first[block], events.first[block] + events.filled[block]):
            event = item(events.rows, n)
            # written whether or not, and kept by counting: no guess of a branch can go wrong
            asked[n_asked] = n
            n_asked += event.kind == ASKED and event.result != VOID
            agreed[n_agreed] = n
            n_agreed += event.result == ACCEPTED
            blocked[n_blocked] = n
            n_blocked += event.kind == BLOCKED_BY
    return asked[:n_asked], agreed[:n_agreed], blocked[:n_blocked]


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
