"""A letter from hand to hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oracle import draws
from oracle.rules import MEDIUM_WEAK, Rules, around

TAKES_PART, CHOOSES = 0, 1


@dataclass(frozen=True)
class Line:
    """A tie as its owner has it: how strong it is, and how far the alter trusts the owner."""

    strength: float
    trust: float


@dataclass(frozen=True)
class Post:
    """People with their ties, fields and places; `place` is None where nobody has one."""

    ties: Sequence[Mapping[int, Line]]
    field: Sequence[float]
    place: Sequence[float] | None

    def distance(self, a: int, b: int) -> float:
        """From 0 to 1, the other side of the circle."""
        where = self.field if self.place is None else self.place
        return 2 * around(where[a], where[b])

    def prestige(self, person: int) -> float:
        """Among people with ties, the share with fewer, those with as many counted half."""
        mine = len(self.ties[person])
        others = [len(ties) for ties in self.ties if ties]
        fewer = sum(n < mine for n in others)
        as_many = sum(n == mine for n in others)
        return (fewer + (fewer + as_many)) / (2 * max(len(others), 1))


def send(
    rules: Rules, key: draws.Key, post: Post, letter: int, week: int, starter: int, target: int
) -> tuple[str, list[int]]:
    """Outcome and path of one letter."""
    letters = rules.behaviour.letters
    path = [starter]
    came_by: Line | None = None
    prestige = post.prestige(target)
    for step in range(letters.max_steps):
        holder = path[-1]
        moved = came_by if came_by is not None else Line(MEDIUM_WEAK, 0.5)
        belief = 1 - post.distance(holder, target)
        takes, transit = draws.pair(key, letter, holder, week, 2 * step + TAKES_PART)
        if takes >= rules.participation(moved.strength, moved.trust, belief, prestige):
            return "dropped", path
        alter = _next(rules, key, post, letter, week, path, target)
        if alter is None:
            return "dropped", path
        came_by = post.ties[holder][alter]
        path.append(alter)
        if transit < letters.lost:
            return "lost", path
        if alter == target:
            return "arrived", path
    return "expired", path


def _next(
    rules: Rules, key: draws.Key, post: Post, letter: int, week: int, path: list[int], target: int
) -> int | None:
    """The target, or whoever looks nearest to it of those who have not had the letter."""
    holder = path[-1]
    if target in post.ties[holder]:
        return target
    looks: dict[int, float] = {}
    for alter, line in post.ties[holder].items():
        if alter in path:
            continue
        u, v = draws.pair(key, letter, alter, week, 2 * len(path) + CHOOSES)
        same = post.field[alter] == post.field[target]
        looks[alter] = rules.judged(post.distance(alter, target), same, line.strength, u, v)
    return min(looks, key=lambda alter: looks[alter]) if looks else None
