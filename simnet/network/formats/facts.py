"""What a file format has no place of its own for, as one JSON object that each finds a place for.

It goes where the format lets a graph have attributes, under the name ``simnet``; in text tables it
is a comment on the first line.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from simnet.errors import NetworkError
from simnet.network.formats.kinds import is_kind, kind_of
from simnet.network.model import Array, Network
from simnet.network.spaces import Space, columns_of, describe, from_description

NAME = "simnet"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Direction, kinds of ids and columns, spaces; each None or empty where a file says nothing.

    Of a text table also which text is a missing value, and whether a people table lies beside it.
    """

    directed: bool | None = None
    ids: str | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    ties: Mapping[str, str] = field(default_factory=dict)
    spaces: Mapping[str, Space] = field(default_factory=dict)
    missing: str = ""
    people_table: bool = False

    @property
    def directions(self) -> set[bool]:
        """The direction as `direction` takes it."""
        return set() if self.directed is None else {self.directed}

    def text(self) -> str:
        """The facts as JSON on one line, in ASCII."""
        return json.dumps(self.plain())

    def plain(self) -> dict[str, Any]:
        """The facts as plain values, those left out that say nothing."""
        said = {
            "directed": self.directed,
            "ids": self.ids,
            "people": dict(self.people) or None,
            "ties": dict(self.ties) or None,
            "spaces": {name: describe(space) for name, space in self.spaces.items()} or None,
            "missing": self.missing or None,
            "people_table": self.people_table or None,
        }
        return {"version": _VERSION, **{key: said[key] for key in said if said[key] is not None}}


def facts_of(network: Network) -> Facts:
    """What there is to say of a network; NetworkError if no file could hold one of its columns."""
    ids = np.arange(0) if network.ids is None else network.ids
    facts = Facts(
        directed=network.directed,
        ids=kind_of(ids, "the id of people"),
        people={
            name: kind_of(values, f"the people column {name!r}")
            for name, values in network.people.items()
        },
        ties={
            name: kind_of(values, f"the tie column {name!r}")
            for name, values in network.tie_columns.items()
        },
        spaces=network.spaces,
    )
    check_spaces(facts, network.people, "the network")
    return facts


def facts_from_text(text: str, where: str) -> Facts:
    """The facts that `Facts.text` wrote; NetworkError, saying where, if it cannot have."""
    try:
        return facts_from_plain(json.loads(text), where)
    except (ValueError, RecursionError):
        raise _no_facts(where, "it is not JSON") from None


def facts_from_plain(said: Any, where: str) -> Facts:
    """The facts that `Facts.plain` made; NetworkError, saying where, if it cannot have."""
    if not isinstance(said, dict):
        raise _no_facts(where, "it is not an object")
    if said.get("version") != _VERSION:
        raise _no_facts(where, f"it is of version {said.get('version')!r}, not {_VERSION}")
    known = {key: value for key, value in said.items() if key != "version"}
    for key, value in known.items():
        if not _is_fact(key, value):
            raise _no_facts(where, f"{key!r} cannot be {json.dumps(value)[:60]}")
    try:
        spaces = {name: _space(space) for name, space in said.get("spaces", {}).items()}
    except ValueError as error:
        raise _no_facts(where, str(error)) from None
    return replace(Facts(**known), spaces=spaces)


def direction(says: Collection[bool], asked: bool | None, where: object) -> bool:
    """Whether ties are read with a direction, of a file that says of some whether they have one.

    A file that says nothing is undirected unless asked otherwise. NetworkError if a direction is
    asked for that is not there, or none is asked for and some ties have one and others have not.
    """
    if asked is None and len(set(says)) > 1:
        raise NetworkError(
            f"{where} mixes ties with and without a direction; it can be read with directed=False"
        )
    if asked and False in says:
        raise NetworkError(f"{where} says that its ties have no direction")
    return True in says if asked is None else asked


def check_spaces(facts: Facts, people: Mapping[str, Array], where: object) -> None:
    """Refuse a space whose coordinates are not among the people columns."""
    for name, space in facts.spaces.items():
        for wanted in columns_of(space):
            if wanted not in people:
                raise NetworkError(f"{where}: the space {name!r} needs a people column {wanted!r}")


def _is_fact(key: str, value: Any) -> bool:
    match key:
        case "directed" | "people_table":
            return isinstance(value, bool)
        case "ids":
            return is_kind(value)
        case "people" | "ties":
            return isinstance(value, dict) and all(map(is_kind, value.values()))
        case "missing":
            return isinstance(value, str)
        case "spaces":
            return isinstance(value, dict) and all(
                isinstance(space, dict) and isinstance(space.get("kind"), str)
                for space in value.values()
            )
    return False


def _space(description: Mapping[str, Any]) -> Space:
    space = from_description(description)
    columns = columns_of(space)
    if not isinstance(columns, tuple) or not all(isinstance(name, str) for name in columns):
        raise ValueError(f"a space cannot read the columns {columns!r}")
    return space


def _no_facts(where: str, reason: str) -> NetworkError:
    return NetworkError(f"{where}: the description of the network cannot be read: {reason}")
