"""A network as a picture: people and ties where they are few, groups where they are many."""

from __future__ import annotations

from matplotlib.figure import Figure

from simnet.errors import NetworkError
from simnet.figures.networks.choosing import around_somebody
from simnet.figures.networks.groups import groups
from simnet.figures.networks.people import people
from simnet.figures.page import house_style
from simnet.network import Network

__all__ = ["network_picture"]

MOST_DRAWN = 600
MOST_GROUPED = 20_000


@house_style
def network_picture(
    network: Network, *, colour: str | None = None, sample: int | None = None, seed: int = 0
) -> Figure:
    """Everybody with their ties, up to 600 people; of more, groups, or a sample of people.

    Groups are found by modularity: a circle a group, its area in proportion to its people, a line
    between two in proportion to their ties. Of a network of more than 20,000 people, they are those
    of the 20,000 nearest to somebody drawn at random. A sample is the people nearest to somebody.

    Parameters
    ----------
    network : Network
        What to draw.
    colour : str, optional
        A column of people; without it, colours are groups.
    sample : int, optional
        Draw so many people of a larger network.
    seed : int
        Key of the sample, the layout and the groups.

    Raises
    ------
    NetworkError
        If there is nobody to draw, or people have no such column.
    """
    if network.n_people == 0:
        raise NetworkError("there is nobody to draw")
    if colour is not None and colour not in network.people:
        known = ", ".join(network.people) or "none"
        raise NetworkError(f"people have no column {colour!r}; there are {known}")
    few = sample is not None or network.n_people <= MOST_DRAWN
    most = sample or (MOST_DRAWN if few else MOST_GROUPED)
    drawn = around_somebody(network, most, seed) if network.n_people > most else network
    title = f"{network.n_people:,} people, {network.n_ties:,} ties"
    who = "Everybody is drawn."
    if drawn is not network:
        who = f"Drawn: the {drawn.n_people:,} people nearest to one drawn at random."
    draw = people if few else groups
    return draw(drawn, colour=colour, seed=seed, title=title, who=who)
