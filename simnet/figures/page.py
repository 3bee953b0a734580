"""The page of a figure: size, type, title, caption, and panels laid out in inches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from textwrap import fill
from typing import Any, ParamSpec

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["WIDTH", "Page", "house_style", "tidy"]

Arguments = ParamSpec("Arguments")

WIDTH = 8.0
CAPTION_CHARACTERS = 122
CAPTION_LINE = 0.16

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.linewidth": 0.8,
    "axes.edgecolor": "#444444",
    "axes.labelcolor": "#222222",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "simnet",
    "svg.fonttype": "path",
}


def house_style(plot: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Draw within simnet's style, and leave matplotlib's own settings as they were."""

    @wraps(plot)
    def styled(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Figure:
        with mpl.rc_context({**sns.axes_style("ticks"), **STYLE}):
            figure = plot(*args, **kwargs)
            figure.draw_without_rendering()
            return figure

    return styled


class Page:
    """A figure 8 inches wide with a title above and a caption below its panels.

    Panels are placed by `panel`, in inches from the left edge and from below the title.
    """

    def __init__(self, title: str, caption: str, *, height: float) -> None:
        text = fill(unbroken(caption), CAPTION_CHARACTERS)
        self.top = 0.45
        self.height = self.top + height + 0.2 + CAPTION_LINE * (text.count("\n") + 1)
        self.figure = Figure(figsize=(WIDTH, self.height))
        self.canvas = FigureCanvasAgg(self.figure)
        self.figure.text(
            0.12 / WIDTH, 1 - 0.1 / self.height, title, va="top", size=12, weight="bold"
        )
        self.figure.text(
            0.12 / WIDTH, 0.1 / self.height, text, va="bottom", size=8.5, color="#444444"
        )

    def panel(self, left: float, below: float, width: float, height: float) -> Axes:
        """Axes whose upper left corner is `left` and `below` inches into the page's body."""
        bottom = self.height - self.top - below - height
        return self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        )

    def width_of(self, texts: Sequence[str], size: float) -> float:
        """Width in inches of the widest of some texts, 0 for none."""
        drawn = [self.figure.text(0, 0, text, size=size) for text in texts]
        renderer = self.canvas.get_renderer()  # type: ignore[no-untyped-call]
        widths = [text.get_window_extent(renderer).width for text in drawn]
        for text in drawn:
            text.remove()
        return max(widths, default=0.0) / self.figure.dpi


def unbroken(text: str) -> str:
    """Keep "n = 8" and "95 %" on one line."""
    return text.replace(" = ", "\u00a0=\u00a0").replace(" %", "\u00a0%")


def tidy(ax: Axes) -> None:
    """Take away the upper and right spine, and fix the size of tick labels."""
    sns.despine(ax=ax)
    ax.tick_params(labelsize=9, color="#444444", labelcolor="#222222", length=3.5)
