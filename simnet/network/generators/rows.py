"""From ties in any order to everybody's neighbours in ascending order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ends = NDArray[np.int32]


def pair_table(most: int) -> NDArray[np.int64]:
    """A table for so many pairs of people, as the kernel `slot` searches it."""
    return np.full(2 * most + 1, -1)


class Rows(NamedTuple):
    """The two arrays of a network, and how many ties were given again and left out."""

    indptr: NDArray[np.int64]
    neighbours: NDArray[np.int32]
    repeats: int


def directed_rows(people: int, sources: Ends, targets: Ends) -> Rows:
    """Rows of ties from `sources` to `targets`, on the sides of the sources."""
    from simnet.network.generators._kernels import pair_rows, without_repeats

    indptr, neighbours = without_repeats(*pair_rows(people, sources, targets))
    return Rows(indptr, neighbours, len(sources) - len(neighbours))


def undirected_rows(people: int, first: Ends, second: Ends) -> Rows:
    """Rows of ties between `first` and `second`, on both sides."""
    from simnet.network.generators._kernels import both_halves

    once = directed_rows(people, np.minimum(first, second), np.maximum(first, second))
    indptr, neighbours = both_halves(once.indptr, once.neighbours)
    return Rows(indptr, neighbours, once.repeats)
