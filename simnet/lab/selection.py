"""What a comparison over time is about: one sweep point, the focal people or everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Protocol

import pandas as pd

from simnet.errors import ResultsError

__all__ = ["WEEKS_A_QUARTER", "Selection", "StudyTables"]

TRIALS_AT_ONCE = 500
WEEKS_A_QUARTER = 13

COUNTS = ["at_risk", "dropped", "lost", "expired"]


class StudyTables(Protocol):
    """The tables of a study; `arm` is a category in the order of the experiment."""

    @property
    def trials(self) -> pd.DataFrame: ...
    @property
    def points(self) -> pd.DataFrame: ...
    @property
    def measures(self) -> pd.DataFrame: ...
    def table(
        self, name: str, *, columns: Sequence[str] | None = None, **filters: Any
    ) -> pd.DataFrame: ...


class Selection:
    """The tables of one point, cut to the people that measures speak of.

    In each arm these are the focal people if there are any, else everybody. Tables are read a few
    hundred trials at a time, so that memory does not grow with the study.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished.
    """

    def __init__(self, results: StudyTables, point: int) -> None:
        self._results = results
        self._point = point
        trials = results.trials
        here = trials[trials["point"] == point]
        if here.empty:
            raise ResultsError(f"no finished trial at sweep point {point}")
        self.arms: tuple[str, ...] = tuple(map(str, here["arm"].cat.categories))
        self._with_trials = {str(arm) for arm in here["arm"]}
        self._first = sorted({int(first) for first in _first_replicates(here)})
        self._replicates = sorted({int(replicate) for replicate in here["replicate"]})

    def series(self, *metrics: str) -> pd.DataFrame:
        """These metrics of the group, by arm, replicate, week and strategy."""
        columns = ["arm", "replicate", "week", "group", "strategy", "metric", "value"]
        parts = self._portions("series", columns, self._replicates, metric=list(metrics))
        return pd.concat([self._within_group(part, "group") for part in parts], ignore_index=True)

    def attrition(self, by: str) -> pd.DataFrame:
        """Chains at risk and ended, by arm, replicate, kind and `by`: step or quarter."""
        columns = ["arm", "replicate", "week", "kind", "step", "starter_group", *COUNTS]
        keys = ["arm", "replicate", "kind", by]
        counted = []
        for part in self._portions("attrition", columns, self._replicates):
            rows = self._within_group(part, "starter_group")
            rows = rows.assign(quarter=rows["week"] // WEEKS_A_QUARTER)
            counted.append(rows.groupby(keys, observed=True)[COUNTS].sum().reset_index())
        return pd.concat(counted, ignore_index=True)

    def people_and_ties(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """People of the group with their value, and all recorded ties, some trials at a time.

        Which of the ties are the group's depends on both ends.
        """
        people = ["arm", "replicate", "person", "group", "value"]
        ties = ["arm", "replicate", "person", "other", "born_week", "first_win_week", "wins"]
        portions = zip(
            self._portions("people", people, self._replicates),
            self._portions("ties", ties, self._replicates),
            strict=True,
        )
        for recorded, tied in portions:
            yield self._within_group(recorded, "group"), tied

    @property
    def who(self) -> str:
        """The people spoken of, in words."""
        if self._focal == self._with_trials:
            return "the focal people"
        return "the focal people (everybody where there are none)" if self._focal else "everybody"

    @property
    def where(self) -> str:
        """The point in words; empty if nothing is varied."""
        points = self._results.points.set_index("point")
        values = [f"{name} = {value}" for name, value in points.loc[self._point].items()]
        return f"Sweep point {self._point}: {', '.join(values)}. " if values else ""

    @cached_property
    def _focal(self) -> set[str]:
        """The arms with focal people, told by the first replicate of each."""
        columns = ["arm", "group"]
        parts = self._portions("series", columns, self._first, metric="people", group="focal")
        return {str(arm) for part in parts for arm in part["arm"]}

    def _portions(
        self, name: str, columns: Sequence[str], replicates: Sequence[int], **filters: Any
    ) -> Iterator[pd.DataFrame]:
        at_once = max(1, TRIALS_AT_ONCE // len(self._with_trials))
        for start in range(0, len(replicates), at_once):
            portion = replicates[start : start + at_once]
            yield self._results.table(
                name, columns=columns, point=self._point, replicate=portion, **filters
            )

    def _within_group(self, table: pd.DataFrame, column: str) -> pd.DataFrame:
        return table[(table[column] == "focal") | ~table["arm"].isin(self._focal)]


def _first_replicates(trials: pd.DataFrame) -> pd.Series[int]:
    first: pd.Series[int] = trials.groupby("arm", observed=True)["replicate"].min()
    return first
