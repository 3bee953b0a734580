"""Networks from pairs of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.columns import column
from simnet.network.model import Array, Dropped, Network
from simnet.network.spaces import Space

Values = Array | Iterable[Any]
_MOST_PEOPLE = 2**31 - 1


def from_edges(
    sources: Values,
    targets: Values,
    *,
    n_people: int | None = None,
    directed: bool = False,
    ids: Values | None = None,
    people: Mapping[str, Values] | None = None,
    tie_columns: Mapping[str, Values] | None = None,
) -> Network:
    """A network from the two ends of every tie.

    Self-ties and repetitions are left out and counted in ``network.dropped``; of a repeated tie the
    first values of its columns stay. In an undirected network (a, b) and (b, a) are the same tie.

    Parameters
    ----------
    sources, targets : arrays or iterables of equal length
        The ends of each tie, as ids: numbers, strings, or whatever can be a dictionary key.
    n_people : int, optional
        There are this many people, called 0 .. n_people - 1. Not together with `ids`.
    directed : bool
        Whether ties go from source to target only.
    ids : array or iterable, optional
        Everybody's id, those without ties included; the order of the people. Without it and
        without `n_people`, people are those whom a tie names, sorted if they are all integers or
        all strings, else as they first occur.
    people : mapping of str to array or iterable, optional
        Attributes of people, in their order.
    tie_columns : mapping of str to array or iterable, optional
        Attributes of ties, in the order of `sources`.

    Raises
    ------
    NetworkError
        If an id is missing or repeated, or a tie names somebody who is not among the people.
    ValueError
        If lengths disagree, or both `n_people` and `ids` are given.
    """
    ends = column(sources), column(targets)
    known = _people_ids(*ends, n_people=n_people, ids=ids)
    return from_positions(
        *_positions(*ends, known),
        ids=known,
        directed=directed,
        people={name: column(values) for name, values in (people or {}).items()},
        tie_columns={name: column(values) for name, values in (tie_columns or {}).items()},
    )


def from_positions(
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    ids: Array,
    directed: bool,
    people: Mapping[str, Array],
    tie_columns: Mapping[str, Array],
    spaces: Mapping[str, Space] | None = None,
) -> Network:
    """The network of ties between people given by their places in `ids`."""
    n = len(ids)
    if n > _MOST_PEOPLE:
        raise NetworkError(f"a network holds at most {_MOST_PEOPLE:,} people; got {n:,}")
    _check_lengths("column", {"targets": targets, **tie_columns}, len(sources))
    _check_lengths("column", people, n)
    low, high = (
        (sources, targets)
        if directed
        else (np.minimum(sources, targets), np.maximum(sources, targets))
    )
    proper = np.flatnonzero(low != high)
    keys, first = np.unique(low[proper] * n + high[proper], return_index=True)
    rows, neighbours = np.divmod(keys, max(n, 1))
    chosen = proper[first]
    if not directed:
        order = np.argsort(np.concatenate([keys, neighbours * n + rows]), kind="stable")
        rows, neighbours = (
            np.concatenate([rows, neighbours])[order],
            np.concatenate([neighbours, rows])[order],
        )
        chosen = np.concatenate([chosen, chosen])[order]
    return Network(
        indptr=np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int64),
        neighbours=neighbours.astype(np.int32),
        directed=directed,
        people=people,
        tie_columns={name: values[chosen] for name, values in tie_columns.items()},
        ids=None if _is_counting(ids) else ids,
        dropped=Dropped(len(sources) - len(proper), len(proper) - len(keys)),
        spaces=spaces or {},
    )


def _people_ids(
    sources: Array, targets: Array, *, n_people: int | None, ids: Values | None
) -> Array:
    if ids is not None and n_people is not None:
        raise ValueError("give n_people or ids, not both")
    if ids is not None:
        return column(ids)
    if n_people is None:
        return _people_named(sources, targets)
    if n_people < 0:
        raise ValueError(f"n_people must not be negative; got {n_people}")
    return np.arange(n_people)


def _people_named(sources: Array, targets: Array) -> Array:
    """Sorted if they are all integers or all strings, else as they first occur."""
    if _are_integers(sources, targets):
        return np.unique(np.concatenate([sources, targets]))
    ties = zip(sources.tolist(), targets.tolist(), strict=False)
    occurring = list(dict.fromkeys(label for tie in ties for label in tie))
    kinds = {type(label) for label in occurring}
    return column(sorted(occurring) if kinds in ({int}, {str}) else occurring)


def _positions(
    sources: Array, targets: Array, ids: Array
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where in `ids` the ends of each tie are."""
    if _are_integers(sources, targets, ids):
        order = np.argsort(ids, kind="stable")
        _check_repeats(ids[order])
        return _search(sources, ids, order), _search(targets, ids, order)
    places = _places(ids)
    return _look_up(sources, places), _look_up(targets, places)


def _are_integers(*arrays: Array) -> bool:
    return all(array.dtype.kind in "iu" and array.dtype != np.uint64 for array in arrays)


def _check_repeats(ascending: Array) -> None:
    repeated = np.flatnonzero(ascending[1:] == ascending[:-1])
    if len(repeated):
        raise NetworkError(f"two people have the id {ascending[repeated[0]]}")


def _search(labels: Array, ids: Array, order: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(ids):
        return _look_up(labels, {})
    place = np.searchsorted(ids, labels, sorter=order)
    found = order[np.minimum(place, len(order) - 1)]
    strangers = np.flatnonzero(ids[found] != labels)
    if len(strangers):
        raise _stranger(int(labels[strangers[0]]), int(strangers[0]))
    return found


def _places(ids: Array) -> dict[Any, int]:
    places: dict[Any, int] = {}
    for place, label in enumerate(ids.tolist()):
        if label is None or (isinstance(label, float) and isnan(label)):
            raise NetworkError(f"person {place} has no id")
        if places.setdefault(label, place) != place:
            raise NetworkError(f"two people have the id {label!r}")
    return places


def _look_up(labels: Array, places: dict[Any, int]) -> NDArray[np.int64]:
    found = [places.get(label, -1) for label in labels.tolist()]
    if -1 in found:
        tie = found.index(-1)
        raise _stranger(labels.tolist()[tie], tie)
    return np.array(found, dtype=np.int64)


def _stranger(label: Any, tie: int) -> NetworkError:
    return NetworkError(f"tie {tie} names {label!r}, who is not among the people")


def _check_lengths(kind: str, columns: Mapping[str, Array], length: int) -> None:
    for name, values in columns.items():
        if len(values) != length:
            raise ValueError(f"{kind} {name!r} has {len(values)} values; expected {length}")


def _is_counting(ids: Array) -> bool:
    return ids.dtype.kind in "iu" and np.array_equal(ids, np.arange(len(ids)))
