"""Attributes with a declared type, as the XML formats have them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from simnet.network.formats.kinds import is_float_kind, is_integer_kind
from simnet.network.model import Array

_WHOLE = re.compile(r"[+-]?[0-9]{1,100}")
_REAL = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)")
_TRUTH = re.compile("true|false|1|0")
_INT64 = range(-(2**63), 2**63)

_TYPES: dict[str, tuple[re.Pattern[str], Callable[[str], Any]]] = {
    "boolean": (_TRUTH, {"true", "1"}.__contains__),
    **dict.fromkeys(["byte", "short", "int", "integer", "long"], (_WHOLE, int)),
    **dict.fromkeys(["float", "double"], (_REAL, float)),
}


class Attribute(NamedTuple):
    """An attribute of that name and declared type, which is text if it is no type we know."""

    name: str
    type: str

    @property
    def is_text(self) -> bool:
        """Whether every text is a value of the type."""
        return self.type not in _TYPES

    def value(self, text: str) -> Any:
        """The text as a value of the type; ValueError if it is none."""
        if self.type not in _TYPES:
            return text
        pattern, convert = _TYPES[self.type]
        word = text.strip().lower()
        if pattern.fullmatch(word) is None:
            raise ValueError(f"{self.name!r} is declared as {self.type}; found {text[:60]!r}")
        return convert(word)


def type_of(values: Array, kind: str) -> str:
    """The declared type for a column."""
    if kind in ("bool", "object bool"):
        return "boolean"
    if is_float_kind(kind):
        return "double"
    if is_integer_kind(kind) or kind == "object int":
        fits = kind not in ("uint64", "object int") or all(
            value is None or value in _INT64 for value in values.tolist()
        )
        return "long" if fits else "string"
    return "string"
