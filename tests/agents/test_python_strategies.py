"""A strategy in Python plans within its hours, sees its own ties only, and cannot cheat."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from own_strategies import Watch
from worlds import fingerprint, halves, of_people, with_an_isolate, world_spec

from simnet.agents import World, simulate
from simnet.errors import SpecError
from simnet.network import make


def spec_with(name: str, *, share: float = 0.5, **changes):
    return world_spec(
        population={"passive-profile": 1.0},
        focal={"share": share, "strategy": "own"},
        strategies={"own": {"python": f"own_strategies:{name}"}},
        **changes,
    )


def of_group(tables, group: str) -> pd.DataFrame:
    return tables.people[tables.people["group"] == group].drop(columns="strategy")


@pytest.mark.parametrize("name", ["Meet", "Everything", "Invite"])
@pytest.mark.parametrize("hours", [0.3, 1.0, 5.0])
def test_acts_beyond_the_hours_are_left_undone(name, hours):
    spec = spec_with(name, hours_per_week=hours)
    before = np.zeros(spec.network.people)

    def check(week: int) -> None:
        spent = of_people(world, "hours") - before
        assert (spent[of_people(world, "group") == 1] <= hours + 1e-9).all()
        before[:] = of_people(world, "hours")

    world = World(spec, progress=check)
    spent = of_group(world.run(), "focal")["hours_spent"]
    assert spent.max() > 0 or (name == "Meet" and hours < 1.0)


def test_meeting_makes_ties_stronger_than_resting():
    met, rested = simulate(spec_with("Meet")), simulate(spec_with("Nothing"))
    by = ["person", "other", "born_week"]
    both = met.ties.merge(rested.ties, on=by, suffixes=("_met", "_rested"))
    focal = of_group(met, "focal")["person"]
    theirs = both[both["person"].isin(focal) & both["other"].isin(focal)]
    assert len(theirs) > 5
    assert theirs["strength_met"].mean() > theirs["strength_rested"].mean() + 0.2


def test_the_same_again_gives_the_same_tables():
    spec = spec_with("Everything")
    assert fingerprint(simulate(spec)) == fingerprint(simulate(spec))


def test_resting_is_like_a_strategy_without_routines():
    without = world_spec(
        population={"passive-profile": 1.0},
        focal={"share": 0.5, "strategy": "own"},
        strategies={"own": {"routines": []}},
    )
    assert fingerprint(simulate(spec_with("Nothing"))) == fingerprint(simulate(without))


# ---------------------------------------------------------------- the view
def test_the_view_shows_the_peoples_own_ties():
    Watch.seen.clear()
    spec = spec_with("Watch", weeks=4)
    world = World(spec)
    world.run()
    who = np.flatnonzero(of_people(world, "group") == 1)
    assert [view.week for view in Watch.seen] == list(range(4))
    first = Watch.seen[0]
    network = world.network
    assert first.people.tolist() == who.tolist()
    assert first.hours == spec.hours_per_week
    pairs = [(int(who[o]), int(a)) for o, a in zip(first.owner, first.alter, strict=True)]
    assert pairs == [(int(i), int(j)) for i in who for j in network.row(int(i))]
    assert first.alter_degree.tolist() == network.degree[first.alter].tolist()
    assert not first.new.any()
    assert not first.thanks_due.any()
    assert (first.pitches == 0).all()
    assert (first.silence_weeks >= 0).all()
    assert (first.age_weeks >= first.silence_weeks).all()
    now = {(i, j): half for i, j, half in halves(World(spec))}
    for pair, strength, silence in zip(pairs, first.strength, first.silence_weeks, strict=True):
        assert now[pair]["strength"] == strength or silence == 0  # ordinary life goes first


def test_writing_to_the_view_changes_nothing():
    assert fingerprint(simulate(spec_with("Scribble"))) == fingerprint(
        simulate(spec_with("Nothing"))
    )


def test_hours_cannot_be_charged_to_somebody_else():
    spent = of_group(simulate(spec_with("BlameTheFirst")), "focal")["hours_spent"]
    assert spent.tolist() == of_group(simulate(spec_with("Meet")), "focal")["hours_spent"].tolist()


def test_nobody_can_act_in_anothers_name():
    spent = of_group(simulate(spec_with("ActAsOthers", weeks=1)), "focal")["hours_spent"]
    assert spent.nunique() == 1


def favours(name: str, **changes) -> float:
    """Favours that followers have done in a week in which nobody brings anybody business."""
    spec = spec_with(name, weeks=1, market={"needs_per_week": 0.0}, **changes)
    world = World(spec)
    world.run()
    followers = of_people(world, "group") == 1
    return sum(half["given"] for i, _, half in halves(world) if followers[i])


def test_needs_are_noticed_by_listening_and_not_by_trying():
    assert favours("HelpBlindly") == 0.0
    assert favours("ListenAndHelp") > 0.0


def test_listening_takes_hours():
    spec = spec_with("ListenAndHelp", market={"needs_per_week": 0.0}, weeks=4)
    spent = of_group(simulate(spec), "focal")["hours_spent"]
    assert (spent >= 4 * 1.0).all()
    assert (spent <= 4 * spec.hours_per_week).all()


def test_no_hours_are_won_by_listening_less_than_nothing():
    """Either refused, or as good as not listening."""
    try:
        spent = of_group(simulate(spec_with("ListenLessThanNothing")), "focal")["hours_spent"]
    except (SpecError, ValueError):
        return
    assert spent.tolist() == of_group(simulate(spec_with("Meet")), "focal")["hours_spent"].tolist()


def test_nobody_is_turned_to_twice_in_a_week():
    spec = spec_with("TwiceEach", weeks=3, market={"needs_per_week": 0.0})
    once = spec_with("Pitch", weeks=3, market={"needs_per_week": 0.0})
    assert fingerprint(simulate(spec))["ties"] == fingerprint(simulate(once))["ties"]


def test_an_isolated_follower_changes_nobody_elses_draws():
    """What an act draws is keyed by who does it, not by its place in the plan of all."""
    spec = spec_with(
        "Everything",
        share=1.0,
        probes=None,
        behaviour={"shortlist": {"open_reach": 0.0}},
    )
    network = make(spec.network, seed=spec.seed, replicate=0)
    without = simulate(spec, network=network)
    with_one = simulate(spec, network=with_an_isolate(network))
    pd.testing.assert_frame_equal(with_one.ties, without.ties)
    pd.testing.assert_frame_equal(with_one.people.iloc[:-1], without.people)


# ---------------------------------------------------------------- mistakes
def test_an_unknown_action_is_named():
    with pytest.raises(ValueError, match=r"cannot do 'dance'.*known are help, follow-up"):
        simulate(spec_with("Dance"))


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("no_such_module:Class", "cannot be imported"),
        ("own_strategies:NoSuchClass", "cannot be imported"),
        ("own_strategies:np", "cannot be imported|has no method"),
        ("collections:Counter", "has no method plan"),
    ],
)
def test_what_is_no_strategy_is_refused(reference, says):
    spec = world_spec(population={"own": 1.0}, strategies={"own": {"python": reference}})
    with pytest.raises(SpecError, match=says):
        World(spec)
