"""Networks from edge lists and people tables in text files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.building import from_positions
from simnet.network.columns import column_from_text, ids_from_text, is_integer
from simnet.network.formats.text import Row, check_header, rows, wrong_width
from simnet.network.model import Array, Network

_MOST_BYTES = 4 * 2**30

PathLike: TypeAlias = str | os.PathLike[str]


def read_edges(
    path: PathLike,
    *,
    people: PathLike | None = None,
    directed: bool = False,
    max_bytes: int = _MOST_BYTES,
) -> Network:
    """The network in an edge list, one tie a line, plain or gzipped.

    The list is comma-separated with a header ``source,target`` and any further columns, which
    become tie columns; or it is separated by blanks, as SNAP hands them out, where lines that begin
    with ``#`` or ``%`` are comments. A list whose ids are all integers needs no header; its further
    columns are called ``column_3`` and so on. Ids that are all integers come out as integers.
    Self-ties and repeated ties are left out and counted in ``network.dropped``.

    Parameters
    ----------
    path : path
        The edge list.
    people : path, optional
        A comma-separated table with a header, plain or gzipped, whose first column is the id and
        whose other columns become people columns. It lists everybody, in the order of the network,
        those without ties included. Without it, people are those in the edge list, sorted.
    directed : bool
        Whether ties go from source to target only.
    max_bytes : int
        Refuse a file that is larger than this once decompressed.

    Raises
    ------
    NetworkError
        In one sentence, with file and line: if a file is missing, unreadable, empty or too large, a
        row is malformed, an id is repeated in the people table, or a tie names somebody who is
        not in it.
    """
    table = None if people is None else Path(people)
    places: dict[str, int] = {}
    attributes = {} if table is None else _read_people(table, places, max_bytes)
    ties = _read_ties(Path(path), places, table, max_bytes)
    ids, sources, targets = ids_from_text(list(places)), ties.sources, ties.targets
    if table is None:
        order = np.argsort(ids, kind="stable")
        rank = np.argsort(order)
        ids, sources, targets = ids[order], rank[sources], rank[targets]
    return from_positions(
        sources, targets, ids=ids, directed=directed, people=attributes, tie_columns=ties.columns
    )


class _Ties(NamedTuple):
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    columns: dict[str, Array]


def _read_people(path: Path, places: dict[str, int], max_bytes: int) -> dict[str, Array]:
    """The columns of a people table; fills in where everybody is."""
    with closing(rows(path, max_bytes=max_bytes, commas=True)) as table:
        line, header = _first(path, table)
        check_header(path, line, header)
        columns: list[list[str]] = [[] for _ in header]
        for line, fields in table:
            if len(fields) != len(header):
                raise wrong_width(path, line, fields, len(header))
            label = fields[0].strip()
            if not label:
                raise NetworkError(f"{path}:{line}: a person has no id")
            if places.setdefault(label, len(places)) != len(columns[0]):
                raise NetworkError(f"{path}:{line}: person {label!r} is listed twice")
            for values, field in zip(columns, fields, strict=True):
                values.append(field.strip())
    if not places:
        raise NetworkError(f"{path} holds no people")
    return _columns(header[1:], columns[1:])


def _read_ties(path: Path, places: dict[str, int], table: Path | None, max_bytes: int) -> _Ties:
    """The ties of an edge list; unless a table is complete, whoever is new gets the next place."""
    with closing(rows(path, max_bytes=max_bytes)) as lines:
        header, named, ties = _header(path, lines)
        sources: list[int] = []
        targets: list[int] = []
        columns: list[list[str]] = [[] for _ in header[2:]]
        width = len(header)
        for line, fields in ties:
            if len(fields) != width:
                raise wrong_width(path, line, fields, width)
            for ends, field in ((sources, fields[0]), (targets, fields[1])):
                label = field.strip()
                place = places.get(label)
                if place is None:
                    problem = _newcomer_problem(label, named, table)
                    if problem:
                        raise NetworkError(f"{path}:{line}: {problem}")
                    place = places[label] = len(places)
                ends.append(place)
            for values, field in zip(columns, fields[2:], strict=True):
                values.append(field.strip())
    if not sources:
        raise NetworkError(f"{path} holds no ties")
    return _Ties(np.array(sources), np.array(targets), _columns(header[2:], columns))


def _header(path: Path, lines: Iterator[Row]) -> tuple[list[str], bool, Iterator[Row]]:
    """Names of the columns, whether the file gave them, and the rows after them."""
    line, fields = _first(path, lines)
    if [name.lower() for name in fields[:2]] == ["source", "target"]:
        check_header(path, line, fields)
        return fields, True, lines
    if len(fields) < 2 or not all(map(is_integer, fields[:2])):
        raise NetworkError(
            f"{path}:{line}: expected a header that begins source,target, or two integer ids; "
            f"found {' '.join(fields)[:60]!r}"
        )
    further = [f"column_{place}" for place in range(3, len(fields) + 1)]
    return ["source", "target", *further], False, chain([(line, fields)], lines)


def _first(path: Path, table: Iterator[Row]) -> Row:
    for line, fields in table:
        return line, [field.strip() for field in fields]
    raise NetworkError(f"{path} is empty")


def _newcomer_problem(label: str, named: bool, table: Path | None) -> str | None:
    """Why somebody not met before in this file cannot be right, if so."""
    if not label:
        return "one end of the tie is empty"
    if not named and not is_integer(label):
        return f"expected an integer id; found {label!r}"
    if table is not None:
        return f"person {label!r} is not in the people table {table}"
    return None


def _columns(names: list[str], texts: list[list[str]]) -> dict[str, Array]:
    return {name: column_from_text(values) for name, values in zip(names, texts, strict=True)}
