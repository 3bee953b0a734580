"""Real edge lists give the numbers of people and ties their authors counted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from networks_in_files import assert_same, back

from simnet.network import read_edges
from simnet.network.formats import read


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
    Count("krackhardt-managers", True, 21, 102, 0, 102, 102 / 21, edges="edges_friendship.csv.gz"),
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
    network = read(
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


FOLDERS = sorted({count.folder for count in AS_PUBLISHED})
SMALL = ["krackhardt-managers", "lazega-law", "cross-parker-manufacturing", "email-eu-core"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_the_readme_counts(shared_data: Path, folder: str) -> None:
    page = (shared_data / folder / "README.md").read_text(encoding="utf-8")
    said = {
        name.replace("arcs", "edges"): int(value.replace(",", ""))
        for name, value in re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    }
    table = shared_data / folder / "nodes.csv.gz"
    network = read(
        shared_data / folder / "edges.csv.gz",
        people=table if table.exists() else None,
        directed="| directed | yes |" in page,
    )
    assert network.n_people == said["nodes n"]
    assert network.dropped.loops == said["self-loops"]
    assert network.n_ties + sum(network.dropped) == said["edge rows in edges.csv.gz"]
    assert network.n_ties == said["distinct edges without loops"]


@pytest.mark.parametrize("name", ["csv.zst", "parquet", "graphml.gz", "gexf", "gml", "json"])
@pytest.mark.parametrize("folder", SMALL)
def test_there_and_back_in_another_format(shared_data: Path, folder: str, name: str) -> None:
    source = shared_data / folder
    network = read(source / "edges.csv.gz", people=source / "nodes.csv.gz", directed=True)
    assert network.people
    assert_same(back(network, f"ties.{name}"), network)


@pytest.mark.parametrize("name", ["csv.gz", "parquet"])
def test_homes_of_brightkite_in_another_format(shared_data: Path, name: str) -> None:
    source = shared_data / "brightkite"
    network = read(source / "edges.csv.gz", people=source / "nodes.csv.gz")
    assert_same(back(network, f"ties.{name}"), network)
