"""Real edge lists give the numbers of people and ties their authors counted."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from simnet.network import read_edges


class Count(NamedTuple):
    """What is known of one set; `loners` have no tie once self-ties are left out."""

    folder: str
    directed: bool
    people: int
    rows: int
    loops: int
    ties: int
    mean_degree: float
    max_degree: int | None = None
    loners: int | None = None
    edges: str = "edges.csv.gz"


AS_PUBLISHED = [
    Count("ego-facebook", False, 4039, 88_234, 0, 88_234, 43.691, 1045, 0),
    Count("fb100-caltech36", False, 769, 16_656, 0, 16_656, 43.319, 248, 0),
    Count("brightkite", False, 58_228, 214_078, 0, 214_078, 7.353, 1134, 0),
    Count("ca-grqc", False, 5242, 14_496, 12, 14_484, 5.526, 81, 1),
    Count("lastfm-asia", False, 7624, 27_806, 0, 27_806, 7.294, 216, 0),
    Count("email-eu-core", True, 1005, 25_571, 642, 24_929, 24.805),
    Count("lazega-law", True, 71, 892, 0, 892, 12.563),
    Count("lazega-law", True, 71, 575, 0, 575, 575 / 71, edges="edges_friendship.csv.gz"),
    Count("lazega-law", True, 71, 1104, 0, 1104, 1104 / 71, edges="edges_cowork.csv.gz"),
    Count("advogato", True, 6539, 51_127, 3992, 47_135, 7.208),
    Count("college-msg", True, 1899, 59_835, 0, 20_296, 10.688),
    Count("krackhardt-managers", True, 21, 190, 0, 190, 9.048),
    Count("krackhardt-managers", True, 21, 20, 0, 20, 20 / 21, edges="edges_reports_to.csv.gz"),
    Count("cross-parker-manufacturing", True, 77, 2228, 0, 2228, 28.935),
]

DIRECTION_DROPPED = [
    Count("email-eu-core", False, 1005, 25_571, 642, 16_064, 31.968, 345, 19),
    Count("lazega-law", False, 71, 892, 0, 717, 20.197, 46, 0),
    Count("advogato", False, 6539, 51_127, 3992, 39_285, 12.016, 803, 1384),
    Count("college-msg", False, 1899, 59_835, 0, 13_838, 14.574, 255, 0),
    Count("krackhardt-managers", False, 21, 190, 0, 145, 13.810, 20, 0),
    Count("cross-parker-manufacturing", False, 77, 2228, 0, 1341, 34.831, 76, 0),
]


@pytest.mark.parametrize("count", AS_PUBLISHED + DIRECTION_DROPPED, ids=str)
def test_counts(shared_data: Path, count: Count) -> None:
    folder = shared_data / count.folder
    table = folder / "nodes.csv.gz"
    network = read_edges(
        folder / count.edges,
        people=table if table.exists() else None,
        directed=count.directed,
    )
    assert network.n_people == count.people
    assert network.n_ties == count.ties
    assert network.dropped.loops == count.loops
    assert network.dropped.duplicates == count.rows - count.loops - count.ties
    assert network.degree.mean() == pytest.approx(count.mean_degree, abs=0.00051)
    if count.max_degree is not None:
        assert network.degree.max() == count.max_degree
        assert (network.degree == 0).sum() == count.loners


def test_columns_come_with_the_ties_and_the_people(shared_data: Path) -> None:
    trust = read_edges(shared_data / "advogato" / "edges.csv.gz", directed=True)
    assert set(trust.tie_columns["weight"]) == {0.6, 0.8, 1.0}
    folder = shared_data / "brightkite"
    homes = read_edges(folder / "edges.csv.gz", people=folder / "nodes.csv.gz").people
    assert (homes["lat"] == homes["lat"]).sum() == 50_510
