"""A study survives what can befall it, and ends in the bytes of an undisturbed one."""

import os
import random
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
from simnet.lab.journal import entries
from simnet.lab.run import run_with

TRIALS = 200
KILLS = 20
TRIAL_S = 0.02


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    """The parts of 200 trials that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run_with(FakeEngine(), study(folder), out=folder / "out", jobs=1, progress=False)
    return parts(folder / "out")


@pytest.mark.slow
def test_killed_at_random_moments_and_continued_it_ends_in_the_same_bytes(tmp_path, undisturbed):
    out = tmp_path / "out"
    moments = random.Random(20261121)
    done = 0
    for kill in range(KILLS):
        process = started(tmp_path, out, jobs=2)
        more = moments.randint(0, (TRIALS - done) // (KILLS - kill))
        wait_for_trials(out, done + more, process)
        time.sleep(moments.uniform(0, 5 * TRIAL_S))
        kill_tree(process)
        there = simnet.open_results(out).done if (out / "manifest.json").exists() else ()
        assert len(there) >= done
        done = len(there)
    assert 0 < done < TRIALS
    results = run_with(FakeEngine(), study(tmp_path), out=out, jobs=2, progress=False)
    assert len(results.done) == TRIALS
    assert parts(out) == undisturbed
    assert leftovers(out) == []


@pytest.mark.slow
def test_cut_and_torn_at_random_places_it_ends_in_the_same_bytes(tmp_path, undisturbed):
    out = tmp_path / "out"
    run_with(FakeEngine(), study(tmp_path), out=out, jobs=1, progress=False)
    places = random.Random(20261122)
    for _ in range(20):
        part = places.choice(sorted(out.glob("*/*.parquet")))
        os.truncate(part, places.randrange(part.stat().st_size))
        journal = out / "journal.jsonl"
        os.truncate(journal, places.randrange(journal.stat().st_size))
        results = run_with(FakeEngine(), study(tmp_path), out=out, jobs=1, progress=False)
        assert len(results.done) == TRIALS
        assert parts(out) == undisturbed
        assert all(line.endswith(b"}\n") for line in journal.read_bytes().splitlines(True))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_ends_a_run_with_a_sentence_and_loses_nothing(
    tmp_path, small_disk, undisturbed, jobs
):
    out = small_disk / "out"
    filling = small_disk / "filling"
    room = random.Random(20261123 + jobs)
    done = 0
    for step in range(1, 6):
        filling.write_bytes(b"")
        free = os.statvfs(small_disk)
        left = free.f_bavail * free.f_frsize - step * room.randrange(4_000, 60_000)
        filling.write_bytes(b"x" * max(0, left))
        with pytest.raises(
            ResultsError, match=r"cannot write to .*: No space left on device; what"
        ):
            run_with(FakeEngine(), study(tmp_path), out=out, jobs=jobs, progress=False)
        if (out / "manifest.json").exists():
            there = simnet.open_results(out)
            assert len(there.done) >= done
            done = len(there.done)
            assert parts_of(out, there.done).items() <= undisturbed.items()
    assert 0 < done < TRIALS
    filling.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    run_with(FakeEngine(), study(tmp_path), out=out, jobs=jobs, progress=False)
    assert parts(out) == undisturbed
    assert leftovers(out) == []


@pytest.mark.slow
def test_of_two_runs_at_once_the_second_is_refused_and_the_first_is_whole(tmp_path, undisturbed):
    out = tmp_path / "out"
    both = started(tmp_path, out, 2), started(tmp_path, out, 2)
    said = "".join(process.communicate(timeout=120)[1] for process in both)
    assert {process.returncode for process in both} == {0, 2}
    assert said.count("another run is writing to") == 1
    assert "Traceback" not in said
    assert parts(out) == undisturbed


def test_without_its_journal_a_study_is_found_again(tmp_path):
    out = tmp_path / "out"
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1, progress=False)
    (out / "journal.jsonl").unlink()
    assert len(simnet.open_results(out).done) == 6
    run_with(FakeEngine(failing=frozenset({"hard-sell.0"})), tiny(tmp_path), out=out, jobs=1)
    found = [line for line in entries(out / "journal.jsonl") if line["event"] == "done"]
    assert len(found) == 6
    assert all(line["found"] for line in found)


def test_killed_before_its_manifest_was_written_it_begins_again(tmp_path):
    whole = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "whole", jobs=1, progress=False)
    files = [file for file in whole.path.iterdir() if file.is_file()]
    assert {file.name for file in files} == {
        ".lock",
        "journal.jsonl",
        "points.parquet",
        "experiment.yaml",
        "manifest.json",
    }
    out = tmp_path / "out"
    out.mkdir()
    for file in files:
        if file.name != "manifest.json":
            (out / file.name).write_bytes(b"")
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1, progress=False)
    assert parts(out) == parts(whole.path)


def test_a_trial_that_was_killed_before_its_line_was_written_gets_one(tmp_path):
    out = tmp_path / "out"
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1, progress=False)
    journal = out / "journal.jsonl"
    lines = journal.read_bytes().splitlines(True)
    fourth = [place for place, line in enumerate(lines) if b'"done"' in line][3]
    journal.write_bytes(b"".join(lines[:fourth]) + lines[fourth][:50])
    run_with(FakeEngine(failing=frozenset({"give-first.2"})), tiny(tmp_path), out=out, jobs=1)
    done = [line for line in entries(journal) if line["event"] == "done"]
    assert sorted(line["trial"] for line in done) == sorted(simnet.open_results(out).done)
    assert [bool(line.get("found")) for line in done] == [False] * 3 + [True] * 3
    assert done[0].keys() - {"at"} > {"wall_s", "crc32"}


@pytest.mark.parametrize("table", ["series", "trials"])
def test_what_is_torn_is_said_in_one_line_and_run_again(tmp_path, capsys, table):
    out = tmp_path / "out"
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1, progress=False)
    before = parts(out)
    os.truncate(out / table / "hard-sell.p0.r0001.parquet", 300)
    assert len(simnet.open_results(out).done) == 5
    capsys.readouterr()
    run_with(FakeEngine(), tiny(tmp_path), out=out, jobs=1)
    said = capsys.readouterr().err
    assert (
        "1 trial has parts that are torn or missing and is run again: hard-sell.p0.r0001\n" in said
    )
    assert parts(out) == before


def test_a_changed_byte_is_an_error_and_never_another_number(tmp_path):
    out = tmp_path / "out"
    results = run_with(
        FakeEngine(), tiny(tmp_path, "replicates=1"), out=out, jobs=1, progress=False
    )
    part = out / "series" / "give-first.p0.r0000.parquet"
    whole = part.read_bytes()
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 0b100
        part.write_bytes(changed)
        with pytest.raises(ResultsError, match=r"series/give-first.p0.r0000.parquet is damaged"):
            results.table("series")
    part.write_bytes(whole)
    assert len(results.table("series")) == 8


def study(folder: Path) -> simnet.Experiment:
    return tiny(folder, "replicates=100")


def parts_of(out: Path, trials: tuple[str, ...]) -> dict[str, bytes]:
    return {name: part for name, part in parts(out).items() if Path(name).stem in trials}


def started(folder: Path, out: Path, jobs: int) -> subprocess.Popen[str]:
    """A run in a process group of its own."""
    study(folder)
    text = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import simnet\n"
        "from fake_engine import FakeEngine\n"
        "from simnet.errors import ResultsError\n"
        "from simnet.lab.run import run_with\n"
        f"experiment = simnet.load('tiny.yaml', replicates={TRIALS // 2})\n"
        "try:\n"
        f"    run_with(FakeEngine(seconds={TRIAL_S}), experiment, out={str(out)!r}, jobs={jobs})\n"
        "except ResultsError as error:\n"
        "    print(error, file=sys.stderr)\n"
        "    sys.exit(2)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", text],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(simnet.__file__).parents[1])},
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_tree(process: subprocess.Popen[str]) -> None:
    """End the run and all its workers at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_for_trials(out: Path, count: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while len(list(out.glob("trials/[!.]*"))) < count:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.002)
