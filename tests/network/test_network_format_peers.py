"""Files go to and come from other programs: networkx, igraph, pandas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import igraph
import networkx
import numpy as np
import pandas
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks_in_files import assert_same_columns, networks

from simnet.network import Network, classic, from_edges, from_networkx, to_networkx
from simnet.network.formats import read, write
from simnet.network.formats.exporting import each_tie_once

Ends = set[frozenset[str]] | set[tuple[str, str]]


def ends(network: Network) -> Ends:
    sources, targets, _ = each_tie_once(network)
    labels = list(map(str, network.labels))
    pairs = [(labels[a], labels[b]) for a, b in zip(sources, targets, strict=True)]
    return set(pairs) if network.directed else set(map(frozenset, pairs))


def ends_of_graph(graph: networkx.Graph[Any]) -> Ends:
    pairs = [(str(a), str(b)) for a, b in graph.edges()]
    return set(pairs) if graph.is_directed() else set(map(frozenset, pairs))


def ends_of_igraph(graph: igraph.Graph, attribute: str) -> Ends:
    labels = graph.vs[attribute]
    pairs = [(str(labels[a]), str(labels[b])) for a, b in graph.get_edgelist()]
    return set(pairs) if graph.is_directed() else set(map(frozenset, pairs))


def by_networkx(path: Path) -> networkx.Graph[Any]:
    match path.suffix:
        case ".graphml":
            return networkx.read_graphml(path)
        case ".gexf":
            return networkx.read_gexf(path)
        case ".gml":
            return networkx.read_gml(path)
        case ".json":
            layout = json.loads(path.read_text(encoding="utf-8"))
            return networkx.node_link_graph(layout, edges="edges")
        case _:
            raise AssertionError(path)


SUFFIXES = ["graphml", "gexf", "gml", "json"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_networkx_reads_ours(tmp_path_factory: pytest.TempPathFactory, suffix: str) -> None:
    folder = tmp_path_factory.mktemp("ours")

    @settings(deadline=None, max_examples=30)
    @given(networks(names=("age", "size", "since"), id_kinds=["int64", "str"]))
    def check(network: Network) -> None:
        assume(suffix != "gml" or not {"()", "[]"} & set(network.labels))  # empty lists to networkx
        path = folder / f"ties.{suffix}"
        write(network, path)
        graph = by_networkx(path)
        assert graph.is_directed() == network.directed
        assert sorted(map(str, graph)) == sorted(map(str, network.labels))
        assert ends_of_graph(graph) == ends(network)

    check()


# igraph has no empty ids, takes & in ids of GraphML for &#38;, and warns of GML beyond ASCII.
FOR_IGRAPH = networks(
    names=("age", "size", "since"),
    texts=st.text("aZ 07<>\"';,.#[]", min_size=1, max_size=4),
    kinds=["bool", "int32", "uint64", "str", "object bool", "datetime64[s]"],
    id_kinds=["int64", "str"],
)


@pytest.mark.parametrize("suffix", ["graphml", "gml"])
def test_igraph_reads_ours(tmp_path_factory: pytest.TempPathFactory, suffix: str) -> None:
    folder = tmp_path_factory.mktemp("ours")

    @settings(deadline=None, max_examples=30)
    @given(FOR_IGRAPH)
    def check(network: Network) -> None:
        path = folder / f"ties.{suffix}"
        write(network, path)
        graph = igraph.Graph.Read(str(path))
        assert graph.is_directed() == network.directed
        assert graph.vcount() == network.n_people
        assert graph.ecount() == network.n_ties
        if network.n_people:
            label = {"graphml": "id", "gml": "label"}[suffix]
            assert ends_of_igraph(graph, label) == ends(network)

    check()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_networkx_finds_our_values(tmp_path: Path, suffix: str) -> None:
    network = from_edges(
        ["Ann", "Bob"],
        ["Bob", "Zoë"],
        people={"age": [40, 50, 60], "share": [0.5, None, 1e20], "office": ["a&b", None, ""]},
        tie_columns={"weight": [0.25, 2.5], "trusted": [True, False]},
    )
    write(network, tmp_path / f"ties.{suffix}")
    graph = by_networkx(tmp_path / f"ties.{suffix}")
    shown = {
        name: {k: v for k, v in said.items() if k != "label"} for name, said in graph.nodes.data()
    }
    assert shown["Ann"] == {"age": 40, "share": 0.5, "office": "a&b"}
    assert shown["Bob"] == {"age": 50}
    assert shown["Zoë"] == {"age": 60, "share": 1e20, "office": ""}
    assert graph.edges["Ann", "Bob"]["weight"] == 0.25
    assert graph.edges["Bob", "Zoë"]["trusted"] == 0


def test_igraph_finds_our_values(tmp_path: Path) -> None:
    network = from_edges(
        ["Ann"], ["Bob"], people={"age": [40, 50]}, tie_columns={"weight": [0.25]}, directed=True
    )
    write(network, tmp_path / "ties.graphml")
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "ties.graphml"))
    assert graph.vs["id"] == ["Ann", "Bob"]
    assert graph.vs["age"] == [40, 50]
    assert graph.es["weight"] == [0.25]


def test_pandas_reads_our_tables(tmp_path: Path) -> None:
    network = classic("les-miserables")
    write(network, tmp_path / "ties.csv")
    write(network, tmp_path / "ties.parquet")
    from_csv = pandas.read_csv(tmp_path / "ties.csv", comment="#")
    from_parquet = pandas.read_parquet(tmp_path / "ties.parquet")
    assert list(from_csv.columns) == ["source", "target", "weight"]
    for frame in (from_csv, from_parquet):
        assert set(map(frozenset, zip(frame["source"], frame["target"], strict=True))) == ends(
            network
        )
    assert list(pandas.read_parquet(tmp_path / "ties.people.parquet")["id"]) == network.labels


def theirs() -> networkx.Graph[Any]:
    graph: networkx.Graph[Any] = networkx.Graph()
    graph.add_node("Ann", age=40, tall=True)
    graph.add_node('b <&> "é"', age=50, share=0.5)
    graph.add_node("7", office="a\nb")
    graph.add_edge("Ann", "7", weight=0.25)
    graph.add_edge('b <&> "é"', "7", weight=2.5, note="x")
    return graph


def by_networkx_written(graph: networkx.Graph[Any], path: Path, links: str = "edges") -> None:
    match path.suffix:
        case ".graphml":
            networkx.write_graphml(graph, path)
        case ".gexf":
            networkx.write_gexf(graph, path)
        case ".gml":
            networkx.write_gml(graph, path)
        case ".json":
            layout = networkx.node_link_data(graph, edges=links)
            path.write_text(json.dumps(layout), encoding="utf-8")


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_we_read_what_networkx_writes(tmp_path: Path, suffix: str, directed: bool) -> None:
    graph = theirs().to_directed() if directed else theirs()
    by_networkx_written(graph, tmp_path / f"g.{suffix}")
    network = read(tmp_path / f"g.{suffix}")
    expected = from_networkx(graph)
    assert network.directed == directed
    assert network.labels == expected.labels
    np.testing.assert_array_equal(network.neighbours, expected.neighbours)
    if suffix == "gml":  # has no true and false
        assert network.people["tall"].tolist() == [1, None, None]
    else:
        assert_same_columns(expected.people, network.people)
    assert_same_columns(expected.tie_columns, network.tie_columns)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_integers_of_networkx_come_out_as_integers(tmp_path: Path, suffix: str) -> None:
    graph = networkx.path_graph([5, 3, 9])
    by_networkx_written(graph, tmp_path / f"g.{suffix}")
    assert read(tmp_path / f"g.{suffix}").labels == [5, 3, 9]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_multigraphs_lose_their_parallel_edges_and_say_so(tmp_path: Path, suffix: str) -> None:
    graph = networkx.MultiGraph([("a", "b"), ("a", "b"), ("b", "b"), ("b", "c")])
    by_networkx_written(graph, tmp_path / f"g.{suffix}")
    network = read(tmp_path / f"g.{suffix}")
    assert network.n_ties == 2
    assert network.dropped == (1, 1)


def test_node_link_data_may_call_ties_links(tmp_path: Path) -> None:
    by_networkx_written(theirs(), tmp_path / "g.json", links="links")
    assert read(tmp_path / "g.json").n_ties == 2


@pytest.mark.parametrize("suffix", ["graphml", "gml"])
@pytest.mark.parametrize("directed", [False, True])
def test_we_read_what_igraph_writes(tmp_path: Path, suffix: str, directed: bool) -> None:
    graph = igraph.Graph(
        n=3,
        edges=[(0, 1), (2, 1)],
        directed=directed,
        vertex_attrs={"title": ["Ann", "a<&>b", 'é"x'], "age": [1.5, 2.0, float("nan")]},
        edge_attrs={"since": [4.0, 5.0], "weight": [1e20, -2.5]},
    )
    path = tmp_path / f"g.{suffix}"
    graph.write(str(path))
    network = read(path)
    assert network.labels == (["n0", "n1", "n2"] if suffix == "graphml" else [0, 1, 2])
    assert network.directed == directed
    assert network.degree.tolist() == ([1, 0, 1] if directed else [1, 2, 1])
    assert network.people["title"].tolist() == ["Ann", "a<&>b", 'é"x']
    np.testing.assert_array_equal(network.people["age"], [1.5, 2.0, np.nan])
    first, last = network.tie_columns["weight"][[0, -1]]
    assert (first, last) == (1e20, -2.5)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_networkx_read_and_wrote_again_is_still_ours(tmp_path: Path, suffix: str) -> None:
    network = from_edges(
        ["7", "007"], ["007", "x"], people={"age": [1, 2, 3]}, tie_columns={"weight": [1, 2]}
    )
    write(network, tmp_path / f"ours.{suffix}")
    graph = by_networkx(tmp_path / f"ours.{suffix}")
    by_networkx_written(graph, tmp_path / f"again.{suffix}")
    again = read(tmp_path / f"again.{suffix}")
    assert again.labels == network.labels
    assert again.n_ties == 2


def test_our_conversion_and_our_file_say_the_same(tmp_path: Path) -> None:
    network = classic("karate-club")
    write(network, tmp_path / "karate.json")
    graph, direct = by_networkx(tmp_path / "karate.json"), to_networkx(network)
    assert dict(graph.nodes(data=True)) == dict(direct.nodes(data=True))
    assert list(graph.edges(data=True)) == list(direct.edges(data=True))
