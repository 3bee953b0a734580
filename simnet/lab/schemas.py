"""The columns of every table: names, types, units. A part that differs is not written.

Each table starts with the three columns that say which trial a row belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLES", "points_table", "schema", "swept_types", "swept_value", "to_arrow"]

_TEXT = pa.string()
_NAME = pa.dictionary(pa.int32(), pa.string())
_INT = pa.int64()
_REAL = pa.float64()

_TRIAL = {"arm": _NAME, "point": _INT, "replicate": _INT}

_COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "series": {"week": _INT, "group": _NAME, "strategy": _NAME, "metric": _NAME, "value": _REAL},
    "people": {
        "person": _INT,
        "id": _TEXT,
        "group": _NAME,
        "strategy": _NAME,
        "degree_start": _INT,
        "degree_end": _INT,
        "needs": _INT,
        "needs_met": _INT,
        "wins": _INT,
        "value": _REAL,
        "hours_spent": _REAL,
        "hours_idle": _REAL,
        "image": _REAL,
    },
    "ties": {
        "person": _INT,
        "other": _INT,
        "group": _NAME,
        "strategy": _NAME,
        "other_group": _NAME,
        "other_strategy": _NAME,
        "channel": _NAME,
        "via": _INT,
        "born_week": _INT,
        "end": _NAME,
        "ended_week": _INT,
        "trust_in_person": _REAL,
        "trust_in_other": _REAL,
        "strength": _REAL,
        "first_win_week": _INT,
        "wins": _INT,
        "value": _REAL,
    },
    "opportunities": {
        "opportunity": _INT,
        "week": _INT,
        "closed_week": _INT,
        "needy": _INT,
        "provider": _INT,
        "provider_group": _NAME,
        "provider_strategy": _NAME,
        "category": _INT,
        "value": _REAL,
        "route": _NAME,
        "path": pa.list_(_INT),
        "channels": pa.list_(_TEXT),
        "tie_ages_weeks": pa.list_(_INT),
    },
    "chains": {
        "chain": _INT,
        "kind": _NAME,
        "week": _INT,
        "starter": _INT,
        "starter_group": _NAME,
        "starter_strategy": _NAME,
        "target": _INT,
        "steps": _INT,
        "outcome": _NAME,
    },
    "steps": {
        "chain": _INT,
        "step": _INT,
        "week": _INT,
        "kind": _NAME,
        "holder": _INT,
        "holder_strategy": _NAME,
        "next": _INT,
        "strength": _REAL,
        "outcome": _NAME,
    },
    "attrition": {
        "week": _INT,
        "kind": _NAME,
        "step": _INT,
        "holder_strategy": _NAME,
        "starter_group": _NAME,
        "at_risk": _INT,
        "dropped": _INT,
        "lost": _INT,
        "expired": _INT,
        "arrived": _INT,
    },
    "measures": {"measure": _NAME, "value": _REAL},
    "trials": {
        "trial": _TEXT,
        "fingerprint": _TEXT,
        "seed": _INT,
        "people": _INT,
        "ties": _INT,
    },
}

# "trials" stays last: its part is what makes a trial done.
TABLES = tuple(_COLUMNS)

MAY_BE_MISSING = {
    "ties": {"via", "ended_week", "first_win_week"},
    "opportunities": {"closed_week", "provider", "provider_group", "provider_strategy"},
    "chains": {"target"},
    "steps": {"next"},
}

_UNITS = {
    "week": "weeks from the start",
    "closed_week": "weeks from the start",
    "born_week": "weeks from the start, negative before it",
    "ended_week": "weeks from the start",
    "first_win_week": "weeks from the start",
    "hours_spent": "hours",
    "hours_idle": "hours",
    "tie_ages_weeks": "weeks",
    "trust_in_person": "0 to 1",
    "trust_in_other": "0 to 1",
    "strength": "0 to 1",
}


def schema(table: str) -> pa.Schema:
    """The columns of one table, the same in all its parts."""
    columns = {**_TRIAL, **_COLUMNS[table]}
    return pa.schema([_field(table, name, kind) for name, kind in columns.items()])


def points_table(points: Sequence[Mapping[str, Any]]) -> pa.Table:
    """One row a point of the design: its number, and a column a swept key, named like it."""
    arrays = [pa.array(range(len(points)), _INT)]
    kinds = swept_types(points)
    arrays += [
        pa.array([swept_value(point[key], kind) for point in points], kind)
        for key, kind in kinds.items()
    ]
    return pa.Table.from_arrays(arrays, names=["point", *kinds])


def swept_types(points: Sequence[Mapping[str, Any]]) -> dict[str, pa.DataType]:
    """One column type a swept key, the same in every trial whatever value it took."""
    keys = points[0] if points else {}
    return {key: _common_type([point[key] for point in points]) for key in keys}


def swept_value(value: Any, kind: pa.DataType) -> Any:
    """What a swept value looks like in its column: itself, or JSON where types are mixed."""
    import json

    return json.dumps(value) if kind == _TEXT and not isinstance(value, str) else value


def to_arrow(table: str, frame: pd.DataFrame, columns: pa.Schema) -> pa.Table:
    """`frame` in exactly these columns and types.

    Raises
    ------
    ValueError
        A column is missing, unknown, of another type, or has gaps where none may be.
    """
    missing = [name for name in columns.names if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in columns.names]
    if missing or unknown:
        raise ValueError(f"table {table!r} lacks {missing} and has unknown columns {unknown}")
    arrays = [_array(table, frame[field.name], field) for field in columns]
    return pa.Table.from_arrays(arrays, schema=columns)


def _array(table: str, values: pd.Series[Any], field: pa.Field) -> pa.Array:
    if pa.types.is_dictionary(field.type):
        text = pa.array(values, from_pandas=True).cast(_TEXT)
        array = text.dictionary_encode()
    elif pa.types.is_list(field.type):
        array = pa.array(list(values), type=field.type)
    else:
        array = pa.array(values, from_pandas=True).cast(field.type)
    if array.null_count and not field.nullable:
        raise ValueError(f"table {table!r} has gaps in column {field.name!r}, where none may be")
    return array


def _field(table: str, name: str, kind: pa.DataType) -> pa.Field:
    nullable = kind == _REAL or name in MAY_BE_MISSING.get(table, ())
    unit = {"unit": _UNITS[name]} if name in _UNITS else None
    return pa.field(name, kind, nullable=nullable, metadata=unit)


def _common_type(values: Sequence[Any]) -> pa.DataType:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int}:
        return _INT
    if kinds <= {int, float}:
        return _REAL
    return _TEXT
