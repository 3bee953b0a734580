"""Letters among people in hierarchies whose ties are drawn for each holder anew.

In every hierarchy each person has a seat 0 .. people - 1; group j has the seats j * group up to
(j + 1) * group, and the groups below a branching of height h are neighbours too: seats k * width up
to (k + 1) * width, where width = widths[h] is how many people a branching of that height has below.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from simnet.network.generators._kernels import FREE, slot
from simnet.randomness._kernels import philox4, uniform, uniform2

ARRIVED, DROPPED, EXPIRED = 0, 1, 3
_ROUNDS = 4  # as many as Luby and Rackoff need
_TAKES_PART, _CHOOSES = 0, 1
_WORD = np.uint64(32)
_NOBODY = -1
_FILL = 4  # places of a table for each alter put in it


@njit(cache=True)
def _scatter(half, turn, h, root, key):
    """A number 0 .. root - 1 that the key makes of half a place."""
    word = philox4(half, turn, h, 0, key[0], key[1])[0]
    return np.int64(word * np.uint64(root) >> _WORD)


@njit(cache=True)
def seat(person, h, people, root, key):
    """The person's seat in a hierarchy: the person itself in the first, a permutation in the others.

    A Feistel network permutes 0 .. root**2 - 1, where root**2 is at least people; whoever comes out
    beyond the people goes through it again until they don't.
    """
    if h == 0:
        return np.int64(person)
    place = np.int64(person)
    while True:
        left, right = place // root, place % root
        for turn in range(_ROUNDS):
            left, right = right, (left + _scatter(right, turn, h, root, key)) % root
        place = left * root + right
        if place < people:
            return place


@njit(cache=True)
def person_at(place, h, people, root, key):
    """Who has the seat: `seat` run backwards."""
    if h == 0:
        return np.int64(place)
    person = np.int64(place)
    while True:
        left, right = person // root, person % root
        for turn in range(_ROUNDS - 1, -1, -1):
            left, right = (right - _scatter(left, turn, h, root, key)) % root, left
        person = left * root + right
        if person < people:
            return person


@njit(cache=True)
def fill_seats(seats, people, root, key):
    """Everybody's seats in all hierarchies, from those of one person a row, given in column 0."""
    for row in range(len(seats)):
        for h in range(1, seats.shape[1]):
            seats[row, h] = seat(seats[row, 0], h, people, root, key)


@njit(cache=True)
def people_at(places, h, people, root, key):
    """Who have the seats in one hierarchy."""
    there = np.empty_like(places)
    for row in range(len(places)):
        there[row] = person_at(places[row], h, people, root, key)
    return there


@njit(cache=True)
def _drawn_seat(own, where, which, upto, widths):
    """A hierarchy, and somebody's seat in it, by two draws in [0, 1)."""
    h = int(which * len(own))
    far = which * len(own) - h
    height = 0
    while upto[height] <= far:
        height += 1
    width = widths[height]
    inner = widths[height - 1] if height > 0 else 1
    begin = own[h] - own[h] % width
    near = own[h] - own[h] % inner
    place = begin + int(where * (width - inner))
    return h, place + inner if place >= near else place


@njit(cache=True)
def draw_alters(seats, table, own, upto, widths, root, repeats, key, seats_key):
    """The seats of the alters, a row each, of the person with the seats `own`.

    Unless it `repeats`, who was drawn before is drawn again. `table` has room for them all.
    """
    people = widths[-1]
    hierarchies = len(own)
    table[:] = FREE
    known = 0
    attempt = 0
    while known < len(seats):
        where, which = uniform2(key, own[0], attempt, 0, 0)
        attempt += 1
        drawn, place = _drawn_seat(own, where, which, upto, widths)
        alter = person_at(place, drawn, people, root, seats_key)
        if not repeats:
            free = slot(table, alter)
            if table[free] != FREE:
                continue
            table[free] = alter
        for h in range(hierarchies):
            seats[known, h] = place if h == drawn else seat(alter, h, people, root, seats_key)
        known += 1


@njit(cache=True)
def alters_of(holders, hierarchies, degree, upto, widths, root, repeats, key, seats_key):
    """Who the alters of the holders are, a row a holder, as drawn."""
    alters = np.empty((len(holders), degree), np.int64)
    seats = np.empty((degree, hierarchies), np.int64)
    own = np.empty((1, hierarchies), np.int64)
    table = np.empty(_FILL * degree, np.int64)
    for row in range(len(holders)):
        own[0, 0] = holders[row]
        fill_seats(own, widths[-1], root, seats_key)
        draw_alters(seats, table, own[0], upto, widths, root, repeats, key, seats_key)
        alters[row] = seats[:, 0]
    return alters


@njit(cache=True)
def _social_distance(a, lowest, widths):
    """The least height, over hierarchies, at which the seats `a` meet those of the goal.

    A branching of height h above the goal begins at lowest[hierarchy, h].
    """
    least = len(widths) - 1
    for h in range(len(a)):
        height = 0
        while height < least and not 0 <= a[h] - lowest[h, height] < widths[height]:
            height += 1
        least = height
    return least


@njit(cache=True)
def _choose(seats, nearest, path, step, target, lowest, widths, letter, key):
    """The row of the alter to whom the letter goes, -1 if nobody is new.

    To the target if it is there, else to who is socially nearest to it; of several, to one of them
    by a draw. `nearest` has room for all rows.
    """
    found = 0
    least = len(widths)
    for row in range(len(seats)):
        if seats[row, 0] == target:
            return row
        distance = _social_distance(seats[row], lowest, widths)
        if distance > least or _had_it(seats[row, 0], path, step):
            continue
        if distance < least:
            found = 0
            least = distance
        nearest[found] = row
        found += 1
    if found < 2:
        return nearest[0] if found else _NOBODY
    return nearest[int(uniform(key, letter, step, _CHOOSES, 0) * found)]


@njit(cache=True)
def _had_it(person, path, step):
    for before in range(step + 1):
        if path[before] == person:
            return True
    return False


@njit(cache=True, parallel=True)
def send_among(
    starters,
    targets,
    path,
    hierarchies,
    degree,
    upto,
    widths,
    root,
    repeats,
    participation,
    key,
    ties_key,
    seats_key,
):
    """Outcome, steps and whether it was stuck of every letter; fills `path`."""
    n = len(starters)
    outcome = np.empty(n, np.int8)
    steps = np.empty(n, np.int32)
    stuck = np.empty(n, np.bool_)
    for letter in prange(n):
        ends = np.empty((2, hierarchies), np.int64)
        ends[0, 0], ends[1, 0] = starters[letter], targets[letter]
        fill_seats(ends, widths[-1], root, seats_key)
        lowest = np.empty((hierarchies, len(widths)), np.int64)
        for h in range(hierarchies):
            for height in range(len(widths)):
                lowest[h, height] = ends[1, h] - ends[1, h] % widths[height]
        seats = np.empty((degree, hierarchies), np.int64)
        nearest = np.empty(degree, np.int64)
        table = np.empty(_FILL * degree, np.int64)
        outcome[letter], steps[letter], stuck[letter] = _run(
            letter, ends[0], targets[letter], path[letter], lowest, seats, nearest, table, upto, widths, root, repeats, participation, key, ties_key, seats_key
        )  # fmt: skip
    return outcome, steps, stuck


@njit(cache=True)
def _run(
    letter,
    own,
    target,
    path,
    lowest,
    seats,
    nearest,
    table,
    upto,
    widths,
    root,
    repeats,
    participation,
    key,
    ties_key,
    seats_key,
):
    """One letter to its end; `own`, the starter's seats, become those of the last holder."""
    path[0] = own[0]
    for step in range(len(path) - 1):
        if uniform(key, letter, step, _TAKES_PART, 0) >= participation:
            return DROPPED, step, False
        draw_alters(seats, table, own, upto, widths, root, repeats, ties_key, seats_key)
        row = _choose(seats, nearest, path, step, target, lowest, widths, letter, key)
        if row == _NOBODY:
            return DROPPED, step, True
        own[:] = seats[row]
        path[step + 1] = own[0]
        if own[0] == target:
            return ARRIVED, step + 1, False
    return EXPIRED, len(path) - 1, False
