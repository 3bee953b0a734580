"""Letters of the laboratory, one after the other, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oracle import draws

Score = Callable[[int, int], float]


@dataclass(frozen=True)
class Study:
    """What a letter's way depends on.

    `score` says how good it is to go from a holder to an alter, the least being best; `takes_part`
    gives the probability, of the holder, the remove and the sender (None for the starter).
    """

    ties: Sequence[Sequence[int]]
    score: Callable[[int, int, int], float]
    takes_part: Callable[[int, int, int | None], float]
    own_score: Callable[[int, int], float] | None = None
    lost: float = 0.0
    max_steps: int = 100
    revisits: str = "never"
    look_ahead: bool = False
    by_distance: bool = False


def send(
    study: Study, key: draws.Key, letter: int, starter: int, target: int
) -> tuple[str, bool, list[int]]:
    """Outcome, whether it got stuck, and path of one letter."""
    path = [starter]
    for step in range(study.max_steps):
        holder = path[-1]
        sender = path[-2] if step else None
        willing, transit, which = draws.four(key, letter, holder, step, 0)[:3]
        if willing >= study.takes_part(holder, step, sender):
            return "dropped", False, path
        alter = _next(study, path, target, which)
        if alter is None:
            return "dropped", True, path
        path.append(alter)
        if transit < study.lost:
            return "lost", False, path
        if alter == target:
            return "arrived", False, path
    return "expired", False, path


def _next(study: Study, path: list[int], target: int, which: float) -> int | None:
    holder = path[-1]
    alters = study.ties[holder]
    if target in alters:
        return target
    new = [a for a in alters if study.revisits == "always" or a not in path]
    scores = {a: _seen(study, holder, a, target) for a in new}
    if study.own_score is not None:
        scores = {a: s for a, s in scores.items() if s < study.own_score(holder, target)}
    if not scores:
        if study.revisits == "if-stuck" and alters and study.own_score is None:
            return alters[int(which * len(alters))]
        return None
    best = min(scores.values())
    equals = [a for a, s in scores.items() if s == best]
    return equals[int(which * len(equals))]


def _seen(study: Study, holder: int, alter: int, target: int) -> float:
    """The alter's score; with look-ahead, that of the best of his own alters if it is better."""
    score = study.score(holder, alter, target)
    if not study.look_ahead:
        return score
    if target in study.ties[alter]:
        return -math.inf
    if study.by_distance:
        return min([score, *(study.score(alter, further, target) for further in study.ties[alter])])
    return score
