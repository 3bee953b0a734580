"""People and ties of a file that tells of them one by one, until they make a network."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from simnet.errors import NetworkError
from simnet.network.building import from_positions
from simnet.network.columns import ids_from_text
from simnet.network.formats.facts import Facts, check_spaces
from simnet.network.formats.kinds import ids_of, read_column
from simnet.network.model import Array, Network


class Gathering:
    """Whom and what the file `path` has told of so far.

    Ties may name people before they are told of, but all must be told of in the end.
    """

    def __init__(self, path: object) -> None:
        self._path = path
        self._places: dict[Hashable, int] = {}
        self._awaited: dict[Hashable, int | str] = {}
        self._ends = array("q")
        self._people = _Columns()
        self._ties = _Columns()

    def person(self, label: Hashable, values: Mapping[str, Any], where: int | str) -> None:
        """There is such a person; `where` is the line or what else says where that stands."""
        known = len(self._places)
        place = self._places.setdefault(label, known)
        if place < known and self._awaited.pop(label, None) is None:
            raise self.wrong(where, f"there are two people {label!r}")
        self._people.put(place, values)

    def tie(
        self, source: Hashable, target: Hashable, values: Mapping[str, Any], where: int | str
    ) -> None:
        """There is such a tie."""
        self._ties.put(len(self._ends) // 2, values)
        for label in (source, target):
            known = len(self._places)
            place = self._places.setdefault(label, known)
            if place == known:
                self._awaited[label] = where
            self._ends.append(place)

    def network(
        self,
        facts: Facts,
        *,
        directed: bool,
        id_column: str | None = None,
        untold: Callable[[Sequence[Any]], Array] = ids_from_text,
    ) -> Network:
        """The network of them all.

        Their ids are those in the column `id_column` if all have one of their own, else the labels;
        without a kind of ids among the facts, labels become what `untold` makes of them.
        """
        for label, where in self._awaited.items():
            raise self.wrong(where, f"a tie names {label!r}, who is not among the people")
        labels: Sequence[Any] = list(self._places)
        named = self._people.texts_for_all(id_column, len(labels))
        if named is not None:
            labels, untold = named, ids_from_text
        people = self._people.arrays(len(labels), facts.people)
        check_spaces(facts, people, self._path)
        ends = np.array(self._ends, dtype=np.int64).reshape(-1, 2)
        return from_positions(
            ends[:, 0],
            ends[:, 1],
            ids=ids_of(labels, facts.ids, self._path, otherwise=untold),
            directed=directed,
            people=people,
            tie_columns=self._ties.arrays(len(ends), facts.ties),
            spaces=facts.spaces,
        )

    def wrong(self, where: int | str, problem: str) -> NetworkError:
        """What to raise for a problem with the file."""
        colon = ":" if isinstance(where, int) else ": "
        return NetworkError(f"{self._path}{colon}{where}: {problem}")


class _Columns:
    """Values by column, which come row by row and may come for some rows only."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {}

    def put(self, row: int, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            column = self._columns.setdefault(name, [])
            column.extend([None] * (row + 1 - len(column)))
            column[row] = value

    def arrays(self, length: int, kinds: Mapping[str, str]) -> dict[str, Array]:
        """All columns, and those of the given kinds even if no value came."""
        names = dict.fromkeys([*kinds, *self._columns])
        return {name: read_column(self._filled(name, length), kinds.get(name)) for name in names}

    def texts_for_all(self, name: str | None, length: int) -> list[str] | None:
        """The values of a column as texts, taken out, if every row has another one."""
        values = [str(value) for value in self._columns.get(name or "", []) if value is not None]
        if len(values) < length or len(set(values)) < length:
            return None
        self._columns.pop(name or "", None)
        return values

    def _filled(self, name: str, length: int) -> list[Any]:
        values = self._columns.get(name, [])
        return values + [None] * (length - len(values))
