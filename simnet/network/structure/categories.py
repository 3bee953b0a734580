"""Columns of people as categories."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.model import Array, Network


class Categories(NamedTuple):
    """The values that occur in a column, and everybody's place among them, -1 if unknown."""

    values: list[Any]
    codes: NDArray[np.int64]


def people_column(network: Network, column: str) -> Array:
    """The column of that name; NetworkError if people have none."""
    if column not in network.people:
        known = ", ".join(network.people) or "none"
        raise NetworkError(f"people have no column {column!r}; there are {known}")
    return network.people[column]


def categories(network: Network, column: str, *, unknown: Collection[Any] = ()) -> Categories:
    """Sorted if all are numbers or all strings, else as they first occur.

    None and nan are unknown, and so are the values in `unknown`.
    """
    everybody = people_column(network, column).tolist()
    known = [value for value in dict.fromkeys(everybody) if _is_known(value, unknown)]
    if len({type(value) for value in known}) == 1:
        known.sort()
    place = {value: code for code, value in enumerate(known)}
    codes = np.fromiter((place.get(value, -1) for value in everybody), np.int64, len(everybody))
    return Categories(known, codes)


def _is_known(value: Any, unknown: Collection[Any]) -> bool:
    return value is not None and value == value and value not in unknown
