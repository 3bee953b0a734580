"""A world in which ties seldom cross from one group of people to the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.network import Network
from simnet.network.spaces import Hierarchy

from .searches import generator

People = NDArray[np.int64]


def divided_world(
    *,
    levels: int,
    branching: int,
    group: int,
    homophily: float,
    degree: int,
    minority: float,
    crossing: float,
    seed: int,
) -> Network:
    """The world of Watts, Dodds and Newman with two hierarchies and a minority spread over both.

    Everybody draws degree / 2 ties that are not there yet. A share `crossing` of those of the
    majority, and of the minority so many that as many cross from either side, are to somebody of
    the other group, the rest to somebody of one's own. For each, a hierarchy, place or work, a
    height with chances c exp(-alpha h), and anybody at that height there are drawn until they fit.

    Returns
    -------
    Network
        Undirected, with the people columns ``place``, ``work`` (leaves) and ``minority``, and the
        spaces ``place`` and ``work``.
    """
    if not crossing <= minority:
        raise ValueError(f"crossing must be at most {minority:g}, as by chance; got {crossing!r}")
    draws = generator(seed, "divided world")
    n = group * branching**levels
    seats = np.stack([np.arange(n), draws.permutation(n)])
    is_minority = np.zeros(n, np.bool_)
    is_minority[draws.permutation(n)[: round(minority * n)]] = True
    ego = np.repeat(np.arange(n), degree // 2)
    crosses = draws.random(len(ego)) < np.where(
        is_minority[ego], crossing * (1 - minority) / minority, crossing
    )
    to_minority = is_minority[ego] ^ crosses
    chances = np.exp(-homophily * np.arange(levels + 1)).cumsum()
    there = np.argsort(seats, axis=1)
    known: list[People] = []
    while len(ego):
        which = draws.integers(2, size=len(ego))
        height = np.searchsorted(chances, draws.random(len(ego)) * chances[-1], side="right")
        other = there[which, _seat_at(seats[which, ego], height, branching, group, draws)]
        fits = (is_minority[other] == to_minority) & (other != ego)
        tie = np.minimum(ego, other) * n + np.maximum(ego, other)
        new = np.flatnonzero(fits)[_first_seen(tie[fits], known)]
        known.append(np.sort(tie[new]))
        still = np.ones(len(ego), np.bool_)
        still[new] = False
        ego, to_minority = ego[still], to_minority[still]
    people = {"place": seats[0] // group, "work": seats[1] // group, "minority": is_minority}
    return _network(np.concatenate(known), n, people, branching, levels)


def _first_seen(ties: People, known: list[People]) -> People:
    """The places of the ties that are in none of the sorted arrays, the first of equal ones."""
    distinct, place = np.unique(ties, return_index=True)
    new = np.ones(len(distinct), np.bool_)
    for before in known:
        at = np.minimum(np.searchsorted(before, distinct), len(before) - 1)
        if len(before):
            new &= before[at] != distinct
    return place[new]


def _seat_at(
    seat: People, height: People, branching: int, group: int, draws: np.random.Generator
) -> People:
    """A seat that meets each seat at this height; at height 0 it may be the same."""
    inner = group * branching ** np.maximum(height - 1, 0)
    outer = group * branching**height
    begin = seat // outer * outer
    drawn = (draws.random(len(seat)) * np.where(height > 0, outer - inner, outer)).astype(np.int64)
    # past the branching that they share lower down
    own = seat // inner * inner - begin
    return begin + drawn + np.where((height > 0) & (drawn >= own), inner, 0)


def _network(
    ties: People, n: int, people: dict[str, NDArray[np.generic]], branching: int, levels: int
) -> Network:
    low, high = np.divmod(ties, n)
    half_ties = np.sort(np.concatenate([ties, high * n + low]))
    indptr = np.searchsorted(half_ties, np.arange(n + 1) * n)
    spaces = {name: Hierarchy(name, branching, levels) for name in ("place", "work")}
    return Network(indptr, (half_ties % n).astype(np.int32), people=people, spaces=spaces)
