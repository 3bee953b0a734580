"""Curves over the weeks of the run, one an arm: opportunities won, and trust."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simnet.errors import ResultsError
from simnet.figures.curves import Panel, stack_panels
from simnet.figures.page import house_style
from simnet.figures.selection import ResultTables, Selection, bands, counted

__all__ = ["opportunity_yield", "trust"]

Floats = NDArray[np.float64]

WEEKS_A_YEAR = 52
WINDOW_WEEKS = 13
STATES = ["people", "ties", "trust"]


@house_style
def opportunity_yield(results: ResultTables, *, point: int = 0) -> Figure:
    """Opportunities won per person-year over a moving window, by arm.

    The value at a week is, in each trial, the number of wins in the 13 weeks up to it (half the
    run where that is shorter) / (people x weeks of the window / 52). The line is the mean over
    replicates, the band the 95 % t interval of that mean. A line starts when the window is full.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished.
    """
    selection = Selection(results, point)
    series = selection.series()
    wins, people = _by_trial(series, "wins"), _by_trial(series, "people")
    if wins.empty:
        raise ResultsError("no wins were observed over time")
    weeks = wins.columns.to_numpy(dtype=np.float64)
    rates, window = _moving_rates(wins, people, weeks)
    by_arm = bands(rates)
    caption = (
        f"{selection.where}Wins of {selection.who} in the {window} weeks up to each week, per "
        f"person-year of {WEEKS_A_YEAR} weeks. {counted(by_arm)}"
    )
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
def trust(results: ResultTables, *, point: int = 0) -> Figure:
    """Mean trust that others have in people of the group over their living ties, by arm.

    From 0 to 1, in each trial at the end of each observed week; the strategies within the group
    count by their living ties. The line is the mean over replicates, the band its 95 % t interval.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, or there never was a living tie.
    """
    selection = Selection(results, point)
    trusted = _mean_trust(selection.series())
    if trusted.isna().all(axis=None):
        raise ResultsError("there was no living tie to trust along")
    by_arm = bands(trusted)
    caption = (
        f"{selection.where}Trust of others in {selection.who}, mean over their living ties, from "
        f"0 (none) to 1 (full). {counted(by_arm)}"
    )
    weeks = trusted.columns.to_numpy(dtype=np.float64)
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


def _by_trial(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Sum over strategies: one row an (arm, replicate), one column a week."""
    observed = series[series["metric"] == metric]
    keys = ["arm", "replicate", "week"]
    return observed.groupby(keys, observed=True)["value"].sum(min_count=1).unstack("week")


def _moving_rates(
    wins: pd.DataFrame, people: pd.DataFrame, weeks: Floats
) -> tuple[pd.DataFrame, int]:
    """Wins per person-year in the window up to each week, and the weeks of that window."""
    step = int(weeks[1] - weeks[0]) if weeks.size > 1 else 1
    # a first observation at week 0 covers one week, whatever the interval between the others
    covered = np.diff(weeks, prepend=max(-1.0, weeks[0] - step))
    observations = max(1, min(WINDOW_WEEKS // step, weeks.size // 2))
    won = wins.T.rolling(observations).sum()
    years = people.mul(covered / WEEKS_A_YEAR, axis="columns").T.rolling(observations).sum()
    return (won / years.where(years > 0)).T, observations * step


def _mean_trust(series: pd.DataFrame) -> pd.DataFrame:
    """Trust weighted by living ties: one row an (arm, replicate), one column a week."""
    keys = ["arm", "replicate", "week", "strategy", "metric"]
    states = series[series["metric"].isin(STATES)]
    wide = states.set_index(keys)["value"].unstack("metric").reindex(columns=STATES)
    weights = (wide["people"] * wide["ties"]).where(wide["trust"].notna(), 0.0)
    trial_weeks = ["arm", "replicate", "week"]
    total = (wide["trust"] * weights).groupby(level=trial_weeks, observed=True).sum()
    weight = weights.groupby(level=trial_weeks, observed=True).sum()
    return (total / weight.where(weight > 0)).unstack("week")


def _from_zero(ax: Axes) -> None:
    ax.set_ylim(bottom=0.0, top=None if ax.dataLim.y1 > 0 else 1.0)
