"""Ties under way: rows of as many places as everybody wants ties."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Ties(NamedTuple):
    """The alters of person i so far are ``filled[i]`` places of `rows` from ``start[i]`` on."""

    rows: NDArray[np.int32]
    start: NDArray[np.int64]
    filled: NDArray[np.int64]


def no_ties(wish: NDArray[np.int64]) -> Ties:
    """Empty rows, with room for the ties that everybody wants."""
    start = np.concatenate([[0], np.cumsum(wish)])
    return Ties(np.empty(start[-1], np.int32), start, np.zeros(len(wish), np.int64))
