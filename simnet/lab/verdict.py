"""The verdict in words, and a comparison as plain text for the lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from math import isnan
from textwrap import wrap
from typing import NamedTuple

import pandas as pd

from simnet.lab.measures import UNITS
from simnet.lab.paired import fewest_replicates

__all__ = [
    "IDENTICAL",
    "NO_DIFFERENCE",
    "TOO_FEW",
    "UNDEFINED",
    "WIDTH",
    "Row",
    "above",
    "format_comparison",
    "number",
    "rows_of",
    "table",
]

IDENTICAL = "identical"
NO_DIFFERENCE = "no difference shown"
TOO_FEW = "too few replicates"
UNDEFINED = "undefined"

WIDTH = 96
RIGHT_ALIGNED = {1, 3, 4, 6}


def above(winner: str, loser: str) -> str:
    """The verdict that one arm is above another."""
    return f"{winner} above {loser}"


class Row(NamedTuple):
    """What text takes from one row of a comparison."""

    measure: str
    point: int
    arm: str
    versus: str
    n: int
    mean_arm: float
    mean_versus: float
    difference: float
    low: float
    high: float
    p: float
    verdict: str
    method: str
    level: float

    def turned(self) -> Row:
        """The same pair, seen from the other arm."""
        return self._replace(
            arm=self.versus,
            versus=self.arm,
            mean_arm=self.mean_versus,
            mean_versus=self.mean_arm,
            difference=-self.difference,
            low=-self.high,
            high=-self.low,
        )


def rows_of(comparison: pd.DataFrame) -> list[Row]:
    """The rows of a comparison, as text takes them."""
    return [Row(*cells) for cells in comparison[list(Row._fields)].itertuples(index=False)]


def format_comparison(comparison: pd.DataFrame) -> str:
    """Write a comparison as a text table, with a caption that names n, method and level.

    Under each measure (and sweep point, where there is more than one) a row a pair of arms: the
    mean of either arm, the difference with its interval, n and the verdict. Numbers have three
    significant digits; what is undefined is a dash, and a measure without any pair is one line.
    """
    if comparison.empty:
        return "There is nothing to compare: fewer than two arms have values."
    rows = rows_of(comparison)
    return "\n".join([*table(rows), "", *_caption(rows)])


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of a table with these rows under headings, in their order."""
    blocks = [(at, list(members)) for at, members in groupby(rows, key=lambda row: row[:2])]
    defined = [row for _, block in blocks if _is_defined(block) for row in block]
    cells = [_head(rows[0].level), *map(_cells, defined)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (_line(row, widths) for row in cells)
    if defined:
        yield next(lines)
    several_points = len({row.point for row in rows}) > 1
    for place, ((measure, point), block) in enumerate(blocks):
        if place > 0:
            yield ""
        at = f", point {point}" if several_points else ""
        if _is_defined(block):
            yield f"{measure}{_unit(measure)}{at}"
            yield from islice(lines, len(block))
        else:
            yield f"{measure}{at}: {UNDEFINED} (no replicate has it in two arms)"


def _is_defined(block: Sequence[Row]) -> bool:
    return any(row.n > 0 for row in block)


def _unit(measure: str) -> str:
    return f" ({UNITS[measure]})" if measure in UNITS else ""


def _head(level: float) -> tuple[str, ...]:
    return ("arm", "mean", "versus", "mean", "difference", f"[{100 * level:g} %]", "n", "verdict")


def _cells(row: Row) -> tuple[str, ...]:
    shown = {above(row.arm, row.versus): row.arm, above(row.versus, row.arm): row.versus}
    return (
        row.arm,
        number(row.mean_arm),
        row.versus,
        number(row.mean_versus),
        number(row.difference, sign="+"),
        "–" if isnan(row.low) else f"[{number(row.low)}, {number(row.high)}]",
        str(row.n),
        f"{shown[row.verdict]} above" if row.verdict in shown else row.verdict,
    )


def number(value: float, sign: str = "") -> str:
    if isnan(value):
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 1_000:
        return f"{value:{sign},.0f}"
    return f"{value:{sign}#.3g}".rstrip(".")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if column in RIGHT_ALIGNED else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  " + "  ".join(aligned).rstrip()


def _caption(rows: Sequence[Row]) -> Iterator[str]:
    """Method, level and n in words; and how many replicates it would take, where they are few."""
    first, tests = rows[0], sum(not isnan(row.p) for row in rows)
    sizes = [row.n for row in rows if row.n > 0] or [0]
    low, high = min(sizes), max(sizes)
    pairs = str(high) if low == high else f"{low} to {high}"
    test = "test" if tests == 1 else "tests"
    text = (
        f"Paired differences over n = {pairs} replicates. {first.method} ({tests} {test}). "
        f"'above': adjusted p at most {1 - first.level:.2g} and the interval excludes 0."
    )
    yield from wrap(text, WIDTH)
    if any(row.verdict == TOO_FEW for row in rows):
        comparisons = sum(row.verdict not in (IDENTICAL, UNDEFINED) for row in rows)
        need = fewest_replicates(first.level, comparisons=comparisons)
        yield f"'{TOO_FEW}': it takes {need} to show anything among so many comparisons."
