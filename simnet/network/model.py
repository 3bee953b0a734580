"""The network itself: two arrays for who is tied to whom, and columns beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.network.spaces import Space

Array: TypeAlias = NDArray[Any]


class Dropped(NamedTuple):
    """How many ties of the source a network left out."""

    loops: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network:
    """People and ties at one moment; nothing in it can be changed.

    Person ``i`` has the half-ties ``indptr[i]`` up to, not including, ``indptr[i + 1]``. An
    undirected tie is stored as two half-ties, one on each side; a directed tie as one, on the side
    of the person it starts from.

    The constructor trusts its arguments and takes the arrays over without copying them;
    `simnet.network.from_edges` checks and copies.

    Attributes
    ----------
    indptr : ndarray of int64, shape (n_people + 1,)
        Where each person's half-ties begin.
    neighbours : ndarray of int32, one per half-tie
        The person at the other end, ascending within a row.
    directed : bool
        Whether ties have a direction.
    people : mapping of str to ndarray, one value per person
        Attributes of people.
    tie_columns : mapping of str to ndarray, one value per half-tie
        Attributes of ties, parallel to `neighbours`.
    ids : ndarray or None
        What people are called outside; None when they are called 0 .. n_people - 1.
    spaces : mapping of str to Space
        Spaces in which people have coordinates, such as ``"place"``, with the columns they read.
    dropped : Dropped
        Self-ties and repeated ties that the source had and the network has not.
    """

    indptr: NDArray[np.int64]
    neighbours: NDArray[np.int32]
    directed: bool = False
    people: Mapping[str, Array] = field(default_factory=dict)
    tie_columns: Mapping[str, Array] = field(default_factory=dict)
    ids: Array | None = None
    dropped: Dropped = field(default_factory=Dropped)
    spaces: Mapping[str, Space] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("indptr", "neighbours"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))
        for name in ("people", "tie_columns"):
            columns = {key: _read_only(column) for key, column in getattr(self, name).items()}
            object.__setattr__(self, name, MappingProxyType(columns))
        object.__setattr__(self, "spaces", MappingProxyType(dict(self.spaces)))
        if self.ids is not None:
            object.__setattr__(self, "ids", _read_only(self.ids))

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.indptr) - 1

    @property
    def n_ties(self) -> int:
        """Number of ties; an undirected tie counts once."""
        return len(self.neighbours) if self.directed else len(self.neighbours) // 2

    @property
    def degree(self) -> NDArray[np.int64]:
        """Number of ties of each person; of a directed network, of ties that start from them."""
        return np.diff(self.indptr)

    @property
    def sources(self) -> NDArray[np.int32]:
        """The person on whose side each half-tie is, parallel to `neighbours`."""
        return np.repeat(np.arange(self.n_people, dtype=np.int32), self.degree)

    @property
    def labels(self) -> list[Any]:
        """What people are called outside, as plain Python values."""
        return list(range(self.n_people)) if self.ids is None else list(self.ids.tolist())

    def row(self, person: int) -> NDArray[np.int32]:
        """The people `person` is tied to, ascending."""
        self._check_person(person)
        return self.neighbours[self.indptr[person] : self.indptr[person + 1]]

    def has_tie(self, person: int, other: int) -> bool:
        """Whether there is a tie between the two; in a directed network, one from `person`."""
        self._check_person(other)
        row = self.row(person)
        place = int(np.searchsorted(row, other))
        return place < len(row) and int(row[place]) == other

    def _check_person(self, person: int) -> None:
        # A negative index would silently be somebody else's row.
        if not 0 <= person < self.n_people:
            raise IndexError(f"person {person} is not one of 0 .. {self.n_people - 1}")

    def __repr__(self) -> str:
        parts = [
            f"{self.n_people:,} {'person' if self.n_people == 1 else 'people'}",
            f"{self.n_ties:,} {'directed' if self.directed else 'undirected'} "
            f"{'tie' if self.n_ties == 1 else 'ties'}",
        ]
        if self.people:
            parts.append(f"people: {', '.join(self.people)}")
        if self.tie_columns:
            parts.append(f"ties: {', '.join(self.tie_columns)}")
        return f"<Network of {'; '.join(parts)}>"

    def __reduce__(self) -> tuple[Callable[..., Network], tuple[Any, ...]]:
        # The read-only mappings cannot be pickled themselves.
        columns = (dict(self.people), dict(self.tie_columns))
        ties = (self.indptr, self.neighbours, self.directed)
        return Network, (*ties, *columns, self.ids, self.dropped, dict(self.spaces))


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view
