"""Every person a dot, every tie a line."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from simnet.figures.networks.canvas import (
    COLOURED,
    HEIGHT,
    TIE,
    canvas,
    colours,
    fit,
    kinds_of,
    legend,
)
from simnet.figures.networks.choosing import groups_of
from simnet.figures.networks.layout import places
from simnet.figures.page import Page
from simnet.network import Network

__all__ = ["people"]


def people(network: Network, *, colour: str | None, seed: int, title: str, who: str) -> Figure:
    """A dot a person, of an area that grows with their ties, and a line a tie."""
    at, where = places(network, seed)
    page = Page(title, f"People {where}; a dot's area grows with its ties. {who}", height=HEIGHT)
    ax = canvas(page)
    ends = np.stack([at[network.sources], at[network.neighbours]], axis=1)
    alpha = float(np.clip(400 / max(network.n_ties, 1), 0.05, 0.6))
    ax.add_collection(LineCollection(list(ends), colors=TIE, linewidths=0.6, alpha=alpha))
    if colour is None:
        kinds = groups_of(network, seed)
        names = [f"{n:,} people" for n in np.bincount(kinds)[:COLOURED]]
    else:
        kinds, names = kinds_of(network, colour)
    relative = network.degree / max(float(network.degree.mean()), 1.0)
    area = float(np.clip(18_000 / network.n_people, 6, 90)) * (0.5 + relative)
    ax.scatter(
        at[:, 0], at[:, 1], s=area, c=colours(kinds), edgecolors="white", linewidths=0.5, zorder=2
    )
    fit(ax, at)
    legend(page, names, colour or "groups")
    return page.figure
