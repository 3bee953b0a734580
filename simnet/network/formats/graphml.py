"""GraphML: attributes of people and ties are typed keys, facts an attribute of the graph.

As in Brandes, Eiglsperger and Lerner, GraphML Primer, graphml.graphdrawing.org. Hyperedges and
graphs inside graphs are refused; ports and drawings are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simnet.errors import NetworkError
from simnet.network.columns import objects
from simnet.network.formats.exporting import each_tie_once, labels_of, rows_of, slices
from simnet.network.formats.facts import NAME, Facts, direction, facts_from_text, facts_of
from simnet.network.formats.gathering import Gathering
from simnet.network.formats.markup import Element, elements, quoted, text
from simnet.network.formats.streams import Content, encoded
from simnet.network.formats.typed import Attribute, type_of
from simnet.network.model import Array, Network

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def read_graphml(path: Path, *, directed: bool | None, max_bytes: int) -> Network:
    """The one graph of a GraphML file."""
    reader = _Reader(path)
    for element, parent in elements(path, max_bytes=max_bytes):
        reader.take(element, parent)
    return reader.network(directed)


def write_graphml(network: Network) -> Content:
    """One graph, where a missing value is a ``data`` element that is not there."""
    return Content(encoded(_lines(network, facts_of(network))))


class _Reader:
    """Takes elements as they end and gathers what they say."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gathering = Gathering(path)
        self._keys: dict[str, Attribute] = {}
        self._defaults: dict[str, dict[str, Any]] = {"node": {}, "edge": {}}
        self._graph: Element | None = None
        self._directions: set[str | None] = set()
        self._facts = Facts()

    def take(self, element: Element, parent: Element) -> None:
        """An element has ended inside that parent."""
        match parent.tag, element.tag:
            case "graph", "edge":
                self._edge(element)
            case "graph", "node":
                values = self._defaults["node"] | element.values
                self._gathering.person(element.said("id", self._path), values, element.line)
            case (("graph" | "node" | "edge"), "data"):
                self._data(element, parent)
            case "key", "default":
                parent.values["default"] = element.text
            case "graphml", "key":
                self._key(element)
            case "graphml", "graph":
                if self._graph is not None:
                    raise self._wrong(element, "there is more than one graph")
                self._graph = element
            case _, ("graph" | "hyperedge"):
                raise self._wrong(element, f"a {element.tag} here is not supported")
            case "", tag if tag != "graphml":
                raise self._wrong(element, f"expected a graphml document; found {tag!r}")

    def network(self, asked: bool | None) -> Network:
        """The network of all that was said, with a direction if that was asked for."""
        if self._graph is None:
            raise NetworkError(f"{self._path} holds no graph")
        default = str(self._graph.attributes.get("edgedefault") == "directed").lower()
        says = {(own or default) == "true" for own in self._directions or {default}}
        return self._gathering.network(self._facts, directed=direction(says, asked, self._path))

    def _key(self, element: Element) -> None:
        said = element.attributes
        # A key without a name belongs to the program that drew the graph.
        key = Attribute(said.get("attr.name", ""), said.get("attr.type", "string").lower())
        self._keys[element.said("id", self._path)] = key
        if "default" in element.values:
            for owner in ("node", "edge"):
                if said.get("for", "all") in (owner, "all"):
                    value = self._value(key, element.values["default"], element)
                    self._defaults[owner][key.name] = value

    def _data(self, element: Element, parent: Element) -> None:
        key = self._keys.get(element.said("key", self._path))
        if key is None:
            raise self._wrong(element, f"no key {element.attributes['key']!r} is declared")
        if parent.tag == "graph":
            if key.name == NAME:
                self._facts = facts_from_text(element.text, f"{self._path}:{element.line}")
        elif key.name and (element.text.strip() or key.is_text):
            parent.values[key.name] = self._value(key, element.text, element)

    def _edge(self, element: Element) -> None:
        self._directions.add(element.attributes.get("directed"))
        self._gathering.tie(
            element.said("source", self._path),
            element.said("target", self._path),
            self._defaults["edge"] | element.values,
            element.line,
        )

    def _value(self, key: Attribute, text: str, element: Element) -> Any:
        try:
            return key.value(text)
        except ValueError as error:
            raise self._wrong(element, str(error)) from None

    def _wrong(self, element: Element, problem: str) -> NetworkError:
        return self._gathering.wrong(element.line, problem)


def _lines(network: Network, facts: Facts) -> Iterator[str]:
    sources, targets, columns = each_tie_once(network)
    labels = objects(list(map(quoted, labels_of(network))))
    way = "directed" if network.directed else "undirected"
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_GRAPHML}">\n'
    yield f'<key id="g" for="graph" attr.name="{NAME}" attr.type="string"/>\n'
    yield from _key_lines("node", network.people, facts.people)
    yield from _key_lines("edge", columns, facts.ties)
    yield f'<graph edgedefault="{way}">\n<data key="g">{text(facts.text())}</data>\n'
    for part in slices(len(labels)):
        people = labels[part].tolist(), _data("node", network.people, facts.people, part)
        yield "".join(
            f"<node id={label}>{data}</node>\n" for label, data in zip(*people, strict=True)
        )
    for part in slices(len(sources)):
        ends = labels[sources[part]].tolist(), labels[targets[part]].tolist()
        ties = *ends, _data("edge", columns, facts.ties, part)
        yield "".join(
            f"<edge source={source} target={target}>{data}</edge>\n"
            for source, target, data in zip(*ties, strict=True)
        )
    yield "</graph>\n</graphml>\n"


def _key_lines(owner: str, columns: Mapping[str, Array], kinds: Mapping[str, str]) -> Iterator[str]:
    for number, (name, values) in enumerate(columns.items()):
        yield (
            f'<key id="{owner}{number}" for="{owner}" attr.name={quoted(name)} '
            f'attr.type="{type_of(values, kinds[name])}"/>\n'
        )


def _data(
    owner: str, columns: Mapping[str, Array], kinds: Mapping[str, str], part: slice
) -> Iterator[str]:
    """The ``data`` elements of every person or tie."""
    keys = {name: f"{owner}{number}" for number, name in enumerate(columns)}
    return rows_of(
        columns, kinds, part, lambda name, value: f'<data key="{keys[name]}">{text(value)}</data>'
    )
