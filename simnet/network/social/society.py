"""The network of a society: people in places, of an age, in a field of work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simnet.network.model import Network
from simnet.network.social.circles import meet_in_circles, quotas
from simnet.network.social.geography import settle
from simnet.network.social.population import populate
from simnet.network.social.ties import no_ties
from simnet.network.social.travel import countries, own_country, places, travel
from simnet.randomness import stream_key

if TYPE_CHECKING:
    from simnet.spec.social_networks import Society


def social(
    people: int, *, society: Society | None = None, seed: int, replicate: int = 0
) -> Network:
    """People in places, of an age and in a field of work, tied by closeness in all of these.

    Countries have people by a power of their rank, and so have the places of a country; people
    live in the disc that their place is, are of any age between the youngest and the oldest and
    work in a leaf of a hierarchy of fields, with equal chances. Everybody draws the number of ties
    they want. Ties then form in this order, and nobody ever has more than they want:

    1. In three circles, within groups that are near in place, in age or in field of work (foci,
       Feld 1981). People of a country are sorted by their level of activity, which is their
       wanted degree blurred, then by what brings them together, then by place, and cut into groups
       such that the busier members would be tied with the chance `density`. Members are tied with
       chances in proportion to the ties that both want there, as in the blocks of BTER
       (Seshadhri, Kolda and Pinar 2012). Groups make most of the clustering.
    2. Abroad: a visitor goes to another country by the ranks of its people, and is tied to a host
       of like level of activity.
    3. By introduction: to an alter's alter in the same country (triadic closure).
    4. Further off, for all ties still wanted: a visitor goes to a place of their own country with
       chances by rank, P(v) ~ 1 / (number of people nearer than v) (Liben-Nowell et al. 2005),
       and is tied to a host of like level; what is left over then is matched anywhere in the
       country.

    The share of ties inside a country and the distribution of degrees are met by construction,
    clustering and degree assortativity by fitted defaults: see docs/social.md.

    Parameters
    ----------
    people : int
        Number of people.
    society : Society, optional
        Every parameter, with its default; `simnet.spec.social_networks.FACEBOOK` without it.
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected, with the people columns ``country``, ``place`` (numbers from 0), ``lat``,
        ``lon`` (degrees), ``age`` (years) and ``field`` (leaf of the hierarchy), and the spaces
        ``place``, ``country``, ``age`` and ``field``. People are numbered by country and place.

    Raises
    ------
    ValueError
        If a country is left without people, or there are too many places.

    Notes
    -----
    Time and memory grow with the number of ties, and with the square of the number of places in
    a country. A person who wants more ties than there are people at hand gets fewer.

    References
    ----------
    .. [1] Feld (1981), The focused organization of social ties, Am. J. Sociology 86.
    .. [2] Seshadhri, Kolda and Pinar (2012), Community structure and scale-free collections of
       Erdős–Rényi graphs, Phys. Rev. E 85.
    .. [3] Liben-Nowell et al. (2005), Geographic routing in social networks, PNAS 102.
    """
    if society is None:
        from simnet.spec.social_networks import FACEBOOK

        society = FACEBOOK
    from simnet.network.social._kernels import ascending_rows, introduce

    key = partial(stream_key, seed, replicate)
    land = settle(people, society, key("social-places"))
    crowd = populate(people, society, land, key("social-people"))
    ties = no_ties(crowd.wish)
    wanted = quotas(crowd.wish, society, key("social-quotas"))
    meet_in_circles(ties, wanted, crowd, society, key("social-circles"))
    visit = partial(travel, ties, activity=crowd.activity, sorting=society.sorting)
    visit(wanted["abroad"], countries(crowd, land), key=key("social-abroad"))
    introduce(wanted["introduced"], crowd.columns["country"], key("social-introduced"), *ties)
    rest = crowd.wish - ties.filled
    visit(rest, places(crowd, land), key=key("social-further-off"))
    visit(rest, own_country(crowd, land), key=key("social-anywhere"))
    indptr, neighbours = ascending_rows(*ties)
    return Network(indptr, neighbours, people=crowd.columns, spaces=crowd.spaces)
