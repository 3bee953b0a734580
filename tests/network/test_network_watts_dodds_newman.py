"""Watts, Dodds and Newman: the kernel equals the definition, ties fall with distance as asked."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chisquare

from simnet.errors import NetworkError
from simnet.network import Network
from simnet.network.generators import watts_dodds_newman
from simnet.network.spaces import Hierarchy
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform, uniform2


def heights(network: Network, hierarchy: int) -> NDArray[np.int64]:
    """The height at which the two ends of each half-tie meet."""
    space = network.spaces[f"hierarchy-{hierarchy}"]
    return space.distance(network.people, network.sources, network.neighbours).astype(np.int64)


def pairs_drawn(
    groups: list[list[int]], branching: int, levels: int, homophily: float, seed: int
) -> Iterator[tuple[int, int] | None]:
    """Attempt by attempt, by counting through everybody for those at the distance drawn."""
    key = stream_key(seed, 0, "watts-dodds-newman")
    people = range(len(groups[0]))
    by_group = [sorted(people, key=lambda i, own=own: (own[i], i)) for own in groups]
    weights = [exp(-homophily * height) for height in range(levels + 1)]
    upto = np.cumsum(weights) / np.cumsum(weights)[-1]
    attempt = 0
    while True:
        who, which = uniform2(key, attempt, 0, 0, 0)
        far, whom = uniform2(key, attempt, 0, 1, 0)
        attempt += 1
        i, h = int(who * len(people)), int(which * len(groups))
        height = int(np.searchsorted(upto, far, side="right"))
        there = [j for j in by_group[h] if meet(groups[h][i], groups[h][j], branching) == height]
        if height == 0:
            # Whoever is last stands in for i, so that the others keep their places.
            there = [there[-1] if j == i else j for j in there[:-1]]
        yield (i, there[int(whom * len(there))]) if there else None


def meet(one: int, other: int, branching: int) -> int:
    height = 0
    while one != other:
        one, other, height = one // branching, other // branching, height + 1
    return height


@settings(deadline=None, max_examples=50)  # the first example compiles
@given(
    people=st.integers(8, 40),
    hierarchies=st.integers(1, 3),
    branching=st.integers(2, 4),
    group=st.floats(1, 7),
    homophily=st.floats(-1, 1.5),
    degree=st.floats(0.5, 3),
    seed=st.integers(0, 2**63 - 1),
)
@example(people=9, hierarchies=1, branching=2, group=8, homophily=0.0, degree=4, seed=1)
def test_kernel_equals_definition(
    people: int,
    hierarchies: int,
    branching: int,
    group: float,
    homophily: float,
    degree: float,
    seed: int,
) -> None:
    network = watts_dodds_newman(
        people,
        hierarchies=hierarchies,
        branching=branching,
        group=group,
        homophily=homophily,
        degree=degree,
        seed=seed,
    )
    space = network.spaces["hierarchy-1"]
    assert isinstance(space, Hierarchy)
    groups = [network.people[f"group_{h + 1}"].tolist() for h in range(hierarchies)]
    ties: set[tuple[int, int]] = set()
    drawn = pairs_drawn(groups, branching, space.levels, homophily, seed)
    while len(ties) < round(people * degree / 2):
        pair = next(drawn)
        if pair is not None:
            ties.add((min(pair), max(pair)))
    one_side = network.sources < network.neighbours
    made = zip(network.sources[one_side], network.neighbours[one_side], strict=True)
    assert {(int(i), int(j)) for i, j in made} == ties


def test_groups_are_drawn_alike_and_independently() -> None:
    """Chi-square of pairs of groups; fails once in 1,000 seeds."""
    network = watts_dodds_newman(20_000, branching=3, group=2300, degree=2, seed=6)
    assert network.spaces["hierarchy-2"] == Hierarchy("group_2", branching=3, levels=2)
    pairs = network.people["group_1"] * 9 + network.people["group_2"]
    assert chisquare(np.bincount(pairs, minlength=81)).pvalue > 1e-3
    draws = [uniform(stream_key(6, 0, "groups"), i, 1, 0, 0) for i in range(50)]
    assert network.people["group_2"][:50].tolist() == [int(9 * u) for u in draws]


@pytest.mark.parametrize(("people", "levels"), [(102_400, 10), (100_000, 10), (1000, 3), (150, 1)])
def test_levels_bring_groups_nearest_to_their_size(people: int, levels: int) -> None:
    network = watts_dodds_newman(people, degree=1, seed=1)
    assert network.spaces["hierarchy-1"] == Hierarchy("group_1", branching=2, levels=levels)


@pytest.mark.parametrize("homophily", [-0.7, 0.0, 1.0, 2.0])
def test_ties_fall_with_distance(homophily: float) -> None:
    """Chi-square on p(x) = c exp(-alpha x), one hierarchy; fails once in 1,000 seeds.

    Ties are so few that hardly a pair is drawn twice.
    """
    network = watts_dodds_newman(
        30_000, hierarchies=1, group=120, homophily=homophily, degree=0.3, seed=7
    )
    drawn = np.bincount(heights(network, 1), minlength=9) / 2
    law = np.exp(-homophily * np.arange(9))
    assert len(drawn) == 9
    assert chisquare(drawn, 4500 * law / law.sum()).pvalue > 1e-3


def test_half_of_the_ties_are_near_in_each_of_two_hierarchies() -> None:
    """In the other hierarchy people are as far apart as chance has it; once in 1,000 seeds."""
    network = watts_dodds_newman(30_000, hierarchies=2, group=120, degree=0.3, seed=7)
    law = np.exp(-np.arange(9.0))
    by_chance = np.array([1, *2 ** np.arange(8)]) / 2**8
    expected = 4500 * (law / law.sum() + by_chance) / 2
    for hierarchy in (1, 2):
        drawn = np.bincount(heights(network, hierarchy), minlength=9) / 2
        assert chisquare(drawn, expected).pvalue > 1e-3


@pytest.mark.parametrize("degree", [99, 12.5])
def test_people_have_so_many_ties_on_average(degree: float) -> None:
    network = watts_dodds_newman(4000, degree=degree, seed=2)
    assert network.degree.mean() == degree


def test_the_same_groups_at_every_homophily() -> None:
    near = watts_dodds_newman(500, homophily=3.0, degree=5, seed=2)
    far = watts_dodds_newman(500, homophily=0.0, degree=5, seed=2)
    assert near.people["group_2"].tolist() == far.people["group_2"].tolist()
    assert near.neighbours.tolist() != far.neighbours.tolist()


def test_more_ties_than_homophily_allows_are_refused() -> None:
    with pytest.raises(NetworkError, match=r"attempts gave .* of 5,000 ties: homophily leaves too"):
        watts_dodds_newman(200, hierarchies=1, group=10, homophily=40.0, degree=50, seed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"people": 1}, "people must be at least 2; got 1"),
        ({"people": 500, "hierarchies": 0}, "hierarchies must be at least 1; got 0"),
        ({"people": 500, "branching": 1}, "branching must be at least 2; got 1"),
        ({"people": 100}, "group must be at least 1 and less than people; got 100"),
        ({"people": 500, "homophily": float("inf")}, "homophily must be a number; got inf"),
        ({"people": 500, "degree": 500}, "degree must be above 0 and less than people; got 500"),
        ({"people": 500, "degree": 0}, "degree must be above 0 and less than people; got 0"),
    ],
)
def test_what_a_programmer_may_get_wrong(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        watts_dodds_newman(**arguments, seed=1)  # type: ignore[arg-type]
