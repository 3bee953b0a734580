"""GEXF, the format of Gephi: attributes have types, facts are a description of the file.

As in the GEXF 1.2 primer, gexf.net. People inside people and attributes that change in time are
refused; colours, positions and spells are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simnet.errors import NetworkError
from simnet.network.columns import is_integer, objects
from simnet.network.formats.exporting import each_tie_once, labels_of, rows_of, slices
from simnet.network.formats.facts import NAME, Facts, direction, facts_from_text, facts_of
from simnet.network.formats.gathering import Gathering
from simnet.network.formats.kinds import is_float_kind, is_integer_kind
from simnet.network.formats.markup import Element, elements, quoted, text
from simnet.network.formats.streams import Content, encoded
from simnet.network.formats.typed import Attribute, type_of
from simnet.network.model import Array, Network

_GEXF = "http://www.gexf.net/1.2draft"
_WEIGHT = "weight"


def read_gexf(path: Path, *, directed: bool | None, max_bytes: int) -> Network:
    """The graph of a GEXF file.

    A label that is not the id is a people column ``label``, a weight the tie column ``weight``.
    """
    reader = _Reader(path)
    for element, parent in elements(path, max_bytes=max_bytes):
        reader.take(element, parent)
    return reader.network(directed)


def write_gexf(network: Network) -> Content:
    """A static graph; a missing value is an ``attvalue`` that is not there."""
    return Content(encoded(_lines(network, facts_of(network))))


class _Reader:
    """Takes elements as they end and gathers what they say."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gathering = Gathering(path)
        self._attributes: dict[str, dict[str, Attribute]] = {"node": {}, "edge": {}}
        self._defaults: dict[str, dict[str, Any]] = {"node": {}, "edge": {}}
        self._graph: Element | None = None
        self._types: set[str | None] = set()
        self._facts = Facts()

    def take(self, element: Element, parent: Element) -> None:
        """An element has ended inside that parent."""
        match parent.tag, element.tag:
            case "edges", "edge":
                self._tie(element)
            case "nodes", "node":
                self._person(element)
            case "attvalues", "attvalue":
                parent.values[element.said("for", self._path)] = element.said("value", self._path)
            case (("node" | "edge"), "attvalues"):
                self._values(element, parent)
            case "attribute", "default":
                parent.values["default"] = element.text
            case "attributes", "attribute":
                self._attribute(element, parent)
            case "meta", "description" if element.text.startswith(f"{NAME} {{"):
                said = element.text.removeprefix(NAME)
                self._facts = facts_from_text(said, f"{self._path}:{element.line}")
            case "node", "nodes":
                raise self._wrong(element, "people inside people are not supported")
            case "gexf", "graph":
                self._graph = element
            case "", tag if tag != "gexf":
                raise self._wrong(element, f"expected a gexf document; found {tag!r}")

    def network(self, asked: bool | None) -> Network:
        """The network of all that was said, with a direction if that was asked for."""
        if self._graph is None:
            raise NetworkError(f"{self._path} holds no graph")
        default = self._graph.attributes.get("defaultedgetype", "undirected")
        says = {(own or default) != "undirected" for own in self._types or {default}}
        return self._gathering.network(self._facts, directed=direction(says, asked, self._path))

    def _attribute(self, element: Element, parent: Element) -> None:
        owner = parent.attributes.get("class", "")
        if owner not in self._attributes:
            raise self._wrong(parent, f"attributes are of class node or edge, not {owner!r}")
        if parent.attributes.get("mode") == "dynamic":
            raise self._wrong(parent, "attributes that change in time are not supported")
        name, type_ = element.said("title", self._path), element.said("type", self._path)
        attribute = Attribute(name, type_.lower())
        self._attributes[owner][element.said("id", self._path)] = attribute
        if "default" in element.values:
            default = self._value(attribute, element.values["default"], element)
            self._defaults[owner][name] = default

    def _values(self, element: Element, parent: Element) -> None:
        for key, value in element.values.items():
            attribute = self._attributes[parent.tag].get(key)
            if attribute is None:
                raise self._wrong(element, f"no {parent.tag} attribute {key!r} is declared")
            parent.values[attribute.name] = self._value(attribute, value, element)

    def _person(self, element: Element) -> None:
        label = element.said("id", self._path)
        values = self._defaults["node"] | element.values
        shown = element.attributes.get("label", label)
        if shown != label:
            values.setdefault("label", shown)
        self._gathering.person(label, values, element.line)

    def _tie(self, element: Element) -> None:
        source, target = element.said("source", self._path), element.said("target", self._path)
        values = self._defaults["edge"] | element.values
        if _WEIGHT in element.attributes:
            weight = element.attributes[_WEIGHT]
            number = self._value(Attribute(_WEIGHT, "double"), weight, element)
            values.setdefault(_WEIGHT, int(weight) if is_integer(weight) else number)
        if "label" in element.attributes:
            values.setdefault("label", element.attributes["label"])
        type_ = element.attributes.get("type")
        self._types.add(type_)
        self._gathering.tie(source, target, values, element.line)
        if type_ == "mutual":
            self._gathering.tie(target, source, values, element.line)

    def _value(self, attribute: Attribute, text: str, element: Element) -> Any:
        try:
            return attribute.value(text)
        except ValueError as error:
            raise self._wrong(element, str(error)) from None

    def _wrong(self, element: Element, problem: str) -> NetworkError:
        return self._gathering.wrong(element.line, problem)


def _lines(network: Network, facts: Facts) -> Iterator[str]:
    sources, targets, columns = each_tie_once(network)
    weights = columns.pop(_WEIGHT) if _is_number(facts.ties.get(_WEIGHT)) else None
    labels = objects(list(map(quoted, labels_of(network))))
    way = "directed" if network.directed else "undirected"
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="{_GEXF}" version="1.2">\n'
    yield f"<meta><creator>{NAME}</creator>"
    yield f"<description>{NAME} {text(facts.text())}</description></meta>\n"
    yield f'<graph mode="static" defaultedgetype="{way}">\n'
    yield from _attribute_lines("node", network.people, facts.people)
    yield from _attribute_lines("edge", columns, facts.ties)
    yield "<nodes>\n"
    for part in slices(len(labels)):
        people = labels[part].tolist(), _attvalues(network.people, facts.people, part)
        yield "".join(
            f"<node id={label} label={label}>{values}</node>\n"
            for label, values in zip(*people, strict=True)
        )
    yield "</nodes>\n<edges>\n"
    for part in slices(len(sources)):
        ties = (
            range(part.start, part.stop),
            labels[sources[part]].tolist(),
            labels[targets[part]].tolist(),
            rows_of({} if weights is None else {_WEIGHT: weights}, facts.ties, part, _shown_weight),
            _attvalues(columns, facts.ties, part),
        )
        yield "".join(
            f'<edge id="{number}" source={source} target={target}{weight}>{values}</edge>\n'
            for number, source, target, weight, values in zip(*ties, strict=True)
        )
    yield "</edges>\n</graph>\n</gexf>\n"


def _attribute_lines(
    owner: str, columns: Mapping[str, Array], kinds: Mapping[str, str]
) -> Iterator[str]:
    if columns:
        yield f'<attributes class="{owner}">\n'
        for number, (name, values) in enumerate(columns.items()):
            type_ = type_of(values, kinds[name])
            yield f'<attribute id="{number}" title={quoted(name)} type="{type_}"/>\n'
        yield "</attributes>\n"


def _attvalues(
    columns: Mapping[str, Array], kinds: Mapping[str, str], part: slice
) -> Iterator[str]:
    """The ``attvalues`` element of every person or tie."""
    numbers = {name: number for number, name in enumerate(columns)}
    rows = rows_of(
        columns,
        kinds,
        part,
        lambda name, value: f'<attvalue for="{numbers[name]}" value={quoted(value)}/>',
    )
    return (f"<attvalues>{row}</attvalues>" if row else "" for row in rows)


def _shown_weight(name: str, value: str) -> str:
    return f' {name}="{value}"'


def _is_number(kind: str | None) -> bool:
    return kind is not None and (is_integer_kind(kind) or is_float_kind(kind))
