"""The last people before the target, through whose hands chains come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.chains.estimators.intervals import quantile, undefined
from simnet.chains.estimators.resampling import resampled, tails
from simnet.chains.record import Chains
from simnet.network import Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How narrow the ways into targets are.

    Attributes
    ----------
    share : Estimate
        Share of arrivals through the k most frequent last people of their target, of n arrivals.
    bias : float
        By how much the bootstrap finds `share` to be too large; see `funnel`.
    people : DataFrame
        ``target``, ``person`` and ``arrivals`` through this last person, the most frequent first.
    """

    share: Estimate
    bias: float
    people: pd.DataFrame

    @property
    def n_people(self) -> int:
        """How many different last people there are, those of several targets counted for each."""
        return len(self.people)


def funnel(
    chains: Chains,
    *,
    through: int = 3,
    target: int | None = None,
    level: float = 0.95,
    resamples: int = 999,
    seed: int = 0,
) -> Funnel:
    """Share of arrivals that came through the few most frequent last people.

    A last person is the holder who handed the chain to the target (the starter, if in one step). Of
    several targets each has most frequent people of its own, and the share is of all arrivals.

    The share is biased upward, the more so the fewer arrivals there are: the most frequent are
    picked on the very arrivals that are then counted, and with as many arrivals as `through` it is
    1 whatever the network. Resamples of these arrivals are to them what they are to all that might
    arrive, so that their mean lies above the share by about that much (`bias`); the interval is the
    basic one, reflected about the share, which takes it off. The share itself is left as it was
    counted, as published ones are.

    Parameters
    ----------
    chains : Chains
        With paths.
    through : int
        How many people, k.
    target : int, optional
        Only chains to this target.
    level : float
        Of the interval.
    resamples : int
        Of the bootstrap over arrivals.
    seed : int
        Key of its draws.
    """
    quantile(level)
    if through < 1:
        raise ValueError(f"through must be at least 1; got {through!r}")
    people = _last_people(chains, target)
    counts = people["arrivals"].to_numpy()
    n = int(counts.sum())
    if n == 0:
        return Funnel(share=undefined(0, level), bias=np.nan, people=people)
    targets = people["target"].to_numpy()
    share = float(_through(counts[None], targets, through)[0])
    again = _through(resampled(counts, resamples, "chains.funnel", seed), targets, through)
    high, low = np.clip(2 * share - tails(again, level), 0, 1).tolist()
    error = float(again.std(ddof=1)) if resamples > 1 else np.nan
    if n == 1:  # the one arrival is all that can be drawn again
        low = high = error = np.nan
    estimate = Estimate(share, error, low, high, level, n, "bootstrap, basic")
    return Funnel(share=estimate, bias=float(again.mean()) - share, people=people)


def _last_people(chains: Chains, target: int | None) -> pd.DataFrame:
    if chains.path is None:
        raise ValueError("the last people are not known of chains without paths")
    counted = chains.arrived & chains.started
    if target is not None:
        counted &= chains.targets == target
    which = np.flatnonzero(counted)
    last = chains.path[which, chains.steps[which] - 1]
    table = pd.DataFrame({"target": chains.targets[which], "person": last})
    sizes = table.groupby(["target", "person"]).size().rename("arrivals").reset_index()
    ranks = sizes.sort_values(["arrivals", "target", "person"], ascending=[False, True, True])
    return ranks.reset_index(drop=True)


def _through(counts: NDArray[np.int64], targets: NDArray[np.integer], through: int) -> Floats:
    """Share of the arrivals of each row through the most frequent people of each target."""
    most = np.zeros(len(counts))
    for target in np.unique(targets):
        of_target = np.sort(counts[:, targets == target], axis=1)
        most += of_target[:, -through:].sum(axis=1)
    return np.asarray(most / counts.sum(axis=1))
