"""What is written to a file comes back as it was, whatever the format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_in_files import SPACES, TEXTS, WORDS, assert_same, back, networks

from simnet.network import Network, from_edges
from simnet.network.building import from_positions
from simnet.network.formats import write
from simnet.network.formats.exporting import each_tie_once

ANY_TEXT = TEXTS | st.text(st.characters(codec="utf-8"), max_size=3)
GML_NAMES = ("age", "weight", "since", "x_1", "Z")
TEXT_FORMATS = ["csv", "graphml", "gexf", "gml", "json"]


def sorted_by_id(network: Network) -> Network:
    sources, targets, columns = each_tie_once(network)
    ids = np.array(network.labels) if network.ids is None else network.ids
    return from_edges(
        ids[sources],
        ids[targets],
        ids=ids[np.argsort(ids)],
        directed=network.directed,
        tie_columns=columns,
    )


@settings(deadline=None)
@given(networks(texts=ANY_TEXT))
def test_csv(network: Network) -> None:
    assert_same(back(network, "ties.csv"), network)


@settings(deadline=None)
@given(networks(texts=ANY_TEXT))
def test_parquet(network: Network) -> None:
    assert_same(back(network, "ties.parquet"), network)


@settings(deadline=None)
@given(networks())
def test_graphml(network: Network) -> None:
    assert_same(back(network, "ties.graphml"), network)


@settings(deadline=None)
@given(networks())
def test_gexf(network: Network) -> None:
    assert_same(back(network, "ties.gexf"), network)


@settings(deadline=None)
@given(networks(texts=ANY_TEXT, names=GML_NAMES))
def test_gml(network: Network) -> None:
    assert_same(back(network, "ties.gml"), network)


@settings(deadline=None)
@given(networks(texts=ANY_TEXT))
def test_json(network: Network) -> None:
    assert_same(back(network, "ties.json"), network)


@settings(deadline=None)
@given(networks(texts=WORDS, people_columns=False, loners=False))
def test_snap(network: Network) -> None:
    assert_same(back(network, "ties.txt"), sorted_by_id(network))


@settings(deadline=None)
@given(
    n=st.integers(0, 6),
    ties=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12),
    weighted=st.booleans(),
    data=st.data(),
)
def test_metis(n: int, ties: list[tuple[int, int]], weighted: bool, data: st.DataObject) -> None:
    ties = [tie for tie in ties if max(tie) < n]
    weights = data.draw(
        st.lists(st.integers(1, 10**18 - 1), min_size=len(ties), max_size=len(ties))
    )
    network = from_edges(
        [tie[0] for tie in ties],
        [tie[1] for tie in ties],
        n_people=n,
        tie_columns={"weight": np.array(weights, dtype=np.int64)} if weighted else {},
    )
    assert_same(back(network, "ties.metis"), network)


@pytest.mark.parametrize("name", [*TEXT_FORMATS, "parquet"])
@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed(tmp_path: Path, mixed: Network, name: str, packing: str) -> None:
    assert_same(back(mixed, f"ties.{name}.{packing}"), mixed)
    write(mixed, tmp_path / f"ties.{name}.{packing}")
    magic = {"gz": b"\x1f\x8b", "zst": b"\x28\xb5\x2f\xfd"}[packing]
    assert all(path.read_bytes().startswith(magic) for path in tmp_path.iterdir())


@pytest.mark.parametrize("name", [*TEXT_FORMATS, "parquet", "csv.gz", "json.zst"])
def test_the_same_network_gives_the_same_bytes(tmp_path: Path, mixed: Network, name: str) -> None:
    written = []
    for attempt in ("first", "second"):
        folder = tmp_path / attempt
        folder.mkdir()
        write(mixed, folder / f"ties.{name}")
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]


@pytest.mark.parametrize("name", [*TEXT_FORMATS, "parquet"])
def test_values_that_are_easily_lost(mixed: Network, name: str) -> None:
    returned = back(mixed, f"ties.{name}")
    assert returned.labels == ["7", "007", " é\n", "<&>"]
    assert returned.people["huge"].tolist() == [2**63 - 1, -(2**63), 2**53 + 1, 0]
    assert returned.people["beyond"].tolist() == [2**64, None, -1, 0]
    assert returned.people["share"].tolist()[:3] == [0.1, float("inf"), -0.0]
    assert np.signbit(returned.people["share"][2])
    assert np.isnan(returned.people["share"][3])
    assert returned.people["note"].tolist() == ["", None, "NA", 'a"b,c\nd']
    assert returned.people["knows"].tolist() == [True, None, False, None]
    assert returned.people["nothing"].tolist() == [None] * 4
    assert str(returned.tie_columns["since"].tolist()[0]) == "2004-04-15 22:04:21"
    assert returned.degree.tolist() == [1, 1, 0, 0]
    assert returned.spaces == mixed.spaces


@pytest.fixture
def mixed() -> Network:
    """Four people, two of whom have one directed tie, and columns of many kinds."""
    people: dict[str, Any] = {
        "huge": np.array([2**63 - 1, -(2**63), 2**53 + 1, 0]),
        "beyond": np.array([2**64, None, -1, 0], dtype=object),
        "share": np.array([0.1, np.inf, -0.0, np.nan]),
        "note": np.array(["", None, "NA", 'a"b,c\nd'], dtype=object),
        "knows": np.array([True, None, False, None], dtype=object),
        "nothing": np.array([None] * 4, dtype=object),
        "x": np.array([1, 2, 3, 4], dtype=np.int8),
        "y": np.array([True, False, True, True]),
    }
    return from_positions(
        np.array([0, 1]),
        np.array([1, 0]),
        ids=np.array(["7", "007", " é\n", "<&>"], dtype=object),
        directed=True,
        people=people,
        tie_columns={
            "weight": np.array([1, 2**53 + 1]),
            "since": np.array(["2004-04-15T22:04:21", "NaT"], dtype="datetime64[s]"),
        },
        spaces=SPACES,
    )
