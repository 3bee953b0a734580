"""How evenly the yield is spread: over people, and over ties."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from simnet.errors import ResultsError
from simnet.figures.arms import ArmStyle, arm_styles
from simnet.figures.labels import LABEL_SIZE
from simnet.figures.page import WIDTH, Page, house_style, tidy
from simnet.figures.selection import bands, in_words
from simnet.lab.intervals import Band
from simnet.lab.measures import barren_ties, gini, lorenz, ties_of
from simnet.lab.selection import Selection, StudyTables

__all__ = ["distribution"]

Floats = NDArray[np.float64]
Trial = tuple[Hashable, ...]

PEOPLE_SHARES = np.linspace(0.0, 1.0, 201)
LEFT = 0.75
SQUARE = 3.0
BETWEEN = 0.3
RIGHT = 0.25
ROW_HEIGHT = 0.5
NAME_ABOVE = 0.36
NAME_CHARACTERS = 46


@house_style
def distribution(results: StudyTables, *, point: int = 0) -> Figure:
    """Lorenz curves of value over people, with the Gini, and the share of ties that paid, by arm.

    Left: the mean over replicates of the trials' Lorenz curves. Right: the Gini coefficient of
    value over people, and the share of the group's ties that ever brought anything (lay on the
    path of a win); a small dot a replicate, a large one the mean, a bar its 95 % t interval.
    Trials in which nothing was won have neither Lorenz curve nor Gini.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, or nobody was recorded.
    """
    selection = Selection(results, point)
    spread = _spread(selection)
    if not spread:
        raise ResultsError("no people were recorded")
    curves = _wide({key: one.lorenz for key, one in spread.items()})
    ginis = _wide({key: [one.gini] for key, one in spread.items()})
    paid = _wide({key: [one.share_that_paid] for key, one in spread.items()})
    by_arm = bands(curves)
    caption = (
        f"{selection.where}Value won by {selection.who} over the run. Small dots: replicates. "
        f"Large dots, bars and bands: {_replicates(paid)}{_left_out(ginis)}"
    )
    arms = [arm for arm in selection.arms if arm in by_arm]
    styles = arm_styles(selection.arms)
    height = max(SQUARE, ROW_HEIGHT * len(arms))
    page = Page("Who gets the opportunities", caption, height=height + 0.55)
    _draw_lorenz(page.panel(LEFT, 0.0, SQUARE, SQUARE), by_arm, styles)
    start = LEFT + SQUARE + BETWEEN
    width = (WIDTH - start - BETWEEN - RIGHT) / 2
    first = page.panel(start, 0.0, width, height)
    second = page.panel(start + width + BETWEEN, 0.0, width, height)
    _draw_dots(first, ginis, arms, styles)
    _draw_dots(second, paid, arms, styles)
    first.set_xlabel("Gini of value over people")
    second.set_xlabel("share of ties that ever\nbrought anything")
    _name_rows(first, arms, styles)
    return page.figure


@dataclass(frozen=True, slots=True)
class _Spread:
    """How evenly the yield of one trial is spread."""

    lorenz: Floats
    gini: float
    share_that_paid: float


def _spread(selection: Selection) -> dict[Trial, _Spread]:
    """By (arm, replicate)."""
    spread = {}
    for people, ties in selection.people_and_ties():
        tied = _trials(ties)
        for key, rows in _trials(people).items():
            spread[key] = _Spread(
                lorenz(rows["value"], PEOPLE_SHARES),
                gini(rows["value"]),
                _share_that_paid(tied.get(key), rows),
            )
    return spread


def _trials(table: pd.DataFrame) -> dict[Trial, pd.DataFrame]:
    """The rows of each (arm, replicate)."""
    return dict(iter(table.groupby(["arm", "replicate"], observed=True)))


def _wide(values: Mapping[Trial, Sequence[float] | Floats]) -> pd.DataFrame:
    """One row an (arm, replicate)."""
    index = pd.MultiIndex.from_tuples(list(values), names=["arm", "replicate"])
    return pd.DataFrame(np.array(list(values.values()), dtype=np.float64), index=index)


def _share_that_paid(ties: pd.DataFrame | None, people: pd.DataFrame) -> float:
    if ties is None:
        return float("nan")
    return 1.0 - barren_ties(ties_of(ties, people["person"]))


def _replicates(values: pd.DataFrame) -> str:
    text = in_words(values.groupby(level="arm", observed=True).size())
    return text[0].lower() + text[1:]


def _left_out(ginis: pd.DataFrame) -> str:
    without = int(ginis.isna().sum().sum())
    trials = "trial" if without == 1 else "trials"
    return f" {without} {trials} without a win: no Gini, no curve." if without else ""


def _draw_lorenz(ax: Axes, by_arm: Mapping[str, Band], styles: Mapping[str, ArmStyle]) -> None:
    ax.plot([0, 1], [0, 1], color="#9A9A9A", linewidth=0.9, zorder=1)
    ax.text(0.35, 0.37, "all alike", rotation=45, color="#6A6A6A", size=8.5, ha="center")
    for arm, band in by_arm.items():
        style = styles[arm]
        ax.plot(PEOPLE_SHARES, band.mean, color=style.colour, linestyle=style.line, zorder=3)
        ax.fill_between(
            PEOPLE_SHARES, band.low, band.high, color=style.colour, alpha=0.18, linewidth=0
        )
    if all(np.isnan(band.mean).all() for band in by_arm.values()):
        ax.text(0.5, 0.15, "nothing was won", ha="center", color="#444444")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set(xlabel="share of people, least first", ylabel="share of value they won")
    tidy(ax)


def _draw_dots(
    ax: Axes, values: pd.DataFrame, arms: Sequence[str], styles: Mapping[str, ArmStyle]
) -> None:
    by_arm = bands(values)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    if values.isna().all(axis=None):
        ax.set_xticks([])
        ax.text(0.5, 0.02, "undefined", transform=ax.transAxes, ha="center", color="#444444")
    for row, arm in enumerate(arms):
        trials = values.loc[arm].to_numpy(dtype=np.float64)[:, 0]
        colour = styles[arm].colour
        ax.plot(trials, [row] * trials.size, "o", color=colour, markersize=3.5, alpha=0.3)
        mean, low, high = (float(part[0]) for part in by_arm[arm][:3])
        ax.plot([low, high], [row, row], color=colour, linewidth=2.2)
        ax.plot([mean], [row], "o", color=colour, markersize=7, markeredgecolor="white")
    ax.set_ylim(len(arms) - 0.5, -0.75)
    ax.set_yticks([])
    ax.grid(axis="x", color="#E6E6E6")
    tidy(ax)
    ax.spines["left"].set_visible(False)
    ax.set_xlim(_share_limits(by_arm))


def _share_limits(by_arm: Mapping[str, Band]) -> tuple[float, float]:
    """Limits around shares and their intervals with some room, but not below 0."""
    ends = np.array([band[:3] for band in by_arm.values()])
    ends = ends[np.isfinite(ends)]
    if not ends.size:
        return 0.0, 1.0
    room = max(0.15 * (ends.max() - ends.min()), 0.02)
    return max(0.0, ends.min() - room) - room / 10, ends.max() + room


def _name_rows(ax: Axes, arms: Sequence[str], styles: Mapping[str, ArmStyle]) -> None:
    """Write each arm's name above its row; it may run on over the next panel."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    to_figure = ax.transData + figure.transFigure.inverted()
    for row, arm in enumerate(arms):
        figure.text(
            ax.get_position().x0,
            to_figure.transform((0.0, row - NAME_ABOVE))[1],
            arm if len(arm) <= NAME_CHARACTERS else f"{arm[: NAME_CHARACTERS - 1]}…",
            color=styles[arm].text_colour,
            size=LABEL_SIZE,
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )
