"""What the pictures of people and of groups share: the canvas, colours and their legend."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from simnet.figures.arms import PALETTE
from simnet.figures.networks.layout import Points
from simnet.figures.page import WIDTH, Page
from simnet.network import Network

__all__ = ["COLOURED", "HEIGHT", "TIE", "canvas", "colours", "fit", "kinds_of", "legend"]

HEIGHT = 6.2
LEGEND = 1.6
GREY = "#B0B0B0"
TIE = "#555555"
COLOURED = len(PALETTE) - 1
LONGEST_NAME = 18


def canvas(page: Page) -> Axes:
    """The part of the page where the network is drawn."""
    ax = page.panel(0.1, 0.0, WIDTH - LEGEND - 0.2, HEIGHT)
    ax.set_axis_off()
    return ax


def fit(ax: Axes, at: Points) -> None:
    """Limits around the points, with the same scale both ways."""
    low, high = at.min(axis=0), at.max(axis=0)
    middle, reach = (low + high) / 2, max(float((high - low).max()) / 2, 1e-9) * 1.12
    ax.set_xlim(middle[0] - reach, middle[0] + reach)
    ax.set_ylim(middle[1] - reach, middle[1] + reach)
    ax.set_aspect("equal")


def kinds_of(network: Network, column: str) -> tuple[NDArray[np.int64], list[str]]:
    """Everybody's kind by a column, the commonest first, and the names of the coloured ones."""
    values = [str(value) for value in network.people[column].tolist()]
    named, code, count = np.unique(values, return_inverse=True, return_counts=True)
    order = np.argsort(-count, kind="stable")
    return np.argsort(order)[code], [str(named[kind]) for kind in order[:COLOURED]]


def colours(kinds: NDArray[np.int64]) -> list[str]:
    """A colour for each of the commonest kinds, grey for the rest."""
    return [PALETTE[kind] if kind < COLOURED else GREY for kind in kinds]


def legend(page: Page, names: list[str], title: str) -> None:
    """Names beside their colours, at the right."""
    ax = page.panel(WIDTH - LEGEND, 0.2, LEGEND - 0.1, 0.24 * (len(names) + 1))
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(len(names) + 1, 0)
    ax.text(0, 0.5, title, size=9, weight="bold", va="center")
    for place, name in enumerate(names):
        ax.scatter(0.06, place + 1.5, s=36, c=PALETTE[place])
        ax.text(0.16, place + 1.5, name[:LONGEST_NAME], size=9, va="center")
