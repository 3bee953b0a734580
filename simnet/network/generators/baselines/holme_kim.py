"""Growing networks with hubs and closed triads, by Holme and Kim."""

from __future__ import annotations

import numpy as np

from simnet.network.generators.checks import check_probability
from simnet.network.generators.rows import undirected_rows
from simnet.network.model import Network
from simnet.randomness import stream_key


def holme_kim(people: int, ties: int, closure: float, *, seed: int, replicate: int = 0) -> Network:
    """People come one by one, and tie themselves to the well connected and to their alters.

    At first there are `ties` people without ties. Each newcomer makes `ties` ties: the first to
    somebody with a probability proportional to the number of ties (preferential attachment); each
    further one, with probability `closure`, to a random alter of whoever was last so chosen
    (triad formation), else again by preferential attachment. Nobody is tied to twice: another is
    drawn; if all alters are tied to already, preferential attachment takes the step. The first
    newcomer ties itself to all there are. The share of people with k ties falls as k**-3.

    Parameters
    ----------
    people : int
        Number of people at the end.
    ties : int
        Ties that a newcomer makes, m in the paper; less than `people`. There are
        ``(people - ties) * ties`` ties in the end.
    closure : float
        Probability that a tie after the first closes a triad, P_t in the paper; without closure,
        this is the model of Barabási and Albert.
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected; people are numbered in the order in which they came.

    References
    ----------
    .. [1] Holme and Kim (2002), Growing scale-free networks with tunable clustering, Physical
       Review E 65.
    """
    if not 1 <= ties < people:
        raise ValueError(f"ties must be at least 1 and less than people; got {ties} of {people}")
    check_probability("closure", closure)
    from simnet.network.generators.baselines._kernels import grow

    made = grow(people, ties, float(closure), stream_key(seed, replicate, "holme-kim"))
    newcomers = np.repeat(np.arange(ties, people, dtype=np.int32), ties)
    indptr, neighbours, _ = undirected_rows(people, made, newcomers)
    return Network(indptr, neighbours)
