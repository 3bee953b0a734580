"""Fingerprints: what they are made of, and what is no part of them."""

import hashlib
import json

import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from studies import TINY, tiny

import simnet
from simnet.agents import MODEL_VERSION
from simnet.lab.execution import Engine
from simnet.lab.identity import InputFiles, first_difference, settings
from simnet.lab.worlds import look_at_worlds
from simnet.spec import TrialKey

KEY = TrialKey("hard-sell", 0, 1)


def fingerprint(experiment, key=KEY, engine=None):
    return look_at_worlds(experiment, engine or FakeEngine()).fingerprint(key)


def by_definition(experiment, key):
    """The slow way, in plain words."""
    world = experiment.world(key.arm, key.point)
    content = world.model_dump(mode="json")
    content["population"] = [[name, share] for name, share in world.population.items()]
    followed = {*world.population, world.focal.strategy} - {None}
    content["strategies"] = {name: content["strategies"][name] for name in followed}
    for strategy in content["strategies"].values():
        del strategy["description"]
    content["measures"] = list(experiment.measures)
    digest = sha({"settings": content, "model_version": MODEL_VERSION})
    return sha({"digest": digest, "replicate": key.replicate})


def sha(content):
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_it_equals_its_definition(tmp_path):
    experiment = tiny(tmp_path, "measures=[trust]", "sweep={network.degree: [4, 6]}")
    for key in experiment.trials():
        assert fingerprint(experiment, key) == by_definition(experiment, key)


@pytest.mark.parametrize(
    "change",
    [
        "name=other",
        "question=Why?",
        "replicates=9",
        "arms.give-first.weeks=9",
        "arms.new={focal.strategy: passive-profile}",
        "sweep={network.rewiring: [0.1, 0.5]}",
        "limits.trial_minutes=3",
        "until={measure: trust, half_width: 0.1}",
        "cluster={kind: local}",
        "strategies.own={routines: []}",
    ],
)
def test_what_other_trials_are_is_no_part_of_it(tmp_path, change):
    assert fingerprint(tiny(tmp_path, change)) == fingerprint(tiny(tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        "seed=8",
        "weeks=5",
        "network.degree=6",
        "arms.hard-sell.weeks=5",
        "record.every_weeks=2",
        "record.tables=[series]",
        "measures=[trust]",
        "strategies.hard-sell.routines.0.hours=0.2",
    ],
)
def test_what_changes_the_tables_changes_it(tmp_path, change):
    assert fingerprint(tiny(tmp_path, change)) != fingerprint(tiny(tmp_path))


def test_arms_that_are_alike_have_the_same_under_any_name(tmp_path):
    experiment = tiny(tmp_path, "arms.twin={focal.strategy: hard-sell}")
    assert fingerprint(experiment, TrialKey("twin", 0, 1)) == fingerprint(experiment)
    assert fingerprint(experiment, TrialKey("twin", 0, 2)) != fingerprint(experiment)


def test_comments_and_the_order_of_keys_do_not_count(tmp_path):
    lines = TINY.splitlines()
    head, arms = lines[:7], lines[7:]
    text = "\n".join(["# a comment", *reversed(head), *arms])
    (tmp_path / "turned.yaml").write_text(text)
    assert fingerprint(simnet.load(tmp_path / "turned.yaml")) == fingerprint(tiny(tmp_path))


def test_the_order_of_the_population_counts_since_people_are_dealt_out_by_it(tmp_path):
    one = tiny(tmp_path, "population={passive-profile: 0.5, give-first: 0.5}")
    two = tiny(tmp_path, "population={give-first: 0.5, passive-profile: 0.5}")
    assert fingerprint(one) != fingerprint(two)


def test_an_input_file_counts_by_its_content(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("source,target\n1,2\n2,3\n")

    def of(name):
        network = f"network={{model: file, path: {tmp_path / name}.csv}}"
        return fingerprint(tiny(tmp_path, network), engine=Engine())

    assert of("one") == of("two")
    (tmp_path / "two.csv").write_text("source,target\n1,2\n1,3\n")
    assert of("one") != of("two")


def test_the_module_of_a_strategy_counts_by_its_content(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "some_strategy_of_ours.py"
    changes = (
        "strategies.idle={python: 'some_strategy_of_ours:Idle'}",
        "arms={hard-sell: {focal.strategy: idle}}",
    )

    def digest():
        experiment = tiny(tmp_path, *changes)
        world = experiment.world("hard-sell")
        return settings(experiment, world, InputFiles())["strategies"]["idle"]["module"]

    module.write_text("class Idle: ...\n")
    before = digest()
    module.write_text("class Idle:\n    x = 1\n")
    assert digest() != before


flat = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.none())
nested = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | flat)


@given(there=nested, here=nested)
def test_a_difference_is_found_exactly_where_there_is_one(there, here):
    def spelled(tree, prefix=""):
        leaves = {}
        for key, value in tree.items():
            if isinstance(value, dict) and value:
                leaves |= spelled(value, f"{prefix}{key}.")
            elif value is not None:
                leaves[f"{prefix}{key}"] = value
        return leaves

    found = first_difference(there, here)
    assert (found is None) == (spelled(there) == spelled(here))
    if found is not None:
        key = found.partition(" is ")[0]
        assert spelled(there).get(key) != spelled(here).get(key)
