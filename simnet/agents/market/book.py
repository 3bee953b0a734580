"""The book of open needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simnet.agents.market._kernels import (
    MOST_PEOPLE,
    NEED,
    UNMET,
    Found,
    arise,
    draw_needs,
    draw_rates,
    show_needs,
)

if TYPE_CHECKING:
    from simnet.agents.crowd import People, Records

QUARTER = 13
_QUANTILES = 4096
_TAIL = 0.95


class NeedBook:
    """Needs that are open, from the week they arise until they are met or end outside."""

    def __init__(self, parameters: Any, key: tuple[int, int]) -> None:
        self.open: Records = np.zeros(0, NEED).view(np.recarray)
        self._parameters = parameters
        self._key = key
        self._quantiles = rate_quantiles(parameters[0].market_burst_shape)
        self._arisen = 0

    def turn_to(self, week: int, people: People) -> None:
        """A new week: needs arise and are shown on the people who have them."""
        if week % QUARTER == 0:
            draw_rates(self._parameters, self._key, people, week // QUARTER, self._quantiles)
        count = np.empty(len(people.row), np.int8)
        arise(self._parameters, self._key, people, week, count)
        self._add(week, count)
        show_needs(people, self.open)

    def close(self, closed: NDArray[np.bool_], people: People) -> None:
        """Take needs out of the book."""
        people.face.open_need[self.open.person] = -1
        self.open = _as_needs(_as_bytes(self.open)[~closed])
        show_needs(people, self.open)

    def blank_findings(self) -> Found:
        """An empty record of this week's search, one row an open need."""
        n = len(self.open)
        return Found(
            route=np.full(n, UNMET, np.int8),
            length=np.zeros(n, np.int8),
            path=np.full((n, MOST_PEOPLE), -1, np.int32),
            chain=np.zeros(n, np.int8),
            steps=np.zeros(n, np.int8),
            holders=np.full((n, MOST_PEOPLE), -1, np.int32),
            strengths=np.zeros((n, MOST_PEOPLE), np.float32),
        )

    def _add(self, week: int, count: NDArray[np.int8]) -> None:
        having = np.flatnonzero(count > 0)
        times = count[having].astype(np.int64)
        who = np.repeat(having, times)
        nth = np.arange(len(who)) - np.repeat(np.cumsum(times) - times, times)
        new = np.zeros(len(who), NEED).view(np.recarray)
        new.number[:] = self._arisen + np.arange(len(who))
        new.person[:] = who
        new.opened[:] = week
        new.nth[:] = nth
        new.asked[:] = -1.0
        u = np.empty(len(who))
        draw_needs(self._parameters, self._key, new, u)
        p = self._parameters[0]
        new.value[:] = value_quantile(u, p.market_value_sigma, p.market_value_tail)
        self._arisen += len(who)
        self.open = _as_needs(np.concatenate([_as_bytes(self.open), _as_bytes(new)]))


def _as_bytes(needs: Records) -> NDArray[np.void]:
    """The same records as so many bytes each, which NumPy copies several times as fast."""
    return needs.view(np.ndarray).view(np.dtype((np.void, NEED.itemsize)))


def _as_needs(rows: NDArray[np.void]) -> Records:
    return rows.view(NEED).view(np.recarray)


def rate_quantiles(shape: float) -> NDArray[np.float64]:
    """Quantiles, at the middle of equal shares, of a gamma distribution of mean 1 (M50)."""
    from scipy.special import gammaincinv

    u = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    quantiles = gammaincinv(shape, u)
    return np.asarray(quantiles / quantiles.mean(), np.float64)


def value_quantile(u: NDArray[np.float64], sigma: float, tail: float) -> NDArray[np.float64]:
    """Value of an opportunity at the share u of the distribution (M53), of mean 1.

    exp(sigma z(u)) up to the 95th percentile x, then the Pareto tail
    x ((1 - u) / 0.05)^(-1 / tail); divided by the mean of both,
    exp(sigma^2 / 2) Phi(z(0.95) - sigma) + 0.05 x tail / (tail - 1).
    """
    from scipy.special import ndtr, ndtri

    z = ndtri(_TAIL)
    knee = np.exp(sigma * z)
    mean = np.exp(0.5 * sigma**2) * ndtr(z - sigma) + (1 - _TAIL) * knee * tail / (tail - 1)
    body = np.exp(sigma * ndtri(np.clip(u, 1e-12, _TAIL)))
    beyond = knee * ((1.0 - np.maximum(u, _TAIL)) / (1.0 - _TAIL)) ** (-1.0 / tail)
    return np.asarray(np.where(u < _TAIL, body, beyond) / mean, np.float64)
