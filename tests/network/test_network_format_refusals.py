"""Broken files, hostile files and networks that a format cannot hold: one sentence each."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from simnet.errors import NetworkError
from simnet.network import Network, from_edges
from simnet.network.formats import FORMATS, read, write

GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n{}\n</graphml>'
GRAPH = GRAPHML.format('<graph edgedefault="undirected">\n{}\n</graph>')
KEYS = GRAPHML.format(
    '<key id="k" for="node" attr.name="age" attr.type="int"/>\n<graph>\n{}\n</graph>'
)
GEXF = '<gexf xmlns="http://www.gexf.net/1.2draft"><graph>\n{}\n</graph></gexf>'
GEXF_AGE = GEXF.format(
    '<attributes class="node"><attribute id="0" title="age" type="integer"/></attributes>\n'
    '<nodes><node id="a"><attvalues><attvalue for="{}" value="{}"/></attvalues></node></nodes>'
)
UNREAD = "the description of the network cannot be read"
FACTS = "# simnet {}\nsource,target\n1,2\n"

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
 <!ENTITY lol9 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]>
<graphml><graph><node id="&lol9;"/></graph></graphml>"""
BLOW_UP = f"""<!DOCTYPE bomb [<!ENTITY a "{"a" * 50_000}">]>
<graphml><graph><node id="{"&a;" * 1000}"/></graph></graphml>"""
OUTSIDE = """<!DOCTYPE graphml [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
<graphml><graph><node id="a"><data key="k">&secret;</data></node></graph></graphml>"""
ELSEWHERE = """<!DOCTYPE graphml SYSTEM "file:///etc/hostname">
<graphml><graph><node id="&secret;"/></graph></graphml>"""
DEFAULTS = f"""<!DOCTYPE graphml [<!ATTLIST node id CDATA "{"a" * 1000}">]>
<graphml><graph>{"<node/>" * 10}</graph></graphml>"""

# Name of the file, what is in it, and the message; {} is where the file is.
BROKEN = [
    ("a.graphml", "", "{}:1:1: no element found"),
    ("a.graphml", "not xml", "{}:1:1: syntax error"),
    ("a.graphml", GRAPH.format('<node id="a"/>')[:-10], "{}:5:1: no element found"),
    ("a.graphml", GRAPH.format('<node id="a"></edge>'), "{}:3:16: mismatched tag"),
    ("a.graphml", GRAPH.format('<node id="a" id="b"/>'), "{}:3:14: duplicate attribute"),
    ("a.graphml", "<html>\n</html>", "{}:1: expected a graphml document; found 'html'"),
    ("a.graphml", GRAPHML.format(""), "{} holds no graph"),
    ("a.graphml", GRAPH.format("<node/>"), "{}:3: the node has no id"),
    ("a.graphml", GRAPH.format('<node id="a"/>\n<node id="a"/>'), "{}:4: there are two people 'a'"),
    ("a.graphml", GRAPH.format('<node id="a"/><edge source="a"/>'), "{}:3: the edge has no target"),
    (
        "a.graphml",
        GRAPH.format('<node id="a"/>\n<edge source="a" target="z"/>'),
        "{}:4: a tie names 'z', who is not among the people",
    ),
    (
        "a.graphml",
        GRAPH.format('<node id="a"><data key="k">1</data></node>'),
        "{}:3: no key 'k' is declared",
    ),
    (
        "a.graphml",
        KEYS.format('<node id="a">\n<data key="k">4x</data></node>'),
        "{}:5: 'age' is declared as int; found '4x'",
    ),
    (
        "a.graphml",
        GRAPH.format('<node id="a"><graph/></node>'),
        "{}:3: a graph here is not supported",
    ),
    ("a.graphml", GRAPH.format("<hyperedge/>"), "{}:3: a hyperedge here is not supported"),
    ("a.graphml", GRAPHML.format("<graph/>\n<graph/>"), "{}:3: there is more than one graph"),
    (
        "a.graphml",
        GRAPH.format(
            '<node id="a"/><node id="b"/><edge source="a" target="b" directed="true"/>\n'
            '<edge source="a" target="b"/>'
        ),
        "{} mixes ties with and without a direction; it can be read with directed=False",
    ),
    (
        "a.graphml",
        GRAPHML.format(
            '<key id="g" for="graph" attr.name="simnet"/>\n'
            '<graph><data key="g">{"version": 2}</data></graph>'
        ),
        f"{{}}:3: {UNREAD}: it is of version 2, not 1",
    ),
    ("a.graphml", "<a>" * 200, "{}:1: elements are nested more than 100 deep"),
    (
        "a.graphml",
        b'<?xml version="1.0" encoding="nonsense"?><graphml/>',
        "{}: this is not XML text",
    ),
    ("a.graphml", b"<graphml>\xff</graphml>", "{}:1:10: not well-formed (invalid token)"),
    ("a.graphml", LAUGHS, "{}:2: a document type such as 'lolz' could define entities"),
    ("a.gexf", LAUGHS, "{}:2: a document type such as 'lolz' could define entities"),
    ("a.graphml", BLOW_UP, "{}:1: a document type such as 'bomb' could define entities"),
    ("a.graphml", OUTSIDE, "{}:1: a document type such as 'graphml' could define entities"),
    ("a.graphml", DEFAULTS, "{}:1: a document type such as 'graphml' could define entities"),
    ("a.graphml", ELSEWHERE, "{}:1: a document type such as 'graphml' could define entities"),
    ("a.gexf", "<graphml/>", "{}:1: expected a gexf document; found 'graphml'"),
    ("a.gexf", "<gexf/>", "{} holds no graph"),
    ("a.gexf", GEXF.format("<nodes><node label='a'/></nodes>"), "{}:2: the node has no id"),
    (
        "a.gexf",
        GEXF.format("<nodes><node id='a'>\n<nodes><node id='b'/></nodes></node></nodes>"),
        "{}:3: people inside people are not supported",
    ),
    ("a.gexf", GEXF_AGE.format("1", "5"), "{}:3: no node attribute '1' is declared"),
    ("a.gexf", GEXF_AGE.format("0", "x"), "{}:3: 'age' is declared as integer; found 'x'"),
    (
        "a.gexf",
        GEXF.format('<attributes class="node" mode="dynamic"><attribute/></attributes>'),
        "{}:2: attributes that change in time are not supported",
    ),
    (
        "a.gexf",
        GEXF.format('<attributes class="tie"><attribute/></attributes>'),
        "{}:2: attributes are of class node or edge, not 'tie'",
    ),
    (
        "a.gexf",
        GEXF.format('<nodes><node id="a"/></nodes><edges><edge source="a" target="b"/></edges>'),
        "{}:2: a tie names 'b', who is not among the people",
    ),
    (
        "a.gexf",
        GEXF.format(
            '<nodes><node id="a"/><node id="b"/></nodes>\n'
            '<edges><edge source="a" target="b" weight="heavy"/></edges>'
        ),
        "{}:3: 'weight' is declared as double; found 'heavy'",
    ),
    ("a.gml", "", "{} holds no graph"),
    ("a.gml", "graph [\n  node [\n    id 0\n", "{}:2: the list 'node' does not end"),
    ("a.gml", "graph [ node [ id 0 ] ]\n]", "{}:2: expected a key; found ']'"),
    ("a.gml", "graph [ node [ id ] ]", "{}:1: expected a value for 'id'; found ']'"),
    ("a.gml", "graph [ node [ id zero ] ]", "{}:1: expected a value for 'id'; found 'zero'"),
    ("a.gml", 'graph [\nnode [ id "0" ] ]', "{}:2: the node has no id that is an integer"),
    ("a.gml", "graph [ node [ id 0 ]\nnode [ id 0 ] ]", "{}:2: there are two people 0"),
    ("a.gml", "graph [ node [ id 0 id 1 ] ]", "{}:1: there are two values for 'id'"),
    ("a.gml", 'graph [\nname "a\nb ]', "{}:3: a string does not end"),
    ("a.gml", "graph [\n  node ( id 0 ) ]", "{}:2: '(' cannot stand here"),
    (
        "a.gml",
        "graph [ node [ id 0 ]\nedge [ source 0 target 1 ] ]",
        "{}:2: a tie names 1, who is not among the people",
    ),
    ("a.gml", "graph [ ]\ngraph [ ]", "{}:2: there is more than one graph"),
    ("a.gml", "graph [ " * 200, "{}:1: lists are nested more than 100 deep"),
    ("a.gml", b"graph [\n \xff ]", "{}:2: this is not UTF-8 text"),
    ("a.gml", "graph [ id " + "9" * 5000 + " ]", "{}:1: expected a key; found '" + "9" * 60 + "'"),
    ("a.json", "", "{}:1:1: Expecting value"),
    ("a.json", '{"nodes": [\n{"id": 1},\n]}', "{}:3:1: Expecting value"),
    ("a.json", "[]", "{}: expected an object with nodes and edges"),
    ("a.json", '{"nodes": {}, "edges": []}', "{}: expected a list of nodes"),
    ("a.json", '{"nodes": []}', "{}: expected a list of edges"),
    ("a.json", '{"nodes": [5], "edges": []}', "{}: node 0 is not an object"),
    (
        "a.json",
        '{"nodes": [{"name": "a"}], "edges": []}',
        "{}: node 0: id must be a string or a number; it has none",
    ),
    (
        "a.json",
        '{"nodes": [{"id": [1]}], "edges": []}',
        "{}: node 0: id must be a string or a number; it is [1]",
    ),
    (
        "a.json",
        '{"nodes": [{"id": 1}, {"id": 1}], "edges": []}',
        "{}: node 1: there are two people 1",
    ),
    (
        "a.json",
        '{"nodes": [{"id": 1}], "edges": [{"source": 1, "target": "1"}]}',
        "{}: edge 0: a tie names '1', who is not among the people",
    ),
    (
        "a.json",
        '{"graph": {"simnet": {"version": 1, "ids": "complex"}}, "nodes": [], "edges": []}',
        f"{{}}: {UNREAD}: 'ids' cannot be \"complex\"",
    ),
    ("a.json", '{"a":' * 100_000, "{}: values are nested too deep"),
    ("a.json", "[" * 100_000, "{}: values are nested too deep"),
    ("a.json", '{"nodes": ' + "9" * 5000, "{}: a number has too many digits"),
    ("a.json", b'{\n"\xff": 1}', "{}:2: this is not UTF-8 text"),
    ("a.metis", "", "{}:1: expected the numbers of people and of ties, and perhaps"),
    ("a.metis", "3\n", "{}:1: expected the numbers of people and of ties"),
    ("a.metis", "2 1 002\n2\n1\n", "{}:1: expected the numbers of people and of ties"),
    ("a.metis", "2 x\n2\n1\n", "{}:1: expected an integer; found 'x'"),
    ("a.metis", "% c\n2 1\n2\n-1\n", "{}:4: expected an integer; found '-1'"),
    ("a.metis", "2 1\n3\n1\n", "{}:2: 3 is not one of 1 .. 2"),
    ("a.metis", "2 1\n2\n0\n", "{}:3: 0 is not one of 1 .. 2"),
    ("a.metis", "3 1\n2\n1\n", "{}: the first line says 3 people; there are 2"),
    ("a.metis", "2 1\n2\n1\n\n1\n", "{}:5: the first line says 2 people"),
    (
        "a.metis",
        "2 2\n2\n1\n",
        "{}: the first line says 2 ties, each on two lines; there are 2 halves",
    ),
    ("a.metis", "999999999999 1\n", "{}:1: there can be 2,147,483,647 people at most"),
    ("a.metis", "2000000000 5\n1\n", "{}: the first line says 2,000,000,000 people; there are 1"),
    ("a.metis", "2 1 1\n2 5\n1\n", "{}:3: a value or a weight is missing"),
    ("a.metis", "2 1 1\n2 5\n1 6\n", "{}:2: 1 names 2, who does not name 1 in the same way"),
    ("a.metis", "3 2\n2 3\n1\n2\n", "{}:2: 1 names 3, who does not name 1 in the same way"),
    ("a.metis", "1 1\n1 1\n", "{}:2: nobody can be tied to themself in METIS"),
    ("a.parquet", b"", "{} is no Parquet table: "),
    ("a.parquet", b"PAR1 not really PAR1", "{} is no Parquet table: "),
    ("a.csv", FACTS.format("{oops}"), f"{{}}:1: {UNREAD}: it is not JSON"),
    ("a.csv", FACTS.format('{"version": 9}'), f"{{}}:1: {UNREAD}: it is of version 9"),
    ("a.csv", FACTS.format('{"version": 1, "size": 3}'), f"{{}}:1: {UNREAD}: 'size' cannot be 3"),
    (
        "a.csv",
        FACTS.format('{"version": 1, "people_table": true}'),
        "there is no file {folder}/a.people.csv",
    ),
    (
        "a.csv",
        FACTS.format('{"version": 1, "spaces": {"home": {"kind": "moon"}}}'),
        f"{{}}:1: {UNREAD}: there is no kind of space 'moon'",
    ),
    (
        "a.csv",
        FACTS.format(
            '{"version": 1, "spaces": {"home": {"kind": "lattice", "columns": 5, "side": 2}}}'
        ),
        f"{{}}:1: {UNREAD}: a space cannot read the columns 5",
    ),
    (
        "a.csv",
        FACTS.format('{"version": 1, "spaces": {"home": {"kind": "circle", "column": "x"}}}'),
        "{}: the space 'home' needs a people column 'x'",
    ),
    ("a.txt", "1 2\n3\n", "{}:2: expected 2 fields; found 1"),
    ("a.txt", "", "{} is empty"),
    (
        "a.graphml.gz",
        gzip.compress(b"<graphml>" * 99)[:-9],
        "{} cannot be read: Compressed file ended",
    ),
    (
        "a.json.zst",
        b"\x28\xb5\x2f\xfdnothing of the kind",
        "{} cannot be read: ZSTD decompress failed",
    ),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_broken_files(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(NetworkError) as caught:
        read(path)
    said = str(caught.value)
    assert said.startswith(message.replace("{folder}", str(tmp_path)).replace("{}", str(path), 1))
    assert "\n" not in said


def test_a_document_without_a_type_may_use_the_entities_of_xml(tmp_path: Path) -> None:
    path = tmp_path / "a.graphml"
    path.write_text(GRAPH.format('<node id="&lt;&amp;&#233;"/>'))
    assert read(path).labels == ["<&é"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"source,target\n" + b"1,2\n" * 100_000),
        ("a.txt", b"1 2\n" * 100_000),
        ("a.graphml", b"<graphml>" + b" " * 400_000 + b"</graphml>"),
        ("a.gexf", b"<gexf>" + b" " * 400_000 + b"</gexf>"),
        ("a.gml", b"graph [" + b"\n" * 400_000 + b"]"),
        ("a.json", b"[" + b" " * 400_000 + b"]"),
        ("a.metis", b"100000 0\n" + b"\n" * 400_000),
        ("a.parquet", b"\0" * 400_000),
    ],
)
@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_bombs(tmp_path: Path, name: str, content: bytes, packing: str) -> None:
    path = tmp_path / f"{name}.{packing}"
    if packing == "gz":
        path.write_bytes(gzip.compress(content))
    else:
        with pa.CompressedOutputStream(str(path), "zstd") as stream:
            stream.write(content)
    assert path.stat().st_size < 2000
    with pytest.raises(NetworkError) as caught:
        read(path, max_bytes=200_000)
    assert str(caught.value) == f"{path} holds more than 200,000 bytes of text"


def table(path: Path, columns: dict[str, Any]) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def test_a_parquet_table_that_unpacks_to_any_size(tmp_path: Path) -> None:
    many = np.zeros(1_000_000, dtype=np.int64)
    path = table(tmp_path / "a.parquet", {"source": many, "target": many})
    assert path.stat().st_size < 20_000
    with pytest.raises(NetworkError, match="holds more than 1,000,000 bytes of values"):
        read(path, max_bytes=1_000_000)


def test_a_long_text_many_times_over_stays_one(tmp_path: Path) -> None:
    n = 100_000
    notes = pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), ["x" * 1_000_000])
    path = tmp_path / "a.parquet"
    columns = pa.table({"source": range(n), "target": [n] * n, "note": notes})
    parquet.write_table(columns, path, store_schema=False)  # or its reader would expect as much
    assert path.stat().st_size < 2_000_000
    notes = read(path).tie_columns["note"]
    assert len({id(note) for note in notes.tolist()}) == 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"from": [1], "to": [2]}, "there is no column 'source'; there are 'from, to'"),
        (
            {"source": [1], "target": ["a"]},
            "source and target must be of the same type",
        ),
        ({"source": [1, None], "target": [1, 2]}, "1 ids are missing"),
        ({"source": [[1]], "target": [[2]]}, "ids must be integers, floats or strings, not list<"),
    ],
)
def test_parquet_tables_that_are_no_ties(
    tmp_path: Path, columns: dict[str, Any], message: str
) -> None:
    path = table(tmp_path / "a.parquet", columns)
    with pytest.raises(NetworkError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": [1, 1]}, "{people}: two people have the id 1"),
        ({"id": [1, None]}, "{people}: 1 ids are missing"),
        ({"id": [1]}, "{ties}: person 2 is not in the people table {people}"),
    ],
)
def test_parquet_tables_that_are_no_people(
    tmp_path: Path, columns: dict[str, Any], message: str
) -> None:
    ties = table(tmp_path / "ties.parquet", {"source": [1], "target": [2]})
    people = table(tmp_path / "people.parquet", columns)
    with pytest.raises(NetworkError) as caught:
        read(ties, people=people)
    assert str(caught.value) == message.format(ties=ties, people=people)


@pytest.mark.parametrize("suffix", ["graphml", "gexf", "gml", "json", "metis"])
def test_no_direction_where_there_is_none(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    write(from_edges([0], [1]), path)
    with pytest.raises(NetworkError, match="says that its ties have no direction"):
        read(path, directed=True)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "graphml", "gexf", "gml", "json"])
def test_a_direction_can_be_left_out(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    write(from_edges([0, 1], [1, 0], directed=True), path)
    assert read(path).n_ties == 2
    assert read(path, directed=False).n_ties == 1


MIXED = from_edges([0], [1], people={"mixed": [1, "a"]})
LONELY = from_edges([0], [1], n_people=3)
NAMED = from_edges(["a b"], ["c"])
DIRECTED = from_edges([0], [1], directed=True)
WEIGHTED = from_edges([0], [1], tie_columns={"weight": [0.5]})
WITH_AGE = from_edges([0], [1], people={"age": [4, 5]})
WITH_NUL = from_edges(["a\0"], ["b"])
HALF = from_edges(["\ud800"], ["b"])
LOPSIDED = Network(
    WEIGHTED.indptr, WEIGHTED.neighbours, tie_columns={"trust": np.array([0.1, 0.9])}
)


@pytest.mark.parametrize(
    ("network", "name", "message"),
    [
        (MIXED, "a.csv", "the people column 'mixed' holds int and str; in a file it must be all"),
        (MIXED, "a.json", "the people column 'mixed' holds int and str; in a file it must be all"),
        (from_edges([(1, 2)], [(3, 4)]), "a.gml", "the id of people holds tuple; in a file"),
        (LOPSIDED, "a.csv", "the tie column 'trust' differs between the two halves of a tie"),
        (LOPSIDED, "a.graphml", "the tie column 'trust' differs between the two halves of a tie"),
        (WITH_NUL, "a.graphml", "XML has no place for the character '\\x00', as in 'a\\x00'"),
        (WITH_NUL, "a.gexf", "XML has no place for the character '\\x00', as in 'a\\x00'"),
        (HALF, "a.csv", "a text holds '\\ud800', which is no character of its own"),
        (HALF, "a.json", "a text holds '\\ud800', which is no character of its own"),
        (HALF, "a.parquet", "a text holds '\\ud800', which is no character of its own"),
        (HALF, "a.graphml", "XML has no place for the character '\\ud800'"),
        (from_edges(["a"], ["b" * 140_000]), "a.csv", "a table has no room for a text of 140,000"),
        (WITH_AGE, "a.txt", "SNAP text has no place for people columns, such as 'age'"),
        (LONELY, "a.txt", "SNAP text has no place for people without ties; there are 1"),
        (NAMED, "a.txt", "SNAP text has no place for 'a b': neither blanks nor commas"),
        (from_edges(["#a"], ["b"]), "a.txt", "SNAP text has no place for '#a': neither"),
        (
            from_edges([], []),
            "a.txt",
            "SNAP text has no place for people without ties; there are 0",
        ),
        (DIRECTED, "a.metis", "METIS has no place for ties with a direction"),
        (NAMED, "a.graph", "METIS has no place for ids: people must be called 0 .. n - 1"),
        (WITH_AGE, "a.metis", "METIS has no place for people columns, such as 'age'"),
        (WEIGHTED, "a.metis", "METIS has no place for weights that are not positive integers"),
        (
            from_edges([0], [1], tie_columns={"since": [5]}),
            "a.metis",
            "METIS has no place for tie columns other than 'weight', such as 'since'",
        ),
        (
            from_edges([0], [1], tie_columns={"how long": [5]}),
            "a.gml",
            "GML has no place for a column called 'how long': letters, digits and underscores",
        ),
        (
            from_edges([0], [1], people={"label": [5, 6]}),
            "a.gml",
            "the column 'label' is in the way of the ends of ties or of ids",
        ),
        (
            from_edges([0], [1], people={"id": [5, 6]}),
            "a.json",
            "the column 'id' is in the way of the ends of ties or of ids",
        ),
        (
            from_edges([0], [1], tie_columns={"": [5]}),
            "a.csv",
            "a column without a name cannot be written to a table",
        ),
    ],
)
def test_what_a_format_cannot_hold(
    tmp_path: Path, network: Network, name: str, message: str
) -> None:
    (tmp_path / name).write_text("as it was")
    with pytest.raises(NetworkError) as caught:
        write(network, tmp_path / name)
    assert str(caught.value).startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "as it was"


def test_names_and_places(tmp_path: Path) -> None:
    network = from_edges([0], [1])
    for name in ("ties.doc", "ties", "ties.gz", "csv"):
        with pytest.raises(NetworkError, match=r"tells no format; it must end in one of \.csv "):
            write(network, tmp_path / name)
    with pytest.raises(NetworkError, match="cannot be written: No such file or directory"):
        write(network, tmp_path / "nowhere" / "ties.csv")
    with pytest.raises(NetworkError, match="there is no file"):
        read(tmp_path / "nothing.graphml")
    with pytest.raises(NetworkError, match="holds its people itself"):
        read(tmp_path / "nothing.graphml", people=tmp_path / "people.csv")
    with pytest.raises(ValueError, match="there is no format 'dot'; there are csv, parquet"):
        read(tmp_path / "ties.dot", format="dot")
    (tmp_path / "ties.csv").mkdir()
    with pytest.raises(NetworkError, match="cannot be written: Is a directory"):
        write(network, tmp_path / "ties.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["ties.csv"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_can_be_named(tmp_path: Path, format: str) -> None:
    write(from_edges([0], [1]), tmp_path / "ties.data", format=format)
    assert read(tmp_path / "ties.data", format=format).n_ties == 1


def test_a_table_that_becomes_plain_leaves_no_trace_in_reading(tmp_path: Path) -> None:
    write(WITH_AGE, tmp_path / "ties.csv")
    assert read(tmp_path / "ties.csv").people["age"].tolist() == [4, 5]
    write(from_edges([0], [1]), tmp_path / "ties.csv")
    assert (tmp_path / "ties.csv").read_text() == "source,target\n0,1\n"
    assert not read(tmp_path / "ties.csv").people


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, format: str) -> None:
    """Bytes changed, cut out or put in at random never end in anything but a NetworkError."""
    rng = np.random.default_rng(5)
    weighted = from_edges([0, 1, 2], [1, 2, 3], tie_columns={"weight": [4, 5, 6]})
    named = from_edges(
        ["a<&>", "7"], ["7", "é"], directed=True, people={"age": [1.5, None, 3], "is": [True] * 3}
    )
    write(weighted if format in ("metis", "snap") else named, tmp_path / "ties", format=format)
    whole = {path: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    n_read = 0
    for _ in range(80):
        for path, content in whole.items():
            path.write_bytes(content)
        path = list(whole)[rng.integers(len(whole))]
        damaged = bytearray(whole[path])
        at, length = rng.integers(len(damaged)), rng.integers(4)
        damaged[at : at + length] = rng.bytes(int(rng.integers(3)))
        path.write_bytes(damaged)
        with suppress(NetworkError):
            read(tmp_path / "ties", format=format)
            n_read += 1
    assert n_read < 80
