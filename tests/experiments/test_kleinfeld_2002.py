"""Completion against participation, and letters that are sent again."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest

from simnet.chains.lazy import Identities, random_pairs
from simnet.lab.reproduction.catalogue import study

STUDY = "kleinfeld-2002"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) >= 3


def test_people_who_nearly_always_take_part_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "passing_on=0.95").failures}
    assert "most letters never arrive" in failed


def test_people_who_hardly_take_part_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "passing_on=0.37").failures}
    assert "one restart completes more than any study by letter" in failed


@pytest.fixture(scope="module")
def send():
    """The function of the study that sends letters with restarts."""
    module = sys.modules[study(STUDY).run.__module__]
    return module.send_with_restarts


@pytest.fixture(scope="module")
def world():
    return Identities(levels=2, branching=5, group=20, degree=12, seed=1)


def test_without_refusals_a_search_is_that_of_the_laboratory(send, world):
    starters, targets = random_pairs(world.n_people, 3_000, seed=1)
    ours = send(world, starters, targets, passing_on=1.0, restarts=0, max_steps=60, seed=2)
    theirs = world.send(starters, targets, max_steps=60, seed=3)
    error = np.hypot(ours.steps.std(), theirs.steps.std()) / np.sqrt(3_000)
    assert abs(ours.steps.mean() - theirs.steps.mean()) < 4 * error
    assert abs(ours.arrived.mean() - theirs.arrived.mean()) < 0.02


def test_a_chain_goes_from_alter_to_alter_and_asks_nobody_twice(send, world):
    starters, targets = random_pairs(world.n_people, 200, seed=4)
    chains = send(world, starters, targets, passing_on=0.6, restarts=2, max_steps=40, seed=5)
    for row in range(200):
        people = chains.path[row, : chains.steps[row] + 1]
        assert len(set(people.tolist())) == len(people)
        for holder, after in pairwise(people):
            assert after in world.alters(int(holder))[0]
        assert (people[-1] == targets[row]) == bool(chains.arrived[row])


def test_more_restarts_complete_more(send, world):
    starters, targets = random_pairs(world.n_people, 500, seed=6)
    rates = [
        send(
            world, starters, targets, passing_on=0.5, restarts=restarts, max_steps=60, seed=7
        ).arrived.mean()
        for restarts in (0, 1, 3)
    ]
    assert rates[0] < rates[1] < rates[2]
