"""Lattices drawn when looked at: the stored network's ties, letter by letter, and the theory."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, chisquare

from simnet.chains.lazy import NavigableLattice, random_pairs
from simnet.chains.record import OUTCOMES, Chains
from simnet.network import Network
from simnet.network.generators import kleinberg
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform

ERROR_RATE = 1e-4
"""Chance that a test would fail for a right model, were the seeds not fixed."""


def send_greedily(
    network: Network, letter: int, starter: int, target: int, participation: float, seed: int
) -> tuple[str, list[int]]:
    """Outcome and holders of a letter, by looking at everybody the holder is tied to."""
    key = stream_key(seed, 0, "letters on a lattice")
    lattice = network.spaces["lattice"]
    path = [starter]
    while path[-1] != target:
        if uniform(key, letter, len(path) - 1, 0, 0) >= participation:
            return "dropped", path
        row = network.row(path[-1])
        apart = lattice.distance(network.people, row, target)
        nearest = row[apart == apart.min()].tolist()
        step = len(path) - 1
        path.append(min(nearest, key=lambda alter: uniform(key, letter, step, 1, alter)))
    return "arrived", path


def holders(chains: Chains, letter: int) -> list[int]:
    assert chains.path is not None
    return chains.path[letter, : chains.steps[letter] + 1].tolist()


@settings(deadline=None, max_examples=30)  # the first example compiles
@given(
    dimensions=st.integers(1, 3),
    side=st.integers(3, 8),
    torus=st.booleans(),
    exponent=st.sampled_from([0.0, 1.0, 2.5]),
    long_ties=st.integers(0, 3),
    participation=st.sampled_from([1.0, 0.8]),
    seed=st.integers(0, 2**63 - 1),
)
def test_letters_go_as_on_the_stored_network(
    dimensions: int,
    side: int,
    torus: bool,
    exponent: float,
    long_ties: int,
    participation: float,
    seed: int,
) -> None:
    shape = {
        "dimensions": dimensions,
        "exponent": exponent,
        "long_ties": long_ties,
        "torus": torus,
        "seed": seed,
    }
    lattice = NavigableLattice(side=side, **shape)
    network = kleinberg(side, **shape, directed=True)
    starters, targets = random_pairs(lattice.n_people, 20, seed=seed)
    chains = lattice.send(
        starters, targets, participation=participation, keep_paths=True, seed=seed
    )
    for letter, ends in enumerate(zip(starters.tolist(), targets.tolist(), strict=True)):
        outcome, path = send_greedily(network, letter, *ends, participation, seed)
        assert (OUTCOMES[chains.outcome[letter]], holders(chains, letter)) == (outcome, path)
    bare = lattice.send(starters, targets, participation=participation, seed=seed)
    assert bare.path is None
    assert bare.steps.tolist() == chains.steps.tolist()


def test_long_ties_are_those_of_the_stored_network() -> None:
    network = kleinberg(12, long_ties=2, local=0, directed=True, seed=4)
    drawn = NavigableLattice(side=12, long_ties=2, seed=4).long_ties_of(range(144))
    assert [set(row) for row in drawn.tolist()] == [
        set(network.row(i).tolist()) for i in range(144)
    ]


def sites_at(side: int) -> NDArray[np.float64]:
    """How many sites of a torus are 0, 1, 2, ... steps away."""
    along = np.bincount(np.minimum(np.arange(side), side - np.arange(side))).astype(float)
    return np.convolve(along, along)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0, 3.0])
def test_long_ties_of_400_million_people_follow_the_law(exponent: float) -> None:
    """Chi-square of the distances in 40 bins, even in the logarithm."""
    side, people = 20_000, 50_000
    lattice = NavigableLattice(side=side, exponent=exponent, seed=3)
    who = np.arange(people) * 7919 * 1009 % lattice.n_people
    contacts = lattice.long_ties_of(who)[:, 0]
    steps = [np.abs(contacts // side**axis % side - who // side**axis % side) for axis in range(2)]
    apart = sum(np.minimum(along, side - along) for along in steps)
    weights = sites_at(side)[1:] * np.arange(1.0, side + 1) ** -exponent
    edges = np.unique(np.geomspace(1, side + 1, 41).astype(int))
    bins = np.digitize(np.arange(1, side + 1), edges)
    expected = np.bincount(bins, people * weights / weights.sum())
    observed = np.bincount(bins, np.bincount(apart, minlength=side + 1)[1:])
    enough = expected >= 10
    tail = expected[~enough].sum()
    assert observed[~enough].sum() <= tail + 6 * np.sqrt(tail) + 6
    scaled = expected[enough] * observed[enough].sum() / expected[enough].sum()
    assert chisquare(observed[enough], scaled).pvalue > ERROR_RATE


@pytest.mark.parametrize("dimensions", [1, 2])
def test_without_long_ties_a_chain_is_as_long_as_the_distance(dimensions: int) -> None:
    side = 101
    lattice = NavigableLattice(side=side, dimensions=dimensions, long_ties=0, seed=0)
    starters, targets = random_pairs(lattice.n_people, 200, seed=1)
    steps = [abs(starters // side**a % side - targets // side**a % side) for a in range(dimensions)]
    distance = sum(np.minimum(along, side - along) for along in steps)
    assert lattice.send(starters, targets, seed=1).steps.tolist() == distance.tolist()


def test_constant_participation_thins_lengths_geometrically() -> None:
    """Completed chains of L steps: p(L) q**L of those begun, each as without drop-out."""
    lattice = NavigableLattice(side=60, exponent=1.5, seed=5)
    starters, targets = random_pairs(lattice.n_people, 40_000, seed=5)
    whole = lattice.send(starters, targets, seed=5)
    thinned = lattice.send(starters, targets, participation=0.9, seed=5)
    arrived = thinned.arrived
    assert (thinned.steps[arrived] == whole.steps[arrived]).all()
    assert (thinned.steps <= whole.steps).all()
    for length, n in enumerate(np.bincount(whole.steps)):
        if n >= 100:
            completed = int((arrived & (whole.steps == length)).sum())
            assert binomtest(completed, int(n), 0.9**length).pvalue > ERROR_RATE


def mean_steps(side: int, exponent: float, letters: int, dimensions: int = 2) -> float:
    lattice = NavigableLattice(side=side, dimensions=dimensions, exponent=exponent, seed=8)
    return float(
        lattice.send(*random_pairs(lattice.n_people, letters, seed=8), seed=8).steps.mean()
    )


@pytest.mark.parametrize(("exponent", "power"), [(0.0, 2 / 3), (1.0, 1 / 2)])
def test_chains_grow_by_the_power_of_greedy_forwarding(exponent: float, power: float) -> None:
    """(2 - r) / (3 - r); a standard error of about 0.007 leaves the rest of 0.07 to the finite
    size."""
    sides = np.array([1000, 4000, 16_000])
    steps = [mean_steps(side, exponent, 3000) for side in sides]
    fitted = np.polyfit(np.log(sides), np.log(steps), 1)[0]
    assert fitted == pytest.approx(power, abs=0.07)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_chains_grow_by_the_squared_logarithm_where_navigable(dimensions: int) -> None:
    """At r = dimension the root of the mean length is linear in ln side, its error being 0.3 %."""
    sides = 4 ** (np.arange(4, 8) if dimensions == 2 else np.arange(6, 12))
    roots = np.sqrt([mean_steps(int(n), float(dimensions), 6000, dimensions) for n in sides])
    line = np.polyval(np.polyfit(np.log(sides), roots, 1), np.log(sides))
    assert roots == pytest.approx(line, rel=0.02)
    powers = np.diff(np.log(roots**2)) / np.diff(np.log(sides))
    assert powers[-1] < powers[0] - 0.05  # a power of the side would stay what it is


def test_threads_change_nothing() -> None:
    lattice = NavigableLattice(side=500, seed=2)
    starters, targets = random_pairs(lattice.n_people, 1000, seed=2)
    before = numba.get_num_threads()
    steps = []
    for threads in (1, before):
        numba.set_num_threads(threads)
        chains = lattice.send(starters, targets, participation=0.99, keep_paths=True, seed=2)
        assert chains.path is not None
        steps.append((chains.path.tolist(), chains.outcome.tolist()))
    assert all(other == steps[0] for other in steps)


def test_replicates_differ_in_ties_and_in_letters() -> None:
    one, other = (NavigableLattice(side=300, seed=1, replicate=i) for i in range(2))
    assert one.long_ties_of(range(100)).tolist() != other.long_ties_of(range(100)).tolist()
    pairs = random_pairs(one.n_people, 300, seed=1)
    assert pairs[0].tolist() != random_pairs(one.n_people, 300, seed=1, replicate=1)[0].tolist()
    sent = [one.send(*pairs, participation=0.9, seed=1, replicate=i).steps for i in range(2)]
    assert sent[0].tolist() != sent[1].tolist()


def test_another_letter_changes_no_letter() -> None:
    lattice = NavigableLattice(side=300, seed=1)
    starters, targets = random_pairs(lattice.n_people, 50, seed=1)
    few = lattice.send(starters[:20], targets[:20], participation=0.95, seed=1)
    many = lattice.send(starters, targets, participation=0.95, seed=1)
    assert few.steps.tolist() == many.steps[:20].tolist()


def test_pairs_are_of_different_people_and_all_alike() -> None:
    starters, targets = random_pairs(4, 12_000, seed=3)
    counts = np.bincount(starters * 4 + targets, minlength=16).reshape(4, 4)
    assert counts.diagonal().tolist() == [0] * 4
    assert chisquare(counts[~np.eye(4, dtype=bool)]).pvalue > ERROR_RATE
    with pytest.raises(ValueError, match="n_people must be at least 2; got 1"):
        random_pairs(1, 5, seed=3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"side": 1}, "side must be at least 2; got 1"),
        ({"side": 10, "dimensions": 4}, "dimensions must be 1, 2 or 3; got 4"),
        ({"side": 50_000}, "there can be 2,147,483,647 people at most; got 2,500,000,000"),
        ({"side": 10, "exponent": -1.0}, "exponent must be a number of at least 0; got -1.0"),
        ({"side": 10, "long_ties": -1}, "long_ties must be at least 0; got -1"),
    ],
)
def test_what_a_programmer_may_get_wrong(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NavigableLattice(**arguments, seed=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("starters", "targets", "message"),
    [
        ([0, 5], [5, 5], "a starter cannot be the target of the same letter"),
        ([0], [100], "targets must be people 0 to 99"),
        ([-1], [3], "starters must be people 0 to 99"),
    ],
)
def test_letters_that_cannot_be_sent(starters: list[int], targets: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NavigableLattice(side=10, seed=1).send(starters, targets, seed=1)
