"""Curves over the weeks of the run, one an arm: opportunities won, the lead, and trust."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simnet.errors import ResultsError
from simnet.figures.curves import Panel, stack_panels
from simnet.figures.page import house_style
from simnet.figures.selection import curve_bands
from simnet.lab.crossover import OVERTAKES, crossovers
from simnet.lab.curves import (
    WEEKS_A_YEAR,
    WINDOW_WEEKS,
    cumulated,
    differences_from,
    mean_trust,
    moving_rates,
)
from simnet.lab.selection import Selection, StudyTables

__all__ = ["lead", "opportunity_yield", "trust"]

Floats = NDArray[np.float64]


@house_style
def opportunity_yield(results: StudyTables, *, point: int = 0) -> Figure:
    """Opportunities won per person-year over a moving window, by arm.

    The value at a week is, in each trial, the number of wins in the 13 weeks up to it (half the
    run where that is shorter) / (people x weeks of the window / 52). The line is the mean over
    replicates, the band holds the whole curve at 95 % (see `simnet.lab.curves`). A line starts
    when the window is full.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished.
    """
    selection = Selection(results, point)
    series = selection.series("wins", "people")
    if not (series["metric"] == "wins").any():
        raise ResultsError("no wins were observed over time")
    rates, window = moving_rates(series)
    by_arm, words = curve_bands(rates)
    caption = (
        f"{selection.where}Wins of {selection.who} in the {window} weeks up to each week, per "
        f"person-year of {WEEKS_A_YEAR} weeks. {words}"
    )
    weeks = _weeks(rates)
    panel = Panel("wins per person-year", weeks, by_arm, finish=_from_zero)
    return stack_panels(
        "Opportunities won",
        caption,
        "week",
        [panel],
        selection.arms,
        x_limits=whole_run(weeks),
        x_unit=WINDOW_WEEKS,
        panel_height=3.3,
    )


@house_style
def lead(results: StudyTables, *, point: int = 0) -> Figure:
    """What each arm has won more than the first one, cumulated over the weeks.

    The value at a week is the mean over replicates of the paired difference of wins per person
    from the start, the band holds the whole curve at 95 %. Where a line comes from below zero for
    good, its arm overtakes the first one: the caption says when, with its interval (see
    `simnet.lab.crossover`).

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, or there is one arm only.
    """
    selection = Selection(results, point)
    curves = cumulated(selection.series("wins", "people"))
    first = selection.arms[0]
    leads = differences_from(curves, first)
    if leads.empty:
        raise ResultsError(f"nothing to compare with {first}")
    by_arm, words = curve_bands(leads)
    caption = (
        f"{selection.where}Wins of {selection.who} per person from the start, less those of "
        f"{first} in the same replicate. {words} {_crossings(crossovers(curves), first)}"
    )
    weeks = _weeks(leads)
    return stack_panels(
        f"Lead over {first}",
        caption,
        "week",
        [Panel("wins per person", weeks, by_arm, finish=_zero_line)],
        selection.arms,
        x_limits=whole_run(weeks),
        x_unit=WINDOW_WEEKS,
        panel_height=3.3,
    )


@house_style
def trust(results: StudyTables, *, point: int = 0) -> Figure:
    """Mean trust that others have in people of the group over their living ties, by arm.

    From 0 to 1, in each trial at the end of each observed week; the strategies within the group
    count by their living ties. The line is the mean over replicates, the band holds the whole
    curve at 95 %.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, or there never was a living tie.
    """
    selection = Selection(results, point)
    trusted = mean_trust(selection.series("people", "ties", "trust"))
    if trusted.isna().all(axis=None):
        raise ResultsError("there was no living tie to trust along")
    by_arm, words = curve_bands(trusted)
    caption = (
        f"{selection.where}Trust of others in {selection.who}, mean over their living ties, from "
        f"0 (none) to 1 (full). {words}"
    )
    weeks = _weeks(trusted)
    return stack_panels(
        "Trust earned",
        caption,
        "week",
        [Panel("mean trust (0 to 1)", weeks, by_arm)],
        selection.arms,
        x_limits=whole_run(weeks),
        x_unit=WINDOW_WEEKS,
        panel_height=3.3,
    )


def whole_run(weeks: Floats) -> tuple[float, float]:
    """From week 0 to the last one observed."""
    return 0.0, max(float(weeks.max()), 1.0)


def _weeks(curves: pd.DataFrame) -> Floats:
    return curves.columns.to_numpy(dtype=np.float64)


def _crossings(found: pd.DataFrame, first: str) -> str:
    """Who overtakes the first arm, or is overtaken by it, and when."""
    with_first = found[(found["arm"] == first) | (found["versus"] == first)]
    crossing = with_first[with_first["outcome"] == OVERTAKES]
    sentences = [
        f"{row['arm']} overtakes {row['versus']} in week {row['week']:.0f}{_interval(row)}."
        for row in crossing.to_dict("records")
    ]
    return " ".join(sentences) or "No crossing within the horizon."


def _interval(row: Mapping[Any, Any]) -> str:
    if np.isnan(row["low"]):
        return ""
    end = "beyond the horizon" if isinf(row["high"]) else f"{row['high']:.0f}"
    return f" (interval {row['low']:.0f} to {end})"


def _from_zero(ax: Axes) -> None:
    ax.set_ylim(bottom=0.0, top=None if ax.dataLim.y1 > 0 else 1.0)


def _zero_line(ax: Axes) -> None:
    ax.axhline(0, color="#777777", linewidth=0.9, zorder=1)
