"""Executors: the same parts on each of them, and what becomes of workers that are lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from studies import parts, tiny

from simnet.agents.founding import STREAMS
from simnet.errors import ResultsError
from simnet.lab.execution import Engine, Outcome, Study, open_executor
from simnet.lab.execution.processes import Processes
from simnet.lab.execution.serial import Serial
from simnet.lab.machine import cores
from simnet.lab.store import Store
from simnet.randomness import stream_key


def id_of(key):
    return f"fingerprint of {key.id}"


def study(folder: Path, engine: Engine, *changes: str, out: str = "out") -> Study:
    return Study(tiny(folder, *changes), engine, Store(folder / out), id_of)


class Watching:
    """Remembers what it is told."""

    def __init__(self):
        self.begun, self.weeks, self.said = [], [], []

    def began(self, key):
        self.begun.append(key.id)

    def tick(self, weeks):
        self.weeks.append({key.id: week for key, week in weeks.items()})

    def say(self, text):
        self.said.append(text)


def outcomes_of(executor, one, watch=None, keys=None):
    """Outcomes one by one."""
    wanted = one.experiment.trials() if keys is None else keys
    with closing(executor.outcomes(wanted, watch or Watching())) as outcomes:
        yield from outcomes


def run(executor, one, watch=None, keys=None) -> dict[str, Outcome]:
    """Outcomes by trial, of all trials unless there are keys."""
    with executor, closing(outcomes_of(executor, one, watch, keys)) as outcomes:
        return {outcome.key.id: outcome for outcome in outcomes}


def begun(log: Path) -> list[list[str]]:
    return [line.split() for line in log.read_text().splitlines()]


@pytest.fixture
def undisturbed(tmp_path):
    one = study(tmp_path, FakeEngine(), out="undisturbed")
    run(Serial(one), one)
    return parts(tmp_path / "undisturbed")


@pytest.mark.slow
def test_the_living_network_is_the_same_byte_for_byte_on_every_executor(tmp_path):
    def living(name, make):
        one = study(tmp_path, Engine(), "weeks=8", "replicates=2", out=name)
        assert not [o for o in run(make(one), one).values() if o.failure]
        return parts(tmp_path / name)

    serial = living("serial", Serial)
    assert len({content for name, content in serial.items() if "series" in name}) == 4
    for jobs in (1, 2, 4):
        assert living(f"on-{jobs}", lambda one, jobs=jobs: Processes(one, jobs)) == serial


def test_outcomes_carry_what_the_journal_is_to_hold(tmp_path):
    one = study(tmp_path, FakeEngine(seconds=0.04))
    for executor in (Serial(one), Processes(one, 2)):
        for name, outcome in run(executor, one).items():
            record = outcome.record
            assert record["fingerprint"] == f"fingerprint of {name}"
            assert record["rounds_s"] == 0.04
            assert record["first_round_s"] == 0.01
            assert record["wall_s"] >= sum(record["stages_s"].values()) - 0.001
            assert record["peak_memory_bytes"] > 2**20
            there = {file.parent.name: file for file in one.store.path.glob(f"*/{name}.parquet")}
            assert record["bytes"] == {table: file.stat().st_size for table, file in there.items()}


def test_only_the_trial_of_a_killed_worker_is_run_twice(tmp_path, undisturbed):
    log = tmp_path / "log"
    engine = FakeEngine(seconds=0.1, deadly_once={"give-first.1": tmp_path / "killed"}, log=log)
    one = study(tmp_path, engine)
    watch = Watching()
    outcomes = run(Processes(one, 2), one, watch)
    names = [name for name, _, _ in begun(log)]
    assert {name: names.count(name) for name in set(names)} == {
        **dict.fromkeys(("hard-sell.0", "hard-sell.1", "hard-sell.2"), 1),
        **{"give-first.0": 1, "give-first.1": 2, "give-first.2": 1},
    }
    assert sorted(watch.begun).count("give-first.p0.r0001") == 2
    assert not any(outcome.failure for outcome in outcomes.values())
    assert parts(tmp_path / "out") == undisturbed


def test_a_trial_that_loses_two_workers_has_failed_and_the_others_go_on(tmp_path, undisturbed):
    log = tmp_path / "log"
    engine = FakeEngine(deadly=frozenset({"hard-sell.0", "give-first.1"}), log=log)
    one = study(tmp_path, engine)
    outcomes = run(Processes(one, 2), one)
    failures = {name: outcome.failure for name, outcome in outcomes.items() if outcome.failure}
    assert set(failures) == {"hard-sell.p0.r0000", "give-first.p0.r0001"}
    assert {failure.stage for failure in failures.values()} == {"worker"}
    assert len(outcomes) == 6
    assert len(begun(log)) == 8
    assert parts(tmp_path / "out").items() <= undisturbed.items()


def test_workers_that_never_begin_end_the_run_with_a_sentence(tmp_path):
    one = study(tmp_path, FakeEngine(stillborn=True))
    with pytest.raises(ResultsError, match="end before they begin; run with --jobs 1"):
        run(Processes(one, 2), one)
    assert multiprocessing.active_children() == []


def test_an_idle_worker_may_be_lost_too(tmp_path):
    one = study(tmp_path, FakeEngine())
    with Processes(one, 2) as executor:
        first, *others = one.experiment.trials()
        assert len(list(outcomes_of(executor, one, keys=[first]))) == 1
        (process,) = multiprocessing.active_children()
        os.kill(process.pid, signal.SIGKILL)
        others_done = list(outcomes_of(executor, one, keys=others))
        assert len(others_done) == 5
        assert not any(outcome.failure for outcome in others_done)


def test_batches_are_run_by_the_same_workers(tmp_path):
    log = tmp_path / "log"
    one = study(tmp_path, FakeEngine(seconds=0.1, log=log))
    keys = one.experiment.trials()
    with Processes(one, 2) as executor:
        for batch in (keys[:3], keys[3:], ()):
            assert len(list(outcomes_of(executor, one, keys=batch))) == len(batch)
        assert len(multiprocessing.active_children()) == 2
    assert len({process for _, process, _ in begun(log)}) == 2
    assert multiprocessing.active_children() == []


def test_outcomes_that_nobody_waits_for_leave_no_process(tmp_path):
    one = study(tmp_path, FakeEngine(seconds=0.5))
    with Processes(one, 2) as executor:
        outcomes = executor.outcomes(one.experiment.trials(), Watching())
        next(outcomes)
        outcomes.close()
        assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_workers_share_the_cores(tmp_path, jobs):
    log = tmp_path / "log"
    one = study(tmp_path, FakeEngine(seconds=0.1, log=log))
    run(Processes(one, jobs), one)
    workers = {process: int(threads) for _, process, threads in begun(log)}
    assert len(workers) == jobs
    assert sum(workers.values()) <= max(cores(), jobs)


def test_the_first_trial_runs_alone_until_its_first_week_is_over(tmp_path):
    one = study(tmp_path, FakeEngine(seconds=2.0), "weeks=2", "replicates=1")
    watch = Watching()
    run(Processes(one, 2), one, watch)
    both = [weeks for weeks in watch.weeks if len(weeks) == 2]
    assert both
    assert all(weeks["hard-sell.p0.r0000"] >= 1 for weeks in both)


def test_a_trial_over_its_time_fails_after_the_week(tmp_path):
    changes = ("weeks=100", "replicates=1")
    one = study(tmp_path, FakeEngine(seconds=20.0), *changes, "limits.trial_minutes=0.01")
    for executor in (Serial(one), Processes(one, 2)):
        for outcome in run(executor, one).values():
            assert outcome.failure.stage == "limits"
            assert outcome.failure.reason.startswith("not through after 0.01 minutes: week ")


def test_a_trial_over_its_memory_fails_after_the_week(tmp_path):
    one = study(tmp_path, FakeEngine(), "replicates=1", "limits.trial_gib=0.01")
    for outcome in run(Serial(one), one).values():
        assert outcome.failure.stage == "limits"
        assert outcome.failure.reason.endswith("after week 1; 0.01 are allowed")


@pytest.mark.parametrize("limit", ["trial_minutes", "trial_gib"])
def test_a_worker_stuck_beyond_its_limits_is_ended_and_the_others_go_on(tmp_path, limit):
    one = study(tmp_path, FakeEngine(stuck=frozenset({"give-first.0"})), f"limits.{limit}=0.01")
    outcomes = run(Processes(one, 2), one)
    assert len(outcomes) == 6
    failure = outcomes["give-first.p0.r0000"].failure
    assert failure.stage == "limits"
    assert "its worker was ended" in failure.reason
    if limit == "trial_minutes":
        assert not outcomes["hard-sell.p0.r0002"].failure


def test_one_job_is_this_process_and_more_are_a_pool(tmp_path):
    one = study(tmp_path, FakeEngine())
    assert isinstance(open_executor(one, jobs=1), Serial)
    assert isinstance(open_executor(one, jobs=2), Processes)


@pytest.mark.parametrize("make", [Serial, lambda one: Processes(one, 2)])
def test_trials_that_would_be_the_same_are_not_run(tmp_path, monkeypatch, make):
    one = study(tmp_path, FakeEngine())
    key = one.experiment.trials()[0]
    with pytest.raises(ValueError, match="a trial is to be run twice"):
        run(make(one), one, keys=[key, key])
    monkeypatch.setattr(
        "simnet.lab.execution.seeds.stream_key", lambda seed, replicate, name: np.array([seed])
    )
    with pytest.raises(ValueError, match="two replicates have the same seed key"):
        run(make(one), one)
    assert not one.store.path.exists()


def test_no_two_trials_of_an_arm_share_a_seed_key(tmp_path):
    experiment = tiny(tmp_path, "replicates=1000", "sweep={market.needs_per_week: [0.01, 0.02]}")
    worlds = {(key.arm, key.point) for key in experiment.trials()}
    for arm, point in worlds:
        seed = experiment.world(arm, point).seed
        keys = np.array([stream_key(seed, r, name) for r in range(1000) for name in STREAMS])
        assert len(np.unique(keys, axis=0)) == 1000 * len(STREAMS)
