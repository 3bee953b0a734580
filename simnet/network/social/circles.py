"""Ties within circles: groups of people near each other in place, age or field of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simnet.network.social.population import Population, normal_scores
from simnet.network.social.ties import Ties

if TYPE_CHECKING:
    from simnet.spec.social_networks import Society

Ints = NDArray[np.int64]

CIRCLES = ("neighbourhood", "cohort", "work")

_BANDS = 12  # of activity, each one standard deviation wide
_MIDDLE = _BANDS // 2


def quotas(wish: Ints, society: Society, key: NDArray[np.uint32]) -> dict[str, Ints]:
    """Ties that everybody wants of each kind; the rest of `wish` is for people further off.

    The `close` ties are of the neighbourhood. With m others, one draw u a person and the shares
    cumulated to F_0 = 0, F_1, ..., kind k gets floor(F_k m + u) - floor(F_(k-1) m + u): never one
    off its share, and right on average.
    """
    from simnet.network.social._kernels import draws

    kinds = (*CIRCLES, "abroad", "introduced")
    close = np.minimum(society.close, wish)
    cumulated = np.cumsum([0.0, *(getattr(society, kind) for kind in kinds)])
    steps = np.floor(cumulated[:, None] * (wish - close) + draws(key, len(wish), 1))
    wanted = dict(zip(kinds, np.diff(steps, axis=0).astype(np.int64), strict=True))
    wanted["neighbourhood"] += close
    return wanted


def meet_in_circles(
    ties: Ties,
    wanted: dict[str, Ints],
    population: Population,
    society: Society,
    key: NDArray[np.uint32],
) -> None:
    """Tie people within the groups of every circle; `wanted` becomes the ties still wanted.

    A circle's people stand in the order of country, band of activity, what brings them together
    and then place; groups are cut from that order.
    """
    from simnet.network.social._kernels import cut_into_groups, draws, meet_in_groups

    noise = draws(key, len(population.wish), len(CIRCLES))
    nearness = {"cohort": "age", "work": "field"}
    for number, circle in enumerate(CIRCLES):
        level = np.sqrt(society.sorting) * population.activity
        level += np.sqrt(1.0 - society.sorting) * normal_scores(noise[number])
        stratum = _strata(population.columns["country"], level)
        near = [population.columns[nearness[circle]]] if circle in nearness else []
        order = np.lexsort([*near, stratum])  # stable, and people are numbered by place
        begins = cut_into_groups(order, stratum, wanted[circle], society.density)
        meet_in_groups(order, begins, wanted[circle], number, key, *ties)


def _strata(country: NDArray[np.int32], level: NDArray[np.float64]) -> Ints:
    """A number for everybody's country and band of activity."""
    band = np.clip(np.floor(level).astype(np.int64) + _MIDDLE, 0, _BANDS - 1)
    return country * _BANDS + band
