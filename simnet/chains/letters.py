"""Milgram letters across a network at a moment."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.chains.record import Chains
from simnet.network import Network


class Mailing(NamedTuple):
    """Letters sent at one moment of the living network.

    Attributes
    ----------
    chains : Chains
    strength : ndarray of float, shape (letters, longest)
        Strength of the tie of each step; only the first ``steps`` count.
    """

    chains: Chains
    strength: NDArray[np.float32]


def send_letters(
    network: Network,
    starters: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    parameters: Any,
    key: tuple[int, int],
    week: int = 0,
) -> Mailing:
    """Send a letter from each starter towards its target, from hand to hand.

    Each holder takes part with a probability that depends on the tie the letter came by, then
    passes it to a tie to the target if there is one, else to the alter judged nearest to it;
    nobody gets a letter twice. It is dropped when a holder does not take part or has nobody new.

    Parameters
    ----------
    network : Network
        With the tie columns ``strength`` and ``trust`` and the people column ``field``; a column
        ``place`` in [0, 1) is used where there is one.
    starters, targets : ndarray of int, shape (letters,)
    parameters : record array, length 1
        The parameters of the group ``letters``.
    key : pair of int
        Key of the stream of draws.
    week : int
        Distinguishes one mailing's draws from another's.
    """
    from simnet.chains._kernels import run_letters

    longest = int(parameters[0].letters_max_steps)
    path = np.full((len(starters), longest + 1), -1, np.int32)
    strength = np.zeros((len(starters), longest), np.float32)
    rows = (
        network.indptr,
        network.neighbours,
        network.tie_columns["strength"],
        network.tie_columns["trust"],
    )
    place = network.people["place"] if "place" in network.people else np.empty(0)
    outcome, steps, stuck = run_letters(
        key,
        parameters,
        week,
        rows,
        place,
        network.people["field"],
        _standing(network)[targets],
        starters,
        targets,
        path,
        strength,
    )
    chains = Chains(
        outcome=outcome, steps=steps, starters=starters, targets=targets, stuck=stuck, path=path
    )
    return Mailing(chains, strength)


def _standing(network: Network) -> NDArray[np.float64]:
    """Prestige: the share of people with ties who have fewer, those who have as many count half."""
    degree = np.sort(network.degree[network.degree > 0])
    below = np.searchsorted(degree, network.degree, side="left")
    upto = np.searchsorted(degree, network.degree, side="right")
    return (below + upto) / (2.0 * max(len(degree), 1))
