"""Networks by name, and those a specification describes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx
import pytest

from simnet.errors import NetworkError
from simnet.network import classic, make, watts_strogatz


@pytest.mark.parametrize(
    ("name", "n_people", "n_ties", "somebody"),
    [
        ("les-miserables", 77, 254, "Valjean"),
        ("karate-club", 34, 78, 33),
        ("florentine-families", 15, 20, "Medici"),
        ("davis-southern-women", 32, 89, "Ruth DeSand"),
    ],
)
def test_classics(name: str, n_people: int, n_ties: int, somebody: object) -> None:
    network = classic(name)
    assert (network.n_people, network.n_ties) == (n_people, n_ties)
    assert somebody in network.labels
    assert network.dropped == (0, 0)


def test_classics_keep_attributes() -> None:
    karate = classic("karate-club")
    graph = networkx.karate_club_graph()
    assert karate.ids is None
    assert karate.people["club"].tolist() == [graph.nodes[i]["club"] for i in range(34)]
    assert karate.tie_columns["weight"].sum() == 2 * sum(
        weight for _, _, weight in graph.edges(data="weight")
    )


def test_an_unknown_classic() -> None:
    with pytest.raises(NetworkError, match="no classic network 'dolphins'; there are davis-s"):
        classic("dolphins")


def test_make_does_what_the_specification_says(tmp_path: Path) -> None:
    ring: Any = SimpleNamespace(model="watts-strogatz", people=50, degree=4, rewiring=0.5)
    made = make(ring, seed=3, replicate=2)
    asked = watts_strogatz(50, 4, 0.5, seed=3, replicate=2)
    assert made.neighbours.tolist() == asked.neighbours.tolist()

    shipped: Any = SimpleNamespace(model="classic", name="les-miserables")
    assert make(shipped, seed=3, replicate=0).n_people == 77

    (tmp_path / "edges.csv").write_text("source,target\n1,2\n")
    (tmp_path / "people.csv").write_text("id\n1\n2\n3\n")
    file: Any = SimpleNamespace(
        model="file", path="edges.csv", people_table="people.csv", directed=True
    )
    read = make(file, seed=3, replicate=0, base=tmp_path)
    assert (read.n_people, read.n_ties, read.directed) == (3, 1, True)
    file.people_table, file.path = None, str(tmp_path / "edges.csv")
    assert make(file, seed=3, replicate=0).n_people == 2
