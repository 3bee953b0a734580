"""The structure of real networks is what their authors, SNAP and KONECT have printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from simnet.network import Network, read_edges
from simnet.network.structure import (
    as_undirected,
    closed_fraction,
    components,
    degree_distribution,
    degrees,
    homophily,
    largest_component,
    mean_clustering,
    reciprocity,
    strong_components,
    subnetwork,
    transitivity,
    triangles,
)


class Printed(NamedTuple):
    """What is printed of one set; direction is left out but for the last two, as are self-ties."""

    folder: str
    mean_degree: float
    max_degree: int
    loners: int
    components: int
    largest: tuple[int, int]
    clustering: float
    transitivity: float
    triangles: int
    closed: float
    reciprocity: float | None = None
    largest_strong: int | None = None


SETS = [
    Printed("ego-facebook", 43.691, 1045, 0, 1, (4039, 88_234), 0.6055, 0.5192, 1_612_010, 0.26466),
    Printed("fb100-caltech36", 43.319, 248, 0, 4, (762, 16_651), 0.4093, 0.2913, 119_563, 0.12049),
    Printed("brightkite", 7.353, 1134, 0, 547, (56_739, 212_945), 0.1723, 0.1106, 494_728, 0.03979),
    Printed("ca-grqc", 5.526, 81, 1, 355, (4158, 13_422), 0.5296, 0.6298, 48_260, 0.36191),
    Printed("lastfm-asia", 7.294, 216, 0, 1, (7624, 27_806), 0.2194, 0.1786, 40_433, 0.06759),
    Printed(
        "email-eu-core", 31.968, 345, 19, 20, (986, 16_064), 0.3994, 0.2674, 105_461, 0.10847,
        0.7112, 803,
    ),
    Printed(
        "lazega-law", 20.197, 46, 0, 1, (71, 717), 0.5218, 0.4788, 2580, 0.23442, 0.3924, 65
    ),
    Printed(
        "advogato", 12.016, 803, 1384, 1441, (5042, 39_227), 0.1953, 0.0922, 98_300, 0.03276,
        0.3331, 3140,
    ),
    Printed(
        "college-msg", 14.574, 255, 0, 4, (1893, 13_835), 0.1094, 0.0568, 14_319, 0.01969,
        0.6364, 1294,
    ),
    Printed(
        "krackhardt-managers", 13.810, 20, 0, 1, (21, 145), 0.7653, 0.7345, 486, 0.47976,
        0.4737, 21,
    ),
    Printed(
        "cross-parker-manufacturing", 34.831, 76, 0, 1, (77, 1341), 0.7771, 0.6723, 11_785, 0.40610,
        0.7962, 76,
    ),
]  # fmt: skip


@cache
def network_in(folder: Path, *, directed: bool) -> Network:
    table = folder / "nodes.csv.gz"
    return read_edges(
        folder / "edges.csv.gz", people=table if table.exists() else None, directed=directed
    )


@pytest.fixture(params=SETS, ids=lambda printed: printed.folder)
def printed(request: pytest.FixtureRequest) -> Printed:
    return request.param


@pytest.fixture
def network(shared_data: Path, printed: Printed) -> Network:
    return network_in(shared_data / printed.folder, directed=printed.reciprocity is not None)


def digits(value: float, printed: float, places: int) -> bool:
    return round(value, places) == printed


def test_degrees(network: Network, printed: Printed) -> None:
    found = degree_distribution(as_undirected(network))
    assert digits(found.mean, printed.mean_degree, 3)
    assert found.maximum == printed.max_degree
    assert dict(zip(found.degree, found.n_people, strict=True)).get(0, 0) == printed.loners


def test_components(network: Network, printed: Printed) -> None:
    assert len(components(network).sizes) == printed.components
    largest = largest_component(as_undirected(network))
    assert (largest.n_people, largest.n_ties) == printed.largest


def test_clustering(network: Network, printed: Printed) -> None:
    assert triangles(network).sum() == 3 * printed.triangles
    assert digits(mean_clustering(network), printed.clustering, 4)
    assert digits(transitivity(network), printed.transitivity, 4)
    assert digits(closed_fraction(network), printed.closed, 5)


def test_direction(network: Network, printed: Printed) -> None:
    if printed.reciprocity is None:
        assert reciprocity(network) == 1.0
        assert strong_components(network).sizes[0] == printed.largest[0]
    else:
        assert digits(reciprocity(network), printed.reciprocity, 4)
        assert strong_components(network).sizes[0] == printed.largest_strong


@pytest.mark.parametrize(("folder", "expected"), [("email-eu-core", 203), ("college-msg", 601)])
def test_number_of_strong_components(shared_data: Path, folder: str, expected: int) -> None:
    assert len(strong_components(network_in(shared_data / folder, directed=True)).sizes) == expected


def test_highest_degrees_less_what_konect_counts_of_a_tie_to_oneself(shared_data: Path) -> None:
    trust = network_in(shared_data / "advogato", directed=True)
    assert degree_distribution(trust, direction="out").maximum == 786 - 1
    assert degree_distribution(trust, direction="in").maximum == 722 - 1
    assert degree_distribution(trust).maximum == 943 - 2


def test_homophily_by_country(shared_data: Path) -> None:
    found = homophily(network_in(shared_data / "lastfm-asia", directed=False), "country")
    assert digits(found.within, 0.8739, 4)
    assert found.n_categories == 18
    assert found.expected < 0.2
    assert found.coefficient.low > 0.8


def test_departments(shared_data: Path) -> None:
    network = network_in(shared_data / "email-eu-core", directed=True)
    assert homophily(network, "department").n_categories == 42


def test_ties_between_people_with_a_known_home(shared_data: Path) -> None:
    network = network_in(shared_data / "brightkite", directed=False)
    located = np.flatnonzero(~np.isnan(network.people["lat"]))
    assert len(located) == 50_510
    assert subnetwork(network, located).n_ties == 193_180


def test_who_reports_to_whom(shared_data: Path) -> None:
    folder = shared_data / "krackhardt-managers"
    tree = read_edges(folder / "edges_reports_to.csv.gz", directed=True)
    assert len(components(tree).sizes) == 1
    assert reciprocity(tree) == 0.0
    reports = degrees(tree, direction="in")
    assert reports[tree.labels.index(7)] == 4
    assert degree_distribution(tree, direction="out").degree.tolist() == [0, 1]
