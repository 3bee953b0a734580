"""What comes with simnet: configurations, strategies, schemas."""

from __future__ import annotations

import re

import jsonschema
import pytest

from simnet.spec import json_schema, load, shipped
from simnet.spec.schema import strategy_schema, write
from simnet.spec.source import parse, plain

CONFIGS = shipped.configs()
STRATEGIES = shipped.strategies()


def data(path):
    def refuse(problem):
        raise AssertionError(problem.message)

    return plain(parse(path.read_text(encoding="utf-8"), str(path), refuse))


def test_what_is_there():
    assert set(CONFIGS) >= {
        "quickstart", "three-strategies", "les-miserables", "facebook", "million", "same-strategy",
    }  # fmt: skip
    assert set(STRATEGIES) == {
        "hard-sell", "give-first", "advocate-cultivation", "passive-profile",
    }  # fmt: skip
    assert shipped.read("quickstart") == CONFIGS["quickstart"].read_text(encoding="utf-8")
    assert "routines:" in shipped.read("give-first")
    with pytest.raises(KeyError):
        shipped.read("nothing")


@pytest.mark.parametrize("name", CONFIGS)
def test_every_configuration_loads_under_its_own_name(name):
    experiment = load(name)
    assert experiment.name == name
    assert experiment.question or name == "three-strategies"
    assert experiment.trials()


@pytest.mark.parametrize("name", CONFIGS)
def test_every_configuration_fits_the_schema(name):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(data(CONFIGS[name]))


@pytest.mark.parametrize("name", CONFIGS)
def test_resolved_configurations_fit_the_schema(name):
    jsonschema.Draft202012Validator(json_schema()).validate(load(name).resolved())


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_fits_its_schema_and_says_what_it_is(name):
    jsonschema.Draft202012Validator(strategy_schema()).validate(data(STRATEGIES[name]))
    spec = load("quickstart").strategies[name]
    assert spec.description.endswith(".")
    world = load("quickstart")
    assert spec.hours(world.behaviour.costs) <= world.hours_per_week


@pytest.mark.parametrize("path", [*CONFIGS.values(), *STRATEGIES.values()], ids=lambda p: p.stem)
def test_the_first_line_points_an_editor_at_the_schema(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match is not None
    assert (path.parent / match[1]).is_file()


@pytest.mark.parametrize("file", ["simnet.schema.json", "strategies/strategy.schema.json"])
def test_the_schema_files_are_up_to_date(file, tmp_path):
    write(tmp_path)
    hint = "write them anew: python -c 'from simnet.spec.schema import write; write()'"
    committed = (shipped.folder() / file).read_text(encoding="utf-8")
    assert committed == (tmp_path / file).read_text(encoding="utf-8"), hint


@pytest.mark.parametrize(
    "wrong",
    [
        {"wekks": 3},
        {"seed": -1},
        {"seed": "1"},
        {"name": "My Pilot"},
        {"network": {"model": "watts-strogatz", "people": 100, "degree": 4, "rewiring": 1.4}},
        {"network": {"model": "nothing"}},
        {"measures": ["yield"]},
        {"arms": {"Bad Name": {}}},
        {"strategies": {"mine": {"routines": [{"do": "lisen"}]}}},
        {"behaviour": {"trust": {"gain": 2}}},
    ],
)
def test_the_schema_underlines_what_is_wrong(wrong):
    good = data(CONFIGS["three-strategies"])
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, **wrong})


def test_a_file_that_extends_another_may_leave_the_rest_to_it():
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid({"extends": "quickstart", "weeks": 10})
    assert not validator.is_valid({"weeks": 10})


def test_the_schema_describes_every_key():
    schema = json_schema()
    described = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    missing = [
        key
        for part in described
        for key, value in part["properties"].items()
        if "description" not in value and "$ref" not in value and key not in ("model", "kind")
    ]
    assert missing == []


def test_the_measures_of_the_example_in_the_design_are_there():
    three = load("three-strategies")
    assert three.arm_names == ("hard-sell", "give-first", "advocate-cultivation")
    assert len(three.trials()) == 60
    assert three.world("give-first").focal.strategy == "give-first"


def test_identical_arms_are_identical_worlds():
    same = load("same-strategy")
    assert len({same.world(arm) for arm in same.arm_names}) == 1
    assert len(same.arm_names) == 3


def test_configurations_are_found_inside_an_installed_package_too(tmp_path, monkeypatch):
    package = tmp_path / "simnet"
    (package / "spec").mkdir(parents=True)
    monkeypatch.setattr(shipped, "__file__", str(package / "spec" / "shipped.py"))
    assert shipped.folder() == tmp_path / "configs"
    (package / "configs").mkdir()
    assert shipped.folder() == package / "configs"
