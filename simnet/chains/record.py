"""Chains run to their end: the record that simulated and observed chains share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

OUTCOMES = ("arrived", "dropped", "lost", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Chains run to their end, one row each.

    A chain of ``steps`` s has had the holders 0 .. s, the starter being holder 0 (at remove 0). It
    is *dropped* by the holder at remove s, *lost* on its s-th step, *expired* when it may not go
    on after s steps, and has *arrived* when its s-th step reached the target.

    Attributes
    ----------
    outcome : ndarray of int8, shape (chains,)
        Index into `OUTCOMES`.
    steps : ndarray of int, shape (chains,)
        Steps made.
    starters, targets : ndarray of int, shape (chains,)
        By whom each chain was to begin and whom it should reach.
    stuck : ndarray of bool, shape (chains,)
        Dropped because the holder, willing to take part, had nobody to pass it to.
    path : ndarray of int32, shape (chains, longest + 1), or None
        The holders in order; only the first ``steps + 1`` count, the others are -1. None where
        only endings were kept.
    """

    outcome: NDArray[np.int8]
    steps: NDArray[np.integer[Any]]
    starters: NDArray[np.integer[Any]]
    targets: NDArray[np.integer[Any]]
    stuck: NDArray[np.bool_]
    path: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def holders(self) -> NDArray[np.int32]:
        """The paths; ValueError where only endings were kept."""
        if self.path is None:
            raise ValueError("the paths of these chains were not kept")
        return self.path

    def ended(self, outcome: str) -> NDArray[np.bool_]:
        """Which chains had this outcome."""
        return np.asarray(self.outcome == OUTCOMES.index(outcome))

    @property
    def arrived(self) -> NDArray[np.bool_]:
        """Which chains reached their target."""
        return self.ended("arrived")

    @property
    def started(self) -> NDArray[np.bool_]:
        """Which chains were passed on by their starter."""
        return self.steps > 0
