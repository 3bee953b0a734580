"""Networks by Watts, Dodds and Newman, in which people have several identities."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.generators.checks import check_count
from simnet.network.generators.rows import pair_table, undirected_rows
from simnet.network.model import Network
from simnet.network.spaces import Hierarchy
from simnet.randomness import stream_key

_ATTEMPTS_A_TIE = 100
_MOST_AT_ONCE = 2**18


def watts_dodds_newman(
    people: int,
    *,
    hierarchies: int = 2,
    branching: int = 2,
    group: float = 100,
    homophily: float = 1.0,
    degree: float = 99,
    seed: int,
    replicate: int = 0,
) -> Network:
    """People in groups, which several hierarchies order in as many ways, tied to those near.

    In each hierarchy there are ``branching ** levels`` groups, `levels` being the whole number that
    brings their mean size nearest to `group` (in logarithms), and everybody is put in one of them
    at random, independently. Then ties are drawn: a random person, a random hierarchy, a distance x
    = 1, ..., levels + 1 with probability ``p(x) = c exp(-homophily * x)``, and a random person at
    that distance in that hierarchy. If there is nobody, or a tie already, all is drawn again. It
    ends when people have `degree` ties on average.

    The distance x of the paper is 1 within a group. That of `simnet.network.spaces.Hierarchy` is
    the height of the lowest common branching, ``x - 1``.

    Parameters
    ----------
    people : int
        Number of people.
    hierarchies : int
        Independent hierarchies, H in the paper.
    branching : int
        Into how many each branching divides, b in the paper.
    group : float
        Mean people of a group, g in the paper; reached as nearly as whole levels allow.
    homophily : float
        How fast ties become rare with distance, alpha in the paper. At ``-log(branching)`` all
        pairs are about alike.
    degree : float
        Mean ties of a person, z in the paper; the number of ties is
        ``round(people * degree / 2)``.
    seed, replicate : int
        Key of the draws.

    Returns
    -------
    Network
        Undirected, with everybody's groups as people columns ``group_1``, ``group_2``, ..., and the
        spaces ``hierarchy-1``, ``hierarchy-2``, ...

    Raises
    ------
    NetworkError
        If about 100 attempts a tie do not give that many ties, because homophily leaves too few
        pairs with a chance worth speaking of.

    References
    ----------
    .. [1] Watts, Dodds and Newman (2002), Identity and search in social networks, Science 296.
    """
    _check(people, hierarchies, branching, group, homophily, degree)
    levels = max(0, round(log(people / group, branching)))
    groups = _groups(people, hierarchies, branching**levels, seed, replicate)
    chances = np.cumsum(np.exp(-homophily * np.arange(levels + 1)))
    key = stream_key(seed, replicate, "watts-dodds-newman")
    pairs = _pairs(groups, branching, chances / chances[-1], round(people * degree / 2), key)
    indptr, neighbours, _ = undirected_rows(
        people, (pairs // people).astype(np.int32), (pairs % people).astype(np.int32)
    )
    columns = [f"group_{h + 1}" for h in range(hierarchies)]
    return Network(
        indptr,
        neighbours,
        people=dict(zip(columns, groups, strict=True)),
        spaces={
            f"hierarchy-{h + 1}": Hierarchy(column, branching, levels)
            for h, column in enumerate(columns)
        },
    )


def _check(
    people: int, hierarchies: int, branching: int, group: float, homophily: float, degree: float
) -> None:
    check_count("people", people, least=2)
    check_count("hierarchies", hierarchies, least=1)
    check_count("branching", branching, least=2)
    if not 1 <= group < people:
        raise ValueError(f"group must be at least 1 and less than people; got {group!r}")
    if not np.isfinite(homophily):
        raise ValueError(f"homophily must be a number; got {homophily!r}")
    if not 0 < degree < people:
        raise ValueError(f"degree must be above 0 and less than people; got {degree!r}")


def _groups(
    people: int, hierarchies: int, n_groups: int, seed: int, replicate: int
) -> NDArray[np.int32]:
    """Everybody's group in each hierarchy."""
    from simnet.randomness._kernels import fill_uniform

    key = stream_key(seed, replicate, "groups")
    groups = np.empty((hierarchies, people), np.int32)
    draws = np.empty(people)
    for hierarchy in range(hierarchies):
        fill_uniform(draws, key, 0, hierarchy, 0, 0)
        groups[hierarchy] = draws * n_groups
    return groups


def _pairs(
    groups: NDArray[np.int32],
    branching: int,
    chances: NDArray[np.float64],
    n_ties: int,
    key: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """The first pairs that the attempts draw, each once, as lower * people + higher."""
    from simnet.network.generators.hierarchies._kernels import add_new, draw_pairs

    members = np.argsort(groups, axis=1, kind="stable").astype(np.int32)
    n_groups = branching ** (len(chances) - 1)
    sizes = [np.bincount(row, minlength=n_groups) for row in groups]
    first = np.cumsum([np.concatenate([[0], of_groups]) for of_groups in sizes], axis=1)
    known = np.empty(n_ties, np.int64)
    table = pair_table(n_ties)
    attempts = np.empty(min(_MOST_AT_ONCE, n_ties + 1000), np.int64)
    count = begin = 0
    while count < n_ties:
        if begin > _ATTEMPTS_A_TIE * n_ties + len(attempts):
            raise NetworkError(
                f"{begin:,} attempts gave {count:,} of {n_ties:,} ties: homophily leaves too few "
                "pairs that can be tied; lower homophily or degree"
            )
        draw_pairs(attempts, begin, groups, members, first, branching, chances, key)
        count = add_new(known, table, attempts, count)
        begin += len(attempts)
    return known
