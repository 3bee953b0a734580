"""Numbers of pairs at each distance equal those of shortest paths; what follows, its definition."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import isnan

import networkx
import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simnet.network import Network, from_edges, to_networkx, to_sparse, watts_strogatz
from simnet.network.distances import DistanceDistribution, distances
from simnet.network.distances.sampling import sample


def all_distances(network: Network) -> NDArray[np.float64]:
    """Distance of every ordered pair, inf where there is no way."""
    from scipy.sparse.csgraph import shortest_path

    if network.n_people == 0:
        return np.zeros((0, 0))
    return np.asarray(shortest_path(to_sparse(network), unweighted=True))


def counts_by_distance(network: Network) -> NDArray[np.int64]:
    """For each person, how many others are at distance 1, 2, ..., the slow way."""
    apart = all_distances(network)
    largest = int(apart[np.isfinite(apart)].max(initial=0))
    return np.array([[(row == d).sum() for d in range(1, largest + 1)] for row in apart]).reshape(
        network.n_people, largest
    )


def with_zeros(counts: NDArray[np.int32], furthest: int) -> NDArray[np.int32]:
    return np.pad(counts, ((0, 0), (0, furthest - counts.shape[1])))


def random_network(people: int, ties: int, *, directed: bool, seed: int = 1) -> Network:
    ends = np.random.default_rng(seed).integers(0, people, (2, ties))
    return from_edges(*ends, n_people=people, directed=directed)


def crowd_with_a_tail(people: int, tail: int) -> Network:
    """A dense crowd, to one of whom a long chain of people is tied."""
    crowd = random_network(people, 4 * people, directed=False)
    chain = list(pairwise([0, *range(people, people + tail)]))
    ends = zip(crowd.sources.tolist(), crowd.neighbours.tolist(), strict=True)
    sources, targets = zip(*[*ends, *chain], strict=True)
    return from_edges(sources, targets, n_people=people + tail)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    people = draw(st.integers(0, 14))
    person = st.integers(0, max(0, people - 1))
    ties = draw(st.lists(st.tuples(person, person), max_size=30)) if people else []
    return from_edges(
        [a for a, _ in ties], [b for _, b in ties], n_people=people, directed=draw(st.booleans())
    )


NO_TIES: tuple[list[int], list[int]] = ([], [])


@settings(deadline=None)
@given(network=networks())
@example(from_edges(*NO_TIES, n_people=0))
@example(from_edges(*NO_TIES, n_people=1))
@example(from_edges(*NO_TIES, n_people=5))
@example(from_edges([0], [1], n_people=2, directed=True))
def test_counts_are_those_of_shortest_paths(network: Network) -> None:
    found = distances(network)
    assert sorted(found.sources.tolist()) == list(range(network.n_people))
    assert found.per_source.tolist() == counts_by_distance(network)[found.sources].tolist()
    assert found.exact


LARGE = {
    "several passes": lambda: random_network(1500, 4000, directed=False),
    "several passes, directed": lambda: random_network(1500, 4500, directed=True),
    "mostly alone": lambda: random_network(1500, 700, directed=False),
    "several chunks": lambda: watts_strogatz(10_000, 6, 0.2, seed=2),
    "a ring": lambda: watts_strogatz(2000, 4, 0.0, seed=1),
    "a long tail": lambda: crowd_with_a_tail(3000, 150),
    "a hub": lambda: star(3000),
    "a town": lambda: watts_strogatz(70_000, 4, 0.3, seed=1),
}


@pytest.mark.parametrize("sources", [1, 3, 512, 513, 1300])
@pytest.mark.parametrize("kind", LARGE)
def test_counts_are_those_of_shortest_paths_at_size(kind: str, sources: int) -> None:
    """Sizes at which passes and chunks end in their midst, and steps are taken both ways."""
    from scipy.sparse.csgraph import shortest_path

    network = LARGE[kind]()
    found = distances(network, sources=sources)
    apart = shortest_path(to_sparse(network), unweighted=True, indices=found.sources[-20:])
    expected = [[(row == d).sum() for d in range(1, found.largest + 1)] for row in apart]
    assert found.per_source[-20:].tolist() == expected
    assert found.counts.tolist() == found.per_source.sum(axis=0).tolist()
    assert found.n_sources == sources


@pytest.mark.parametrize("directed", [False, True])
def test_everybody_of_a_thousand(directed: bool) -> None:
    network = random_network(1100, 2500, directed=directed)
    found = distances(network, sources="all")
    assert found.per_source.tolist() == counts_by_distance(network)[found.sources].tolist()


def test_a_bystander_changes_no_counts() -> None:
    network = random_network(600, 1500, directed=False)
    more = from_edges(network.sources, network.neighbours, n_people=601)
    assert distances(more).counts.tolist() == distances(network).counts.tolist()


@pytest.mark.parametrize("kind", ["several passes, directed", "a long tail", "a town"])
def test_threads_change_nothing(kind: str) -> None:
    network = LARGE[kind]()
    usual = numba.get_num_threads()
    found = []
    for threads in (1, min(2, usual)):
        numba.set_num_threads(threads)
        found.append(distances(network, sources=1100, seed=5))
    numba.set_num_threads(usual)
    assert np.array_equal(found[0].per_source, found[1].per_source)
    assert np.array_equal(found[0].sources, found[1].sources)


def reachable_pairs(network: Network) -> list[float]:
    apart = all_distances(network)
    others = ~np.eye(network.n_people, dtype=bool)
    return [float(d) for d in apart[others & np.isfinite(apart)]]


def interpolated(pairs: list[float], share: float) -> float:
    """The definition, on the list of all distances."""
    before = 0.0
    for d in range(1, int(max(pairs)) + 1):
        within = sum(pair <= d for pair in pairs) / len(pairs)
        if within >= share - 1e-12:
            return d - 1 + (share - before) / (within - before)
        before = within
    raise AssertionError


@settings(deadline=None)
@given(network=networks())
def test_quantities_equal_their_definitions(network: Network) -> None:
    found = distances(network)
    pairs, n = reachable_pairs(network), network.n_people
    all_pairs = n * (n - 1)
    if all_pairs:
        efficiency = sum(1 / pair for pair in pairs) / all_pairs
        assert found.reachable.value == pytest.approx(len(pairs) / all_pairs)
        assert found.efficiency.value == pytest.approx(efficiency)
        near = sum(pair <= 2 for pair in pairs) / all_pairs
        assert found.within_of_all(2).value == pytest.approx(near)
    if not pairs:
        return
    mean = sum(pairs) / len(pairs)
    variance = sum((pair - mean) ** 2 for pair in pairs) / len(pairs)
    assert found.mean.value == pytest.approx(mean)
    assert found.spid.value == pytest.approx(variance / mean, abs=1e-12)
    assert found.within(2).value == pytest.approx(sum(pair <= 2 for pair in pairs) / len(pairs))
    assert found.effective_diameter.value == pytest.approx(interpolated(pairs, 0.9))
    assert found.interpolated_median.value == pytest.approx(interpolated(pairs, 0.5))
    assert found.median.value == sorted(pairs)[(len(pairs) - 1) // 2]
    assert found.largest == max(pairs)
    assert [share.value for share in found.shares] == pytest.approx(
        [pairs.count(d) / len(pairs) for d in range(1, found.largest + 1)]
    )
    connected = len(pairs) == all_pairs
    assert found.is_connected == connected
    length = found.characteristic_path_length.value
    assert length == pytest.approx(mean) if connected else isnan(length)


def test_quantities_equal_those_of_networkx() -> None:
    network = watts_strogatz(300, 6, 0.2, seed=4)
    graph = to_networkx(network)
    found = distances(network)
    length = networkx.average_shortest_path_length(graph)
    assert found.characteristic_path_length.value == pytest.approx(length, rel=1e-12)
    assert found.largest == networkx.diameter(graph)
    assert found.efficiency.value == pytest.approx(networkx.global_efficiency(graph), rel=1e-9)


@pytest.mark.parametrize(("people", "degree"), [(20, 4), (31, 6), (101, 2), (1200, 10)])
def test_the_lattice_has_its_known_path_length(people: int, degree: int) -> None:
    # Somebody d places away along the ring is ceil(d / (degree / 2)) steps away.
    steps = [-(-min(d, people - d) // (degree // 2)) for d in range(1, people)]
    found = distances(watts_strogatz(people, degree, 0.0, seed=1))
    assert found.characteristic_path_length.value == pytest.approx(np.mean(steps), rel=1e-12)
    one = distances(watts_strogatz(people, degree, 0.0, seed=1), sources=1)
    assert one.mean.value == pytest.approx(np.mean(steps), rel=1e-12)


@pytest.mark.parametrize("people", [0, 1, 7])
def test_without_ties_distances_are_undefined(people: int) -> None:
    found = distances(from_edges(*NO_TIES, n_people=people))
    for name in ("mean", "spid", "median", "interpolated_median", "effective_diameter"):
        assert isnan(getattr(found, name).value)
        assert isnan(getattr(found, name).low)
    assert isnan(found.within(3).value)
    assert isnan(found.characteristic_path_length.value)
    assert found.shares == ()
    assert found.largest == 0
    assert found.reachable.value == 0.0 if people > 1 else isnan(found.reachable.value)


def test_exact_quantities_have_no_error() -> None:
    found = distances(watts_strogatz(60, 4, 0.3, seed=1))
    for estimate in (found.mean, found.spid, found.median, found.reachable, *found.shares):
        assert estimate.method == "exact"
        assert estimate.standard_error == 0.0
        assert estimate.low == estimate.value == estimate.high
        assert estimate.n == 60


def test_one_source_tells_nothing_of_the_error() -> None:
    found = distances(watts_strogatz(60, 4, 0.3, seed=1), sources=1)
    for estimate in (found.mean, found.spid, found.median, *found.shares):
        assert estimate.value >= 0
        assert isnan(estimate.standard_error)
        assert isnan(estimate.low)
        assert isnan(estimate.high)


@pytest.mark.parametrize(
    ("ties", "directed", "connected"),
    [
        ([(0, 1), (1, 2), (2, 3)], False, True),
        ([(0, 1), (2, 3)], False, False),
        ([(0, 1), (1, 2), (2, 3), (3, 0)], True, True),
        ([(0, 1), (0, 2), (0, 3)], True, False),
        ([(1, 0), (2, 0), (3, 0)], True, False),
    ],
)
def test_connected_is_said_of_the_network_not_of_the_sample(
    ties: list[tuple[int, int]], directed: bool, connected: bool
) -> None:
    sources, targets = zip(*ties, strict=True)
    network = from_edges(sources, targets, directed=directed)
    for seed in range(8):  # among them every person as the only source
        found = distances(network, sources=1, seed=seed)
        assert found.is_connected == connected
        assert isnan(found.characteristic_path_length.value) == (not connected)


def test_samples_are_nested_and_without_repetition() -> None:
    network = watts_strogatz(1000, 4, 0.1, seed=1)
    small, large = (distances(network, sources=s, seed=3) for s in (20, 900))
    assert large.sources[:20].tolist() == small.sources.tolist()
    assert len(set(large.sources.tolist())) == 900
    assert large.per_source[:20, : small.largest].tolist() == small.per_source.tolist()
    for other in ({"seed": 4}, {"seed": 3, "replicate": 1}):
        assert distances(network, sources=20, **other).sources.tolist() != small.sources.tolist()


def test_everybody_is_equally_often_a_source() -> None:
    """Chi-square of who is in 2,000 samples of 5 of 20; fails once in 1,000 seeds."""
    from scipy.stats import chi2, chisquare

    network = from_edges(*NO_TIES, n_people=20)
    chosen = [sample(network, 5, seed=seed) for seed in range(2000)]
    # Of 5 of 20 without replacement the counts vary 15/19 of those with replacement.
    counts = np.bincount(np.concatenate(chosen), minlength=20)
    assert chisquare(counts).statistic * 19 / 15 < chi2.ppf(0.999, 19)


def star(people: int) -> Network:
    return from_edges(np.zeros(people - 1, int), np.arange(1, people), n_people=people)


def test_how_many_are_sources_by_itself() -> None:
    assert distances(star(20_000)).exact
    assert distances(star(20_001)).n_sources == 1024
    assert distances(star(50), sources=80).n_sources == 50


def test_until_the_mean_is_known() -> None:
    network = watts_strogatz(3000, 4, 0.05, seed=1)
    rough, fine = (distances(network, until=x, seed=2) for x in (1.0, 0.1))
    assert rough.n_sources == 512
    assert 512 < fine.n_sources < 3000
    assert fine.n_sources % 512 == 0
    assert fine.sources[:512].tolist() == rough.sources.tolist()
    assert max(fine.mean.high - fine.mean.value, fine.mean.value - fine.mean.low) <= 0.1
    same = distances(network, sources=fine.n_sources, seed=2)
    assert np.array_equal(same.per_source, fine.per_source)


def test_until_ends_with_everybody() -> None:
    network = watts_strogatz(1200, 4, 0.05, seed=1)
    found = distances(network, until=1e-9)
    assert found.exact
    assert found.mean.value == pytest.approx(distances(network).mean.value, rel=1e-12)


def test_level_widens_the_interval() -> None:
    network = watts_strogatz(800, 4, 0.1, seed=1)
    narrow, wide = (distances(network, sources=50, level=level).mean for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high
    assert wide.level == 0.99


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sources": 0}, "sources must be 'all' or a number of people; got 0"),
        ({"sources": 2.5}, "got 2.5"),
        ({"sources": "some"}, "got 'some'"),
        ({"sources": True}, "got True"),
        ({"sources": 3, "until": 0.1}, "sources or until, not both"),
        ({"until": 0.0}, "until must be more than 0; got 0.0"),
        ({"until": float("nan")}, "until must be more than 0; got nan"),
        ({"level": 1.0}, "level must lie between 0 and 1; got 1.0"),
    ],
)
def test_what_a_programmer_may_get_wrong(arguments: dict[str, object], message: str) -> None:
    call: Callable[..., DistanceDistribution] = distances
    with pytest.raises(ValueError, match=message):
        call(from_edges([0], [1]), **arguments)


@pytest.mark.parametrize("share", [0.0, 1.1, float("nan")])
def test_quantiles_are_of_shares(share: float) -> None:
    with pytest.raises(ValueError, match="share must be more than 0 and at most 1"):
        distances(from_edges([0], [1])).quantile(share)
