"""Networks that several studies measure, and what they measure on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.lab.reproduction import Table
from simnet.network import Estimate, Network, make
from simnet.network.distances import DistanceDistribution, distances
from simnet.network.structure import subnetwork
from simnet.randomness import stream_key
from simnet.spec import NetworkSpec

from .estimates import along_a_line

MULTIPLES = {"K": 1e3, "M": 1e6, "G": 1e9}


class Sized(NamedTuple):
    """The distances of a network, and how many people it has."""

    people: int
    distances: DistanceDistribution


def of_size(spec: NetworkSpec, people: int, *, seed: int) -> Network:
    """The network of `spec`, but with this number of people."""
    smaller = type(spec).model_validate({**dict(spec), "people": people})
    return make(smaller, seed=seed, replicate=0)


def measured(network: Network, sources: int, *, seed: int) -> Sized:
    """Distances from some people."""
    return Sized(network.n_people, distances(network, sources=sources, seed=seed))


def at_size(sized: Sequence[Sized], people: float) -> Estimate:
    """Mean distance in a network of another size, on a straight line in the logarithm of size."""
    logarithms = np.log([each.people for each in sized])
    means = [each.distances.mean.value for each in sized]
    return along_a_line(logarithms, means, float(np.log(people)))


def moved_along(sized: Sized, mean: float) -> NDArray[np.float64]:
    """Share of pairs within 0, 1, 2, ... steps, the distribution moved along to this mean.

    Between whole distances the share within is taken to grow linearly.
    """
    shares = [share.value for share in sized.distances.shares]
    within = np.concatenate([[0.0], np.cumsum(shares)])
    shift = mean - sized.distances.mean.value
    steps = np.arange(len(within) + max(int(np.ceil(shift)), 0) + 1)
    return np.asarray(np.interp(steps - shift, np.arange(len(within)), within))


def within_country(network: Network, country: int) -> Network:
    """The people of a country and the ties among them."""
    return subnetwork(network, np.flatnonzero(network.people["country"] == country))


def people_near_degree(network: Network, degree: int, *, most: int, seed: int) -> NDArray[np.int64]:
    """At most `most` people, at random, whose degree is within 5 % of this one."""
    near = np.flatnonzero(np.abs(network.degree - degree) <= 0.05 * degree)
    key = stream_key(seed, 0, f"people of about {degree} ties")
    return np.random.Generator(np.random.Philox(key=key)).permutation(near)[:most]


def counted(text: str) -> float:
    """A number such as `721.1 M`."""
    number, multiple = text.split()
    return float(number) * MULTIPLES[multiple]


def cell(table: Table, row: str, column: str) -> float:
    """The number in one cell, the row named by what stands first in it."""
    rows = table.column(table.columns[0])
    value = table.column(column)[rows.index(row)]
    return counted(value) if isinstance(value, str) else float(value)
