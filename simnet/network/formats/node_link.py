"""Node-link JSON, the layout of networkx and D3: facts are an attribute of the graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simnet.errors import NetworkError
from simnet.network.columns import column, objects
from simnet.network.formats.exporting import (
    check_free,
    each_tie_once,
    labels_of,
    rows_of,
    slices,
)
from simnet.network.formats.facts import NAME, Facts, direction, facts_from_plain, facts_of
from simnet.network.formats.gathering import Gathering
from simnet.network.formats.kinds import is_text_kind
from simnet.network.formats.streams import Content, encoded, opened
from simnet.network.model import Array, Network

_encode = json.JSONEncoder(ensure_ascii=False).encode


def read_json(path: Path, *, directed: bool | None, max_bytes: int) -> Network:
    """The graph of a node-link file; ids that are strings stay strings, numbers stay numbers.

    Ties are called ``edges`` or, as older programs have it, ``links``.
    """
    graph = _parsed(path, max_bytes)
    if not isinstance(graph, dict):
        raise NetworkError(f"{path}: expected an object with nodes and edges")
    gathering = Gathering(path)
    for number, record in enumerate(_records(path, graph, "nodes")):
        where = f"node {number}"
        gathering.person(_taken(record, "id", path, where), record, where)
    for number, record in enumerate(
        _records(path, graph, "links" if "links" in graph else "edges")
    ):
        where = f"edge {number}"
        source, target = (_taken(record, end, path, where) for end in ("source", "target"))
        if graph.get("multigraph"):
            record.pop("key", None)  # tells parallel edges apart and is no attribute of theirs
        gathering.tie(source, target, record, where)
    says = graph.get("directed")
    attributes = graph.get("graph")
    told = attributes.get(NAME) if isinstance(attributes, dict) else None
    return gathering.network(
        Facts() if told is None else facts_from_plain(told, str(path)),
        directed=direction(set() if says is None else {bool(says)}, directed, path),
        untold=column,
    )


def write_json(network: Network) -> Content:
    """One object, where a missing value is a member that is not there."""
    check_free("id", network.people)
    check_free("source", network.tie_columns)
    check_free("target", network.tie_columns)
    return Content(encoded(_lines(network, facts_of(network))))


def _parsed(path: Path, max_bytes: int) -> Any:
    with opened(path, max_bytes=max_bytes) as stream:
        content = stream.read()
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise NetworkError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NetworkError(f"{path}:{line}: this is not UTF-8 text") from None
    except RecursionError:
        raise NetworkError(f"{path}: values are nested too deep") from None
    except ValueError:
        raise NetworkError(f"{path}: a number has too many digits") from None


def _records(path: Path, graph: dict[str, Any], name: str) -> list[dict[str, Any]]:
    records = graph.get(name)
    if not isinstance(records, list):
        raise NetworkError(f"{path}: expected a list of {name}")
    for number, record in enumerate(records):
        if not isinstance(record, dict):
            raise NetworkError(f"{path}: {name[:-1]} {number} is not an object")
    return records


def _taken(record: dict[str, Any], key: str, path: Path, where: str) -> str | int | float:
    """The id that a record has under that key, taken out of it."""
    label = record.pop(key, None)
    if isinstance(label, bool) or not isinstance(label, str | int | float) or label != label:
        found = "it has none" if label is None else f"it is {json.dumps(label)[:60]}"
        raise NetworkError(f"{path}: {where}: {key} must be a string or a number; {found}")
    return label


def _lines(network: Network, facts: Facts) -> Iterator[str]:
    sources, targets, columns = each_tie_once(network)
    labels = objects([_shown(str(facts.ids), label) for label in labels_of(network)])
    beginning = {"directed": network.directed, "multigraph": False, "graph": {NAME: facts.plain()}}
    yield json.dumps(beginning)[:-1] + ',\n"nodes": [\n'
    yield from _separated(
        f'{{"id": {label}{values}}}'
        for part in slices(len(labels))
        for label, values in zip(
            labels[part].tolist(), _members(network.people, facts.people, part), strict=True
        )
    )
    yield '\n],\n"edges": [\n'
    yield from _separated(
        f'{{"source": {source}, "target": {target}{values}}}'
        for part in slices(len(sources))
        for source, target, values in zip(
            labels[sources[part]].tolist(),
            labels[targets[part]].tolist(),
            _members(columns, facts.ties, part),
            strict=True,
        )
    )
    yield "\n]}\n"


def _separated(records: Iterator[str]) -> Iterator[str]:
    yield next(records, "")
    for record in records:
        yield ",\n" + record


def _members(columns: Mapping[str, Array], kinds: Mapping[str, str], part: slice) -> Iterator[str]:
    names = {name: _encode(name) for name in columns}
    return rows_of(
        columns, kinds, part, lambda name, value: f", {names[name]}: {_shown(kinds[name], value)}"
    )


def _shown(kind: str, value: str) -> str:
    """A value in JSON; infinity, for which it has no word, as a number beyond all floats."""
    return _encode(value) if is_text_kind(kind) else value.replace("inf", "1e999")
