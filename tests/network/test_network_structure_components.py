"""Components, cores and the networks of some people equal networkx, and carry everything along."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structure_cases import ALONE, EMPTY, binary_tree, complete, networks, star, tied

from simnet.network import Network, from_edges, to_igraph, to_networkx, watts_strogatz
from simnet.network.spaces import Circle
from simnet.network.structure import (
    Components,
    as_undirected,
    components,
    core_number,
    largest_component,
    reciprocity,
    strong_components,
    subnetwork,
)


def parts(found: Components) -> list[set[int]]:
    return [set(np.flatnonzero(found.labels == k).tolist()) for k in range(len(found.sizes))]


def in_order(sets: list[set[int]]) -> list[set[int]]:
    """The largest first, of equal ones that of the first person."""
    return sorted(sets, key=lambda members: (-len(members), min(members)))


@settings(deadline=None)  # the first example compiles
@given(networks(max_people=14))
def test_components_equal_networkx(network: Network) -> None:
    graph = to_networkx(network)
    weak = list(networkx.connected_components(graph.to_undirected()))
    strong = list(networkx.strongly_connected_components(graph)) if network.directed else weak
    for found, expected in ((components(network), weak), (strong_components(network), strong)):
        assert parts(found) == in_order(expected)
        assert found.sizes.tolist() == [len(members) for members in in_order(expected)]


def test_components_at_size() -> None:
    network = subnetwork(watts_strogatz(3000, 4, 0.6, seed=4), range(0, 3000, 3))
    graph = networkx.convert_node_labels_to_integers(to_networkx(network))
    expected = in_order(list(networkx.connected_components(graph)))
    assert len(expected) > 10
    assert parts(components(network)) == expected


def test_the_components_of_nobody_and_of_one() -> None:
    assert components(EMPTY).sizes.tolist() == []
    assert components(ALONE).labels.tolist() == [0]
    assert strong_components(tied(people=2, directed=True)).sizes.tolist() == [1, 1]
    assert strong_components(tied(people=0, directed=True)).sizes.tolist() == []
    assert largest_component(EMPTY).n_people == 0


@settings(deadline=None)
@given(networks(max_people=12))
def test_core_numbers_equal_networkx_and_igraph(network: Network) -> None:
    graph = to_networkx(network).to_undirected()
    expected = networkx.core_number(graph) if network.n_people else {}
    assert core_number(network).tolist() == [expected[i] for i in range(network.n_people)]
    assert core_number(network).tolist() == to_igraph(as_undirected(network)).coreness()


def test_known_cores() -> None:
    assert core_number(complete(5)).tolist() == [4] * 5
    assert core_number(star(4)).tolist() == [1] * 5
    assert core_number(binary_tree(15)).tolist() == [1] * 15
    assert core_number(watts_strogatz(30, 6, 0.0, seed=1)).tolist() == [6] * 30
    assert core_number(ALONE).tolist() == [0]


@pytest.fixture
def described() -> Network:
    """Five people with names, columns and places, in parts of 2 and 3; ties have a column."""
    network = from_edges(
        ["e", "a", "b"],
        ["d", "b", "c"],
        ids=["a", "b", "c", "d", "e"],
        people={"age": [20, 30, 40, 50, 60], "place": [0.0, 0.2, 0.4, 0.6, 0.8]},
        tie_columns={"trust": [0.1, 0.2, 0.3]},
    )
    return replace(network, spaces={"place": Circle("place")})


def test_the_largest_component_carries_everything(described: Network) -> None:
    core = largest_component(described)
    assert core.labels == ["a", "b", "c"]
    assert core.people["age"].tolist() == [20, 30, 40]
    assert core.spaces == {"place": Circle("place")}
    assert core.row(1).tolist() == [0, 2]
    assert core.tie_columns["trust"].tolist() == [0.2, 0.2, 0.3, 0.3]


def weight_of_each_tie(network: Network, among: set[int]) -> dict[tuple[int, int], float]:
    """By the names of its ends, the half-ties among some people."""
    names = network.labels
    return {
        (names[a], names[b]): weight
        for a, b, weight in zip(
            network.sources, network.neighbours, network.tie_columns["weight"], strict=True
        )
        if names[a] in among and names[b] in among
    }


@settings(deadline=None)
@given(networks(weighted=True), st.data())
def test_a_subnetwork_has_the_ties_among_its_people(network: Network, data: st.DataObject) -> None:
    everybody = range(network.n_people)
    chosen = data.draw(st.lists(st.sampled_from(everybody), unique=True)) if everybody else []
    part = subnetwork(network, chosen)
    assert part.labels == sorted(chosen)
    assert part.directed == network.directed
    among = set(chosen)
    assert weight_of_each_tie(part, among) == weight_of_each_tie(network, among)
    rows = [part.row(i).tolist() for i in range(part.n_people)]
    assert rows == [sorted(row) for row in rows]
    assert part.indptr.dtype == np.int64
    assert part.neighbours.dtype == np.int32


def test_people_of_a_subnetwork_of_a_subnetwork_keep_their_names() -> None:
    part = subnetwork(complete(6), [1, 3, 5])
    assert subnetwork(part, [0, 2]).labels == [1, 5]


def test_who_can_be_in_a_subnetwork() -> None:
    with pytest.raises(ValueError, match="person 2 is named twice"):
        subnetwork(complete(4), [2, 1, 2])
    with pytest.raises(ValueError, match=r"person 4 is not one of 0 \.\. 3"):
        subnetwork(complete(4), [4])
    with pytest.raises(ValueError, match=r"person -1 is not one of 0 \.\. 3"):
        subnetwork(complete(4), [3, -1])


@settings(deadline=None)
@given(networks(weighted=True))
def test_as_undirected_equals_networkx(network: Network) -> None:
    graph = networkx.Graph(to_networkx(network))
    plain = as_undirected(network)
    assert not plain.directed
    assert plain.indptr.dtype == np.int64
    assert plain.neighbours.dtype == np.int32
    assert [plain.row(i).tolist() for i in range(network.n_people)] == [
        sorted(graph[i]) for i in range(network.n_people)
    ]
    assert (plain is network) == (not network.directed)
    if network.directed:
        assert not plain.tie_columns


def test_as_undirected_keeps_the_people(described: Network) -> None:
    plain = as_undirected(replace(described, directed=True))
    assert plain.labels == described.labels
    assert plain.people["age"].tolist() == described.people["age"].tolist()
    assert plain.spaces == described.spaces
    assert plain.neighbours.tolist() == described.neighbours.tolist()


@settings(deadline=None)
@given(networks(directed=True))
def test_reciprocity_equals_its_definition(network: Network) -> None:
    ties = zip(network.sources.tolist(), network.neighbours.tolist(), strict=True)
    back = [network.has_tie(b, a) for a, b in ties]
    expected = sum(back) / len(back) if back else nan
    assert reciprocity(network) == pytest.approx(expected, nan_ok=True)


def test_reciprocity_without_direction_and_without_ties() -> None:
    assert reciprocity(complete(3)) == 1.0
    for network in (EMPTY, ALONE, tied(people=2, directed=True)):
        assert np.isnan(reciprocity(network))
