"""Letters that go back to the holder when the next person refuses, as by telephone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.chains import OUTCOMES
from simnet.chains.lazy import Identities
from simnet.chains.record import Chains

from .searches import generator

ARRIVED, DROPPED, _, EXPIRED = range(len(OUTCOMES))
AT_ONCE = 200

People = NDArray[np.int64]


def send_with_restarts(
    world: Identities,
    starters: People,
    targets: People,
    *,
    passing_on: float,
    restarts: int,
    max_steps: int,
    seed: int,
) -> Chains:
    """Letters whose starters take part; whoever else gets one does so with probability passing_on.

    A holder asks the alter socially nearest to the target, as in `Identities.send`, and when that
    one refuses the next nearest, `restarts` times at most; then the chain is dropped. Nobody is
    asked twice about a letter. The chain is one of its holders: those who refused are not in it.
    """
    n = len(starters)
    path = np.full((n, max_steps + 1), -1, np.int64)
    path[:, 0] = starters
    outcome = np.full(n, EXPIRED, np.int8)
    steps = np.zeros(n, np.int64)
    stuck = np.zeros(n, np.bool_)
    for begin in range(0, n, AT_ONCE):
        draws = generator(seed, "letters with restarts", begin)
        under_way = np.arange(begin, min(begin + AT_ONCE, n))
        asked = path[under_way, :1]
        for step in range(max_steps):
            taken_by, now_asked = _next(
                world, path[under_way, step], targets[under_way], asked, passing_on, restarts, draws
            )
            went_on = taken_by >= 0
            ended = under_way[~went_on]
            outcome[ended] = DROPPED
            stuck[ended] = (now_asked[~went_on] < 0).all(axis=1)
            moved, taken_by = under_way[went_on], taken_by[went_on]
            path[moved, step + 1], steps[moved] = taken_by, step + 1
            there = taken_by == targets[moved]
            outcome[moved[there]] = ARRIVED
            under_way = moved[~there]
            asked = np.concatenate([asked, now_asked], axis=1)[went_on][~there]
            if not len(under_way):
                break
    return Chains(
        outcome=outcome,
        steps=steps,
        starters=starters,
        targets=targets,
        stuck=stuck,
        path=path[:, : int(steps.max(initial=0)) + 1].astype(np.int32),
    )


def _next(
    world: Identities,
    holders: People,
    targets: People,
    asked: People,
    passing_on: float,
    restarts: int,
    draws: np.random.Generator,
) -> tuple[People, People]:
    """Who takes each letter, or -1, and who were asked, shape (letters, 1 + restarts), else -1."""
    alters = world.alters(holders)
    shape = alters.shape
    heights = world.heights(alters.ravel(), np.repeat(targets, shape[1])).min(axis=1)
    # equally near alters are equally likely; the target itself is nearer than all
    worth = heights.reshape(shape) + draws.random(shape) - (alters == targets[:, None])
    known = (alters[:, :, None] == asked[:, None, :]).any(axis=2)
    worth[known] = np.inf
    best = np.argsort(worth, axis=1)[:, : 1 + restarts]
    candidates = np.take_along_axis(alters, best, axis=1)
    candidates[np.isinf(np.take_along_axis(worth, best, axis=1))] = -1
    willing = draws.random(candidates.shape) < passing_on
    willing = (willing & (candidates >= 0)) | (candidates == targets[:, None])
    first = willing.argmax(axis=1)
    anybody = willing.any(axis=1)
    taken_by = np.where(anybody, candidates[np.arange(len(first)), first], -1)
    were_asked = ~anybody[:, None] | (np.arange(candidates.shape[1]) <= first[:, None])
    return taken_by, np.where(were_asked, candidates, -1)
