"""YAML text to a tree that remembers where everything was written, and back to text.

Scalars are read as YAML 1.2 means them: `no` and `on` are words, 1e-3 is a number, 010 is neither
octal nor ten. Keys are always words. Tags are refused, so nothing is ever built but plain data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from simnet.errors import Place, Problem
from simnet.spec.findings import shown

MAX_BYTES = 2**22
MAX_DEPTH = 32
MAX_EXPANSION = 10_000

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,2}(_[0-9]{3})+|[1-9][0-9]{0,39})")
_FLOAT = re.compile(r"[-+]?((\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}


@dataclass(slots=True)
class Node:
    """A value and where it was written; the items of a mapping or list are nodes themselves."""

    content: Any
    place: Place
    key_place: Place | None = None
    size: int = 1


class Unusable(Exception):
    """The text cannot be read on from here; carries the reason as a `Problem`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def plain(node: Node) -> Any:
    """The tree without its places."""
    if isinstance(node.content, dict):
        return {key: plain(item) for key, item in node.content.items()}
    if isinstance(node.content, list):
        return [plain(item) for item in node.content]
    return node.content


def parse(text: str, source: str, report: Callable[[Problem], None]) -> Node:
    """The one document in `text`.

    What is wrong in itself (a tag, a key given twice) is reported and reading goes on;
    `Unusable` is raised where it cannot.
    """
    return _Reader(source, report).read(text)


def dump(data: Any) -> str:
    """Plain data as YAML that `parse` reads back as the same data."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def scalar(text: str) -> Any:
    """What a bare word means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


@dataclass
class _Reader:
    source: str
    report: Callable[[Problem], None]
    anchors: dict[str, Node | None] = field(default_factory=dict)
    expanded: int = 0

    def read(self, text: str) -> Node:
        try:
            return self._document(yaml.parse(text, Loader=yaml.SafeLoader))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            place = Place(self.source, line, error.position - text.rfind("\n", 0, error.position))
            rule = f"holds a character that YAML does not allow, {text[error.position]!r}"
            raise Unusable(Problem(place, "", rule)) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._place(mark) if mark else Place(self.source, 1, 1)
            raise Unusable(Problem(place, "", f"is not valid YAML: {_reason(error)}")) from None

    def _document(self, events: Iterator[Any]) -> Node:
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            raise Unusable(Problem(Place(self.source, 1, 1), "", "is empty"))
        root = self._node(next(events), events, "", 0)
        next(events)
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            rule = "must be one YAML document; a second one begins here"
            raise Unusable(Problem(self._place(after.start_mark), "", rule))
        return root

    def _node(self, event: Any, events: Iterator[Any], path: str, depth: int) -> Node:
        place = self._place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), path, place)
        if event.tag is not None:
            rule = "must not carry a YAML tag"
            self.report(Problem(place, path, rule, _short_tag(event.tag)))
        if depth > MAX_DEPTH:
            rule = f"must not be nested more than {MAX_DEPTH} levels deep"
            raise Unusable(Problem(place, re.split(r"[.[]", path)[0], rule))
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            bare = event.style is None and event.tag is None
            node = Node(scalar(event.value) if bare else event.value, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(events, path, depth, place)
        else:
            node = self._mapping(events, path, depth, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _sequence(self, events: Iterator[Any], path: str, depth: int, place: Place) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, f"{path}[{len(items)}]", depth + 1))
        return Node(items, place, size=1 + sum(item.size for item in items))

    def _mapping(self, events: Iterator[Any], path: str, depth: int, place: Place) -> Node:
        items: dict[str, Node] = {}
        size = 1
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key_place = self._place(event.start_mark)
            key = self._key(event, events, path, depth)
            inner = f"{path}.{key}" if path and key else key or path
            value = self._node(next(events), events, inner, depth + 1)
            size += value.size
            if key is None:
                self.report(Problem(key_place, path, "must have plain words as its keys"))
            elif key in items:
                first = items[key].key_place
                rule = f"is given twice, first on line {first.line if first else 0}"
                self.report(Problem(key_place, inner, rule))
            else:
                items[key] = Node(value.content, value.place, key_place, value.size)
        return Node(items, place, size=size)

    def _key(self, event: Any, events: Iterator[Any], path: str, depth: int) -> str | None:
        """The word that is the key; None for anything else, which is read past."""
        if isinstance(event, yaml.ScalarEvent) and event.tag is None:
            return str(event.value)
        self._node(event, events, path, depth + 1)
        return None

    def _alias(self, anchor: str, path: str, place: Place) -> Node:
        if anchor not in self.anchors:
            rule = f"refers to an anchor that is not there, &{anchor}"
            raise Unusable(Problem(place, path, rule))
        node = self.anchors[anchor]
        if node is None:
            raise Unusable(Problem(place, path, f"must not contain itself, by *{anchor}"))
        self.expanded += node.size
        if self.expanded > MAX_EXPANSION:
            rule = f"must not grow beyond {MAX_EXPANSION:,} values by anchors and aliases"
            raise Unusable(Problem(place, path, rule))
        return node

    def _place(self, mark: yaml.Mark) -> Place:
        return Place(self.source, mark.line + 1, mark.column + 1)


# What PyYAML says, and what it means to somebody who does not know its parser.
_PLAINER = {
    "mapping values are not allowed here": "a key stands where there can be none; look at the "
    "indentation, and quote text that has ': ' in it",
    "found character '\\t' that cannot start any token": "a tab stands where only blanks may",
}


def _reason(error: yaml.MarkedYAMLError) -> str:
    if error.problem in _PLAINER:
        return _PLAINER[error.problem]
    return ", ".join(part for part in (error.context, error.problem) if part)


def _short_tag(tag: str) -> str:
    return shown(tag.replace("tag:yaml.org,2002:", "!!"))[1:-1]


class _Dumper(yaml.SafeDumper):
    """Quotes whatever YAML 1.1 or the reading above would take for something other than text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, data: str) -> yaml.Node:
    style = "'" if not isinstance(scalar(data), str) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


def _mapping(dumper: _Dumper, data: Mapping[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items())


_Dumper.add_representer(str, _text)
_Dumper.add_multi_representer(dict, _mapping)
