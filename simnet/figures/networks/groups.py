"""Every group of people a circle, and the ties between two groups a line."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray

from simnet.figures.arms import PALETTE
from simnet.figures.networks.canvas import HEIGHT, TIE, canvas, colours, fit, kinds_of, legend
from simnet.figures.networks.choosing import groups_of
from simnet.figures.networks.layout import Points, springs
from simnet.figures.page import Page
from simnet.network import Network, from_edges

__all__ = ["groups"]

Counts = NDArray[np.int64]

DRAWN = 40
SMALLEST = 0.005
"""Groups with a smaller share of the people are left out."""
NUMBERED = 0.03
THICKEST = 10.0
LARGEST_RADIUS = 0.6
GAP = 0.06


def groups(network: Network, *, colour: str | None, seed: int, title: str, who: str) -> Figure:
    """Groups by modularity: areas in proportion to people, lines to the ties between two."""
    group = groups_of(network, seed)
    everybody = np.bincount(group)
    size = everybody[everybody >= SMALLEST * network.n_people][:DRAWN]
    between = _between(network, group, len(size))
    radius = LARGEST_RADIUS * np.sqrt(size / size.sum())
    at = _side_by_side(springs(_quotient(between), "attraction", seed), radius)
    inside = float(between.trace() / max(between.sum(), 1))
    caption = (
        f"The {len(size)} largest of {len(everybody):,} groups by modularity, with "
        f"{size.sum():,} people (numbers); areas in proportion to people, widths of lines to ties. "
        f"{inside:.0%} of their ties lie inside a group. {who}"
    )
    page = Page(title, caption, height=HEIGHT)
    ax = canvas(page)
    one, other = np.nonzero(np.triu(between, 1))
    widths = THICKEST * between[one, other] / max(between[one, other].max(initial=1), 1)
    lines = list(np.stack([at[one], at[other]], axis=1))
    ax.add_collection(LineCollection(lines, colors=TIE, linewidths=widths, alpha=0.35, zorder=1))
    hues = [PALETTE[0]] * len(size)
    if colour is not None:
        kinds, names = kinds_of(network, colour)
        hues = colours(_commonest(kinds, group, len(size)))
        legend(page, names, f"most: {colour}")
    for centre, reach, hue, count in zip(at, radius, hues, size, strict=True):
        ax.add_patch(Circle((centre[0], centre[1]), reach, fc=hue, ec="white", zorder=2))
        if count >= NUMBERED * size.sum():
            ax.annotate(f"{count:,}", centre, ha="center", va="center", color="white", size=9)
    fit(ax, np.concatenate([at - radius[:, None], at + radius[:, None]]))
    return page.figure


def _side_by_side(at: Points, radius: NDArray[np.float64]) -> Points:
    """Circles moved away from each other until none covers another, or 500 times."""
    moved: Points = at - at.mean(axis=0)
    for _ in range(500):
        way = moved[:, None] - moved[None]
        apart = np.hypot(way[..., 0], way[..., 1])
        short = radius[:, None] + radius[None] + GAP - apart
        np.fill_diagonal(short, 0.0)
        if short.max(initial=0.0) <= 1e-3:
            break
        push = np.maximum(short, 0.0) / np.maximum(apart, 1e-9) / 2
        moved = moved + 0.5 * (push[..., None] * way).sum(axis=1)
    return moved


def _between(network: Network, group: Counts, n: int) -> Counts:
    """Half-ties from group to group, among the first n groups."""
    one, other = group[network.sources], group[network.neighbours]
    both = (one < n) & (other < n)
    counts = np.bincount(one[both] * n + other[both], minlength=n * n).reshape(n, n)
    return np.asarray(counts + counts.T if network.directed else counts)


def _quotient(between: Counts) -> Network:
    """The network of the groups: they attract each other by their ties over those by chance."""
    one, other = np.nonzero(np.triu(between, 1))
    ties = between.sum(axis=1).astype(np.float64)
    attraction = between[one, other] * ties.sum() / (ties[one] * ties[other])
    return from_edges(
        one, other, n_people=len(between), tie_columns={"attraction": np.clip(attraction, 0.02, 3)}
    )


def _commonest(kinds: Counts, group: Counts, n: int) -> Counts:
    return np.array([np.bincount(kinds[group == place]).argmax() for place in range(n)])
