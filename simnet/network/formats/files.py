"""One door in and one out: the name of a file says its format."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from simnet.errors import NetworkError
from simnet.network.formats.comma_separated import write_csv
from simnet.network.formats.edge_list import PathLike, read_edge_list
from simnet.network.formats.gexf import read_gexf, write_gexf
from simnet.network.formats.gml import read_gml, write_gml
from simnet.network.formats.graphml import read_graphml, write_graphml
from simnet.network.formats.metis import read_metis, write_metis
from simnet.network.formats.node_link import read_json, write_json
from simnet.network.formats.parquet import read_parquet, write_parquet
from simnet.network.formats.paths import people_path, unpacked_name
from simnet.network.formats.snap import write_snap
from simnet.network.formats.streams import MOST_BYTES, Content, in_place_of
from simnet.network.model import Network


class _Format(NamedTuple):
    """How a format is read and written, and whether people can lie in a table of their own."""

    suffixes: tuple[str, ...]
    read: Callable[..., Network]
    write: Callable[[Network], Content]
    has_tables: bool = False


_FORMATS = {
    "csv": _Format((".csv",), read_edge_list, write_csv, has_tables=True),
    "parquet": _Format((".parquet",), read_parquet, write_parquet, has_tables=True),
    "graphml": _Format((".graphml",), read_graphml, write_graphml),
    "gexf": _Format((".gexf",), read_gexf, write_gexf),
    "gml": _Format((".gml",), read_gml, write_gml),
    "json": _Format((".json",), read_json, write_json),
    "metis": _Format((".metis", ".graph"), read_metis, write_metis),
    "snap": _Format((".txt",), read_edge_list, write_snap, has_tables=True),
}

FORMATS = tuple(_FORMATS)


def read(
    path: PathLike,
    *,
    format: str | None = None,
    people: PathLike | None = None,
    directed: bool | None = None,
    max_bytes: int = MOST_BYTES,
) -> Network:
    """The network in a file, plain or packed by gzip or zstd.

    The format is told by the name: ``.csv`` (ties, one a line), ``.parquet`` (the same as a Parquet
    table), ``.graphml``, ``.gexf``, ``.gml``, ``.json`` (node-link), ``.metis`` or ``.graph``, and
    ``.txt`` (ties separated by blanks, as SNAP hands them out), each perhaps with ``.gz`` or
    ``.zst`` behind. What `write` wrote comes back as it was: ids and columns with their types.
    In files of other programs, ids that are all integers come out as integers where the format
    makes no difference between 7 and "7". Self-ties and repeated ties are left out and counted in
    ``network.dropped``.

    Parameters
    ----------
    path : path
        The file.
    format : str, optional
        One of `FORMATS`, instead of the one that the name tells.
    people : path, optional
        With csv and snap, a comma-separated table with a header, whose first column is the id and
        whose others become people columns; with parquet, such a Parquet table. It lists everybody,
        in the order of the network. Without it, it is the table that `write` put beside the file,
        if it did; otherwise people are those whom a tie names, sorted.
    directed : bool, optional
        Whether ties go from source to target only, instead of what the file says; one that says
        nothing is undirected.
    max_bytes : int
        Refuse a file that is larger than this once unpacked.

    Raises
    ------
    NetworkError
        In one sentence, with file and line where there is one: if the name tells no format, the
        file is missing, unreadable, too large or malformed, a tie names somebody who is not among
        the people, or directions are asked for that are not there.
    ValueError
        If there is no such format.
    """
    path = Path(path)
    chosen = _chosen(path, format)
    if chosen.has_tables:
        table = None if people is None else Path(people)
        return chosen.read(path, people=table, directed=directed, max_bytes=max_bytes)
    if people is not None:
        raise NetworkError(f"{path} holds its people itself; a people table goes with ties alone")
    return chosen.read(path, directed=directed, max_bytes=max_bytes)


def write(network: Network, path: PathLike, *, format: str | None = None) -> None:
    """Write a network to a file, so that `read` gives it back.

    The format is told by the name as in `read`; ``.gz`` and ``.zst`` behind pack it. Where csv or
    parquet need a table of people (for their columns, their order, or those without ties), it lies
    beside: ``ties.people.csv`` beside ``ties.csv``. Files appear whole or not at all, and the same
    network gives the same bytes.

    Parameters
    ----------
    network : Network
        What is written; not in the file is ``network.dropped``.
    path : path
        The file, which is replaced if it is there. Its folder must be there.
    format : str, optional
        One of `FORMATS`, instead of the one that the name tells.

    Raises
    ------
    NetworkError
        If the name tells no format, the network has what the format has no place for, or the file
        cannot be written.
    ValueError
        If there is no such format.
    """
    path = Path(path)
    content = _chosen(path, format).write(network)
    with ExitStack() as stack:
        main = stack.enter_context(in_place_of(path))
        if content.people is not None:
            table = stack.enter_context(in_place_of(people_path(path)))
            for block in content.people:
                table.write(block)
        for block in content.main:
            main.write(block)


def format_of(path: PathLike) -> str | None:
    """The format that the name of a file tells, None if it tells none."""
    suffix = Path(unpacked_name(Path(path))).suffix.lower()
    return next((name for name, one in _FORMATS.items() if suffix in one.suffixes), None)


def _chosen(path: Path, name: str | None) -> _Format:
    if name is not None and name not in _FORMATS:
        raise ValueError(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    told = format_of(path) if name is None else name
    if told is not None:
        return _FORMATS[told]
    known = " ".join(suffix for chosen in _FORMATS.values() for suffix in chosen.suffixes)
    raise NetworkError(f"the name of {path} tells no format; it must end in one of {known}")
