"""Steps until one meets a follower: one tie less than the shortest directed cycle has."""

from __future__ import annotations

from math import isnan

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.network import Network, from_edges, from_networkx, to_networkx
from simnet.network.distances import steps_until_followed


def by_definition(network: Network, person: int, max_steps: int | None = None) -> int:
    """The nearest of those whom one can visit who has a tie to the person; 0 for nobody."""
    graph = to_networkx(network)
    away = networkx.single_source_shortest_path_length(graph, person)
    steps = [away[other] for other in away if network.has_tie(other, person)]
    nearest = min(steps, default=0)
    return nearest if max_steps is None or nearest <= max_steps else 0


@st.composite
def networks(draw: st.DrawFn) -> Network:
    people = draw(st.integers(1, 12))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=30))
    return from_edges(
        [a for a, _ in ties],
        [b for _, b in ties],
        n_people=people,
        directed=draw(st.booleans()),
    )


@settings(deadline=None)
@given(network=networks(), max_steps=st.sampled_from([None, 1, 3]))
def test_steps_equal_the_definition(network: Network, max_steps: int | None) -> None:
    found = steps_until_followed(network, max_steps=max_steps)
    expected = [by_definition(network, int(person), max_steps) for person in found.sources]
    assert found.steps.tolist() == expected
    met = [steps for steps in expected if steps]
    assert found.found.value == pytest.approx(len(met) / network.n_people)
    if met:
        assert found.mean.value == pytest.approx(np.mean(met))
        assert found.standard_deviation.value == pytest.approx(np.std(met), abs=1e-7)
    else:
        assert isnan(found.mean.value)
        assert isnan(found.standard_deviation.value)


def test_steps_equal_the_definition_at_size() -> None:
    graph = networkx.fast_gnp_random_graph(1300, 3 / 1300, seed=1, directed=True)
    network = from_networkx(graph)
    found = steps_until_followed(network, sources=700, seed=3)
    assert len(set(found.sources.tolist())) == 700
    for person, steps in list(zip(found.sources, found.steps, strict=True))[:80]:
        assert steps == by_definition(network, int(person))


def test_a_ring_of_followers() -> None:
    ring = from_edges(range(9), [*range(1, 9), 0], directed=True)
    found = steps_until_followed(ring)
    assert found.steps.tolist() == [8] * 9
    assert found.mean.value == 8
    assert found.standard_deviation.value == 0
    assert steps_until_followed(ring, max_steps=7).found.value == 0


def test_nobody_and_no_ties() -> None:
    assert isnan(steps_until_followed(from_edges([], [], n_people=0)).found.value)
    alone = steps_until_followed(from_edges([], [], n_people=3))
    assert alone.found.value == 0
    assert isnan(alone.mean.value)


@pytest.mark.slow
def test_the_interval_of_the_mean_covers() -> None:
    """Of 400 samples of 100 people, 92 % to 98 % cover; a seed in 150 fails by chance."""
    graph = networkx.fast_gnp_random_graph(2000, 4 / 2000, seed=1, directed=True)
    network = from_networkx(graph)
    exact = steps_until_followed(network)
    found = [steps_until_followed(network, sources=100, seed=seed) for seed in range(400)]
    for name in ("mean", "found"):
        truth = getattr(exact, name).value
        estimates = [getattr(sample, name) for sample in found]
        covered = [estimate.low <= truth <= estimate.high for estimate in estimates]
        assert 0.92 <= np.mean(covered) <= 0.98, name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_steps": 0}, "max_steps must be at least 1; got 0"),
        ({"sources": -1}, "got -1"),
        ({"level": 0.0}, "level must lie between 0 and 1"),
    ],
)
def test_what_a_programmer_may_get_wrong(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        steps_until_followed(from_edges([0], [1], directed=True), **arguments)
