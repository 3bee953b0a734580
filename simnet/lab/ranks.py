r"""Which arm is the best, and how sure that is: ranks with simultaneous intervals.

The rank of an arm is one more than the number of arms that are better. Its interval counts only
those arms that are *shown* to be better or worse, by intervals of all paired differences that hold
at once (a studentised bootstrap over replicates, refined step by step) [1]_ [2]_:

.. math:: \left[\,1 + \#\{k : k \text{ shown better than } j\},\;
          p - \#\{k : k \text{ shown worse than } j\}\,\right]

With a chance of at least the level, the intervals of all arms of a measure at a point contain their
true ranks. Being whole numbers, they can do no better than *at least*: where all arms are tied the
chance is the level itself (any rank that was excluded is an error), where the arms are apart it is
higher, up to 1.

References
----------
.. [1] Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks with applications to mobility
   across neighbourhoods and academic achievement across countries, Review of Economic Studies
   91(1).
.. [2] Al Mohamad, Goeman and van Zwet (2022), Simultaneous confidence intervals for ranks with
   application to ranking institutions, Biometrics 78(1).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.paired import fewest_replicates
from simnet.lab.pairing import arm_matrices, in_order
from simnet.lab.resampling import RESAMPLES, Studentised, off_median, resampled_weights

__all__ = ["is_lower_better", "rank"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

METHOD = (
    f"ranks of means, simultaneous intervals by the stepwise studentised bootstrap of all paired "
    f"differences ({RESAMPLES:,} resamples of replicates)"
)

COLUMNS = {
    "measure": "str",
    "point": "int64",
    "arm": "str",
    "n": "int64",
    "mean": "float64",
    "rank": "Int64",
    "low": "Int64",
    "high": "Int64",
    "p_best": "float64",
    "best": "str",
    "method": "str",
    "level": "float64",
}

LOWER_IS_BETTER = frozenset(
    {
        "latency",
        "concentration",
        "top_tie_share",
        "barren_ties",
        "chain_attrition",
        "attrition_letter",
        "attrition_referral",
        "attrition_introduction",
        "chain_length",
    }
)


def is_lower_better(measure: str) -> bool:
    """Whether rank 1 belongs to the lowest mean of this measure, not to the highest."""
    return measure in LOWER_IS_BETTER


def rank(measures: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Rank the arms by each measure at each point: one row an arm.

    ===========  ==================================================================================
    `n`, `mean`  replicates in which the arm has the measure, and the mean over them
    `rank`       1 for the best; arms that are equal share the better rank. Where arms have
                 different replicates they are ranked by their paired difference from the arm that
                 has most
    `low`,       simultaneous interval of the rank, at `level` over the arms of this measure and
    `high`       point (see `simnet.lab.ranks`); missing with fewer than 6 replicates (at 0.95)
    `p_best`     share of bootstrap samples of replicates in which the arm is the best, shared
                 where several are. A measure of how open the race is; no error rate goes with it
    `best`       whether the best is the *highest* or the *lowest* mean
    ===========  ==================================================================================

    An arm without a value has no rank, and the others are ranked without it.

    Measured coverage is in docs/statistics.md: the level where all arms are tied, more elsewhere.

    Parameters
    ----------
    measures : DataFrame
        Columns arm, point, replicate, measure, value.
    level : float
        Of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        If `level` is no probability, or a value is there twice.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be a probability in (0, 1); got {level!r}")
    arms = in_order(measures["arm"])
    rows = [
        {"measure": measure, "point": point, **row}
        for (measure, point), values in arm_matrices(measures).items()
        for row in _ranked(arms, values, measure, level)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["level"], frame["method"] = level, METHOD
    return frame.astype(COLUMNS)


def _ranked(
    arms: list[str], values: Floats, measure: str, level: float
) -> Iterator[dict[str, Any]]:
    sign = -1.0 if is_lower_better(measure) else 1.0
    n = np.isfinite(values).sum(axis=1)
    there = np.flatnonzero(n > 0)
    scores = _against_most(sign * values[there])
    low, high = _rank_intervals(sign * values[there], level)
    chances = _chances_of_best(scores)
    means = _column_means(scores)
    place = {int(row): index for index, row in enumerate(there)}
    for row, arm in enumerate(arms):
        described = {"arm": arm, "n": n[row], "best": "lowest" if sign < 0 else "highest"}
        if row in place:
            at = place[row]
            described |= {
                "mean": float(np.nanmean(values[row])),
                "rank": 1 + int((means > means[at]).sum()),
                "low": low[at],
                "high": high[at],
                "p_best": chances[at],
            }
        yield described


def _against_most(values: Floats) -> Floats:
    """Each arm's values less those of the arm that has most, replicate by replicate, transposed."""
    if not len(values):
        return values.T
    most = values[np.argmax(np.isfinite(values).sum(axis=1))]
    scores: Floats = (values - most).T
    return scores


def _column_means(scores: Floats, weights: Floats | None = None) -> Floats:
    """Means of columns over what there is; -inf for a column without anything."""
    there = np.isfinite(scores)
    drawn = np.ones((1, len(scores))) if weights is None else weights
    n = drawn @ there
    sums = drawn @ np.where(there, scores, 0.0)
    means: Floats = np.divide(sums, n, out=np.full(sums.shape, -np.inf), where=n > 0)
    return means[0] if weights is None else means


def _chances_of_best(scores: Floats) -> Floats:
    """Share of resamples in which each column has the highest mean; ties count in parts."""
    wins = np.zeros(scores.shape[1])
    if not wins.size:
        return wins
    for weights in resampled_weights(len(scores)):
        means = _column_means(scores, weights)
        first = means >= means.max(axis=1, keepdims=True)
        wins += (first / first.sum(axis=1, keepdims=True)).sum(axis=0)
    return wins / RESAMPLES


def _rank_intervals(values: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the simultaneous intervals of ranks, higher values being better."""
    fewest = fewest_replicates(level)
    enough = np.isfinite(values).sum(axis=1) >= fewest
    better = shown_better(values, level, fewest)
    low, high = 1.0 + better.sum(axis=0), len(values) - 1.0 * better.sum(axis=1)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def shown_better(values: Floats, level: float, fewest: int) -> Flags:
    """Entry (j, k): whether arm j is shown to have a higher mean than arm k.

    The stepwise test of all the hypotheses that j is no higher than k [1]_: those whose statistic
    exceeds the quantile of the largest one are rejected, the quantile is taken anew over those that
    are left, and so on. The chance of any wrong entry is at most 1 - `level`.
    """
    pairs = np.array(list(combinations(range(len(values)), 2)), dtype=np.int64).reshape(-1, 2)
    differences = (values[pairs[:, 0]] - values[pairs[:, 1]]).T
    # arms that hardly ever differ are not shown to, and are not to hide the others
    tested = Studentised(differences, off_median(differences) >= fewest)
    pairs = pairs[tested.usable]
    better = np.zeros((len(values), len(values)), dtype=np.bool_)
    if not len(pairs):
        return better
    statistics = (tested.mean / tested.error)[tested.usable]
    # the two directions of each pair are two hypotheses
    observed = np.concatenate([statistics, -statistics])
    errors = np.concatenate(list(tested.resampled()))
    drawn = np.concatenate([errors, -errors], axis=1)
    open_ones = np.ones(observed.size, dtype=np.bool_)
    while open_ones.any():
        limit = np.quantile(drawn[:, open_ones].max(axis=1), level, method="higher")
        rejected = open_ones & (observed > limit)
        if not rejected.any():
            break
        open_ones &= ~rejected
    ordered = np.concatenate([pairs, pairs[:, ::-1]])[~open_ones]
    better[ordered[:, 0], ordered[:, 1]] = True
    return better
