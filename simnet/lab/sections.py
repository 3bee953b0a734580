"""Ranks, ratios, crossovers and attrition of a comparison, each a short section of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isinf, isnan
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from simnet.lab.crossover import EVEN, OVERTAKES
from simnet.lab.verdict import UNDEFINED, WIDTH, number

__all__ = ["format_attrition", "format_crossovers", "format_ranks", "format_ratios"]

KINDS = {"letter": "letters", "referral": "referrals", "introduction": "introductions"}


def format_ranks(ranks: pd.DataFrame) -> str:
    """A line a measure and point: the arms from the best down, with intervals and chances."""
    lines = []
    several = ranks["point"].nunique() > 1
    for (measure, point), rows in ranks.groupby(["measure", "point"], sort=False):
        ranked = rows[rows["rank"].notna()].sort_values("rank", kind="stable")
        if len(ranked) < 2:
            continue
        at = f", point {point}" if several else ""
        arms = "   ".join(_rank(row) for row in ranked.to_dict("records"))
        lines += _hanging(f"{measure}{at}, {ranked['best'].iloc[0]} first:  {arms}")
    if not lines:
        return ""
    note = (
        f"In brackets the interval of the rank, at {_percent(ranks)} for all arms of a line at "
        "once; then the share of bootstrap samples in which the arm is the best."
    )
    return "\n".join(["Ranks", *lines, *wrap(note, WIDTH)])


def _rank(row: dict[Any, Any]) -> str:
    ends = "" if pd.isna(row["low"]) else f" [{row['low']}, {row['high']}]"
    name = str(row["arm"]).replace("-", "\N{NON-BREAKING HYPHEN}")
    chance = f"{100 * row['p_best']:.0f}%"
    return f"{row['rank']} {name}{ends} {chance}".replace(" ", "\N{NO-BREAK SPACE}")


def format_ratios(comparison: pd.DataFrame) -> str:
    """A line a measure, point and pair: the ratio of means, and what the pairing gained."""
    rows = comparison[comparison["ratio"].notna()]
    if rows.empty:
        return ""
    several = rows["point"].nunique() > 1
    cells = [_ratio_cells(row, several=several) for row in rows.to_dict("records")]
    head = ("measure", "ratio of means", "", _percent(rows), "pairing gain")
    gains = rows["pairing_gain"].dropna()
    note = (
        "Intervals by Fieller's theorem, – where the lower mean cannot be told from 0. Pairing "
        "gain: variance of an unpaired difference / variance of the paired one"
    )
    if len(gains):
        note += f", {number(gains.median())} in the median of {len(gains)}"
    return "\n".join(["Ratios and pairing", *_aligned([head, *cells]), *wrap(f"{note}.", WIDTH)])


def _ratio_cells(row: dict[Any, Any], *, several: bool) -> tuple[str, ...]:
    at = f", point {row['point']}" if several else ""
    unbounded = isnan(row["ratio_low"])
    return (
        f"{row['measure']}{at}",
        f"{row['arm']} / {row['versus']}",
        number(row["ratio"]),
        "–" if unbounded else f"[{number(row['ratio_low'])}, {number(row['ratio_high'])}]",
        number(row["pairing_gain"]),
    )


def format_crossovers(crossovers: pd.DataFrame) -> str:
    """A sentence a point and pair of arms: who overtakes whom, and when."""
    rows = crossovers[crossovers["outcome"] != UNDEFINED]
    if rows.empty:
        return ""
    several = rows["point"].nunique() > 1
    lines = []
    for row in rows.to_dict("records"):
        at = f"point {row['point']}: " if several else ""
        lines += _hanging(at + _crossing(row))
    note = (
        f"Weeks with their {_percent(rows)} interval, and the share of bootstrap samples (over "
        "replicates) in which there is such a crossing."
    )
    return "\n".join(["Crossover of cumulated wins", *lines, *wrap(note, WIDTH)])


def _crossing(row: dict[Any, Any]) -> str:
    arm, versus = row["arm"], row["versus"]
    if row["outcome"] == EVEN:
        return f"{arm} and {versus} are even at the end: no crossing within the horizon"
    share = "" if isnan(row["share_crossing"]) else f", in {100 * row['share_crossing']:.0f}%"
    if row["outcome"] == OVERTAKES:
        return f"{arm} overtakes {versus} in week {row['week']:.0f}{_weeks(row)}{share}"
    return f"{arm} is ahead of {versus} from the start: no crossing within the horizon{share}"


def _weeks(row: dict[Any, Any]) -> str:
    if isnan(row["low"]):
        return ""
    if isinf(row["low"]):
        return " [beyond the horizon]"
    high = "beyond the horizon" if isinf(row["high"]) else f"{row['high']:.0f}"
    return f" [{row['low']:.0f}, {high}]"


def format_attrition(tests: pd.DataFrame) -> str:
    """A line a kind of chain, point and pair: attrition per step, and the log-rank test."""
    rows = tests[tests["z"].notna()]
    if rows.empty:
        return ""
    several = rows["point"].nunique() > 1
    cells = [_attrition_cells(row, several=several) for row in rows.to_dict("records")]
    head = ("chains", "arm", "per step", "versus", "per step", "z", "p", "verdict")
    note = (
        f"{_sentence(rows['method'].iloc[0])}; n = {_span(rows['n'])} replicates. p is adjusted. "
        "Per step: chains that die / chains at risk."
    )
    return "\n".join(["Attrition", *_aligned([head, *cells]), *wrap(note, WIDTH)])


def _attrition_cells(row: dict[Any, Any], *, several: bool) -> tuple[str, ...]:
    at = f", point {row['point']}" if several else ""
    return (
        f"{KINDS.get(row['kind'], row['kind'])}{at}",
        row["arm"],
        number(row["hazard_arm"]),
        row["versus"],
        number(row["hazard_versus"]),
        number(row["z"], sign="+"),
        number(row["p_adjusted"]),
        row["verdict"],
    )


def _hanging(text: str) -> list[str]:
    lines = wrap(
        text,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="      ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    plain = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NON-BREAKING HYPHEN}": "-"})
    return [line.translate(plain) for line in lines]


def _aligned(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(padded)).rstrip()


def _percent(table: pd.DataFrame) -> str:
    return f"{100 * table['level'].iloc[0]:g} %"


def _span(sizes: pd.Series[int]) -> str:
    low, high = int(np.min(sizes)), int(np.max(sizes))
    return str(low) if low == high else f"{low} to {high}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
