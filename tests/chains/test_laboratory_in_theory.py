"""Letters of the laboratory under conditions where theory says what comes of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simnet.chains import Chains, participation, rules, send
from simnet.network import Network, from_edges, kleinberg, watts_strogatz

ERROR_RATE = 1e-4
"""Chance that a test would fail for a right model, were the seeds not fixed."""


def ends(people: int, letters: int) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(1)
    starters = draws.integers(people, size=letters)
    return starters, (starters + 1 + draws.integers(people - 1, size=letters)) % people


@pytest.mark.parametrize("degree", [2, 6, 10])
def test_greedy_on_a_ring_takes_the_shortest_way(degree):
    """⌈d / (k/2)⌉ steps to somebody d places away."""
    starters, targets = ends(101, 500)
    ring = watts_strogatz(101, degree, 0.0, seed=0)
    chains = send(ring, starters, targets, rule=rules.Nearest(space="place"))
    apart = np.abs(starters - targets)
    apart = np.minimum(apart, 101 - apart)
    assert chains.arrived.all()
    np.testing.assert_array_equal(chains.steps, -(-apart // (degree // 2)))


def test_greedy_on_a_lattice_takes_the_shortest_way():
    """As many steps as the lattice has between them."""
    lattice = kleinberg(12, long_ties=0, seed=0)
    starters, targets = ends(144, 500)
    chains = send(lattice, starters, targets, rule=rules.Nearest(space="lattice"))
    apart = lattice.spaces["lattice"].distance(lattice.people, starters, targets)
    np.testing.assert_array_equal(chains.steps, apart)


def tree(branching: int, levels: int) -> Network:
    """Everybody tied to somebody above, up to person 0."""
    people = sum(branching**level for level in range(levels + 1))
    below = np.arange(1, people)
    above = (below - 1) // branching
    return from_edges(below, above, n_people=people, people={"number": np.arange(people)})


def up_and_down(a: int, b: int, branching: int) -> int:
    """Steps between two people of a tree."""
    steps = 0
    while a != b:
        a, b = (a, (b - 1) // branching) if a < b else ((a - 1) // branching, b)
        steps += 1
    return steps


def down_the_tree(view: rules.View, draw: float) -> int:
    """To the one below whose people have the target among them, else to the one above."""
    above = [alter for alter in view.alters.tolist() if alter < view.holder]
    ancestors = {int(view.target("number"))}
    while min(ancestors) > 0:
        ancestors.add((min(ancestors) - 1) // 3)
    below = [a for a in view.alters.tolist() if a > view.holder and a in ancestors]
    return (below or above)[0]


def test_greedy_on_a_tree_takes_the_only_way():
    network = tree(3, 3)
    starters, targets = ends(network.n_people, 300)
    rule = rules.OwnRule(function=f"{__name__}:down_the_tree")
    chains = send(network, starters, targets, rule=rule)
    assert chains.arrived.all()
    assert chains.steps.tolist() == [
        up_and_down(int(a), int(b), 3) for a, b in zip(starters, targets, strict=True)
    ]


SMALL_WORLD = watts_strogatz(2_000, 10, 0.1, seed=4)
GREEDY = rules.Nearest(space="place", closer_only=True)


def searched(letters: int, **options) -> Chains:
    return send(SMALL_WORLD, *ends(2_000, letters), rule=GREEDY, **options)


def test_without_attrition_lengths_are_those_of_the_search():
    alone, among_others = searched(3_000), searched(3_000, participation=1.0, lost=0.0)
    np.testing.assert_array_equal(alone.steps, among_others.steps)
    dropping = searched(3_000, participation=0.9)
    arrived = dropping.arrived
    np.testing.assert_array_equal(dropping.steps[arrived], alone.steps[arrived])


@pytest.mark.parametrize("lost", [0.0, 0.05])
def test_constant_attrition_thins_the_lengths(lost):
    """n(L) is binomial: letters of search length L, each surviving with ((1 - r)(1 - lost))^L."""
    search = searched(40_000)
    kept = searched(40_000, participation=0.8, lost=lost)
    assert search.arrived.mean() > 0.9
    length = search.steps[search.arrived]
    for steps in range(1, 12):
        began = int((length == steps).sum())
        survived = int((kept.arrived & (kept.steps == steps)).sum())
        chance = (0.8 * (1 - lost)) ** steps
        assert stats.binomtest(survived, began, chance).pvalue > ERROR_RATE / 11


def test_attrition_by_step_is_what_was_asked_for():
    chances = (0.5, 0.9, 0.7)
    model = participation.ByStep(probabilities=chances)
    chains = searched(20_000, participation=model)
    for remove in range(5):
        held = (chains.steps > remove) | (
            (chains.steps == remove) & ~chains.arrived & ~chains.stuck
        )
        passed = int((chains.steps > remove).sum())
        chance = chances[min(remove, 2)]
        assert stats.binomtest(passed, int(held.sum()), chance).pvalue > ERROR_RATE / 5


def test_look_ahead_shortens_searches():
    blind = send(SMALL_WORLD, *ends(2_000, 2_000), rule=rules.Nearest(space="place"))
    seeing = send(
        SMALL_WORLD, *ends(2_000, 2_000), rule=rules.Nearest(space="place"), look_ahead=True
    )
    assert stats.wilcoxon(blind.steps, seeing.steps, alternative="greater").pvalue < ERROR_RATE


def test_a_random_walk_visits_by_degree():
    """Of a long walk with revisits, a person has the share degree / all degrees of the steps."""
    network = from_edges([0, 0, 0, 1, 3, 4], [1, 2, 3, 2, 4, 5], n_people=7)
    chains = send(
        network,
        np.zeros(400, int),
        np.full(400, 6),
        rule=rules.AtRandom(),
        revisits="always",
        max_steps=1_000,
    )
    assert chains.ended("expired").all()
    # Every hundredth holder of a walk is nearly independent of the one before.
    seen = np.bincount(chains.holders[:, 100:1001:100].ravel(), minlength=7)[:6]
    expected = seen.sum() * network.degree[:6] / network.degree.sum()
    assert stats.chisquare(seen, expected).pvalue > ERROR_RATE


def test_targets_nobody_can_reach_get_nothing():
    network = from_edges([0, 1, 3], [1, 2, 4], n_people=6)
    chains = send(network, [0, 0, 5], [4, 5, 0], rule=rules.AtRandom())
    assert not chains.arrived.any()
    assert chains.stuck.all()
    assert chains.steps.tolist() == [2, 2, 0]
