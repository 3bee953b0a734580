"""There and back again: networkx, igraph, SciPy and pandas keep ids, attributes and ties."""

from __future__ import annotations

from typing import Any

import igraph
import networkx
import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from simnet.errors import NetworkError
from simnet.network import (
    Network,
    from_edges,
    from_igraph,
    from_networkx,
    from_pandas,
    from_sparse,
    to_igraph,
    to_networkx,
    to_pandas,
    to_sparse,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
VALUES = (
    st.booleans(),
    INTEGERS,
    st.floats(),
    TEXT,
    st.one_of(st.none(), TEXT, st.just("always a text")),
)
IDS = (INTEGERS, TEXT, st.tuples(st.integers(0, 9), TEXT), st.one_of(TEXT, st.integers()))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    n = draw(st.integers(2, 7))
    ids = draw(st.one_of(*(st.lists(kind, min_size=n, max_size=n, unique=True) for kind in IDS)))
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    ties = [(0, 1), *draw(st.lists(pair, max_size=12))]

    def columns(length: int) -> dict[str, list[Any]]:
        # A column that nobody has a value in leaves no trace in a networkx graph.
        kept: dict[str, list[Any]] = {}
        for name in draw(st.lists(st.sampled_from(["age", "weight", "label"]), unique=True)):
            kind = draw(st.sampled_from(VALUES))
            kept[name] = [draw(kind.filter(lambda value: value is not None))] + [
                draw(kind) for _ in range(length - 1)
            ]
        return kept

    return from_edges(
        [ids[a] for a, _ in ties],
        [ids[b] for _, b in ties],
        ids=ids,
        directed=draw(st.booleans()),
        people=columns(n),
        tie_columns=columns(len(ties)),
    )


def assert_same(network: Network, other: Network) -> None:
    assert network.directed == other.directed
    assert network.labels == other.labels
    assert list(map(type, network.labels)) == list(map(type, other.labels))
    np.testing.assert_array_equal(network.indptr, other.indptr)
    np.testing.assert_array_equal(network.neighbours, other.neighbours)
    for ours, theirs in (
        (network.people, other.people),
        (network.tie_columns, other.tie_columns),
    ):
        assert list(ours) == list(theirs)
        for name in ours:
            assert ours[name].dtype == theirs[name].dtype
            np.testing.assert_array_equal(ours[name], theirs[name])


@given(networks())
def test_networkx_round_trip(network: Network) -> None:
    assert_same(from_networkx(to_networkx(network)), network)


@given(networks())
def test_igraph_round_trip(network: Network) -> None:
    assert_same(from_igraph(to_igraph(network)), network)


@given(networks())
def test_pandas_round_trip(network: Network) -> None:
    ties, people = to_pandas(network)
    assert_same(from_pandas(ties, people, directed=network.directed), network)


@given(networks())
def test_sparse_round_trip(network: Network) -> None:
    weights = np.arange(1.0, network.n_ties + 1)
    ends = to_pandas(network)[0]
    weighted = from_edges(
        list(ends["source"]),
        list(ends["target"]),
        ids=network.labels,
        directed=network.directed,
        tie_columns={"w": weights},
    )
    back = from_sparse(
        to_sparse(weighted, "w"), directed=network.directed, ids=network.labels, weight="w"
    )
    assert_same(back, weighted)


def test_networkx_graph_says_the_same() -> None:
    network = from_edges(
        ["a", "b"],
        ["b", "c"],
        ids=["a", "b", "c", "d"],
        people={"age": [4, None, 6, 7]},
        tie_columns={"weight": [0.5, 1.5]},
    )
    graph = to_networkx(network)
    assert type(graph) is networkx.Graph
    assert dict(graph.nodes(data=True)) == {
        "a": {"age": 4},
        "b": {},
        "c": {"age": 6},
        "d": {"age": 7},
    }
    assert sorted(graph.edges(data=True)) == [
        ("a", "b", {"weight": 0.5}),
        ("b", "c", {"weight": 1.5}),
    ]
    assert to_networkx(from_edges([0], [1], directed=True)).is_directed()


def test_a_multigraph_loses_its_parallel_edges_and_says_so() -> None:
    graph: networkx.MultiGraph[str] = networkx.MultiGraph(
        [("a", "b", {"k": 1}), ("b", "a", {"k": 2}), ("a", "a", {})]
    )
    network = from_networkx(graph)
    assert network.n_ties == 1
    assert network.dropped == (1, 1)
    assert network.tie_columns["k"].tolist() == [1, 1]


def test_an_igraph_graph_without_names_counts() -> None:
    network = from_igraph(igraph.Graph.Ring(4))
    assert network.ids is None
    assert network.degree.tolist() == [2, 2, 2, 2]
    renamed = from_igraph(to_igraph(network, id_attribute="who"), id_attribute="who")
    assert_same(renamed, network)


def test_frames_hold_everybody_and_every_tie_once() -> None:
    network = from_edges([5, 7], [7, 5], ids=[7, 6, 5], tie_columns={"weight": [1, 2]})
    ties, people = to_pandas(network)
    assert ties.to_dict("list") == {"source": [7], "target": [5], "weight": [1]}
    assert people.to_dict("list") == {"id": [7, 6, 5]}


def test_any_frames_will_do() -> None:
    ties = pandas.DataFrame({"a": ["x", "y"], "b": ["y", "z"], "since": pandas.Categorical([1, 2])})
    people = pandas.DataFrame({"who": ["z", "y", "x", "w"], "rank": pandas.array([1, None, 3, 4])})
    network = from_pandas(ties, people, source="a", target="b")
    assert network.labels == ["z", "y", "x", "w"]
    assert network.people["rank"].tolist() == [1, None, 3, 4]
    assert network.tie_columns["since"].tolist() == [2, 2, 1, 1]
    assert from_pandas(ties, source="a", target="b").labels == ["x", "y", "z"]


def test_matrix_entries_are_ties() -> None:
    matrix = sparse.csr_array(np.array([[0, 2, 0], [2, 0, 0], [0, 0, 3]]))
    network = from_sparse(matrix, weight="w")
    assert network.n_ties == 1
    assert network.dropped == (1, 0)
    assert network.tie_columns["w"].tolist() == [2, 2]
    assert to_sparse(network).toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_a_matrix_can_be_changed_and_the_network_stays() -> None:
    network = from_edges([0], [1], tie_columns={"w": [5]})
    matrix = to_sparse(network, "w")
    matrix.data[:] = 0
    matrix.indices[:] = 0
    assert network.tie_columns["w"].tolist() == [5, 5]
    assert network.neighbours.tolist() == [1, 0]


def test_an_undirected_export_has_no_room_for_two_values() -> None:
    whole = from_edges([0], [1])
    network = Network(whole.indptr, whole.neighbours, tie_columns={"trust": np.array([0.1, 0.9])})
    for export in (to_networkx, to_igraph, to_pandas):
        with pytest.raises(NetworkError, match="'trust' differs between the two halves"):
            export(network)


def test_what_data_may_get_wrong() -> None:
    tie = from_edges([0], [1], people={"id": [1, 2], "name": [1, 2]})
    with pytest.raises(NetworkError, match="'name' is in the way"):
        to_igraph(tie)
    with pytest.raises(NetworkError, match="'id' is in the way"):
        to_pandas(tie)
    with pytest.raises(NetworkError, match="no column 'target'"):
        from_pandas(pandas.DataFrame({"source": [1]}))
    with pytest.raises(NetworkError, match="must be square; got 1 x 2"):
        from_sparse(sparse.csr_array(np.ones((1, 2))))
    with pytest.raises(NetworkError, match="not symmetric"):
        from_sparse(sparse.csr_array(np.array([[0, 1], [0, 0]])))
    with pytest.raises(NetworkError, match="not symmetric"):
        from_sparse(sparse.csr_array(np.array([[0, 1], [2, 0]])))
    with pytest.raises(ValueError, match="ids has 1 values; expected 2"):
        from_sparse(sparse.csr_array(np.eye(2)), ids=["a"])
