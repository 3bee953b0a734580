"""The living network at week 0: people and prior ties drawn from a specification and a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simnet.agents.crowd import (
    NEVER,
    SLOTS_A_LINE,
    HalfTies,
    People,
    empty_half_ties,
    empty_people,
)
from simnet.errors import NetworkError
from simnet.randomness import stream_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simnet.network import Network
    from simnet.spec import WorldSpec

STREAMS = (
    "people",
    "prior-ties",
    "needs",
    "actions",
    "responses",
    "dormancy",
    "search",
    "letters",
    "mailings",
    "record",
)
_SPARE_SLOTS = 4
_ROOM_TO_GROW, _ROOM_TAKEN = 2.0, 1.625
"""Slots in all for one at the start, and those whose memory is taken then.

The system gives memory when it is first written to. In the rounds that came a row at a time, and
took longer than the rest of forming ties. As many are taken as rows need in a year in which one
person in ten makes ties by a strategy. Slots beyond take no memory until they are in use.
"""


class Keys:
    """Keys of a trial's streams, by name; pairs of integers, which kernels pass on cheaply."""

    def __init__(self, seed: int, replicate: int) -> None:
        keys = {name: stream_key(seed, replicate, name).tolist() for name in STREAMS}
        self._keys: dict[str, tuple[int, int]] = {name: tuple(key) for name, key in keys.items()}

    def __getitem__(self, stream: str) -> tuple[int, int]:
        return self._keys[stream]


def strategy_names(spec: WorldSpec) -> tuple[str, ...]:
    """The strategies somebody follows: the background's in the file's order, then the focal one."""
    names = list(spec.population)
    if spec.focal.strategy is not None and spec.focal.strategy not in names:
        names.append(spec.focal.strategy)
    return tuple(names)


def found_people(
    spec: WorldSpec, names: Sequence[str], network: Network, parameters: Any, keys: Keys
) -> People:
    """People with strategy, offer and character; each draw is keyed by the person alone."""
    from simnet.agents._kernels import person_draws

    n = network.n_people
    people = empty_people(n)
    u = person_draws(keys["people"], n, 0)
    shares = np.cumsum(list(spec.population.values()))
    shares[-1] = 1.0
    people.face.strategy[:] = np.searchsorted(shares, u[:, 0], side="right")
    if spec.focal.strategy is not None:
        people.own.group[:] = u[:, 1] < spec.focal.share
        people.face.strategy[people.own.group == 1] = names.index(spec.focal.strategy)
    people.face.offer[:] = (u[:, 2] * parameters[0].market_categories).astype(np.int16)
    people.face.accepts_all[:] = u[:, 3] < parameters[0].acceptance_accept_all
    people.face.advocate[:] = u[:, 4] < parameters[0].asking_advocates
    people.face.reachable[:] = network.degree > 0
    people.face.phase[:] = (u[:, 5] * 65536).astype(np.uint16)
    people.face.open_need[:] = -1
    people.own.buoyed[:] = NEVER
    return people


def found_ties(people: People, network: Network, parameters: Any, keys: Keys) -> HalfTies:
    """Prior ties from the network's, each row with a few slots to spare; slots for rows to come."""
    from simnet.agents.ties._kernels import begin_ties, vacate

    if network.directed:
        raise NetworkError("the living network needs undirected ties; this network is directed")
    lines = -(-(network.degree + _SPARE_SLOTS) // SLOTS_A_LINE)
    people.row.room[:] = lines * SLOTS_A_LINE
    people.row.start[1:] = np.cumsum(people.row.room[:-1], dtype=np.int64)
    slots = int(people.row.room.sum(dtype=np.int64))
    ties = empty_half_ties(int(slots * _ROOM_TO_GROW))
    begin_ties(parameters, keys["prior-ties"], people, ties, network.indptr, network.neighbours)
    vacate(ties, slots, int(slots * _ROOM_TAKEN))
    return ties


def recorded_people(n: int, most: int, keys: Keys) -> NDArray[np.bool_]:
    """Whose rows are kept: everybody, or each with the probability most / n."""
    from simnet.agents._kernels import person_draws

    if n <= most:
        return np.ones(n, np.bool_)
    kept: NDArray[np.bool_] = person_draws(keys["record"], n, 0)[:, 0] < most / n
    return kept
