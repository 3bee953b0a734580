"""Small worlds by Watts and Strogatz."""

from __future__ import annotations

import numpy as np

from simnet.network.generators.checks import check_probability
from simnet.network.generators.rings.lattice import check_ring, on_a_ring
from simnet.network.generators.rows import pair_table
from simnet.network.model import Network
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
    check_ring(people, degree)
    check_probability("rewiring", rewiring)
    from simnet.network.generators.rings._kernels import draw_wishes, settle

    key = stream_key(seed, replicate, "watts-strogatz")
    wish = np.empty((degree // 2, people), np.int32)
    draw_wishes(wish, float(rewiring), key)
    at_most = int(np.count_nonzero(wish >= 0))
    low, high = np.empty((2, at_most), np.int32)
    moved = settle(wish, low, high, pair_table(at_most), key)
    return on_a_ring(wish, low[:moved], high[:moved])
