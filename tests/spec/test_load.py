"""Reading files: where they are found, what they extend, what is set on the command line."""

from __future__ import annotations

import os

import pytest

from simnet.errors import SpecError
from simnet.spec import load, missing_files
from simnet.spec.source import MAX_BYTES

PILOT = """\
version: 1
name: pilot
seed: 1
weeks: 52
network: {model: watts-strogatz, people: 100, degree: 4, rewiring: 0.1}
population: {passive-profile: 0.7, give-first: 0.3}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pilot.yaml").write_text(PILOT, encoding="utf-8")
    return tmp_path


def problems(*args, **kwargs):
    with pytest.raises(SpecError) as failure:
        load(*args, **kwargs)
    return failure.value.problems


def only(*args, **kwargs):
    (problem,) = problems(*args, **kwargs)
    return problem


# Finding the file


def test_a_bare_name_is_a_file_here_or_else_a_shipped_configuration(folder):
    assert load("pilot").name == "pilot"
    assert load("pilot.yaml") == load(folder / "pilot.yaml") == load("pilot")
    assert load("quickstart").name == "quickstart"
    assert load("quickstart.yaml").name == "quickstart"
    (folder / "quickstart.yaml").write_text(PILOT, encoding="utf-8")
    assert load("quickstart").name == "pilot"


def test_a_folder_of_that_name_does_not_hide_a_shipped_configuration(folder):
    (folder / "quickstart").mkdir()
    assert load("quickstart").name == "quickstart"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("quikstart", "quickstart"), ("pilto.yaml", "pilot.yaml"), ("nowhere/at/all.yaml", "")],
)
def test_a_file_that_is_not_there(folder, name, nearest):
    problem = only(name)
    assert (problem.key, problem.rule, problem.nearest) == ("file", "was not found", nearest)


def test_a_name_like_none_that_is_shipped_gets_them_all(folder):
    rule = only("zzz").rule
    assert rule.startswith("was not found, and nothing shipped is called that; shipped are ")
    assert "quickstart" in rule


def test_what_cannot_be_read_as_a_file(folder):
    (folder / "some").mkdir()
    assert only("some").rule == "must be a file of text"
    assert only(os.devnull).rule == "must be a file of text"
    assert only("x" * 5000).rule.startswith("cannot be read: ")
    assert only("no\0name").rule.startswith("was not found")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_what_may_not_be_read(folder):
    (folder / "pilot.yaml").chmod(0)
    assert only("pilot.yaml").rule == "cannot be read: permission denied"
    (folder / "shut").mkdir(mode=0)
    assert only("shut/pilot.yaml").rule == "cannot be read: permission denied"


def test_a_refused_permission_is_a_problem_like_any_other(folder, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert only("pilot").rule == "cannot be read: permission denied"
    monkeypatch.setattr("pathlib.Path.is_file", refuse)
    assert only("shut/pilot").rule == "cannot be read: permission denied"


def test_a_file_over_four_mebibytes(folder):
    pad = "#" + " " * (MAX_BYTES - len(PILOT) - 2) + "\n"
    (folder / "large.yaml").write_text(PILOT + pad, encoding="utf-8")
    assert load("large").name == "pilot"
    (folder / "large.yaml").write_text(PILOT + pad + "#", encoding="utf-8")
    assert only("large.yaml").rule == "must not be larger than 4 MiB"


def test_a_byte_order_mark_is_no_trouble(folder):
    (folder / "pilot.yaml").write_bytes(b"\xef\xbb\xbf" + PILOT.encode())
    assert load("pilot").name == "pilot"


def test_loading_leaves_nothing_behind(folder):
    before = sorted(folder.rglob("*"))
    load("pilot")
    problems("pilot", overrides=["weeks=0"])
    assert sorted(folder.rglob("*")) == before


# Scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("2E+0", 2.0), (".5", 0.5), ("1", 1.0), ("1_000", 1000.0), ("3.", 3.0)],
)
def test_numbers_as_people_write_them(folder, text, value):
    assert load("pilot", overrides=[f"market.needs_per_week={text}"]).market.needs_per_week == value


@pytest.mark.parametrize("text", ["yes", "on", "True!", "'true'", "1", "y"])
def test_only_true_and_false_are_truth_values(folder, text):
    network = f"network={{model: file, path: x, directed: {text}}}"
    assert only("pilot", overrides=[network]).rule == "must be true or false"


def test_words_that_other_readers_take_for_truth_values_can_be_names(folder):
    arms = "arms={no: {}, on: {weeks: 3}, null: {}}"
    assert load("pilot", overrides=[arms]).arm_names == ("no", "on", "null")


# extends


def test_extends_merges_and_the_file_wins(folder):
    (folder / "longer.yaml").write_text("extends: pilot\nweeks: 104\nfocal: {share: 0.2}\n")
    (folder / "longest.yaml").write_text("extends: longer.yaml\nname: longest\nprobes: {}\n")
    longest = load("longest")
    assert (longest.name, longest.weeks, longest.seed) == ("longest", 104, 1)
    assert longest.focal.share == 0.2
    assert longest.probes is not None


def test_extends_sees_the_folder_of_the_file_and_the_shipped_configurations(folder):
    (folder / "below").mkdir()
    (folder / "below" / "one.yaml").write_text("extends: ../pilot.yaml\nname: one\n")
    (folder / "below" / "two.yaml").write_text("extends: one\nname: two\n")
    (folder / "mine.yaml").write_text("extends: quickstart\nname: mine\nreplicates: 3\n")
    assert load("below/two.yaml").name == "two"
    assert load("mine").arm_names == load("quickstart").arm_names


def test_wholes_are_replaced_and_null_takes_away(folder):
    (folder / "mine.yaml").write_text(
        "extends: quickstart\n"
        "population: {give-first: 1.0}\n"
        "network: {model: classic, name: karate-club}\n"
        "arms:\n"
        "  hard-sell: null\n"
        "  give-first: {weeks: 10}\n"
        "  mine: {focal.strategy: give-first}\n"
    )
    mine = load("mine")
    assert mine.population == {"give-first": 1.0}
    assert mine.network.model == "classic"
    assert mine.arm_names == ("passive-profile", "give-first", "advocate-cultivation", "mine")
    assert mine.arms["give-first"] == {"weeks": 10}


def test_a_design_of_another_kind_is_replaced_as_a_whole(folder):
    (folder / "base.yaml").write_text(
        PILOT + "design: {kind: lhs, points: 4, parameters: {focal.share: {low: 0.1, high: 0.2}}}\n"
    )
    (folder / "more.yaml").write_text("extends: base\ndesign: {points: 8}\n")
    (folder / "other.yaml").write_text(
        "extends: base\ndesign: {kind: zip, parameters: {weeks: [1, 2]}}\n"
    )
    (folder / "none.yaml").write_text("extends: base\ndesign: null\nsweep: {weeks: [3]}\n")
    assert len(load("more").points) == 8
    assert load("other").points == ({"weeks": 1}, {"weeks": 2})
    assert load("none").points == ({"weeks": 3},)


def test_problems_point_to_the_file_they_come_from(folder):
    (folder / "base.yaml").write_text(PILOT.replace("weeks: 52", "weeks: 0"), encoding="utf-8")
    (folder / "mine.yaml").write_text("extends: base.yaml\nseed: x\n")
    places = [(p.place.source, p.place.line, p.key) for p in problems("mine")]
    assert places == [("mine.yaml", 2, "seed"), ("base.yaml", 4, "weeks")]


# --set


def test_settings_are_yaml(folder):
    experiment = load(
        "pilot",
        overrides=[
            "network.people=200",
            "population={give-first: 0.5, hard-sell: 0.5}",
            "measures=[trust, ties]",
            "arms.one.focal.strategy=give-first",
            "arms.two={weeks: 3}",
            "sweep.network.rewiring=[0.1, 0.2]",
            "probes=",
            "strategies.give-first.routines.1.hours=1",
        ],
        seed=7,
        replicates=3,
    )
    assert experiment.network.people == 200
    assert experiment.population == {"give-first": 0.5, "hard-sell": 0.5}
    assert experiment.measures == ("trust", "ties")
    assert experiment.arms == {"one": {"focal.strategy": "give-first"}, "two": {"weeks": 3}}
    assert experiment.sweep == {"network.rewiring": (0.1, 0.2)}
    assert experiment.strategies["give-first"].routines[1].hours == 1.0
    assert (experiment.seed, experiment.replicates) == (7, 3)


def test_a_design_can_be_set_part_by_part(folder):
    experiment = load(
        "pilot",
        overrides=[
            "design.kind=lhs",
            "design.points=4",
            "design.parameters.network.rewiring={low: 0.1, high: 0.2}",
            "design.parameters.network.rewiring.high=0.3",
            "design.parameters.focal.strategy=[give-first, hard-sell]",
        ],
    )
    assert experiment.design.keys == ("network.rewiring", "focal.strategy")
    assert experiment.design.parameters["network.rewiring"].high == 0.3
    assert len(experiment.points) == 4


@pytest.mark.parametrize(
    ("setting", "key", "values"),
    [
        ("weeks=10,20, 30", "weeks", (10, 20, 30)),
        ("focal.strategy=give-first,null", "focal.strategy", ("give-first", None)),
        ("weeks=range(10,31,10)", "weeks", (10, 20, 30)),
        ("weeks=range(10,30,10)", "weeks", (10, 20)),
        ("weeks=range(2,4)", "weeks", (2, 3)),
        ("weeks=range( 9, 3, -3 )", "weeks", (9, 6)),
        ("focal.share=range(0.1,0.4,0.1)", "focal.share", (0.1, 0.2, 0.3)),
    ],
)
def test_several_values_in_a_setting_are_a_sweep(folder, setting, key, values):
    assert load("pilot", overrides=[setting]).sweep == {key: values}


def test_settings_that_sweep_add_up(folder):
    experiment = load("pilot", overrides=["weeks=10,20", "focal.share=0.1,0.2"])
    assert len(experiment.points) == 4


@pytest.mark.parametrize(
    "setting",
    [
        "question=Why, and how?",
        "measures=[trust, ties]",
        "population={give-first: 0.5, hard-sell: 0.5}",
        "strategies.mine={description: 'One, two.', routines: []}",
        "strategies.give-first.description=One, two.",
    ],
)
def test_a_comma_elsewhere_is_no_sweep(folder, setting):
    assert load("pilot", overrides=[setting]).sweep == {}


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        ("weeks=range(3,1)", "must be a list of at least one value"),
        ("weeks=range(1,9,0)", "must be a list of at least one value"),
        ("weeks=3,0", "must be a whole number from 1 to 10000"),
        ("weeks=3,3", "must make each point once; rows 0 and 1 (counted from 0) are the same"),
        ("weeks='3,4'", "must be a whole number from 1 to 10000"),
    ],
)
def test_sweeps_in_settings_are_checked(folder, setting, rule):
    assert only("pilot", overrides=[setting]).rule == rule


@pytest.mark.parametrize(
    ("setting", "key", "message"),
    [
        ("weeks", "weeks", "must be written as key.path=value"),
        ("=3", "=3", "must be written as key.path=value"),
        ("a..b=3", "a..b=3", "must be written as key.path=value"),
        ("weeks=0", "weeks", "must be a whole number from 1 to 10000; got 0"),
        ("weks=3", "weks", "is not a known key; did you mean 'weeks'?"),
        ("weeks.long=3", "weeks.long", "leads into a single value, which has no keys"),
        ("name=!!str x", "name", "must not carry a YAML tag; got !!str"),
        ("name=x\n---\ny", "name", "must be one YAML document; a second one begins here"),
        ("extends=quickstart", "extends", "must stand in the file itself"),
        ("population.give-frst=0", "population.give-frst", "is not a known strategy; did"),
    ],
)
def test_a_problem_with_a_setting_says_so(folder, setting, key, message):
    found = problems("pilot", overrides=[setting])
    assert found[0].place.source == "--set"
    assert found[0].key == key
    assert found[0].message.startswith(message)


def test_the_report_names_the_option(folder):
    with pytest.raises(SpecError) as failure:
        load("pilot", overrides=["weeks=0"], seed=-1)
    assert str(failure.value) == (
        "pilot.yaml has 2 problems, nothing was run\n"
        "  --seed   seed    must be a whole number from 0 to 9223372036854775807; got -1\n"
        "  --set    weeks   must be a whole number from 1 to 10000; got 0"
    )


# Paths of files


def test_paths_are_seen_from_where_they_are_written(folder, tmp_path_factory, monkeypatch):
    (folder / "files.yaml").write_text(
        PILOT.replace("{model: watts-strogatz, people: 100, degree: 4, rewiring: 0.1}",
                      "{model: file, path: a.csv, people_table: p.csv}")
        + "arms:\n  one: {network.path: b.csv}\n  two: {network: {model: file, path: /c.csv}}\n"
        + "sweep:\n  network.people_table: [d.csv, null]\n"
    )  # fmt: skip
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    file = folder / "files.yaml"
    experiment = load(file)
    assert experiment.network.path == str(folder / "a.csv")
    assert experiment.network.people_table == str(folder / "p.csv")
    assert experiment.world("one", 0).network.path == str(folder / "b.csv")
    assert experiment.world("one", 0).network.people_table == str(folder / "d.csv")
    assert experiment.world("two", 1).network.path == "/c.csv"
    assert experiment.world("two", 1).network.people_table is None
    assert load(file, overrides=["network.path=x.csv"]).network.path == str(elsewhere / "x.csv")


def test_missing_files_are_told_but_no_reason_to_refuse(folder):
    experiment = load("facebook", overrides=["network.path=ties.txt"])
    assert missing_files(experiment) == [("network.path", folder / "ties.txt")]
    (folder / "ties.txt").write_text("0 1\n")
    assert missing_files(experiment) == []
    assert missing_files(load("pilot")) == []


def test_files_of_a_design_are_seen_from_where_they_are_written(folder, monkeypatch):
    (folder / "tables").mkdir()
    (folder / "tables" / "points.csv").write_text("network.path,weeks\na.csv,3\n/b.csv,4\n")
    (folder / "files.yaml").write_text(
        PILOT.replace(
            "{model: watts-strogatz, people: 100, degree: 4, rewiring: 0.1}",
            "{model: file, path: a.csv}",
        )
        + "design: {kind: csv, file: tables/points.csv}\n"
    )
    below = folder / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    experiment = load(folder / "files.yaml")
    assert experiment.design.file == str(folder / "tables" / "points.csv")
    assert experiment.world("base", 0).network.path == str(folder / "tables" / "a.csv")
    assert experiment.world("base", 1).network.path == "/b.csv"
    listed = "design={kind: list, points: [{network.path: x.csv}]}"
    assert load(folder / "files.yaml", overrides=[listed]).points == (
        {"network.path": str(below / "x.csv")},
    )


# Memory


def test_more_than_the_machine_has_is_refused_before_anything_is_made(folder, monkeypatch):
    monkeypatch.setattr("simnet.spec.loading.machine_memory", lambda: 10_000)
    assert "of memory" in only("pilot").rule
    assert load("pilot", check_memory=False).name == "pilot"
    arms = "arms={small: {network.people: 5}, large: {network.people: 1000}}"
    small = load("pilot", overrides=["network.people=5", "network.degree=2"])
    assert small.network.people == 5
    found = only("pilot", overrides=["network.people=5", "network.degree=2", arms])
    assert found.key == "arms.large.network.people"


def test_an_unknown_memory_refuses_nothing(folder, monkeypatch):
    monkeypatch.setattr("simnet.spec.loading.machine_memory", lambda: None)
    huge = ["network.people=2000000000", "network.degree=1000"]
    assert load("pilot", overrides=huge).network.people == 2_000_000_000
