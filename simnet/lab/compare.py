"""The verdict: paired differences between arms, measure by measure, with intervals and words.

Arms share their draws (common random numbers), so the replicate r of one arm is compared with the
replicate r of the other, and everything is said about the differences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.intervals import RESAMPLES, bca_intervals, is_constant
from simnet.lab.paired import fewest_replicates, holm, sign_flip_p, smallest_p
from simnet.lab.pairing import arm_matrices, in_order
from simnet.lab.ratios import fieller, pairing_gain
from simnet.lab.verdict import (
    IDENTICAL,
    NO_DIFFERENCE,
    TOO_FEW,
    UNDEFINED,
    above,
    format_comparison,
)

__all__ = ["compare", "format_comparison"]

Floats = NDArray[np.float64]

METHOD = (
    f"BCa bootstrap of the mean paired difference ({RESAMPLES:,} resamples, level expanded for "
    "small n); sign-flip permutation test, Holm correction over the table"
)

COLUMNS = {
    "measure": "str",
    "point": "int64",
    "arm": "str",
    "versus": "str",
    "n": "int64",
    "mean_arm": "float64",
    "mean_versus": "float64",
    "difference": "float64",
    "low": "float64",
    "high": "float64",
    "effect_size": "float64",
    "ratio": "float64",
    "ratio_low": "float64",
    "ratio_high": "float64",
    "pairing_gain": "float64",
    "p": "float64",
    "p_adjusted": "float64",
    "verdict": "str",
    "method": "str",
    "level": "float64",
}


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The values of one measure in two arms, for the replicates in which both are defined."""

    measure: str
    point: int
    arm: str
    versus: str
    arm_values: Floats
    versus_values: Floats

    @property
    def n(self) -> int:
        return int(self.arm_values.size)

    @property
    def differences(self) -> Floats:
        return self.arm_values - self.versus_values


def compare(
    measures: pd.DataFrame, *, reference: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Compare arms pair by pair: one row a measure, sweep point and pair of arms.

    For each replicate in which a measure is defined in both arms, the *difference* is its value in
    `arm` less its value in `versus`; a pair with a missing value is dropped, which `n` shows.

    ===========================  ==================================================================
    `n`                          pairs
    `mean_arm`, `mean_versus`    means over these pairs, in the unit of the measure
    `difference`                 mean difference
    `low`, `high`                its BCa bootstrap interval, the level expanded for small n
    `effect_size`                mean difference / standard deviation of the differences (Cohen's
                                 d for pairs); nan where they don't vary
    `ratio`                      `mean_arm` / `mean_versus`; nan where that is 0
    `ratio_low`, `ratio_high`    its interval by Fieller's theorem; nan where `mean_versus`
                                 cannot be told from 0
    `pairing_gain`               variance of an unpaired difference / variance of the paired one:
                                 how many times as many replicates it would take without pairing
    `p`                          two-sided sign-flip permutation test, exact up to 20 pairs
    `p_adjusted`                 `p` after Holm's correction over the whole table
    `verdict`                    see below
    ===========================  ==================================================================

    The verdict is *X above Y* if `p_adjusted` <= 1 - `level` and the interval excludes zero;
    *identical* if every difference is exactly zero; *undefined* without any pair; *too few
    replicates* if not even differences all of one sign could have been shown (too few of them for
    the number of tests in the table); else *no difference shown*, which is no proof that there is
    none. Interval and p are nan for fewer pairs than one comparison on its own would need: 6 at
    0.95. Identical arms have the interval [0, 0] and, having no sign to flip, no p: they do not
    count among the tests that Holm's correction is for.

    The same table gives the same numbers whatever the order of its rows: resampling is keyed.

    Coverage of the 95 % interval, measured over 10,000 samples a cell (a standard error of 0.002
    to 0.004):

    ==================================  =====  ======  ======  ======
    distribution of the differences     n = 6  n = 10  n = 20  n = 40
    ==================================  =====  ======  ======  ======
    normal                              0.930  0.941   0.947   0.950
    uniform                             0.945  0.964   0.965   0.956
    Student t with 5 degrees            0.927  0.931   0.930   0.936
    gamma of skewness 1                 0.926  0.939   0.944   0.948
    exponential (skewness 2)            0.906  0.919   0.938   0.938
    lognormal (sigma 1, skewness 6)     0.848  0.878   0.900   0.912
    difference of two such lognormals   0.899  0.888   0.889   0.896
    ==================================  =====  ======  ======  ======

    With 20 replicates it covers in 93 to 97 % of cases unless single replicates can outweigh all
    others, as a few huge opportunities do in the value measures: there it covers too seldom, and
    only more replicates help. Without the expansion of the level, BCa covers 0.898, 0.926 and
    0.940 for normal differences at n = 10, 20 and 40.

    Parameters
    ----------
    measures : DataFrame
        Columns arm, point, replicate, measure, value. Arms come in the order of their categories
        if `arm` is categorical, else as they appear; measures likewise.
    reference : str, optional
        The arm to compare all others with. Without it every pair is compared, the later arm with
        the earlier.
    level : float
        Of the intervals, in (0, 1); 1 - `level` is the error rate of the verdicts.

    Raises
    ------
    ValueError
        If `reference` is no arm, `level` is no probability, or a value is there twice.

    References
    ----------
    See `simnet.lab.intervals`, `simnet.lab.paired` and `simnet.lab.ratios`.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be a probability in (0, 1); got {level!r}")
    arms = in_order(measures["arm"])
    pairs = list(_paired(measures, _pairs_of_arms(arms, reference)))
    rows = pd.DataFrame([_describe(pair) for pair in pairs], columns=list(COLUMNS))
    rows["level"], rows["method"] = level, METHOD
    fewest = fewest_replicates(level)
    rows["low"], rows["high"] = _intervals(pairs, level, fewest)
    rows["ratio_low"], rows["ratio_high"] = _ratio_intervals(pairs, level, fewest)
    p = _p_values(pairs, fewest)
    rows["p"], rows["p_adjusted"] = p, holm(p)
    rows["verdict"] = _verdicts(rows, pairs, level)
    return rows.astype(COLUMNS)


def _pairs_of_arms(arms: list[str], reference: str | None) -> list[tuple[str, str]]:
    if reference is None:
        return [(later, earlier) for earlier, later in combinations(arms, 2)]
    if reference not in arms:
        near = get_close_matches(reference, arms, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"the arms are {', '.join(arms)}"
        raise ValueError(f"reference {reference!r} is not an arm; {hint}")
    return [(arm, reference) for arm in arms if arm != reference]


def _paired(measures: pd.DataFrame, pairs: list[tuple[str, str]]) -> Iterator[_Pairs]:
    rows = {arm: row for row, arm in enumerate(in_order(measures["arm"]))}
    for (measure, point), values in arm_matrices(measures).items():
        for arm, versus in pairs:
            one, other = values[rows[arm]], values[rows[versus]]
            both = np.isfinite(one) & np.isfinite(other)
            yield _Pairs(measure, point, arm, versus, one[both], other[both])


def _describe(pair: _Pairs) -> dict[str, Any]:
    row: dict[str, Any] = {
        "measure": pair.measure,
        "point": pair.point,
        "arm": pair.arm,
        "versus": pair.versus,
        "n": pair.n,
    }
    if pair.n > 0:
        row["mean_arm"] = pair.arm_values.mean()
        row["mean_versus"] = pair.versus_values.mean()
        row["difference"] = pair.differences.mean()
        row["effect_size"] = _effect_size(pair.differences)
        row["ratio"] = _ratio(row["mean_arm"], row["mean_versus"])
        row["pairing_gain"] = pairing_gain(pair.arm_values, pair.versus_values)
    return row


def _ratio(mean_arm: float, mean_versus: float) -> float:
    return mean_arm / mean_versus if mean_versus else float("nan")


def _effect_size(differences: Floats) -> float:
    if differences.size < 2 or is_constant(differences[np.newaxis])[0]:
        return float("nan")
    return float(differences.mean() / differences.std(ddof=1))


def _intervals(pairs: list[_Pairs], level: float, fewest: int) -> tuple[Floats, Floats]:
    """Bootstrap all pairs with the same n together; [0, 0] for identical ones, whatever their n."""
    low, high = np.full((2, len(pairs)), np.nan)
    sizes = np.array([pair.n for pair in pairs], dtype=np.int64)
    for n in np.unique(sizes[sizes >= fewest]):
        rows = np.flatnonzero(sizes == n)
        samples = np.stack([pairs[row].differences for row in rows])
        low[rows], high[rows] = bca_intervals(samples, level=level)
    for row, pair in enumerate(pairs):
        if _identical(pair):
            low[row] = high[row] = 0.0
    return low, high


def _ratio_intervals(pairs: list[_Pairs], level: float, fewest: int) -> tuple[Floats, Floats]:
    ends = [
        fieller(pair.arm_values, pair.versus_values, level=level)
        if pair.n >= fewest
        else (np.nan, np.nan)
        for pair in pairs
    ]
    low, high = np.array(ends, dtype=np.float64).reshape(-1, 2).T
    return low, high


def _p_values(pairs: list[_Pairs], fewest: int) -> Floats:
    """Sign-flip p of each pair; nan where there are too few, or nothing that could be flipped."""
    return np.array(
        [
            np.nan if pair.n < fewest or _identical(pair) else sign_flip_p(pair.differences)
            for pair in pairs
        ],
        dtype=np.float64,
    )


def _identical(pair: _Pairs) -> bool:
    return pair.n > 0 and not pair.differences.any()


def _verdicts(rows: pd.DataFrame, pairs: list[_Pairs], level: float) -> list[str]:
    tests = max(int(rows["p"].notna().sum()), 1)
    shown = (rows["p_adjusted"] <= 1 - level) & ((rows["low"] > 0) | (rows["high"] < 0))
    return [
        _verdict(pair, shown=bool(is_shown), could=tests * smallest_p(pair.n) <= 1 - level)
        for pair, is_shown in zip(pairs, shown, strict=True)
    ]


def _verdict(pair: _Pairs, *, shown: bool, could: bool) -> str:
    if pair.n == 0:
        return UNDEFINED
    if _identical(pair):
        return IDENTICAL
    if shown:
        higher = pair.differences.mean() > 0
        return above(pair.arm, pair.versus) if higher else above(pair.versus, pair.arm)
    return NO_DIFFERENCE if could else TOO_FEW
