"""Letters from hand to hand: whom a holder asks, who takes part, many letters side by side.

What is known of people, half-ties and letters lies in a table each (`people`, `halves`, `letters`),
whose first columns are coordinates: a person's, the alter's, the target's. `how` is a record of
`simnet.chains.routing.tables.HOW`; its fields ending in ``_column`` are columns of those tables, or
-1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from simnet.chains.routing.codes import (
    ALWAYS,
    ARRIVED,
    AXES,
    DISTANCE,
    DROPPED,
    EXPIRED,
    FIRST,
    GIVEN,
    GOES_ON,
    IF_STUCK,
    KIND,
    LEVELS,
    LOST,
    PRODUCT,
    RANK,
    SCALE,
    SIZE,
    SPHERE,
    TREE,
    WIDTH,
)
from simnet.intrinsics._kernels import prefetch
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import uniform, uniform4

_SIDE_BY_SIDE = 48  # letters that a thread moves in turn, so that their reads overlap
_CHUNK = 2048
_LINE = 8  # numbers in a line of the cache


@borrowing()
def _along_axes(legend, s, here, begin, there, b, apart):
    """Distances along the axes of a lattice, a circle or a scale, summed."""
    first = np.int64(legend[s, FIRST])
    size = legend[s, SIZE]
    for axis in range(first, first + np.int64(legend[s, WIDTH])):
        aim = there[b, axis]
        for j in range(len(apart)):
            along = abs(here[begin + j, axis] - aim)
            shorter = size - along if size - along < along else along
            apart[j] = shorter if axis == first else apart[j] + shorter


@borrowing(forceinline=True)
def _along_a_line(line, size, aim, begin, scores):
    """Distances on the only circle or scale, infinite where unknown."""
    row = line[begin : begin + len(scores)]
    for j in range(len(scores)):
        along = abs(row[j] - aim)
        along = size - along if size - along < along else along
        scores[j] = along if along == along else np.inf


@borrowing()
def _up_the_tree(legend, s, here, begin, there, b, apart):
    """Heights of the lowest branching above two leaves; nan where one is unknown."""
    column, branching = np.int64(legend[s, FIRST]), np.int64(legend[s, SIZE])
    for j in range(len(apart)):
        left, right = here[begin + j, column], there[b, column]
        if math.isnan(left + right):
            apart[j] = np.nan
            continue
        apart[j] = 0.0
        one, other = np.int64(left), np.int64(right)
        while one != other and apart[j] < legend[s, LEVELS]:
            one //= branching
            other //= branching
            apart[j] += 1.0


@borrowing()
def _round_the_sphere(legend, s, here, begin, there, b, apart):
    """Great-circle distances of points given as unit vectors."""
    first = np.int64(legend[s, FIRST])
    for j in range(len(apart)):
        chord = 0.0
        for axis in range(first, first + 3):
            chord += (here[begin + j, axis] - there[b, axis]) ** 2
        apart[j] = 2.0 * legend[s, SIZE] * math.asin(min(1.0, 0.5 * math.sqrt(chord)))


@borrowing()
def _by_name(legend, s, here, begin, there, b, apart):
    """0 for the same name, 1 for another; an unknown one is like no other."""
    column = np.int64(legend[s, FIRST])
    for j in range(len(apart)):
        apart[j] = 0.0 if here[begin + j, column] == there[b, column] else 1.0


@borrowing()
def _distances(legend, here, begin, there, b, scores, apart):
    """The least distance over the spaces, each times its scale; infinite where it is unknown."""
    scores[:] = np.inf
    for s in range(len(legend)):
        kind = legend[s, KIND]
        if kind == AXES:
            _along_axes(legend, s, here, begin, there, b, apart)
        elif kind == TREE:
            _up_the_tree(legend, s, here, begin, there, b, apart)
        elif kind == SPHERE:
            _round_the_sphere(legend, s, here, begin, there, b, apart)
        else:
            _by_name(legend, s, here, begin, there, b, apart)
        scale = legend[s, SCALE]
        for j in range(len(scores)):
            scores[j] = scale * apart[j] if scale * apart[j] < scores[j] else scores[j]


@borrowing()
def score(how, legend, ranks, here, begin, letters, letter, scores, apart):
    """How good some rows of `here` from `begin` on are for a letter: the least is best."""
    if how.way == DISTANCE or how.way == PRODUCT:
        _distances(legend, here, begin, letters, letter, scores, apart)
    if how.way == DISTANCE:
        return
    for j in range(len(scores)):
        if how.way == RANK:
            scores[j] = ranks[np.int64(letters[letter, 0]), np.int64(here[begin + j, 0])]
        elif how.way == GIVEN:
            scores[j] = here[begin + j, how.given_column]
        else:
            similarity = (1.0 + scores[j] / how.unit) ** (-how.exponent)
            scores[j] = here[begin + j, how.given_column] * similarity


@borrowing(forceinline=True)
def _tie_to(target, neighbours, begin, end):
    """The half-tie to the target, or -1."""
    found = np.int64(-1)
    row = neighbours[begin:end]
    for j in range(len(row)):
        found = begin + j if row[j] == target else found
    return found


@borrowing()
def _look_ahead(
    how, indptr, neighbours, halves, letters, legend, ranks, letter, target, holder, room
):
    """Take every alter for as good as the best of his own alters, the target being best of all."""
    begin, end = indptr[holder], indptr[holder + 1]
    for j in range(end - begin):
        alter = neighbours[begin + j]
        first, last = indptr[alter], indptr[alter + 1]
        if how.way == DISTANCE or how.way == RANK:
            his = room[2, : last - first]
            score(how, legend, ranks, halves, first, letters, letter, his, room[1, : last - first])
            for k in range(last - first):
                room[0, j] = min(room[0, j], his[k])
        if _tie_to(target, neighbours, first, last) >= 0:
            room[0, j] = -np.inf


@borrowing(forceinline=True)
def _equal_to(best, begin, scores, equals):
    """How many scores are the best; the half-ties with them are left in `equals`."""
    n = 0
    for j in range(len(scores)):
        if scores[j] == best:
            equals[n] = begin + j
            n += 1
    return n


@borrowing()
def _best_of_new(neighbours, begin, scores, path, step, equals):
    """How many of those who never had the letter are best, and their score, as `_equal_to`."""
    best = np.inf
    n = 0
    for j in range(len(scores)):
        if scores[j] > best or neighbours[begin + j] in path[: step + 1]:
            continue
        if scores[j] < best:
            best = scores[j]
            n = 0
        equals[n] = begin + j
        n += 1
    return n, best


@borrowing(forceinline=True)
def _nearest_on_a_line(neighbours, line, begin, end, target, size, aim):
    """(whether the target is tied, how many are nearest, how near, the half-tie to one of them).

    All in one sweep, without branches, for the rule and space that most letters go by.
    """
    row, places = neighbours[begin:end], line[begin:end]
    direct, n, best, nearest = False, 0, np.inf, np.int64(0)
    for j in range(len(row)):
        along = abs(places[j] - aim)
        along = size - along if size - along < along else along
        direct |= row[j] == target
        n = 1 if along < best else n + (along == best)
        nearest = np.int64(j) if along < best else nearest
        best = along if along < best else best
    return direct, n, best, begin + nearest


@borrowing(forceinline=True)
def _candidates(
    how,
    indptr,
    neighbours,
    halves,
    line,
    letters,
    legend,
    ranks,
    targets,
    letter,
    path,
    step,
    least,
    room,
):
    """How many half-ties the letter may go along, and the score there; they are left in room[3].

    A tie to the target is always taken. Whoever scores less than `least` never had the letter.
    """
    holder = path[step]
    begin, end = indptr[holder], indptr[holder + 1]
    if how.on_a_line:
        tied, n, best, nearest = _nearest_on_a_line(
            neighbours, line, begin, end, targets[letter], legend[0, SIZE], letters[letter, 0]
        )
        if n == 1 and best < least and not tied and not how.look_ahead:
            room[3, 0] = nearest
            return 1, best
    direct = _tie_to(targets[letter], neighbours, begin, end)
    if direct >= 0:
        room[3, 0] = direct
        return 1, -np.inf
    scores = room[0, : end - begin]
    if how.on_a_line:
        _along_a_line(line, legend[0, SIZE], letters[letter, 0], begin, scores)
    else:
        score(how, legend, ranks, halves, begin, letters, letter, scores, room[1, : end - begin])
    if how.look_ahead:
        _look_ahead(
            how,
            indptr,
            neighbours,
            halves,
            letters,
            legend,
            ranks,
            letter,
            targets[letter],
            holder,
            room,
        )
    best = np.inf
    for j in range(len(scores)):
        best = scores[j] if scores[j] < best else best
    if best < least or (how.revisits == ALWAYS and not how.closer_only):
        return _equal_to(best, begin, scores, room[3]), best
    if how.closer_only:
        return 0, least
    return _best_of_new(neighbours, begin, scores, path, step, room[3])


@borrowing(forceinline=True)
def takes_part(how, u, people, halves, letters, by_step, holder, step, came_by, letter):
    """Whether u is below the holder's probability: a constant, or the logistic of several terms."""
    if how.participation >= 0.0:
        return u < how.participation
    logit = by_step[min(step, len(by_step) - 1)]
    if how.person_column >= 0:
        logit += people[holder, how.person_column]
    if how.tie_column >= 0:
        logit += halves[came_by, how.tie_column] if came_by >= 0 else how.mean_tie
    if how.letter_column >= 0:
        logit += letters[letter, how.letter_column]
    return u < 1.0 / (1.0 + math.exp(-logit))


@borrowing(forceinline=True)
def draws(how, key, letter, holder, step, reminder):
    """A turn's draws: whether the holder takes part, whether the letter gets lost, which of equals."""
    u, in_transit, which, _ = uniform4(key, how.first + letter, holder, step, reminder)
    return u, in_transit, which


@njit(cache=True)
def draw_people(key, n):
    """One draw for each person."""
    drawn = np.empty(n)
    for i in range(n):
        drawn[i] = uniform(key, i, 0, 0, 0)
    return drawn


@borrowing(forceinline=True)
def turn(
    how,
    key,
    indptr,
    neighbours,
    people,
    halves,
    line,
    letters,
    by_step,
    legend,
    ranks,
    targets,
    letter,
    path,
    step,
    came_by,
    least,
    reminder,
    room,
):
    """A holder's turn: (outcome or GOES_ON, stuck, the half-tie taken, least score so far).

    `came_by` is the half-tie by which the letter came, `least` the best score of those who had it,
    `reminder` counts how often the holder was asked before, and `room` is room to work in.
    """
    holder = path[step]
    u, in_transit, which = 0.0, 1.0, 0.0
    if how.chancy:
        u, in_transit, which = draws(how, key, letter, holder, step, reminder)
    if not takes_part(how, u, people, halves, letters, by_step, holder, step, came_by, letter):
        return DROPPED, False, np.int64(-1), least
    n, best = _candidates(
        how,
        indptr,
        neighbours,
        halves,
        line,
        letters,
        legend,
        ranks,
        targets,
        letter,
        path,
        step,
        least,
        room,
    )
    e = np.int64(room[3, 0])
    if n != 1 and not how.chancy:
        _, _, which = draws(how, key, letter, holder, step, reminder)
    if n > 1:
        e = np.int64(room[3, np.int64(which * n)])
    elif n == 0:
        degree = indptr[holder + 1] - indptr[holder]
        if how.revisits != IF_STUCK or how.closer_only or degree == 0:
            return DROPPED, True, np.int64(-1), least
        e = indptr[holder] + np.int64(which * degree)
        best = np.inf
    if in_transit < how.lost:
        return LOST, False, e, least
    return ARRIVED if neighbours[e] == targets[letter] else GOES_ON, False, e, min(least, best)


@borrowing()
def first_score(how, people, letters, legend, ranks, letter, starter, room):
    """The starter's own score; of those that are not a person's own, less than any."""
    if how.look_ahead or not (how.way == DISTANCE or how.way == RANK):
        return -np.inf
    score(how, legend, ranks, people, starter, letters, letter, room[0, :1], room[1, :1])
    return room[0, 0]


@borrowing()
def _ask_for_rows(indptr, neighbours, line, width, path, step, n):
    """Ask for the ties of the holders of n letters, and for what is known of their alters."""
    for k in range(n):
        holder = path[k, step[k]]
        first, last = indptr[holder], indptr[holder + 1] - 1
        if last >= first:
            prefetch(neighbours, first)
            prefetch(neighbours, last)
            for at in range(first * width, (last + 1) * width, _LINE):
                prefetch(line, at)


@borrowing()
def _move_some(
    how,
    key,
    indptr,
    neighbours,
    people,
    halves,
    line,
    letters,
    by_step,
    legend,
    ranks,
    targets,
    starters,
    waiting,
    end,
    outcome,
    steps,
    stuck,
    kept,
    letter,
    step,
    came_by,
    least,
    path,
    room,
):
    """The letters from `waiting` to `end`, some of them side by side, each to its end.

    While one waits for its next row to come from memory, the others go on. Of those under way,
    `letter` has the numbers, `step`, `came_by`, `least` and `path` how far they are; there is room
    for as many as these have rows.
    """
    n = 0
    while n > 0 or waiting < end:
        while n < len(letter) and waiting < end:
            letter[n], step[n], came_by[n], path[n, 0] = waiting, 0, -1, starters[waiting]
            least[n] = first_score(how, people, letters, legend, ranks, waiting, path[n, 0], room)
            waiting += 1
            n += 1
        _ask_for_rows(indptr, neighbours, line, halves.shape[1], path, step, n)
        k = 0
        while k < n:
            i = letter[k]
            ending, nobody, e, least[k] = turn(
                how,
                key,
                indptr,
                neighbours,
                people,
                halves,
                line,
                letters,
                by_step,
                legend,
                ranks,
                targets,
                i,
                path[k],
                step[k],
                came_by[k],
                least[k],
                0,
                room,
            )
            if e >= 0:
                step[k] += 1
                came_by[k] = e
                path[k, step[k]] = neighbours[e]
                prefetch(indptr, neighbours[e])
                if ending == GOES_ON and step[k] == how.max_steps:
                    ending = EXPIRED
            if ending == GOES_ON:
                k += 1
                continue
            outcome[i], steps[i], stuck[i] = ending, step[k], nobody
            for m in range(step[k] + 1 if kept.shape[0] > 0 else 0):
                kept[i, m] = path[k, m]
            n -= 1
            letter[k], step[k], came_by[k], least[k] = letter[n], step[n], came_by[n], least[n]
            for m in range(step[n] + 1):
                path[k, m] = path[n, m]


@njit(cache=True, parallel=True)
def move(
    how,
    key,
    indptr,
    neighbours,
    people,
    halves,
    line,
    letters,
    by_step,
    legend,
    ranks,
    targets,
    starters,
    kept,
    largest_degree,
):
    """All letters to their ends; returns outcomes, steps and whether they got stuck.

    Paths are left in the rows of `kept`, unless it has none.
    """
    n = len(targets)
    outcome = np.empty(n, np.int8)
    steps = np.empty(n, np.int32)
    stuck = np.empty(n, np.bool_)
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        begin = np.int64(chunk) * _CHUNK
        end = begin + _CHUNK if begin + _CHUNK < n else n
        side_by_side = end - begin if end - begin < _SIDE_BY_SIDE else _SIDE_BY_SIDE
        letter = np.empty(side_by_side, np.int64)
        step = np.empty(side_by_side, np.int64)
        came_by = np.empty(side_by_side, np.int64)
        least = np.empty(side_by_side)
        path = np.empty((side_by_side, how[0].max_steps + 1), np.int32)
        room = np.empty((4, max(1, largest_degree)))
        _move_some(
            how[0],
            key,
            indptr,
            neighbours,
            people,
            halves,
            line,
            letters,
            by_step,
            legend,
            ranks,
            targets,
            starters,
            begin,
            end,
            outcome,
            steps,
            stuck,
            kept,
            letter,
            step,
            came_by,
            least,
            path,
            room,
        )
    return outcome, steps, stuck
