"""Spaces in which people have coordinates, and how far apart they are there.

A space names the people columns that hold its coordinates and measures between people by their
numbers; a message chain routes by it. Its distance has nothing to do with ties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Columns: TypeAlias = Mapping[str, NDArray[Any]]
Distances: TypeAlias = NDArray[np.float64]

EARTH_RADIUS = 6371.0  # kilometres, of the sphere with the volume of the Earth


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle of circumference `length`: the shorter way round, min(d, length − d)."""

    kind: ClassVar[str] = "circle"
    column: str
    length: float = 1.0

    def distance(self, people: Columns, a: ArrayLike, b: ArrayLike) -> Distances:
        """Distance of the people `a` from the people `b`, elementwise; nan where unknown."""
        apart = np.abs(_values(people, self.column, a) - _values(people, self.column, b))
        return np.minimum(apart, self.length - apart)


@dataclass(frozen=True, slots=True)
class Lattice:
    """Sites of a square lattice: steps along its axes, Σ |x − y|, round the edge if it `wraps`."""

    kind: ClassVar[str] = "lattice"
    columns: tuple[str, ...]
    side: int
    wraps: bool = True

    def distance(self, people: Columns, a: ArrayLike, b: ArrayLike) -> Distances:
        """Distance of the people `a` from the people `b`, elementwise; nan where unknown."""
        total: Distances = np.zeros(np.broadcast_shapes(np.shape(a), np.shape(b)))
        for column in self.columns:
            apart = np.abs(_values(people, column, a) - _values(people, column, b))
            total += np.minimum(apart, self.side - apart) if self.wraps else apart
        return total


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Leaves of a tree whose every branching has `branching` twigs, `levels` above the leaves.

    The distance is the height of the lowest branching that two leaves share: 0 in the same leaf, 1
    in leaves that are siblings, `levels` where only the root is shared. Leaves are numbered so that
    those below a branching of height h are ``k * branching**h`` up to ``(k + 1) * branching**h``.
    """

    kind: ClassVar[str] = "hierarchy"
    column: str
    branching: int
    levels: int

    def distance(self, people: Columns, a: ArrayLike, b: ArrayLike) -> Distances:
        """Distance of the people `a` from the people `b`, elementwise; nan where unknown."""
        left, right = _values(people, self.column, a), _values(people, self.column, b)
        height = np.where(np.isnan(left + right), np.nan, 0.0)
        for _ in range(self.levels):
            height = height + (left != right)
            left, right = left // self.branching, right // self.branching
        return height


@dataclass(frozen=True, slots=True)
class Sphere:
    """Latitude and longitude in degrees: the great-circle distance, in the unit of `radius`."""

    kind: ClassVar[str] = "sphere"
    latitude: str = "lat"
    longitude: str = "lon"
    radius: float = EARTH_RADIUS

    def distance(self, people: Columns, a: ArrayLike, b: ArrayLike) -> Distances:
        """Distance of the people `a` from the people `b`, elementwise; nan where unknown."""
        up, over = (np.radians(_values(people, self.latitude, who)) for who in (a, b))
        across = np.radians(_values(people, self.longitude, a) - _values(people, self.longitude, b))
        # Haversine: exact for points close together, where the law of cosines loses digits.
        half = np.sin((up - over) / 2) ** 2 + np.cos(up) * np.cos(over) * np.sin(across / 2) ** 2
        return np.asarray(2 * self.radius * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


@dataclass(frozen=True, slots=True)
class Category:
    """Names without an order: 0 for the same, 1 for another; an unknown name is like no other."""

    kind: ClassVar[str] = "category"
    column: str

    def distance(self, people: Columns, a: ArrayLike, b: ArrayLike) -> Distances:
        """Distance of the people `a` from the people `b`, elementwise."""
        values = people[self.column]
        return np.asarray(values[np.asarray(a)] != values[np.asarray(b)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers such as ages: |x − y|."""

    kind: ClassVar[str] = "scale"
    column: str

    def distance(self, people: Columns, a: ArrayLike, b: ArrayLike) -> Distances:
        """Distance of the people `a` from the people `b`, elementwise; nan where unknown."""
        return np.abs(_values(people, self.column, a) - _values(people, self.column, b))


Space: TypeAlias = Circle | Lattice | Hierarchy | Sphere | Category | Scale

_KINDS: dict[str, Callable[..., Space]] = {
    kind.kind: kind for kind in (Circle, Lattice, Hierarchy, Sphere, Category, Scale)
}


def describe(space: Space) -> dict[str, Any]:
    """The space as plain values, for a file; `from_description` makes it again."""
    return {"kind": space.kind, **asdict(space)}


def from_description(description: Mapping[str, Any]) -> Space:
    """The space that `describe` described; ValueError if there is none like that."""
    fields = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in description.items()
        if name != "kind"
    }
    kind = description.get("kind")
    if kind not in _KINDS:
        raise ValueError(f"there is no kind of space {kind!r}; there are {', '.join(_KINDS)}")
    try:
        return _KINDS[kind](**fields)
    except TypeError:
        raise ValueError(f"a space of kind {kind!r} is not described by {list(fields)}") from None


def columns_of(space: Space) -> tuple[str, ...]:
    """The people columns that hold the coordinates."""
    match space:
        case Lattice():
            return space.columns
        case Sphere():
            return space.latitude, space.longitude
        case _:
            return (space.column,)


def _values(people: Columns, column: str, who: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(people[column][np.asarray(who)], dtype=np.float64)
