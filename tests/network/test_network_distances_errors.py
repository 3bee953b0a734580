"""Errors of sampled distances: the arithmetic, and how often intervals cover."""

from __future__ import annotations

from functools import cache
from math import isnan

import networkx
import numpy as np
import pytest
from scipy.special import stdtrit

from simnet.network import Estimate, Network, from_networkx, watts_strogatz
from simnet.network.distances import DistanceDistribution, distances

QUANTITIES = ("mean", "spid", "effective_diameter", "interpolated_median", "efficiency")


def without(found: DistanceDistribution, source: int) -> DistanceDistribution:
    kept = np.arange(found.n_sources) != source
    return DistanceDistribution(
        sources=found.sources[kept],
        per_source=found.per_source[kept],
        n_people=found.n_people,
        is_connected=found.is_connected,
    )


@pytest.mark.parametrize("name", [*QUANTITIES, "reachable"])
def test_errors_are_those_of_leaving_sources_out(name: str) -> None:
    graph = networkx.fast_gnp_random_graph(200, 2 / 200, seed=1)
    found = distances(from_networkx(graph), sources=30, seed=1)
    estimate: Estimate = getattr(found, name)
    one_less = [getattr(without(found, i), name).value for i in range(30)]
    influences = [29 * (np.mean(one_less) - value) for value in one_less]
    remaining = 1 - 30 / 200
    variance = remaining / 30 * np.var(influences, ddof=1)
    assert estimate.standard_error == pytest.approx(variance**0.5)
    # At the ends of the interval Hall's transformed T is the quantile of Student's t.
    skewness = np.mean(np.power(influences, 3)) / np.mean(np.square(influences)) ** 1.5
    lean = skewness * np.sqrt(remaining / 30)
    for end, t in ((estimate.low, stdtrit(29, 0.975)), (estimate.high, stdtrit(29, 0.025))):
        away = (estimate.value - end) / estimate.standard_error
        transformed = away + lean * away**2 / 3 + lean**2 * away**3 / 27 + lean / 6
        assert transformed == pytest.approx(t)


def test_the_error_of_the_mean_is_that_of_a_mean_where_all_reach_all() -> None:
    network = watts_strogatz(400, 4, 0.1, seed=1)
    found = distances(network, sources=50, seed=2)
    of_each = found.per_source @ np.arange(1, found.largest + 1) / 399
    error = np.std(of_each, ddof=1) / np.sqrt(50) * np.sqrt(1 - 50 / 400)
    assert found.mean.value == pytest.approx(np.mean(of_each))
    assert found.mean.standard_error == pytest.approx(error)


def test_what_all_sources_agree_on_has_no_error() -> None:
    found = distances(watts_strogatz(400, 4, 0.0, seed=1), sources=50)
    for estimate in (found.mean, found.spid, found.reachable, *found.shares):
        assert estimate.standard_error == pytest.approx(0, abs=1e-12)
        assert estimate.high - estimate.low == pytest.approx(0, abs=1e-11)
    assert found.reachable.value == 1.0


@cache
def crowds(kind: str) -> Network:
    match kind:
        case "small world":
            return watts_strogatz(3000, 6, 0.1, seed=3)
        case "hubs":
            return from_networkx(networkx.barabasi_albert_graph(3000, 2, seed=1))
        case _:
            graph = networkx.fast_gnp_random_graph(2000, 2 / 2000, seed=1, directed=True)
            return from_networkx(graph)


@pytest.mark.slow
@pytest.mark.parametrize("sources", [100, 1000])
@pytest.mark.parametrize("kind", ["small world", "hubs", "one way, and not all reach all"])
def test_intervals_cover_as_often_as_they_say(kind: str, sources: int) -> None:
    """Of 400 samples, 92 % to 98 % of the 95 % intervals; a quantity in 150 fails by chance.

    Of spid, 89 % will do of 100 sources that not all reach all, as its docstring warns. Quantiles
    have a kink at whole distances; next to one, as the 12.94 of the last network, 97 % are covered
    in the long run, and 99 % will do.
    """
    network = crowds(kind)
    exact = distances(network)
    found = [distances(network, sources=sources, seed=seed) for seed in range(400)]
    for name in QUANTITIES:
        truth = getattr(exact, name).value
        covered = [
            estimate.low <= truth <= estimate.high
            for estimate in (getattr(sample, name) for sample in found)
        ]
        warned = name == "spid" and sources == 100 and not exact.is_connected
        kinked = name in ("effective_diameter", "interpolated_median")
        least, most = 0.89 if warned else 0.92, 0.99 if kinked else 0.98
        assert least <= np.mean(covered) <= most, name


@pytest.mark.slow
def test_standard_errors_are_the_scatter_over_samples() -> None:
    """Within 12 % of the scatter of 400 estimates, whose own error is 3.5 %: fails never."""
    network = crowds("hubs")
    found = [distances(network, sources=100, seed=seed) for seed in range(400)]
    for name in QUANTITIES:
        estimates = [getattr(sample, name) for sample in found]
        scatter = np.std([estimate.value for estimate in estimates], ddof=1)
        said = np.mean([estimate.standard_error for estimate in estimates])
        assert said == pytest.approx(scatter, rel=0.12), name


def test_the_interval_of_the_median_holds_it() -> None:
    """Whole numbers are covered more often than the level says: 190 of 200 are too few."""
    network = crowds("hubs")
    truth = distances(network).median.value
    found = [distances(network, sources=30, seed=seed).median for seed in range(200)]
    assert sum(median.low <= truth <= median.high for median in found) > 190
    assert all(isnan(median.standard_error) for median in found)
    assert all(median.low <= median.value <= median.high for median in found)


@pytest.mark.slow
def test_stopping_when_the_mean_is_known_leaves_the_interval_honest() -> None:
    """Of 400 sequential samples that stop at different sizes, at least 92 % cover.

    Fewer would be seen in one seed of 300 if coverage were the 95 % of a fixed size.
    """
    network = watts_strogatz(3000, 4, 0.02, seed=1)
    truth = distances(network).mean.value
    found = [distances(network, until=0.33, seed=seed) for seed in range(400)]
    assert len({sample.n_sources for sample in found}) > 1
    assert not any(sample.exact for sample in found)
    assert np.mean([sample.mean.low <= truth <= sample.mean.high for sample in found]) >= 0.92
