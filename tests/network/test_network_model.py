"""The network: what it answers, and that nobody can change it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import simnet.network
from simnet.network import Network, from_edges


@pytest.fixture
def triangle_and_loner() -> Network:
    return from_edges(
        ["ann", "bob", "ann"],
        ["bob", "cal", "cal"],
        ids=["dee", "cal", "bob", "ann"],
        people={"age": [1, 2, 3, 4]},
        tie_columns={"weight": [0.5, 1.5, 2.5]},
    )


def test_counts_rows_and_ties(triangle_and_loner: Network) -> None:
    network = triangle_and_loner
    assert (network.n_people, network.n_ties) == (4, 3)
    assert network.degree.tolist() == [0, 2, 2, 2]
    assert network.row(3).tolist() == [1, 2]
    assert network.row(0).tolist() == []
    assert network.sources.tolist() == [1, 1, 2, 2, 3, 3]
    assert network.tie_columns["weight"].tolist() == [1.5, 2.5, 1.5, 0.5, 2.5, 0.5]
    assert network.has_tie(1, 3)
    assert not network.has_tie(0, 1)
    assert not network.has_tie(3, 3)
    assert network.labels == ["dee", "cal", "bob", "ann"]


@pytest.mark.parametrize("person", [-1, 4])
def test_nobody_beyond_the_ends(triangle_and_loner: Network, person: int) -> None:
    with pytest.raises(IndexError, match=f"person {person} is not one of 0 .. 3"):
        triangle_and_loner.row(person)
    with pytest.raises(IndexError):
        triangle_and_loner.has_tie(0, person)


def test_degree_of_a_directed_network_counts_ties_that_start() -> None:
    network = from_edges([0, 0, 1], [1, 2, 0], directed=True)
    assert network.degree.tolist() == [2, 1, 0]
    assert network.n_ties == 3
    assert network.has_tie(0, 2)
    assert not network.has_tie(2, 0)


def test_storage_types(triangle_and_loner: Network) -> None:
    assert triangle_and_loner.indptr.dtype == np.int64
    assert triangle_and_loner.neighbours.dtype == np.int32
    assert from_edges([], []).neighbours.dtype == np.int32


def test_nothing_can_be_changed(triangle_and_loner: Network) -> None:
    network = triangle_and_loner
    arrays: list[Any] = [network.indptr, network.neighbours, network.row(1), network.ids]
    for array in [*arrays, *network.people.values(), *network.tie_columns.values()]:
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = array[-1:]
    with pytest.raises(TypeError):
        network.people["age"] = np.zeros(4)  # type: ignore[index]
    with pytest.raises(AttributeError):
        network.directed = True  # type: ignore[misc]


def test_what_it_was_built_from_may_change() -> None:
    ages, sources = np.array([1, 2]), np.array([0])
    network = from_edges(sources, np.array([1]), n_people=2, people={"age": ages})
    ages[0] = sources[0] = 1
    assert network.people["age"].tolist() == [1, 2]
    assert network.has_tie(0, 1)


def test_repr_says_what_there_is(triangle_and_loner: Network) -> None:
    assert repr(triangle_and_loner) == (
        "<Network of 4 people; 3 undirected ties; people: age; ties: weight>"
    )
    directed = from_edges([0], [1], directed=True)
    assert repr(directed) == "<Network of 2 people; 1 directed tie>"
    assert repr(from_edges([], [], n_people=1)) == "<Network of 1 person; 0 undirected ties>"


def test_a_pickled_network_comes_back_whole_and_read_only(triangle_and_loner: Network) -> None:
    again = pickle.loads(pickle.dumps(triangle_and_loner))
    assert again.neighbours.tolist() == triangle_and_loner.neighbours.tolist()
    assert again.labels == triangle_and_loner.labels
    assert again.people["age"].tolist() == [1, 2, 3, 4]
    assert not again.people["age"].flags.writeable


def test_public_names_exist() -> None:
    assert len(set(simnet.network.__all__)) == len(simnet.network.__all__)
    assert all(hasattr(simnet.network, name) for name in simnet.network.__all__)


def test_importing_the_room_is_light() -> None:
    heavy = ("numba", "networkx", "igraph", "pandas", "scipy")
    code = f"import sys, simnet.network; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.strip() == b"[]"
