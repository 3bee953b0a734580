"""Erdős and Rényi: the kernel equals the definition; ties and degrees are binomial."""

from __future__ import annotations

from math import log1p

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chisquare

from simnet.network.generators import erdos_renyi
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform


def by_definition(people: int, degree: float, seed: int) -> set[tuple[int, int]]:
    """Each person's row above them, in geometric leaps from tie to tie."""
    key = stream_key(seed, 0, "erdos-renyi")
    chance = degree / (people - 1)
    ties: set[tuple[int, int]] = set()
    for i in range(people):
        j = i
        for count in range(people):
            u = uniform(key, i, count, 0, 0)
            without = 0 if chance == 1 else log1p(-u) / log1p(-chance)
            if without >= people - 1 - j:
                break
            j += 1 + int(without)
            ties.add((i, j))
    return ties


@settings(deadline=None)  # the first example compiles
@given(people=st.integers(2, 40), share=st.floats(1e-9, 1), seed=st.integers(0, 2**63 - 1))
@example(people=2, share=1.0, seed=0)
@example(people=7, share=1.0, seed=0)
@example(people=40, share=1e-300, seed=0)
def test_kernel_equals_definition(people: int, share: float, seed: int) -> None:
    network = erdos_renyi(people, share * (people - 1), seed=seed)
    one_side = network.sources < network.neighbours
    made = zip(network.sources[one_side], network.neighbours[one_side], strict=True)
    ties = by_definition(people, share * (people - 1), seed)
    assert {(int(i), int(j)) for i, j in made} == ties


def test_the_number_of_ties_is_binomial() -> None:
    """Of 300 networks, and of their spread; each fails once in 1,000 seeds."""
    made = [erdos_renyi(60, 6.0, seed=3, replicate=r).n_ties for r in range(300)]
    pairs, chance = 60 * 59 // 2, 6 / 59
    assert binomtest(sum(made), 300 * pairs, chance).pvalue > 1e-3
    upto = binom.cdf(made, pairs, chance)
    counts = np.histogram(upto, bins=[-0.1, *binom.cdf(CUTS, pairs, chance), 1.1])[0]
    expected = 300 * np.diff([0, *binom.cdf(CUTS, pairs, chance), 1])
    assert chisquare(counts, expected).pvalue > 1e-3


CUTS = [165, 172, 177, 183, 190]


def test_every_pair_is_tied_alike() -> None:
    """Chi-square over the 66 pairs of 12 people; fails once in 1,000 seeds."""
    tied = np.zeros((12, 12), np.int64)
    for replicate in range(2000):
        network = erdos_renyi(12, 4.0, seed=3, replicate=replicate)
        tied[network.sources, network.neighbours] += 1
    above = tied[np.triu_indices(12, 1)]
    assert chisquare(above).pvalue > 1e-3


def test_degrees_are_nearly_poisson() -> None:
    """Binomial of n - 1 chances; fails once in 1,000 seeds."""
    degree = erdos_renyi(50_000, 8.0, seed=4).degree
    expected = 50_000 * np.diff([0, *binom.cdf(range(2, 17), 49_999, 8 / 49_999), 1])
    counts = np.bincount(np.clip(degree, 2, 17) - 2, minlength=16)
    assert chisquare(counts, expected).pvalue > 1e-3


def test_nobody_is_tied_or_everybody_is() -> None:
    assert erdos_renyi(30, 0, seed=1).n_ties == 0
    assert erdos_renyi(1, 0, seed=1).n_people == 1
    assert erdos_renyi(30, 29, seed=1).degree.tolist() == [29] * 30


@pytest.mark.parametrize(
    ("people", "degree", "message"),
    [
        (0, 0, "people must be at least 1; got 0"),
        (10, 10, "degree must not be negative, and less than people; got 10"),
        (10, -1, "degree must not be negative, and less than people; got -1"),
        (10, float("nan"), "degree must not be negative, and less than people; got nan"),
    ],
)
def test_what_a_programmer_may_get_wrong(people: int, degree: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        erdos_renyi(people, degree, seed=1)
