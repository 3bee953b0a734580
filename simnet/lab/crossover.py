r"""When the slow arm overtakes the fast one: where two cumulated curves cross, with an interval.

Let :math:`D(t)` be the mean over replicates of what one arm has won up to and with week t, per
person, less what the other has. For the arm that is ahead at the end, the *crossover* is the first
week from which it is never behind again,

.. math:: T = \min\{t : D(s) \ge 0 \text{ for all } s \ge t\}:

the first week if it never is behind, and none, infinity, for an arm that is not ahead at the end.
Replicates are drawn anew, the same ones in both arms, which gives T a distribution from *ahead from
the start* to *no crossing within the horizon*; the ends of its interval are percentiles of that
distribution [1]_, the level expanded for small n [2]_, and so may be either of these.

References
----------
.. [1] Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13.
.. [2] Hesterberg (2015), see `simnet.lab.intervals.expanded_level`.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.curves import paired_rows
from simnet.lab.intervals import expanded_level
from simnet.lab.paired import fewest_replicates
from simnet.lab.resampling import RESAMPLES, resampled_weights

__all__ = ["AHEAD_FROM_START", "EVEN", "OVERTAKES", "crossovers"]

Floats = NDArray[np.float64]

OVERTAKES = "overtakes"
AHEAD_FROM_START = "ahead from the start"
EVEN = "even at the end"

METHOD = (
    f"percentile bootstrap over replicates, drawn as pairs ({RESAMPLES:,} resamples, level "
    "expanded for small n)"
)

COLUMNS = {
    "arm": "str",
    "versus": "str",
    "n": "int64",
    "outcome": "str",
    "week": "float64",
    "low": "float64",
    "high": "float64",
    "share_crossing": "float64",
    "method": "str",
    "level": "float64",
}


def crossovers(cumulated: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """The crossover of each pair of arms: one row a pair, from the arm that is ahead at the end.

    ================  =============================================================================
    `n`               replicates with both arms
    `outcome`         *overtakes* if the arm was behind before, *ahead from the start* if it never
                      was, *even at the end* if neither arm is ahead (to rounding)
    `week`            the crossover T (see `simnet.lab.crossover`): the first week from which `arm`
                      is never behind again; infinite where the arms are even at the end
    `low`, `high`     its interval; infinite ends lie beyond the horizon, the first week observed
                      means from the start. nan with fewer replicates than a comparison needs (6 at
                      0.95)
    `share_crossing`  share of resamples in which `arm` overtakes within the horizon after having
                      been behind
    ================  =============================================================================

    Parameters
    ----------
    cumulated : DataFrame
        One row an (arm, replicate), one column a week: what was won up to it.
    level : float
        Of the interval, in (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be a probability in (0, 1); got {level!r}")
    arms = [str(arm) for arm in cumulated.index.unique("arm")]
    weeks = cumulated.columns.to_numpy(np.float64)
    pairs = combinations(arms, 2)
    rows = [_crossover(cumulated, weeks, later, earlier, level) for earlier, later in pairs]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["level"], frame["method"] = level, METHOD
    return frame.astype(COLUMNS)


def _crossover(
    cumulated: pd.DataFrame, weeks: Floats, arm: str, versus: str, level: float
) -> dict[str, Any]:
    one, other = paired_rows(cumulated, arm, versus)
    leads = one - other
    n = len(leads)
    if n == 0:
        return {"arm": arm, "versus": versus, "n": 0, "outcome": "undefined"}
    if leads[:, -1].mean() < 0:
        arm, versus, leads = versus, arm, -leads
    (week,) = crossing_weeks(leads.mean(axis=0, keepdims=True), weeks)
    row: dict[str, Any] = {"arm": arm, "versus": versus, "n": n, "week": week}
    row["outcome"] = _outcome(week, weeks)
    if n >= fewest_replicates(level):
        drawn = np.concatenate(
            [crossing_weeks(weights @ leads / n, weeks) for weights in resampled_weights(n)]
        )
        wider = expanded_level(n, level)
        row["low"] = np.quantile(drawn, (1 - wider) / 2, method="lower")
        row["high"] = np.quantile(drawn, (1 + wider) / 2, method="higher")
        row["share_crossing"] = float(np.mean((drawn > weeks[0]) & np.isfinite(drawn)))
    return row


def _outcome(week: float, weeks: Floats) -> str:
    if np.isinf(week):
        return EVEN
    return OVERTAKES if week > weeks[0] else AHEAD_FROM_START


def crossing_weeks(leads: Floats, weeks: Floats) -> Floats:
    """The crossover T of each row of leads over the weeks; infinite where there is none."""
    # sums that are equal on paper may differ by rounding
    nothing = 1e-9 * np.abs(leads).max(axis=1, keepdims=True)
    behind = leads < -nothing
    last_behind = weeks.size - 1 - np.argmax(behind[:, ::-1], axis=1)
    first_ahead = np.where(behind.any(axis=1), last_behind + 1, 0)
    ahead = leads[:, -1] > nothing[:, 0]
    return np.where(ahead, weeks[np.minimum(first_ahead, weeks.size - 1)], np.inf)
