r"""Do chains of one arm die earlier than those of another? Log-rank tests over steps.

Time is the step of a chain. At step s of an arm :math:`n_s` chains are held by somebody and
:math:`d_s` of them die there (dropped, lost or expired); those that arrive leave the risk set. The
log-rank statistic [1]_ compares the deaths in one arm with those that its share of the chains at
risk would have brought,

.. math:: Z = \frac{\sum_s \left(d_{1s} - n_{1s}\, d_s / n_s\right)}
               {\sqrt{\sum_s n_{1s} n_{2s} d_s (n_s - d_s) / (n_s^2 (n_s - 1))}},

with all replicates together. Chains of one replicate run on one network and are no independent
sample, so Z is not held against a normal distribution: the arms' labels are exchanged within
replicates, whole replicate by whole replicate [2]_, which is right whatever the chains of a
replicate have in common.

References
----------
.. [1] Mantel (1966), Evaluation of survival data and two new rank order statistics arising in its
   consideration, Cancer Chemotherapy Reports 50(3).
.. [2] Good (2005), Permutation, parametric and bootstrap tests of hypotheses, chapter 4 (clusters
   as the units that are permuted).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.paired import fewest_replicates, holm, smallest_p
from simnet.lab.pairing import in_order
from simnet.lab.verdict import IDENTICAL, NO_DIFFERENCE, TOO_FEW, UNDEFINED, above
from simnet.randomness import stream_key

__all__ = ["DEATHS", "logrank"]

Floats = NDArray[np.float64]

DEATHS = ["dropped", "lost", "expired"]
EXACT_UP_TO = 13
FLIPS = 9_999

METHOD = (
    "log-rank test over steps, arms exchanged within replicates "
    f"(all ways up to {EXACT_UP_TO} replicates, else {FLIPS:,} drawn), Holm correction over the "
    "table"
)

COLUMNS = {
    "kind": "str",
    "point": "int64",
    "arm": "str",
    "versus": "str",
    "n": "int64",
    "hazard_arm": "float64",
    "hazard_versus": "float64",
    "deaths": "float64",
    "expected": "float64",
    "z": "float64",
    "p": "float64",
    "p_adjusted": "float64",
    "verdict": "str",
    "method": "str",
    "level": "float64",
}


def logrank(attrition: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Compare the attrition of chains between arms: one row a kind of chain, point and pair.

    ==========================  ===================================================================
    `n`                         replicates in which both arms have chains of this kind at risk
    `hazard_arm`,               deaths per chain at risk and step, over all steps; nan without a
    `hazard_versus`             chain at risk
    `deaths`, `expected`        in `arm`, and as many as its share of the chains at risk would have
                                brought
    `z`                         the log-rank statistic (see `simnet.lab.logrank`); above 0 where
                                chains die earlier in `arm`; nan where no chain dies
    `p`                         two-sided, from exchanging the arms within replicates; nan with
                                fewer replicates than a comparison needs (6 at 0.95)
    `p_adjusted`                after Holm's correction over the whole table
    `verdict`                   *X above Y* where attrition is shown to be higher in X
    ==========================  ===================================================================

    Parameters
    ----------
    attrition : DataFrame
        Columns arm, point, replicate, kind, step, at_risk, dropped, lost, expired: counts, which
        are summed over whatever else the rows differ in.
    level : float
        1 - `level` is the error rate of the verdicts.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be a probability in (0, 1); got {level!r}")
    arms = in_order(attrition["arm"])
    rows = [
        {"kind": kind, "point": point, **_tested(here, arm, versus, level)}
        for (kind, point), here in attrition.groupby(["kind", "point"], observed=True)
        for versus, arm in combinations(arms, 2)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["level"], frame["method"] = level, METHOD
    frame["p_adjusted"] = holm(frame["p"].to_numpy(np.float64))
    frame["verdict"] = [_verdict(row, frame["p"].notna().sum()) for row in frame.to_dict("records")]
    return frame.astype(COLUMNS)


def _tested(counts: pd.DataFrame, arm: str, versus: str, level: float) -> dict[str, Any]:
    one, other = _paired_counts(counts, arm, versus)
    n = len(one)
    row: dict[str, Any] = {"arm": arm, "versus": versus, "n": n}
    if n == 0:
        return row
    difference, variance = log_rank(one.sum(axis=0), other.sum(axis=0))
    deaths, at_risk = one[:, 1].sum(), one[:, 0].sum()
    row |= {
        "hazard_arm": deaths / at_risk,
        "hazard_versus": other[:, 1].sum() / other[:, 0].sum(),
        "deaths": deaths,
        "expected": deaths - difference,
        "z": difference / np.sqrt(variance) if variance > 0 else np.nan,
    }
    if n >= fewest_replicates(level) and variance > 0 and not np.array_equal(one, other):
        row["p"] = _permutation_p(one, other, row["z"])
    return row


def _paired_counts(counts: pd.DataFrame, arm: str, versus: str) -> tuple[Floats, Floats]:
    """Chains at risk and deaths by step, shape (replicates, 2, steps), in either arm."""
    steps = int(counts["step"].max()) + 1
    one, other = (_by_replicate(counts[counts["arm"] == name]) for name in (arm, versus))
    both = sorted(set(one.index.unique("replicate")) & set(other.index.unique("replicate")))
    full = pd.MultiIndex.from_product([both, range(steps)], names=["replicate", "step"])
    shape = (len(both), steps, 2)
    first, second = (
        table.reindex(full, fill_value=0).to_numpy(np.float64).reshape(shape).transpose(0, 2, 1)
        for table in (one, other)
    )
    return first, second


def _by_replicate(counts: pd.DataFrame) -> pd.DataFrame:
    died = counts.assign(died=counts[DEATHS].sum(axis=1))
    at_risk = died[died["at_risk"] > 0]
    return at_risk.groupby(["replicate", "step"])[["at_risk", "died"]].sum()


def log_rank(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Observed less expected deaths in the first arm, and the variance of that.

    Parameters
    ----------
    one, other : ndarray of float64, shape (..., 2, steps)
        Chains at risk and deaths, by step.
    """
    n, d = (one + other)[..., 0, :], (one + other)[..., 1, :]
    at_risk = np.where(n > 0, n, 1.0)
    share = one[..., 0, :] / at_risk
    difference = (one[..., 1, :] - share * d).sum(axis=-1)
    spread = share * (1 - share) * d * (n - d) / np.where(n > 1, n - 1, 1.0)
    return difference, spread.sum(axis=-1)


def _permutation_p(one: Floats, other: Floats, z: float) -> float:
    """Share of the ways to exchange arms within replicates that give a z at least as far from 0."""
    n = len(one)
    total, flat = (one + other).sum(axis=0), (one - other).reshape(n, -1)
    as_far, ways = 0, 0
    for signs in _exchanges(n):
        first = (total + (signs @ flat).reshape(-1, *total.shape)) / 2
        difference, variance = log_rank(first, total - first)
        drawn = np.divide(
            difference, np.sqrt(variance), out=np.zeros(len(signs)), where=variance > 0
        )
        # what is equal on paper may differ by rounding, and counts as equal
        as_far += int(np.count_nonzero(np.abs(drawn) >= abs(z) * (1 - 1e-9)))
        ways += len(signs)
    return as_far / ways if n <= EXACT_UP_TO else (1 + as_far) / (1 + ways)


def _exchanges(n: int) -> Iterator[Floats]:
    """Signs, -1 for a replicate whose arms are exchanged, a row a way; the mirrored ways left out.

    All ways for few replicates, else drawn ones, that depend on `n` alone.
    """
    if n <= EXACT_UP_TO:
        yield np.array([(1.0, *rest) for rest in product((1.0, -1.0), repeat=n - 1)])
        return
    rng = np.random.default_rng(stream_key(0, n, "comparison.log-rank"))
    for _ in range(9):
        yield rng.choice(np.array([-1.0, 1.0]), size=(FLIPS // 9, n))


def _verdict(row: dict[Any, Any], tests: int) -> str:
    if row["n"] == 0:
        return UNDEFINED
    if row["p_adjusted"] <= 1 - row["level"]:
        higher = row["z"] > 0
        pair = (row["arm"], row["versus"])
        return above(*pair) if higher else above(*reversed(pair))
    if row["deaths"] == row["expected"] and row["hazard_arm"] == row["hazard_versus"]:
        return IDENTICAL
    could = max(tests, 1) * max(smallest_p(row["n"]), 1 / (1 + FLIPS)) <= 1 - row["level"]
    return NO_DIFFERENCE if could else TOO_FEW
