"""Distances of real networks are those their tables give, to the last printed digit."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from simnet.network import Network, from_sparse, read_edges, to_sparse
from simnet.network.distances import diameter, distances, neighbourhood_function


class Printed(NamedTuple):
    """What is printed of the largest component, direction ignored."""

    folder: str
    people: int
    mean: float
    effective_diameter: float
    diameter: int


ALL_PAIRS = [
    Printed("advogato", 5042, 3.275, 3.83, 9),
    Printed("ca-grqc", 4158, 6.049, 7.61, 17),
    Printed("college-msg", 1893, 3.055, 3.65, 8),
    Printed("cross-parker-manufacturing", 77, 1.542, 1.82, 2),
    Printed("ego-facebook", 4039, 3.693, 4.76, 8),
    Printed("email-eu-core", 986, 2.587, 2.95, 7),
    Printed("fb100-caltech36", 762, 2.338, 2.81, 6),
    Printed("krackhardt-managers", 21, 1.310, 1.68, 2),
    Printed("lastfm-asia", 7624, 5.232, 6.43, 15),
    Printed("lazega-law", 71, 1.781, 1.95, 3),
]


def largest_component(folder: Path) -> Network:
    matrix = to_sparse(read_edges(folder / "edges.csv.gz")).tocsr()
    _, component = connected_components(matrix, directed=False)
    people = np.flatnonzero(component == np.bincount(component).argmax())
    return from_sparse(matrix[people][:, people])


@pytest.mark.parametrize("printed", ALL_PAIRS, ids=lambda printed: printed.folder)
def test_all_pairs(shared_data: Path, printed: Printed) -> None:
    network = largest_component(shared_data / printed.folder)
    found = distances(network)
    assert network.n_people == printed.people
    assert found.exact
    assert found.is_connected
    assert round(found.mean.value, 3) == printed.mean
    assert round(found.effective_diameter.value, 2) == printed.effective_diameter
    assert found.largest == diameter(network) == printed.diameter


def test_a_sample_of_brightkite(shared_data: Path) -> None:
    """Printed from 300 sources of its own: the two differ by no more than three joint errors."""
    network = largest_component(shared_data / "brightkite")
    found = distances(network, seed=1)
    assert network.n_people == 56_739
    assert found.n_sources == 1024
    for estimate, printed in ((found.mean, 4.959), (found.effective_diameter, 5.93)):
        joint = estimate.standard_error * np.sqrt(1 + 1024 / 300)
        assert abs(estimate.value - printed) < 3 * joint
    assert 12 <= found.largest <= diameter(network) == 18


def test_balls_of_real_networks(shared_data: Path) -> None:
    """Mean distance within three errors of eight runs with 256 registers."""
    network = largest_component(shared_data / "ca-grqc")
    mean = neighbourhood_function(network, registers=256, runs=8, seed=1).mean
    assert abs(mean.value - 6.049) < 3 * mean.standard_error
    assert mean.standard_error < 0.05
