"""Arrays out of Python values and out of text, with types that come back as they went in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simnet.network.model import Array

# Only the way Python itself writes an integer: "007", "+7" and "7.0" are other names than 7.
# Python refuses to read integers of very many digits, which are no numbers of anything anyway.
INTEGER = r"0|-?[1-9][0-9]{0,99}"
NUMBER = r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?inf"
MISSING = frozenset({"", "NA", "nan", "NaN"})
_INTEGER, _NUMBER = re.compile(INTEGER), re.compile(NUMBER)
_INT64 = range(-(2**63), 2**63)


def is_integer(text: str) -> bool:
    """Whether a text is an integer, written as Python writes it."""
    return _INTEGER.fullmatch(text) is not None


def column(values: Array | Iterable[Any]) -> Array:
    """A new one-dimensional array of these values, of the plainest type that keeps them.

    An array keeps its type, fixed-width text apart, which becomes Python strings. Of other values,
    all bool, all int and all float become such arrays, int among float becomes float, and anything
    else stays Python objects. A missing value (None) is nan among floats and None elsewhere.
    """
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise ValueError(f"a column must have one dimension; got {values.ndim}")
        return values.astype(object) if values.dtype.kind == "U" else values.copy()
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    kinds = {type(value) for value in plain}
    if kinds == {bool}:
        return np.array(plain, dtype=bool)
    if kinds == {int} and all(value in _INT64 for value in plain):
        return np.array(plain, dtype=np.int64)
    if float in kinds and kinds <= {float, int, type(None)}:
        return np.array(plain, dtype=np.float64)
    return objects(plain)


def column_from_text(texts: Sequence[str]) -> Array:
    """Whole numbers if all are, floats if all are numbers or missing, otherwise strings.

    Missing is an empty field, and among numbers also NA and nan; it comes out as nan among floats
    and as None among strings.
    """
    if all(map(_INTEGER.fullmatch, texts)):
        return column(map(int, texts))
    if all(text in MISSING or _NUMBER.fullmatch(text) for text in texts) and any(texts):
        return np.array([np.nan if text in MISSING else float(text) for text in texts])
    return objects([text or None for text in texts])


def ids_from_text(texts: Sequence[str]) -> Array:
    """Integers if all are, otherwise the strings as they are."""
    return column(map(int, texts)) if all(map(is_integer, texts)) else objects(texts)


def objects(values: Sequence[Any]) -> Array:
    """An array of Python objects; a tuple among them stays a tuple."""
    return np.fromiter(values, dtype=object, count=len(values))
