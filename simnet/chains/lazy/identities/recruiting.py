"""Starters recruited by where they stand to the target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simnet.chains.lazy.identities.world import Identities
from simnet.randomness import stream_key

_DRAWN_AT_ONCE = 10_000
_MOST_ROUNDS = 100

People = NDArray[np.int64]


def recruit(
    identities: Identities,
    n: int,
    target: int,
    *,
    within: Mapping[int, int] | None = None,
    beyond: Mapping[int, int] | None = None,
    seed: int,
    replicate: int = 0,
) -> People:
    """Different people, all alike among those who are near or far from the target as asked.

    Parameters
    ----------
    identities : Identities
    n : int
        How many people.
    target : int
        Never recruited.
    within, beyond : mapping of int to int, optional
        Hierarchy (from 0) to height: only people who meet the target there at that height or
        lower, and only people who meet it there higher than that.
    seed, replicate : int
        Key of the draws.

    Raises
    ------
    ValueError
        If a million draws among the people who are `within` in one hierarchy do not find them.
    """
    within, beyond = within or {}, beyond or {}
    hierarchy = min(within, key=lambda h: within[h], default=0)
    width = identities.people_below(within.get(hierarchy, identities.levels))
    begin = int(identities.seats(target)[0, hierarchy]) // width * width
    key = stream_key(seed, replicate, f"recruits within {within} beyond {beyond}")
    generator = np.random.Generator(np.random.Philox(key=key.astype(np.uint64)))
    found = np.empty(0, np.int64)
    for _ in range(_MOST_ROUNDS):
        seats = begin + generator.integers(width, size=_DRAWN_AT_ONCE)
        drawn = identities.people_at(seats, hierarchy=hierarchy)
        drawn = drawn[_wanted(identities, drawn, target, within, beyond)]
        found = _different(np.concatenate([found, drawn]))
        if len(found) >= n:
            return found[:n]
    raise ValueError(
        f"there are hardly {n} people who meet person {target} within {dict(within)} and beyond "
        f"{dict(beyond)}"
    )


def _wanted(
    identities: Identities,
    people: People,
    target: int,
    within: Mapping[int, int],
    beyond: Mapping[int, int],
) -> NDArray[np.bool_]:
    heights = identities.heights(people, target)
    wanted: NDArray[np.bool_] = people != target
    for hierarchy, height in within.items():
        wanted &= heights[:, hierarchy] <= height
    for hierarchy, height in beyond.items():
        wanted &= heights[:, hierarchy] > height
    return wanted


def _different(people: People) -> People:
    """Each of the people once, in the order of first appearance."""
    return people[np.sort(np.unique(people, return_index=True)[1])]
