"""Distances from one person, between two, and the largest equal those of networkx."""

from __future__ import annotations

from math import inf, isnan

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.network import Network, from_edges, to_networkx, watts_strogatz
from simnet.network.distances import diameter, distance, distances, distances_from


@st.composite
def networks(draw: st.DrawFn, directed: bool | None = None) -> Network:
    people = draw(st.integers(1, 14))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=30))
    return from_edges(
        [a for a, _ in ties],
        [b for _, b in ties],
        n_people=people,
        directed=draw(st.booleans()) if directed is None else directed,
    )


@settings(deadline=None)
@given(network=networks())
def test_distances_equal_those_of_networkx(network: Network) -> None:
    graph = to_networkx(network)
    for person in range(network.n_people):
        lengths = networkx.single_source_shortest_path_length(graph, person)
        away = distances_from(network, person)
        assert away.tolist() == [lengths.get(other, -1) for other in range(network.n_people)]
        for other in range(network.n_people):
            assert distance(network, person, other) == lengths.get(other, inf)


def test_a_pair_in_a_large_network() -> None:
    network = watts_strogatz(5000, 6, 0.1, seed=2)
    away = distances_from(network, 17)
    assert away.dtype == np.int32
    for other in range(0, 5000, 97):
        assert distance(network, 17, other) == distance(network, other, 17) == away[other]


@settings(deadline=None)
@given(network=networks(directed=False))
def test_the_diameter_equals_that_of_networkx(network: Network) -> None:
    graph = to_networkx(network)
    expected = networkx.diameter(graph) if networkx.is_connected(graph) else inf
    assert diameter(network) == expected


@pytest.mark.parametrize(
    "network",
    [
        watts_strogatz(2000, 4, 0.05, seed=1),
        watts_strogatz(501, 2, 0.0, seed=1),
        from_edges(range(699), range(1, 700)),
    ],
    ids=["small world", "ring", "chain"],
)
def test_the_diameter_is_the_largest_distance(network: Network) -> None:
    assert diameter(network) == distances(network, sources="all").largest


def test_the_diameter_where_there_is_none() -> None:
    assert isnan(diameter(from_edges([], [], n_people=0)))
    assert diameter(from_edges([], [], n_people=1)) == 0
    assert diameter(from_edges([], [], n_people=2)) == inf
    with pytest.raises(ValueError, match="diameter needs an undirected network"):
        diameter(from_edges([0], [1], directed=True))


def test_strangers_are_refused() -> None:
    network = from_edges([0, 1], [1, 2])
    with pytest.raises(IndexError, match=r"person 3 is not one of 0 .. 2"):
        distances_from(network, 3)
    with pytest.raises(IndexError, match=r"person -1 is not one of 0 .. 2"):
        distance(network, 0, -1)
    with pytest.raises(IndexError, match=r"person 7 is not one of 0 .. 2"):
        distance(network, 7, 7)
