"""The description of a network."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simnet.network import Estimate, Network, classic, from_edges, watts_strogatz
from simnet.network.description import Section, Value, describe


def described(network: Network, **options: object) -> dict[str, dict[str, Value]]:
    sections = describe(network, **options)  # type: ignore[arg-type]
    return {one.title: {line.name: line.value for line in one.lines} for one in sections}


def test_the_karate_club() -> None:
    club = described(classic("karate-club"))
    assert club["people and ties"] == {"people": 34, "ties": 78, "density": 78 / (34 * 33 / 2)}
    assert club["components"] == {"components": 1, "largest": 34, "without ties": 0}
    assert club["degrees"]["mean"] == pytest.approx(2 * 78 / 34)
    assert club["degrees"]["largest"] == 17
    assert club["clustering"]["triangles"] == 45
    assert club["clustering"]["mean clustering"] == pytest.approx(0.5706, abs=5e-5)
    mean = club["distances"]["mean"]
    assert isinstance(mean, Estimate)
    assert (mean.value, mean.standard_error) == (pytest.approx(2.4082, abs=5e-5), 0.0)
    assert club["distances"]["longest"] == 5
    club_homophily = club["who is tied to whom"]["club"]
    assert isinstance(club_homophily, Estimate)
    assert 0.5 < club_homophily.value < 1.0


def test_sections_come_in_this_order_and_take_time() -> None:
    sections = list(describe(watts_strogatz(60, 4, 0.1, seed=1), small_world=True))
    assert [one.title for one in sections] == [
        "people and ties",
        "components",
        "degrees",
        "clustering",
        "distances",
        "who is tied to whom",
        "small world",
    ]
    assert all(one.seconds >= 0 for one in sections)
    distances = sections[4]
    assert isinstance(distances, Section)
    assert sum(share.value for share in distances.shares) == pytest.approx(1.0)


def test_sampled_distances_have_errors() -> None:
    mean = described(watts_strogatz(400, 6, 0.1, seed=1), sources=50)["distances"]["mean"]
    assert isinstance(mean, Estimate)
    assert mean.n == 50
    assert mean.low < mean.value < mean.high
    assert mean.standard_error > 0


def test_directed_networks_say_more() -> None:
    ring = described(from_edges([0, 1, 2], [1, 2, 0], directed=True))
    assert ring["people and ties"]["reciprocity"] == 0
    assert ring["components"]["largest strong"] == 3


def test_coordinates_columns_of_numbers_and_of_names() -> None:
    rng = np.random.default_rng(5)
    ring = watts_strogatz(200, 4, 0.0, seed=1)
    network = Network(
        ring.indptr,
        ring.neighbours,
        people={
            **ring.people,
            "age": rng.integers(20, 80, 200),
            "half": np.repeat([0, 1], 100),
            "name": np.array([f"n{i}" for i in range(200)], dtype=object),
        },
        spaces=ring.spaces,
    )
    lines = described(network)["who is tied to whom"]
    assert list(lines) == ["apart by place", "age", "half"]  # everybody has another name
    assert lines["apart by place"] == pytest.approx(1.5 / 200)
    half = lines["half"]
    assert isinstance(half, Estimate)
    assert half.value == pytest.approx(1 - 2 * 6 / 400)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_what_is_undefined_is_not_a_number(n: int) -> None:
    lonely = described(from_edges([], [], n_people=n))
    mean = lonely["distances"]["mean"]
    assert isinstance(mean, Estimate)
    assert math.isnan(mean.value)
    assert lonely["people and ties"]["ties"] == 0
