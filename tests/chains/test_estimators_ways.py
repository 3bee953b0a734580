"""The ways chains took: through whose hands, and how much longer than they need be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_chains import chains, nothing

from simnet.chains.estimators import funnel, searchability_gap
from simnet.chains.record import Chains
from simnet.network import from_edges
from simnet.network.distances import distance


def last_hands(people, target=99):
    """Arrived chains of two steps, by these last people."""
    n = len(people)
    path = np.column_stack([np.arange(n) + 1_000, people, np.full(n, target)]).astype(np.int32)
    return Chains(
        outcome=np.zeros(n, np.int8),
        steps=np.full(n, 2),
        starters=path[:, 0],
        targets=path[:, 2],
        stuck=np.zeros(n, np.bool_),
        path=path,
    )


@settings(deadline=None)
@given(chains(), st.integers(1, 3))
def test_funnel_counts_the_last_people(study, through):
    hands = Counter(
        (int(study.targets[i]), int(study.path[i, study.steps[i] - 1]))
        for i in range(len(study))
        if study.outcome[i] == 0 and study.steps[i] > 0
    )
    found = funnel(study, through=through, resamples=5)
    rows = found.people.itertuples(index=False, name=None)
    assert {(target, person): n for target, person, n in rows} == hands
    if not hands:
        assert np.isnan(found.share.value)
        return
    top = 0
    for target in {t for t, _ in hands}:
        counts = sorted((n for (t, _), n in hands.items() if t == target), reverse=True)
        top += sum(counts[:through])
    assert found.share.value == pytest.approx(top / hands.total())
    assert found.share.n == hands.total()


def test_one_target_can_be_looked_at():
    one, two = last_hands([1, 1, 2], target=98), last_hands([3, 4, 5, 6], target=99)
    both = Chains(
        **{
            name: np.concatenate([getattr(one, name), getattr(two, name)])
            for name in ("outcome", "steps", "starters", "targets", "stuck", "path")
        }
    )
    assert funnel(both, through=1, target=98).share.value == pytest.approx(2 / 3)
    assert funnel(both, through=1, target=99).share.value == pytest.approx(1 / 4)
    assert funnel(both, through=1).share.value == pytest.approx(3 / 7)
    assert funnel(both).n_people == 6


def test_few_arrivals_look_like_a_funnel_and_the_interval_knows():
    people = np.random.default_rng(1).integers(0, 100, 64)
    found = funnel(last_hands(people))
    assert found.share.value > 0.03
    assert found.bias > 0.02
    assert found.share.low < found.share.value


def test_a_true_funnel_is_inside_the_interval():
    # three people with 16 hundredths each, the others with little
    chances = np.array([0.16, 0.16, 0.16, *[0.52 / 200] * 200])
    covered = 0
    for seed in range(200):
        people = np.random.default_rng(seed).choice(203, 300, p=chances)
        share = funnel(last_hands(people), resamples=199).share
        covered += share.low <= 0.48 <= share.high
    assert covered >= 180  # of 200 at 95 %: less with probability 0.002


def test_one_arrival_tells_no_error_of_a_funnel():
    found = funnel(last_hands([1])).share
    assert found.value == 1
    assert np.isnan([found.standard_error, found.low, found.high]).all()


def test_without_paths_there_are_no_last_people():
    with pytest.raises(ValueError, match="not known of chains without paths"):
        funnel(replace(last_hands([1, 2]), path=None))
    with pytest.raises(ValueError, match="through must be at least 1; got 0"):
        funnel(last_hands([1, 2]), through=0)


def arrived_on(network, pairs, steps):
    starters, targets = np.array(pairs).reshape(-1, 2).T
    return Chains(
        outcome=np.zeros(len(starters), np.int8),
        steps=np.asarray(steps),
        starters=starters,
        targets=targets,
        stuck=np.zeros(len(starters), np.bool_),
    )


@pytest.mark.parametrize("few_targets", [False, True])
def test_gap_is_the_mean_of_the_differences(few_targets):
    rng = np.random.default_rng(2)
    ring, chords = np.arange(300), rng.integers(0, 300, (2, 60))
    network = from_edges(np.append(ring, chords[0]), np.append((ring + 1) % 300, chords[1]))
    pairs = rng.integers(0, 300, (80, 2))
    if few_targets:
        pairs[:, 1] %= 3
    short = np.array([distance(network, a, b) for a, b in pairs.tolist()])
    long = short + rng.integers(0, 4, 80)
    found = searchability_gap(network, arrived_on(network, pairs, long))
    assert found.algorithmic.value == pytest.approx(long.mean())
    assert found.topological.value == pytest.approx(short.mean())
    assert found.difference.value == pytest.approx((long - short).mean())
    assert found.difference.standard_error == pytest.approx(
        (long - short).std(ddof=1) / np.sqrt(80)
    )


def test_gap_makes_up_for_attrition_where_told():
    line = from_edges(range(9), range(1, 10))
    study = arrived_on(line, [(0, 1), (0, 4)], [1, 6])
    found = searchability_gap(line, study, attrition=0.5)
    weights = np.array([2.0, 64.0])
    assert found.algorithmic.value == pytest.approx(weights @ [1, 6] / 66)
    assert found.difference.value == pytest.approx(weights @ [0, 2] / 66)


def test_gap_follows_directions():
    ring = from_edges(range(6), [1, 2, 3, 4, 5, 0], directed=True)
    found = searchability_gap(ring, arrived_on(ring, [(0, 1), (1, 0), (3, 1)], [1, 5, 4]))
    assert found.topological.value == pytest.approx((1 + 5 + 4) / 3)


def test_gap_of_nothing_of_one_and_of_strangers():
    line = from_edges([0, 1, 3], [1, 2, 4])
    assert np.isnan(searchability_gap(line, nothing()).difference.value)
    one = searchability_gap(line, arrived_on(line, [(0, 2)], [2]))
    assert one.difference.value == 0
    assert np.isnan(one.difference.low)
    with pytest.raises(ValueError, match="whom no path in the network joins"):
        searchability_gap(line, arrived_on(line, [(0, 3)], [2]))
