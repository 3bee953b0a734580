"""Degree distributions and degree assortativity equal their definitions, networkx and igraph."""

from __future__ import annotations

from math import nan, sqrt

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from structure_cases import ALONE, EMPTY, complete, networks, path, star, tied

from simnet.network import Network, to_igraph, to_networkx
from simnet.network.structure import degree_assortativity, degree_distribution, degrees
from simnet.network.structure.degrees import DIRECTIONS, Direction


def degrees_by_definition(network: Network, direction: Direction) -> list[int]:
    graph = to_networkx(network)
    count = {"total": graph.degree}
    if network.directed:
        count |= {"in": graph.in_degree, "out": graph.out_degree}
    return [count.get(direction, graph.degree)[i] for i in range(network.n_people)]


@given(networks())
def test_degrees_and_their_distribution_equal_networkx(network: Network) -> None:
    for direction in DIRECTIONS:
        expected = degrees_by_definition(network, direction)
        assert degrees(network, direction=direction).tolist() == expected
        found = degree_distribution(network, direction=direction)
        assert found.degree.tolist() == sorted(set(expected))
        assert found.n_people.tolist() == [expected.count(k) for k in found.degree]
        assert found.n_people.sum() == network.n_people
        n = network.n_people
        assert found.share.tolist() == [expected.count(k) / n for k in found.degree]
        assert found.ccdf == pytest.approx(
            [sum(d >= k for d in expected) / n for k in found.degree]
        )
        if expected:
            assert found.mean == pytest.approx(np.mean(expected))
            assert found.median == np.median(expected)
            assert found.variance == pytest.approx(np.var(expected))
            assert found.maximum == max(expected)


def test_nobody_has_no_mean_degree() -> None:
    found = degree_distribution(EMPTY)
    assert np.isnan([found.mean, found.median, found.variance]).all()
    assert found.maximum is None
    assert len(found.degree) == 0
    assert degree_distribution(ALONE).maximum == 0


def test_directions_have_names() -> None:
    with pytest.raises(ValueError, match="direction must be one of total, in, out; got 'both'"):
        degrees(ALONE, direction="both")  # type: ignore[arg-type]


def correlation(x: list[float], y: list[float]) -> float:
    if not x or np.ptp(x) == 0 or np.ptp(y) == 0:
        return nan
    return float(np.corrcoef(x, y)[0, 1])


def ends_of_ties(network: Network, source: Direction, target: Direction) -> np.ndarray:
    """Degrees at both ends, a row a half-tie; two rows after each other are an undirected tie."""
    first = degrees_by_definition(network, source)
    second = degrees_by_definition(network, target)
    rows = []
    for a, b in to_networkx(network).edges:
        rows.append((first[a], second[b]))
        if not network.directed:
            rows.append((first[b], second[a]))
    return np.array(rows, dtype=float).reshape(-1, 2)


@settings(deadline=None)
@given(networks(max_people=8))
def test_assortativity_and_its_jackknife_equal_their_definitions(network: Network) -> None:
    variants: list[tuple[Direction, Direction]] = [("out", "in")]
    if network.directed:
        variants += [("in", "out"), ("out", "out"), ("total", "in")]
    for source, target in variants:
        rows = ends_of_ties(network, source, target)
        per_tie = 1 if network.directed else 2
        found = degree_assortativity(network, source=source, target=target)
        value = correlation(*rows.T.tolist())
        without = [
            correlation(*np.delete(rows, slice(i, i + per_tie), axis=0).T.tolist())
            for i in range(0, len(rows), per_tie)
        ]
        error = sqrt(sum((r - value) ** 2 for r in without)) if without else nan
        assert found.value == pytest.approx(value, abs=1e-9, nan_ok=True)
        assert found.standard_error == pytest.approx(error, rel=1e-6, abs=1e-9, nan_ok=True)
        assert found.n == network.n_ties


@settings(deadline=None)
@given(networks())
def test_assortativity_equals_igraph(network: Network) -> None:
    graph = to_igraph(network)
    if network.n_ties:
        theirs = graph.assortativity_degree(directed=network.directed)
        assert degree_assortativity(network).value == pytest.approx(theirs, abs=1e-9, nan_ok=True)


def test_known_assortativity() -> None:
    """Degrees at the ends of a path of four people: (1, 2), (2, 2), (2, 1) and back."""
    assert degree_assortativity(star(5)).value == pytest.approx(-1)
    assert degree_assortativity(path(4)).value == pytest.approx(-1 / 2)
    assert np.isnan(degree_assortativity(complete(5)).value)
    for network in (EMPTY, ALONE, tied((0, 1))):
        assert np.isnan(degree_assortativity(network).value)
        assert np.isnan(degree_assortativity(network).standard_error)


def test_the_interval_covers_the_assortativity_of_a_growing_family() -> None:
    """Random networks have none: of 40 intervals at 95 %, at least 34 must hold 0.

    That many miss by chance about once in 100 times (binomial).
    """
    held = 0
    for seed in range(40):
        graph = networkx.gnm_random_graph(300, 1200, seed=seed)
        found = degree_assortativity(tied(*graph.edges, people=300))
        held += found.low <= 0 <= found.high
    assert held >= 34
