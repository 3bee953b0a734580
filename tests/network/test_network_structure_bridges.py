"""Bridges, local bridges, spans and overlap equal networkx and their definitions."""

from __future__ import annotations

from math import inf, nan

import networkx
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from structure_cases import ALONE, EMPTY, binary_tree, complete, networks, path, star, tied

from simnet.network import Network, from_edges, to_networkx, watts_strogatz
from simnet.network.structure import (
    as_undirected,
    bridges,
    local_bridge_share,
    local_bridges,
    spans,
    tie_overlap,
)


def each_tie(network: Network) -> list[tuple[int, int]]:
    network = as_undirected(network)
    return [
        (int(a), int(b)) for a, b in zip(network.sources, network.neighbours, strict=True) if a < b
    ]


def pairs(ties: object) -> list[tuple[int, ...]]:
    return [tuple(map(int, tie)) for tie in np.asarray(ties)]


def span_by_definition(network: Network, a: int, b: int) -> float:
    """Take the tie away and look how far it is."""
    graph = to_networkx(network).to_undirected()
    graph.remove_edge(a, b)
    try:
        return networkx.shortest_path_length(graph, a, b)
    except networkx.NetworkXNoPath:
        return inf


@settings(deadline=None)
@given(networks(max_people=12))
def test_bridges_and_local_bridges_equal_networkx(network: Network) -> None:
    graph = to_networkx(network).to_undirected()
    expected = sorted(tuple(sorted(tie)) for tie in networkx.bridges(graph))
    assert pairs(bridges(network)) == expected
    local = {tuple(sorted(tie[:2])): tie[2] for tie in networkx.local_bridges(graph)}
    assert pairs(local_bridges(network)) == sorted(local)
    assert spans(network, local_bridges(network)).tolist() == [local[tie] for tie in sorted(local)]
    ties = graph.number_of_edges()
    assert local_bridge_share(network) == pytest.approx(
        len(local) / ties if ties else nan, nan_ok=True
    )


@settings(deadline=None)
@given(networks(max_people=8))
def test_spans_equal_their_definition(network: Network) -> None:
    ties = each_tie(network)
    expected = [span_by_definition(network, a, b) for a, b in ties]
    assert spans(network, np.reshape(ties, (-1, 2))).tolist() == expected
    assert spans(network, np.reshape(ties, (-1, 2))[:, ::-1]).tolist() == expected


def test_at_size_whatever_the_threads() -> None:
    network = watts_strogatz(600, 4, 0.3, seed=2)
    graph = to_networkx(network)
    local = {tuple(sorted(tie[:2])): tie[2] for tie in networkx.local_bridges(graph)}
    threads = numba.get_num_threads()
    try:
        for n in range(1, threads + 1):
            numba.set_num_threads(n)
            found = local_bridges(network)
            assert pairs(found) == sorted(local)
            assert spans(network, found).tolist() == [local[tie] for tie in sorted(local)]
    finally:
        numba.set_num_threads(threads)


def test_bridges_at_depth() -> None:
    """A path so long that a recursive search would not come back."""
    long = path(200_000)
    assert len(bridges(long)) == 199_999


@settings(deadline=None)
@given(networks(max_people=10))
def test_overlap_equals_its_definition(network: Network) -> None:
    network = as_undirected(network)
    expected = []
    for a, b in zip(network.sources.tolist(), network.neighbours.tolist(), strict=True):
        first, second = set(network.row(a)) - {b}, set(network.row(b)) - {a}
        expected.append(len(first & second) / len(first | second) if first | second else nan)
    assert tie_overlap(network) == pytest.approx(expected, nan_ok=True)


def test_overlap_with_somebody_of_many_more_ties() -> None:
    """Rows of very different lengths are compared by searching the longer one."""
    ties = [(0, i) for i in range(1, 500)] + [(1, 2), (2, 3), (7, 450)]
    network = from_edges([a for a, _ in ties], [b for _, b in ties])
    by_tie = dict(
        zip(
            pairs(np.column_stack([network.sources, network.neighbours])),
            tie_overlap(network).tolist(),
            strict=True,
        )
    )
    assert by_tie[0, 1] == by_tie[1, 0] == 1 / 498
    assert by_tie[0, 2] == by_tie[2, 0] == 2 / 498
    assert by_tie[450, 0] == 1 / 498
    assert by_tie[1, 2] == 1 / 2
    assert by_tie[0, 10] == 0


def test_known_networks() -> None:
    for tree in (star(5), binary_tree(15), path(6)):
        assert len(bridges(tree)) == len(local_bridges(tree)) == tree.n_ties
        assert np.isinf(spans(tree, bridges(tree))).all()
        assert local_bridge_share(tree) == 1.0
    assert pairs(bridges(complete(5))) == pairs(local_bridges(complete(5))) == []
    assert tie_overlap(complete(5)).tolist() == [1.0] * 20
    ring = watts_strogatz(9, 2, 0.0, seed=1)
    assert pairs(bridges(ring)) == []
    assert spans(ring, local_bridges(ring)).tolist() == [8.0] * 9


def test_nobody_and_nothing() -> None:
    for network in (EMPTY, ALONE):
        assert bridges(network).shape == local_bridges(network).shape == (0, 2)
        assert np.isnan(local_bridge_share(network))
        assert spans(network, []).tolist() == tie_overlap(network).tolist() == []
    assert np.isnan(tie_overlap(tied((0, 1)))).all()


@pytest.mark.parametrize("strangers", [(0, 2), (1, 1), (0, 9), (-1, 0), (2, 3)])
def test_only_a_tie_has_a_span(strangers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"person {strangers[0]} and person {strangers[1]} are"):
        spans(path(3), [(0, 1), strangers])
