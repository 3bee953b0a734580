"""How many ties people have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network

Direction: TypeAlias = Literal["total", "in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("total", "in", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeDistribution:
    """The distribution of degrees over people.

    Attributes
    ----------
    degree : ndarray of int64, shape (n_degrees,)
        The degrees that somebody has, ascending; what follows is parallel to it.
    n_people : ndarray of int64
        How many have it.
    share : ndarray of float64
        Their share of all people.
    ccdf : ndarray of float64
        Share of people with this degree or a higher one, P(K >= k).
    mean, median, variance : float
        Of the degree over people, the variance dividing by their number; nan where there is nobody.
    maximum : int or None
        The highest degree; None where there is nobody.
    """

    degree: NDArray[np.int64]
    n_people: NDArray[np.int64]
    share: NDArray[np.float64]
    ccdf: NDArray[np.float64]
    mean: float
    median: float
    variance: float
    maximum: int | None


def degree_distribution(network: Network, *, direction: Direction = "total") -> DegreeDistribution:
    """The distribution of degrees; see `degrees` for `direction`."""
    return _distribution(degrees(network, direction=direction))


def degrees(network: Network, *, direction: Direction = "total") -> NDArray[np.int64]:
    """Degree of each person.

    Parameters
    ----------
    network : Network
        Where.
    direction : {"total", "in", "out"}
        Of a directed network: ties that start from a person (out), end there (in), or both added
        up, so that a tie there and one back count two (total). Without directions they are one.

    Returns
    -------
    ndarray of int64, shape (n_people,)
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}; got {direction!r}")
    if direction == "out" or not network.directed:
        return network.degree
    towards = np.bincount(network.neighbours, minlength=network.n_people)
    return towards if direction == "in" else towards + network.degree


def _distribution(degree: NDArray[np.int64]) -> DegreeDistribution:
    n = len(degree)
    values, counts = np.unique(degree, return_counts=True)
    return DegreeDistribution(
        degree=values,
        n_people=counts,
        share=counts / n,
        ccdf=np.cumsum(counts[::-1])[::-1] / n,
        mean=float(degree.mean()) if n else float("nan"),
        median=float(np.median(degree)) if n else float("nan"),
        variance=float(degree.var()) if n else float("nan"),
        maximum=int(values[-1]) if n else None,
    )
