"""Countries and places: how many people live in each, where they lie, and who is near whom."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.network.spaces import EARTH_RADIUS

if TYPE_CHECKING:
    from simnet.spec.social_networks import Society

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LAND = 0.1  # share of the sphere that the countries' discs cover together
_TOWN_KM = 0.2  # radius of the disc of a place with one person; discs grow with their people
_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


class Geography(NamedTuple):
    """Countries, and in them places; points are unit vectors from the centre of the Earth.

    Places are numbered by country: country c has ``first_place[c]`` up to, not including,
    ``first_place[c + 1]``.
    """

    country_people: Ints
    country_points: Floats
    place_people: Ints
    place_points: Floats
    place_country: Ints
    first_place: Ints

    def ranges(self) -> Iterator[tuple[int, int]]:
        """First place of each country, and the first that is not of it."""
        return pairwise(self.first_place.tolist())


def settle(people: int, society: Society, key: NDArray[np.uint32]) -> Geography:
    """The countries and places of a society of this many people."""
    from simnet.network.social._kernels import draws
    from simnet.spec.social_networks import MAX_PLACES

    country_people = apportion(people, _zipf(society.countries, society.country_exponent))
    if not country_people.all():
        raise ValueError(f"{people} people are too few to live in {society.countries} countries")
    n_places = np.maximum(1, np.rint(country_people / society.people_per_place)).astype(np.int64)
    first_place = np.concatenate([[0], np.cumsum(n_places)])
    if first_place[-1] > MAX_PLACES:
        raise ValueError(
            f"there can be at most {MAX_PLACES:,} places; people_per_place of "
            f"{society.people_per_place} makes {first_place[-1]:,}"
        )
    country = np.repeat(np.arange(society.countries), n_places)
    order, bearing, distance = draws(key, len(country), 3)
    nth = np.arange(len(country)) - first_place[country]
    radius = np.arccos(1.0 - 2.0 * _LAND * country_people / people)
    centres = _spread_evenly(society.countries)
    return Geography(
        country_people=country_people,
        country_points=centres,
        place_people=np.concatenate(
            [
                apportion(
                    total, _zipf(end - begin, society.place_exponent)[order[begin:end].argsort()]
                )
                for total, (begin, end) in zip(country_people, pairwise(first_place), strict=True)
            ]
        ),
        place_points=_in_discs(
            centres[country], radius[country], (nth + bearing) / n_places[country], distance
        ),
        place_country=country,
        first_place=first_place,
    )


def homes(
    place: Ints, geography: Geography, bearing: Floats, distance: Floats
) -> tuple[Floats, Floats]:
    """Latitude and longitude of people, uniform in their place's disc, by bearing as numbered."""
    first = np.cumsum(geography.place_people) - geography.place_people
    turn = (np.arange(len(place)) - first[place] + bearing) / geography.place_people[place]
    radius = _TOWN_KM / EARTH_RADIUS * np.sqrt(geography.place_people[place])
    x, y, z = _in_discs(geography.place_points[place], radius, turn, distance).T
    return np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))), np.degrees(np.arctan2(y, x))


def rank_law(points: Floats, people: Ints) -> Floats:
    """Chances, up to a factor a row, that somebody at one point befriends somebody at another.

    In proportion to the sum over those who live there of one over their rank, the r-th nearest
    person having rank r; n people behind R nearer ones add up to about ln((R + n + 1) / (R + 1)).
    Those at one's own point are the nearest.

    References
    ----------
    .. [1] Liben-Nowell, Novak, Kumar, Raghavan and Tomkins (2005), Geographic routing in social
       networks, PNAS 102.
    """
    nearness = points @ points.T
    np.fill_diagonal(nearness, np.inf)
    order = np.argsort(-nearness, axis=1, kind="stable")
    nearer_or_there = np.cumsum(people[order], axis=1)
    nearer = nearer_or_there - people[order]
    law = np.empty(order.shape)
    np.put_along_axis(law, order, np.log((nearer_or_there + 1) / (nearer + 1)), axis=1)
    return law


def apportion(total: int, shares: Floats) -> Ints:
    """Whole numbers that add up to the total, each less than one off its share."""
    ends = np.concatenate([[0.0], np.rint(np.cumsum(shares) * total)]).astype(np.int64)
    return ends[1:] - ends[:-1]


def _zipf(n: int, exponent: float) -> Floats:
    weights = np.arange(1.0, n + 1.0) ** -exponent
    return np.asarray(weights / weights.sum())


def _spread_evenly(n: int) -> Floats:
    """Points of the Fibonacci lattice of a sphere (Gonzalez 2010, Math. Geosci. 42)."""
    z = 1.0 - (2.0 * np.arange(n) + 1.0) / n
    turn = _GOLDEN_ANGLE * np.arange(n)
    across = np.sqrt(1.0 - z * z)
    return np.column_stack([across * np.cos(turn), across * np.sin(turn), z])


def _in_discs(centres: Floats, radius: Floats, turn: Floats, share: Floats) -> Floats:
    """Points of discs on the sphere, by bearing as a share of a full turn and by share of area.

    The radius is an angle; no centre may be a pole.
    """
    away = (radius * np.sqrt(share))[:, None]
    east = np.column_stack([-centres[:, 1], centres[:, 0], np.zeros(len(centres))])
    east /= np.linalg.norm(east, axis=1, keepdims=True)
    north = np.cross(centres, east)
    bearing = 2.0 * np.pi * turn[:, None]
    ahead = np.sin(bearing) * east + np.cos(bearing) * north
    return np.asarray(np.cos(away) * centres + np.sin(away) * ahead)
