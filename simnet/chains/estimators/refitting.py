"""Lengths of searches where the attrition of each person has to be fitted first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.chains.estimators.fitting import design, fit_participation, newton
from simnet.chains.estimators.intervals import quantile
from simnet.chains.estimators.lengths import Lengths, from_resamples
from simnet.chains.estimators.resampling import batches, generator
from simnet.chains.record import Chains

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def fitted_lengths(
    chains: Chains,
    table: pd.DataFrame,
    columns: Sequence[str],
    *,
    level: float = 0.95,
    resamples: int = 499,
    seed: int = 0,
) -> Lengths:
    """Lengths by the inverse-survival estimator, with attrition fitted to the same chains.

    The chance that a holder takes part is that of `fit_participation`; if letters were lost, each
    step survives with the share of all steps that were not. `inverse_survival_lengths` then has
    its survival. Errors and percentile intervals by the bootstrap over chains, the attrition
    fitted anew each time, so that they hold what is not known of it. A resample whose columns
    separate its decisions raises as the chains themselves would.

    Parameters
    ----------
    chains : Chains
    table : DataFrame
        Their `decisions`, in any order, with `columns`.
    columns : sequence of str
        What participation depends on.
    level : float
        Of intervals.
    resamples : int
        Of the bootstrap.
    seed : int
        Key of its draws.

    Raises
    ------
    ChainError
        As `fit_participation`.
    """
    quantile(level)
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1; got {resamples!r}")
    study = _Study(chains, table, columns)
    start = fit_participation(table, columns).coefficients
    draws, n = generator("chains.fitted-lengths", seed), len(chains)
    again = []
    for batch in batches(resamples, study.size):
        again.append(study.shares(draws.multinomial(n, study.alike / n, size=batch), start))
    share = study.shares(study.alike[None], start)[0]
    return from_resamples(share, np.concatenate(again), study.n_arrived, n, level)


class _Study:
    """Chains of which equal ones are told once, with their number, to be weighted in many ways."""

    def __init__(self, chains: Chains, table: pd.DataFrame, columns: Sequence[str]) -> None:
        x, y = design(table, columns)
        different, decision = _alike(np.column_stack([x, y]))
        self.x, self.y = x[different], y[different]
        told = table["chain"].to_numpy(), table["remove"].to_numpy(), decision
        first, self.alike = _different(chains, *told)
        self.decided = _counted(*_of_chains(first, *told), shape=(len(first), len(self.y)))
        self.lost = chains.ended("lost")[first]
        self.steps = np.asarray(chains.steps, dtype=np.int64)[first]
        self.arrived = np.flatnonzero(chains.arrived[first])
        lengths = self.steps[self.arrived]
        self.n_arrived = np.bincount(lengths, weights=self.alike[self.arrived], minlength=1)
        self.by_length = _counted(
            np.arange(len(lengths)), lengths, shape=(len(lengths), len(self.n_arrived))
        )
        self.size = max(len(first), len(self.y))

    def shares(self, weights: Counts, start: Floats) -> Floats:
        """Share of chains of each search length, with the chains counted as a row of weights says.

        Shape (rows, lengths).
        """
        coefficients = newton(self.x, self.y, weights @ self.decided, start)
        # -log of the chance to take part in each decision, summed over those of a chain
        refusals = np.logaddexp(0.0, -coefficients @ self.x.T) @ self.decided.T
        steps_made = np.maximum(weights @ self.steps, 1)
        kept = 1 - (weights @ self.lost) / steps_made
        effort = (refusals - np.log(kept)[:, None] * self.steps)[:, self.arrived]
        stands_for = weights[:, self.arrived] * np.exp(effort)
        return np.asarray(stands_for @ self.by_length / weights.sum(axis=1, keepdims=True))


def _different(
    chains: Chains, chain: Counts, remove: Counts, decision: Counts
) -> tuple[Counts, Counts]:
    """One chain of each that are alike in every decision and in how they ended, and how many."""
    told = np.full((len(chains), int(remove.max(initial=0)) + 3), -1, dtype=np.int64)
    told[chain, remove] = decision
    told[:, -2], told[:, -1] = chains.steps, chains.outcome
    first, kind = _alike(told)
    return first, np.bincount(kind)


def _alike(rows: NDArray[Any]) -> tuple[Counts, Counts]:
    """The first row of each kind, and the kind of every row, of which equal ones have the same."""
    kind = pd.DataFrame(rows).groupby(list(range(rows.shape[1])), sort=False).ngroup().to_numpy()
    first = np.unique(kind, return_index=True)[1].astype(np.int64)
    return first, np.asarray(kind, dtype=np.int64)


def _of_chains(
    first: Counts, chain: Counts, remove: Counts, decision: Counts
) -> tuple[Counts, Counts]:
    """The places in `first`, and the decisions, of the chains there."""
    place = np.full(int(max(chain.max(), first.max())) + 1, -1)
    place[first] = np.arange(len(first))
    told = place[chain] >= 0
    return place[chain[told]], decision[told]


def _counted(row: Counts, column: Counts, *, shape: tuple[int, int]) -> Any:
    """How often each column stands in each row: a sparse matrix."""
    from scipy import sparse

    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape)
