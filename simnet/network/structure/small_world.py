"""How small a world is: clustering and distances against a random and a regular network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.building import from_edges
from simnet.network.estimate import Estimate
from simnet.network.model import Network
from simnet.network.structure.clustering import mean_clustering
from simnet.network.structure.components import components
from simnet.network.structure.direction import as_undirected
from simnet.network.structure.intervals import student

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallWorld:
    r"""Clustering C and mean distance L of a network, and of networks of its size.

    Attributes
    ----------
    clustering, lattice_clustering : float
        C of the network, and of a ring of as many people and ties.
    path_length : Estimate
        L of the network; n counts the people it was measured from.
    random_clustering, random_path_length : Estimate
        Means over n random networks of as many people, and as many ties on average, with t
        intervals; L is over pairs that reach each other.
    sigma : Estimate
        :math:`\sigma = (C / C_r) / (L / L_r)` of Humphries and Gurney (2008), far above 1 in a
        small world; nan if no random network has a triangle.
    omega : Estimate
        :math:`\omega = L_r / L - C / C_l` of Telesford et al. (2011), near 0 in a small world,
        towards 1 in a random network and towards −1 in a lattice; nan if the ring has no triangle.

    Notes
    -----
    The errors of sigma and omega are those of the jackknife over the random networks, and that of
    L where it is sampled; their intervals are Student's with n − 1 degrees of freedom.
    """

    clustering: float
    lattice_clustering: float
    path_length: Estimate
    random_clustering: Estimate
    random_path_length: Estimate
    sigma: Estimate
    omega: Estimate


def small_world_coefficient(
    network: Network, *, references: int = 20, sources: int | None = None, seed: int = 0
) -> SmallWorld:
    """The small-world coefficients sigma [1]_ and omega [2]_, and what they are made of.

    C is `mean_clustering`, which counts people of degree 0 and 1 as 0. The random networks are of
    Erdős and Rényi. In the ring, everybody is tied to those nearest; ties that do not make a full
    round are spread evenly over the next. The direction of ties is left out.

    Parameters
    ----------
    network : Network
        Connected, of at least three people: take the `largest_component` of another.
    references : int
        Number of random networks, at least 2.
    sources : int, optional
        How many people to measure distances from, in the network and in each random one; as
        `simnet.network.distances.distances` chooses without it.
    seed : int
        Key of the random networks and of the people to measure from.

    Raises
    ------
    NetworkError
        If the network is not connected, or of fewer than three people.
    ValueError
        If there are fewer than two references.

    References
    ----------
    .. [1] Humphries and Gurney (2008), Network 'small-world-ness': a quantitative method for
       determining canonical network equivalence, PLoS ONE 3, e0002051.
    .. [2] Telesford, Joyce, Hayasaka, Burdette and Laurienti (2011), The ubiquity of small-world
       networks, Brain Connectivity 1; their references keep everybody's degree, ours the mean.
    """
    if references < 2:
        raise ValueError(f"references must be at least 2; got {references}")
    network = as_undirected(network)
    if network.n_people < 3 or len(components(network).sizes) > 1:
        raise NetworkError(
            "a small world needs a connected network of three people or more; "
            "take the largest component"
        )
    clustering, path_length = _measure(network, sources=sources, seed=seed)
    random = (
        _measure(_random(network, seed=seed, replicate=replicate), sources=sources, seed=seed)
        for replicate in range(references)
    )
    return _compare(
        clustering,
        path_length,
        mean_clustering(ring(network.n_people, network.n_ties)),
        np.array([(random_clustering, length.value) for random_clustering, length in random]),
    )


def ring(people: int, ties: int) -> Network:
    """A ring of so many people and ties, the ends of a tie as few places apart as can be."""
    rounds, rest = divmod(ties, people)
    everybody = np.arange(people)
    # Half way round the ring, a tie from either end is the same tie.
    last = everybody[: people // 2] if 2 * (rounds + 1) == people else everybody
    places = np.arange(1, len(last) + 1) * rest // len(last)
    last = last[np.diff(places, prepend=0) > 0]
    starts = np.concatenate([np.tile(everybody, rounds), last])
    steps = np.repeat(np.arange(1, rounds + 2), [people] * rounds + [len(last)])
    return from_edges(starts, (starts + steps) % people, n_people=people)


def _measure(network: Network, *, sources: int | None, seed: int) -> tuple[float, Estimate]:
    from simnet.network.distances import distances

    return mean_clustering(network), distances(network, sources=sources, seed=seed).mean


def _random(network: Network, *, seed: int, replicate: int) -> Network:
    from simnet.network.generators import erdos_renyi

    degree = 2 * network.n_ties / network.n_people
    return erdos_renyi(network.n_people, degree, seed=seed, replicate=replicate)


def _compare(
    clustering: float, path_length: Estimate, lattice_clustering: float, random: Floats
) -> SmallWorld:
    """`random` has a row for each random network: its clustering and mean distance."""
    length = path_length.value
    error = path_length.standard_error / length
    closed = clustering / lattice_clustering if lattice_clustering > 0 else np.nan

    def sigma(means: Floats) -> Floats:
        random_clustering = np.where(means[..., 0] > 0, means[..., 0], np.nan)
        return clustering / random_clustering * means[..., 1] / length

    def omega(means: Floats) -> Floats:
        return np.asarray(means[..., 1] / length - closed)

    means = random.mean(axis=0)
    return SmallWorld(
        clustering=clustering,
        lattice_clustering=lattice_clustering,
        path_length=path_length,
        random_clustering=_over_references(lambda means: means[..., 0], random),
        random_path_length=_over_references(lambda means: means[..., 1], random),
        sigma=_over_references(sigma, random, float(sigma(means)) * error),
        omega=_over_references(omega, random, means[1] / length * error),
    )


def _over_references(
    statistic: Callable[[Floats], Floats], random: Floats, own_error: float = 0.0
) -> Estimate:
    """A statistic of the means over references, with what error the network's own L brings in."""
    n = len(random)
    means = random.mean(axis=0)
    without = statistic((n * means - random) / (n - 1))
    variance = (n - 1) * np.var(without) + own_error**2
    return student(
        float(statistic(means)), float(np.sqrt(variance)), n=n, method="jackknife over references"
    )
