"""Edge lists and people tables: what is read, and how a bad file is refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simnet.errors import NetworkError
from simnet.network import read_edges


def written(folder: Path, text: str | bytes, name: str = "edges.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_comma_separated_with_header(tmp_path: Path) -> None:
    text = 'Source,target,weight,note\n10,2,0.5,"a, b"\n2,3,,\n\n3,10,7,c\n'
    network = read_edges(written(tmp_path, text))
    assert network.labels == [2, 3, 10]
    assert network.n_ties == 3
    assert network.row(0).tolist() == [1, 2]
    np.testing.assert_array_equal(network.tie_columns["weight"], [np.nan, 0.5, np.nan, 7, 0.5, 7])
    assert network.tie_columns["note"].tolist()[:2] == [None, "a, b"]


def test_separated_by_blanks_with_comments(tmp_path: Path) -> None:
    text = "# Undirected graph\n# FromNodeId\tToNodeId\n1\t2\n2 1\n\n# more\n% more\n2   2\n"
    network = read_edges(written(tmp_path, text, "graph.txt"))
    assert network.labels == [1, 2]
    assert network.n_ties == 1
    assert network.dropped == (1, 1)


def test_directions_are_kept(tmp_path: Path) -> None:
    network = read_edges(written(tmp_path, "0 1\n1 0\n0 2\n"), directed=True)
    assert network.directed
    assert network.ids is None
    assert network.degree.tolist() == [2, 1, 0]


def test_columns_without_a_header_are_called_by_their_place(tmp_path: Path) -> None:
    network = read_edges(written(tmp_path, "1,2,5,1082040961\n"))
    assert {name: values.tolist() for name, values in network.tie_columns.items()} == {
        "column_3": [5, 5],
        "column_4": [1082040961, 1082040961],
    }


@pytest.mark.parametrize("name", ["edges.csv", "edges.csv.gz"])
def test_gzip_is_known_by_its_first_bytes_not_by_its_name(tmp_path: Path, name: str) -> None:
    packed = written(tmp_path, gzip.compress(b"source,target\n1,2\n"), name)
    assert read_edges(packed).n_ties == 1


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffsource,target\r\n1,2\r\n",
        "source,target\n1,2",
        "source,target\n 1 , 2\n",
        "source target\n1 2\n",
    ],
)
def test_ways_of_writing_the_same(tmp_path: Path, text: str) -> None:
    network = read_edges(written(tmp_path, text))
    assert network.labels == [1, 2]


@pytest.mark.parametrize(
    ("labels", "ids"),
    [
        (["007", "7"], ["007", "7"]),
        (["1", "b"], ["1", "b"]),
        (["1_0", "2"], ["1_0", "2"]),
        (["\uff11", "2"], ["2", "\uff11"]),
        (["-1", "9223372036854775808"], [-1, 2**63]),
        (["1.0", "2"], ["1.0", "2"]),
        (["9" * 5000, "2"], ["2", "9" * 5000]),
    ],
)
def test_only_integers_become_integers(tmp_path: Path, labels: list[str], ids: list[Any]) -> None:
    network = read_edges(written(tmp_path, f"source,target\n{labels[0]},{labels[1]}\n"))
    assert network.labels == ids
    assert list(map(type, network.labels)) == list(map(type, ids))


def test_people_table_names_everybody(tmp_path: Path) -> None:
    table = "id,age,office,share,code\n3,40,Rome,0.5,007\n1,,,NA,010\n2,50,NA,1e3,011\n"
    network = read_edges(
        written(tmp_path, "source,target\n1,3\n"), people=written(tmp_path, table, "people.csv")
    )
    assert network.labels == [3, 1, 2]
    assert network.degree.tolist() == [1, 1, 0]
    np.testing.assert_array_equal(network.people["age"], [40, np.nan, 50])
    assert network.people["office"].tolist() == ["Rome", None, "NA"]
    np.testing.assert_array_equal(network.people["share"], [0.5, np.nan, 1000])
    assert network.people["code"].tolist() == ["007", "010", "011"]


def test_people_table_of_ids_alone(tmp_path: Path) -> None:
    people = written(tmp_path, "id\nAnn Lee\nBob\n", "people.csv")
    network = read_edges(written(tmp_path, "source,target\nBob,Ann Lee\n"), people=people)
    assert network.labels == ["Ann Lee", "Bob"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "{path} is empty"),
        ("# nothing\n\n", "{path} is empty"),
        ("\ufeff", "{path} is empty"),
        ("source,target\n", "{path} holds no ties"),
        ("source,target\n1,2\n3\n", "{path}:3: expected 2 fields; found 1"),
        ("source,target\n1,2\n\n3,4,5\n", "{path}:4: expected 2 fields; found 3"),
        ("# c\nsource,target\n1,2\n3\n", "{path}:4: expected 2 fields; found 1"),
        ("# c\n1 2\n# c\n3\n", "{path}:4: expected 2 fields; found 1"),
        ("source,target\n1,\n", "{path}:2: one end of the tie is empty"),
        ("1 2\n3 x\n", "{path}:2: expected an integer id; found 'x'"),
        ("from,to\n1,2\n", "{path}:1: expected a header that begins source,target"),
        ("source;target\n1;2\n", "{path}:1: expected a header that begins source,target"),
        ("ann\n", "two integer ids; found 'ann'"),
        ("source,target,w,w\n1,2,3,4\n", "{path}:1: two columns are called 'w'"),
        ("source,target,\n1,2,3\n", "{path}:1: a column has no name"),
        ('source,target\n"1,2\n3,4\n', "{path}:3: unexpected end of data"),
        (b"source,target\n1,2\n\xff,3\n", "{path}:3: this is not UTF-8 text"),
        (b"1 2\n" + b"3" * 2**20, "{path}:2: a line is longer than 1,048,576 bytes"),
        (gzip.compress(b"1 2\n" * 999)[:-9], "{path} cannot be read: "),
        (b"\x1f\x8bnot gzip", "{path} cannot be read: "),
    ],
)
def test_bad_edge_lists(tmp_path: Path, text: str | bytes, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(NetworkError) as caught:
        read_edges(path)
    assert message.format(path=path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "{people} is empty"),
        ("id,age\n", "{people} holds no people"),
        ("id,age\n1,5\n2\n", "{people}:3: expected 2 fields; found 1"),
        ("id,age\n1,5\n,6\n", "{people}:3: a person has no id"),
        ("id,age\n1,5\n2,6\n1,7\n", "{people}:4: person '1' is listed twice"),
        ("id,age,age\n1,5,5\n", "{people}:1: two columns are called 'age'"),
        ("id\n1\n2\n", "{edges}:3: person '3' is not in the people table {people}"),
    ],
)
def test_bad_people_tables(tmp_path: Path, table: str, message: str) -> None:
    edges = written(tmp_path, "source,target\n1,2\n2,3\n")
    people = written(tmp_path, table, "people.csv")
    with pytest.raises(NetworkError) as caught:
        read_edges(edges, people=people)
    assert str(caught.value) == message.format(edges=edges, people=people)


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"there is no file .*nowhere\.csv"):
        read_edges(tmp_path / "nowhere.csv")
    with pytest.raises(NetworkError, match=r"there is no file .*nobody\.csv"):
        read_edges(written(tmp_path, "1 2\n"), people=tmp_path / "nobody.csv")
    with pytest.raises(NetworkError, match="cannot be read: Is a directory"):
        read_edges(tmp_path)


def test_a_small_file_cannot_unpack_into_a_huge_one(tmp_path: Path) -> None:
    bomb = written(tmp_path, gzip.compress(b"source,target\n" + b"1,2\n" * 100_000))
    assert bomb.stat().st_size < 2000
    with pytest.raises(NetworkError, match="holds more than 100,000 bytes of text"):
        read_edges(bomb, max_bytes=100_000)
