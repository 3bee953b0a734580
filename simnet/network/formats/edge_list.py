"""Networks from edge lists and people tables in text files."""

from __future__ import annotations

import os
from array import array
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from simnet.errors import NetworkError
from simnet.network.columns import ids_from_text, is_integer
from simnet.network.formats.bulk import (
    ends_in_bulk,
    fields_in_bulk,
    first_fields,
    text_columns_in_bulk,
)
from simnet.network.formats.kinds import distinct
from simnet.network.formats.paths import people_path
from simnet.network.formats.people_table import read_people
from simnet.network.formats.streams import MOST_BYTES
from simnet.network.formats.text import Table, check_header, read_table, text_columns, wrong_width
from simnet.network.formats.tie_list import TieList, network_of
from simnet.network.model import Network

PathLike: TypeAlias = str | os.PathLike[str]


def read_edges(
    path: PathLike,
    *,
    people: PathLike | None = None,
    directed: bool = False,
    max_bytes: int = MOST_BYTES,
) -> Network:
    """The network in an edge list, one tie a line, plain or packed by gzip or zstd.

    The list is comma-separated with a header ``source,target`` and any further columns, which
    become tie columns; or it is separated by blanks, as SNAP hands them out, where lines that begin
    with ``#`` or ``%`` are comments. A list whose ids are all integers needs no header; its further
    columns are called ``column_3`` and so on. Ids that are all integers come out as integers.
    Self-ties and repeated ties are left out and counted in ``network.dropped``. In a list that
    `write` wrote, a comment tells types and the people table, which are heeded.

    Parameters
    ----------
    path : path
        The edge list.
    people : path, optional
        A comma-separated table with a header, plain or packed, whose first column is the id and
        whose other columns become people columns. It lists everybody, in the order of the network,
        those without ties included. Without it, people are those in the edge list, sorted.
    directed : bool
        Whether ties go from source to target only.
    max_bytes : int
        Refuse a file that is larger than this once unpacked.

    Raises
    ------
    NetworkError
        In one sentence, with file and line: if a file is missing, unreadable, empty or too large, a
        row is malformed, an id is repeated in the people table, or a tie names somebody who is
        not in it.
    """
    table = None if people is None else Path(people)
    return read_edge_list(Path(path), people=table, directed=directed, max_bytes=max_bytes)


def read_edge_list(
    path: Path, *, people: Path | None, directed: bool | None, max_bytes: int
) -> Network:
    """As `read_edges`; unless given, the file may know the direction and a people table itself."""
    ties = read_table(path, _in_bulk, _by_row, max_bytes=max_bytes)
    if people is None and ties.facts.people_table:
        people = people_path(path)
    folk = None if people is None else read_people(people, max_bytes=max_bytes)
    if ties.lines is None and folk is not None and not folk.knows(ties.labels):
        # Only row by row do we learn the line.
        ties = read_table(path, None, _by_row, max_bytes=max_bytes)
    return network_of(ties, folk, path, directed=directed, untold=ids_from_text)


class _Header(NamedTuple):
    """Names of the columns, whether they are the first row, whether all ids must be integers."""

    names: list[str]
    is_row: bool
    only_integers: bool


def _by_row(table: Table) -> TieList:
    every = table.rows(commas=table.has_commas)
    first = next(every)
    header = _header(table, *first)
    places: dict[str, int] = {}
    lines: list[int] = []
    ends = array("q")
    columns: list[list[str]] = [[] for _ in header.names[2:]]
    for line, fields in every if header.is_row else chain([first], every):
        if len(fields) != len(header.names):
            raise wrong_width(table.path, line, fields, len(header.names))
        for field in fields[:2]:
            label = table.clean(field)
            place = places.setdefault(label, len(places))
            if place == len(lines):
                _check_label(table, header, label, line)
                lines.append(line)
            ends.append(place)
        for values, field in zip(columns, fields[2:], strict=True):
            values.append(table.clean(field))
    if not ends and table.told is None:
        raise NetworkError(f"{table.path} holds no ties")
    sources, targets = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    read = text_columns(table, header.names[2:], columns, table.facts.ties)
    return TieList(list(places), lines, sources, targets, read, table.facts)


def _in_bulk(table: Table) -> TieList | None:
    commas = table.has_commas
    fields = first_fields(table, commas=commas)
    if fields is None:
        return None
    header = _header(table, table.line, fields)
    read = fields_in_bulk(table, len(header.names), commas=commas, header=header.is_row)
    if read is None:
        return None
    labels, sources, targets = ends_in_bulk(read[0], read[1])
    labels = list(map(table.clean, labels))
    odd = table.told is None and "" in labels
    odd = odd or (header.only_integers and not all(map(is_integer, labels)))
    if odd or not distinct(labels) or not labels:
        return None
    columns = text_columns_in_bulk(table, header.names[2:], read[2:], table.facts.ties)
    return TieList(labels, None, sources, targets, columns, table.facts)


def _header(table: Table, line: int, fields: list[str]) -> _Header:
    """Names of the columns, and what the first row tells of those that follow."""
    if table.told is not None and not table.has_commas:
        return _Header(["source", "target", *table.told.ties], False, False)
    fields = [table.clean(field) for field in fields]
    if [name.lower() for name in fields[:2]] == ["source", "target"]:
        check_header(table.path, line, fields)
        return _Header(fields, True, False)
    if len(fields) < 2 or not all(map(is_integer, fields[:2])):
        raise NetworkError(
            f"{table.path}:{line}: expected a header that begins source,target, or two integer "
            f"ids; found {' '.join(fields)[:60]!r}"
        )
    further = [f"column_{place}" for place in range(3, len(fields) + 1)]
    return _Header(["source", "target", *further], False, True)


def _check_label(table: Table, header: _Header, label: str, line: int) -> None:
    """Refuse an end of a tie that cannot be anybody."""
    if not label and table.told is None:
        raise NetworkError(f"{table.path}:{line}: one end of the tie is empty")
    if header.only_integers and not is_integer(label):
        raise NetworkError(f"{table.path}:{line}: expected an integer id; found {label!r}")
