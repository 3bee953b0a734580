"""Letters in the post: the same chains as without time, and what time adds to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simnet.chains import OUTCOMES, mail, participation, rules, send
from simnet.network import Network, from_edges, watts_strogatz
from simnet.spec.post import Delay, Post

PEOPLE = 300
NETWORK = watts_strogatz(PEOPLE, 6, 0.2, seed=3)
STARTERS = np.arange(PEOPLE)
TARGETS = (STARTERS + 150) % PEOPLE
SLOW = Post(handling=Delay(median=2.0, spread=1.0), transit=Delay(median=3.0, spread=0.5))
STUDIES = {
    "by place": {"rule": rules.Nearest(space="place"), "participation": 0.9, "lost": 0.02},
    "at random": {"rule": rules.AtRandom(), "participation": 0.8, "revisits": "always"},
    "by step": {
        "rule": rules.HighestDegree(),
        "participation": participation.ByStep(probabilities=(0.5, 0.9)),
    },
    "expiring": {"rule": rules.AtRandom(), "max_steps": 7},
}


@pytest.mark.parametrize("post", [None, SLOW])
@pytest.mark.parametrize("name", STUDIES)
def test_chains_are_those_without_time_letter_by_letter(name, post):
    expected = send(NETWORK, STARTERS, TARGETS, **STUDIES[name], seed=5)
    mailed = mail(NETWORK, STARTERS, TARGETS, **STUDIES[name], post=post, seed=5)
    for column in ("outcome", "steps", "stuck", "path"):
        np.testing.assert_array_equal(
            getattr(mailed.chains, column), getattr(expected, column), err_msg=column
        )
    assert not mailed.late.any()


def nobody_new(view: rules.View, draw: float) -> int | None:
    return int(view.alters[0]) if view.remove < 3 else None


def test_rules_of_ones_own_go_by_post_too():
    own = {"rule": rules.OwnRule(function=f"{__name__}:nobody_new"), "participation": 0.9}
    expected = send(NETWORK, STARTERS, TARGETS, **own)
    mailed = mail(NETWORK, STARTERS, TARGETS, **own, post=SLOW)
    np.testing.assert_array_equal(mailed.chains.holders, expected.holders)


def on_a_line(people: int) -> Network:
    """People in a row, who know those next to them."""
    return from_edges(np.arange(people - 1), np.arange(1, people))


def test_days_add_up():
    post = Post(handling=Delay(median=2.0), transit=Delay(median=3.0))
    mailed = mail(on_a_line(5), [0], [4], rule=rules.AtRandom(), post=post)
    assert mailed.received.tolist() == [[0.0, 5.0, 10.0, 15.0, 20.0]]
    assert mailed.ended.tolist() == [20.0]


def test_a_lost_letter_ends_when_it_is_posted():
    post = Post(handling=Delay(median=2.0), transit=Delay(median=3.0))
    mailed = mail(on_a_line(5), [0], [4], rule=rules.AtRandom(), post=post, lost=1.0)
    assert mailed.chains.ended("lost").all()
    assert mailed.ended.tolist() == [2.0]
    assert np.isnan(mailed.received[0, 1])


@pytest.mark.parametrize(
    ("deadline", "steps", "outcome"), [(14.9, 2, 3), (15.0, 3, 3), (20.0, 4, 0)]
)
def test_a_deadline_cuts_chains_where_they_are(deadline, steps, outcome):
    post = Post(handling=Delay(median=2.0), transit=Delay(median=3.0), deadline=deadline)
    mailed = mail(on_a_line(5), [0], [4], rule=rules.AtRandom(), post=post)
    chains = mailed.chains
    assert (chains.steps.tolist(), chains.outcome.tolist()) == ([steps], [outcome])
    assert chains.holders[0].tolist() == [*range(steps + 1), *[-1] * (4 - steps)]
    assert mailed.late.tolist() == [outcome == OUTCOMES.index("expired")]


def test_what_a_deadline_hides_is_what_it_expires():
    study = STUDIES["by place"]
    without = mail(NETWORK, STARTERS, TARGETS, **study, post=SLOW)
    deadline = float(np.median(without.ended))
    cut = mail(
        NETWORK, STARTERS, TARGETS, **study, post=SLOW.model_copy(update={"deadline": deadline})
    )
    over = without.ended > deadline
    assert over.any()
    assert not over.all()
    np.testing.assert_array_equal(cut.chains.ended("expired"), over)
    np.testing.assert_array_equal(cut.late, over & without.chains.arrived)
    np.testing.assert_array_equal(cut.chains.steps[~over], without.chains.steps[~over])
    assert (cut.chains.steps <= without.chains.steps).all()


@pytest.mark.parametrize("reminders", [0, 1, 3])
def test_reminders_are_new_decisions(reminders):
    """P(passes on) = 1 - (1 - p)^(1 + reminders); fails once in 10,000 seeds for a right model."""
    letters = 2_000
    network = from_edges(np.zeros(letters, int), np.arange(1, letters + 1))
    post = Post(reminders=reminders, reminder_after=10.0)
    mailed = mail(
        network,
        np.arange(1, letters + 1),
        np.zeros(letters, int),
        rule=rules.AtRandom(),
        participation=0.3,
        post=post,
    )
    chance = 1 - 0.7 ** (1 + reminders)
    arrived = int(mailed.chains.arrived.sum())
    assert stats.binomtest(arrived, letters, chance).pvalue > 1e-4
    assert set(mailed.ended.tolist()) == {10.0 * k for k in range(reminders + 1)}


def test_delays_are_lognormal():
    """Kolmogorov and Smirnov; fails once in 10,000 seeds for a right model."""
    letters = 2_000
    network = from_edges(np.zeros(letters, int), np.arange(1, letters + 1))
    post = Post(transit=Delay(median=4.0, spread=0.7))
    mailed = mail(
        network,
        np.arange(1, letters + 1),
        np.zeros(letters, int),
        rule=rules.AtRandom(),
        post=post,
    )
    logs = np.log(mailed.ended / 4.0) / 0.7
    assert stats.kstest(logs, "norm").pvalue > 1e-4


def test_no_letters_make_an_empty_record():
    nobody = np.empty(0, int)
    assert len(mail(NETWORK, nobody, nobody, rule=rules.AtRandom()).chains) == 0
