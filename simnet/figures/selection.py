"""Curves of a selection with their bands, and the words that say what the bands are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.curves import simultaneous_band
from simnet.lab.intervals import Band, t_band
from simnet.lab.paired import fewest_replicates

__all__ = ["bands", "counted", "curve_bands", "in_words", "span"]

Floats = NDArray[np.float64]

POINTWISE = "Mean and 95 % t interval"
WHOLE_CURVE = "Mean and 95 % sup-t band (an interval for the whole curve)"


def bands(wide: pd.DataFrame) -> dict[str, Band]:
    """Mean and 95 % t interval over replicates at each column, arm by arm.

    `wide` has one row an (arm, replicate) and one column a point of the curve.
    """
    return {arm: t_band(rows) for arm, rows in _by_arm(wide)}


def curve_bands(wide: pd.DataFrame) -> tuple[dict[str, Band], str]:
    """Mean curves with bands that hold for all weeks at once, arm by arm, and what they are.

    With fewer replicates than such a band needs in some arm: t intervals, week by week.
    """
    rows = dict(_by_arm(wide))
    if min(map(len, rows.values())) < fewest_replicates():
        by_arm = bands(wide)
        return by_arm, counted(by_arm, f"{POINTWISE} at each week")
    by_arm = {arm: simultaneous_band(values) for arm, values in rows.items()}
    return by_arm, counted(by_arm, WHOLE_CURVE)


def counted(by_arm: Mapping[str, Band], band: str = POINTWISE) -> str:
    """What the bands are and over how many replicates, in words."""
    return in_words([int(one.n.max(initial=0)) for one in by_arm.values()], band)


def in_words(sizes: Iterable[int], band: str = POINTWISE) -> str:
    """What the bands are, when these many replicates stand behind each."""
    n = span(size for size in sizes if size > 0)
    return "One replicate (n = 1), so no band." if n == "1" else f"{band} over n = {n} replicates."


def span(sizes: Iterable[int]) -> str:
    """The smallest and the largest, or the one size that all have."""
    counts = sorted(set(sizes)) or [0]
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"


def _by_arm(wide: pd.DataFrame) -> list[tuple[str, Floats]]:
    groups = wide.groupby(level="arm", observed=True)
    return [(str(arm), rows.to_numpy(dtype=np.float64)) for arm, rows in groups]
