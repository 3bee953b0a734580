"""Small worlds by Watts and Strogatz."""

from __future__ import annotations

import numpy as np

from simnet.network.model import Network
from simnet.network.spaces import Circle
from simnet.randomness import stream_key


def watts_strogatz(
    people: int, degree: int, rewiring: float, *, seed: int, replicate: int = 0
) -> Network:
    """A ring lattice some of whose ties are moved to a random other person.

    Person i begins tied to i + 1, ..., i + degree/2 around the ring. Lap j takes the ties
    (i, i + j) in the order of i: with probability `rewiring` the tie keeps its end i, and its other
    end moves to somebody drawn uniformly from all to whom i is not tied yet; if there is nobody,
    the tie stays. So there are ``people * degree / 2`` ties whatever happens, and everybody keeps
    at least ``degree / 2``.

    Parameters
    ----------
    people : int
        Number of people.
    degree : int
        Ties of a person in the lattice, even, from 2 to ``people - 1``.
    rewiring : float
        Probability that a tie moves, in [0, 1].
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected, with the people column ``place``: i / people, the position of person i on a
        circle of length 1, and the space of that name.

    References
    ----------
    .. [1] Watts and Strogatz (1998), Collective dynamics of 'small-world' networks, Nature 393.
    """
    if degree < 2 or degree % 2:
        raise ValueError(f"degree must be even and at least 2; got {degree}")
    if degree >= people:
        raise ValueError(f"degree must be less than the number of people; got {degree} of {people}")
    if not 0.0 <= rewiring <= 1.0:
        raise ValueError(f"rewiring must be a probability in [0, 1]; got {rewiring!r}")
    from simnet.network.generators._kernels import rewire_ring, sorted_rows

    key = stream_key(seed, replicate, "watts-strogatz")
    other, ties = rewire_ring(people, degree // 2, float(rewiring), key)
    indptr = np.zeros(people + 1, np.int64)
    np.cumsum(ties, out=indptr[1:])
    return Network(
        indptr,
        sorted_rows(other, indptr),
        people={"place": np.arange(people) / people},
        spaces={"place": Circle("place")},
    )
