"""Steps of message chains: who takes part, whom the holder chooses, and letters run to their end."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from simnet.elementary._kernels import cosine_of_turn, exp, log
from simnet.randomness._kernels import uniform2

ARRIVED, DROPPED, LOST, EXPIRED = 0, 1, 2, 3
_MEDIUM_WEAK = 0.3
_TAKES_PART, _CHOOSES = 0, 1


@njit(cache=True)
def logistic(x):
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exp(-x))


@njit(cache=True)
def circular_distance(a, b):
    """Distance of two points on a circle of circumference 1, scaled to [0, 1]."""
    d = abs(a - b)
    return 2.0 * min(d, 1.0 - d)


@njit(cache=True)
def participation(p, strength, trust, belief, prestige):
    """Probability that a holder forwards (M80, M82): logistic in what moves people to take part.

    `strength` of the tie it came by and `trust` in its sender are taken from 0.3 and 0.5,
    `belief` that the target can be reached and the target's `prestige` from 0.5, so that the
    base probability is that of a middling step.
    """
    base = log(p.letters_participation / (1.0 - p.letters_participation))
    return logistic(
        base
        + p.letters_strength * (strength - _MEDIUM_WEAK)
        + p.letters_trust * (trust - 0.5)
        + p.letters_incentive * p.letters_reward
        + p.letters_belief * (belief - 0.5)
        + p.letters_prestige * (prestige - 0.5)
    )


@njit(cache=True)
def medium_weak(strength):
    """g(s) = (s / 0.3) exp(1 - s / 0.3): 0 at no strength, 1 at the medium-weak 0.3 (M81)."""
    ratio = strength / _MEDIUM_WEAK
    return ratio * exp(1.0 - ratio)


@njit(cache=True, inline="always")
def standard_normal(u, v):
    """A standard normal number from two uniform ones (Box and Muller)."""
    return math.sqrt(-2.0 * log(1.0 - u)) * cosine_of_turn(v)


@njit(cache=True)
def judged(p, distance, same_field, strength, misjudged):
    """Judged distance of an alter from the target (M81): the holder picks the least.

    d (1 - w_prof [same field]) (1 - w_s g(s)) m, with the factor m of `misjudgement`: pulls and
    errors are in proportion to the distance, so that judgement is as good near the target as far
    away.
    """
    pull = (1.0 - p.letters_professional * same_field) * (
        1.0 - p.letters_closeness * medium_weak(strength)
    )
    return distance * pull * misjudged


@njit(cache=True, inline="always")
def misjudgement(noise, u, v):
    """The factor by which a distance is misjudged (M81): exp(noise z), z standard normal."""
    return exp(noise * standard_normal(u, v))


@njit(cache=True)
def distance_to(place, field, a, target):
    """Distance of two people, in [0, 1]: by place where there are places, else by field."""
    if place.size > 0:
        return circular_distance(place[a], place[target])
    return circular_distance(field[a], field[target])


@njit(cache=True)
def choose_next(key, p, week, letter, network, place, field, path, n, target):
    """The half-tie along which the holder passes the letter, -1 if there is nobody new.

    A tie to the target is always taken; nobody who had the letter gets it again.
    """
    indptr, neighbours, strength, _ = network
    holder = path[n - 1]
    best = -1
    least = np.inf
    for e in range(indptr[holder], indptr[holder + 1]):
        alter = neighbours[e]
        if alter == target:
            return e
        seen = False
        for m in range(n):
            if path[m] == alter:
                seen = True
        if seen:
            continue
        u, v = uniform2(key, letter, alter, week, n * 2 + _CHOOSES)
        same = 1.0 if field[alter] == field[target] else 0.0
        distance = distance_to(place, field, alter, target)
        score = judged(p, distance, same, strength[e], misjudgement(p.letters_noise, u, v))
        if score < least:
            least = score
            best = e
    return best


@njit(cache=True)
def run_letter(key, p, week, letter, network, place, field, prestige, path, strengths, target):
    """One letter to its end; fills `path` and `strengths`, returns (outcome, steps, stuck)."""
    _, neighbours, strength, trust = network
    came_by = -1
    max_steps = int(p.letters_max_steps)
    for step in range(max_steps):
        holder = path[step]
        s = strength[came_by] if came_by >= 0 else _MEDIUM_WEAK
        t = trust[came_by] if came_by >= 0 else 0.5
        belief = 1.0 - distance_to(place, field, holder, target)
        u, in_transit = uniform2(key, letter, holder, week, step * 2 + _TAKES_PART)
        if u >= participation(p, s, t, belief, prestige):
            return DROPPED, step, False
        came_by = choose_next(key, p, week, letter, network, place, field, path, step + 1, target)
        if came_by < 0:
            return DROPPED, step, True
        path[step + 1] = neighbours[came_by]
        strengths[step] = strength[came_by]
        if in_transit < p.letters_lost:
            return LOST, step + 1, False
        if neighbours[came_by] == target:
            return ARRIVED, step + 1, False
    return EXPIRED, max_steps, False


@njit(cache=True, parallel=True)
def run_letters(
    key, parameters, week, network, place, field, prestige, starters, targets, path, strengths
):
    """All letters, each to its end; returns outcomes, steps and whether they got stuck."""
    n = len(starters)
    outcome = np.empty(n, np.int8)
    steps = np.empty(n, np.int16)
    stuck = np.empty(n, np.bool_)
    for letter in prange(n):
        path[letter, 0] = starters[letter]
        outcome[letter], steps[letter], stuck[letter] = run_letter(
            key,
            parameters[0],
            week,
            letter,
            network,
            place,
            field,
            prestige[letter],
            path[letter],
            strengths[letter],
            targets[letter],
        )
    return outcome, steps, stuck
