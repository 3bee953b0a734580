"""Clustering equals its definition, networkx and igraph, and what is known of plain networks."""

from __future__ import annotations

from itertools import combinations
from math import comb, nan, sqrt

import networkx
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from structure_cases import ALONE, EMPTY, binary_tree, complete, networks, star, tied

from simnet.network import Network, from_edges, to_igraph, to_networkx, watts_strogatz
from simnet.network.structure import (
    as_undirected,
    closed_fraction,
    clustering_by_degree,
    local_clustering,
    mean_clustering,
    transitivity,
    triangles,
)


def triangles_by_definition(network: Network) -> list[int]:
    """Pairs of alters that are tied, counted one by one."""
    network = as_undirected(network)
    return [
        sum(network.has_tie(int(a), int(b)) for a, b in combinations(network.row(i), 2))
        for i in range(network.n_people)
    ]


def heavy_tailed(people: int) -> Network:
    """A network grown by preferential attachment with closure, numbered from the hubs."""
    graph = networkx.powerlaw_cluster_graph(people, 4, 0.5, seed=3)
    ends = np.array(graph.edges)
    return from_edges(ends[:, 0], ends[:, 1], n_people=people)


@settings(deadline=None)  # the first example compiles
@given(networks(max_people=14))
def test_triangles_equal_their_definition(network: Network) -> None:
    assert triangles(network).tolist() == triangles_by_definition(network)
    assert triangles(network).dtype == np.int64


@settings(deadline=None)
@given(networks(max_people=14))
def test_clustering_equals_networkx_and_igraph(network: Network) -> None:
    graph = to_networkx(network).to_undirected()
    local = local_clustering(network)
    theirs = networkx.clustering(graph)
    degree = as_undirected(network).degree
    assert np.isnan(local).tolist() == (degree < 2).tolist()
    assert np.nan_to_num(local) == pytest.approx([theirs[i] for i in range(len(local))], rel=1e-12)
    if network.n_people:
        average = networkx.average_clustering(graph)
        assert mean_clustering(network) == pytest.approx(average, rel=1e-12)
        wide = to_igraph(as_undirected(network))
        assert mean_clustering(network, below_two=None) == pytest.approx(
            wide.transitivity_avglocal_undirected(mode="nan"), rel=1e-12, nan_ok=True
        )
        assert transitivity(network) == pytest.approx(
            wide.transitivity_undirected(mode="nan"), rel=1e-12, nan_ok=True
        )


@settings(deadline=None)
@given(networks())
def test_closed_fraction_follows_from_transitivity(network: Network) -> None:
    share = transitivity(network)
    assert closed_fraction(network) == pytest.approx(share / (3 - 2 * share), nan_ok=True)


@pytest.mark.parametrize(
    "network",
    [heavy_tailed(50), heavy_tailed(3000), watts_strogatz(2000, 12, 0.3, seed=5)],
    ids=["hubs", "many hubs", "like degrees"],
)
def test_kernel_equals_definition_at_size_whatever_the_threads(network: Network) -> None:
    expected = networkx.triangles(to_networkx(network))
    threads = numba.get_num_threads()
    try:
        for n in range(1, threads + 1):
            numba.set_num_threads(n)
            assert triangles(network).tolist() == list(expected.values())
            assert transitivity(network) == networkx.transitivity(to_networkx(network))
    finally:
        numba.set_num_threads(threads)


@pytest.mark.parametrize(("people", "degree"), [(20, 4), (31, 6), (40, 10), (101, 2)])
def test_the_ring_lattice_has_its_known_clustering(people: int, degree: int) -> None:
    lattice = watts_strogatz(people, degree, 0.0, seed=1)
    expected = 3 * (degree - 2) / (4 * (degree - 1))
    assert mean_clustering(lattice) == pytest.approx(expected, rel=1e-12)
    assert transitivity(lattice) == pytest.approx(expected, rel=1e-12)


def test_complete_networks_stars_and_trees() -> None:
    for people in (3, 4, 9):
        assert triangles(complete(people)).tolist() == [comb(people - 1, 2)] * people
        assert mean_clustering(complete(people)) == 1.0
        assert transitivity(complete(people)) == closed_fraction(complete(people)) == 1.0
    for loose in (star(6), binary_tree(31)):
        assert not triangles(loose).any()
        assert mean_clustering(loose) == mean_clustering(loose, below_two=None) == 0.0
        assert transitivity(loose) == closed_fraction(loose) == 0.0


def test_how_people_below_degree_two_count() -> None:
    """A triangle, somebody tied to one of its people, and somebody alone."""
    network = tied((0, 1), (1, 2), (0, 2), (2, 3), people=5)
    assert local_clustering(network) == pytest.approx([1, 1, 1 / 3, nan, nan], nan_ok=True)
    assert mean_clustering(network) == pytest.approx((2 + 1 / 3) / 5)
    assert mean_clustering(network, below_two=None) == pytest.approx((2 + 1 / 3) / 3)
    assert mean_clustering(network, below_two=1.0) == pytest.approx((4 + 1 / 3) / 5)


def test_nobody_and_nothing_is_nan() -> None:
    assert triangles(EMPTY).tolist() == []
    assert triangles(ALONE).tolist() == [0]
    assert np.isnan(mean_clustering(EMPTY))
    assert mean_clustering(ALONE) == 0.0
    assert np.isnan(mean_clustering(ALONE, below_two=None))
    for network in (EMPTY, ALONE, tied((0, 1))):
        assert np.isnan(transitivity(network))
        assert np.isnan(closed_fraction(network))
        assert clustering_by_degree(network).empty


def test_direction_is_left_out() -> None:
    cycle = tied((0, 1), (1, 2), (2, 0), (1, 0), directed=True)
    assert triangles(cycle).tolist() == [1, 1, 1]


def test_clustering_by_degree_is_the_mean_of_each_degree() -> None:
    network = heavy_tailed(400)
    table = clustering_by_degree(network)
    local, degree = local_clustering(network), network.degree
    assert table["degree"].tolist() == sorted({int(k) for k in degree if k > 1})
    assert table["n_people"].sum() == (degree > 1).sum()
    for row in table.itertuples():
        values = local[degree == row.degree]
        assert row.n_people == len(values)
        assert row.mean == pytest.approx(values.mean())
        error = values.std(ddof=1) / sqrt(len(values)) if len(values) > 1 else nan
        assert row.standard_error == pytest.approx(error, abs=1e-15, nan_ok=True)
