"""Navigable small worlds by Kleinberg, and by Liben-Nowell and others."""

from __future__ import annotations

from itertools import product
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from simnet.network.generators.checks import MOST_PEOPLE, check_count
from simnet.network.generators.rows import directed_rows, undirected_rows
from simnet.network.model import Dropped, Network
from simnet.network.spaces import Lattice
from simnet.randomness import stream_key

_AXES = ("x", "y", "z")


def kleinberg(
    side: int,
    *,
    dimensions: int = 2,
    exponent: float | None = None,
    long_ties: int = 1,
    local: int = 1,
    torus: bool = True,
    by_rank: bool = False,
    directed: bool = False,
    seed: int,
    replicate: int = 0,
) -> Network:
    """A grid with ties to all within a short distance, and long-range ties from everybody.

    One person is at each of the ``side ** dimensions`` sites of a grid, tied to everybody within
    the lattice distance `local`, ``d(u, v) = sum of steps along the axes``. Beside that, each
    person u draws `long_ties` people v, independently and among all others::

        P(u, v) = d(u, v)**-r / sum over w != u of d(u, w)**-r

    With `by_rank`, the rank takes the distance's place: the number of people, u among them, who are
    nearer to u than v is. On a torus the grid closes in on itself along each axis.

    In Kleinberg's model a long-range tie leads one way, from the person who drew it: give
    ``directed=True`` to have that, and lattice ties as one tie each way. Otherwise both people
    know of it. As the draws are independent, one may repeat a tie there is already, often one of
    the lattice; such ties are left out and counted in ``network.dropped``.

    Parameters
    ----------
    side : int
        Sites along each axis; on a torus, more than twice `local`.
    dimensions : int
        Axes: 1, 2 or 3.
    exponent : float, optional
        r, not negative. If it is not given, the one at which messages find their way fastest in
        large networks: `dimensions`, or 1 by rank.
    long_ties : int
        Long-range ties that a person draws.
    local : int
        Distance within which all are tied.
    torus : bool
        Whether the grid closes in on itself.
    by_rank : bool
        Whether probabilities fall with rank instead of distance.
    directed : bool
        Whether ties have a direction.
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        With the coordinates as people columns ``x``, ``y`` and ``z``, as many as there are axes,
        and the space ``lattice``. Person i is at ``x = i % side``, ``y = i // side % side``, ...

    References
    ----------
    .. [1] Kleinberg (2000), Navigation in a small world, Nature 406; and The small-world
       phenomenon: an algorithmic perspective, Proc. 32nd ACM Symposium on Theory of Computing.
    .. [2] Liben-Nowell, Novak, Kumar, Raghavan and Tomkins (2005), Geographic routing in social
       networks, PNAS 102.
    """
    _check(side, dimensions, long_ties, local, torus)
    if exponent is None:
        exponent = 1.0 if by_rank else float(dimensions)
    if not (isfinite(exponent) and exponent >= 0):
        raise ValueError(f"exponent must be a number of at least 0; got {exponent!r}")
    from simnet.network.generators.grids._kernels import draw_contacts

    people = side**dimensions
    everybody = np.arange(people, dtype=np.int32)
    coordinates = [everybody // side**axis % side for axis in range(dimensions)]
    near = _lattice_ties(coordinates, side, local, torus, directed)
    law = law_of_distance(side, dimensions, torus, exponent, by_rank)
    key = stream_key(seed, replicate, "kleinberg")
    far = draw_contacts(side, dimensions, torus, long_ties, *law, float(exponent), key).ravel()
    ends = (
        np.concatenate([near[0], np.repeat(everybody, long_ties)]),
        np.concatenate([near[1], far]),
    )
    indptr, neighbours, repeats = (directed_rows if directed else undirected_rows)(people, *ends)
    columns = _AXES[:dimensions]
    return Network(
        indptr,
        neighbours,
        directed=directed,
        people=dict(zip(columns, coordinates, strict=True)),
        spaces={"lattice": Lattice(columns, side, wraps=torus)},
        dropped=Dropped(duplicates=repeats),
    )


def _check(side: int, dimensions: int, long_ties: int, local: int, torus: bool) -> None:
    if dimensions not in (1, 2, 3):
        raise ValueError(f"dimensions must be 1, 2 or 3; got {dimensions}")
    check_count("side", side, least=2)
    if side**dimensions > MOST_PEOPLE:
        raise ValueError(
            f"a network holds at most {MOST_PEOPLE:,} people; got {side}**{dimensions}"
        )
    check_count("long_ties", long_ties, least=0)
    check_count("local", local, least=0)
    if torus and side <= 2 * local:
        raise ValueError(f"side must be more than twice local on a torus; got {side} and {local}")


def _lattice_ties(
    coordinates: list[NDArray[np.int32]], side: int, local: int, torus: bool, directed: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Ties to everybody within the distance `local`; each once, or once in either direction."""
    people = np.arange(len(coordinates[0]), dtype=np.int32)
    ends = [(people[:0], people[:0])]
    for steps in product(range(-local, local + 1), repeat=len(coordinates)):
        one_of_two = directed or steps > tuple(-step for step in steps)
        if not 0 < sum(map(abs, steps)) <= local or not one_of_two:
            continue
        places = [place + step for place, step in zip(coordinates, steps, strict=True)]
        there = np.ones(len(people), np.bool_)
        if not torus:
            for place in places:
                there &= (place >= 0) & (place < side)
        other = sum(place % side * side**axis for axis, place in enumerate(places))
        ends.append((people[there], np.asarray(other)[there]))
    sources, targets = zip(*ends, strict=True)
    return np.concatenate(sources), np.concatenate(targets)


def law_of_distance(
    side: int, dimensions: int, torus: bool, exponent: float, by_rank: bool
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Cumulative chances of the distances 1, 2, ... to be tried, where to begin the search in
    them, and the ranks to correct by: none where everybody's are the same.

    On an open grid people differ in their ranks; nobody's are smaller than those in the corner.
    """
    from simnet.network.generators.grids._kernels import ranks_at_origin

    furthest = dimensions * (side // 2 if torus else side - 1)
    distance = np.arange(1.0, furthest + 1)
    ranks = ranks_at_origin(furthest, side, dimensions, torus) if by_rank else np.empty(0)
    points = 2.0 * (2.0 * (distance + 1)) ** (dimensions - 1)
    chances = np.cumsum(points * (ranks if by_rank else distance) ** -exponent)
    chances /= chances[-1]
    guide = np.searchsorted(chances, (distance - 1) / furthest, side="right")
    return chances, guide, ranks if not torus else np.empty(0)
