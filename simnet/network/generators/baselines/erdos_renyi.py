"""Networks in which chance alone decides, by Gilbert, and by Erdős and Rényi."""

from __future__ import annotations

import numpy as np

from simnet.network.generators.checks import check_count
from simnet.network.model import Network
from simnet.randomness import stream_key


def erdos_renyi(people: int, degree: float, *, seed: int, replicate: int = 0) -> Network:
    """Every pair of people is tied with the same probability, independently: G(n, p).

    Parameters
    ----------
    people : int
        Number of people, n.
    degree : float
        Expected ties of a person; p is ``degree / (people - 1)``.
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected. The number of ties is binomial with mean ``people * degree / 2``.

    References
    ----------
    .. [1] Gilbert (1959), Random graphs, Annals of Mathematical Statistics 30.
    .. [2] Batagelj and Brandes (2005), Efficient generation of large random networks, Physical
       Review E 71: how non-ties are skipped.
    """
    check_count("people", people, least=1)
    if not 0 <= degree < people:
        raise ValueError(f"degree must not be negative, and less than people; got {degree!r}")
    if degree == 0:
        return Network(np.zeros(people + 1, np.int64), np.empty(0, np.int32))
    from simnet.network.generators._kernels import both_halves
    from simnet.network.generators.baselines._kernels import random_rows

    key = stream_key(seed, replicate, "erdos-renyi")
    return Network(*both_halves(*random_rows(people, degree / (people - 1), key)))
