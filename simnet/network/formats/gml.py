"""GML: people have numbers and labels, facts are an attribute of the graph.

As in Himsolt (1997), GML: A portable Graph File Format. Labels are the ids where everybody has one
of their own, else numbers are; lists inside people and ties, such as drawings, are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.entities import name2codepoint
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from simnet.errors import NetworkError
from simnet.network.columns import column
from simnet.network.formats.exporting import (
    check_free,
    each_tie_once,
    labels_of,
    rows_of,
    slices,
)
from simnet.network.formats.facts import NAME, Facts, direction, facts_from_text, facts_of
from simnet.network.formats.gathering import Gathering
from simnet.network.formats.kinds import is_float_kind, is_text_kind
from simnet.network.formats.streams import Content, encoded, opened
from simnet.network.formats.text import lines
from simnet.network.model import Array, Network

_DEEPEST = 100
_LONGEST_LINE = 2**24
_INT32 = range(-(2**31), 2**31)

_TOKEN = re.compile(
    r"\s*(?:(?P<key>[A-Za-z]\w*)"
    r"|(?P<real>[+-]?(?:(?:\d+\.\d*|\.\d+)(?:[Ee][+-]?\d+)?|\d+[Ee][+-]?\d+)|[+-]INF)"
    r"|(?P<integer>[+-]?\d{1,100})"
    r'|"(?P<string>[^"]*)"'
    r"|(?P<bracket>[\[\]])"
    r'|(?P<unended>".*)'
    r"|(?P<nothing>#.*|\Z)"
    r"|(?P<odd>.))",
    re.ASCII | re.DOTALL,
)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ESCAPED = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(\w+));", re.ASCII)
_TO_ESCAPE = re.compile(r'[^ -~]|[&"]')

_Token: TypeAlias = tuple[str, str, int]


def read_gml(path: Path, *, directed: bool | None, max_bytes: int) -> Network:
    """The one graph of a GML file."""
    reader = _Reader(path)
    with opened(path, max_bytes=max_bytes) as stream:
        for kind, text, line in _tokens(path, stream):
            reader.take(kind, text, line)
    return reader.network(directed)


def write_gml(network: Network) -> Content:
    """One graph, where a missing value is a key that is not there.

    Integers that do not fit into 32 bits are strings, as GML has none so large. NetworkError if the
    name of a column is not one of letters, digits and underscores.
    """
    for columns, taken in (
        (network.people, ("id", "label")),
        (network.tie_columns, ("source", "target")),
    ):
        for name in taken:
            check_free(name, columns)
        for name in columns:
            if not _KEY.fullmatch(name):
                raise NetworkError(
                    f"GML has no place for a column called {name!r}: "
                    "letters, digits and underscores only, a letter first"
                )
    return Content(encoded(_lines(network, facts_of(network))))


class _List(NamedTuple):
    """A list that has begun: its key, the line, and its values but for those that are lists."""

    key: str
    line: int
    values: dict[str, Any]


class _Reader:
    """Takes tokens in order and gathers what they say."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gathering = Gathering(path)
        self._open = [_List("", 1, {})]
        self._key: str | None = None
        self._graph: _List | None = None

    def take(self, kind: str, text: str, line: int) -> None:
        """The next token, on that line."""
        if self._key is None and kind == "key":
            self._key = text
        elif self._key is None and text == "]" and len(self._open) > 1:
            self._close(self._open.pop())
        elif self._key is None:
            raise self._wrong(line, f"expected a key; found {text[:60]!r}")
        elif kind == "bracket":
            self._begin(self._key, text, line)
        else:
            values = self._open[-1].values
            if self._key in values:
                raise self._wrong(line, f"there are two values for {self._key!r}")
            values[self._key] = self._value(kind, text, line)
            self._key = None

    def network(self, asked: bool | None) -> Network:
        """The network of all that was said, with a direction if that was asked for."""
        if len(self._open) > 1 or self._key is not None:
            last = self._open[-1]
            raise self._wrong(last.line, f"the list {last.key!r} does not end")
        if self._graph is None:
            raise NetworkError(f"{self._path} holds no graph")
        told = self._graph.values.get(NAME)
        return self._gathering.network(
            Facts() if told is None else facts_from_text(str(told), str(self._path)),
            directed=direction({bool(self._graph.values.get("directed"))}, asked, self._path),
            id_column="label",
            untold=column,
        )

    def _begin(self, key: str, text: str, line: int) -> None:
        if text == "]":
            raise self._wrong(line, f"expected a value for {key!r}; found ']'")
        if len(self._open) > _DEEPEST:
            raise self._wrong(line, f"lists are nested more than {_DEEPEST} deep")
        self._open.append(_List(key, line, {}))
        self._key = None

    def _close(self, ended: _List) -> None:
        match [*(begun.key for begun in self._open[1:]), ended.key]:
            case ["graph"]:
                if self._graph is not None:
                    raise self._wrong(ended.line, "there is more than one graph")
                self._graph = ended
            case ["graph", "node"]:
                number = self._number(ended, "id")
                self._gathering.person(number, ended.values, ended.line)
            case ["graph", "edge"]:
                source, target = self._number(ended, "source"), self._number(ended, "target")
                self._gathering.tie(source, target, ended.values, ended.line)

    def _number(self, ended: _List, key: str) -> int:
        number = ended.values.pop(key, None)
        if not isinstance(number, int):
            raise self._wrong(ended.line, f"the {ended.key} has no {key} that is an integer")
        return number

    def _value(self, kind: str, text: str, line: int) -> str | int | float:
        match kind:
            case "string":
                return _ESCAPED.sub(_unescaped, text)
            case "integer":
                return int(text)
            case "real":
                return float(text)
        # These have the form of a key, but can only be numbers.
        if text.upper() in ("NAN", "INF"):
            return float(text)
        raise self._wrong(line, f"expected a value for {self._key!r}; found {text[:60]!r}")

    def _wrong(self, line: int, problem: str) -> NetworkError:
        return self._gathering.wrong(line, problem)


def _tokens(path: Path, stream: BinaryIO) -> Iterator[_Token]:
    unended: list[str] = []
    number = 0
    for number, line in enumerate(lines(path, stream, longest=_LONGEST_LINE), start=1):
        if unended:
            unended.append(line)
            if '"' not in line:
                continue
            line = "".join(unended)
            unended = []
        for token in _TOKEN.finditer(line):
            kind = str(token.lastgroup)
            if kind == "odd":
                raise NetworkError(f"{path}:{number}: {token[kind]!r} cannot stand here")
            if kind == "unended":
                unended = [token[kind]]
            elif kind != "nothing":
                yield kind, token[kind], number
    if unended:
        raise NetworkError(f"{path}:{number}: a string does not end")


def _unescaped(escaped: re.Match[str]) -> str:
    decimal, hexadecimal, name = escaped.groups()
    if name is not None:
        code = name2codepoint.get(name, 39 if name == "apos" else -1)
    else:
        code = int(decimal) if hexadecimal is None else int(hexadecimal, 16)
    return chr(code) if 0 <= code < 0x110000 else escaped[0]


def _quoted(value: str) -> str:
    return '"' + _TO_ESCAPE.sub(_escaped, value) + '"'


def _escaped(odd: re.Match[str]) -> str:
    return {'"': "&quot;", "&": "&amp;"}.get(odd[0]) or f"&#{ord(odd[0])};"


def _lines(network: Network, facts: Facts) -> Iterator[str]:
    sources, targets, columns = each_tie_once(network)
    yield f"graph [\n  directed {int(network.directed)}\n  {NAME} {_quoted(facts.text())}\n"
    labels = labels_of(network)
    show_people = _show(network.people, facts.people)
    show_ties = _show(columns, facts.ties)
    for part in slices(len(labels)):
        people = (
            range(part.start, part.stop),
            map(_quoted, labels[part]),
            rows_of(network.people, facts.people, part, show_people),
        )
        yield "".join(
            f"  node [\n    id {number}\n    label {label}\n{values}  ]\n"
            for number, label, values in zip(*people, strict=True)
        )
    for part in slices(len(sources)):
        ties = (
            sources[part].tolist(),
            targets[part].tolist(),
            rows_of(columns, facts.ties, part, show_ties),
        )
        yield "".join(
            f"  edge [\n    source {source}\n    target {target}\n{values}  ]\n"
            for source, target, values in zip(*ties, strict=True)
        )
    yield "]\n"


def _show(columns: Mapping[str, Array], kinds: Mapping[str, str]) -> Callable[[str, str], str]:
    shown = {name: _show_for(values, kinds[name]) for name, values in columns.items()}
    return lambda name, value: f"    {name} {shown[name](value)}\n"


def _show_for(values: Array, kind: str) -> Callable[[str], str]:
    """How a value of the column is shown."""
    if is_text_kind(kind):
        return _quoted
    if is_float_kind(kind):
        return _real
    if kind in ("bool", "object bool"):
        return {"true": "1", "false": "0"}.__getitem__
    fits = all(value is None or value in _INT32 for value in values.tolist())
    return str if fits else _quoted


def _real(value: str) -> str:
    """A float as GML has it: never without a point, and infinity with its sign."""
    mantissa, exponent, power = value.upper().partition("E")
    if mantissa.endswith("INF"):
        return mantissa if mantissa.startswith("-") else f"+{mantissa}"
    return mantissa + ("" if "." in mantissa else ".0") + exponent + power
