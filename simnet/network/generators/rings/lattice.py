"""The ring lattice that both small worlds begin with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.network.generators.rows import Ends, undirected_rows
from simnet.network.model import Dropped, Network
from simnet.network.spaces import Circle


def check_ring(people: int, degree: int) -> None:
    """Raise ValueError unless there are `degree / 2` others to either side of everybody."""
    if degree < 2 or degree % 2:
        raise ValueError(f"degree must be even and at least 2; got {degree}")
    if degree >= people:
        raise ValueError(f"degree must be less than the number of people; got {degree} of {people}")


def on_a_ring(
    moved: NDArray[np.int32], first: Ends, second: Ends, *, dropped: Dropped | None = None
) -> Network:
    """The network of a ring lattice's ties, less those that moved, and of others.

    Parameters
    ----------
    moved : ndarray of int32, shape (degree / 2, people)
        At [lap, i], negative if there still is the tie between i and i + 1 + lap.
    first, second : ndarray of int32
        The ends of the other ties.
    dropped : Dropped, optional
        What was left out before; repeated ties are added to it.
    """
    from simnet.network.generators.rings._kernels import lattice_degrees, with_lattice

    people = moved.shape[1]
    rows = undirected_rows(people, first, second)
    indptr = np.zeros(people + 1, np.int64)
    np.cumsum(lattice_degrees(moved) + np.diff(rows.indptr), out=indptr[1:])
    neighbours = np.empty(indptr[-1], np.int32)
    with_lattice(neighbours, indptr, moved, rows.indptr, rows.neighbours)
    loops, duplicates = dropped or Dropped()
    return Network(
        indptr,
        neighbours,
        people={"place": np.arange(people) / people},
        spaces={"place": Circle("place")},
        dropped=Dropped(loops, duplicates + rows.repeats),
    )
