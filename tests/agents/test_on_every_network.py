"""People live on networks of every model, and on none whose ties have a direction."""

from __future__ import annotations

from typing import Any

import pytest

from simnet.agents import World
from simnet.errors import NetworkError
from simnet.network import Network
from simnet.network.generators import kleinberg
from simnet.spec import WorldSpec

MODELS: list[dict[str, Any]] = [
    {"model": "watts-strogatz", "people": 64, "degree": 4, "rewiring": 0.1},
    {"model": "newman-watts", "people": 64, "degree": 4, "shortcuts": 0.1},
    {"model": "kleinberg", "side": 8},
    {"model": "kleinberg", "side": 4, "dimensions": 3, "torus": False, "by_rank": True},
    {"model": "watts-dodds-newman", "people": 64, "group": 8, "degree": 5},
    {"model": "erdos-renyi", "people": 64, "degree": 5},
    {"model": "holme-kim", "people": 64, "ties": 3, "closure": 0.5},
    {"model": "configuration", "people": 64, "degrees": {"law": "poisson", "mean": 5}},
]


def world_on(network: dict[str, Any]) -> WorldSpec:
    return WorldSpec.model_validate(
        {
            "seed": 1,
            "weeks": 4,
            "network": network,
            "population": {"give-first": 0.5, "hard-sell": 0.5},
            "probes": {"every_weeks": 2, "letters": 5},
        }
    )


@pytest.mark.parametrize("network", MODELS, ids=lambda network: network["model"])
def test_people_live_on_it(network: dict[str, Any]) -> None:
    world = World(world_on(network))
    tables = world.run()
    started = world.network
    assert len(tables.people) == started.n_people == 64
    assert tables.people["degree_start"].tolist() == started.degree.tolist()
    snapshot: Network = world.snapshot()
    assert (snapshot.n_people, snapshot.directed) == (64, False)


def test_nobody_lives_on_ties_with_a_direction() -> None:
    one_way = kleinberg(8, directed=True, seed=1)
    with pytest.raises(NetworkError, match="needs undirected ties; this network is directed"):
        World(world_on(MODELS[0]), network=one_way)
