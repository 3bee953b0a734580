"""Paired differences of every measure from the first arm, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simnet.errors import ResultsError
from simnet.figures.arms import ArmStyle, arm_styles, folded
from simnet.figures.labels import LABEL_SIZE, LINE_HEIGHT
from simnet.figures.page import WIDTH, Page, house_style, tidy
from simnet.figures.selection import span
from simnet.lab.compare import compare
from simnet.lab.measures import UNITS
from simnet.lab.selection import Selection, StudyTables
from simnet.lab.verdict import TOO_FEW, UNDEFINED, above

__all__ = ["differences"]

COLUMNS = 3
BETWEEN = 0.3
RIGHT = 0.25
TITLE = 0.42
TICKS = 0.36
ROW_GAP = 0.08


@house_style
def differences(
    results: StudyTables, *, point: int = 0, comparison: pd.DataFrame | None = None
) -> Figure:
    """Differences of all arms from the first one, a panel a measure.

    A dot is the mean paired difference, a bar its 95 % interval; a dot is filled where the verdict
    is that the arms differ. All come from the comparison of all arms at all sweep points (see
    `simnet.lab.compare`), corrections included, so that figure and table agree.

    Parameters
    ----------
    results : StudyTables
        The tables of a study.
    point : int
        Sweep point.
    comparison : DataFrame, optional
        What `simnet.lab.compare` gave for these results; computed if it is not given.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, there is one arm only, or no measure is
        defined in two of them.
    """
    selection = Selection(results, point)
    rows = compare(results.measures) if comparison is None else comparison
    rows = rows[(rows["point"] == point) & (rows["versus"] == selection.arms[0])]
    if rows.empty:
        raise ResultsError(f"nothing to compare with {selection.arms[0]}")
    if (rows["verdict"] == UNDEFINED).all():
        raise ResultsError("no measure is defined in two arms")
    return _draw(rows, selection)


def _draw(rows: pd.DataFrame, selection: Selection) -> Figure:
    drawn = rows[rows["verdict"] != UNDEFINED]
    there = set(drawn["arm"])
    arms = [arm for arm in selection.arms if arm in there]
    names = {arm: folded(arm) for arm in arms}
    styles = arm_styles(selection.arms)
    measures = list(dict.fromkeys(drawn["measure"]))
    heights = [LINE_HEIGHT * (name.count("\n") + 1) + ROW_GAP for name in names.values()]
    height = sum(heights)
    places = dict(zip(arms, np.cumsum(heights) - np.array(heights) / 2, strict=True))
    page = Page(
        f"Differences from {folded(selection.arms[0], 60)}",
        f"{selection.where}{_note(rows)}",
        height=(TITLE + height + TICKS) * -(-len(measures) // COLUMNS),
    )
    left = 0.12 + page.width_of(list(names.values()), LABEL_SIZE) + 0.12
    width = (WIDTH - left - RIGHT - BETWEEN * (COLUMNS - 1)) / COLUMNS
    for place, measure in enumerate(measures):
        down, across = divmod(place, COLUMNS)
        below = down * (TITLE + height + TICKS) + TITLE
        ax = page.panel(left + across * (width + BETWEEN), below, width, height)
        _draw_measure(ax, drawn[drawn["measure"] == measure], places, styles)
        ax.set_ylim(height, 0)
        _head(ax, measure)
        if across == 0:
            _name_rows(ax, names, places, styles)
    return page.figure


def _draw_measure(
    ax: Axes, rows: pd.DataFrame, places: Mapping[str, float], styles: Mapping[str, ArmStyle]
) -> None:
    ax.axvline(0, color="#777777", linewidth=0.9, zorder=1)
    for row in rows.to_dict("records"):
        y, colour = places[row["arm"]], styles[row["arm"]].colour
        shown = row["verdict"] in _shown(row["arm"], row["versus"])
        ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2, zorder=2)
        ax.plot(
            [row["difference"]],
            [y],
            "o",
            color=colour,
            markersize=6,
            markerfacecolor=colour if shown else "white",
            markeredgewidth=1.4,
            zorder=3,
        )
    ends = np.nan_to_num(rows[["low", "high", "difference"]].to_numpy(dtype=np.float64))
    low, high = min(0.0, ends.min()), max(0.0, ends.max())
    room = 0.1 * (high - low) or 1.0
    ax.set(xlim=(low - room, high + room), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10], min_n_ticks=2))
    ax.grid(visible=False)
    tidy(ax)
    ax.spines["left"].set_visible(False)


def _shown(arm: str, versus: str) -> tuple[str, str]:
    return above(arm, versus), above(versus, arm)


def _head(ax: Axes, measure: str) -> None:
    """The name of the measure, and its unit under it."""
    for text, rise, size, colour in (
        (measure, 17, 9.5, "#222222"),
        (UNITS.get(measure, ""), 5, 8.5, "#555555"),
    ):
        ax.annotate(
            text,
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, rise),
            textcoords="offset points",
            size=size,
            color=colour,
        )


def _name_rows(
    ax: Axes,
    names: Mapping[str, str],
    places: Mapping[str, float],
    styles: Mapping[str, ArmStyle],
) -> None:
    for arm, name in names.items():
        ax.annotate(
            name,
            (0, places[arm]),
            xycoords=ax.get_yaxis_transform(),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=styles[arm].text_colour,
            size=LABEL_SIZE,
            annotation_clip=False,
        )


def _note(rows: pd.DataFrame) -> str:
    """What dots and bars are, n, and what could not be drawn or shown."""
    sizes = rows.loc[rows["verdict"] != UNDEFINED, "n"]
    percent = f"{100 * rows['level'].iloc[0]:g} %"
    text = (
        f"Mean paired difference with its {percent} interval (BCa bootstrap) over "
        f"n = {span(sizes)} replicates. Filled: shown to differ (sign-flip permutation "
        "test, Holm's correction over the whole comparison)."
    )
    if (rows["verdict"] == TOO_FEW).any():
        text += " With so few replicates some differences could not have been shown at all."
    if rows.loc[rows["verdict"] != UNDEFINED, "low"].isna().any():
        text += " No bar: too few replicates for an interval."
    undefined = rows.groupby("measure", sort=False)["n"].max() == 0
    if undefined.any():
        text += f" Undefined, so not drawn: {', '.join(undefined[undefined].index)}."
    return text
