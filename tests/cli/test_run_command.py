"""``simnet run`` and ``simnet check``: output, files, exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import simnet as package
from simnet import lab


def no_figures(results, folder):
    return []


def test_a_run_prints_the_verdict_and_says_where_things_are(simnet):
    done = simnet("run", "tiny.yaml", "-j", "1")
    assert done.exit_code == 0
    assert done.stdout.startswith("too few replicates (2) to show any difference between ")
    assert "\nopportunity_yield (wins per person-year)\n  " in done.stdout
    assert "give-first" in done.stdout
    assert done.stdout.endswith("\nthe whole comparison: simnet compare results/tiny\n")
    assert "tiny: 4 trials (2 arms x 2 replicates); 1 at a time" in done.stderr
    assert "results/tiny/comparison.csv" in done.stderr
    assert "figures  results/tiny/figures" in done.stderr
    assert {file.name for file in Path("results/tiny").iterdir()} >= {
        "manifest.json",
        "experiment.yaml",
        "comparison.csv",
        "comparison.parquet",
        "figures",
        "trials",
    }
    again = simnet("run", "tiny.yaml", "-j", "1")
    assert "all already in results/tiny" in again.stderr
    assert again.stdout == done.stdout


def test_json_goes_to_standard_output_alone(simnet, monkeypatch):
    monkeypatch.setattr("simnet.cli.verdicts.figures", no_figures)
    done = simnet("run", "tiny.yaml", "--json", "-q", "-j1", "-o", "elsewhere")
    content = json.loads(done.stdout)
    assert done.stderr == ""
    assert content["results"] == "elsewhere"
    assert (content["trials"], content["done"], content["failed"]) == (4, 4, [])
    assert {row["measure"] for row in content["comparison"]} >= {"opportunity_yield", "trust"}


def test_one_arm_gets_its_means(simnet, monkeypatch):
    monkeypatch.setattr("simnet.cli.verdicts.figures", no_figures)
    done = simnet("run", "tiny.yaml", "arms={}", "focal.strategy=give-first", "-j1", "-q")
    assert done.exit_code == 0
    assert re.search(r"arm +measure +mean +sd +n\n", done.stdout)
    assert re.search(r"base +trust +0\.\d+", done.stdout)


def test_a_dry_run_says_what_it_takes_and_writes_nothing(simnet):
    done = simnet("run", "tiny.yaml", "--dry-run", "--replicates", "30", "-j", "2")
    assert done.exit_code == 0
    assert re.fullmatch(
        r"trials   60\n"
        r"jobs     2\n"
        r"time     about \d+ s, plus up to a minute for compiling\n"
        r"memory   about [\d.]+ (MiB|GiB)\n"
        r"disk     about \d+ (KiB|MiB)\n",
        done.stdout,
    )
    assert not Path("results").exists()


def test_a_dry_run_in_json(simnet):
    content = json.loads(simnet("run", "tiny.yaml", "-n", "--json").stdout)
    assert content["trials"] == 4
    assert content.keys() >= {"trials_there", "jobs", "seconds", "memory_bytes", "disk_bytes"}


def test_settings_can_be_given_both_ways(simnet):
    done = simnet("check", "tiny.yaml", "--set", "replicates=3", "arms.hard-sell.weeks=7")
    assert done.stdout == "tiny is fine: 2 arms x 1 point x 3 replicates = 6 trials\n"


def test_all_problems_are_reported_and_nothing_is_run(simnet):
    done = simnet("run", "tiny.yaml", "--set", "weeks=-1", "network.degre=4")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "tiny.yaml has 2 problems, nothing was run" in done.stderr
    assert "weeks" in done.stderr
    assert "did you mean 'degree'?" in done.stderr
    assert not Path("results").exists()
    assert simnet("check", "tiny.yaml", "weeks=-1").exit_code == 2


def test_an_argument_that_is_no_setting_is_refused(simnet):
    done = simnet("run", "tiny.yaml", "weeks")
    assert done.exit_code == 2
    assert "expected a setting as KEY=VALUE after CONFIG; got 'weeks'" in done.stderr


def test_a_missing_network_file_is_one_sentence(simnet):
    done = simnet("run", "tiny.yaml", "network={model: file, path: nowhere.csv}")
    assert done.exit_code == 2
    assert "network.path: cannot read" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not Path("results").exists()


def test_check_says_what_to_do_about_a_network_file_that_is_not_there_yet(simnet):
    done = simnet("check", "tiny.yaml", "network={model: file, path: nowhere.csv}")
    assert (done.exit_code, done.stdout) == (2, "")
    where = Path("nowhere.csv").absolute()
    assert done.stderr == (
        "tiny.yaml has 1 problem, nothing was run\n"
        f"  network.path   names a file that is not there yet, {where}; "
        "say where it is with --set network.path=FILE\n"
    )
    shipped = simnet("check", "facebook")
    assert shipped.exit_code == 2
    assert "(simnet show facebook tells where to get it)" in shipped.stderr
    Path("edges.csv").write_text("1 2\n")
    assert simnet("check", "facebook", "network.path=edges.csv").exit_code == 0


def test_check_in_json(simnet):
    done = simnet("check", "tiny.yaml", "--json")
    assert json.loads(done.stdout) == {
        "fine": True,
        "name": "tiny",
        "problems": [],
        "arms": ["hard-sell", "give-first"],
        "points": 1,
        "replicates": 2,
        "trials": 4,
    }
    broken = Path("tiny.yaml").read_text().replace("weeks: 6", "weeks: six")
    Path("broken.yaml").write_text(broken)
    done = simnet("check", "broken.yaml", "network.degre=4", "--json")
    assert (done.exit_code, done.stderr) == (2, "")
    content = json.loads(done.stdout)
    assert (content["fine"], content["name"]) == (False, "broken.yaml")
    in_file, on_line = content["problems"]
    assert (in_file["file"], in_file["line"], in_file["key"]) == ("broken.yaml", 5, "weeks")
    assert (on_line["file"], on_line["line"], on_line["nearest"]) == ("--set", None, "degree")
    missing = simnet("check", "facebook", "--json")
    assert [problem["key"] for problem in json.loads(missing.stdout)["problems"]] == [
        "network.path"
    ]


def test_a_config_that_is_not_there_gets_the_nearest_names(simnet):
    assert "did you mean 'quickstart'?" in simnet("run", "quikstart").stderr
    done = simnet("run", "nosuch")
    assert done.exit_code == 2
    assert "nothing shipped is called that; shipped are calibration, " in done.stderr


def test_a_folder_with_another_experiment_is_refused(simnet, monkeypatch):
    monkeypatch.setattr("simnet.cli.verdicts.figures", no_figures)
    assert simnet("run", "tiny.yaml", "-q", "-j1").exit_code == 0
    done = simnet("run", "tiny.yaml", "--seed", "8", "-q", "-j1")
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: results/tiny holds another experiment (seed is 7 there and 8 here); "
        "give another folder with -o, or delete it\n"
    )


def test_failed_trials_end_in_exit_code_1(simnet, monkeypatch):
    monkeypatch.setattr("simnet.cli.verdicts.figures", no_figures)
    monkeypatch.setattr("simnet.lab.execution.Engine.simulate", failing)
    done = simnet("run", "tiny.yaml", "-j1")
    assert done.exit_code == 1
    assert "failed at stage simulate: ZeroDivisionError" in done.stderr
    assert "4 of 4 trials failed: simnet status results/tiny says why" in done.stderr
    assert "Traceback" not in done.output


STRATEGY = """\
class Idle:
    def plan(self, view):
        return []
"""
IDLE = "strategies.idle={python: 'my_strategies:Idle'}"


@pytest.mark.usefixtures("simnet")
def test_a_strategy_in_the_current_folder_is_found_by_every_worker():
    Path("my_strategies.py").write_text(STRATEGY)
    # -P keeps Python itself from looking there, as when `simnet` is called by its name
    entry = [sys.executable, "-P", "-c", "from simnet.cli import main; main()"]
    subprocess.run(
        [*entry, "run", "tiny.yaml", IDLE, "arms={idle: {focal.strategy: idle}}", "-j2", "-q"],
        env={**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])},
        check=True,
        timeout=300,
    )
    results = package.open_results("results/tiny")
    assert len(results.trials) == 2


def test_a_strategy_that_cannot_be_imported_is_refused_before_anything_is_written(simnet):
    done = simnet("run", "tiny.yaml", IDLE, "focal.strategy=idle", "arms={}")
    assert done.exit_code == 2
    assert "'my_strategies:Idle' cannot be imported" in done.stderr
    assert not Path("results").exists()


def failing(*arguments):
    raise ZeroDivisionError("told to")


def test_an_interruption_ends_in_exit_code_130_and_a_word_on_how_to_go_on(simnet, monkeypatch):
    monkeypatch.setattr(lab, "run", interrupted)
    done = simnet("run", "tiny.yaml")
    assert done.exit_code == 130
    assert done.stderr == "stopped; the same command continues from there\n"


def interrupted(*arguments, **options):
    raise KeyboardInterrupt


@pytest.mark.usefixtures("simnet")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_real_run_can_be_stopped_and_continued(signum):
    process = subprocess.Popen(
        [sys.executable, "-m", "simnet", "run", "tiny.yaml", "replicates=1000", "-j", "2"],
        env={**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(Path().glob("results/tiny/trials/[!.]*")):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signum)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(
        r"stopped: \d+ of 2000 trials are done; the same command continues from there\n$", said
    )
    assert "Traceback" not in said
    assert list(Path("results").glob("**/*.tmp")) == []
