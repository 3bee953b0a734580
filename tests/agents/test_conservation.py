"""What must hold in every world: nothing is lost, nothing counted twice, both halves agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pandas import DataFrame, isna
from worlds import Half, halves, of_people, rows_of, world_spec, world_specs

from simnet.agents import Tables, World, simulate

BY = ["group", "strategy"]
Check = Callable[[World, Tables], None]
ALWAYS: list[Check] = []


def always(check: Check) -> Check:
    """This must hold at the end of every world."""
    ALWAYS.append(check)
    return check


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(world_specs())
def test_what_must_always_hold(spec):
    def weekly(week: int) -> None:
        check_hours(world, week)
        if week % 6 == 1:
            check_halves(world)

    world = World(spec, progress=weekly)
    check_halves(world)
    tables = world.run()
    check_halves(world)
    for check in ALWAYS:
        check(world, tables)


def counts(column) -> dict[int, int]:
    return {int(key): int(n) for key, n in Counter(column).items()}


def tally(people: DataFrame, name: str) -> dict[int, int]:
    return {int(i): int(n) for i, n in zip(people["person"], people[name], strict=True) if n}


# ---------------------------------------------------------------- needs and opportunities
@always
def opportunities_awarded_are_those_in_peoples_tallies(world, tables):
    won = tables.opportunities[tables.opportunities["provider"].notna()]
    assert counts(won["provider"]) == tally(tables.people, "wins")
    assert counts(won["needy"]) == tally(tables.people, "needs_met")
    value = np.zeros(len(tables.people))
    np.add.at(value, won["provider"].to_numpy(int), won["value"].to_numpy())
    np.testing.assert_allclose(value, tables.people["value"], rtol=1e-12)


@always
def needs_are_met_or_end_outside_or_are_still_open(world, tables):
    outside = tables.opportunities[tables.opportunities["route"] == "outside"]
    ended = Counter(counts(tables.opportunities["needy"]))
    still_open = Counter(int(person) for person in world._needs.open.person)
    assert ended + still_open == Counter(tally(tables.people, "needs"))
    assert outside["provider"].isna().all()
    assert (outside["path"].map(len) == 0).all()
    assert tables.opportunities["opportunity"].is_unique


@always
def an_opportunity_travels_along_ties_that_live(world, tables):
    born = {(t.person, t.other, t.born_week): t for t in tables.ties.itertuples()}
    for won in tables.opportunities.itertuples():
        if won.route == "outside":
            continue
        assert (won.path[0], won.path[-1]) == (won.needy, won.provider)
        assert len(set(won.path)) == len(won.path)
        n_ties = 0 if won.route == "open-search" else len(won.path) - 1
        assert len(won.channels) == len(won.tie_ages_weeks) == n_ties
        assert (n_ties == 1) == (won.route == "own-tie")
        steps = zip(won.path, won.path[1:], won.channels, won.tie_ages_weeks, strict=False)
        for one, other, channel, age in steps:
            tie = born[min(one, other), max(one, other), won.closed_week - age]
            assert tie.channel == channel
            assert tie.end == "living" or tie.ended_week > won.closed_week


# ---------------------------------------------------------------- hours
def check_hours(world: World, week: int) -> None:
    """Nobody spends hours before they are given."""
    given_so_far = world.spec.hours_per_week * (week + 1)
    assert (of_people(world, "hours") <= given_so_far + 1e-9).all()


@always
def hours_are_spent_or_idle(world, tables):
    total = world.spec.hours_per_week * world.spec.weeks
    people = tables.people
    np.testing.assert_allclose(people["hours_spent"] + people["hours_idle"], total, rtol=1e-12)
    assert (people["hours_idle"] >= -1e-9).all()


# ---------------------------------------------------------------- chains
@always
def every_chain_has_its_steps_and_one_ending(world, tables):
    steps = {chain: list(rows.itertuples()) for chain, rows in tables.steps.groupby("chain")}
    assert set(steps) == set(tables.chains["chain"])
    for chain in tables.chains.itertuples():
        rows = steps[chain.chain]
        passed = [row for row in rows if not isna(row.next)]
        assert [row.step for row in rows] == list(range(len(rows)))
        assert len(passed) == chain.steps
        assert len(rows) == chain.steps + (chain.outcome in ("dropped", "expired"))
        assert rows[0].holder == chain.starter
        assert rows[-1].outcome == chain.outcome
        assert all(row.outcome == "forwarded" for row in rows[:-1])
        assert all(a.next == b.holder for a, b in pairwise(rows))
        assert all(0.0 <= row.strength <= 1.0 for row in passed)
        holders = [row.holder for row in rows]
        assert len(set(holders)) == len(holders)
        if chain.outcome == "arrived" and chain.kind != "referral":
            assert rows[-1].next == chain.target


@always
def attrition_counts_the_steps(world, tables):
    starter = tables.chains.set_index("chain")["starter_group"]
    seen: dict[tuple, Counter] = defaultdict(Counter)
    for row in tables.steps.itertuples():
        key = (row.kind, row.step, row.holder_strategy, starter[row.chain])
        seen[key].update({"at_risk": 1, row.outcome: 1})
    counted: dict[tuple, Counter] = defaultdict(Counter)
    endings = ("dropped", "lost", "expired", "arrived")
    for row in tables.attrition.itertuples():
        key = (row.kind, row.step, row.holder_strategy, row.starter_group)
        counted[key].update({name: getattr(row, name) for name in ("at_risk", *endings)})
    assert set(seen) == set(counted)
    for key, what in seen.items():
        assert {name: what[name] for name in counted[key]} == dict(counted[key])


@always
def chains_started_are_those_that_ended(world, tables):
    endings = ["arrived", "dropped", "lost", "expired"]
    for kind, rows in tables.attrition.groupby("kind", observed=True):
        started = rows.loc[rows["step"] == 0, "at_risk"].sum()
        assert rows[endings].to_numpy().sum() == started == (tables.chains["kind"] == kind).sum()
        by_step = rows.groupby("step")[["at_risk", *endings]].sum()
        left = by_step["at_risk"] - by_step[endings].sum(axis=1)
        assert left[:-1].tolist() == by_step["at_risk"][1:].tolist()
        assert left.iloc[-1] == 0


# ---------------------------------------------------------------- ties
def check_halves(world: World) -> None:
    """Both halves of every tie agree, and their numbers are in bounds."""
    everybodys = rows_of(world)
    for i, places in enumerate(everybodys):
        for place, half in enumerate(places):
            if half is not None:
                check_half(i, place, half, everybodys[half["other"]][half["mate"]])
        alters = [half["other"] for half in places if half is not None]
        assert len(alters) == of_people(world, "degree")[i]
        assert i not in alters
        assert len(set(alters)) == len(alters)


def check_half(i: int, place: int, half: Half, mate: Half | None) -> None:
    assert mate is not None
    assert (mate["other"], mate["mate"]) == (i, place)
    for name in ("born", "channel", "via"):
        assert half[name] == mate[name]
    for name in ("trust", "strength", "peak", "salience"):
        assert 0.0 <= half[name] <= 1.0
    assert half["strength"] <= half["peak"]
    assert half["given"] >= 0.0
    assert half["born"] <= half["touched"]
    assert half["via"] not in (i, half["other"])


@always
def the_table_of_ties_tells_of_every_tie(world, tables):
    ties = tables.ties
    living = ties[ties["end"] == "living"]
    assert (ties["person"] < ties["other"]).all()
    assert living["ended_week"].isna().all()
    now = {(i, j): half for i, j, half in halves(world)}
    assert {(t.person, t.other) for t in living.itertuples()} == {(i, j) for i, j in now if i < j}
    for tie in living.itertuples():
        half, mate = now[tie.person, tie.other], now[tie.other, tie.person]
        assert tie.trust_in_person == half["trust"]
        assert tie.trust_in_other == mate["trust"]
        assert tie.born_week == half["born"]
    degree = Counter([*living["person"], *living["other"]])
    assert degree == Counter(tally(tables.people, "degree_end"))
    known = ties["channel"].isin(["introduction", "referral"])
    assert (ties["via"].notna() == known).all()
    assert ((ties["born_week"] < 0) == (ties["channel"] == "prior")).all()


@always
def two_people_have_one_tie_at_a_time(world, tables):
    for _, rows in tables.ties.groupby(["person", "other"]):
        ordered = rows.sort_values("born_week")
        assert ordered["ended_week"].iloc[:-1].notna().all()
        ended = ordered["ended_week"].iloc[:-1].to_numpy(int)
        assert (ended <= ordered["born_week"].iloc[1:].to_numpy(int)).all()
        assert (
            ordered["ended_week"].dropna()
            >= ordered.loc[ordered["ended_week"].notna(), "born_week"]
        ).all()


@always
def wins_of_ties_are_those_on_paths(world, tables):
    won = tables.opportunities
    steps = won["tie_ages_weeks"].map(len)
    assert tables.ties["wins"].sum() == steps.sum()
    assert tables.ties["value"].sum() == pytest.approx((won["value"] * steps).sum())
    first = tables.ties["first_win_week"].dropna()
    assert (first >= tables.ties.loc[first.index, "born_week"]).all()
    assert (tables.ties["first_win_week"].notna() == (tables.ties["wins"] > 0)).all()


@always
def a_snapshot_is_the_living_ties(world, tables):
    network = world.snapshot()
    sources = network.sources.tolist()
    pairs = list(zip(sources, network.neighbours.tolist(), strict=True))
    now = {(i, j): half for i, j, half in halves(world)}
    assert pairs == sorted(now)
    trust = network.tie_columns["trust"]
    strength = network.tie_columns["strength"]
    of = dict(zip(pairs, strength.tolist(), strict=True))
    for pair, t, s in zip(pairs, trust, strength, strict=True):
        assert t == now[pair]["trust"]
        assert s == of[pair[1], pair[0]]
        assert 0.0 <= s <= 1.0


# ---------------------------------------------------------------- series
@always
def flows_add_up_to_peoples_tallies(world, tables):
    flows = tables.series.groupby([*BY, "metric"], observed=True)["value"].sum().unstack()
    told = tables.people.groupby(BY, observed=True)
    for name in ("needs", "needs_met", "wins"):
        assert flows[name].tolist() == told[name].sum().tolist()
    for name in ("value", "hours_spent", "hours_idle"):
        np.testing.assert_allclose(flows[name], told[name].sum(), rtol=1e-9, atol=1e-9)
    change = flows["ties_formed"] - flows["ties_blocked"] - flows["ties_dormant"]
    grown = told["degree_end"].sum() - told["degree_start"].sum()
    assert change.tolist() == grown.tolist()


@always
def the_last_observation_is_the_state_at_the_end(world, tables):
    last = tables.series[tables.series["week"] == world.spec.weeks - 1]
    seen = last.set_index([*BY, "metric"])["value"].unstack()
    seen = seen.loc[seen.notna().any(axis=1)]
    people = tables.people.astype({"image": float})
    told = people.groupby(BY, observed=True)
    assert seen["people"].tolist() == told.size().tolist()
    np.testing.assert_allclose(seen["ties"], told["degree_end"].mean())
    np.testing.assert_allclose(seen["image"], told["image"].mean(), atol=1e-12)
    living = tables.ties[tables.ties["end"] == "living"]
    trust: dict[int, list[float]] = defaultdict(list)
    for tie in living.itertuples():
        trust[tie.person].append(tie.trust_in_person)
        trust[tie.other].append(tie.trust_in_other)
    for key, people in told:
        values = [t for i in people["person"] for t in trust[i]]
        if values:
            assert seen.loc[key, "trust"] == pytest.approx(np.mean(values), rel=1e-6)
        else:
            assert np.isnan(seen.loc[key, "trust"])


@pytest.mark.parametrize(
    ("weeks", "every", "seen"),
    [
        (10, 4, [0, 4, 8, 9]),
        (1, 4, [0]),
        (9, 4, [0, 4, 8]),
        (3, 1, [0, 1, 2]),
    ],
)
def test_observed_in_the_first_week_every_so_many_and_the_last(weeks, every, seen):
    tables = simulate(world_spec(weeks=weeks, record={"every_weeks": every}))
    assert tables.series["week"].unique().tolist() == seen
