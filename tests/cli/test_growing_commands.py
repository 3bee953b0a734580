"""``simnet resume``, ``extend``, ``merge``, ``status``, ``gc`` and ``run --only``."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import simnet as package
from simnet.cli.group import Commands, cli
from simnet.cli.growing import extend, gc, merge, resume, status
from simnet.spec import load
from simnet.spec.source import dump

OUT = Path("results/tiny")


@pytest.fixture(autouse=True)
def no_figures(monkeypatch):
    monkeypatch.setattr("simnet.cli.verdicts.figures", lambda results, folder: [])


@pytest.fixture
def call(simnet):
    """`simnet` with the commands on a study that is there."""
    group = Commands(commands={**cli.commands, **{c.name: c for c in COMMANDS}})
    return lambda *arguments: CliRunner().invoke(group, arguments, prog_name="simnet")


COMMANDS = (resume, extend, merge, status, gc)


@pytest.fixture
def study(call):
    """tiny.yaml has been run."""
    assert call("run", "tiny.yaml", "-q", "-j1").exit_code == 0
    return package.open_results(OUT)


@pytest.mark.usefixtures("study")
def test_status_in_words_and_in_json(call):
    done = call("status", "tiny")
    assert done.exit_code == 0
    assert re.fullmatch(
        r"tiny, in results/tiny: not running\n\n"
        r"arm         done  running  failed  missing\n"
        r"hard-sell      2        0       0        0\n"
        r"give-first     2        0       0        0\n"
        r"all            4        0       0        0\n\n"
        r"pace       [\d.e+]+ trials a minute\n",
        done.stdout,
    )
    content = json.loads(call("status", "results/tiny", "--json").stdout)
    assert (content["done"], content["missing"], content["alive"]) == (4, 0, False)
    assert [arm["done"] for arm in content["arms"]] == [2, 2]


def test_status_says_why_trials_failed_and_resume_tries_them_again(call, monkeypatch):
    def failing(*arguments):
        raise ZeroDivisionError("told to")

    with monkeypatch.context() as patch:
        patch.setattr("simnet.lab.execution.trial.Engine.simulate", failing)
        assert call("run", "tiny.yaml", "-q", "-j1").exit_code == 1
        assert call("resume", "tiny", "-q", "-j1", "--failed").exit_code == 1
    said = call("status", "tiny").stdout
    assert (
        "last failures:\n  give-first.p0.r0001 at stage simulate: ZeroDivisionError: told" in said
    )
    done = call("resume", "tiny", "--failed", "-j1", "--json")
    assert (done.exit_code, json.loads(done.stdout)["done"]) == (0, 4)


def test_fail_fast_ends_in_exit_code_1_with_trials_missing(call, monkeypatch):
    def failing(*arguments):
        raise ZeroDivisionError("told to")

    monkeypatch.setattr("simnet.lab.execution.trial.Engine.simulate", failing)
    done = call("run", "tiny.yaml", "-q", "-j1", "--fail-fast")
    assert done.exit_code == 1
    assert "1 of 4 trials failed: simnet status results/tiny says why" in done.stderr
    assert json.loads(call("status", "tiny", "--json").stdout)["missing"] == 3


@pytest.mark.usefixtures("study")
def test_extend_adds_replicates_and_arms(call):
    done = call("extend", "tiny", "--replicates", "+1", "-j1")
    assert done.exit_code == 0
    assert "6 trials (2 arms x 3 replicates), 4 already in results/tiny" in done.stderr
    done = call("extend", "tiny", "--arm", "advocate-cultivation", "-j1", "-q")
    assert done.exit_code == 0
    shy = ("--arm", "shy", "focal.strategy=give-first", "weeks=4")
    assert call("extend", "tiny", *shy, "-j1", "-q", "--replicates", "4").exit_code == 0
    results = package.open_results(OUT)
    assert results.experiment.arm_names[2:] == ("advocate-cultivation", "shy")
    assert len(results.done) == 16
    origins = json.loads((OUT / "origins.json").read_text())
    assert origins["arms.shy.weeks"] == origins["replicates"] == "simnet extend"
    assert origins["weeks"].startswith("tiny.yaml:5:")


@pytest.mark.usefixtures("study")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "say what to add, with --replicates or --arm"),
        (["weeks=3"], "settings and --from say what an arm is; name it with --arm NAME"),
        (["--replicates", "many"], "must be a number such as 80, or how many more such as +50"),
        (["--replicates", "1"], "has 2 replicates already, and a study only grows"),
        (["--arm", "hard-sell"], "results/tiny has an arm 'hard-sell' already"),
        (["--arm", "shy"], "'shy' is no strategy of the study; say what the arm is"),
        (["--arm", "shy", "weeks"], "must be written as key.path=value"),
        (["--arm", "shy", "weks=3"], "did you mean 'weeks'?"),
        (["--arm", "shy", "--from", "tiny.yaml"], "tiny.yaml has no arm 'shy'; it has hard-sell"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(call, arguments, sentence):
    before = sorted(OUT.glob("**/*"))
    done = call("extend", "tiny", *arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.output
    assert sorted(OUT.glob("**/*")) == before


@pytest.mark.usefixtures("study")
def test_merge_says_what_was_added_or_why_nothing_was(call):
    assert call("run", "tiny.yaml", "-q", "-j1", "--replicates", "3", "-o", "b").exit_code == 0
    done = call("merge", "tiny", "b", "-o", "both")
    assert done.stdout == "6 trials added: 6 of 6 trials done, in both\n"
    done = call("merge", "tiny", "b")
    assert done.stdout == "2 trials added; 4 were there: 6 of 6 trials done, in results/tiny\n"
    assert call("run", "tiny.yaml", "weeks=5", "-q", "-j1", "-o", "c").exit_code == 0
    done = call("merge", "tiny", "c")
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: 4 trials cannot be merged, nothing was written\n  c: ")
    assert "both is there already" in call("merge", "tiny", "b", "-o", "both").stderr


@pytest.mark.usefixtures("study")
def test_gc_asks_before_it_removes(call):
    assert call("gc", "tiny").stdout == "nothing to remove\n"
    one_arm = load("tiny.yaml", overrides=["arms={hard-sell: {focal.strategy: hard-sell}}"])
    (OUT / "experiment.yaml").write_text(dump(one_arm.resolved()), encoding="utf-8")
    (OUT / "series" / ".a.parquet.1.tmp").write_bytes(b"x" * 2048)
    done = call("gc", "tiny", "-n")
    assert "1 file, 2 KiB: left half-written by a run that was killed\n" in done.stdout
    assert re.search(r"\d+ files, \d+ KiB: of a trial that is not part of the exp", done.stdout)
    before = sorted(OUT.glob("*/*"))
    assert call("gc", "tiny").exit_code == 1
    assert sorted(OUT.glob("*/*")) == before
    assert re.search(r"removed, \d+ KiB freed\n$", call("gc", "tiny", "-y").stdout)
    assert {file.stem for file in OUT.glob("trials/*")} == {
        "hard-sell.p0.r0000",
        "hard-sell.p0.r0001",
    }


def test_one_trial_alone(call, study):
    done = call("run", "tiny.yaml", "--only", "give-first.p0.r1", "-j1")
    assert done.exit_code == 0
    assert "give-first.p0.r0001 is byte for byte what was there, in all" in done.stderr
    done = call("run", "tiny.yaml", "--only", "shy.p0.r1", "-j1")
    assert done.exit_code == 2
    assert "there is no arm 'shy'" in done.stderr


@pytest.mark.parametrize("command", ["resume", "extend", "status", "gc"])
def test_what_is_no_study_is_refused(call, command):
    done = call(command, "nowhere", *(["--replicates", "3"] if command == "extend" else []))
    assert done.exit_code == 2
    assert done.stderr == ("Error: nowhere is not a results folder: it has no manifest.json\n")


@pytest.mark.usefixtures("simnet")
def test_status_from_another_terminal_while_a_study_runs(call):
    process = subprocess.Popen(
        [sys.executable, "-m", "simnet", "run", "tiny.yaml", "replicates=1000", "-j", "1"],
        env={**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])},
        stderr=subprocess.DEVNULL,
    )
    while len(list(Path().glob("results/tiny/trials/[!.]*"))) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    content = json.loads(call("status", "tiny", "--json").stdout)
    while content["running"] == 0:  # between two trials
        assert process.poll() is None
        content = json.loads(call("status", "tiny", "--json").stdout)
    refused = call("gc", "tiny", "-y")
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    assert content["alive"]
    assert content["done"] >= 3
    assert content["running"] == 1
    assert sum(content[state] for state in ("done", "running", "missing")) == 2000
    assert content["seconds_left"] > 0
    assert refused.exit_code == 2
    assert "another run is writing to results/tiny" in refused.stderr
    assert not json.loads(call("status", "tiny", "--json").stdout)["alive"]
