"""How many chains were held at each remove, and what became of them there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.chains.record import Chains

Counts = NDArray[np.int64]

ENDINGS = ("arrived", "unwilling", "stuck", "lost", "expired")


@dataclass(frozen=True)
class Endings:
    """Counts by remove, 0 to the furthest anybody held a chain at; all of the same length.

    Attributes
    ----------
    held : ndarray of int
        Chains that reached a holder at this remove who is not the target.
    arrived : ndarray of int
        Chains that reached the target at this remove: in so many steps.
    unwilling, stuck : ndarray of int
        Dropped by the holder at this remove, who did not take part, or had nobody to pass it to.
    lost : ndarray of int
        Passed on by the holder at this remove, and never received.
    expired : ndarray of int
        Held at this remove when they might not go on.
    """

    held: Counts
    arrived: Counts
    unwilling: Counts
    stuck: Counts
    lost: Counts
    expired: Counts

    @classmethod
    def of(cls, chains: Chains) -> Endings:
        reached = removes_reached(chains)
        n_removes = int(reached.max(initial=0)) + 1

        def count(which: NDArray[np.bool_]) -> Counts:
            return np.bincount(reached[which], minlength=n_removes)

        arrived, dropped = chains.arrived, chains.ended("dropped")
        received = count(np.ones(len(chains), np.bool_))[::-1].cumsum()[::-1]
        return cls(
            held=received - count(arrived),
            arrived=count(arrived),
            unwilling=count(dropped & ~chains.stuck),
            stuck=count(dropped & chains.stuck),
            lost=count(chains.ended("lost")),
            expired=count(chains.ended("expired")),
        )

    @cached_property
    def dropped(self) -> Counts:
        """Chains that the holder dropped, willing or not."""
        return self.unwilling + self.stuck

    @cached_property
    def deciding(self) -> Counts:
        """Chains whose holder could pass them on: all that are held, but for the expired ones."""
        return self.held - self.expired

    @cached_property
    def gone(self) -> Counts:
        """Chains that went no further than this remove without having arrived."""
        return self.dropped + self.lost + self.expired


def removes_reached(chains: Chains) -> NDArray[np.integer[Any]]:
    """The remove of the last person to receive each chain: a lost step is received by nobody."""
    return chains.steps - chains.ended("lost")
