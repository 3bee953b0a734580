"""Draws are keyed: what one person meets depends on nothing but the seed and those around."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import SHIPPED, fingerprint, with_an_isolate, world_spec

import simnet
from simnet.agents import World, simulate
from simnet.network import make

HERE = Path(__file__).resolve().parent


# ---------------------------------------------------------------- the same again
def crowded():
    """More people than are processed in one block, so that threads have something to share."""
    return world_spec(
        weeks=6,
        network={"model": "watts-strogatz", "people": 13_000, "degree": 6, "rewiring": 0.2},
        focal={"share": 0.2, "strategy": "hard-sell"},
        probes={"every_weeks": 3, "letters": 300},
        record={"people": 13_000},
    )


def print_fingerprints() -> None:
    print(json.dumps([fingerprint(simulate(world)) for world in (world_spec(), crowded())]))


@pytest.fixture(scope="module")
def here():
    return [fingerprint(simulate(world)) for world in (world_spec(), crowded())]


@pytest.mark.slow
@pytest.mark.parametrize(("threads", "hash_seed"), [(1, 0), (2, 4242), (4, 1)])
def test_threads_and_hash_seeds_change_no_bit(here, threads, hash_seed):
    source = Path(simnet.__file__).parents[1]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (source, HERE))),
        "PYTHONHASHSEED": str(hash_seed),
        "NUMBA_NUM_THREADS": str(threads),
    }
    code = "import test_keyed; test_keyed.print_fingerprints()"
    out = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert json.loads(out.stdout) == here


def test_the_same_again_gives_the_same_tables():
    assert fingerprint(simulate(world_spec())) == fingerprint(simulate(world_spec()))


def test_replicates_and_seeds_differ():
    prints = [
        fingerprint(simulate(world_spec(seed=seed), replicate=replicate))
        for seed, replicate in [(11, 0), (11, 1), (11, 2), (12, 0)]
    ]
    for name in prints[0]:
        assert len({one[name] for one in prints}) == len(prints), name


def test_a_longer_run_begins_like_a_shorter_one():
    short, long = simulate(world_spec(weeks=10)), simulate(world_spec(weeks=16))
    early = long.series[long.series["week"] < 10].reset_index(drop=True)
    pd.testing.assert_frame_equal(early, short.series)


def test_recording_and_observing_change_nothing_that_happens():
    def told(**record):
        people = simulate(world_spec(record=record)).people
        return people.set_index("person")

    everybody = told()
    pd.testing.assert_frame_equal(told(every_weeks=5), everybody)
    some = told(people=20)
    assert 0 < len(some) < len(everybody)
    pd.testing.assert_frame_equal(some, everybody.loc[some.index])


def test_letters_change_nothing_that_happens():
    probed, unprobed = simulate(world_spec()), simulate(world_spec(probes=None))
    pd.testing.assert_frame_equal(probed.people, unprobed.people)
    pd.testing.assert_frame_equal(probed.ties, unprobed.ties)


# ---------------------------------------------------------------- arms
def arm(strategy: str, **changes):
    return simulate(
        world_spec(
            population={"passive-profile": 0.6, "give-first": 0.4},
            focal={"share": 0.3, "strategy": strategy},
            **changes,
        )
    )


def without_names(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[name for name in frame.columns if "strategy" not in name]]


@pytest.mark.parametrize("shipped", SHIPPED)
def test_the_same_strategy_under_two_names_gives_the_same_tables(shipped):
    same = world_spec().strategies[shipped]
    names = {"this": same, "that": same}
    plain = {name: one.model_dump() for name, one in names.items()}
    this, that = (arm(name, strategies=plain) for name in names)
    for name, frame in this.items():
        other = getattr(that, name)
        if name == "attrition":  # rows are sorted by the holder's strategy
            frame = frame.sort_values([*frame.columns.drop("holder_strategy")], ignore_index=True)
            other = other.sort_values([*other.columns.drop("holder_strategy")], ignore_index=True)
        pd.testing.assert_frame_equal(
            without_names(frame), without_names(other), check_exact=True, obj=name
        )


def test_arms_see_the_same_needs_in_the_same_weeks():
    arms = [arm(strategy) for strategy in SHIPPED]
    needs = [one.people["needs"].tolist() for one in arms]
    assert all(one == needs[0] for one in needs)
    keys = ["opportunity", "week", "needy", "category"]
    of = [one.opportunities.set_index("opportunity") for one in arms]
    common = of[0].index
    for one in of[1:]:
        common = common.intersection(one.index)
    assert len(common) > 50
    for one in of[1:]:
        pd.testing.assert_frame_equal(one.loc[common, keys[1:]], of[0].loc[common, keys[1:]])
    # the same value too, but for the premium of what was referred
    worth = [
        one["value"].where(~one["route"].isin(["referral", "volunteered"]), one["value"] / 1.16)
        for one in of
    ]
    for one in worth[1:]:
        np.testing.assert_allclose(one[common], worth[0][common], rtol=1e-12)


def test_arms_switch_the_same_people():
    groups = [arm(strategy).people["group"].tolist() for strategy in SHIPPED]
    assert all(one == groups[0] for one in groups)
    assert set(groups[0]) == {"background", "focal"}


# ---------------------------------------------------------------- a bystander
def told_of_others(tables, isolate: int) -> dict[str, pd.DataFrame]:
    """The rows that do not mention the isolate, without the running numbers."""
    opportunities = tables.opportunities.drop(columns="opportunity")
    chains, steps = tables.chains, tables.steps
    theirs = chains.loc[chains["starter"] == isolate, "chain"]
    steps = steps[~steps["chain"].isin(theirs)].drop(columns="chain")
    return {
        "people": tables.people[tables.people["person"] != isolate],
        "ties": tables.ties,
        "opportunities": opportunities[opportunities["needy"] != isolate].reset_index(drop=True),
        "chains": chains[chains["starter"] != isolate].drop(columns="chain"),
        "steps": steps,
    }


@pytest.mark.parametrize("strategy", SHIPPED)
def test_an_isolated_person_changes_no_row_of_anybody_else(strategy):
    spec = world_spec(
        population={"passive-profile": 0.4, "give-first": 0.3, "hard-sell": 0.3},
        focal={"share": 0.2, "strategy": strategy},
        market={"needs_per_week": 0.8},
        probes={"every_weeks": 1, "letters": 200},
    )
    network = make(spec.network, seed=spec.seed, replicate=0)
    n = network.n_people
    without = told_of_others(simulate(spec, network=network), n)
    with_one = told_of_others(simulate(spec, network=with_an_isolate(network)), n)
    for name, frame in without.items():
        pd.testing.assert_frame_equal(with_one[name], frame, check_exact=True, obj=name)


def test_an_isolated_person_stays_one():
    spec = world_spec(market={"needs_per_week": 2.0})
    network = make(spec.network, seed=spec.seed, replicate=0)
    world = World(spec, network=with_an_isolate(network))
    tables = world.run()
    last = tables.people.iloc[-1]
    assert (last["degree_start"], last["degree_end"], last["wins"]) == (0, 0, 0)
    assert last["needs"] > 0
    its = tables.opportunities[tables.opportunities["needy"] == last["person"]]
    assert (its["route"] == "outside").all()
