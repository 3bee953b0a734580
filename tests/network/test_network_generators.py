"""What holds for networks of every model, and networks by name or by description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx
import numba
import numpy as np
import pytest
from pydantic import TypeAdapter

from simnet.errors import NetworkError
from simnet.network import Network, classic
from simnet.network.generators import make
from simnet.network.generators.baselines import configuration, power_law_degrees
from simnet.network.spaces import columns_of
from simnet.spec import Drawn, NetworkSpec

# Each has more people than one thread takes at a time.
DRAWN: list[dict[str, Any]] = [
    {"model": "watts-strogatz", "people": 9000, "degree": 6, "rewiring": 0.3},
    {"model": "newman-watts", "people": 9000, "degree": 6, "shortcuts": 0.3},
    {"model": "kleinberg", "side": 50, "local": 2, "long_ties": 2},
    {"model": "kleinberg", "side": 14, "dimensions": 3, "torus": False, "by_rank": True},
    {"model": "watts-dodds-newman", "people": 3000, "degree": 12, "group": 30, "hierarchies": 3},
    {"model": "erdos-renyi", "people": 3000, "degree": 8.5},
    {"model": "holme-kim", "people": 3000, "ties": 4, "closure": 0.5},
    {"model": "configuration", "people": 3000, "degrees": {"law": "poisson", "mean": 7.5}},
    {
        "model": "configuration",
        "people": 3000,
        "degrees": {"law": "lognormal", "median": 8, "sigma": 0.7},
    },
    {
        "model": "configuration",
        "people": 3000,
        "degrees": {"law": "power-law", "exponent": 2.3, "minimum": 3, "maximum": 400},
    },
]
NAMES = [
    "-".join([described["model"], *filter(None, [described.get("degrees", {}).get("law")])])
    for described in DRAWN
]


def spec_of(described: dict[str, Any]) -> Any:
    return TypeAdapter(NetworkSpec).validate_python(described)


def drawn(described: dict[str, Any], *, seed: int = 1, replicate: int = 0) -> Network:
    return make(spec_of(described), seed=seed, replicate=replicate)


def same(one: Network, other: Network) -> bool:
    return (
        np.array_equal(one.indptr, other.indptr)
        and np.array_equal(one.neighbours, other.neighbours)
        and one.people.keys() == other.people.keys()
        and all(np.array_equal(one.people[name], other.people[name]) for name in one.people)
    )


@pytest.mark.parametrize("described", DRAWN, ids=NAMES)
def test_rows_are_those_of_a_network_without_self_ties_and_repeated_ties(
    described: dict[str, Any],
) -> None:
    network = drawn(described)
    n = network.n_people
    forth = network.sources.astype(np.int64) * n + network.neighbours
    back = network.neighbours.astype(np.int64) * n + network.sources
    assert np.all(np.diff(forth) > 0)
    assert np.array_equal(np.sort(back), forth)
    assert not np.any(network.sources == network.neighbours)
    assert (network.indptr.dtype, network.neighbours.dtype) == (np.int64, np.int32)


@pytest.mark.parametrize("described", DRAWN, ids=NAMES)
def test_the_same_seed_gives_the_same_bits_whatever_the_threads(described: dict[str, Any]) -> None:
    threads = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = drawn(described)
    finally:
        numba.set_num_threads(threads)
    assert same(alone, drawn(described))


@pytest.mark.parametrize("described", DRAWN, ids=NAMES)
def test_replicates_and_seeds_differ(described: dict[str, Any]) -> None:
    base = drawn(described)
    assert not same(base, drawn(described, replicate=1))
    assert not same(base, drawn(described, seed=2))


@pytest.mark.parametrize("described", DRAWN, ids=NAMES)
def test_a_description_says_how_large_its_network_will_be(described: dict[str, Any]) -> None:
    """People exactly, ties within a tenth: memory and time are planned by it."""
    spec: Drawn = spec_of(described)
    network = drawn(described)
    assert spec.n_people == network.n_people
    named_twice = 2 * network.dropped.duplicates / network.n_people
    assert spec.mean_degree == pytest.approx(network.degree.mean() + named_twice, rel=0.1)


@pytest.mark.parametrize("described", DRAWN, ids=NAMES)
def test_spaces_read_columns_that_are_there(described: dict[str, Any]) -> None:
    network = drawn(described)
    read = [column for space in network.spaces.values() for column in columns_of(space)]
    assert sorted(read) == sorted(network.people)
    for space in network.spaces.values():
        apart = space.distance(network.people, network.sources, network.neighbours)
        assert np.all(np.isfinite(apart))


def test_degrees_of_a_description_are_drawn_by_its_law() -> None:
    degrees = power_law_degrees(3000, 2.3, 3, 400, seed=1)
    assert same(drawn(DRAWN[-1]), configuration(degrees, seed=1))


@pytest.mark.parametrize(
    ("name", "n_people", "n_ties", "somebody"),
    [
        ("les-miserables", 77, 254, "Valjean"),
        ("karate-club", 34, 78, 33),
        ("florentine-families", 15, 20, "Medici"),
        ("davis-southern-women", 32, 89, "Ruth DeSand"),
    ],
)
def test_classics(name: str, n_people: int, n_ties: int, somebody: object) -> None:
    network = classic(name)
    assert (network.n_people, network.n_ties) == (n_people, n_ties)
    assert somebody in network.labels
    assert network.dropped == (0, 0)
    assert same(make(spec_of({"model": "classic", "name": name}), seed=1, replicate=0), network)


def test_classics_keep_attributes() -> None:
    karate = classic("karate-club")
    graph = networkx.karate_club_graph()
    assert karate.ids is None
    assert karate.people["club"].tolist() == [graph.nodes[i]["club"] for i in range(34)]
    assert karate.tie_columns["weight"].sum() == 2 * sum(
        weight for _, _, weight in graph.edges(data="weight")
    )


def test_an_unknown_classic() -> None:
    with pytest.raises(NetworkError, match="no classic network 'dolphins'; there are davis-s"):
        classic("dolphins")


def test_a_file_lies_where_the_description_says(tmp_path: Path) -> None:
    (tmp_path / "edges.csv").write_text("source,target\n1,2\n")
    (tmp_path / "people.csv").write_text("id\n1\n2\n3\n")
    described = {"model": "file", "path": "edges.csv", "people_table": "people.csv"}
    read = make(spec_of({**described, "directed": True}), seed=3, replicate=0, base=tmp_path)
    assert (read.n_people, read.n_ties, read.directed) == (3, 1, True)
    absolute = {"model": "file", "path": str(tmp_path / "edges.csv")}
    assert make(spec_of(absolute), seed=3, replicate=0).n_people == 2
