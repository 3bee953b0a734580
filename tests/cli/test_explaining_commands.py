"""`simnet why` and `simnet diff`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from simnet.cli.explaining import diff, why
from simnet.errors import SpecError

PILOT = """\
version: 1
name: pilot
seed: 1
weeks: 52
network: {model: watts-strogatz, people: 100, degree: 4, rewiring: 0.1}
population: {passive-profile: 1.0}
arms:
  hard-sell: {focal.strategy: hard-sell}
  give-first: {focal.strategy: give-first}
sweep: {network.rewiring: [0.1, 0.2]}
"""


@pytest.fixture(autouse=True)
def _pilot(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pilot.yaml").write_text(PILOT, encoding="utf-8")


def invoke(command, *arguments):
    return CliRunner().invoke(command, arguments)


def test_why_prints_what_is_no_default_and_where_it_is_written():
    done = invoke(why, "pilot.yaml", "hard-sell.p1.r3", "--set", "weeks=9")
    assert done.stdout == (
        "seed                         1                pilot.yaml:3:7\n"
        "weeks                        9                --set\n"
        "network.model                watts-strogatz   pilot.yaml:5:18\n"
        "network.people               100              pilot.yaml:5:42\n"
        "network.degree               4                pilot.yaml:5:55\n"
        "network.rewiring             0.2              point 1, pilot.yaml:10:27\n"
        "population.passive-profile   1.0              pilot.yaml:6:31\n"
        "focal.strategy               hard-sell        arm hard-sell, pilot.yaml:8:31\n"
    )
    assert done.stderr.endswith(" more have their default: --all shows them\n")


def test_why_of_one_key_prints_defaults_too():
    done = invoke(why, "pilot.yaml", "hard-sell", "focal")
    assert done.stdout == (
        "focal.share      0.1         default\n"
        "focal.strategy   hard-sell   arm hard-sell, pilot.yaml:8:31\n"
    )
    everything = invoke(why, "pilot.yaml", "hard-sell", "--all", "--json")
    assert {"key": "market.breadth", "value": 0.1, "origin": "default"} in json.loads(
        everything.stdout
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hrd-sell"], "there is no arm 'hrd-sell'; did you mean 'hard-sell'?"),
        (["zzz"], "there is no arm 'zzz'; the arms are hard-sell, give-first"),
        (["hard-sell.p2"], "there is no point 2; they are numbered 0 to 1"),
        (["hard-sell.p0.r20"], "there is no replicate 20; they are numbered 0 to 19"),
        (["hard-sell.r2"], "a trial is written as ARM.pPOINT.rREPLICATE; got 'hard-sell.r2'"),
        (["hard-sell", "focal.shre"], "'focal.shre' is not a key of this trial; did you mean "),
    ],
)
def test_why_says_what_is_not_there(arguments, message):
    done = invoke(why, "pilot.yaml", *arguments)
    assert done.exit_code == 2
    assert f"Error: {message}" in done.stderr


def test_diff_of_the_same_prints_nothing(tmp_path):
    (tmp_path / "other.yaml").write_text(
        "# another comment\n" + PILOT.replace("name: pilot", "name: other"), encoding="utf-8"
    )
    done = invoke(diff, "pilot.yaml", "other.yaml", "--exit-code")
    assert (done.exit_code, done.output) == (0, "")
    assert invoke(diff, "--json", "pilot.yaml", "other.yaml").stdout == "[]\n"


def test_diff_of_trials_and_its_exit_code():
    two = ["pilot.yaml:hard-sell", "pilot.yaml:give-first.p1"]
    done = invoke(diff, *two)
    assert done.exit_code == 0
    assert done.stdout == (
        "network.rewiring   0.1 -> 0.2\nfocal.strategy     hard-sell -> give-first\n"
    )
    assert invoke(diff, *two, "--exit-code").exit_code == 3


def test_a_trial_and_a_study_cannot_be_compared():
    done = invoke(diff, "pilot.yaml:hard-sell", "pilot.yaml")
    assert done.exit_code == 2
    assert "a trial can be compared with another trial only" in done.stderr


def test_a_file_that_is_not_there():
    done = invoke(diff, "pilot.yaml", "pilto.yaml")
    assert isinstance(done.exception, SpecError)
    assert "did you mean 'pilot.yaml'?" in str(done.exception)
