"""What goes wrong while running, and what is left then."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from studies import leftovers, parts, tiny

import simnet
from simnet.errors import ResultsError
from simnet.lab.run import run_with
from simnet.lab.store import Store


@pytest.fixture
def undisturbed(tmp_path):
    """The parts of a run nothing happened to."""
    run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "undisturbed", jobs=1)
    return parts(tmp_path / "undisturbed")


@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_in_mid_run_and_continued_it_ends_in_the_same_bytes(
    tmp_path, undisturbed, capsys, jobs
):
    out = tmp_path / "out"
    process = started(tmp_path, out, jobs)
    wait_for_trials(out, 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert json.loads((out / "manifest.json").read_text())["status"] == "running"
    assert 2 <= len(list((out / "trials").iterdir())) < 6
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=jobs)
    assert "already in" in capsys.readouterr().err
    assert parts(out) == undisturbed
    assert leftovers(out) == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_stop_leaves_whole_files_and_no_process(tmp_path, undisturbed, signum):
    out = tmp_path / "out"
    process = started(tmp_path, out, jobs=2)
    wait_for_trials(out, 1)
    process.send_signal(signum)
    assert process.wait(timeout=20) == 130
    assert leftovers(out) == []
    assert json.loads((out / "manifest.json").read_text())["status"] == "interrupted"
    assert parts(out).items() <= undisturbed.items()
    assert within(10, lambda: not group_lives(process.pid))


def test_workers_end_when_their_parent_is_killed(tmp_path):
    out = tmp_path / "out"
    process = started(tmp_path, out, jobs=2)
    wait_for_trials(out, 1)
    process.kill()
    process.wait()
    assert within(10, lambda: not group_lives(process.pid))


def test_a_truncated_temporary_part_is_ignored_and_cleared(tmp_path, undisturbed):
    out = tmp_path / "out"
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    whole = out / "series" / "give-first.p0.r0001.parquet"
    torn = whole.with_name(f".{whole.name}.123.tmp")
    torn.write_bytes(whole.read_bytes()[:100])
    assert len(simnet.open_results(out).series) == 24
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    assert leftovers(out) == []
    assert parts(out) == undisturbed


@pytest.mark.parametrize("table", ["trials", "ties"])
def test_a_trial_without_all_its_parts_is_run_again(tmp_path, undisturbed, table):
    out = tmp_path / "out"
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    (out / table / "hard-sell.p0.r0002.parquet").unlink()
    assert len(simnet.open_results(out).trials) == 5
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    assert parts(out) == undisturbed


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failed_trial_is_recorded_and_the_others_go_on(tmp_path, undisturbed, capsys, jobs):
    out = tmp_path / "out"
    engine = FakeEngine(failing=frozenset({"hard-sell.0", "give-first.2"}))
    results = run_with(engine, tiny(tmp_path), out=out, jobs=jobs, progress=False)
    assert len(results.trials) == 4
    assert set(results.failed["trial"]) == {"hard-sell.p0.r0000", "give-first.p0.r0002"}
    assert set(results.failed["stage"]) == {"simulate"}
    assert "was told to fail" in results.failed["traceback"][0]
    assert results.manifest["status"] == "failed"
    assert results.manifest["trials"] == {"done": 4, "failed": 2, "missing": 0}
    said = capsys.readouterr().err
    assert said.count("failed at stage simulate: RuntimeError") == 1
    mended = run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=jobs)
    assert mended.failed.empty
    assert mended.manifest["status"] == "done"
    assert parts(out) == undisturbed


def test_a_killed_worker_does_not_lose_the_study(tmp_path, undisturbed):
    out = tmp_path / "out"
    engine = FakeEngine(deadly_once={"give-first.1": tmp_path / "killed"})
    results = run_with(engine, tiny(tmp_path), out=out, jobs=2)
    assert (tmp_path / "killed").exists()
    assert results.failed.empty
    assert parts(out) == undisturbed


def test_a_trial_that_kills_its_worker_twice_has_failed_alone(tmp_path, undisturbed):
    out = tmp_path / "out"
    engine = FakeEngine(deadly=frozenset({"give-first.1"}))
    results = run_with(engine, tiny(tmp_path), out=out, jobs=2)
    assert list(results.failed["trial"]) == ["give-first.p0.r0001"]
    assert list(results.failed["stage"]) == ["worker"]
    assert len(results.trials) == 5
    assert parts(out).items() <= undisturbed.items()


def test_two_runs_at_once_are_refused(tmp_path):
    out = tmp_path / "out"
    process = started(tmp_path, out, jobs=1)
    wait_for_trials(out, 1)
    with pytest.raises(ResultsError, match="another run is writing to"):
        run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    process.kill()
    process.wait()


def test_results_can_be_read_while_the_study_runs(tmp_path):
    out = tmp_path / "out"
    process = started(tmp_path, out, jobs=1)
    wait_for_trials(out, 2)
    assert 2 <= len(simnet.open_results(out).trials) < 6
    process.kill()
    process.wait()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_part_that_cannot_be_written_stops_the_run_with_a_sentence(tmp_path, jobs):
    out = tmp_path / "out"
    run_with(FakeEngine(), tiny(tmp_path, "replicates=1"), out=out, jobs=1)
    in_the_way = out / "series" / "hard-sell.p0.r0001.parquet"
    (in_the_way / "something").mkdir(parents=True)
    with pytest.raises(ResultsError, match="cannot write to"):
        run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=jobs)
    assert leftovers(out) == []


def test_a_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match=r"cannot write to .*file/out: Not a directory"):
        run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "file" / "out", jobs=1)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    store = Store(tmp_path)
    store.write_json("a.json", {"value": 1})
    with pytest.raises(TypeError):
        store.write_json("a.json", {"value": object()})
    assert store.read_json("a.json") == {"value": 1}
    assert leftovers(tmp_path) == []


def started(folder: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    """A run of slow trials in a process group of its own."""
    tiny(folder)
    text = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import signal, simnet\n"
        "from fake_engine import FakeEngine\n"
        "from simnet.lab.run import run_with\n"
        "signal.signal(signal.SIGTERM, signal.default_int_handler)\n"
        "try:\n"
        f"    run_with(FakeEngine(seconds=0.6), simnet.load('tiny.yaml'),\n"
        f"             out={str(out)!r}, jobs={jobs})\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(130)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", text],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(simnet.__file__).parents[1])},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )


def wait_for_trials(out: Path, count: int) -> None:
    assert within(60, lambda: len(list(out.glob("trials/[!.]*"))) >= count)


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def within(seconds: float, condition) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
