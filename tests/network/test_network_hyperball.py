"""Counted balls: the sketch equals its definition, and is as accurate as its theory says."""

from __future__ import annotations

from math import inf, isnan

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import shortest_path

from simnet.network import Network, from_edges, from_networkx, to_sparse, watts_strogatz
from simnet.network.distances import distances, neighbourhood_function
from simnet.randomness import stream_key
from simnet.randomness._kernels import philox4


def counted(people: list[int], registers: int, key: np.ndarray) -> float:
    """How many people these are, by a HyperLogLog sketch of them and Ertl's estimator."""
    row = [0] * registers
    for person in people:
        place, high, low, _ = (int(word) for word in philox4(person, 0, 0, 0, key[0], key[1]))
        bits = format(high << 32 | low, "064b")
        zeros = len(bits) - len(bits.rstrip("0"))
        row[place % registers] = max(row[place % registers], min(40, zeros + 1))
    empty = row.count(0) / registers
    sigma = inf if empty == 1 else sum(empty ** (2**k) * 2**k for k in range(1, 60)) / 2 + empty
    total = sum(2.0**-run for run in row if run) + registers * sigma
    return 0.7213 / (1 + 1.079 / registers) * registers**2 / total


@st.composite
def networks(draw: st.DrawFn) -> Network:
    people = draw(st.integers(1, 12))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=25))
    return from_edges(
        [a for a, _ in ties],
        [b for _, b in ties],
        n_people=people,
        directed=draw(st.booleans()),
    )


def by_definition(network: Network, registers: int, key: np.ndarray) -> list[float]:
    apart = shortest_path(to_sparse(network), unweighted=True)
    steps = int(apart[np.isfinite(apart)].max())
    return [
        sum(counted(np.flatnonzero(row <= t).tolist(), registers, key) for row in apart)
        for t in range(steps + 1)
    ]


@settings(deadline=None)
@given(network=networks(), seed=st.integers(0, 1000))
def test_counts_equal_those_of_sketched_balls(network: Network, seed: int) -> None:
    found = neighbourhood_function(network, registers=64, seed=seed)
    expected = by_definition(network, 64, stream_key(seed, 0, "neighbourhood function 0"))
    # A ball may grow by people whose hashes say nothing new; then the counting may end early.
    assert found.runs[0].tolist() == pytest.approx(expected[: found.runs.shape[1]])
    assert expected[-1] == pytest.approx(found.runs[0, -1])


def test_counts_equal_those_of_sketched_balls_at_size() -> None:
    network = watts_strogatz(150, 4, 0.1, seed=1)
    found = neighbourhood_function(network, registers=16, seed=3)
    expected = by_definition(network, 16, stream_key(3, 0, "neighbourhood function 0"))
    assert found.runs[0].tolist() == pytest.approx(expected[: found.runs.shape[1]])


@pytest.mark.parametrize("size", [1, 3, 30, 100, 400, 1500])
def test_counters_have_little_bias(size: int) -> None:
    """Mean over separate groups within the bias said and 3.5 errors; fails once in 1,000 seeds."""
    groups = 60_000 // size
    centres = np.repeat(np.arange(groups) * size, size - 1)
    others = np.delete(np.arange(groups * size), np.arange(groups) * size)
    network = from_edges(centres, others, n_people=groups * size)
    pairs = [
        neighbourhood_function(network, registers=64, seed=seed).runs[0, -1] for seed in range(4)
    ]
    # Everybody of a group counts it with the same hashes, so groups are the sample.
    error = 1.06 / 8 / np.sqrt(4 * groups)
    allowed = 0.6 / 64 + 3.5 * error
    assert np.mean(pairs) / (groups * size**2) == pytest.approx(1, abs=allowed)


def test_distances_agree_with_the_exact_ones() -> None:
    """Each within three errors of ten runs; a quantity fails in a seed of 70 (t, 9 df)."""
    network = watts_strogatz(3000, 8, 0.1, seed=2)
    exact = distances(network)
    found = neighbourhood_function(network, registers=256, runs=10, seed=4)
    for name in ("mean", "spid", "effective_diameter"):
        estimate = getattr(found, name)
        assert abs(estimate.value - getattr(exact, name).value) < 3 * estimate.standard_error
        assert estimate.n == 10
    within = np.concatenate([[3000], 3000 + np.cumsum(exact.counts)])
    for t, pairs in enumerate(found.pairs):
        assert abs(pairs.value - within[t]) < 3 * found.relative_standard_error * within[t]


def test_directed_ties_are_followed() -> None:
    chain = from_edges(range(5), range(1, 6), directed=True)
    found = neighbourhood_function(chain, registers=1024, runs=20)
    assert [pairs.value for pairs in found.pairs] == pytest.approx(
        [6, 11, 15, 18, 20, 21], rel=0.02
    )


def test_pairs_never_become_fewer() -> None:
    graph = networkx.fast_gnp_random_graph(2000, 1.2 / 2000, seed=1)
    runs = neighbourhood_function(from_networkx(graph), registers=16, runs=5).runs
    assert (np.diff(runs, axis=1) >= 0).all()


def test_one_run_tells_nothing_of_its_error() -> None:
    found = neighbourhood_function(watts_strogatz(100, 4, 0.1, seed=1), registers=64)
    assert isnan(found.mean.standard_error)
    assert found.relative_standard_error == pytest.approx(1.06 / 8)


def test_seeds_replicates_and_threads() -> None:
    import numba

    network = watts_strogatz(3000, 6, 0.1, seed=1)
    usual = numba.get_num_threads()
    base = neighbourhood_function(network, registers=32, runs=2, seed=1)
    numba.set_num_threads(1)
    again = neighbourhood_function(network, registers=32, runs=2, seed=1)
    numba.set_num_threads(usual)
    assert np.array_equal(base.runs, again.runs)
    assert base.runs[0].tolist() != base.runs[1].tolist()
    for other in ({"seed": 2}, {"seed": 1, "replicate": 1}):
        found = neighbourhood_function(network, registers=32, runs=2, **other)
        assert found.runs.tolist() != base.runs.tolist()


@pytest.mark.parametrize("people", [0, 1, 4])
def test_without_ties_there_are_no_distances(people: int) -> None:
    found = neighbourhood_function(from_edges([], [], n_people=people), registers=64)
    assert found.runs.shape == (1, 1)
    assert found.pairs[0].value == pytest.approx(people, rel=0.05)
    assert isnan(found.mean.value)
    assert isnan(found.effective_diameter.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"registers": 100}, "power of 2 from 16 to 65,536; got 100"),
        ({"registers": 8}, "got 8"),
        ({"runs": 0}, "runs must be at least 1; got 0"),
        ({"level": 0.0}, "level must lie between 0 and 1"),
    ],
)
def test_what_a_programmer_may_get_wrong(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        neighbourhood_function(from_edges([0], [1]), **arguments)
