"""Distances between coordinates."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.network.spaces import (
    EARTH_RADIUS,
    Category,
    Circle,
    Hierarchy,
    Lattice,
    Scale,
    Space,
    Sphere,
    columns_of,
    describe,
    from_description,
)

SPACES: list[Space] = [
    Circle("place"),
    Lattice(("x", "y"), side=10),
    Lattice(("x", "y"), side=10, wraps=False),
    Hierarchy("leaf", branching=3, levels=4),
    Sphere(),
    Category("country"),
    Scale("age"),
]

PEOPLE = {
    "place": np.array([0.0, 0.1, 0.9]),
    "x": np.array([0, 3, 9]),
    "y": np.array([0, 4, 9]),
    "leaf": np.array([0, 2, 80]),
    "lat": np.array([0.0, 90.0, 0.0]),
    "lon": np.array([0.0, 12.0, 180.0]),
    "country": np.array(["it", "se", "it"], dtype=object),
    "age": np.array([20.0, 25.0, np.nan]),
}


@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (SPACES[0], [0.0, 0.1, 0.1]),
        (SPACES[1], [0, 7, 2]),
        (SPACES[2], [0, 7, 18]),
        (SPACES[3], [0, 1, 4]),
        (SPACES[4], [0, EARTH_RADIUS * pi / 2, EARTH_RADIUS * pi]),
        (SPACES[5], [0, 1, 0]),
        (SPACES[6], [0, 5, np.nan]),
    ],
)
def test_distance_from_the_first_person(space: Space, expected: list[float]) -> None:
    everybody = np.arange(3)
    assert space.distance(PEOPLE, 0, everybody) == pytest.approx(expected, nan_ok=True)
    assert space.distance(PEOPLE, everybody, 0) == pytest.approx(expected, nan_ok=True)


@given(st.integers(0, 80), st.integers(0, 80))
def test_hierarchical_distance_counts_the_digits_that_differ(a: int, b: int) -> None:
    """Written with 4 digits in base 3, the height of the lowest common branching."""
    leaves = {"leaf": np.array([a, b])}
    height = next(h for h in range(5) if a // 3**h == b // 3**h)
    assert Hierarchy("leaf", branching=3, levels=4).distance(leaves, 0, 1) == height


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.kind)
def test_a_description_makes_the_same_space(space: Space) -> None:
    assert from_description(describe(space)) == space
    assert all(column in PEOPLE for column in columns_of(space))


def test_descriptions_of_nothing() -> None:
    with pytest.raises(ValueError, match="no kind of space 'torus'; there are circle, lattice"):
        from_description({"kind": "torus"})
    with pytest.raises(ValueError, match="'circle' is not described by \\['side'\\]"):
        from_description({"kind": "circle", "side": 3})
