"""Parquet tables: ties and, where they do not say who there is, people; facts in the metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.columns import column, objects
from simnet.network.formats.bulk import encoded, ends_in_bulk
from simnet.network.formats.exporting import check_free, each_tie_once, known_by_ties
from simnet.network.formats.facts import NAME, Facts, facts_from_text, facts_of
from simnet.network.formats.kinds import (
    is_moment_kind,
    read_column,
    texts_of,
)
from simnet.network.formats.paths import people_path
from simnet.network.formats.streams import Content, not_utf_8, opened
from simnet.network.formats.tie_list import Folk, TieList, network_of
from simnet.network.model import Array, Network

_Values: TypeAlias = Any  # a pyarrow.Array or ChunkedArray
_BYTES_A_VALUE = 8
_UNITS = ("[s]", "[ms]", "[us]", "[ns]")


class _Table(NamedTuple):
    columns: dict[str, _Values]
    facts: Facts


def read_parquet(
    path: Path, *, people: Path | None, directed: bool | None, max_bytes: int
) -> Network:
    """The network of a table with the columns ``source`` and ``target``.

    Of the people table, if there is one, the first column is the id.
    """
    with _faults_of(path):
        table = _read(path, max_bytes)
        ties = TieList(*_ends(path, table), _columns(table, table.facts.ties), table.facts)
    if people is None and table.facts.people_table:
        people = people_path(path)
    folk = None if people is None else _folk(people, max_bytes)
    return network_of(ties, folk, path, directed=directed, untold=column)


def write_parquet(network: Network) -> Content:
    """A table of ties with the columns ``source`` and ``target``, and one of people with ``id``."""
    facts = facts_of(network)
    check_free("source", network.tie_columns)
    check_free("target", network.tie_columns)
    check_free("id", network.people)
    with_people = not known_by_ties(network)
    return Content(
        _tie_table(network, replace(facts, people={}, people_table=with_people)),
        _people_table(network, Facts(ids=facts.ids, people=facts.people)) if with_people else None,
    )


def _read(path: Path, max_bytes: int) -> _Table:
    import pyarrow as pa
    from pyarrow import parquet

    with opened(path, max_bytes=max_bytes) as stream:
        content = stream.read()
    file = parquet.ParquetFile(pa.BufferReader(content))
    schema = file.schema_arrow
    _check_size(path, file.metadata, max_bytes)
    # A column of one string over and over is small in the file: it stays one in memory too.
    texts = [field.name for field in schema if _is_text(field.type)]
    table = parquet.ParquetFile(pa.BufferReader(content), read_dictionary=texts).read()
    if len(set(table.column_names)) < len(table.column_names):
        raise NetworkError(f"{path}: two columns have the same name")
    told = (schema.metadata or {}).get(NAME.encode())
    facts = Facts() if told is None else facts_from_text(told.decode(errors="replace"), str(path))
    return _Table(dict(zip(table.column_names, table.columns, strict=True)), facts)


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Whatever Arrow finds wrong with a table is a NetworkError."""
    import pyarrow as pa

    try:
        yield
    except UnicodeDecodeError:
        raise NetworkError(f"{path}: a text in it is not UTF-8") from None
    except (OSError, pa.ArrowException) as error:
        raise NetworkError(f"{path} is no Parquet table: {str(error).splitlines()[0]}") from None


def _check_size(path: Path, metadata: Any, max_bytes: int) -> None:
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    size = max(
        metadata.num_rows * metadata.num_columns * _BYTES_A_VALUE,
        sum(group.total_byte_size for group in groups),
    )
    if size > max_bytes:
        raise NetworkError(f"{path} holds more than {max_bytes:,} bytes of values")


def _folk(path: Path, max_bytes: int) -> Folk:
    with _faults_of(path):
        table = _read(path, max_bytes)
        if not table.columns:
            raise NetworkError(f"{path} has no columns")
        ids = table.columns.pop(next(iter(table.columns)))
        _check_ids(path, ids)
        entries, at = encoded(ids)
        columns = _columns(table, table.facts.people)
    places: dict[Any, int] = {}
    for place, entry in enumerate(at.tolist()):
        if places.setdefault(entries[entry], place) != place:
            raise NetworkError(f"{path}: two people have the id {entries[entry]!r}")
    return Folk(path, places, columns, table.facts)


def _check_ids(path: Path, values: _Values) -> None:
    from pyarrow import types

    type_ = values.type.value_type if types.is_dictionary(values.type) else values.type
    if not (types.is_integer(type_) or types.is_floating(type_) or _is_text(type_)):
        raise NetworkError(f"{path}: ids must be integers, floats or strings, not {type_}")
    if values.null_count:
        raise NetworkError(f"{path}: {values.null_count:,} ids are missing")


def _is_text(type_: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(type_) or types.is_large_string(type_))


def _ends(
    path: Path, table: _Table
) -> tuple[list[Any], None, NDArray[np.int64], NDArray[np.int64]]:
    """Labels of the ends of ties, each once, their lines (none), and where the ends are in them.

    Takes them out of the table.
    """
    for end in ("source", "target"):
        if end not in table.columns:
            found = ", ".join(table.columns)
            raise NetworkError(f"{path}: there is no column {end!r}; there are {found[:60]!r}")
        _check_ids(path, table.columns[end])
    ends = table.columns.pop("source"), table.columns.pop("target")
    if ends[0].type != ends[1].type:
        raise NetworkError(f"{path}: source and target must be of the same type")
    entries, sources, targets = ends_in_bulk(*ends)
    # The dictionary of a table may have entries twice, and such as no tie names.
    named = np.zeros(len(entries), dtype=bool)
    named[sources] = named[targets] = True
    places: dict[Any, int] = {}
    place = np.zeros(len(entries), dtype=np.int64)
    for entry in np.flatnonzero(named).tolist():
        place[entry] = places.setdefault(entries[entry], len(places))
    return list(places), None, place[sources], place[targets]


def _columns(table: _Table, kinds: Mapping[str, str]) -> dict[str, Array]:
    return {name: _column(values, kinds.get(name)) for name, values in table.columns.items()}


def _column(values: _Values, kind: str | None) -> Array:
    from pyarrow import types

    of_numpy = types.is_floating(values.type) or types.is_timestamp(values.type)
    of_numpy = of_numpy or types.is_date(values.type)
    if not values.null_count:
        of_numpy = of_numpy or types.is_integer(values.type) or types.is_boolean(values.type)
    if types.is_dictionary(values.type):
        read = _from_dictionary(values)
    else:
        read = np.asarray(values.to_numpy()) if of_numpy else column(values.to_pylist())
    if kind is None or kind == read.dtype.name:
        return read
    if is_moment_kind(kind) and read.dtype.kind == "M":
        return read.astype(kind)
    return read_column(read.tolist(), kind)


def _from_dictionary(values: _Values) -> Array:
    """The values of a column that says by number which they are; equal ones are one object."""
    chunks = values.unify_dictionaries().chunks
    if not chunks:
        return objects([])
    entries = objects([*chunks[0].dictionary.to_pylist(), None])
    places = np.concatenate([chunk.indices.fill_null(-1).to_numpy() for chunk in chunks])
    return np.asarray(entries[places])


def _tie_table(network: Network, facts: Facts) -> Iterator[bytes]:
    import pyarrow as pa

    sources, targets, columns = each_tie_once(network)
    ids = _arrow_ids(network, facts)
    yield _bytes(
        {
            "source": ids.take(pa.array(sources)),
            "target": ids.take(pa.array(targets)),
            **{name: _arrow(values, facts.ties[name]) for name, values in columns.items()},
        },
        facts,
    )


def _people_table(network: Network, facts: Facts) -> Iterator[bytes]:
    people = {name: _arrow(values, facts.people[name]) for name, values in network.people.items()}
    yield _bytes({"id": _arrow_ids(network, facts), **people}, facts)


def _bytes(columns: dict[str, _Values], facts: Facts) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    table = pa.table(columns).replace_schema_metadata({NAME: facts.text()})
    parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _arrow_ids(network: Network, facts: Facts) -> _Values:
    """Ids of the types that `_check_ids` allows; others as text."""
    import pyarrow as pa

    ids, kind = network.ids, str(facts.ids)
    if ids is None:
        return pa.array(np.arange(network.n_people))
    if is_moment_kind(kind) or kind in ("bool", "object bool"):
        return pa.array(texts_of(ids, kind), pa.string())
    return _arrow(ids, kind)


def _arrow(values: Array, kind: str) -> _Values:
    import pyarrow as pa

    if is_moment_kind(kind) and not kind.endswith(_UNITS):
        return pa.array(texts_of(values, kind), pa.string())
    if values.dtype.kind not in "OU":
        return pa.array(values)
    types = {"object bool": pa.bool_(), "object int": pa.int64(), "float64": pa.float64()}
    try:
        return pa.array(values.tolist(), types.get(kind, pa.string()))
    except UnicodeEncodeError as error:
        raise not_utf_8(error) from None
    except (OverflowError, pa.ArrowInvalid):
        return pa.array(texts_of(values, kind), pa.string())
