"""Ties in, network out: ids, loops, repetitions, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.errors import NetworkError
from simnet.network import Dropped, from_edges


@given(
    ties=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=40),
    directed=st.booleans(),
)
def test_network_equals_its_definition(ties: list[tuple[int, int]], directed: bool) -> None:
    network = from_edges(
        [a for a, _ in ties],
        [b for _, b in ties],
        n_people=8,
        directed=directed,
        tie_columns={"row": range(len(ties))},
    )
    first: dict[tuple[int, int], int] = {}
    for row, (a, b) in enumerate(ties):
        if a != b:
            tie = (a, b) if directed else (min(a, b), max(a, b))
            first.setdefault(tie, row)
    loops = sum(a == b for a, b in ties)
    half_ties = dict(first) if directed else first | {(b, a): row for (a, b), row in first.items()}
    assert network.n_ties == len(first)
    assert network.dropped == Dropped(loops, len(ties) - loops - len(first))
    assert list(zip(network.sources, network.neighbours, strict=True)) == sorted(half_ties)
    assert network.tie_columns["row"].tolist() == [half_ties[tie] for tie in sorted(half_ties)]
    assert all(network.has_tie(a, b) == ((a, b) in half_ties) for a in range(8) for b in range(8))


@pytest.mark.parametrize(
    ("ends", "ids"),
    [
        ([30, 10, 20], [10, 20, 30]),
        (["b", "a", "ä"], ["a", "b", "ä"]),
        ([2**70, 5], [5, 2**70]),
        ([(1, "x"), "y", 3, None], None),
        ([("b", 1), ("a", 2)], [("b", 1), ("a", 2)]),
        ([2.5, 0.5], [2.5, 0.5]),
    ],
)
def test_ids_of_any_type_are_kept(ends: list[Any], ids: list[Any] | None) -> None:
    if ids is None:
        with pytest.raises(NetworkError, match="person 3 has no id"):
            from_edges(ends, ends)
        return
    labels = from_edges(ends, ends[1:] + ends[:1]).labels
    assert labels == ids
    assert [type(label) for label in labels] == [type(label) for label in ids]


def test_ids_that_only_count_are_not_stored() -> None:
    assert from_edges([0, 1], [1, 2]).ids is None
    assert from_edges(["a"], ["b"], ids=["a", "b"]).ids is not None
    assert from_edges([1], [2]).labels == [1, 2]


def test_integer_ids_keep_their_width() -> None:
    network = from_edges(np.array([7], np.int32), np.array([9], np.int32))
    assert network.ids is not None
    assert network.ids.dtype == np.int32


def test_people_without_ties_come_from_ids_or_number() -> None:
    assert from_edges(["a"], ["b"], ids=["c", "b", "a"]).degree.tolist() == [0, 1, 1]
    assert from_edges([0], [1], n_people=3).degree.tolist() == [1, 1, 0]
    assert from_edges([], [], ids=["a", "b"]).n_people == 2
    assert from_edges([], []).n_people == 0


def test_columns_keep_their_type() -> None:
    people: dict[str, list[Any]] = {
        "flag": [True, False],
        "count": [1, 2],
        "share": [0.5, None],
        "mixed": [1, 2.5],
        "name": ["a", None],
        "huge": [2**80, 1],
        "pair": [(1, 2), (3, 4)],
    }
    columns = from_edges([0], [1], n_people=2, people=people).people
    kinds = {name: values.dtype.kind for name, values in columns.items()}
    assert kinds == {
        "flag": "b", "count": "i", "share": "f", "mixed": "f", "name": "O", "huge": "O", "pair": "O"
    }  # fmt: skip
    assert columns["name"].tolist() == ["a", None]
    assert columns["pair"].tolist() == [(1, 2), (3, 4)]
    assert np.isnan(columns["share"][1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_edges([0, 5], [1, 1], n_people=5), "tie 1 names 5, who is not among"),
        (lambda: from_edges([0, -1], [1, 0], n_people=5), "tie 1 names -1, who is not among"),
        (lambda: from_edges([3], [3], ids=np.arange(0)), "tie 0 names 3, who is not among"),
        (lambda: from_edges(["a"], ["z"], ids=["a", "b"]), "tie 0 names 'z', who is not among"),
        (lambda: from_edges([1], [2], ids=[1, 2, 1]), "two people have the id 1"),
        (lambda: from_edges(["a"], ["b"], ids=["a", "b", "b"]), "two people have the id 'b'"),
        (lambda: from_edges([1.0, float("nan")], [2.0, 1.0]), "has no id"),
    ],
)
def test_what_data_may_get_wrong(call: Callable[[], object], message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_edges([0, 1], [1]), "'targets' has 1 values; expected 2"),
        (lambda: from_edges([0], [1], tie_columns={"w": [1, 2]}), "'w' has 2 values; expected 1"),
        (lambda: from_edges([0], [1], people={"age": [1]}), "'age' has 1 values; expected 2"),
        (lambda: from_edges([0], [1], n_people=2, ids=[0, 1]), "n_people or ids, not both"),
        (lambda: from_edges([0], [1], n_people=-1), "must not be negative; got -1"),
        (lambda: from_edges(np.zeros((1, 1)), [1]), "one dimension; got 2"),
    ],
)
def test_what_a_programmer_may_get_wrong(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
