"""Holme and Kim: the kernel equals the definition; hubs follow a power law, triads close."""

from __future__ import annotations

from itertools import pairwise

import networkx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simnet.network import to_networkx
from simnet.network.generators import holme_kim
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform


def by_definition(people: int, ties: int, closure: float, seed: int) -> list[tuple[int, int]]:
    """Newcomer by newcomer, with everybody's alters listed in the order in which ties were made."""
    key = stream_key(seed, 0, "holme-kim")
    made = [(ties, other) for other in range(ties)]
    alters: list[list[int]] = [[ties] for _ in range(ties)] + [list(range(ties))]
    for newcomer in range(ties + 1, people):
        ends = [end for tie in made for end in tie]
        own: list[int] = []
        last = -1
        for k in range(ties):
            closing = k > 0 and uniform(key, newcomer, k, 0, 0) < closure
            closing = closing and not set(alters[last]) <= set(own)
            candidates = alters[last] if closing else ends
            attempt = 0
            while True:
                u = uniform(key, newcomer, k, attempt, 2 if closing else 1)
                other = candidates[int(u * len(candidates))]
                if other not in own:
                    break
                attempt += 1
            last = last if closing else other
            own.append(other)
        alters.append(own)
        for other in own:
            alters[other].append(newcomer)
            made.append((newcomer, other))
    return made


@settings(deadline=None)  # the first example compiles
@given(
    ties=st.integers(1, 6),
    more=st.integers(1, 60),
    closure=st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
    seed=st.integers(0, 2**63 - 1),
)
@example(ties=1, more=1, closure=1.0, seed=0)
@example(ties=6, more=60, closure=1.0, seed=0)
def test_kernel_equals_definition(ties: int, more: int, closure: float, seed: int) -> None:
    people = ties + more
    network = holme_kim(people, ties, closure, seed=seed)
    made = {(other, newcomer) for newcomer, other in by_definition(people, ties, closure, seed)}
    assert set(to_networkx(network).edges) == made
    assert network.n_ties == len(made) == (people - ties) * ties


def test_kernel_equals_definition_at_size() -> None:
    """Hubs have rooms of their own for alters, which move as they grow."""
    made = by_definition(1500, 3, 0.7, 5)
    assert set(to_networkx(holme_kim(1500, 3, 0.7, seed=5)).edges) == {tie[::-1] for tie in made}


@pytest.mark.parametrize("closure", [0.0, 0.5])
def test_the_tail_falls_with_the_third_power(closure: float) -> None:
    """Exponent by maximum likelihood among degrees of 30 or more, about 6,000 people.

    The standard error is 2 / sqrt(6000) = 0.026; a seed in 1,000 strays by chance beyond 0.1.
    """
    degree = holme_kim(300_000, 3, closure, seed=2).degree
    tail = degree[degree >= 30]
    assert len(tail) > 2500
    exponent = 1 + len(tail) / np.log(tail / 29.5).sum()
    assert exponent == pytest.approx(3, abs=0.15)


def test_without_closure_degrees_are_those_of_barabasi_and_albert() -> None:
    """p(k) = 2 m (m + 1) / (k (k + 1) (k + 2)), within 3 standard errors for each k up to 20."""
    people, m = 200_000, 4
    degree = holme_kim(people, m, 0.0, seed=3).degree
    k = np.arange(m, 21)
    share = 2 * m * (m + 1) / (k * (k + 1) * (k + 2))
    observed = np.bincount(degree, minlength=21)[m:21] / people
    assert np.all(np.abs(observed - share) < 3.5 * np.sqrt(share / people))


def test_closure_raises_clustering() -> None:
    clustering = [
        networkx.average_clustering(to_networkx(holme_kim(2000, 4, closure, seed=1)))
        for closure in (0.0, 0.3, 0.6, 1.0)
    ]
    assert clustering[0] < 0.03
    assert all(low + 0.05 < high for low, high in pairwise(clustering))


@pytest.mark.parametrize(
    ("people", "ties", "closure", "message"),
    [
        (10, 0, 0.5, "ties must be at least 1 and less than people; got 0 of 10"),
        (10, 10, 0.5, "ties must be at least 1 and less than people; got 10 of 10"),
        (10, 2, 1.5, "closure must be a probability in .0, 1.; got 1.5"),
    ],
)
def test_what_a_programmer_may_get_wrong(
    people: int, ties: int, closure: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        holme_kim(people, ties, closure, seed=1)
