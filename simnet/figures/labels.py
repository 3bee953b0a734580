"""Names written at the ends of lines, moved apart where they would overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from simnet.figures.arms import ArmStyle

__all__ = ["LABEL_SIZE", "LineEnd", "label_ends", "list_names", "spread_out"]

Floats = NDArray[np.float64]

LABEL_SIZE = 9.5
LINE_HEIGHT = 0.165
GAP = 0.03
LEADER = 0.16


@dataclass(frozen=True, slots=True)
class LineEnd:
    """Where a line ends, in data coordinates, and the text that names it."""

    text: str
    x: float
    y: float
    style: ArmStyle


def label_ends(ax: Axes, ends: Sequence[LineEnd]) -> None:
    """Write the names beside the right edge, each as near to its line's end as the others allow.

    The limits and the position of the axes must be final. Names may reach a little above and
    below the panel. A thin leader joins a line's end and its name.
    """
    width, height = _inches(ax)
    to_axes = ax.transData + ax.transAxes.inverted()
    at = to_axes.transform(np.array([(end.x, end.y) for end in ends]).reshape(-1, 2))
    heights = np.array([LINE_HEIGHT * (1 + end.text.count("\n")) + GAP for end in ends])
    wanted = at[:, 1] * height
    places = spread_out(wanted, heights, low=-0.1, high=height + 0.1) / height
    for end, (x, y), place in zip(ends, at, places, strict=True):
        turn, text = 1 + 0.03 / width, 1 + LEADER / width
        ax.plot(
            [x, turn, text - 0.03 / width],
            [y, y, place],
            transform=ax.transAxes,
            clip_on=False,
            color=end.style.colour,
            linewidth=0.8,
            linestyle=(0, (1, 2)),
        )
        ax.text(
            text,
            place,
            end.text,
            transform=ax.transAxes,
            color=end.style.text_colour,
            size=LABEL_SIZE,
            va="center",
            linespacing=1.1,
        )


def list_names(ax: Axes, names: Mapping[str, str], styles: Mapping[str, ArmStyle]) -> None:
    """Write the names beside the right edge from the top down, each with a piece of its line."""
    width, height = _inches(ax)
    below = 0.0
    for arm, name in names.items():
        rows = LINE_HEIGHT * (1 + name.count("\n")) + GAP
        ax.plot(
            [1 + 0.06 / width, 1 + (LEADER + 0.08) / width],
            [1 - (below + LINE_HEIGHT / 2) / height] * 2,
            transform=ax.transAxes,
            clip_on=False,
            color=styles[arm].colour,
            linestyle=styles[arm].line,
        )
        ax.text(
            1 + (LEADER + 0.14) / width,
            1 - below / height,
            name,
            transform=ax.transAxes,
            color=styles[arm].text_colour,
            size=LABEL_SIZE,
            va="top",
            linespacing=1.1,
        )
        below += rows


def _inches(ax: Axes) -> tuple[float, float]:
    box, figure = ax.get_position(), ax.get_figure(root=True)
    assert figure is not None
    return box.width * figure.get_figwidth(), box.height * figure.get_figheight()


def spread_out(wanted: Floats, heights: Floats, *, low: float, high: float) -> Floats:
    """Centres nearest to those wanted (least squares) at which boxes of these heights don't touch.

    They keep their order and stay within [`low`, `high`]; where there is too little room they
    reach evenly beyond both ends.
    """
    order = np.argsort(wanted, kind="stable")
    stacked = heights[order]
    # the centre of each box if all were piled up from 0: subtracting it turns "no overlap" into
    # "not decreasing", which isotonic regression solves exactly
    pile = np.cumsum(stacked) - stacked / 2
    slack = max(high - low - float(stacked.sum()), 0.0)
    start = low if slack else (low + high - float(stacked.sum())) / 2
    fitted = isotonic_regression(wanted[order] - pile).x if wanted.size else wanted
    centres = np.empty_like(wanted)
    centres[order] = np.clip(fitted, start, start + slack) + pile
    return centres
