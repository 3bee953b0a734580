"""Experiments as objects: arms, points, trials, immutability, and the way through a file."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simnet.spec import MEASURES, Experiment, TrialKey, dump, load
from simnet.spec.source import parse, plain

PARTS = {
    "version": 1,
    "name": "pilot",
    "seed": 1,
    "weeks": 52,
    "network": {"model": "watts-strogatz", "people": 100, "degree": 4, "rewiring": 0.1},
    "population": {"passive-profile": 0.7, "give-first": 0.3},
}


def experiment(**changes):
    return Experiment(**{**PARTS, **changes})


def test_without_arms_there_is_one_called_base():
    one = experiment(replicates=2)
    assert one.arm_names == ("base",)
    assert one.points == ({},)
    assert one.world("base").network == one.network
    assert [key.id for key in one.trials()] == ["base.p0.r0000", "base.p0.r0001"]


def test_trials_go_replicate_by_replicate_so_that_a_part_is_an_even_sample():
    study = experiment(
        replicates=2, arms={"b": {"weeks": 3}, "a": {}}, sweep={"network.degree": [4, 6]}
    )
    assert study.trials() == tuple(
        TrialKey(arm, point, replicate)
        for replicate in (0, 1)
        for point in (0, 1)
        for arm in ("b", "a")
    )
    assert study.trials()[5].id == "a.p0.r0001"


def test_points_are_the_full_grid_and_the_last_key_varies_fastest():
    study = experiment(sweep={"weeks": [1, 2], "network.rewiring": [0.0, 0.5, 1.0]})
    assert len(study.points) == 6
    assert study.points[1] == {"weeks": 1, "network.rewiring": 0.5}
    worlds = [study.world("base", point) for point in range(6)]
    assert [world.weeks for world in worlds] == [point["weeks"] for point in study.points]
    assert study.world("base", 4).network.rewiring == 0.5


def test_a_world_is_the_base_with_the_overrides_of_its_arm():
    study = experiment(
        arms={
            "switched": {"focal.strategy": "hard-sell", "behaviour.pitch.repeat": 2},
            "probed": {
                "probes.letters": 10,
                "network": {"model": "classic", "name": "karate-club"},
            },
            "busy": {"strategies.give-first.routines.1.hours": 2.0},
        }
    )
    assert study.world("switched").focal.strategy == "hard-sell"
    assert study.world("switched").behaviour.pitch.repeat == 2.0
    assert study.world("probed").probes.letters == 10
    assert study.world("probed").network.name == "karate-club"
    assert study.world("busy").strategies["give-first"].routines[1].hours == 2.0
    assert study.strategies["give-first"].routines[1].hours == 1.5
    assert study.probes is None


def test_there_is_no_world_of_an_unknown_arm():
    with pytest.raises(KeyError):
        experiment().world("nobody")
    with pytest.raises(IndexError):
        experiment(sweep={"weeks": [1, 2]}).world("base", 2)


def test_problems_of_an_object_are_said_in_plain_words():
    with pytest.raises(ValidationError, match=r"must be a probability in \[0, 1\]"):
        experiment(focal={"share": 1.4})
    with pytest.raises(ValidationError, match="is not a known strategy"):
        experiment(arms={"one": {"focal.strategy": "nobody"}})


def test_all_tables_are_kept_unless_some_are_named():
    every = experiment().record.tables
    assert every == ("series", "people", "ties", "opportunities", "chains", "steps", "attrition")
    assert experiment(record={"tables": ["ties", "series"]}).record.tables == ("series", "ties")
    assert experiment(record={"tables": []}).record.tables == ()
    with pytest.raises(ValidationError, match="is not a known table"):
        experiment(record={"tables": ["measures"]})


@pytest.mark.parametrize("text", ["one.p1.r0002", "one.p1.r2", "one.p01.r2"])
def test_a_trial_is_found_by_its_id(text):
    study = experiment(arms={"one": {}}, sweep={"weeks": [1, 2]})
    assert study.trial(text) == TrialKey("one", 1, 2)
    assert study.trial("one") == TrialKey("one", 0, 0)
    assert study.trial("one.p1") == TrialKey("one", 1, 0)


@pytest.mark.parametrize("text", ["two", "one.p2", "one.p0.r20", "one.r1", "", "one.p", "one.p-1"])
def test_there_is_no_such_trial(text):
    study = experiment(arms={"one": {}}, sweep={"weeks": [1, 2]})
    with pytest.raises(ValueError, match=r"there is no|a trial is written as"):
        study.trial(text)


def test_an_experiment_cannot_be_changed():
    study = experiment(arms={"one": {"market": {"categories": 5}}}, sweep={"weeks": [1, 2]})
    with pytest.raises(ValidationError, match="frozen"):
        study.weeks = 3
    for mapping in (study.arms, study.population, study.strategies, study.arms["one"]["market"]):
        for change in (
            lambda m: m.__setitem__("x", 1),
            lambda m: m.update(x=1),
            lambda m: m.pop(next(iter(m))),
            lambda m: m.clear(),
        ):
            with pytest.raises(TypeError, match="immutable"):
                change(mapping)
    assert study.sweep["weeks"] == (1, 2)


def test_an_experiment_can_be_hashed_copied_and_sent_to_another_process():
    study = load("quickstart")
    world = study.world("hard-sell")
    assert pickle.loads(pickle.dumps(study)) == study
    assert hash(pickle.loads(pickle.dumps(world))) == hash(world)
    assert copy.deepcopy(study) == study
    assert {study, load("quickstart")} == {study}


def test_whole_numbers_do_where_numbers_are_wanted_but_truth_values_do_not():
    assert experiment(hours_per_week=6).hours_per_week == 6.0
    with pytest.raises(ValidationError, match="must be hours a week"):
        experiment(hours_per_week=True)


# Through a file and back

probability = st.floats(0, 1)
text = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)
awkward = st.sampled_from(
    ["yes", "no", "1e-3", "010", "null", "", " ", "~", "a: b", "# c", "-", "1:30"]
)
networks = st.one_of(
    st.builds(
        lambda half, more, rewiring: {
            "model": "watts-strogatz",
            "people": max(4, 2 * half + more),
            "degree": 2 * half,
            "rewiring": rewiring,
        },
        st.integers(1, 20),
        st.integers(1, 1000),
        probability,
    ),
    st.sampled_from(["les-miserables", "karate-club"]).map(
        lambda name: {"model": "classic", "name": name}
    ),
    st.builds(
        lambda table: {"model": "file", "path": "/x.csv", "people_table": table},
        st.sampled_from([None, "/y.csv"]),
    ),
)
routines = st.sampled_from(
    [
        {"do": "listen", "every": "2 weeks"},
        {"do": "connect", "by": "invitation", "hours": 0.125, "at_most": 3},
        {"do": "follow-up", "within": "10 days", "hours": 1},
        {"do": "meet", "whom": "well-connected-ties", "among": 8, "hours": 1.0},
        {"do": "pitch", "times": 4},
    ]
)
experiments = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "name": st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
        "question": st.one_of(text, awkward),
        "seed": st.integers(0, 2**63 - 1),
        "weeks": st.integers(1, 10_000),
        "network": networks,
        "population": st.just({"mine": 0.25, "give-first": 0.75}),
        "strategies": st.fixed_dictionaries(
            {
                "mine": st.fixed_dictionaries(
                    {
                        "description": st.one_of(text, awkward),
                        "routines": st.lists(routines, max_size=3),
                    }
                ),
                "coded": st.just({"python": "package.module:Strategy"}),
            }
        ),
    },
    optional={
        "replicates": st.integers(1, 100),
        "focal": st.fixed_dictionaries(
            {"share": probability, "strategy": st.sampled_from([None, "mine", "coded"])}
        ),
        "probes": st.sampled_from([None, {}, {"letters": 3}]),
        "arms": st.dictionaries(
            st.sampled_from(["no", "yes", "null", "1", "arm-of-mine"]),
            st.fixed_dictionaries(
                {},
                optional={
                    "focal.strategy": st.sampled_from([None, "mine"]),
                    "market": st.just({"categories": 7}),
                    "behaviour.trust.gain": probability,
                },
            ),
        ),
        "sweep": st.fixed_dictionaries({}, optional={"hours_per_week": st.just([5, 7.5, 1e2])}),
        "measures": st.lists(st.sampled_from(MEASURES), unique=True),
    },
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(experiments)
def test_resolved_experiments_run_again_as_they_are(tmp_path_factory, data):
    first = Experiment.model_validate(data)
    file = tmp_path_factory.mktemp("resolved") / "experiment.yaml"
    file.write_text(dump(first.resolved()), encoding="utf-8")
    assert load(file, check_memory=False) == first
    assert plain(parse(file.read_text(encoding="utf-8"), "", lambda _: None)) == first.resolved()


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), text, awkward,
    st.floats(allow_nan=False),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=10
    )
)
def test_dumped_data_is_read_as_the_same_data(data):
    assert plain(parse(dump(data), "", lambda _: None)) == data


def test_resolved_has_every_default_and_only_plain_data(tmp_path):
    resolved = load("three-strategies").resolved()
    assert list(resolved)[:4] == ["version", "name", "question", "seed"]
    assert resolved["behaviour"]["pitch"]["max_touches"] >= 1
    assert resolved["record"]["people"] == 5000
    assert set(resolved["strategies"]) >= {"hard-sell", "give-first"}
    file = tmp_path / "experiment.yaml"
    Path(file).write_text(dump(resolved), encoding="utf-8")
    assert load(file).resolved() == resolved
