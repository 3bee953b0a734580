"""Kernels of random networks without coordinates."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.randomness._kernels import fill_uniform, uniform

_WHETHER, _PREFERENTIAL, _CLOSING = range(3)  # slots of a growing network's draws
_SHUFFLE, _REPAIR, _MIX = range(3)  # of a configuration's


# ------------------------------------------------------------ every pair with the same chance
@njit(cache=True, parallel=True)
def random_rows(n, chance, key):
    """Rows of ties, each at its lower end: every pair of people has one with the same chance."""
    indptr = np.zeros(n + 1, np.int64)
    nowhere = np.empty(0, np.int32)
    # Row i has n - 1 - i candidates: a long one and a short one together are always n - 1.
    for i in prange((n + 1) // 2):
        for person in (np.int64(i), n - 1 - np.int64(i)):
            indptr[person + 1] = _random_row(nowhere, person, n, chance, key)
    indptr = np.cumsum(indptr)
    row = np.empty(indptr[n], np.int32)
    for i in prange((n + 1) // 2):
        for person in (np.int64(i), n - 1 - np.int64(i)):
            _random_row(row[indptr[person] : indptr[person + 1]], person, n, chance, key)
    return indptr, row


@njit(cache=True)
def _random_row(row, i, n, chance, key):
    """Fill the row, as far as it goes, with those above i who have a tie to i; their number.

    How many have none before the next who has one is geometric.
    """
    log_none = np.log1p(-chance)
    count = 0
    j = i
    while True:
        without = np.log1p(-uniform(key, i, count, 0, 0)) / log_none
        if without >= n - 1 - j:
            return count
        j += 1 + int(without)
        if count < len(row):
            row[count] = j
        count += 1


# ------------------------------------------------------------ given degrees
@njit(cache=True)
def shuffled(n, key):
    """0 .. n - 1 in random order (Fisher and Yates)."""
    order = np.arange(n)
    draws = np.empty(n)
    fill_uniform(draws, key, 0, _SHUFFLE, 0, 0)
    for place in range(n - 1, 0, -1):
        other = int(draws[place] * (place + 1))
        order[place], order[other] = order[other], order[place]
    return order


@njit(cache=True)
def alters_of(halves, owner):
    """Whom each half-tie leads to; the half-ties 2 t and 2 t + 1 in `halves` make the tie t."""
    alter = np.empty(len(owner), np.int32)
    for place in range(len(halves)):
        alter[halves[place]] = owner[halves[place ^ 1]]
    return alter


@njit(cache=True)
def repair(halves, owner, alter, indptr, key):
    """Exchange ends until no tie leads back to its owner and none is there twice; which ties did.

    A tie that is wrong exchanges ends with random others, as long as no more ties are wrong after
    an exchange than before. If it is wrong for very long, it exchanges ends whatever comes of it.
    """
    changed = np.zeros(len(halves) // 2, np.bool_)
    patience = 4 * len(halves)
    turn = 0
    clean = False
    while not clean:
        clean = True
        for tie in range(len(changed)):
            attempt = 0
            while _wrong(halves, owner, alter, indptr, tie):
                clean = False
                other = int(uniform(key, tie, turn, attempt, _REPAIR) * len(halves))
                wrong = _wrong_after(halves, owner, alter, indptr, tie, other)
                if wrong < 2 or attempt == patience:
                    _exchange(halves, owner, alter, tie, other)
                    changed[tie] = changed[other // 2] = True
                if attempt == patience:
                    break
                attempt += 1
        turn += 1
    return np.flatnonzero(changed)


@njit(cache=True)
def mix(halves, owner, alter, indptr, times, key):
    """That often, let two random ties exchange ends, if neither then is wrong."""
    for time in range(times):
        tie = int(uniform(key, time, time >> 32, 0, _MIX) * (len(halves) // 2))
        other = int(uniform(key, time, time >> 32, 1, _MIX) * len(halves))
        if _wrong_after(halves, owner, alter, indptr, tie, other) == 0:
            _exchange(halves, owner, alter, tie, other)


@njit(cache=True)
def _wrong(halves, owner, alter, indptr, tie):
    a, b = owner[halves[2 * tie]], owner[halves[2 * tie + 1]]
    return a == b or _times_tied(alter, indptr, a, b) > 1


@njit(cache=True)
def _wrong_after(halves, owner, alter, indptr, tie, other):
    """How many of two ties would be wrong if the first one's second half and the half at `other`
    changed places; 2 if that would change nothing."""
    a, b = owner[halves[2 * tie]], owner[halves[2 * tie + 1]]
    c, d = owner[halves[other ^ 1]], owner[halves[other]]
    if a == c or b == d:
        return 2
    wrong = int(a == d or _times_tied(alter, indptr, a, d) > 0)
    again = a == b and c == d
    return wrong + int(c == b or again or _times_tied(alter, indptr, c, b) > 0)


@njit(cache=True)
def _times_tied(alter, indptr, a, b):
    if indptr[a + 1] - indptr[a] > indptr[b + 1] - indptr[b]:
        a, b = b, a
    times = 0
    for place in range(indptr[a], indptr[a + 1]):
        times += alter[place] == b
    return times


@njit(cache=True)
def _exchange(halves, owner, alter, tie, other):
    place = 2 * tie + 1
    halves[place], halves[other] = halves[other], halves[place]
    for changed in (place, other):
        for half in (changed, changed ^ 1):
            alter[halves[half]] = owner[halves[half ^ 1]]


# ------------------------------------------------------------ growth
@njit(cache=True)
def grow(n, each, closure, key):
    """Whom each newcomer makes its `each` ties to, newcomer by newcomer from person `each` on."""
    made = np.empty((n - each) * each, np.int32)
    made[:each] = np.arange(each)
    arrivals = np.zeros(n, np.int64)  # ties that later people made to each
    begin = np.zeros(n, np.int64)  # where those are listed, in a room that doubles when it is full
    listed = np.empty(4 * len(made), np.int32)
    free = 0
    for newcomer in range(each, n):
        own = made[(newcomer - each) * each : (newcomer - each + 1) * each]
        if newcomer > each:
            _choose(own, newcomer, made, arrivals, begin, listed, closure, key)
        for other in own:
            count = arrivals[other]
            if count & (count - 1) == 0:
                listed[free : free + count] = listed[begin[other] : begin[other] + count]
                begin[other] = free
                free += max(2 * count, 1)
            listed[begin[other] + count] = newcomer
            arrivals[other] += 1
    return made


@njit(cache=True)
def _choose(own, newcomer, made, arrivals, begin, listed, closure, key):
    each = len(own)
    last = -1
    for k in range(each):
        found = -1
        if k > 0 and uniform(key, newcomer, k, 0, _WHETHER) < closure:
            found = _alter_of(last, own[:k], newcomer, made, arrivals, begin, listed, each, key)
        if found < 0:
            found = _preferred(own[:k], newcomer, made, each, key)
            last = found
        own[k] = found


@njit(cache=True)
def _preferred(taken, newcomer, made, each, key):
    """Somebody not taken yet, with chances as the numbers of ties: an end of a random tie."""
    attempt = 0
    while True:
        end = int(
            uniform(key, newcomer, len(taken), attempt, _PREFERENTIAL)
            * 2
            * (newcomer - each)
            * each
        )
        other = made[end // 2] if end & 1 else each + end // 2 // each
        if not _among(other, taken):
            return other
        attempt += 1


@njit(cache=True)
def _alter_of(person, taken, newcomer, made, arrivals, begin, listed, each, key):
    """A random one of the person's alters who is not taken yet; -1 if all are."""
    own = made[(person - each) * each : (person - each + 1) * each] if person >= each else made[:0]
    later = listed[begin[person] : begin[person] + arrivals[person]]
    if _all_among(own, taken) and _all_among(later, taken):
        return -1
    attempt = 0
    while True:
        place = int(uniform(key, newcomer, len(taken), attempt, _CLOSING) * (len(own) + len(later)))
        other = own[place] if place < len(own) else later[place - len(own)]
        if not _among(other, taken):
            return other
        attempt += 1


@njit(cache=True)
def _among(person, people):
    for other in people:
        if other == person:
            return True
    return False


@njit(cache=True)
def _all_among(some, people):
    for person in some:
        if not _among(person, people):
            return False
    return True
