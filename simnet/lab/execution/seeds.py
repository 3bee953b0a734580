"""A look at the trials before they are run: replicates that are the same are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from simnet.randomness import stream_key

if TYPE_CHECKING:
    from simnet.spec import Experiment, TrialKey

__all__ = ["distinct"]


def distinct(experiment: Experiment, keys: Iterable[TrialKey]) -> tuple[TrialKey, ...]:
    """The trials, no two of which would make the same draws in the same world.

    Worlds are told apart by arm and point; draws, by the key that seed and replicate give.

    Raises
    ------
    ValueError
        There are two that would.
    """
    trials = tuple(keys)
    if len(set(trials)) < len(trials):
        raise ValueError("a trial is to be run twice")
    replicates = {key.replicate for key in trials}
    seeds = {stream_key(experiment.seed, replicate, "needs").tobytes() for replicate in replicates}
    if len(seeds) < len(replicates):
        raise ValueError("two replicates have the same seed key")
    return trials
