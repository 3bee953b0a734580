"""What a figure is about: one sweep point, and the focal people or everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.errors import ResultsError
from simnet.lab.intervals import Band, t_band

__all__ = ["ResultTables", "Selection", "bands", "counted", "in_words", "span"]

Floats = NDArray[np.float64]

TRIAL_COLUMNS = {"arm", "point", "replicate", "seed", "status", "wall_s", "people", "ties"}


class ResultTables(Protocol):
    """The tables figures read; `arm` is a category in the order of the experiment."""

    @property
    def trials(self) -> pd.DataFrame: ...
    @property
    def series(self) -> pd.DataFrame: ...
    @property
    def people(self) -> pd.DataFrame: ...
    @property
    def ties(self) -> pd.DataFrame: ...
    @property
    def attrition(self) -> pd.DataFrame: ...
    @property
    def measures(self) -> pd.DataFrame: ...


class Selection:
    """The tables of one sweep point, cut to the people that measures speak of.

    In each arm these are the focal people if there are any, else everybody.
    """

    def __init__(self, results: ResultTables, point: int) -> None:
        self._results = results
        self._point = point
        series = self._at_point(results.series)
        if series.empty:
            raise ResultsError(f"no finished trial at sweep point {point}")
        self.arms: tuple[str, ...] = tuple(map(str, series["arm"].cat.categories))
        self._focal = set(series.loc[series["group"] == "focal", "arm"])
        self._with_trials = set(series["arm"])

    def series(self) -> pd.DataFrame:
        return self._within_group(self._at_point(self._results.series), "group")

    def people(self) -> pd.DataFrame:
        return self._within_group(self._at_point(self._results.people), "group")

    def ties(self) -> pd.DataFrame:
        """All recorded ties: which of them are the group's depends on both ends."""
        return self._at_point(self._results.ties)

    def attrition(self) -> pd.DataFrame:
        return self._within_group(self._at_point(self._results.attrition), "starter_group")

    @property
    def who(self) -> str:
        """The people spoken of, in words."""
        if self._focal == self._with_trials:
            return "the focal people"
        return "the focal people (everybody where there are none)" if self._focal else "everybody"

    @property
    def where(self) -> str:
        """The sweep point in words; empty if nothing is swept."""
        trials = self._at_point(self._results.trials)
        swept = [str(name) for name in trials.columns if name not in TRIAL_COLUMNS]
        values = [f"{name} = {trials[name].iloc[0]}" for name in swept if len(trials)]
        return f"Sweep point {self._point}: {', '.join(values)}. " if values else ""

    def _at_point(self, table: pd.DataFrame) -> pd.DataFrame:
        return table[table["point"] == self._point]

    def _within_group(self, table: pd.DataFrame, column: str) -> pd.DataFrame:
        return table[(table[column] == "focal") | ~table["arm"].isin(self._focal)]


def bands(wide: pd.DataFrame) -> dict[str, Band]:
    """Mean and 95 % t interval over replicates at each column, arm by arm.

    `wide` has one row an (arm, replicate) and one column a point of the curve.
    """
    return {
        str(arm): t_band(rows.to_numpy(dtype=np.float64))
        for arm, rows in wide.groupby(level="arm", observed=True)
    }


def counted(by_arm: Mapping[str, Band], band: str = "Mean and 95 % t interval") -> str:
    """What the bands are and over how many replicates, in words."""
    return in_words([int(one.n.max(initial=0)) for one in by_arm.values()], band)


def in_words(sizes: Iterable[int], band: str = "Mean and 95 % t interval") -> str:
    """What the bands are, when these many replicates stand behind each."""
    n = span(size for size in sizes if size > 0)
    return "One replicate (n = 1), so no band." if n == "1" else f"{band} over n = {n} replicates."


def span(sizes: Iterable[int]) -> str:
    """The smallest and the largest, or the one size that all have."""
    counts = sorted(set(sizes)) or [0]
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
