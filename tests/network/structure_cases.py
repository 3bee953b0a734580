"""Random small networks, and networks whose structure is known, for the tests of structure."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from simnet.network import Network, from_edges


@st.composite
def networks(
    draw: st.DrawFn,
    *,
    directed: bool | None = None,
    max_people: int = 10,
    weighted: bool = False,
) -> Network:
    """Any number of people from none, any density, isolated people and loose parts included."""
    n = draw(st.integers(0, max_people))
    possible = [(a, b) for a in range(n) for b in range(n) if a != b]
    ties = draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    weights = draw(st.lists(st.floats(0.125, 8, width=16), min_size=len(ties), max_size=len(ties)))
    return from_edges(
        np.array([a for a, _ in ties], dtype=np.int64),
        np.array([b for _, b in ties], dtype=np.int64),
        n_people=n,
        directed=draw(st.booleans()) if directed is None else directed,
        tie_columns={"weight": weights} if weighted else None,
    )


def tied(*ties: tuple[int, int], people: int | None = None, directed: bool = False) -> Network:
    """The network of these ties."""
    ends = np.array(ties, dtype=np.int64).reshape(-1, 2)
    n = int(ends.max(initial=-1)) + 1 if people is None else people
    return from_edges(ends[:, 0], ends[:, 1], n_people=n, directed=directed)


def complete(people: int) -> Network:
    """Everybody is tied to everybody."""
    return tied(*combinations(range(people), 2), people=people)


def star(alters: int) -> Network:
    """Person 0 is tied to all others, and nobody else to anybody."""
    return tied(*((0, i) for i in range(1, alters + 1)), people=alters + 1)


def path(people: int) -> Network:
    """Everybody is tied to the next."""
    return tied(*((i, i + 1) for i in range(people - 1)), people=people)


def binary_tree(people: int) -> Network:
    """Everybody is tied to the two below."""
    return tied(*(((i - 1) // 2, i) for i in range(1, people)), people=people)


EMPTY, ALONE = tied(people=0), tied(people=1)
