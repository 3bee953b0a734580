"""What files and other libraries want of a network: ties each once, ids and values as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.formats.kinds import kind_of, texts_of
from simnet.network.model import Array, Network

_SLICE = 2**16


class Ties(NamedTuple):
    """Source, target and columns of every tie."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    columns: dict[str, Array]


def each_tie_once(network: Network) -> Ties:
    """Every tie, in the order of the people; an undirected one from its lower end.

    Raises NetworkError if the two halves of an undirected tie have different values.
    """
    sources, targets = network.sources, network.neighbours
    if network.directed:
        return Ties(sources, targets, dict(network.tie_columns))
    lower = np.flatnonzero(sources < targets)
    columns = {name: values[lower] for name, values in network.tie_columns.items()}
    if columns:
        upper = np.flatnonzero(sources > targets)
        mirrored = upper[np.argsort(targets[upper], kind="stable")]
        for name, values in network.tie_columns.items():
            if not same(columns[name], values[mirrored]):
                raise NetworkError(
                    f"the tie column {name!r} differs between the two halves of a tie, "
                    "and an undirected export has room for one value"
                )
    return Ties(sources[lower], targets[lower], columns)


def same(left: Array, right: Array) -> bool:
    """Whether two columns are equal, with missing numbers and times equal to each other."""
    return np.array_equal(left, right, equal_nan=left.dtype.kind in "fM")


def check_free(name: str, columns: Mapping[str, Array]) -> None:
    """Refuse a column that has the name a format keeps for the ends of ties or for ids."""
    if name in columns:
        raise NetworkError(f"the column {name!r} is in the way of the ends of ties or of ids")


def known_by_ties(network: Network) -> bool:
    """Whether the ties alone say who there is: all have ties, none a column, ids ascend."""
    return not network.people and not n_without_ties(network) and _ascend(network.ids)


def n_without_ties(network: Network) -> int:
    """Number of people whom no tie names."""
    named = network.degree > 0
    named[network.neighbours] = True
    return network.n_people - int(named.sum())


def labels_of(network: Network) -> list[str]:
    """Everybody's id as a text; NetworkError if ids are of no kind that a file has."""
    if network.ids is None:
        return list(map(str, range(network.n_people)))
    kind = kind_of(network.ids, "the id of people")
    return [str(text) for text in texts_of(network.ids, kind)]


def slices(length: int) -> Iterator[slice]:
    """Parts of a table that are small enough to hold as text."""
    starts = range(0, length, _SLICE)
    return (slice(start, min(start + _SLICE, length)) for start in starts)


def rows_of(
    columns: Mapping[str, Array],
    kinds: Mapping[str, str],
    part: slice,
    show: Callable[[str, str], str],
) -> Iterator[str]:
    """Each row's values one after the other, as ``show(name, text)``; missing ones are left out."""
    cells = [
        [
            "" if value is None else show(name, value)
            for value in texts_of(values[part], kinds[name])
        ]
        for name, values in columns.items()
    ]
    return map("".join, zip(*cells, strict=True)) if cells else repeat("", part.stop - part.start)


def _ascend(ids: Array | None) -> bool:
    return ids is None or np.array_equal(ids, ids[np.argsort(ids, kind="stable")])
