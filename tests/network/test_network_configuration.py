"""The configuration model: degrees as given, every network alike; degrees drawn by laws."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import networkx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, norm, poisson

from simnet.errors import NetworkError
from simnet.network import Network
from simnet.network.generators import configuration
from simnet.network.generators.baselines import (
    lognormal_degrees,
    poisson_degrees,
    power_law_degrees,
)

Ties = frozenset[tuple[int, int]]


def ties_of(network: Network) -> Ties:
    one_side = network.sources < network.neighbours
    ends = network.sources[one_side].tolist(), network.neighbours[one_side].tolist()
    return frozenset(zip(*ends, strict=True))


def all_networks(degrees: list[int]) -> list[Ties]:
    """Every network with these degrees, by giving the first person all possible alters."""

    def rest(first: int, left: list[int]) -> list[Ties]:
        if first == len(left):
            return [frozenset()]
        others = [j for j in range(first + 1, len(left)) if left[j] > 0]
        return [
            ties | {(first, j) for j in alters}
            for alters in combinations(others, left[first])
            for ties in rest(
                first + 1, [k - (j in alters) if j > first else 0 for j, k in enumerate(left)]
            )
        ]

    return [ties for ties in rest(0, degrees) if len(ties) == sum(degrees) // 2]


@st.composite
def degrees_of_a_network(draw: st.DrawFn) -> list[int]:
    people = draw(st.integers(1, 12))
    pairs = list(combinations(range(people), 2))
    tied = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    named = Counter(person for tie in tied for person in tie)
    return [named[person] for person in range(people)]


@settings(deadline=None)  # the first example compiles
@given(degrees=degrees_of_a_network(), seed=st.integers(0, 2**63 - 1))
@example(degrees=[11] * 12, seed=0)
@example(degrees=[10] * 12, seed=0)
@example(degrees=[11, *[1] * 11], seed=0)
@example(degrees=[6, 6, 6, 3, 3, 3, 3], seed=0)
def test_degrees_are_kept_exactly(degrees: list[int], seed: int) -> None:
    network = configuration(degrees, seed=seed)
    assert network.degree.tolist() == degrees
    assert len(ties_of(network)) == sum(degrees) // 2


def test_degrees_are_kept_among_many() -> None:
    degrees = power_law_degrees(20_000, 2.1, 1, seed=3)
    assert degrees.max() > 2000
    assert np.array_equal(configuration(degrees, seed=3).degree, degrees)


@settings(deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=10))
def test_degrees_that_no_network_has_are_refused(degrees: list[int]) -> None:
    if networkx.is_graphical(degrees):
        assert configuration(degrees, seed=1).degree.tolist() == degrees
    else:
        with pytest.raises(NetworkError, match="no network has these degrees"):
            configuration(degrees, seed=1)


@pytest.mark.parametrize("degrees", [[2] * 6, [3] * 6, [4, 3, 2, 2, 2, 1], [5, 3, 3, 2, 2, 2, 1]])
def test_every_network_with_these_degrees_is_drawn_alike(degrees: list[int]) -> None:
    """Chi-square over all of them; fails once in 1,000 seeds."""
    every = all_networks(degrees)
    drawn = Counter(ties_of(configuration(degrees, seed=4, replicate=r)) for r in range(6000))
    assert set(drawn) <= set(every)
    assert chisquare([drawn[ties] for ties in every]).pvalue > 1e-3


def test_hubs_are_tied_as_random_halves_would_be() -> None:
    """The chance of a tie is about k l / (2 m) where that is small (Newman 2018, Networks, 12.1).

    Within 3 standard errors and the square of the chance, which is what the formula leaves out.
    """
    degrees = [20, 20, *[4] * 2000]
    tied = sum(configuration(degrees, seed=5, replicate=r).has_tie(0, 1) for r in range(1500))
    expected = 400 / sum(degrees)
    assert tied / 1500 == pytest.approx(expected, abs=3 * np.sqrt(expected / 1500) + expected**2)


# Laws


def test_poisson_degrees() -> None:
    """Chi-square; fails once in 1,000 seeds."""
    degrees = poisson_degrees(40_000, 6.0, seed=1)
    expected = 40_000 * np.diff([0, *poisson.cdf(range(1, 14), 6.0), 1])
    assert chisquare(np.bincount(np.clip(degrees, 1, 14) - 1), expected).pvalue > 1e-3
    assert degrees.sum() % 2 == 0


def test_lognormal_degrees() -> None:
    """Chi-square of the logarithm by deciles, rounding allowed for; fails once in 1,000 seeds."""
    degrees = lognormal_degrees(40_000, 472, 0.68, seed=1)
    cuts = np.rint(472 * np.exp(0.68 * norm.ppf(np.arange(1, 10) / 10))) + 0.5
    shares = np.diff([0, *norm.cdf(np.log(cuts / 472) / 0.68), 1])
    counts = np.histogram(degrees, [-1, *cuts, np.inf])[0]
    assert chisquare(counts, 40_000 * shares).pvalue > 1e-3
    assert degrees.mean() == pytest.approx(472 * np.exp(0.68**2 / 2), rel=0.02)
    assert degrees.sum() % 2 == 0


def test_power_law_degrees() -> None:
    """Chi-square; fails once in 1,000 seeds."""
    degrees = power_law_degrees(40_000, 2.5, 2, 60, seed=1)
    chance = np.arange(2, 61) ** -2.5
    expected = 40_000 * chance / chance.sum()
    counts = np.bincount(degrees, minlength=61)[2:]
    assert (degrees.min(), degrees.max()) == (2, 60)
    assert chisquare(counts, expected).pvalue > 1e-3
    assert degrees.sum() % 2 == 0


def test_nobody_has_more_ties_than_there_are_others() -> None:
    assert lognormal_degrees(10, 50, 1.0, seed=1).max() == 9
    assert poisson_degrees(10, 50, seed=1).tolist() == [9] * 10
    assert power_law_degrees(10, 0.5, 9, seed=1).tolist() == [9] * 10


def test_an_odd_sum_is_made_even_by_one_person() -> None:
    assert poisson_degrees(5, 50, seed=1).tolist() == [4] * 5
    assert power_law_degrees(5, 1.0, 3, 3, seed=1).tolist() == [2, 3, 3, 3, 3]
    assert power_law_degrees(5, 60.0, 1, seed=1).tolist() == [2, 1, 1, 1, 1]


@pytest.mark.parametrize("degrees", [[1.5, 1.5], [[1, 1]], [-1, 1]])
def test_what_a_programmer_may_get_wrong(degrees: list[object]) -> None:
    with pytest.raises(ValueError, match="degrees must be a list of whole numbers"):
        configuration(degrees, seed=1)  # type: ignore[arg-type]
