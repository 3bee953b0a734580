"""Burt's measures equal their definitions, networkx and igraph."""

from __future__ import annotations

from math import log, nan

import networkx
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from structure_cases import ALONE, EMPTY, complete, networks, star, tied

from simnet.errors import NetworkError
from simnet.network import Network, from_edges, to_igraph, to_networkx, watts_strogatz
from simnet.network.structure import constraint, effective_size, efficiency, hierarchy


def mutual_weights(network: Network, weight: str | None) -> np.ndarray:
    z = np.zeros((network.n_people, network.n_people))
    values = np.ones(len(network.neighbours)) if weight is None else network.tie_columns[weight]
    for i, j, value in zip(network.sources, network.neighbours, values, strict=True):
        z[i, j] += value
        z[j, i] += value
    return z


def dyadic_constraint(z: np.ndarray, i: int) -> list[float]:
    people = range(len(z))
    p = [[z[a, b] / z[a].sum() if z[a].any() else 0.0 for b in people] for a in people]
    return [
        (p[i][j] + sum(p[i][q] * p[q][j] for q in people if q not in (i, j))) ** 2
        for j in people
        if z[i, j] > 0
    ]


def hierarchy_by_definition(dyadic: list[float]) -> float:
    k = len(dyadic)
    if k < 2:
        return nan
    ratios = [c / (sum(dyadic) / k) for c in dyadic]
    return sum(r * log(r) for r in ratios) / (k * log(k))


def effective_size_by_definition(z: np.ndarray, i: int) -> float:
    people = range(len(z))
    alters = [j for j in people if z[i, j] > 0]
    if not alters:
        return nan
    return sum(
        1 - sum(z[i, q] / z[i].sum() * z[j, q] / z[j].max() for q in people if q not in (i, j))
        for j in alters
    )


@settings(deadline=None)
@given(networks(weighted=True, max_people=8))
def test_all_equal_their_definitions(network: Network) -> None:
    for weight in (None, "weight"):
        z = mutual_weights(network, weight)
        dyadic = [dyadic_constraint(z, i) for i in range(len(z))]
        alters = np.array([len(row) for row in dyadic])
        sizes = [effective_size_by_definition(z, i) for i in range(len(z))]
        assert constraint(network, weight=weight) == pytest.approx(
            [sum(row) if row else nan for row in dyadic], rel=1e-12, nan_ok=True
        )
        assert hierarchy(network, weight=weight) == pytest.approx(
            [hierarchy_by_definition(row) for row in dyadic], abs=1e-12, nan_ok=True
        )
        assert effective_size(network, weight=weight) == pytest.approx(
            sizes, rel=1e-12, nan_ok=True
        )
        assert efficiency(network, weight=weight) == pytest.approx(
            [size / k if k else nan for size, k in zip(sizes, alters, strict=True)], nan_ok=True
        )


@settings(deadline=None)
@given(networks(weighted=True))
def test_constraint_and_effective_size_equal_networkx(network: Network) -> None:
    graph = to_networkx(network)
    everybody = list(range(network.n_people))
    for weight in (None, "weight"):
        theirs = networkx.constraint(graph, nodes=everybody, weight=weight)
        # networkx calls somebody isolated who has ties in one direction only.
        alone = [len(set(networkx.all_neighbors(graph, i))) == 0 for i in everybody]
        ours = constraint(network, weight=weight)
        assert np.isnan(ours).tolist() == alone
        for i in everybody:
            if len(graph[i]):
                assert ours[i] == pytest.approx(theirs[i], rel=1e-12)
        sizes = networkx.effective_size(graph, nodes=everybody, weight=weight)
        for i, size in enumerate(effective_size(network, weight=weight)):
            if len(graph[i]):
                assert size == pytest.approx(sizes[i], rel=1e-12)


@settings(deadline=None)
@given(networks(directed=False, weighted=True))
def test_constraint_equals_igraph(network: Network) -> None:
    graph = to_igraph(network)
    for weight in (None, "weight"):
        if network.n_ties:
            assert constraint(network, weight=weight) == pytest.approx(
                graph.constraint(weights=weight), rel=1e-12, nan_ok=True
            )


def test_at_size_whatever_the_threads() -> None:
    network = watts_strogatz(400, 10, 0.2, seed=6)
    expected = list(networkx.constraint(to_networkx(network)).values())
    threads = numba.get_num_threads()
    results = []
    try:
        for n in range(1, threads + 1):
            numba.set_num_threads(n)
            results.append(constraint(network).tolist())
    finally:
        numba.set_num_threads(threads)
    assert results[0] == pytest.approx(expected, rel=1e-12)
    assert all(result == results[0] for result in results)


def test_known_networks() -> None:
    """A hub with k alters: 1/k, all effective; somebody at the rim: 1. In a triangle: 9/8, 1."""
    assert constraint(star(4)) == pytest.approx([1 / 4, 1, 1, 1, 1])
    assert effective_size(star(4)) == pytest.approx([4, 1, 1, 1, 1])
    assert efficiency(star(4)) == pytest.approx([1, 1, 1, 1, 1])
    assert constraint(complete(3)) == pytest.approx([9 / 8] * 3)
    assert effective_size(complete(3)) == pytest.approx([1] * 3)
    assert efficiency(complete(5)) == pytest.approx([1 / 4] * 5)
    assert hierarchy(complete(5)) == pytest.approx([0] * 5, abs=1e-15)


def test_weight_of_a_tie_may_differ_on_its_two_sides() -> None:
    """Mutual weights add the sides up: 0 has invested 1 + 3 in 1, and 1 + 1 in 2."""
    network = from_edges([0, 0], [1, 2])
    uneven = Network(
        network.indptr, network.neighbours, tie_columns={"time": np.array([1.0, 1.0, 3.0, 1.0])}
    )
    assert constraint(uneven, weight="time")[0] == pytest.approx((4 / 6) ** 2 + (2 / 6) ** 2)


def test_without_ties_all_are_nan() -> None:
    for measure in (constraint, effective_size, efficiency, hierarchy):
        assert measure(EMPTY).tolist() == []
        assert np.isnan(measure(ALONE)).all()
    assert np.isnan(hierarchy(tied((0, 1)))).all()


@pytest.mark.parametrize("weights", [[0.0], [-1.0], [nan], ["strong"]])
def test_weights_must_be_positive_numbers(weights: list[object]) -> None:
    network = from_edges([0], [1], tie_columns={"weight": weights})
    with pytest.raises(NetworkError, match="weights must be positive numbers; tie column 'weight'"):
        constraint(network, weight="weight")
    with pytest.raises(NetworkError, match="ties have no column 'trust'; there are weight"):
        effective_size(network, weight="trust")
