"""Time of the parts: weekly rounds, a network, draws."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import simnet
from simnet.agents import World
from simnet.agents._kernels import person_draws
from simnet.network import watts_strogatz
from simnet.randomness import stream_key

POPULATIONS = {
    "passive": "population={passive-profile: 1.0}",
    "mixed": "replicates=1",  # the shipped population as it is
}


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("people", [10_000, 100_000])
def test_a_weekly_round(benchmark: BenchmarkFixture, people: int, population: str) -> None:
    """One week of the million config among fewer people; half a year of them, after the first."""
    overrides = [f"network.people={people}", POPULATIONS[population]]
    world = World(simnet.load("million", overrides=overrides).world("base"))

    def live_a_week() -> None:
        world.env.run(until=world.env.now + 1)

    benchmark.pedantic(live_a_week, rounds=26, warmup_rounds=1)
    rounds = world.rounds_s[1:]
    benchmark.extra_info["person_weeks_per_s"] = round(people * len(rounds) / sum(rounds))


def test_a_network(benchmark: BenchmarkFixture) -> None:
    """A small world of 100,000 people with ten ties each."""
    benchmark.pedantic(watts_strogatz, (100_000, 10, 0.1), {"seed": 1}, rounds=10, warmup_rounds=1)


def test_draws(benchmark: BenchmarkFixture) -> None:
    """Five draws for each of a million people."""
    key = stream_key(1, 0, "benchmark")
    draws = benchmark.pedantic(person_draws, (key, 1_000_000, 3), rounds=10, warmup_rounds=1)
    assert np.all((draws >= 0) & (draws < 1))
