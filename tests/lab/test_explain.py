"""Where values came from, and in what studies differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.errors import ResultsError
from simnet.lab.explain import Source, differences, explained, open_source
from simnet.lab.identity import InputFiles
from simnet.lab.run import run_with
from simnet.spec import Experiment, dump, load_with_origins

PARTS = {
    "version": 1,
    "name": "pilot",
    "seed": 1,
    "weeks": 52,
    "network": {"model": "watts-strogatz", "people": 100, "degree": 4, "rewiring": 0.1},
    "population": {"passive-profile": 0.5, "give-first": 0.5},
}


def source(**changes):
    return Source(Experiment.model_validate({**PARTS, **changes}), {}, InputFiles())


# In what studies differ


def lived(world):
    """What decides how people live, by the models themselves."""
    followed = {*world.population, world.focal.strategy} - {None}
    strategies = {
        name: (strategy.routines, strategy.python)
        for name, strategy in world.strategies.items()
        if name in followed
    }
    rest = {
        name: getattr(world, name)
        for name in type(world).model_fields
        if name not in ("strategies", "population")
    }
    return rest, strategies, list(world.population.items())


def runs(experiment):
    """What a run of an experiment would be, trial by trial."""
    return {
        key.id: (lived(experiment.world(key.arm, key.point)), experiment.measures)
        for key in experiment.trials()
    }


idle = {"do": "listen", "every": "1 week"}
arms = st.sampled_from(
    [
        {},
        {"one": {}},
        {"one": {"weeks": 52}},
        {"one": {"weeks": 51}, "two": {"focal.strategy": "give-first"}},
        {"two": {"focal": {"share": 0.1, "strategy": "give-first"}}, "one": {"weeks": 51}},
        {"one": {"focal.strategy": "mine"}},
    ]
)
made_points = st.sampled_from(
    [
        {},
        {"sweep": {"network.rewiring": [0.1]}},
        {"sweep": {"network.rewiring": [0.1, 0.2]}},
        {"design": {"kind": "zip", "parameters": {"network.rewiring": [0.1, 0.2]}}},
        {"design": {"kind": "list", "points": [
            {"network": PARTS["network"]}, {"network": {**PARTS["network"], "rewiring": 0.2}}]}},
        {"design": {"kind": "list", "points": [
            {"network.rewiring": 0.2}, {"network.rewiring": 0.1}]}},
    ]
)  # fmt: skip
changes = st.fixed_dictionaries(
    {
        "arms": arms,
        "points": made_points,
        "strategies": st.fixed_dictionaries(
            {"mine": st.fixed_dictionaries(
                {"routines": st.sampled_from([[], [idle]])},
                optional={"description": st.sampled_from(["One.", "Two."])})},
            optional={"unused": st.just({"routines": [idle]})},
        ),
    },
    optional={
        "name": st.sampled_from(["pilot", "other"]),
        "question": st.just("Why?"),
        "population": st.sampled_from(
            [PARTS["population"], dict(reversed(PARTS["population"].items()))]
        ),
        "replicates": st.sampled_from([20, 2]),
        "limits": st.just({"trial_minutes": 5}),
        "hours_per_week": st.sampled_from([5, 5.0, 6]),
        "measures": st.sampled_from([[], ["ties"]]),
        "record": st.sampled_from(
            [{}, {"tables": ["ties", "people"]}, {"tables": ["people", "ties"]}]),
        "probes": st.sampled_from([None, {}, {"every_weeks": 13}]),
    },
).map(lambda drawn: {**drawn.pop("points"), **drawn})  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(changes, changes)
def test_nothing_differs_exactly_when_runs_would_be_the_same(one, two):
    first, second = source(**one), source(**two)
    found = differences(first, second)
    assert (found == []) == (runs(first.experiment) == runs(second.experiment))
    assert differences(first, first) == []
    swapped = differences(second, first)
    assert {(d.key, d.first, d.second) for d in map(_hashable, found)} == {
        (d.key, d.second, d.first) for d in map(_hashable, swapped)
    }


def _hashable(difference):
    return replace(difference, first=repr(difference.first), second=repr(difference.second))


def rows(first, second, trials=None):
    return [(d.where, d.key, d.first, d.second) for d in differences(first, second, trials)]


def test_a_difference_in_all_trials_is_said_once():
    both = {"arms": {"a": {}, "b": {"hours_per_week": 6}}, "sweep": {"weeks": [1, 2, 3]}}
    assert rows(source(**both), source(**both, seed=2)) == [("", "seed", 1, 2)]


def test_a_difference_in_some_trials_says_in_which():
    first = source(arms={"a": {}, "b": {}}, sweep={"weeks": [1, 2, 3]})
    second = source(arms={"a": {}, "b": {"hours_per_week": 6}}, sweep={"weeks": [1, 2, 5]})
    assert rows(first, second) == [
        ("b.p0, b.p1, b.p2", "hours_per_week", 5.0, 6.0),
        ("a.p2, b.p2", "weeks", 3, 5),
    ]
    many = {"sweep": {"weeks": list(range(1, 9))}}
    where = rows(source(arms={"a": {}, "b": {}}, **many),
                 source(arms={"a": {}, "b": {"hours_per_week": 6}}, **many))[0][0]  # fmt: skip
    assert where == "b.p0, b.p1, b.p2 and 5 more"


def test_arms_points_and_replicates_that_only_one_has():
    first = source(arms={"a": {}, "b": {}}, replicates=3)
    second = source(arms={"a": {}, "c": {}}, sweep={"weeks": [52, 53]})
    assert rows(first, second) == [
        ("", "arms.b", "there", "not there"),
        ("", "arms.c", "not there", "there"),
        ("", "points", 1, 2),
        ("", "replicates", 3, 20),
    ]


def test_a_part_of_another_kind_has_other_keys():
    found = rows(source(), source(network={"model": "classic", "name": "karate-club"}))
    assert ("", "network.model", "watts-strogatz", "classic") in found
    assert ("", "network.people", 100, "not there") in found
    assert ("", "network.name", "not there", "karate-club") in found


def test_when_replicates_suffice_counts():
    goal = {"measure": "ties", "half_width": 0.5}
    both = {"arms": {"a": {}, "b": {}}}
    ((where, key, first, second),) = rows(source(**both), source(**both, until=goal))
    assert (where, key, first) == ("", "until", [])
    assert second[0]["half_width"] == 0.5


def test_two_trials():
    study = source(arms={"a": {}, "b": {"weeks": 3}})
    trial = study.experiment.trial
    assert rows(study, study, (trial("a"), trial("b.p0.r1"))) == [
        ("", "replicate", 0, 1), ("", "weeks", 52, 3),
    ]  # fmt: skip
    assert rows(study, study, (trial("b"), trial("b"))) == []


def test_files_count_by_what_is_in_them(tmp_path):
    for name, text in (("a.csv", "0 1\n"), ("b.csv", "0 1\n"), ("c.csv", "0 1\n1 2\n")):
        (tmp_path / name).write_text(text)
    a, b, c = (
        source(network={"model": "file", "path": str(tmp_path / name)})
        for name in ("a.csv", "b.csv", "c.csv")
    )
    assert rows(a, b) == []
    assert [row[1] for row in rows(a, c)] == ["network.path"]


def test_another_version_of_the_model_is_a_difference(monkeypatch):
    other = Source(source().experiment, {}, InputFiles(), model_version=99)
    ((where, key, _, version),) = rows(source(), other)
    assert (where, key, version) == ("", "model_version", 99)


# Where values came from

BASE = """\
version: 1
name: base
seed: 1
weeks: 52
network: {model: watts-strogatz, people: 100, degree: 4, rewiring: 0.1}
population: {passive-profile: 0.7, give-first: 0.3}
"""
PILOT = """\
extends: base
name: pilot
hours_per_week: 5
strategies:
  mine:
    routines: [{do: meet, whom: any-ties, hours: 5.0}]
arms:
  one: {focal.strategy: mine, network: {model: erdos-renyi, people: 50, degree: 3}}
  two: {behaviour.trust.gain: 0.2, focal: {share: 0.2}}
design:
  kind: lhs
  points: 3
  parameters:
    market.categories: {low: 3, high: 9, step: 1}
    record: [{people: 10}, {people: 20}, {people: 30}]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "pilot.yaml").write_text(PILOT, encoding="utf-8")
    return tmp_path


def origins(trial, *overrides):
    opened = open_source("pilot.yaml", overrides=overrides)
    return {v.key: v.origin for v in explained(opened, opened.experiment.trial(trial))}


def test_every_value_has_an_origin(folder):
    found = origins("one.p1", "focal.share=0.3")
    assert found["seed"] == "base.yaml:3:7, by extends"
    assert found["hours_per_week"] == "pilot.yaml:3:17"
    assert found["focal.share"] == "--set"
    assert found["focal.strategy"] == "arm one, pilot.yaml:8:25"
    assert found["network.degree"] == "arm one, pilot.yaml:8:81"
    assert found["market.categories"] == "point 1, pilot.yaml:14:24"
    assert found["record.people"] == "point 1, pilot.yaml:15:13"
    assert found["record.every_weeks"] == "default"
    assert found["market.breadth"] == "default"
    assert found["strategies.mine.routines.0.do"] == "pilot.yaml:6:15"
    assert found["strategies.give-first.routines.0.do"] == "default"
    assert "strategies.hard-sell.routines.0.do" not in found


def test_a_part_set_as_a_whole_has_its_defaults(folder):
    found = origins("two")
    assert found["focal.share"] == "arm two, pilot.yaml:9:51"
    assert found["focal.strategy"] == "default"
    assert found["behaviour.trust.gain"] == "arm two, pilot.yaml:9:31"
    assert found["network.degree"] == "base.yaml:5:55, by extends"


def test_values_are_those_of_the_world(folder):
    opened = open_source("pilot.yaml")
    trial = opened.experiment.trial("one.p2.r3")
    values = {v.key: v.value for v in explained(opened, trial)}
    world = opened.experiment.world("one", 2)
    assert values["network.people"] == 50
    assert values["market.categories"] == world.market.categories
    assert values["population.give-first"] == 0.3


@pytest.mark.parametrize(
    ("design", "place"),
    [
        ("sweep:\n  weeks: [10, 20]\n", "point 1, some.yaml:8:10"),
        ("design:\n  kind: list\n  points:\n  - {weeks: 10}\n  - {weeks: 20}\n",
         "point 1, some.yaml:10:3"),
        ("design: {kind: csv, file: points.csv}\n", "point 1, points.csv:1:1"),
    ],
)  # fmt: skip
def test_points_of_every_kind_have_a_place(folder, design, place):
    (folder / "some.yaml").write_text(BASE + design, encoding="utf-8")
    (folder / "points.csv").write_text("weeks\n10\n20\n")
    opened = open_source("some.yaml")
    (week,) = [v for v in explained(opened, opened.experiment.trial("base.p1")) if v.key == "weeks"]
    assert week.value == 20
    assert week.origin.replace(f"{folder}/", "") == place


def test_a_results_folder_keeps_the_origins_of_its_run(folder):
    study = folder / "study"
    study.mkdir()
    with pytest.raises(ResultsError, match="is not a results folder"):
        open_source("study")
    (study / "manifest.json").write_text('{"model_version": 7, "inputs": {}}')
    (study / "experiment.yaml").write_text(dump(open_source("pilot").experiment.resolved()))
    opened = open_source("study")
    assert opened.model_version == 7
    assert opened.experiment == open_source("pilot").experiment
    assert explained(opened, opened.experiment.trial("two"))[0].origin.startswith("study/exp")
    (study / "origins.json").write_text('{"seed": "elsewhere.yaml:9:9"}')
    opened = open_source("study")
    assert explained(opened, opened.experiment.trial("two"))[0].origin == "elsewhere.yaml:9:9"
    with pytest.raises(ValueError, match="has been run as it is"):
        open_source("study", overrides=["weeks=3"])


def test_a_study_that_was_run_is_the_same_as_its_file(folder):
    experiment, written = load_with_origins("pilot", overrides=["weeks=3"], replicates=2)
    run_with(FakeEngine(), experiment, out="study", jobs=1, progress=False, origins=written)
    study, file = open_source("study"), open_source("pilot")
    assert rows(study, file) == [("", "replicates", 2, 20), ("", "weeks", 3, 52)]
    values = {v.key: v.origin for v in explained(study, study.experiment.trial("one.p1"))}
    assert values["weeks"] == "--set"
    assert values["market.categories"] == "point 1, pilot.yaml:14:24"
    (folder / "pilot.yaml").write_text("hours_per_week: 6\n", encoding="utf-8")
    again = {v.key: v.origin for v in explained(study, study.experiment.trial("one.p1"))}
    assert again == values
