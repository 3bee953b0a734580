"""Who lives in a society: people's columns, and how many ties they want."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Array
from simnet.network.social.geography import Geography, homes
from simnet.network.spaces import Category, Hierarchy, Scale, Space, Sphere

if TYPE_CHECKING:
    from simnet.spec.social_networks import Lognormal, Quantiles, Society

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HALF_STEP = 2.0**-54  # of a draw; keeps the normal score of a draw of 0 finite


class Population(NamedTuple):
    """People in the order of their countries, places and where in them they live.

    `wish` is the number of ties that everybody wants, `activity` its normal score.
    """

    columns: dict[str, Array]
    spaces: dict[str, Space]
    wish: Ints
    activity: Floats


def populate(
    people: int, society: Society, geography: Geography, key: NDArray[np.uint32]
) -> Population:
    """The people of a society: where they live, how old they are, in which field they work."""
    from simnet.network.social._kernels import draws

    busy, years, field, bearing, distance = draws(key, people, 5)
    place = np.repeat(np.arange(len(geography.place_people)), geography.place_people)
    lat, lon = homes(place, geography, bearing, distance)
    return Population(
        columns={
            "country": geography.place_country[place].astype(np.int32),
            "place": place.astype(np.int32),
            "lat": lat,
            "lon": lon,
            "age": society.youngest + _whole(years, society.oldest - society.youngest + 1),
            "field": _whole(field, society.branching**society.levels),
        },
        spaces={
            "place": Sphere("lat", "lon"),
            "country": Category("country"),
            "age": Scale("age"),
            "field": Hierarchy("field", society.branching, society.levels),
        },
        wish=_wishes(society.degrees, busy, people - 1),
        activity=normal_scores(busy),
    )


def normal_scores(draw: Floats) -> Floats:
    """Values of a standard normal variable at these quantiles, finite for a draw of 0."""
    from scipy.special import ndtri

    return np.asarray(ndtri(draw + _HALF_STEP))


def _wishes(degrees: Lognormal | Quantiles, draw: Floats, most: int) -> Ints:
    """Degrees at these quantiles, rounded, at least 1 and at most `most`."""
    match degrees.law:
        case "lognormal":
            spread = np.sqrt(2.0 * np.log(degrees.mean / degrees.median))
            wish = np.exp(np.log(degrees.median) + spread * normal_scores(draw))
            wish = np.minimum(wish, degrees.most)
        case "quantiles":
            wish = np.interp(draw, degrees.shares, degrees.degrees)
        case _:
            assert_never(degrees)
    return np.asarray(np.clip(np.rint(wish), 1, most), dtype=np.int64)


def _whole(draw: Floats, n: int) -> NDArray[np.int32]:
    """Whole numbers from 0 to n - 1."""
    return (draw * n).astype(np.int32)
