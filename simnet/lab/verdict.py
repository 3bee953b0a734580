"""The verdict in words, and a comparison as plain text for the lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from textwrap import wrap
from typing import NamedTuple

import pandas as pd

from simnet.lab.measures import UNITS
from simnet.lab.paired import fewest_replicates

__all__ = ["IDENTICAL", "NO_DIFFERENCE", "TOO_FEW", "UNDEFINED", "above", "format_comparison"]

IDENTICAL = "identical"
NO_DIFFERENCE = "no difference shown"
TOO_FEW = "too few replicates"
UNDEFINED = "undefined"

WIDTH = 96
RIGHT_ALIGNED = {1, 3, 4, 6}


def above(winner: str, loser: str) -> str:
    """The verdict that one arm is above another."""
    return f"{winner} above {loser}"


class _Row(NamedTuple):
    """What the text table takes from one row of a comparison."""

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


def format_comparison(comparison: pd.DataFrame) -> str:
    """Write a comparison as a text table, with a caption that names n, method and level.

    Under each measure (and sweep point, where there is more than one) a row a pair of arms: the
    mean of either arm, the difference with its interval, n and the verdict. Numbers have three
    significant digits; what is undefined is a dash.
    """
    if comparison.empty:
        return "There is nothing to compare: fewer than two arms have values."
    rows = [_Row(*cells) for cells in comparison[list(_Row._fields)].itertuples(index=False)]
    cells = [_head(rows[0].level), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    return "\n".join([lines[0], *_under_headings(rows, lines[1:]), "", *_caption(rows)])


def _head(level: float) -> tuple[str, ...]:
    return ("arm", "mean", "versus", "mean", "difference", f"[{100 * level:g} %]", "n", "verdict")


def _cells(row: _Row) -> tuple[str, ...]:
    shown = {above(row.arm, row.versus): row.arm, above(row.versus, row.arm): row.versus}
    return (
        row.arm,
        _number(row.mean_arm),
        row.versus,
        _number(row.mean_versus),
        _number(row.difference, sign="+"),
        "–" if isnan(row.low) else f"[{_number(row.low)}, {_number(row.high)}]",
        str(row.n),
        f"{shown[row.verdict]} above" if row.verdict in shown else row.verdict,
    )


def _number(value: float, sign: str = "") -> str:
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


def _under_headings(rows: Sequence[_Row], lines: Sequence[str]) -> Iterator[str]:
    several_points = len({row.point for row in rows}) > 1
    last = ""
    for row, line in zip(rows, lines, strict=True):
        unit = f" ({UNITS[row.measure]})" if row.measure in UNITS else ""
        heading = f"{row.measure}{unit}" + (f", point {row.point}" if several_points else "")
        if heading != last:
            yield heading
        last = heading
        yield line


def _caption(rows: Sequence[_Row]) -> Iterator[str]:
    """Method, level and n in words; and how many replicates it would take, where they are few."""
    first, tests = rows[0], sum(not isnan(row.p) for row in rows)
    low, high = min(row.n for row in rows), max(row.n for row in rows)
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
