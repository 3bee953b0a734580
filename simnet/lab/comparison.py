"""Everything that is compared between the arms of a study, table by table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from simnet.lab.compare import compare
from simnet.lab.crossover import crossovers
from simnet.lab.curves import band_table, cumulated, mean_trust, moving_rates
from simnet.lab.frames import write_frame
from simnet.lab.logrank import logrank
from simnet.lab.ranks import rank
from simnet.lab.selection import Selection, StudyTables

__all__ = ["MOST_POINTS", "Comparison"]

MOST_POINTS = 12


class Comparison:
    """The comparison of a study's arms, each table computed when first asked for.

    Parameters
    ----------
    results : StudyTables
        The tables of a study.
    points : sequence of int, optional
        Sweep points whose weeks and chains are compared (`crossovers`, `attrition`, `curves`).
        Without it all that have trials, but of many only the first 12. Measures are always
        compared at all points.
    reference : str, optional
        The arm that `differences` are from; without it all pairs.
    level : float
        Of the intervals, in (0, 1).
    """

    def __init__(
        self,
        results: StudyTables,
        *,
        points: Sequence[int] | None = None,
        reference: str | None = None,
        level: float = 0.95,
    ) -> None:
        self._results = results
        self._reference = reference
        self._level = level
        there = sorted({int(point) for point in results.trials["point"]})
        self.points = tuple(there[:MOST_POINTS] if points is None else points)
        self.n_points = len(there)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """See `simnet.lab.compare.compare`."""
        return compare(self._results.measures, reference=self._reference, level=self._level)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """See `simnet.lab.ranks.rank`."""
        return rank(self._results.measures, level=self._level)

    @cached_property
    def crossovers(self) -> pd.DataFrame:
        """See `simnet.lab.crossover.crossovers`: of cumulated wins, at each point."""
        tables = [
            crossovers(cumulated(selection.series("wins", "people")), level=self._level)
            for selection in self._selections()
        ]
        return self._by_point(tables)

    @cached_property
    def attrition(self) -> pd.DataFrame:
        """See `simnet.lab.logrank.logrank`: of each kind of chain, at each point."""
        counts = [selection.attrition(by="step") for selection in self._selections()]
        return logrank(self._by_point(counts), level=self._level)

    @cached_property
    def curves(self) -> pd.DataFrame:
        """See `simnet.lab.curves.band_table`: wins, the yield and trust over the weeks."""
        tables = []
        for selection in self._selections():
            series = selection.series("wins", "people", "ties", "trust")
            shown = {
                "cumulated_wins": cumulated(series),
                "opportunity_yield": moving_rates(series)[0],
                "trust": mean_trust(series),
            }
            bands = [
                band_table(table, level=self._level).assign(curve=name)
                for name, table in shown.items()
            ]
            tables.append(pd.concat(bands, ignore_index=True))
        return self._by_point(tables)

    def write(self, folder: Path) -> list[Path]:
        """Write all tables into `folder`, as Parquet and CSV, and return the files."""
        tables = {
            "comparison": self.differences,
            "ranks": self.ranks,
            "crossovers": self.crossovers,
            "attrition-tests": self.attrition,
            "curves": self.curves,
        }
        return [
            file for name, table in tables.items() for file in write_frame(table, folder / name)
        ]

    def _selections(self) -> Iterator[Selection]:
        return (Selection(self._results, point) for point in self.points)

    def _by_point(self, tables: list[pd.DataFrame]) -> pd.DataFrame:
        numbered = [
            table.assign(point=point)[["point", *table.columns]]
            for point, table in zip(self.points, tables, strict=True)
        ]
        return pd.concat(numbered, ignore_index=True)
