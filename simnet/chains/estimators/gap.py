"""How much longer the ways are that people find than those that there are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.chains.estimators.intervals import undefined
from simnet.chains.estimators.lengths import expansions
from simnet.chains.record import Chains
from simnet.network import Estimate, Network
from simnet.network.distances import distances_from
from simnet.network.distances.jackknife import estimates

Floats = NDArray[np.float64]


class SearchabilityGap(NamedTuple):
    """Mean lengths over the same pairs of people, in steps.

    Attributes
    ----------
    algorithmic : Estimate
        Of the chains that arrived.
    topological : Estimate
        Of shortest paths, from the same starters to the same targets.
    difference : Estimate
        The gap, algorithmic - topological; its error is that of paired differences.
    """

    algorithmic: Estimate
    topological: Estimate
    difference: Estimate


def searchability_gap(
    network: Network, chains: Chains, *, attrition: ArrayLike = 0.0, level: float = 0.95
) -> SearchabilityGap:
    """Mean length that people find less the mean distance of the same pairs, over arrived chains.

    With attrition, chains between people far apart seldom arrive, so that both means are of
    pairs nearer to each other than those that were begun; the `attrition` makes up for it as in
    `inverse_survival_lengths`. Errors and intervals by the jackknife over chains.

    Parameters
    ----------
    network : Network
        In which the chains ran; ties are followed in their direction.
    chains : Chains
        Chains whose people are numbers of people of the network.
    attrition : array_like, broadcastable to shape (chains, steps)
        Probability that a holder brings the chain no further.
    level : float
        Of intervals.

    Returns
    -------
    SearchabilityGap
        Of n arrived chains; nan without any, and with one its errors are.

    Raises
    ------
    ValueError
        If an arrived chain joins two people whom no path in the network joins.
    """
    arrived = chains.arrived
    stands_for = expansions(chains, attrition)[arrived]
    found = np.asarray(chains.steps, dtype=np.float64)[arrived]
    shortest = _shortest(network, chains.starters[arrived], chains.targets[arrived])

    def means(sums: Floats) -> Floats:
        weight, long, short = np.moveaxis(sums, -1, 0)
        return np.stack([long / weight, short / weight, (long - short) / weight], axis=-1)

    if not len(found):
        nothing = undefined(0, level)
        return SearchabilityGap(nothing, nothing, nothing)
    weighted = stands_for[:, None] * np.stack([np.ones(len(found)), found, shortest], axis=1)
    return SearchabilityGap(*estimates(weighted, means, share_sampled=0.0, level=level))


def _shortest(
    network: Network, starters: NDArray[np.integer], targets: NDArray[np.integer]
) -> Floats:
    """Distances, by one search from each different person on that side which has fewer."""
    fewer, others = starters, targets
    if not network.directed and len(np.unique(targets)) < len(np.unique(starters)):
        fewer, others = targets, starters
    steps = np.empty(len(starters), dtype=np.int64)
    order = np.argsort(fewer, kind="stable")
    people, begin = np.unique(fewer[order], return_index=True)
    for person, group in zip(people.tolist(), np.split(order, begin[1:]), strict=False):
        steps[group] = distances_from(network, person)[others[group]]
    if (steps < 0).any():
        raise ValueError("an arrived chain joins two people whom no path in the network joins")
    return steps.astype(np.float64)
