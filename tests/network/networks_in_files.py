"""Random networks of every kind that files can hold, and what it is for two to be the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simnet.network import Network, from_edges
from simnet.network.formats import read, write
from simnet.network.formats.kinds import values_of
from simnet.network.spaces import Category, Circle, Lattice, Scale, Sphere

# What a file may take for something else: a number, nothing, a comment, another field, an entity.
TRICKY = [
    *("", " ", " a", "a ", "\t", "a\nb", "\r\n", "a,b", 'a"b', '"', "'", "#x", "% y", "<&>", "]]>"),
    *("7", "007", "-1", "+1", "1e5", "1.0", "inf", "NaN", "nan", "NA", "NA_", "None", "null"),
    *("true", "[]", "()", "&amp;", "&#65;", "é", "\x85", "\u2028", "名前", "\U0001f600", "\ufeff"),
]  # fmt: skip
TEXTS = st.sampled_from(TRICKY) | st.text(
    st.characters(codec="utf-8", min_codepoint=0x20, exclude_characters="\ufffe\uffff"), max_size=4
)
WORDS = st.sampled_from(["7", "007", "NA", "true", "é", "名前", "a#", '"']) | st.text(
    "abXY019_-.é", min_size=1, max_size=4
)
KINDS = [
    *("bool", "int8", "int32", "int64", "uint64", "float32", "float64", "str", "object int"),
    *("object bool", "datetime64[D]", "datetime64[s]", "datetime64[ns]", "datetime64[Y]"),
]
ID_KINDS = ["int32", "int64", "uint64", "str", "object int", "float64", "datetime64[s]"]
SPACES = {
    "place": Circle("x", 2.5),
    "home": Sphere("x", "y"),
    "grid": Lattice(("x", "y"), 3, wraps=False),
    "job": Category("y"),
    "age": Scale("x"),
}


def values(kind: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Values of a column of that kind, None being a missing one where there can be."""
    match kind:
        case "str":
            return st.none() | texts
        case "object int":
            return st.none() | st.integers(-(2**70), 2**70)
        case "object bool":
            return st.none() | st.booleans()
        case "bool":
            return st.booleans()
        case "float32" | "float64":
            return st.floats(width=int(kind[5:]))
    if kind.startswith("datetime64"):
        moments = st.datetimes().map(lambda moment: moment.isoformat()[: len("2000-01-01T00:00")])
        return st.none() | moments.map(lambda moment: moment[: {"Y": 4, "D": 10}.get(kind[11], 16)])
    return st.integers(int(np.iinfo(kind).min), int(np.iinfo(kind).max))


def made(kind: str, plain: Sequence[Any]) -> np.ndarray[Any, Any]:
    column = values_of(plain, kind)
    assert column is not None
    assert column.dtype.name == kind or column.dtype == object
    return column


@st.composite
def networks(
    draw: st.DrawFn,
    *,
    names: Sequence[str] = ("age", "weight", "label", "é <&> \"'", "x,y"),
    texts: st.SearchStrategy[str] = TEXTS,
    kinds: Sequence[str] = KINDS,
    id_kinds: Sequence[str] = ID_KINDS,
    people_columns: bool = True,
    loners: bool = True,
) -> Network:
    n = draw(st.integers(0 if loners else 2, 6))
    kind = draw(st.sampled_from(id_kinds))
    known = values(kind, texts).filter(lambda value: value is not None and value == value)
    ids = draw(st.lists(known, min_size=n, max_size=n, unique=True))
    places = st.integers(0, n - 1)
    ties = draw(st.lists(st.tuples(places, places), max_size=12)) if n else []
    ties += [] if loners else [(person, (person + 1) % n) for person in range(n)]

    def columns(length: int) -> dict[str, np.ndarray[Any, Any]]:
        chosen = draw(st.dictionaries(st.sampled_from(names), st.sampled_from(kinds), max_size=3))
        return {
            name: made(kind, draw(st.lists(values(kind, texts), min_size=length, max_size=length)))
            for name, kind in chosen.items()
        }

    people = columns(n) if people_columns else {}
    spaces = {}
    if people_columns and draw(st.booleans()):
        people |= {"x": np.arange(n) / 2, "y": np.arange(n)}
        spaces = {name: SPACES[name] for name in draw(st.lists(st.sampled_from(sorted(SPACES))))}
    ends = [made(kind, [ids[tie[end]] for tie in ties]) for end in (0, 1)]
    network = from_edges(
        *ends,
        ids=made(kind, ids),
        directed=draw(st.booleans()),
        people=people,
        tie_columns=columns(len(ties)),
    )
    return replace(network, spaces=spaces)


def back(network: Network, name: str, **options: Any) -> Network:
    """The network out of a file of that name into which it was written."""
    with TemporaryDirectory() as folder:
        write(network, Path(folder) / name)
        return read(Path(folder) / name, **options)


def assert_same(network: Network, other: Network) -> None:
    assert network.directed == other.directed
    assert network.labels == other.labels
    assert list(map(type, network.labels)) == list(map(type, other.labels))
    assert (network.ids is None) == (other.ids is None)
    if network.ids is not None and other.ids is not None:
        assert network.ids.dtype == other.ids.dtype
    np.testing.assert_array_equal(network.indptr, other.indptr)
    np.testing.assert_array_equal(network.neighbours, other.neighbours)
    assert_same_columns(network.people, other.people)
    assert_same_columns(network.tie_columns, other.tie_columns)
    assert network.spaces == other.spaces


def assert_same_columns(ours: Any, theirs: Any) -> None:
    assert list(ours) == list(theirs)
    for name in ours:
        assert ours[name].dtype == theirs[name].dtype, name
        assert ours[name].tolist() == theirs[name].tolist() or np.array_equal(
            ours[name], theirs[name], equal_nan=True
        )
        assert list(map(type, ours[name].tolist())) == list(map(type, theirs[name].tolist()))
