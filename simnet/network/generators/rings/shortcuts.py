"""Small worlds by Newman and Watts."""

from __future__ import annotations

import numpy as np

from simnet.network.generators.checks import check_probability
from simnet.network.generators.rings.lattice import check_ring, on_a_ring
from simnet.network.model import Dropped, Network
from simnet.randomness import stream_key


def newman_watts(
    people: int, degree: int, shortcuts: float, *, seed: int, replicate: int = 0
) -> Network:
    """A ring lattice to which ties between random people are added; none is removed.

    For each tie of the lattice, with probability `shortcuts`, two people are drawn uniformly and
    independently, and a tie is added between them [1]_. So the number of shortcuts is binomial with
    the mean ``x = people * degree / 2 * shortcuts``, and the mean distance is close to
    ``people / (degree / 2) * f(x)`` with ``f(x) = atanh(x / s) / (2 s)``, ``s = sqrt(x**2 + 2 x)``
    [2]_. As in those papers, a shortcut may lead back to the same person, or repeat a tie: it then
    changes no distance and is left out, and counted in ``network.dropped``.

    networkx's function of this name is another model: its shortcuts begin at an end of the tie they
    are drawn for, which gives everybody about the same number.

    Parameters
    ----------
    people : int
        Number of people.
    degree : int
        Ties of a person in the lattice, even, from 2 to ``people - 1``.
    shortcuts : float
        Probability of a shortcut for each tie of the lattice, in [0, 1].
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected, with the people column ``place``: i / people, the position of person i on a
        circle of length 1, and the space of that name.

    References
    ----------
    .. [1] Newman and Watts (1999), Renormalization group analysis of the small-world network model,
       Physics Letters A 263.
    .. [2] Newman, Moore and Watts (2000), Mean-field solution of the small-world network model,
       Physical Review Letters 84.
    """
    check_ring(people, degree)
    check_probability("shortcuts", shortcuts)
    from simnet.network.generators.rings._kernels import draw_shortcuts

    key = stream_key(seed, replicate, "newman-watts")
    first, second = draw_shortcuts(people, degree // 2, float(shortcuts), key)
    apart = np.abs(first - second)
    apart = np.minimum(apart, people - apart)
    new = apart > degree // 2
    loops = int(np.count_nonzero(apart == 0))
    dropped = Dropped(loops, len(new) - loops - int(np.count_nonzero(new)))
    none_moved = np.full((degree // 2, people), -1, np.int32)
    return on_a_ring(none_moved, first[new], second[new], dropped=dropped)
