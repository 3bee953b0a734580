"""The kernels live the same weeks as the slow model, to the last bit of what they store."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from oracle.living import Chain, Ended, Living
from oracle.people import Half
from worlds import SHIPPED, of_people, rows_of, world_spec, world_specs

from simnet.agents import Tables, World
from simnet.agents import world as world_module
from simnet.agents.crowd import BLOCKED, CHANNELS, LISTED, MUTED, TALKED
from simnet.agents.market.book import NeedBook
from simnet.network import make

VALUE_ERROR = 1e-13  # NumPy's exponential and that of the C library differ in the last bit
OF_A_HALF = [one.name for one in fields(Half) if one.name not in ("owner", "mate")]
OF_A_PERSON = ("needs", "needs_met", "wins", "hours", "image", "quiet", "buoyed", "offer")
NAMED = ("strategy", "group", "open_need", "value")

LIVELY: dict[str, Any] = {
    "pitch": {"disconnect": 0.4, "mute": 0.4, "complaint": 0.1},
    "decay": {"broken_rhythm": 0.7, "usual_gap": 4.0},
    "reciprocity": {"gossip_good": 0.3, "gossip_bad": 0.8, "gossip_hops": 3},
    "referral": {"participation": 0.8, "meeting": 0.9, "fading": 0.8},
    "asking": {"unasked": 0.4, "advocates": 0.3},
    "attention": {"visible": 0.5, "noticed": 0.3},
    "shortlist": {"from_memory": 0.9, "open_reach": 0.5, "stay": 0.7},
    "letters": {"lost": 0.05, "participation": 0.9},
    "acceptance": {"base": 0.0},
}
RARE: dict[str, Any] = {
    "referral": {"max_steps": 2, "participation": 0.95},
    "letters": {"max_steps": 3, "participation": 0.95},
    "shortlist": {"names": 2, "from_memory": 0.5},
    "reciprocity": {"gossip_hops": 1, "gossip_bad": 0.9, "thanks_unprompted": 0.0},
    "introduction": {"base": 2.0, "useful": 0.6},
    "attention": {"ordinary_contacts": 0.9},
}
OWN = {
    "own": {
        "routines": [
            {"do": "listen", "hours": 0.5},
            {"do": "help", "whom": "well-connected-ties", "hours": 0.5},
            {"do": "meet", "whom": "new-ties", "within": "5 weeks", "hours": 0.7},
            {"do": "message", "whom": "new-ties", "within": "5 weeks", "every": "2 weeks"},
            {"do": "thank", "hours": 0.1, "at_most": 1},
            {"do": "connect", "by": "invitation", "hours": 0.04},
            {"do": "pitch", "whom": "any-ties", "hours": 0.012, "times": 2},
            {"do": "refresh-profile", "every": "3 weeks"},
            {"do": "introduce", "hours": 0.3, "every": "2 weeks"},
        ]
    }
}

WORLDS = {
    "defaults": {},
    "lively": {"behaviour": LIVELY, "market": {"needs_per_week": 0.6}},
    "rare": {"behaviour": RARE, "market": {"needs_per_week": 0.5, "categories": 6}},
    "focal": {"behaviour": LIVELY, "focal": {"share": 0.4, "strategy": "advocate-cultivation"}},
    "own": {
        "behaviour": LIVELY,
        "strategies": OWN,
        "population": {"own": 0.6, "hard-sell": 0.4},
    },
    "falling-apart": {
        "network": {"model": "watts-strogatz", "people": 30, "degree": 2, "rewiring": 0.1},
        "population": {"give-first": 0.8, "passive-profile": 0.2},
        "behaviour": {
            "decay": {"broken_rhythm": 0.2, "dormancy_hazard": 0.9, "usual_gap": 3.0},
            "attention": {"ordinary_contacts": 0.1},
            "acceptance": {"base": -9.0},
            "letters": {"participation": 0.95},
            "referral": {"participation": 0.95},
            "shortlist": {"from_memory": 1.0},
        },
        "market": {"needs_per_week": 0.6, "breadth": 0.05},
    },
    "karate-club": {
        "behaviour": LIVELY,
        "network": {"model": "classic", "name": "karate-club"},
        "market": {"needs_per_week": 0.4, "open_weeks": 2, "breadth": 0.3},
    },
}


# ---------------------------------------------------------------- what either holds
def as_told(half: dict[str, Any] | None) -> dict[str, Any] | None:
    """The half of a tie, flag by flag, without the place of its other half."""
    if half is None:
        return None
    told = {name: value for name, value in half.items() if name not in ("mate", "flags")}
    return told | {
        "channel": CHANNELS[half["channel"]],
        "muted": bool(half["flags"] & MUTED),
        "listed": bool(half["flags"] & LISTED),
        "blocked": bool(half["flags"] & BLOCKED),
        "talked": bool(half["flags"] & TALKED),
    }


def slow_row(living: Living, i: int) -> list[dict[str, Any] | None]:
    return [
        None if half is None else {name: getattr(half, name) for name in OF_A_HALF}
        for half in living.people[i].row
    ]


def assert_same(world: World, living: Living) -> None:
    """The same people with the same ties in the same places."""
    columns = {name: of_people(world, name).tolist() for name in (*OF_A_PERSON, *NAMED)}
    strategies = world._ledger.strategies
    for i, person in enumerate(living.people):
        mine = {name: column[i] for name, column in columns.items()}
        need = living.open_need(i)
        assert strategies[mine["strategy"]] == person.strategy
        assert mine["group"] == person.focal
        assert mine["open_need"] == (-1 if need is None else need), i
        assert mine["value"] == pytest.approx(person.value, rel=VALUE_ERROR)
        for name in OF_A_PERSON:
            assert mine[name] == getattr(person, name), (i, name)
    for i, row in enumerate(rows_of(world)):
        assert [as_told(half) for half in row] == slow_row(living, i), i


def kernels_chains(tables) -> list[Chain]:
    steps = dict(tuple(tables.steps.groupby("chain")))
    told = []
    for chain in tables.chains.itertuples():
        rows = steps[chain.chain]
        path = (*rows["holder"], *rows["next"].dropna()[-1:])
        path = tuple(dict.fromkeys(int(i) for i in path))
        target = None if chain.kind == "referral" else chain.target
        told.append(Chain(chain.kind, chain.week, chain.outcome, target, path))
    return sorted(told, key=repr)


def kernels_opportunities(tables) -> list[tuple]:
    lists = ("path", "channels", "tie_ages_weeks")
    rows = tables.opportunities.astype({"provider": object})
    rows["provider"] = rows["provider"].where(rows["provider"].notna(), None)
    for name in lists:
        rows[name] = rows[name].map(tuple)
    names = ["opportunity", "week", "closed_week", "needy", "provider", "category", "route"]
    return [tuple(row) for row in rows[[*names, *lists]].itertuples(index=False)]


def kernels_ended(tables) -> list[Ended]:
    ended = tables.ties[tables.ties["end"] != "living"]
    names = ["person", "other", "born_week", "end", "ended_week"]
    return sorted(Ended(*row) for row in ended[names].itertuples(index=False))


def assert_same_tables(tables: Tables, living: Living) -> None:
    """The same opportunities, ended ties and chains."""
    told = sorted(living.opportunities)
    assert kernels_opportunities(tables) == [row[:-1] for row in told]
    values = [row.value for row in told]
    assert tables.opportunities["value"].tolist() == pytest.approx(values, rel=VALUE_ERROR)
    assert kernels_ended(tables) == sorted(living.ended)
    assert kernels_chains(tables) == sorted(living.chains, key=repr)


# ---------------------------------------------------------------- week by week
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", WORLDS)
def test_every_part_of_every_week_is_the_same(name, seed, monkeypatch):
    network = {"model": "watts-strogatz", "people": 30 + 10 * seed, "degree": 6, "rewiring": 0.2}
    changes = {"seed": seed, "network": network, **WORLDS[name]}
    spec = world_spec(**{"population": dict.fromkeys(SHIPPED, 0.25), **changes})
    living = Living(spec, make(spec.network, seed=spec.seed, replicate=0))
    parts = []

    def follow(owner: Any, part: str, *, before: Any = None, after: Any) -> None:
        """Let the slow model do the same, then compare."""
        kernel = getattr(owner, part)

        def both(*arguments: Any) -> Any:
            if before is not None:
                before(world.week)
                assert_same(world, living)
            out = kernel(*arguments)
            after(world.week)
            assert_same(world, living)
            parts.append(part)
            return out

        monkeypatch.setattr(owner, part, both)

    def the_week_is_over(week: int) -> None:
        living.award(week)
        assert_same(world, living)

    world = World(spec, progress=the_week_is_over)
    assert_same(world, living)
    follow(NeedBook, "turn_to", after=living.needs_arise)
    follow(world_module.actions, "act", after=living.act)
    follow(world_module.actions, "respond", after=living.respond)
    follow(world_module.market, "search", before=living.settle, after=living.search)
    letters = living.spec.probes.letters
    follow(World, "_send_letters", after=lambda week: living.send_letters(week, letters))
    tables = world.run()
    assert len(parts) == 4 * spec.weeks + 5
    assert_same_tables(tables, living)


@pytest.mark.slow
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(world_specs())
def test_whole_weeks_are_the_same_in_any_small_world(spec):
    def the_week_is_over(week: int) -> None:
        living.live(week)
        assert_same(world, living)

    living = Living(spec, make(spec.network, seed=spec.seed, replicate=0))
    world = World(spec, progress=the_week_is_over)
    assert_same_tables(world.run(), living)
