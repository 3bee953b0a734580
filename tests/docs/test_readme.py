"""The examples of README.md run, and print what is printed there."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import simnet
from simnet.spec import load, shipped

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
SMALL = ["network.people=60", "weeks=30", "probes=null"]

outputs = runpy.run_path(str(ROOT / "docs" / "make_outputs.py"))
FILES = outputs["files"](README)


@pytest.fixture
def saved(tmp_path, monkeypatch) -> Path:
    """A folder with the files that the README tells its reader to save."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_the_readme_tells_to_save_these_files():
    names = ["coffee.yaml", "keep_warm.py", "keep-warm.yaml", "first.py", "pilot.yaml"]
    assert list(FILES) == names


def test_the_model_page_has_the_same_strategies():
    shown = outputs["files"](MODEL)
    assert shown == {name: FILES[name] for name in shown}
    assert list(shown) == ["coffee.yaml", "keep_warm.py", "keep-warm.yaml"]


@pytest.mark.parametrize(("file", "arm"), [("coffee", "coffee-a-day"), ("keep-warm", "keep-warm")])
def test_the_strategies_run(saved, file, arm):
    experiment = load(saved / f"{file}.yaml", overrides=[*SMALL, "measures=[ties]"], replicates=1)
    results = simnet.run(experiment, out=saved / "out", jobs=1, progress=False)
    people = results.people.query("arm == @arm and group == 'focal'")
    assert set(people["strategy"]) == {arm}
    assert people["hours_spent"].between(1, 30 * 5.0).all()
    assert (people["hours_idle"] >= 0).all()


def test_the_pilot_asks_for_replicates_until_enough_is_known(saved):
    experiment = load(saved / "pilot.yaml")
    assert len(experiment.points) == 8
    assert [goal.max_replicates for goal in experiment.until] == [200]


def test_the_commands_are_those_there_are():
    from simnet.cli import cli

    table = README.split("| command | does |")[1].split("\n\n")[0]
    assert all(f"{name}`" in table or f"simnet {name} " in table for name in cli.commands)


def test_the_configs_are_those_there_are():
    (named,) = (part for part in README.split("\n\n") if part.startswith("`CONFIG` is"))
    assert all(f"`{name}`" in named for name in shipped.configs())


@pytest.mark.slow
@pytest.mark.parametrize("page", outputs["PAGES"], ids=lambda page: page.name)
def test_the_commands_print_what_is_printed_there(page, tmp_path):
    shown = page.read_text(encoding="utf-8")
    assert outputs["refreshed"](shown, tmp_path) == shown, "run: python docs/make_outputs.py"
