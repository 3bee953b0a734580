"""What several studies share: estimates along lines, distributions moved along, people drawn."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from simnet.lab.reproduction import published
from simnet.lab.reproduction.catalogue import PACKAGE, names, study
from simnet.network import watts_strogatz
from simnet.spec import network_of


@pytest.fixture(scope="module")
def estimates():
    study(names()[0])
    return importlib.import_module(f"{PACKAGE}.estimates")


@pytest.fixture(scope="module")
def worlds():
    study(names()[0])
    return importlib.import_module(f"{PACKAGE}.worlds")


def test_points_on_a_line_leave_no_doubt(estimates):
    found = estimates.along_a_line([0.0, 1.0, 2.0, 4.0], [1.0, 3.0, 5.0, 9.0], 10.0)
    assert found.value == pytest.approx(21.0)
    assert found.high - found.low == pytest.approx(0.0, abs=1e-9)


def test_two_points_have_no_interval(estimates):
    found = estimates.along_a_line([0.0, 1.0], [1.0, 3.0], 2.0)
    assert found.value == pytest.approx(5.0)
    assert np.isnan([found.low, found.high]).all()


def test_a_new_observation_lies_in_the_interval(estimates):
    """Of 2,000 new ones, 95 % within three standard errors (1.5 %); fails once in 370 seeds."""
    draws = np.random.default_rng(7)
    x, at, covered = np.arange(6.0), 12.0, 0
    for _ in range(2000):
        found = estimates.along_a_line(x, 2 + 0.5 * x + draws.normal(0, 0.3, 6), at)
        covered += found.low <= 2 + 0.5 * at + draws.normal(0, 0.3) <= found.high
    assert covered / 2000 == pytest.approx(0.95, abs=0.015)


def test_means_and_their_intervals(estimates):
    found = estimates.mean_of([1.0, 2.0, 3.0])
    assert found.value == 2.0
    assert found.standard_error == pytest.approx(1 / np.sqrt(3))
    assert found.high - 2.0 == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert np.isnan(estimates.mean_of([5.0]).low)
    assert np.isnan(estimates.mean_of([]).value)


@pytest.mark.parametrize("mean", [4.0, 6.7, 9.25])
def test_a_distribution_moved_along_has_the_mean_asked_for(worlds, mean):
    ring = watts_strogatz(300, 4, 0.1, seed=3)
    sized = worlds.measured(ring, 300, seed=3)
    moved = worlds.moved_along(sized, mean)
    assert moved[-1] == pytest.approx(1.0)
    assert (np.diff(moved) >= 0).all()
    if mean >= sized.distances.mean.value:  # else what falls below no step is lost
        assert np.sum(1 - moved) == pytest.approx(mean, abs=1e-9)


def test_unmoved_it_is_the_distribution_itself(worlds):
    sized = worlds.measured(watts_strogatz(300, 4, 0.1, seed=3), 300, seed=3)
    moved = worlds.moved_along(sized, sized.distances.mean.value)
    shares = [share.value for share in sized.distances.shares]
    assert np.diff(moved)[: len(shares)] == pytest.approx(shares)


def test_networks_of_other_sizes_are_otherwise_the_same(worlds):
    spec = network_of("watts-strogatz", ["people=50", "degree=6", "rewiring=0.2"])
    network = worlds.of_size(spec, 80, seed=1)
    assert (network.n_people, network.n_ties) == (80, 240)


def test_people_of_a_degree(worlds):
    network = watts_strogatz(400, 10, 0.5, seed=2)
    people = worlds.people_near_degree(network, 10, most=30, seed=1)
    assert len(set(people.tolist())) == 30
    assert set(network.degree[people]) == {10}


def test_cells_of_published_tables(worlds):
    nodes = published("facebook-2011").tables["backstrom_nodes"]
    assert worlds.cell(nodes, "2007", "it") == 159_800
    assert worlds.cell(nodes, "current", "fb") == 721_100_000
