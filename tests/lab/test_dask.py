"""Trials on a real Dask scheduler and worker processes, on loopback, which come and go."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from studies import parts
from test_execution import Watching, begun, outcomes_of, run, study
from test_faults import group_lives, within

import simnet
from simnet.errors import ResultsError, SpecError
from simnet.lab.execution import Engine, open_executor
from simnet.lab.execution.clusters import slurm_options, start_cluster
from simnet.lab.execution.dask import Dask
from simnet.lab.execution.serial import Serial
from simnet.spec.execution import Cluster

pytest.importorskip("distributed")

HERE = Path(__file__).parent
PATHS = os.pathsep.join([str(Path(simnet.__file__).parents[1]), str(HERE)])


@dataclass
class Loopback:
    """A scheduler and workers, each a process; both can be killed and started again."""

    folder: Path
    port: int = 0
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        options = ("--host", self.address, "--no-dashboard", "--dashboard-address", ":0")
        self.scheduler = self._process("scheduler", *options)

    def start_workers(self, count: int, *, threads: int = 1) -> None:
        for _ in range(count):
            options = ("--no-nanny", "--no-dashboard", "--nthreads", str(threads))
            self.workers.append(self._process("worker", self.address, *options))

    def end(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def _process(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{what}.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", what, *options],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": PATHS},
                stderr=log,
            )


@pytest.fixture
def loopback(tmp_path) -> Iterator[Loopback]:
    cluster = Loopback(tmp_path)
    cluster.start_scheduler()
    try:
        yield cluster
    finally:
        cluster.end()


@pytest.fixture
def undisturbed(tmp_path):
    one = study(tmp_path, FakeEngine(), out="undisturbed")
    run(Serial(one), one)
    return parts(tmp_path / "undisturbed")


def test_the_parts_are_those_of_a_run_here(tmp_path, loopback, undisturbed):
    loopback.start_workers(2)
    log = tmp_path / "log"
    one = study(tmp_path, FakeEngine(seconds=0.2, log=log))
    outcomes = run(Dask(one, loopback.address), one)
    assert not any(outcome.failure for outcome in outcomes.values())
    assert parts(tmp_path / "out") == undisturbed
    processes = {int(process) for _, process, _ in begun(log)}
    assert processes == {worker.pid for worker in loopback.workers}


@pytest.mark.slow
def test_the_living_network_is_the_same_byte_for_byte_on_a_cluster(tmp_path, loopback):
    loopback.start_workers(1)
    loopback.start_workers(1, threads=2)
    for name, make in (("here", Serial), ("there", lambda one: Dask(one, loopback.address))):
        one = study(tmp_path, Engine(), "weeks=8", "replicates=2", out=name)
        assert not [o for o in run(make(one), one).values() if o.failure]
    assert parts(tmp_path / "here") == parts(tmp_path / "there")


def test_a_worker_killed_in_mid_trial_loses_nothing(tmp_path, loopback, undisturbed):
    loopback.start_workers(2)
    log = tmp_path / "log"
    engine = FakeEngine(seconds=0.2, deadly_once={"give-first.1": tmp_path / "killed"}, log=log)
    one = study(tmp_path, engine)
    outcomes = run(Dask(one, loopback.address), one)
    assert not any(outcome.failure for outcome in outcomes.values())
    assert [name for name, _, _ in begun(log)].count("give-first.1") == 2
    assert parts(tmp_path / "out") == undisturbed


def test_a_trial_that_loses_two_workers_has_failed_and_the_others_go_on(
    tmp_path, loopback, undisturbed
):
    loopback.start_workers(3)
    one = study(tmp_path, FakeEngine(deadly=frozenset({"give-first.1"})))
    outcomes = run(Dask(one, loopback.address), one)
    failures = {name: outcome.failure for name, outcome in outcomes.items() if outcome.failure}
    assert {name: failure.stage for name, failure in failures.items()} == {
        "give-first.p0.r0001": "worker"
    }
    assert len(parts(tmp_path / "out")) == len(undisturbed) * 5 // 6
    assert parts(tmp_path / "out").items() <= undisturbed.items()


class Mending(Watching):
    """Brings the scheduler and its workers back once it is told that they are lost."""

    def __init__(self, loopback):
        super().__init__()
        self.loopback = loopback

    def say(self, text):
        super().say(text)
        if "is lost; waiting up to 300 s" in text:
            self.loopback.start_scheduler()
            self.loopback.start_workers(2)


def test_a_scheduler_that_is_lost_is_waited_for(tmp_path, loopback, undisturbed):
    loopback.start_workers(2)
    one = study(tmp_path, FakeEngine(seconds=0.5))
    watch = Mending(loopback)
    executor = Dask(one, loopback.address)
    with executor, closing(outcomes_of(executor, one, watch)) as outcomes:
        assert next(outcomes).failure is None
        loopback.end()
        assert not any(outcome.failure for outcome in outcomes)
    assert any("is lost; waiting up to 300 s" in text for text in watch.said)
    assert parts(tmp_path / "out") == undisturbed


def test_a_scheduler_that_is_back_before_it_is_missed_loses_nothing(
    tmp_path, loopback, undisturbed
):
    loopback.start_workers(2)
    one = study(tmp_path, FakeEngine(seconds=0.5))
    executor = Dask(one, loopback.address)
    with executor, closing(outcomes_of(executor, one)) as outcomes:
        assert next(outcomes).failure is None
        loopback.end()
        loopback.start_scheduler()
        loopback.start_workers(2)
        assert not any(outcome.failure for outcome in outcomes)
    assert parts(tmp_path / "out") == undisturbed


def test_a_scheduler_that_does_not_come_back_ends_the_run_with_a_sentence(
    tmp_path, loopback, monkeypatch
):
    loopback.start_workers(1)
    one = study(tmp_path, FakeEngine(seconds=0.2))
    executor = Dask(one, loopback.address, patience_s=0.5)
    with executor, closing(outcomes_of(executor, one)) as outcomes:
        next(outcomes)
        loopback.end()
        monkeypatch.setattr("simnet.lab.execution.dask._CONNECT_S", 1.0)
        with pytest.raises(ResultsError, match="is lost; the same command continues"):
            list(outcomes)


def test_a_worker_that_missed_the_study_is_sent_it_again(tmp_path, loopback, undisturbed):
    loopback.start_workers(1)
    one = study(tmp_path, FakeEngine())
    with Dask(one, loopback.address) as executor:
        executor._client.run(forget_studies)
        assert not any(outcome.failure for outcome in outcomes_of(executor, one))
    assert parts(tmp_path / "out") == undisturbed


def forget_studies():
    from simnet.lab.execution import remote

    remote._studies.clear()


def test_workers_that_come_later_are_used(tmp_path, loopback, undisturbed):
    one = study(tmp_path, FakeEngine())
    executor = Dask(one, loopback.address)
    with executor, closing(outcomes_of(executor, one)) as outcomes:
        loopback.start_workers(2)
        assert not any(outcome.failure for outcome in outcomes)
    assert parts(tmp_path / "out") == undisturbed


CLIENT = """\
import sys
from pathlib import Path
from test_execution import run, study
from fake_engine import FakeEngine
from simnet.lab.execution.dask import Dask

one = study(Path(), FakeEngine(seconds=0.3))
missing = [key for key in one.experiment.trials() if not one.store.part("trials", key.id).exists()]
print(len(missing))
run(Dask(one, sys.argv[1]), one, keys=missing)
"""


def test_a_client_that_goes_away_and_comes_back_ends_in_the_same_tables(
    tmp_path, loopback, undisturbed
):
    loopback.start_workers(2)
    command = [sys.executable, "-c", CLIENT, loopback.address]
    environment = {**os.environ, "PYTHONPATH": PATHS}
    client = subprocess.Popen(command, cwd=tmp_path, env=environment)
    assert within(60, lambda: len(list(tmp_path.glob("out/trials/[!.]*"))) >= 2)
    client.send_signal(signal.SIGKILL)
    client.wait()
    done = len(list(tmp_path.glob("out/trials/[!.]*")))
    assert 2 <= done < 6
    again = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert again.stdout == f"{6 - done}\n"
    assert parts(tmp_path / "out") == undisturbed


def test_a_worker_with_another_version_ends_the_run_with_a_sentence(
    tmp_path, loopback, monkeypatch
):
    loopback.start_workers(1)
    monkeypatch.setattr("simnet.__version__", "0.0.7")
    one = study(tmp_path, FakeEngine())
    with pytest.raises(ResultsError, match=r"has simnet .* and this is 0\.0\.7 with"):
        run(Dask(one, loopback.address), one)


def test_no_scheduler_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("simnet.lab.execution.dask._CONNECT_S", 0.5)
    with (
        pytest.raises(ResultsError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        Dask(study(tmp_path, FakeEngine()), "tcp://127.0.0.1:9"),
    ):
        pass


def test_without_dask_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    one = study(tmp_path, FakeEngine())
    with (
        pytest.raises(ResultsError, match=r"pip install 'simnet\[cluster\]'"),
        open_executor(one, jobs=None, dask="tcp://127.0.0.1:9"),
    ):
        pass


def test_a_failed_trial_brings_its_traceback_home(tmp_path, loopback):
    loopback.start_workers(1)
    one = study(tmp_path, FakeEngine(failing=frozenset({"hard-sell.0"})), "replicates=1")
    outcomes = run(Dask(one, loopback.address), one)
    failure = outcomes["hard-sell.p0.r0000"].failure
    assert failure.stage == "simulate"
    assert "RuntimeError: hard-sell.0 was told to fail" in failure.traceback
    assert outcomes["give-first.p0.r0000"].failure is None


def test_a_slurm_worker_is_asked_for_as_the_settings_say():
    options = slurm_options(
        Cluster(
            kind="slurm",
            cores=4,
            memory="8GiB",
            walltime="02:30:00",
            queue="short",
            account="p123",
            prologue=("module load python", "source ~/simnet/bin/activate"),
        )
    )
    script = f"""
from dask_jobqueue import SLURMCluster
with SLURMCluster(**{options!r}) as cluster:
    print(cluster.job_script())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    lines = done.stdout.splitlines()
    for line in (
        "#SBATCH -J simnet",
        "#SBATCH -p short",
        "#SBATCH -A p123",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH -t 02:30:00",
        "source ~/simnet/bin/activate",
    ):
        assert line in lines
    (command,) = [line for line in lines if "dask_worker" in line]
    assert "--nthreads 4" in command
    assert "--memory-limit 8.00GiB" in command


STARTING = """\
import sys
from pathlib import Path
from test_execution import run, study
from fake_engine import FakeEngine
from simnet.lab.execution import open_executor
from simnet.spec.execution import Cluster

one = study(Path(), FakeEngine(deadly_once={"give-first.1": Path("killed").absolute()}))
cluster = Cluster(kind=sys.argv[1], workers=2, memory="1GiB")
outcomes = run(open_executor(one, jobs=None, cluster=cluster), one)
assert not any(outcome.failure for outcome in outcomes.values())
"""


def starting(folder: Path, kind: str, **environment: str) -> None:
    """Run a study on a cluster that is started for it, and see that nothing stays behind."""
    script = folder / "script.py"
    script.write_text(STARTING)
    client = subprocess.Popen(
        [sys.executable, str(script), kind],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": PATHS, **environment},
        start_new_session=True,
    )
    assert client.wait(timeout=180) == 0
    assert within(20, lambda: not group_lives(client.pid))
    assert (folder / "killed").exists()


@pytest.mark.slow
def test_a_cluster_on_this_machine_is_started_and_ended(tmp_path, undisturbed):
    starting(tmp_path, "local")
    assert parts(tmp_path / "out") == undisturbed


SBATCH = """\
#!/bin/sh
cp "$1" "$JOBS/script.$$"
setsid sh "$JOBS/script.$$" >> "$JOBS/log" 2>&1 &
echo $! >> "$JOBS/submitted"
echo "Submitted batch job $!"
"""
SCANCEL = """\
#!/bin/sh
kill -9 -- "-$1"
"""


@pytest.mark.slow
def test_slurm_workers_are_submitted_and_cancelled(tmp_path, undisturbed):
    commands, jobs = tmp_path / "commands", tmp_path / "jobs"
    commands.mkdir()
    jobs.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (commands / name).write_text(text)
        (commands / name).chmod(0o755)
    starting(tmp_path, "slurm", PATH=f"{commands}:{os.environ['PATH']}", JOBS=str(jobs))
    assert parts(tmp_path / "out") == undisturbed
    submitted = (jobs / "submitted").read_text().split()
    assert len(submitted) >= 2
    assert within(20, lambda: not any(map(still_runs, submitted)))


def still_runs(job: str) -> bool:
    """Whether a process of this group is left, other than one nobody has waited for."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            state, _, group = file.read_text().rpartition(")")[2].split()[:3]
            if group == job and state != "Z":
                return True
    return False


def test_ssh_needs_a_host_for_the_scheduler_and_one_for_workers():
    with pytest.raises(SpecError, match=r"cluster\.hosts must name the scheduler's host"):
        start_cluster(Cluster(kind="ssh", hosts=("one",)))
