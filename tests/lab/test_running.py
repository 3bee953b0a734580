"""Running: what is written, continued, refused."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from fake_engine import FakeEngine
from studies import WITH_ROWS, leftovers, parts, tiny

import simnet
from simnet.errors import NetworkError, ResultsError
from simnet.lab.cleaning import garbage
from simnet.lab.execution import Lived
from simnet.lab.journal import entries
from simnet.lab.run import plan, run_with


def test_every_trial_leaves_a_part_in_every_table_that_has_rows(tmp_path):
    results = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    assert len(parts(results.path)) == 6 * len(WITH_ROWS)
    assert list(results.trials["arm"]) == ["hard-sell", "give-first"] * 3
    assert list(results.trials["replicate"]) == [0, 0, 1, 1, 2, 2]
    assert (results.trials["status"] == "done").all()
    assert (results.trials["wall_s"] > 0).all()
    assert (results.trials["ties"] == 80).all()


def test_replicates_and_arms_differ(tmp_path):
    results = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    assert results.series.groupby(["arm", "replicate"], observed=True)["value"].sum().is_unique


@pytest.mark.parametrize("jobs", [2, 4])
def test_parts_do_not_depend_on_the_number_of_jobs(tmp_path, jobs):
    experiment = tiny(tmp_path)
    run_with(FakeEngine(), experiment, out=tmp_path / "one", jobs=1)
    run_with(FakeEngine(), experiment, out=tmp_path / "more", jobs=jobs)
    assert parts(tmp_path / "one") == parts(tmp_path / "more")


def test_parts_do_not_depend_on_the_hash_seed(tmp_path):
    tiny(tmp_path)
    for seed in ("0", "4242"):
        script(tmp_path, "run(jobs=1)", out=f"out-{seed}", PYTHONHASHSEED=seed)
    assert parts(tmp_path / "out-0") == parts(tmp_path / "out-4242")


def test_a_script_without_main_guard_may_use_several_jobs(tmp_path):
    tiny(tmp_path)
    done = script(tmp_path, "run(jobs=2)")
    assert done.stdout == "finished\n"
    assert len(parts(tmp_path / "out")) == 6 * len(WITH_ROWS)


def test_the_same_run_again_does_nothing_and_says_so(tmp_path, capsys):
    experiment = tiny(tmp_path)
    run_with(FakeEngine(), experiment, out=tmp_path / "out", jobs=1)
    times = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").glob("*/*.parquet")}
    capsys.readouterr()
    run_with(FakeEngine(), experiment, out=tmp_path / "out", jobs=1)
    assert "6 trials (2 arms x 3 replicates), all already in" in capsys.readouterr().err
    assert times == {file: file.stat().st_mtime_ns for file in times}


def test_more_replicates_add_trials_and_change_none(tmp_path, capsys):
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    before = parts(tmp_path / "out")
    capsys.readouterr()
    results = run_with(FakeEngine(), tiny(tmp_path, "replicates=5"), out=tmp_path / "out", jobs=1)
    assert "10 trials (2 arms x 5 replicates), 6 already in" in capsys.readouterr().err
    assert before.items() <= parts(tmp_path / "out").items()
    assert len(results.trials) == 10


def test_fewer_replicates_read_fewer_trials_and_keep_the_others(tmp_path):
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    results = run_with(FakeEngine(), tiny(tmp_path, "replicates=1"), out=tmp_path / "out", jobs=1)
    assert len(results.trials) == 2
    assert len(parts(tmp_path / "out")) == 6 * len(WITH_ROWS)


def test_another_experiment_is_refused_in_one_sentence(tmp_path):
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    before = parts(tmp_path / "out")
    with pytest.raises(ResultsError) as caught:
        run_with(FakeEngine(), tiny(tmp_path, "weeks=5"), out=tmp_path / "out", jobs=1)
    assert str(caught.value) == (
        f"{tmp_path / 'out'} holds another experiment (weeks is 4 there and 5 here); "
        "give another folder with -o, or delete it"
    )
    assert parts(tmp_path / "out") == before


def test_another_model_version_is_refused(tmp_path, monkeypatch):
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    for module in ("identity", "worlds"):
        monkeypatch.setattr(f"simnet.lab.{module}.MODEL_VERSION", 10_000)
    with pytest.raises(ResultsError, match=r"model version \d+ and this is version 10000"):
        run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("precious")
    with pytest.raises(ResultsError, match="holds no results of simnet"):
        run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    assert [file.name for file in out.iterdir()] == ["chapter.txt"]


def test_a_manifest_that_is_no_manifest_is_refused(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("{")
    with pytest.raises(ResultsError, match="cannot be read as JSON"):
        run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    (out / "manifest.json").write_text("{}")
    with pytest.raises(ResultsError, match="not a manifest that simnet wrote"):
        run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)


def test_a_network_that_cannot_be_read_leaves_nothing_behind(tmp_path):
    edges = tmp_path / "edges.csv"
    edges.write_text("source,target\n1\n")
    experiment = tiny(tmp_path, f"network={{model: file, path: {edges}}}")
    with pytest.raises(NetworkError):
        simnet.run(experiment, out=tmp_path / "out", jobs=1)
    assert not (tmp_path / "out").exists()


def test_the_manifest_says_how_the_tables_came_about(tmp_path):
    results = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    manifest = results.manifest
    assert manifest["status"] == "done"
    assert manifest["seed"] == 7
    assert manifest["settings"]["weeks"] == 4
    assert manifest["trials"] == {"done": 6, "failed": 0, "missing": 0}
    assert manifest["runs"][0]["versions"]["numpy"]
    assert manifest["runs"][0]["machine"]["cores"] >= 1
    assert manifest["peak_memory_bytes"] > 2**20


def test_the_saved_experiment_runs_again_as_it_is(tmp_path):
    results = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    again = simnet.load(results.path / "experiment.yaml")
    assert again == tiny(tmp_path)
    run_with(FakeEngine(), again, out=tmp_path / "again", jobs=1)
    assert parts(tmp_path / "again") == parts(tmp_path / "out")


def test_a_plan_writes_nothing(tmp_path):
    expected = plan(tiny(tmp_path), out=tmp_path / "out")
    assert (expected.trials, expected.trials_there) == (6, 0)
    assert expected.seconds > 0
    assert expected.memory_bytes > 2**20
    assert expected.disk_bytes > 6 * 1000
    assert not (tmp_path / "out").exists()


def test_jobs_must_be_positive(tmp_path):
    with pytest.raises(ValueError, match="jobs must be at least 1"):
        run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=0)


def test_a_quiet_run_says_nothing(tmp_path, capsys):
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1, progress=False)
    assert capsys.readouterr() == ("", "")


def test_an_engine_with_other_columns_fails_its_trials(tmp_path):
    class Odd(FakeEngine):
        def simulate(self, *args):
            frames = super().simulate(*args).tables
            return Lived({**frames, "series": frames["series"].drop(columns="metric")})

    results = run_with(Odd(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    assert set(results.failed["stage"]) == {"tables"}
    assert "lacks ['metric']" in results.failed["reason"][0]
    assert results.trials.empty
    assert isinstance(results.series, pd.DataFrame)


def script(
    folder: Path, call: str, out: str = "out", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of three lines, without a main guard, in a process of its own."""
    here = str(Path(__file__).parent)
    text = (
        f"import sys; sys.path.insert(0, {here!r})\n"
        "import simnet\n"
        "from functools import partial\n"
        "from fake_engine import FakeEngine\n"
        "from simnet.lab.run import run_with\n"
        f"run = partial(run_with, FakeEngine(), simnet.load('tiny.yaml'), out={out!r})\n"
        f"{call}\n"
        "print('finished')\n"
    )
    (folder / "script.py").write_text(text)
    source = str(Path(simnet.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": source, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def test_no_temporary_file_stays(tmp_path):
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    assert leftovers(tmp_path) == []


def test_the_journal_tells_what_every_trial_took(tmp_path):
    engine = FakeEngine(seconds=0.04)
    run_with(engine, tiny(tmp_path, "replicates=1"), out=tmp_path / "out", jobs=1)
    lines = list(entries(tmp_path / "out" / "journal.jsonl"))
    each = ["started", "done"]
    assert [line["event"] for line in lines] == ["began", *each, *each, "ended"]
    done = lines[2]
    assert done["trial"] == "hard-sell.p0.r0000"
    assert (done["rounds_s"], done["first_round_s"]) == (0.04, 0.01)
    assert done["stages_s"].keys() >= {"network", "simulate", "measure"}
    assert done["wall_s"] >= 0.04
    assert done["peak_memory_bytes"] > 2**20
    assert done["bytes"].keys() == done["crc32"].keys() == WITH_ROWS


def test_the_model_version_is_that_of_the_living_network(tmp_path):
    from simnet.agents import MODEL_VERSION

    results = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    assert results.manifest["model_version"] == MODEL_VERSION


def test_a_study_that_was_extended_stays_so_when_its_file_is_run_again(tmp_path):
    out = tmp_path / "out"
    grown = tiny(tmp_path, "replicates=3").with_arm("idle", {"focal.strategy": "passive-profile"})
    run_with(FakeEngine(), grown, out=out, jobs=1)
    results = run_with(FakeEngine(), tiny(tmp_path, "replicates=1"), out=out, jobs=1)
    assert len(results.trials) == 2
    kept = simnet.open_results(out)
    assert set(kept.experiment.arm_names) == {"hard-sell", "give-first", "idle"}
    assert len(kept.trials) == 9
    assert garbage(out) == []
