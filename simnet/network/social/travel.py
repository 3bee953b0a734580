"""Ties with people further off: one of the two visits the other's place or country."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.network.social.geography import Geography, rank_law
from simnet.network.social.population import Population
from simnet.network.social.ties import Ties

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROUNDS = 6


class Arenas(NamedTuple):
    """Where people host and visit each other.

    Somebody at home in arena a visits the arena ``first[a] + k`` with a chance in proportion to
    the k-th step of the rising row ``law[start[a] : start[a + 1]]``.
    """

    home: NDArray[np.int32]
    law: Floats
    start: Ints
    first: Ints


def countries(population: Population, geography: Geography) -> Arenas:
    """Everybody visits another country, by the ranks of its people."""
    n = len(geography.country_people)
    law = rank_law(geography.country_points, geography.country_people)
    np.fill_diagonal(law, 0.0)
    return Arenas(
        home=population.columns["country"],
        law=np.cumsum(law, axis=1).ravel(),
        start=n * np.arange(n + 1),
        first=np.zeros(n, np.int64),
    )


def places(population: Population, geography: Geography) -> Arenas:
    """Everybody visits a place in their country, their own too, by the ranks of its people."""
    laws = [
        rank_law(geography.place_points[begin:end], geography.place_people[begin:end])
        for begin, end in geography.ranges()
    ]
    sizes = np.diff(geography.first_place)[geography.place_country]
    return Arenas(
        home=population.columns["place"],
        law=np.concatenate([np.cumsum(law, axis=1).ravel() for law in laws]),
        start=np.concatenate([[0], np.cumsum(sizes)]),
        first=geography.first_place[geography.place_country],
    )


def own_country(population: Population, geography: Geography) -> Arenas:
    """Everybody visits their own country, wherever in it."""
    n = len(geography.country_people)
    return Arenas(
        home=population.columns["country"],
        law=np.ones(n),
        start=np.arange(n + 1),
        first=np.arange(n),
    )


def travel(
    ties: Ties,
    need: Ints,
    arenas: Arenas,
    activity: Floats,
    sorting: float,
    key: NDArray[np.uint32],
) -> None:
    """Tie hosts to visitors of their level, in rounds; `need` becomes the ties still wanted.

    In every round each wanted half-tie either hosts at home or visits, by a fair coin.
    """
    from simnet.network.social._kernels import match, send_out

    for round_ in range(_ROUNDS):
        first = np.concatenate([[0], np.cumsum(need)])
        wanted = send_out(need, first, activity, sorting, *arenas, round_, key)
        wanted.sort()
        match(wanted, need, *ties)
