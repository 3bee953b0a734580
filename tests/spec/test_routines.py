"""Strategies as data."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from simnet.spec import Routine, StrategySpec
from simnet.spec.behaviour import Costs
from simnet.spec.routines import ASKED_BY, AUDIENCES, Action, Audience


def test_every_action_has_its_audiences():
    assert tuple(AUDIENCES) == get_args(Action)
    used = {audience for audiences in AUDIENCES.values() for audience in audiences}
    assert used == set(get_args(Audience))


@pytest.mark.parametrize("do", get_args(Action))
@pytest.mark.parametrize("whom", get_args(Audience))
def test_an_action_takes_its_own_audiences_and_no_others(do, whom):
    by = {"by": next(by for by in ASKED_BY if by == "invitation")} if do == "connect" else {}
    allowed = ("strangers",) if do == "connect" else AUDIENCES[do]
    if whom in allowed:
        assert Routine(do=do, whom=whom, **by).audience == whom
    else:
        with pytest.raises(ValidationError):
            Routine(do=do, whom=whom, **by)


@pytest.mark.parametrize(
    ("routine", "audience"),
    [
        ({"do": "listen"}, None),
        ({"do": "help"}, "ties-in-need"),
        ({"do": "pitch"}, "new-ties"),
        ({"do": "meet"}, "any-ties"),
        ({"do": "connect", "by": "invitation"}, "strangers"),
        ({"do": "connect", "by": "introduction"}, "any-ties"),
    ],
)
def test_without_whom_an_action_has_its_own_default(routine, audience):
    assert Routine(**routine).audience == audience


def test_times_are_read():
    assert Routine(do="listen").every_weeks == 1
    assert Routine(do="listen", every="13 weeks").every_weeks == 13
    assert Routine(do="follow-up").within_days is None
    assert Routine(do="follow-up", within="10 days").within_days == 10
    assert Routine(do="follow-up", within="2 weeks").within_days == 14
    assert Routine(do="follow-up", within="1 day").within_days == 1


@pytest.mark.parametrize("every", ["week", "0 weeks", "1week", "2 days", "1.5 weeks", "1 week\n"])
def test_cadences_are_a_number_of_weeks(every):
    with pytest.raises(ValidationError):
        Routine(do="listen", every=every)


def test_a_strategy_is_said_in_exactly_one_way():
    assert StrategySpec(routines=()).hours(Costs()) == 0.0
    assert StrategySpec(python="a.b:C").python == "a.b:C"
    for wrong in ({}, {"routines": (), "python": "a:B"}):
        with pytest.raises(ValidationError):
            StrategySpec(**wrong)


def test_hours_of_a_strategy_are_those_its_routines_claim():
    spec = StrategySpec(
        routines=[{"do": "listen"}, {"do": "meet", "hours": 2}, {"do": "help", "hours": 0.5}]
    )
    assert spec.hours(Costs()) == 2.75  # listening takes a quarter of an hour
