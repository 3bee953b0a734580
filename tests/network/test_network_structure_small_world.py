"""The small-world coefficients: their arithmetic, their references, and worlds that are known."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from structure_cases import ALONE, EMPTY, complete, tied

from simnet.errors import NetworkError
from simnet.network import Estimate, Network, watts_strogatz
from simnet.network.structure import (
    components,
    largest_component,
    mean_clustering,
    small_world_coefficient,
    triangles,
)
from simnet.network.structure.small_world import _compare, ring


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    people = draw(st.integers(1, 14))
    return people, draw(st.integers(0, people * (people - 1) // 2))


@given(sizes())
def test_the_ring_has_as_many_people_and_ties_and_the_shortest_there_are(
    size: tuple[int, int],
) -> None:
    people, ties = size
    network = ring(people, ties)
    assert (network.n_people, network.n_ties) == size
    apart = np.abs(network.sources - network.neighbours)
    places = np.sort(np.minimum(apart, people - apart))[::2]
    possible = np.repeat(np.arange(1, people // 2 + 1), people)
    if people % 2 == 0:
        possible = possible[: len(possible) - people // 2]
    assert places.tolist() == possible[:ties].tolist()


@pytest.mark.parametrize(("people", "degree"), [(20, 4), (31, 6)])
def test_a_full_ring_is_the_lattice_of_watts_and_strogatz(people: int, degree: int) -> None:
    lattice = watts_strogatz(people, degree, 0.0, seed=1)
    assert ring(people, people * degree // 2).neighbours.tolist() == lattice.neighbours.tolist()


def test_ties_that_make_no_full_round_are_spread_evenly() -> None:
    network = ring(100, 125)
    begun = np.flatnonzero(network.degree[:-1] > 2)
    assert np.diff(begun).max() <= 4
    assert network.degree.max() <= 4


def estimate(value: float, standard_error: float) -> Estimate:
    return Estimate(value, standard_error, value, value, 0.95, 100, "t")


def test_the_coefficients_are_their_formulas() -> None:
    random = np.array([[0.01, 4.0], [0.03, 4.4]])
    found = _compare(0.5, estimate(5.0, 0.0), 0.7, random)
    assert found.sigma.value == pytest.approx((0.5 / 0.02) / (5.0 / 4.2))
    assert found.omega.value == pytest.approx(4.2 / 5.0 - 0.5 / 0.7)
    assert found.random_clustering.value == pytest.approx(0.02)
    assert found.random_path_length.value == pytest.approx(4.2)
    error = 0.2 * sqrt(2) / sqrt(2)
    assert found.random_path_length.standard_error == pytest.approx(error)
    half = stats.t.ppf(0.975, 1) * error
    assert found.random_path_length.high == pytest.approx(4.2 + half)
    assert found.omega.standard_error == pytest.approx(error / 5.0)
    assert found.sigma.n == found.omega.n == 2


def test_the_error_of_the_path_length_goes_into_that_of_the_coefficients() -> None:
    """Without spread among the references, the relative error of sigma is that of L."""
    random = np.array([[0.02, 4.0]] * 3)
    found = _compare(0.5, estimate(5.0, 0.05), 0.7, random)
    assert found.sigma.standard_error == pytest.approx(found.sigma.value * 0.01)
    assert found.omega.standard_error == pytest.approx(4.0 / 5.0 * 0.01)


def test_errors_are_those_of_drawing_the_references_anew() -> None:
    """Standard deviation of sigma over 400 sets of 20 references, within 15 %: four errors."""
    rng = np.random.default_rng(2)
    draws = np.array([0.02, 4.0]) * (
        1 + 0.05 * rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=(400, 20))
    )
    found = [_compare(0.5, estimate(5.0, 0.0), 0.7, draw).sigma for draw in draws]
    spread = np.std([sigma.value for sigma in found])
    error = np.sqrt(np.mean([sigma.standard_error**2 for sigma in found]))
    assert error == pytest.approx(spread, rel=0.15)


def test_without_triangles_to_compare_with_coefficients_are_nan() -> None:
    found = _compare(0.0, estimate(5.0, 0.0), 0.0, np.array([[0.0, 4.0], [0.0, 4.4]]))
    assert np.isnan(found.sigma.value)
    assert np.isnan(found.omega.value)


@pytest.mark.parametrize("network", [EMPTY, ALONE, tied((0, 1)), tied((0, 1), (1, 2), people=4)])
def test_only_a_connected_network_is_compared(network: Network) -> None:
    with pytest.raises(NetworkError, match="needs a connected network of three people or more"):
        small_world_coefficient(network)


def test_one_reference_is_none() -> None:
    with pytest.raises(ValueError, match="references must be at least 2; got 1"):
        small_world_coefficient(complete(4), references=1)


def test_a_small_world_is_neither_regular_nor_random() -> None:
    lattice, small, random = (
        small_world_coefficient(
            largest_component(watts_strogatz(600, 10, rewiring, seed=3)), references=5
        )
        for rewiring in (0.0, 0.05, 1.0)
    )
    assert lattice.omega.value < -0.8
    assert abs(small.omega.value) < 0.3
    assert random.omega.value > 0.8
    assert small.sigma.low > 5
    assert random.sigma.value == pytest.approx(1, abs=0.3)
    assert lattice.clustering == pytest.approx(lattice.lattice_clustering) == 2 / 3
    assert small.path_length.method == "exact"


def test_references_of_one_seed_are_the_same() -> None:
    network = watts_strogatz(100, 6, 0.1, seed=3)
    first, again, other = (
        small_world_coefficient(network, references=3, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again != other


def test_random_clustering_is_that_of_theory() -> None:
    """The clustering of a random network is its density, about; within four standard errors."""
    network = watts_strogatz(500, 20, 0.1, seed=3)
    found = small_world_coefficient(network, references=10)
    density = 20 / 499
    error = found.random_clustering.standard_error
    assert abs(found.random_clustering.value - density) < 4 * error
    assert len(components(network).sizes) == 1
    assert found.clustering == mean_clustering(network)
    assert triangles(network).any()
