"""The types of columns by name: a file says them, so that a column comes back as it was.

A kind is the name of a NumPy type (``bool``, ``int64``, ``float32``, ``datetime64[s]``, ...), or
``str``, ``object int`` or ``object bool`` for Python objects, among which None is a missing value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from simnet.errors import NetworkError
from simnet.network.columns import column, is_integer, objects
from simnet.network.model import Array

_INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
_FLOATS = frozenset({"float16", "float32", "float64"})
_TIME = re.compile(r"datetime64\[(?:Y|M|W|D|h|m|s|ms|us|ns)\]")
_MOMENT = re.compile(r"-?\d{4,}(?:-\d\d(?:-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)?)?)?")
_OBJECTS: dict[str, set[type]] = {
    "str": {str},
    "object bool": {bool},
    "object int": {int},
    "float64": {int, float},
}
_BOOLS = {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}


def kind_of(values: Array, what: str) -> str:
    """The kind of a column; NetworkError if it holds what no file has a type for.

    Python objects that are floats, or floats and integers, count as ``float64``.
    """
    name = values.dtype.name
    if is_integer_kind(name) or name in _FLOATS or name == "bool" or is_moment_kind(name):
        return name
    if values.dtype.kind in "OU":
        types = {type(value) for value in values.tolist()} - {type(None)}
        for kind, allowed in _OBJECTS.items():
            if types <= allowed:
                return kind
        name = " and ".join(sorted(type_.__name__ for type_ in types))
    raise NetworkError(
        f"{what} holds {name}; in a file it must be all bool, int, float, str or datetime64"
    )


def is_kind(name: object) -> bool:
    """Whether there is a kind of that name."""
    return isinstance(name, str) and (
        is_integer_kind(name)
        or name in _FLOATS
        or name in _OBJECTS
        or name == "bool"
        or is_moment_kind(name)
    )


def is_integer_kind(kind: str) -> bool:
    """Whether a column of this kind is an array of integers."""
    return kind in _INTEGERS


def is_float_kind(kind: str) -> bool:
    """Whether a column of this kind is an array of floats."""
    return kind in _FLOATS


def is_moment_kind(kind: str) -> bool:
    """Whether a column of this kind is an array of dates or times."""
    return _TIME.fullmatch(kind) is not None


def is_text_kind(kind: str) -> bool:
    """Whether a column holds strings or moments, which are neither numbers nor true or false."""
    return kind == "str" or is_moment_kind(kind)


def texts_of(values: Array, kind: str) -> list[str | None]:
    """Every value as text from which `values_of` makes it again; None where it is missing."""
    if is_moment_kind(kind):
        moments = np.datetime_as_string(values).tolist()
        return [None if moment == "NaT" else moment for moment in moments]
    plain = values.tolist()
    if kind in ("bool", "object bool"):
        return [None if value is None else str(value).lower() for value in plain]
    if kind in _FLOATS:
        return [None if value is None or value != value else repr(float(value)) for value in plain]
    return [None if value is None else str(value) for value in plain]


def values_of(values: Sequence[Any], kind: str | None) -> Array | None:
    """The column of that kind out of texts or plain values; None if they are of another kind.

    A missing value is None; in a column of a NumPy type that has none, it makes it a column of
    objects. Without a kind, the column is of the plainest type that keeps its values.
    """
    if kind is None:
        return column(values)
    parse = _parser(kind)
    try:
        parsed = [None if value is None else parse(value) for value in values]
        if kind == "str" or kind.startswith("object"):
            return objects(parsed)
        if None in parsed and (kind == "bool" or kind in _INTEGERS):
            return column(parsed)
        return np.array(parsed, dtype=kind)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return None


def read_column(values: Sequence[Any], kind: str | None) -> Array:
    """The column out of texts or plain values, of another kind where that is not what it holds."""
    read = values_of(values, kind)
    return column(values) if read is None else read


def ids_of(
    labels: Sequence[Any],
    kind: str | None,
    where: object,
    *,
    otherwise: Callable[[Sequence[Any]], Array],
) -> Array:
    """The ids of that kind out of labels, or what they otherwise are; NetworkError if one twice."""
    ids = None if kind is None else values_of(labels, kind)
    if ids is None:
        return otherwise(labels)
    if not distinct(ids.tolist()):
        raise NetworkError(f"{where}: two people have the same id")
    return ids


def distinct(values: Iterable[Any]) -> bool:
    """Whether no two of the values are equal."""
    plain = list(values)
    return len(set(plain)) == len(plain)


def _parser(kind: str) -> Callable[[Any], Any]:
    if kind in _INTEGERS or kind == "object int":
        return _integer
    if kind in _FLOATS:
        return float
    if kind in ("bool", "object bool"):
        return _BOOLS.__getitem__
    return _text if kind == "str" else _moment


def _integer(value: Any) -> int:
    whole = int(value)
    if whole != value and not (isinstance(value, str) and is_integer(value)):
        raise ValueError(f"{value!r} is not an integer")
    return whole


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _moment(value: Any) -> str:
    if _MOMENT.fullmatch(value) is None:
        raise ValueError(f"{value!r} is not a moment")
    return str(value)
