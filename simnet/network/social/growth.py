"""A network that people join week by week while it becomes denser, and how it stood in a week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simnet.errors import NetworkError
from simnet.network.building import from_edges
from simnet.network.model import Network
from simnet.network.spaces import Circle
from simnet.randomness import stream_key

_MOVE = 0.02  # standard deviation of a newcomer's place from the inviter's, on a circle of 1


def growing(
    people: int,
    *,
    founders: int,
    degree: float,
    densification: float = 1.36,
    closure: float = 0.85,
    weeks: int = 104,
    seed: int,
    replicate: int = 0,
) -> Network:
    """A network that people join week by week while it becomes denser.

    In week w = 0, ..., W there are n(w) = founders (people / founders)^(w / W) people and
    e(w) = (degree people / 2) (n(w) / people)^densification ties, both rounded: the number of ties
    is the number of people to the power `densification` [1]_, and the mean degree rises from
    degree (founders / people)^(densification - 1) to `degree`.

    Each week first the newcomers join, one after the other, each invited by somebody drawn from
    all who have joined before and tied to them. Then ties are made until there are e(w): somebody
    drawn from all who are there is tied to a random alter of a random alter with the chance
    `closure` [2]_, otherwise to anybody; a draw that yields no new tie is repeated. So the network
    is connected in every week.

    Parameters
    ----------
    people : int
        Number of people in the last week.
    founders : int
        Number of people in week 0, from 2 to `people`.
    degree : float
        Mean degree in the last week.
    densification : float
        Exponent of densification, from 1 to 2.
    closure : float
        Chance that a tie closes a wedge, in [0, 1].
    weeks : int
        Number W of the last week, at least 1.
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected, with the tie column ``week`` in which the tie formed, the people columns
        ``joined``, a week, and ``place``, a position on a circle of length 1 near the inviter's,
        and the space ``place``. People are numbered as they joined.

    Raises
    ------
    ValueError
        If an argument is out of range, or the mean degree in week 0 is below 2 or above half of
        what is possible.

    See Also
    --------
    at_week : the network as it stood in a week.

    References
    ----------
    .. [1] Leskovec, Kleinberg and Faloutsos (2005), Graphs over time: densification laws, shrinking
       diameters and possible explanations, KDD '05.
    .. [2] Leskovec, Backstrom, Kumar and Tomkins (2008), Microscopic evolution of social networks,
       KDD '08.
    """
    _check(people, founders, densification, closure, weeks)
    growth = (people / founders) ** (np.arange(weeks + 1) / weeks)
    present = np.rint(founders * growth).astype(np.int64)
    degrees = degree * (present / people) ** (densification - 1.0)
    if not 2.0 <= degrees[0] <= (founders - 1) / 2:
        raise ValueError(
            f"the mean degree of the {founders} founders must be from 2 to half of the others; "
            f"degree and densification make it {degrees[0]:g}"
        )
    from simnet.network.social._kernels import grow

    ties = np.rint(present * degrees / 2).astype(np.int64)
    key = stream_key(seed, replicate, "growing")
    ends, week, place = grow(present, ties, closure, _MOVE, key)
    joined = np.searchsorted(present, np.arange(people), side="right")
    network = from_edges(
        *ends.T,
        n_people=people,
        people={"joined": joined.astype(np.int32), "place": place},
        tie_columns={"week": week},
    )
    return replace(network, spaces={"place": Circle("place")})


def at_week(network: Network, week: int) -> Network:
    """The network as it stood at the end of a week: who had joined, tied by the ties so far.

    People keep their ids, and ties and people all their columns.

    Parameters
    ----------
    network : Network
        With the people column ``joined`` and the tie column ``week``, as `growing` makes it.
    week : int
        The week; before the first, the network is empty.

    Raises
    ------
    NetworkError
        If one of the two columns is missing.
    """
    for kind, name, columns in (
        ("people", "joined", network.people),
        ("tie", "week", network.tie_columns),
    ):
        if name not in columns:
            raise NetworkError(f"the network has no {kind} column {name!r}")
    there = network.people["joined"] <= week
    formed = network.tie_columns["week"] <= week
    formed &= there[network.sources] & there[network.neighbours]
    degree = np.bincount(network.sources[formed], minlength=network.n_people)[there]
    ids = np.arange(network.n_people) if network.ids is None else network.ids
    return Network(
        indptr=np.concatenate([[0], np.cumsum(degree)]),
        neighbours=(np.cumsum(there) - 1)[network.neighbours[formed]].astype(np.int32),
        directed=network.directed,
        people={name: column[there] for name, column in network.people.items()},
        tie_columns={name: column[formed] for name, column in network.tie_columns.items()},
        ids=None if network.ids is None and there.all() else ids[there],
        spaces=network.spaces,
    )


def _check(people: int, founders: int, densification: float, closure: float, weeks: int) -> None:
    if not 2 <= founders <= people:
        raise ValueError(f"founders must be from 2 to the {people} people; got {founders}")
    if not 1.0 <= densification <= 2.0:
        raise ValueError(f"densification must be from 1 to 2; got {densification!r}")
    if not 0.0 <= closure <= 1.0:
        raise ValueError(f"closure must be a probability in [0, 1]; got {closure!r}")
    if weeks < 1:
        raise ValueError(f"weeks must be at least 1; got {weeks}")
