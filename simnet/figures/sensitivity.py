"""Which parameters move a measure: their indices, a row a parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simnet.figures.arms import PALETTE, folded
from simnet.figures.labels import LABEL_SIZE, LINE_HEIGHT
from simnet.figures.page import WIDTH, Page, house_style, tidy
from simnet.lab.sensitivity import Sensitivity
from simnet.lab.sensitivity.text import LEADING, noise_sentence

__all__ = ["parameter_effects"]

ROW = 0.34
TITLE = 0.25
TICKS = 0.4
BETWEEN = 0.4
RIGHT = 0.3
APART = 0.07
NAME_WIDTH = 44


@dataclass(frozen=True, slots=True)
class _Column:
    """A panel: the indices in it, and what else is marked in it."""

    title: str
    indices: tuple[str, ...]
    mark: str = ""
    limits: tuple[float, float] | None = None


COLUMNS: dict[str, Sequence[_Column]] = {
    "sobol": (
        _Column(
            "share of the variance: alone (open), with all others (filled)",
            ("first", "total"),
            limits=(0, 1),
        ),
    ),
    "morris": (
        _Column("mean size of an effect, mu*", ("mu_star",), "floor"),
        _Column("spread of the effects, sigma", ("sigma",)),
    ),
    "pawn": (_Column("PAWN index", ("pawn",), "dummy", (0, 1)),),
    "ranks": (
        _Column("rank correlation", ("rank_correlation",), limits=(-1, 1)),
        _Column("highest fifth apart from the rest", ("regional",), limits=(0, 1)),
    ),
}
CAPTIONS = {
    "sobol": "Sobol' indices: the share of the variance between points that a parameter causes "
    "alone (open) and together with all others (filled).",
    "morris": "Elementary effects: change of the measure per whole range of a parameter. Grey "
    "tick: the mu* that noise alone would give.",
    "pawn": "PAWN index: median Kolmogorov-Smirnov distance of the distribution within a slice of "
    "the parameter from that over all points. Grey tick: what a parameter without effect stays "
    "below.",
    "ranks": "Spearman's rank correlation with the parameter, and Kolmogorov-Smirnov distance "
    "between its values in the highest fifth of the points and in the others.",
}


@house_style
def parameter_effects(found: Sensitivity) -> Figure:
    """Indices of each parameter with their intervals, the strongest parameter first.

    Parameters
    ----------
    found : Sensitivity
        What `simnet.lab.sensitivity.sensitivity` gave.
    """
    table = found.table
    leading = table[table["index"] == LEADING[found.method]].set_index("parameter")["value"]
    order = list(leading.abs().sort_values(ascending=False, kind="stable").index)
    names = [folded(name, NAME_WIDTH) for name in order]
    heights = [ROW + LINE_HEIGHT * name.count("\n") for name in names]
    places = dict(zip(order, np.cumsum(heights) - np.array(heights) / 2, strict=True))
    page = Page(
        f"What moves {found.measure} of {folded(found.arm, 40)}"
        + (f" less {folded(found.versus, 40)}" if found.versus else ""),
        _caption(found),
        height=TITLE + sum(heights) + TICKS,
    )
    columns = COLUMNS[found.method]
    left = 0.12 + page.width_of(names, LABEL_SIZE) + 0.15
    width = (WIDTH - left - RIGHT - BETWEEN * (len(columns) - 1)) / len(columns)
    for place, column in enumerate(columns):
        ax = page.panel(left + place * (width + BETWEEN), TITLE, width, sum(heights))
        _draw(ax, table, places, column)
        ax.set(ylim=(sum(heights), 0), yticks=[])
        ax.set_title(column.title, pad=8)
        if place == 0:
            ax.set_yticks(list(places.values()), names)
            ax.tick_params(axis="y", length=0, labelsize=LABEL_SIZE)
    return page.figure


def _caption(found: Sensitivity) -> str:
    noise = noise_sentence(found)
    return (
        f"{CAPTIONS[found.method]} Bars: {100 * found.level:g} % intervals (bootstrap over points, "
        f"jackknife over replicates). n = {found.points} points x {found.replicates} replicates. "
        f"{noise[0].upper()}{noise[1:]}."
    )


def _draw(ax: Axes, table: pd.DataFrame, places: Mapping[str, float], column: _Column) -> None:
    ax.axvline(0, color="#777777", linewidth=0.9, zorder=1)
    shifts = np.linspace(-APART, APART, len(column.indices)) if len(column.indices) > 1 else [0.0]
    for index, shift in zip(column.indices, shifts, strict=True):
        rows = table[table["index"] == index].to_dict("records")
        filled = index != "first"
        for row in rows:
            y = places[row["parameter"]] + shift
            ax.plot([row["low"], row["high"]], [y, y], color=PALETTE[0], linewidth=2, zorder=2)
            ax.plot(
                [row["value"]],
                [y],
                "o",
                color=PALETTE[0],
                markersize=6,
                markerfacecolor=PALETTE[0] if filled else "white",
                markeredgewidth=1.4,
                zorder=3,
            )
            if column.mark:
                marked = row[column.mark]
                ax.plot([marked, marked], [y - 0.12, y + 0.12], color="#777777", linewidth=2)
    _limit(ax, table, column)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.grid(visible=False)
    tidy(ax)
    ax.spines["left"].set_visible(False)


def _limit(ax: Axes, table: pd.DataFrame, column: _Column) -> None:
    """Show the whole scale of an index where it has one, and every interval in any case."""
    rows = table[table["index"].isin(column.indices)]
    ends = rows[["value", "low", "high"]].to_numpy(dtype=np.float64)
    known = ends[np.isfinite(ends)]
    low, high = column.limits or (0.0, 0.0)
    low, high = min([low, *known]), max([high, *known])
    room = 0.03 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
