"""A growing network: the kernel equals the definition, its laws hold, distances shrink."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import cos, log, pi, sqrt
from typing import Any

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simnet.errors import NetworkError
from simnet.network import Network, from_edges, to_networkx, to_sparse, watts_strogatz
from simnet.network.social import at_week, growing
from simnet.network.spaces import Circle
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform, uniform2
from simnet.spec.social_networks import Growing


def path(people: int, founders: int, degree: float, densification: float, weeks: int) -> Any:
    """People and ties of every week."""
    for week in range(weeks + 1):
        n = round(founders * (people / founders) ** (week / weeks))
        yield n, round(n * degree * (n / people) ** (densification - 1) / 2)


def by_definition(
    people: int,
    founders: int,
    degree: float,
    densification: float,
    closure: float,
    weeks: int,
    *,
    seed: int,
) -> tuple[dict[frozenset[int], int], list[int], list[float]]:
    """Week of every tie, week of joining and place of everybody."""
    key = stream_key(seed, 0, "growing")
    alters: list[list[int]] = [[]]
    formed: dict[frozenset[int], int] = {}
    joined, place = [0], [uniform(key, 0, 0, 2, 0)]
    for week, (n, e) in enumerate(path(people, founders, degree, densification, weeks)):
        turn = 0
        while len(alters) < n or len(formed) < e:
            turn += 1
            u, v = uniform2(key, turn, week, 0, 0)
            x, y = uniform2(key, turn, week, 1, 0)
            there = len(alters)
            if there < n:
                i, j = there, int(u * there)
                alters.append([])
                joined.append(week)
                place.append((place[j] + 0.02 * sqrt(-2 * log(1 - x)) * cos(2 * pi * y)) % 1)
            else:
                i, j = int(u * there), int(x * there)
                if v < closure:
                    via = alters[alters[i][int(x * len(alters[i]))]]
                    j = via[int(y * len(via))]
            if i != j and j not in alters[i]:
                alters[i].append(j)
                alters[j].append(i)
                formed[frozenset((i, j))] = week
    return formed, joined, place


@settings(deadline=None, max_examples=50)  # the first example compiles
@given(
    founders=st.integers(8, 30),
    more=st.integers(0, 60),
    first_degree=st.floats(2.0, 3.4),
    densification=st.floats(1.0, 1.6),
    closure=st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
    weeks=st.integers(1, 8),
    seed=st.integers(0, 2**63 - 1),
)
def test_kernel_equals_definition(
    founders: int,
    more: int,
    first_degree: float,
    densification: float,
    closure: float,
    weeks: int,
    seed: int,
) -> None:
    people = founders + more
    degree = 1.001 * first_degree * (people / founders) ** (densification - 1)
    network = growing(
        people,
        founders=founders,
        degree=degree,
        densification=densification,
        closure=closure,
        weeks=weeks,
        seed=seed,
    )
    formed, joined, place = by_definition(
        people, founders, degree, densification, closure, weeks, seed=seed
    )
    ends = zip(network.sources.tolist(), network.neighbours.tolist(), strict=True)
    week = network.tie_columns["week"].tolist()
    assert {frozenset(pair): w for pair, w in zip(ends, week, strict=True)} == formed
    assert network.n_ties == len(formed)
    assert network.people["joined"].tolist() == joined
    assert network.people["place"] == pytest.approx(place)


@pytest.fixture(scope="module")
def grown() -> Network:
    """As Facebook grew from January 2008 to May 2011, with fewer people and ties."""
    return growing(30_000, founders=2_330, degree=25.0, densification=1.36, weeks=175, seed=1)


def test_people_and_ties_are_as_many_as_asked(grown: Network) -> None:
    assert grown.n_people == 30_000
    assert grown.n_ties == 375_000
    assert grown.spaces == {"place": Circle("place")}
    assert not grown.directed
    assert (grown.people["place"] >= 0).all()
    assert (grown.people["place"] < 1).all()
    for week, (people, ties) in enumerate(path(30_000, 2_330, 25.0, 1.36, 175)):
        assert np.sum(grown.people["joined"] <= week) == people
        assert np.sum(grown.tie_columns["week"] <= week) == 2 * ties


def test_no_tie_is_older_than_its_ends(grown: Network) -> None:
    joined, week = grown.people["joined"], grown.tie_columns["week"]
    both = np.maximum(joined[grown.sources], joined[grown.neighbours])
    assert (week >= both).all()
    first = np.full(30_000, 176)
    np.minimum.at(first, grown.sources, week)
    assert np.array_equal(first, joined)  # everybody joined by an invitation, which is a tie


def test_snapshots_are_nested(grown: Network) -> None:
    earlier: set[tuple[int, int]] = set()
    for week in (-1, 0, 1, 60, 174, 175):
        then = at_week(grown, week)
        ids = np.array(then.labels, dtype=np.int64)
        ties = set(zip(ids[then.sources].tolist(), ids[then.neighbours].tolist(), strict=True))
        assert earlier <= ties
        assert (then.people["joined"] <= week).all()
        assert (then.tie_columns["week"] <= week).all()
        assert ids.tolist() == np.flatnonzero(grown.people["joined"] <= week).tolist()
        earlier = ties
    assert then.ids is None
    assert np.array_equal(then.neighbours, grown.neighbours)


def test_a_snapshot_is_a_network_of_its_own() -> None:
    network = growing(60, founders=20, degree=6.0, densification=1.2, weeks=10, seed=4)
    for week in range(11):
        then = at_week(network, week)
        graph = to_networkx(then)
        assert networkx.is_connected(graph)
        for person in range(then.n_people):
            assert (np.diff(then.row(person)) > 0).all()
            assert all(then.has_tie(int(alter), person) for alter in then.row(person))


def test_a_snapshot_keeps_ids_and_spaces() -> None:
    network = replace(
        growing(60, founders=20, degree=6.0, densification=1.2, weeks=10, seed=4),
        ids=np.array([f"p{i}" for i in range(60)], dtype=object),
    )
    then = at_week(network, 3)
    assert then.labels == [f"p{i}" for i in range(then.n_people)]
    assert then.spaces == network.spaces
    assert list(then.people) == ["joined", "place"]


def test_a_snapshot_of_people_in_no_order() -> None:
    network = from_edges(
        ["b", "c", "a"],
        ["c", "a", "b"],
        ids=["a", "b", "c", "d"],
        people={"joined": [5, 0, 1, 0]},
        tie_columns={"week": [2, 5, 6]},
    )
    then = at_week(network, 4)
    assert then.labels == ["b", "c", "d"]
    assert [then.row(i).tolist() for i in range(3)] == [[1], [0], []]


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (watts_strogatz(10, 2, 0.0, seed=1), "no people column 'joined'"),
        (from_edges([0], [1], people={"joined": [0, 0]}), "no tie column 'week'"),
    ],
)
def test_a_network_without_weeks_has_no_snapshots(network: Network, message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        at_week(network, 1)


@pytest.mark.parametrize("densification", [1.0, 1.2, 1.6])
def test_ties_grow_as_a_power_of_people(densification: float) -> None:
    network = growing(
        4000, founders=200, degree=20.0, densification=densification, weeks=30, seed=2
    )
    snapshots = [at_week(network, week) for week in range(0, 31, 5)]
    people = np.log([snapshot.n_people for snapshot in snapshots])
    ties = np.log([snapshot.n_ties for snapshot in snapshots])
    assert np.polyfit(people, ties, 1)[0] == pytest.approx(densification, abs=0.005)


def mean_distances(network: Network, sources: int, *, seed: int) -> np.ndarray:
    """From each of some people drawn at random, the mean distance to all others."""
    matrix = to_sparse(network).astype(np.float32)
    reached = np.zeros((network.n_people, sources), np.float32)
    start = np.random.default_rng(seed).integers(network.n_people, size=sources)
    reached[start, np.arange(sources)] = 1
    total = np.zeros(sources)
    while not reached.all():
        total += np.sum(reached == 0, axis=0)
        reached = np.minimum(reached + matrix @ reached, 1)
    return total / (network.n_people - 1)


def test_distances_shrink(grown: Network) -> None:
    """The mean distance falls by a tenth, as on Facebook from 5.28 to 4.74.

    From 100 sources each, the fall of about 0.43 is known to a standard error of 0.05; were there
    none, one above 0.2 would be seen with a chance below 0.001.
    """
    before = mean_distances(at_week(grown, 0), 100, seed=1)
    after = mean_distances(grown, 100, seed=2)
    error = np.sqrt(before.var(ddof=1) / 100 + after.var(ddof=1) / 100)
    assert error < 0.06
    assert before.mean() - after.mean() > max(0.2, 3.3 * error)
    assert after.mean() / before.mean() == pytest.approx(4.74 / 5.28, abs=0.05)


def test_closure_makes_clustering() -> None:
    make = partial(growing, 3000, founders=500, degree=12.0, densification=1.2, seed=6)
    clustering = [
        networkx.average_clustering(to_networkx(make(closure=closure)))
        for closure in (0.0, 0.5, 0.9)
    ]
    assert clustering[0] < 0.02 < clustering[0] + 0.05 < clustering[1] < clustering[2] - 0.05


def test_newcomers_live_near_those_who_invite_them() -> None:
    network = growing(3000, founders=100, degree=2.0, densification=1.0, seed=3)
    apart = network.spaces["place"].distance(network.people, network.sources, network.neighbours)
    # All but one of the 3,000 ties are invitations; a normal variable is within its standard
    # deviation in 68 % of cases, give or take 1 %.
    assert np.mean(apart <= 0.02) == pytest.approx(0.683, abs=0.035)


def test_seeds_and_replicates_differ() -> None:
    make = partial(growing, 200, founders=50, degree=8.0)
    base, again = make(seed=1), make(seed=1)
    assert base.neighbours.tolist() == again.neighbours.tolist()
    for other in (make(seed=2), make(seed=1, replicate=1)):
        assert base.neighbours.tolist() != other.neighbours.tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"founders": 1}, "founders must be from 2 to the 100 people; got 1"),
        ({"founders": 101}, "founders must be from 2 to the 100 people; got 101"),
        ({"densification": 2.5}, r"densification must be from 1 to 2; got 2\.5"),
        ({"closure": -0.1}, r"closure must be a probability in \[0, 1\]; got -0\.1"),
        ({"weeks": 0}, "weeks must be at least 1; got 0"),
        ({"degree": 1.0}, "mean degree of the 50 founders must be from 2 to half of the others"),
        ({"degree": 60.0}, "must be from 2 to half of the others; .* make it 46.7"),
    ],
)
def test_bad_arguments(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"founders": 50, "degree": 10.0, "seed": 1, **changes}
    with pytest.raises(ValueError, match=message):
        growing(100, **arguments)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"founders": 101}, "must not be more than the people, 100"),
        ({"densification": 3.0}, "densification"),
        ({"closure": 2.0}, "closure"),
        ({"degree": 2.1}, "from 2 to half of the other founders; it is 1.64"),
        ({"joiners": 3}, "joiners"),
    ],
)
def test_bad_specifications(changes: dict[str, Any], message: str) -> None:
    described = {"model": "growing", "people": 100, "founders": 50, "degree": 10.0}
    with pytest.raises(ValidationError, match=message):
        Growing(**{**described, **changes})
    assert Growing(**described).weeks == 104
