"""Panels of curves with bands, one above the other, each line named at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import Locator, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from simnet.figures.arms import ArmStyle, arm_styles, folded
from simnet.figures.labels import LABEL_SIZE, LEADER, LINE_HEIGHT, LineEnd, label_ends, list_names
from simnet.figures.page import WIDTH, Page, tidy
from simnet.lab.intervals import Band

__all__ = ["Panel", "stack_panels"]

Floats = NDArray[np.float64]

LEFT = 0.75
RIGHT = 0.12
BELOW_PANEL = 0.42
ABOVE_PANEL = 0.3
BAND_ALPHA = 0.18
FEW_ARMS = 4
FEWEST_TICKS = 2
MOST_TICKS = 10
TICK_MULTIPLES = tuple(k * 10**power for power in range(6) for k in (1, 2, 4))


@dataclass(frozen=True, slots=True)
class Panel:
    """What one panel shows: for each arm a band at the places `x`, under a title of its own."""

    y_label: str
    x: Floats
    by_arm: Mapping[str, Band]
    title: str = ""
    markers: bool = False
    steps: bool = False
    finish: Callable[[Axes], None] = field(default=lambda ax: None)


def stack_panels(
    title: str,
    caption: str,
    x_label: str,
    panels: Sequence[Panel],
    arms: Sequence[str],
    *,
    x_limits: tuple[float, float],
    x_unit: int = 1,
    keyed: bool = False,
    panel_height: float,
) -> Figure:
    """Draw panels one above the other on the same x axis, with arm names at the line ends.

    Ticks of the x axis are multiples of `x_unit` where it is long enough. `keyed` lists the names
    beside the first panel instead: for lines that all end in one place.
    """
    styles = arm_styles(arms)
    names = {arm: folded(arm) for arm in arms}
    lines = sum(name.count("\n") + 1 for name in names.values())
    height = max(panel_height, lines * (LINE_HEIGHT + 0.02))
    above = ABOVE_PANEL if any(panel.title for panel in panels) else 0.0
    each = above + height + BELOW_PANEL
    page = Page(title, caption, height=len(panels) * each + 0.1)
    room = (
        page.width_of(list(names.values()), LABEL_SIZE) + LEADER + RIGHT + (0.14 if keyed else 0.0)
    )
    alpha = min(BAND_ALPHA, BAND_ALPHA * FEW_ARMS / len(arms))
    for place, panel in enumerate(panels):
        ax = page.panel(LEFT, place * each + above, WIDTH - LEFT - room, height)
        for arm in arms:
            if arm in panel.by_arm:
                _draw(ax, panel, panel.by_arm[arm], styles[arm], alpha)
        ax.set(xlim=x_limits, ylabel=panel.y_label, title=panel.title)
        ax.xaxis.set_major_locator(_whole_ticks(x_limits, x_unit))
        panel.finish(ax)
        tidy(ax)
        if not keyed:
            label_ends(ax, _ends(panel, names, styles))
        elif place == 0:
            list_names(ax, names, styles)
    ax.set_xlabel(x_label)
    return page.figure


def _draw(ax: Axes, panel: Panel, band: Band, style: ArmStyle, alpha: float) -> None:
    marker = "o" if panel.markers or np.isfinite(band.mean).sum() == 1 else None
    draw_style = "steps-post" if panel.steps else "default"
    ax.plot(
        panel.x,
        band.mean,
        color=style.colour,
        linestyle=style.line,
        marker=marker,
        markersize=4,
        drawstyle=draw_style,
        clip_on=marker is None,
        zorder=3,
    )
    ax.fill_between(
        panel.x,
        band.low,
        band.high,
        step="post" if panel.steps else None,
        color=style.colour,
        alpha=alpha,
        linewidth=0,
        zorder=2,
    )


def _ends(panel: Panel, names: Mapping[str, str], styles: Mapping[str, ArmStyle]) -> list[LineEnd]:
    ends = []
    for arm, band in panel.by_arm.items():
        drawn = np.flatnonzero(np.isfinite(band.mean))
        if drawn.size:
            last = drawn[-1]
            end = LineEnd(names[arm], float(panel.x[last]), float(band.mean[last]), styles[arm])
            ends.append(end)
    return ends


def _whole_ticks(limits: tuple[float, float], unit: int) -> Locator:
    units = (limits[1] - limits[0]) / unit
    if units < FEWEST_TICKS:
        return MaxNLocator(integer=True, nbins=MOST_TICKS)
    return MultipleLocator(unit * next(k for k in TICK_MULTIPLES if units / k <= MOST_TICKS))
