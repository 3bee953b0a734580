"""Large tables are read in bulk; that must not show, neither in networks nor in messages."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_in_files import assert_same_columns

from simnet.errors import NetworkError
from simnet.network import Network, from_edges
from simnet.network.columns import column_from_text
from simnet.network.formats import bulk, read, read_edges, text, write

TABLE = text.Table(Path(), 1, "", None, iter(()), io.BytesIO())
HEADER = "source,target\n"

FIELDS = st.sampled_from([
    "1", "2", "3", "10", "-4", "007", "+1", "1.0", "a", "b c", "é", "#", "%", '"', '"a"', '"a,b"',
    'a"b', "NA", "nan", "inf", "1e5", ".5", "5.", "-.5e-3", "0x1", "1_0", "true", "null", "NULL",
    "9223372036854775808", "99999999999999999999", "", " ", " 1", "2 ", "\x0b", "\xa0", "\r", "\t",
    "\0",
])  # fmt: skip
PLAIN = st.sampled_from(["1", "2", "3", "40", "-5", "7"])
NUMBERS = st.sampled_from([
    "0", "7", "-0", "1.5", ".5", "5.", "1e5", "1E-7", "-.5e+3", "inf", "-inf", "nan", "NaN", "NA",
    "-0.0", "1e999", "1e-999", "0.1", "00", "Infinity", "INF", "+1", "9007199254740993", "1_0", "-",
    "123456789012345678901234567890", "0x10", ".", "e5", "--1", "1.7976931348623159e308", "", " 1",
    "1 ",
])  # fmt: skip


def outcome(path: Path, **options: Any) -> Network | str:
    try:
        return read_edges(path, **options)
    except NetworkError as error:
        return str(error)


def assert_read_alike(
    monkeypatch_text: Callable[[int], None], path: Path, **options: Any
) -> Network | str:
    monkeypatch_text(2**62)
    slow = outcome(path, **options)
    monkeypatch_text(0)
    fast = outcome(path, **options)
    if isinstance(slow, str) or isinstance(fast, str):
        assert fast == slow
    else:
        assert fast.labels == slow.labels
        assert list(map(type, fast.labels)) == list(map(type, slow.labels))
        np.testing.assert_array_equal(fast.indptr, slow.indptr)
        np.testing.assert_array_equal(fast.neighbours, slow.neighbours)
        assert fast.dropped == slow.dropped
        assert_same_columns(slow.people, fast.people)
        assert_same_columns(slow.tie_columns, fast.tie_columns)
    return slow


@pytest.fixture(scope="module")
def threshold() -> Any:
    """Sets from which size on a file is read in bulk."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda size: patch.setattr(text, "_WORTHWHILE", size)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bulk")


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_any_edge_list(threshold: Any, folder: Path, data: st.DataObject) -> None:
    separator = data.draw(st.sampled_from([",", ",", "\t", " ", "  "]))
    end = data.draw(st.sampled_from(["\n", "\n", "\r\n", "\n\n"]))
    fields = data.draw(st.sampled_from([PLAIN, FIELDS, PLAIN | FIELDS]))
    width = data.draw(st.integers(2, 3))
    header = data.draw(
        st.sampled_from(["", "source,target{end}", "source,target,w{end}", "# c{end}"])
    )
    rows = data.draw(st.lists(st.lists(fields, min_size=width, max_size=width), max_size=6))
    content = header.format(end=end) + end.join(map(separator.join, rows))
    path = folder / "edges.csv"
    path.write_bytes((content + data.draw(st.sampled_from(["", end]))).encode())
    assert_read_alike(threshold, path)


@settings(deadline=None, max_examples=150)
@given(
    ids=st.lists(FIELDS, min_size=1, max_size=5),
    values=st.lists(NUMBERS | FIELDS, min_size=5, max_size=5),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_people_table(
    threshold: Any, folder: Path, ids: list[str], values: list[str], end: str
) -> None:
    edges, people = folder / "ties.csv", folder / "people.csv"
    edges.write_text("source,target\n1,2\n")
    rows = [f"{label},{value}" for label, value in zip(["1", "2", *ids], values * 2, strict=False)]
    people.write_bytes(end.join(["id,age", *rows, ""]).encode())
    assert_read_alike(threshold, edges, people=people)


@settings(deadline=None, max_examples=300)
@given(st.lists(NUMBERS, max_size=5))
def test_any_column(texts: list[str]) -> None:
    import pyarrow as pa

    read = bulk.text_columns_in_bulk(TABLE, ["w"], [pa.chunked_array([texts], pa.string())], {})
    assert_same_columns({"w": column_from_text(list(map(str.strip, texts)))}, read)


@pytest.mark.parametrize(
    "content",
    [
        "source,target\n1,2\n2,3\n",
        "source,target,w,name\r\n1,2,0.5,é\r\n2,3,,x y\r\n",
        "1 2\n2 3\n",
        "# Nodes: 3\n1\t2\t5\n2\t3\t7\n",
        '# simnet {"version": 1, "directed": true, "ids": "str"}\nsource,target\n1,2\n 1,2\n',
    ],
)
def test_plain_tables_are_read_in_bulk(
    threshold: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    path = folder / "plain.csv"
    path.write_bytes(content.encode())
    assert isinstance(assert_read_alike(threshold, path), Network)
    monkeypatch.setattr(text.Table, "rows", None)
    threshold(0)
    assert read_edges(path).n_ties == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("source,target\n" + "1,2\n" * 99_999 + "1\n", "{path}:100001: expected 2 fields; found 1"),
        (
            "source,target\n" + "1,2\n" * 99_999 + "1,\n",
            "{path}:100001: one end of the tie is empty",
        ),
        ("1 2\n" * 99_999 + "x 2\n", "{path}:100000: expected an integer id; found 'x'"),
        ("1 2\n" + "3" * 2**20, "{path}:2: a line is longer than 1,048,576 bytes"),
    ],
)
def test_large_and_bad(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "edges.csv"
    path.write_text(content)
    assert outcome(path) == message.format(path=path)
    people = tmp_path / "people.csv"
    people.write_text("id\n1\n")
    path.write_text("source,target\n" + "1,1\n" * 99_999 + "1,2\n")
    assert outcome(path, people=people) == (
        f"{path}:100001: person '2' is not in the people table {people}"
    )


def test_a_large_file_is_not_read_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "edges.csv.gz"
    path.write_bytes(gzip.compress(b"source,target\n" + b"1,2\n" * 10**6, 1))
    path.write_bytes(path.read_bytes() + gzip.compress(bytes(range(256)) * 2**11, 0))
    assert outcome(path, max_bytes=10**6) == f"{path} holds more than 1,000,000 bytes of text"


def test_a_large_network_there_and_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    ends = rng.integers(0, 20_000, size=(2, 100_000))
    network = from_edges(
        *ends,
        n_people=20_000,
        people={"place": rng.random(20_000), "name": [f"p {i % 77}" for i in range(20_000)]},
        tie_columns={"weight": rng.random(100_000), "since": rng.integers(0, 10**9, 100_000)},
    )
    write(network, tmp_path / "ties.csv")
    returned = read(tmp_path / "ties.csv")
    np.testing.assert_array_equal(returned.neighbours, network.neighbours)
    assert_same_columns(network.people, returned.people)
    assert_same_columns(network.tie_columns, returned.tie_columns)
