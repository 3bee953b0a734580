"""The figure of a reproduction card: ours in colour over theirs in grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from simnet.figures.arms import PALETTE, ArmStyle, arm_styles
from simnet.figures.labels import GAP, LABEL_SIZE, LEADER, LINE_HEIGHT, LineEnd, label_ends
from simnet.figures.page import WIDTH, Page, house_style, tidy
from simnet.lab.reproduction import Card, Check, Panel, Series, wording
from simnet.lab.wording import counted

__all__ = ["card_figure"]

Floats = NDArray[np.float64]

THEIR_MARKERS = ("o", "s", "^", "D", "v")
THEIR_GREYS = ("#3A3A3A", "#6E6E6E", "#9A9A9A")
LEFT, RIGHT = 0.8, 0.12
PANEL_HEIGHT, ABOVE_PANEL, BELOW_PANEL = 2.3, 0.34, 0.52
BAND_ALPHA, BAR_ALPHA = 0.18, 0.55
BAR_SHARE = 0.8
LABEL_CHARACTERS = 24
TICK_CHARACTERS = 14
LOW_END = 0.08
WIDE = 30.0

ROW = 0.34
ROW_CHARACTERS = 40
VERDICT_COLOURS = {"agrees": PALETTE[0], "differs": PALETTE[1], "not comparable": "#8C8C8C"}
FARTHEST = 3.0


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A series with where it is drawn and how it looks."""

    series: Series
    x: Floats
    style: ArmStyle
    marker: str
    bar_width: float

    @property
    def y(self) -> Floats:
        return np.asarray(self.series.y, dtype=np.float64)

    @property
    def theirs(self) -> bool:
        return self.series.whose == "theirs"

    @property
    def label(self) -> str:
        lines = self.series.label.split("\n")
        return "\n".join(part for line in lines for part in wrap(line, LABEL_CHARACTERS))


@house_style
def card_figure(card: Card) -> Figure:
    """The panels of a card, one below the other; its checks as dots where it has none.

    Theirs is grey, with open markers where it is points; ours is coloured, with its interval as a
    band along a line and as a bar at a point.
    """
    return _panels(card) if card.panels else _dots(card)


# ---------------------------------------------------------------------- panels


def _panels(card: Card) -> Figure:
    caption = (
        f"{card.study}. Grey: published, or as its name says. Coloured: ours, "
        "with 95 % intervals where they are known."
    )
    heights = [ABOVE_PANEL + PANEL_HEIGHT + _below(panel) for panel in card.panels]
    page = Page(card.question, caption, height=sum(heights))
    panels = [(panel, _drawn(panel)) for panel in card.panels]
    labels = [drawn.label for _, all_drawn in panels for drawn in all_drawn]
    width = WIDTH - LEFT - RIGHT - 0.2 - LEADER - page.width_of(labels, LABEL_SIZE)
    for place, (panel, all_drawn) in enumerate(panels):
        ax = page.panel(LEFT, sum(heights[:place]) + ABOVE_PANEL, width, PANEL_HEIGHT)
        _draw(ax, panel, all_drawn)
    return page.figure


def _below(panel: Panel) -> float:
    """Room for tick labels, names among them on several lines, and what x is."""
    lines = max((name.count("\n") for name in _wrapped(_category_names(panel))), default=0)
    return BELOW_PANEL + lines * LINE_HEIGHT


def _drawn(panel: Panel) -> list[_Drawn]:
    """How each series looks; those of one name look alike, and are named once."""
    names = _category_names(panel)
    ours, theirs = (_labels(panel, whose) for whose in ("ours", "theirs"))
    colours = arm_styles(ours)
    bars = [series for series in panel.series if series.kind == "bars"]
    width = BAR_SHARE * _spacing(bars, names) / max(len(bars), 1)
    drawn = []
    for series in panel.series:
        if series.whose == "ours":
            style, marker = colours[series.label], "o"
        else:
            place = theirs.index(series.label)
            grey = THEIR_GREYS[place % len(THEIR_GREYS)]
            style = ArmStyle(grey, grey, "solid")
            marker = THEIR_MARKERS[place % len(THEIR_MARKERS)]
        aside = (bars.index(series) - (len(bars) - 1) / 2) * width if series in bars else 0.0
        drawn.append(_Drawn(series, _places(series, names) + aside, style, marker, width))
    return drawn


def _labels(panel: Panel, whose: str) -> list[str]:
    return list(dict.fromkeys(series.label for series in panel.series if series.whose == whose))


def _named_once(all_drawn: Sequence[_Drawn]) -> list[_Drawn]:
    """One series for each name, the one that reaches farthest."""
    farthest: dict[str, _Drawn] = {}
    for drawn in all_drawn:
        known = farthest.get(drawn.series.label)
        if known is None or drawn.x.max() > known.x.max():
            farthest[drawn.series.label] = drawn
    return list(farthest.values())


def _category_names(panel: Panel) -> list[str]:
    """The names along x in the order they appear; empty where x is numbers."""
    values = [value for series in panel.series for value in series.x]
    return list(dict.fromkeys(value for value in values if isinstance(value, str)))


def _wrapped(names: Sequence[str]) -> list[str]:
    return ["\n".join(wrap(name, TICK_CHARACTERS)) for name in names]


def _places(series: Series, names: Sequence[str]) -> Floats:
    if names:
        return np.array([names.index(str(value)) for value in series.x], dtype=np.float64)
    return np.asarray(series.x, dtype=np.float64)


def _spacing(bars: Sequence[Series], names: Sequence[str]) -> float:
    """The least distance between neighbouring places of bars."""
    places = [_places(series, names) for series in bars]
    gaps = np.diff(np.unique(np.concatenate(places))) if places else np.zeros(0)
    return float(gaps.min()) if gaps.size else 1.0


def _draw(ax: Axes, panel: Panel, all_drawn: Sequence[_Drawn]) -> None:
    ax.set(title=panel.title, xlabel=panel.x, ylabel=panel.y)
    if panel.log_x:
        ax.set_xscale("log")
    if panel.log_y:
        ax.set_yscale("log")
    names = _category_names(panel)
    if names:
        ax.set_xticks(range(len(names)), _wrapped(names))
    for drawn in all_drawn:
        _draw_series(ax, drawn)
    ax.autoscale_view()
    if not panel.log_y and _from_zero(all_drawn):
        ax.set_ylim(bottom=0.0)
    if panel.log_y:
        _log_ticks(ax.yaxis)
    if panel.log_x:
        _log_ticks(ax.xaxis)
    elif not names and _in_whole_numbers(all_drawn):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    tidy(ax)
    named = _named_once(all_drawn)
    if _to_be_listed(ax, all_drawn):
        _list_labels(ax, named)
    else:
        label_ends(ax, [_line_end(drawn) for drawn in named])


def _log_ticks(axis: Axis) -> None:
    """Powers of ten; 1, 2 and 5 in plain numbers where there are hardly two powers."""
    low, high = axis.get_view_interval()
    if high / low > WIDE:
        axis.set_minor_locator(LogLocator(subs="all", numticks=99))
    else:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _in_whole_numbers(all_drawn: Sequence[_Drawn]) -> bool:
    along = (drawn.x for drawn in all_drawn if drawn.series.kind != "bars")
    return all(bool((x == np.round(x)).all()) for x in along)


def _draw_series(ax: Axes, drawn: _Drawn) -> None:
    series, colour = drawn.series, drawn.style.colour
    over = 3 if drawn.theirs else 2
    if series.kind == "bars":
        ax.bar(drawn.x, drawn.y, drawn.bar_width, zorder=over, **_bar_look(drawn))
    elif series.kind == "points":
        ax.plot(drawn.x, drawn.y, zorder=over, **_marker_look(drawn))
    else:
        ax.plot(drawn.x, drawn.y, zorder=over, **_line_look(drawn))
    if series.low is None or series.high is None:
        return
    low, high = np.asarray(series.low, np.float64), np.asarray(series.high, np.float64)
    if series.kind == "line":
        ax.fill_between(drawn.x, low, high, color=colour, alpha=BAND_ALPHA, linewidth=0)
    else:
        ax.vlines(drawn.x, low, high, color=drawn.style.text_colour, linewidth=1.2, zorder=over)


def _line_look(drawn: _Drawn) -> dict[str, Any]:
    return {"color": drawn.style.colour, "linewidth": 1.3 if drawn.theirs else 1.8}


def _marker_look(drawn: _Drawn) -> dict[str, Any]:
    colour = drawn.style.colour
    return {
        "color": colour,
        "linestyle": "none",
        "marker": drawn.marker,
        "markersize": 5.5 if drawn.theirs else 5.0,
        "markeredgecolor": colour,
        "markerfacecolor": "none" if drawn.theirs else colour,
    }


def _bar_look(drawn: _Drawn) -> dict[str, Any]:
    colour = drawn.style.colour
    if drawn.theirs:
        return {"facecolor": "none", "edgecolor": colour, "linewidth": 1.2}
    return {"facecolor": colour, "alpha": BAR_ALPHA}


def _from_zero(all_drawn: Sequence[_Drawn]) -> bool:
    """Whether zero belongs on the axis: bars stand on it, and some curves come near it."""
    values = np.concatenate([drawn.y for drawn in all_drawn])
    values = values[np.isfinite(values)]
    if not values.size or values.min() < 0:
        return False
    bars = any(drawn.series.kind == "bars" for drawn in all_drawn)
    return bars or bool(values.min() < 0.35 * values.max())


def _to_be_listed(ax: Axes, all_drawn: Sequence[_Drawn]) -> bool:
    """Whether the ends of the series say little about them: bars, or all die out together."""
    if any(drawn.series.kind == "bars" for drawn in all_drawn):
        return True
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = [to_axes.transform((end.x, end.y))[1] for end in map(_line_end, all_drawn)]
    return len(heights) > 1 and max(heights) < LOW_END


def _line_end(drawn: _Drawn) -> LineEnd:
    seen = np.flatnonzero(np.isfinite(drawn.y) & np.isfinite(drawn.x))
    last = seen[np.argmax(drawn.x[seen])] if seen.size else 0
    return LineEnd(drawn.label, float(drawn.x[last]), float(drawn.y[last]), drawn.style)


def _list_labels(ax: Axes, all_drawn: Sequence[_Drawn]) -> None:
    """Names beside the right edge from the top down, each with a piece of what it names."""
    box, figure = ax.get_position(), ax.get_figure(root=True)
    assert figure is not None
    width, height = box.width * figure.get_figwidth(), box.height * figure.get_figheight()
    below = 0.0
    for drawn in all_drawn:
        piece = [1 + 0.06 / width, 1 + (LEADER + 0.08) / width]
        level = 1 - (below + LINE_HEIGHT / 2) / height
        look = _line_look(drawn)
        if drawn.series.kind != "line":
            piece, look = [sum(piece) / 2], _marker_look(drawn)
        if drawn.series.kind == "bars":
            look |= {"marker": "s", "markersize": 8, "alpha": 1.0 if drawn.theirs else BAR_ALPHA}
        ax.plot(piece, [level] * len(piece), transform=ax.transAxes, clip_on=False, **look)
        ax.text(
            1 + (LEADER + 0.14) / width,
            1 - below / height,
            drawn.label,
            transform=ax.transAxes,
            color=drawn.style.text_colour,
            size=LABEL_SIZE,
            va="top",
            linespacing=1.1,
        )
        below += LINE_HEIGHT * (1 + drawn.label.count("\n")) + GAP


# ---------------------------------------------------------------------- checks as dots


@dataclass(frozen=True, slots=True)
class _Row:
    """A check of numbers, all of them over the published one."""

    check: Check
    ours: float
    interval: tuple[float, float]
    allowed: tuple[float, float]


def _dots(card: Card) -> Figure:
    rows = [row for check in card.checks if (row := _row(check)) is not None]
    words = len(card.checks) - len(rows)
    caption = (
        f"{card.study}. Ours over the published figure, with its 95 % interval where known; grey "
        "bars: where it agrees; open circles: the published figure. "
        f"Blue agrees, orange differs, grey cannot be compared.{_left_out(words)}"
    )
    page = Page(card.question, caption, height=ROW * max(len(rows), 1) + 0.75)
    names = ["\n".join(wrap(row.check.what, ROW_CHARACTERS)) for row in rows]
    values = [f"{wording.ours(row.check)} for {wording.published(row.check)}" for row in rows]
    left = 0.25 + page.width_of(names, 9)
    width = WIDTH - left - 0.3 - page.width_of(values, 9)
    ax = page.panel(left, 0.1, width, ROW * max(len(rows), 1))
    for place, row in enumerate(rows):
        _draw_row(ax, place, row)
        ax.text(1.02, place, values[place], transform=ax.get_yaxis_transform(), va="center", size=9)
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    ax.set_xlabel("ours / published")
    _limit(ax, rows)
    tidy(ax)
    ax.tick_params(axis="y", length=0)
    return page.figure


def _row(check: Check) -> _Row | None:
    """The check over its published number (the middle of a range); None if that says nothing."""
    published = check.published
    centre = sum(published) / 2 if isinstance(published, tuple) else published
    if not isinstance(centre, float | int) or not isinstance(check.ours, float | int):
        return None
    if not centre or not math.isfinite(check.ours):
        return None
    low, high = check.allowed or (math.nan, math.nan)
    return _Row(
        check,
        check.ours / centre,
        (check.low / centre, check.high / centre),
        (low / centre, high / centre),
    )


def _draw_row(ax: Axes, place: int, row: _Row) -> None:
    colour = VERDICT_COLOURS[row.check.verdict]
    if math.isfinite(sum(row.allowed)):
        ax.hlines(place, *row.allowed, color="#DDDDDD", linewidth=8, zorder=1)
    ax.plot(1, place, "o", markersize=6, mfc="none", mec="#3A3A3A", zorder=2)
    if math.isfinite(sum(row.interval)):
        ax.hlines(place, *row.interval, color=colour, linewidth=1.5, zorder=3)
    ax.plot(row.ours, place, "o", markersize=4.5, color=colour, zorder=4)


def _limit(ax: Axes, rows: Sequence[_Row]) -> None:
    """A linear axis around 1, or a logarithmic one where something is far off."""
    far = any(not 1 / FARTHEST <= row.ours <= FARTHEST for row in rows)
    if far and all(row.ours > 0 for row in rows):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.grid(True, axis="x")
    ax.grid(False, axis="y")


def _left_out(n_checks: int) -> str:
    if not n_checks:
        return ""
    return f" {counted(n_checks, 'check')} of other kinds on the card only."
