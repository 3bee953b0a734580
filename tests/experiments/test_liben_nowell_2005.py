"""Letters towards the target's town."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from simnet.lab.reproduction import reproduce
from simnet.lab.reproduction.catalogue import PACKAGE, study
from simnet.lab.reproduction.running import settings_of
from simnet.network import Network, from_edges

STUDY = "liben-nowell-2005"


@pytest.fixture(scope="module")
def module():
    study(STUDY)
    return importlib.import_module(f"{PACKAGE}.liben_nowell_2005")


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert {"their mean steps", "their median steps"} <= {c.what for c in card.checks if c.hard}


def test_friendships_that_know_no_geography_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "not_geographic=0.9").failures}
    assert "their mean steps" in failed


def towns(module, ties: list[tuple[int, int]], longitude: list[float]) -> Network:
    network = from_edges(*zip(*ties, strict=True), n_people=len(longitude))
    coordinates = {"town_lat": np.zeros(len(longitude)), "town_lon": np.array(longitude)}
    return module._placed(network, coordinates)


def test_a_letter_is_through_once_a_holder_lives_in_the_targets_town(module):
    # 0 - 1 - 2 lead to the town of 3, who knows nobody; 4 is tied to nobody nearer.
    network = towns(module, [(0, 1), (1, 2), (4, 0)], [0.0, 1.0, 2.0, 2.0, -0.5])
    settings = settings_of(STUDY, quick=True, overrides=["letters=2000"])
    starters, targets = module._pairs(settings, network, 0.0)
    assert (
        np.array(network.people["town_lon"])[starters] != network.people["town_lon"][targets]
    ).all()
    sent = module._sent(settings, network)
    to_the_town = {(0, 2): 2, (0, 3): 2, (1, 2): 1, (1, 3): 1, (4, 2): 3, (4, 3): 3, (0, 1): 1}
    back = {(4, 1): 2, (4, 0): 1, (0, 4): 1, (1, 0): 1, (1, 4): 2, (2, 0): 2, (2, 1): 1, (2, 4): 3}
    expected = [
        (to_the_town | back)[pair]
        for pair in zip(starters.tolist(), targets.tolist(), strict=True)
        if pair in to_the_town | back
    ]
    assert sent.steps.tolist() == expected
    assert sent.through.value == pytest.approx(len(expected) / len(starters))


def test_the_rank_law_is_read_off_friendships_made_by_it(module):
    # Everybody lives on a line in a town of their own and draws friends by 1 / rank^1.2.
    people, draws = 20_000, np.random.default_rng(5)
    rank = np.arange(1, people)
    cumulated = np.cumsum(rank**-1.2)
    me = np.repeat(np.arange(people), 12)
    away = np.searchsorted(cumulated, draws.random(len(me)) * cumulated[-1]) // 2 + 1
    other = (me + np.where(draws.random(len(me)) < 0.5, away, -away)) % people
    anybody = draws.integers(people, size=(2, 4 * people))
    network = from_edges(np.append(me, anybody[0]), np.append(other, anybody[1]), n_people=people)
    line = {"town_lat": np.zeros(people), "town_lon": np.arange(people) * 360.0 / people}
    settings = settings_of(STUDY, quick=True, overrides=["sources=500"])
    law = module._rank_law(settings, module._placed(network, line))
    assert law.exponent == pytest.approx(1.2, abs=0.25)
    assert law.not_geographic == pytest.approx(8 / network.degree.mean(), abs=0.08)


@pytest.mark.slow
def test_brightkite_is_measured_where_it_is_to_be_had(shared_data: Path):
    overrides = [f"brightkite={shared_data / 'brightkite'}", "people=20000", "people_per_town=40"]
    card = reproduce(STUDY, quick=True, overrides=overrides).card
    found = {check.what: check.ours for check in card.checks if "Brightkite" in check.what}
    assert 0.0 < found["Brightkite: letters that reach the target's town"] < 1.0
    assert -2.0 < found["Brightkite: slope of friendship against rank"] < -0.5
