"""People's coordinates in spaces, as the numbers that kernels measure distances by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.chains.routing.codes import AXES, NAMES, SPHERE, TREE
from simnet.errors import NetworkError
from simnet.network import Network
from simnet.network.spaces import Category, Circle, Hierarchy, Lattice, Scale, Space, Sphere
from simnet.randomness import stream_key

Floats = NDArray[np.float64]

PAIRS_FOR_A_SCALE = 10_000


class Coordinates(NamedTuple):
    """Where people are in some spaces.

    Attributes
    ----------
    columns : ndarray of float, shape (n_people, coordinates)
        Those of the first space, then of the next; nan where unknown.
    legend : ndarray of float, shape (spaces, 6)
        Of each space its kind, first column, number of columns, size, levels, and what a distance
        in it is multiplied by.
    """

    columns: Floats
    legend: Floats


def coordinates(network: Network, spaces: Sequence[str]) -> Coordinates:
    """People's coordinates in the spaces of these names.

    Distances in spaces of one kind and size count as they are. Those in spaces of several kinds
    are made comparable: each is divided by its mean over `PAIRS_FOR_A_SCALE` drawn pairs.
    """
    known = [_space(network, name) for name in spaces]
    scales = _scales(network, known)
    blocks: list[Floats] = []
    legend = np.empty((len(known), 6))
    first = 0
    for row, (space, scale) in enumerate(zip(known, scales, strict=True)):
        kind, block, size, levels = _block(space, network)
        legend[row] = kind, first, block.shape[1], size, levels, scale
        blocks.append(block)
        first += block.shape[1]
    return Coordinates(np.ascontiguousarray(np.hstack(blocks)), legend)


def _space(network: Network, name: str) -> Space:
    if name in network.spaces:
        return network.spaces[name]
    if name in network.people:
        return _of_column(network, name)
    known = ", ".join([*network.spaces, *network.people]) or "none"
    raise NetworkError(f"people have no place in a space {name!r}; they have: {known}")


def _of_column(network: Network, name: str) -> Space:
    """Numbers are a scale, names a category."""
    return Scale(name) if network.people[name].dtype.kind in "iuf" else Category(name)


def _scales(network: Network, spaces: Sequence[Space]) -> list[float]:
    if len({_like(space) for space in spaces}) == 1:
        return [1.0] * len(spaces)
    if network.n_people < 2:
        return [1.0] * len(spaces)
    draws = np.random.default_rng(stream_key(0, 0, "scales"))
    a, b = draws.integers(network.n_people, size=(2, PAIRS_FOR_A_SCALE))
    return [_scale_of(network, space, a, b) for space in spaces]


def _like(space: Space) -> tuple[object, ...]:
    match space:
        case Hierarchy():
            return "hierarchy", space.branching, space.levels
        case Lattice():
            return "lattice", len(space.columns), space.side, space.wraps
        case Circle():
            return "circle", space.length
        case Category():
            return ("category",)
        case _:
            return (space,)


def _scale_of(network: Network, space: Space, a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    apart = space.distance(network.people, a, b)
    known = apart[(a != b) & ~np.isnan(apart)]
    return 1.0 / float(known.mean()) if known.size and known.mean() > 0 else 1.0


def _block(space: Space, network: Network) -> tuple[int, Floats, float, int]:
    """Kind, columns, size and levels of a space."""
    people = network.people
    match space:
        case Circle():
            return AXES, _numbers(people[space.column]), space.length, 0
        case Scale():
            return AXES, _numbers(people[space.column]), np.inf, 0
        case Lattice():
            columns = np.hstack([_numbers(people[name]) for name in space.columns])
            return AXES, columns, float(space.side) if space.wraps else np.inf, 0
        case Hierarchy():
            return TREE, _numbers(people[space.column]), float(space.branching), space.levels
        case Sphere():
            points = _on_the_sphere(people[space.latitude], people[space.longitude])
            return SPHERE, points, space.radius, 0
        case Category():
            return NAMES, _codes(people[space.column]), 0.0, 0


def _numbers(column: NDArray[np.generic]) -> Floats:
    return column.astype(np.float64).reshape(-1, 1)


def _on_the_sphere(latitude: NDArray[np.generic], longitude: NDArray[np.generic]) -> Floats:
    up, over = np.radians(latitude.astype(float)), np.radians(longitude.astype(float))
    return np.stack([np.cos(up) * np.cos(over), np.cos(up) * np.sin(over), np.sin(up)], axis=1)


def _codes(column: NDArray[np.generic]) -> Floats:
    """A number for every name, nan for values that are unlike themselves or not there."""
    codes: dict[object, int] = {}
    numbers = [
        np.nan if value is None or value != value else codes.setdefault(value, len(codes))
        for value in column.tolist()
    ]
    return np.array(numbers, dtype=np.float64).reshape(-1, 1)
