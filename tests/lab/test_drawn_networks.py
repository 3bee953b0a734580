"""Networks that are drawn: planned by their description, and another one in each replicate."""

from __future__ import annotations

from typing import Any

import pytest

from simnet.lab.execution import Engine, is_drawn
from simnet.lab.forecast import size_of
from simnet.spec import load


class NoNetworks(Engine):
    """Fails where a network would be made."""

    def network(self, world: Any, replicate: int) -> Any:
        raise AssertionError("no network is needed to plan a drawn one")


@pytest.mark.parametrize(
    ("network", "people", "half_ties"),
    [
        ("{model: watts-strogatz, people: 500, degree: 8, rewiring: 0.1}", 500, 4000),
        ("{model: kleinberg, side: 20}", 400, 2400),
        ("{model: holme-kim, people: 500, ties: 5, closure: 0.2}", 500, 4950),
    ],
)
def test_a_drawn_network_is_planned_by_its_description(
    network: str, people: int, half_ties: int
) -> None:
    world = load("quickstart", overrides=[f"network={network}"]).world("hard-sell")
    assert is_drawn(world)
    size = size_of(world, NoNetworks())
    assert (size.people, size.half_ties) == (people, half_ties)


def test_replicates_draw_networks_of_their_own_and_share_those_there_are() -> None:
    drawn = "network={model: erdos-renyi, people: 200, degree: 5}"
    world = load("quickstart", overrides=[drawn]).world("hard-sell")
    engine = Engine()
    assert (
        engine.network(world, 0).neighbours.tolist() != engine.network(world, 1).neighbours.tolist()
    )
    shipped = "network={model: classic, name: karate-club}"
    world = load("quickstart", overrides=[shipped]).world("hard-sell")
    assert not is_drawn(world)
    assert engine.network(world, 0) is engine.network(world, 1)
