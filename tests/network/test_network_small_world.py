"""Watts and Strogatz: the kernel equals the definition, and the definition's theory holds."""

from __future__ import annotations

from math import ceil

import networkx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simnet.network import Network, to_networkx, to_sparse, watts_strogatz
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform


def by_definition(
    people: int, degree: int, rewiring: float, *, seed: int, replicate: int
) -> list[set[int]]:
    """Lap by lap on sets, drawing anew until somebody is found who is not tied yet."""
    key = stream_key(seed, replicate, "watts-strogatz")
    tied: list[set[int]] = [set() for _ in range(people)]
    for i in range(people):
        for j in range(1, degree // 2 + 1):
            tied[i].add((i + j) % people)
            tied[(i + j) % people].add(i)
    for j in range(1, degree // 2 + 1):
        for i in range(people):
            if uniform(key, i, j - 1, 0, 0) < rewiring and len(tied[i]) < people - 1:
                attempt = 1
                while True:
                    new = int(uniform(key, i, j - 1, attempt, 0) * people)
                    if new != i and new not in tied[i]:
                        break
                    attempt += 1
                old = (i + j) % people
                tied[i].remove(old)
                tied[old].remove(i)
                tied[i].add(new)
                tied[new].add(i)
    return tied


@st.composite
def ring_sizes(draw: st.DrawFn) -> tuple[int, int]:
    people = draw(st.integers(3, 25))
    return people, 2 * draw(st.integers(1, (people - 1) // 2))


@settings(deadline=None)  # the first example compiles
@given(
    size=ring_sizes(),
    rewiring=st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
    seed=st.integers(0, 2**63 - 1),
    replicate=st.integers(0, 1000),
)
@example(size=(3, 2), rewiring=1.0, seed=0, replicate=0)
@example(size=(25, 24), rewiring=1.0, seed=0, replicate=0)
@example(size=(24, 22), rewiring=1.0, seed=0, replicate=0)
def test_kernel_equals_definition(
    size: tuple[int, int], rewiring: float, seed: int, replicate: int
) -> None:
    people, degree = size
    network = watts_strogatz(people, degree, rewiring, seed=seed, replicate=replicate)
    tied = by_definition(people, degree, rewiring, seed=seed, replicate=replicate)
    assert [network.row(i).tolist() for i in range(people)] == [sorted(row) for row in tied]
    assert network.n_ties == people * degree // 2
    assert network.degree.min() >= degree // 2
    assert network.indptr.dtype == np.int64
    assert network.neighbours.dtype == np.int32


@pytest.mark.parametrize(("degree", "rewiring"), [(12, 0.3), (4, 1.0)])
def test_kernel_equals_definition_at_size(degree: int, rewiring: float) -> None:
    """Of more people than one thread takes at a time."""
    network = watts_strogatz(9000, degree, rewiring, seed=11, replicate=4)
    tied = by_definition(9000, degree, rewiring, seed=11, replicate=4)
    assert [network.row(i).tolist() for i in range(9000)] == [sorted(row) for row in tied]


def test_place_is_the_position_on_the_ring() -> None:
    place = watts_strogatz(8, 2, 0.5, seed=1).people["place"]
    assert place.tolist() == [i / 8 for i in range(8)]


def test_replicates_and_seeds_differ() -> None:
    base = watts_strogatz(200, 6, 0.5, seed=1)
    for other in (
        watts_strogatz(200, 6, 0.5, seed=1, replicate=1),
        watts_strogatz(200, 6, 0.5, seed=2),
    ):
        assert base.neighbours.tolist() != other.neighbours.tolist()
    again = watts_strogatz(200, 6, 0.5, seed=1)
    assert base.neighbours.tolist() == again.neighbours.tolist()


def test_more_rewiring_moves_the_same_ties_and_more() -> None:
    def lattice_ties_kept(rewiring: float) -> set[int]:
        network = watts_strogatz(2000, 2, rewiring, seed=5)
        return {i for i in range(2000) if network.has_tie(i, (i + 1) % 2000)}

    assert lattice_ties_kept(0.4) < lattice_ties_kept(0.2) < lattice_ties_kept(0.0)


@pytest.mark.parametrize(("people", "degree"), [(20, 4), (31, 6), (40, 10), (101, 2)])
def test_the_lattice_has_its_known_clustering_and_path_length(people: int, degree: int) -> None:
    graph = to_networkx(watts_strogatz(people, degree, 0.0, seed=1))
    clustering = 3 * (degree - 2) / (4 * (degree - 1))
    # Somebody d places away along the ring is ceil(d / (degree / 2)) steps away.
    steps = [ceil(min(d, people - d) / (degree // 2)) for d in range(1, people)]
    assert networkx.average_clustering(graph) == pytest.approx(clustering, rel=1e-12)
    assert networkx.average_shortest_path_length(graph) == pytest.approx(
        sum(steps) / (people - 1), rel=1e-12
    )


def lattice_clustering(network: Network, degree: int) -> float:
    """Triangles over those there would be if everybody's `degree` alters were all tied.

    Its expectation is C(0) (1 - p)^3 but for terms of order 1 / people, since a triangle of the
    lattice stays if none of its three ties moves (Barrat and Weigt 2000, Eur. Phys. J. B 13).
    """
    matrix = to_sparse(network)
    closed = (matrix @ matrix).multiply(matrix).sum()
    return float(closed / (network.n_people * degree * (degree - 1)))


@pytest.mark.parametrize("rewiring", [0.01, 0.1, 0.3])
def test_clustering_falls_with_the_cube_of_what_stays(rewiring: float) -> None:
    """Within three standard errors; by chance a seed in 60 fails (Student's t, 10 graphs)."""
    graphs = [
        lattice_clustering(watts_strogatz(40_000, 10, rewiring, seed=1, replicate=r), 10)
        for r in range(10)
    ]
    expected = 3 * (10 - 2) / (4 * (10 - 1)) * (1 - rewiring) ** 3
    standard_error = np.std(graphs, ddof=1) / np.sqrt(len(graphs))
    assert abs(np.mean(graphs) - expected) < 3 * standard_error


def test_ties_move_to_anybody_alike() -> None:
    """Chi-square of the new ends over 50 equal stretches of the ring; fails once in 1,000 seeds."""
    from scipy.stats import chisquare

    network = watts_strogatz(50_000, 2, 1.0, seed=9)
    ends = np.bincount(network.neighbours // 1000, minlength=50) - 1000
    assert chisquare(ends).pvalue > 1e-3


@pytest.mark.parametrize(
    ("people", "degree", "rewiring", "message"),
    [
        (10, 3, 0.1, "degree must be even and at least 2; got 3"),
        (10, 0, 0.1, "degree must be even and at least 2; got 0"),
        (10, 10, 0.1, "less than the number of people; got 10 of 10"),
        (10, 4, 1.1, "probability in .0, 1.; got 1.1"),
        (10, 4, float("nan"), "probability in .0, 1.; got nan"),
    ],
)
def test_what_a_programmer_may_get_wrong(
    people: int, degree: int, rewiring: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        watts_strogatz(people, degree, rewiring, seed=1)
