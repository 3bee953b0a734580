"""Reading a table out of many parts, with bounded memory.

One part is held at a time: its bytes are compared with those that were written, the columns asked
for are decoded, and the rows asked for are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.lab.parts import Imprint, read_part
from simnet.lab.schemas import schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

__all__ = ["read_frame", "read_table", "wanted_values"]

_AT_ONCE = 500  # parts whose rows are kept apart before they are made one chunk


def wanted_values(wanted: Any) -> list[Any]:
    """A filter as the values it lets pass: those of a collection, or the one there is."""
    if isinstance(wanted, Collection) and not isinstance(wanted, str):
        return list(wanted)
    return [wanted]


def read_table(
    name: str,
    parts: Iterable[tuple[Path, Imprint]],
    *,
    columns: Sequence[str] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> pa.Table:
    """The rows of some parts of a table, in their order.

    Parameters
    ----------
    name
        The table.
    parts
        Files, and what their bytes must be.
    columns
        Those to read; all of the table's if None.
    filters
        Values, or collections of values, by column; rows that have them are kept.

    Raises
    ------
    ValueError
        A column is none of the table's.
    ResultsError
        A part's bytes are not those that were written.
    """
    whole = schema(name)
    kept = whole.names if columns is None else list(columns)
    filters = filters or {}
    for column in (*kept, *filters):
        if column not in whole.names:
            raise ValueError(f"table {name!r} has no column {column!r}; it has {whole.names}")
    read = [column for column in whole.names if column in kept or column in filters]
    condition = _condition(filters, whole)
    chunks = [_chosen(schema(name).empty_table(), kept, None)]
    for path, imprint in parts:
        chunks.append(_chosen(read_part(path, imprint, read), kept, condition))
        if len(chunks) > _AT_ONCE:
            chunks = [_one(chunks)]
    return _one(chunks)


def read_frame(
    name: str,
    parts: Iterable[tuple[Path, Imprint]],
    *,
    columns: Sequence[str] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """`read_table` as a pandas frame; integers with gaps stay integers."""
    import pandas as pd

    content = read_table(name, parts, columns=columns, filters=filters)
    fields = [schema(name).field(column) for column in content.column_names]
    return pd.DataFrame(
        {field.name: _column(content.column(field.name), field) for field in fields}
    )


def _condition(filters: Mapping[str, Any], columns: pa.Schema) -> pc.Expression | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    condition = None
    for column, wanted in filters.items():
        kind = columns.field(column).type
        values = pa.array(
            wanted_values(wanted), kind.value_type if pa.types.is_dictionary(kind) else kind
        )
        one = pc.field(column).isin(values)
        condition = one if condition is None else condition & one
    return condition


def _chosen(table: pa.Table, columns: Sequence[str], condition: pc.Expression | None) -> pa.Table:
    return (table if condition is None else table.filter(condition)).select(columns)


def _one(chunks: Sequence[pa.Table]) -> pa.Table:
    """One chunk of them all; the memory of the parts they came from is let go."""
    import pyarrow as pa

    return pa.concat_tables(chunks).unify_dictionaries().combine_chunks()


def _column(values: pa.ChunkedArray, field: pa.Field) -> pd.Series[Any]:
    import pandas as pd
    import pyarrow as pa

    gaps = pa.types.is_integer(field.type) and field.nullable
    column: pd.Series[Any] = values.to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get if gaps else None
    )
    return column
