"""Run an experiment: the trials that are missing, into its results folder."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simnet.lab.driver import Driver, driving
from simnet.lab.enough import Enough
from simnet.lab.execution import Engine, Executor, Study, open_executor
from simnet.lab.forecast import Forecast, forecast
from simnet.lab.inventory import keys_among, take_inventory
from simnet.lab.manifest import require_ours
from simnet.lab.progress import Progress
from simnet.lab.store import Store
from simnet.lab.wording import counted
from simnet.lab.worlds import look_at_worlds, refuse_other_trials

if TYPE_CHECKING:
    from simnet.lab.results import Results
    from simnet.spec import Experiment, TrialKey
    from simnet.spec.execution import Cluster
    from simnet.spec.origins import Origins

__all__ = ["plan", "run", "run_with"]


def run(
    experiment: Experiment,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
    keep_going: bool = True,
    dask: str | None = None,
    only: str | None = None,
    origins: Origins | None = None,
) -> Results:
    """Run every trial of an experiment that is not there yet, and open the results.

    A trial's tables are a function of the experiment, its arm, point and replicate alone: they are
    the same byte for byte whatever the number of jobs, the order, or how often the run was stopped
    and continued. Wall times are kept beside them.

    Parameters
    ----------
    experiment
        What `simnet.load` returns.
    out
        The results folder; ``results/<name>`` if None. Trials found there are kept if they were
        run with the same settings: arms, replicates, and points at the end of a design add trials.
    jobs
        Processes; 1 runs in this one, with all its threads. If None, one a core, as long as the
        trials and the memory suffice for that.
    progress
        Whether to show progress on standard error. A trial that fails is reported there in any
        case.
    keep_going
        Whether the others are run after a trial has failed.
    dask
        The address of a Dask scheduler whose workers run the trials, such as ``tcp://host:8786``.
        Without it and without `jobs`, they run on the cluster that the experiment names, if any.
    only
        The id of one trial, which is run anew, here, whether it is there or not; whether its bytes
        equal those that were there is said on standard error.

    origins
        Where the values of the experiment were written, as `simnet.spec.load_with_origins` gives
        them; kept beside it for `simnet why`.

    Returns
    -------
    Results
        Of all trials that are done. Those that failed are in `Results.failed`; they are tried
        again by the next run.

    Raises
    ------
    ResultsError
        The folder holds something else, cannot be written, or another run is writing to it.
    NetworkError, SpecError
        The network cannot be read from its file, a strategy cannot be imported; nothing was
        written.
    ValueError
        `only` is no trial of the experiment.
    """
    return run_with(
        Engine(),
        experiment,
        out=out,
        jobs=jobs,
        progress=progress,
        keep_going=keep_going,
        dask=dask,
        only=only,
        origins=origins,
    )


def plan(
    experiment: Experiment, *, out: str | Path | None = None, jobs: int | None = None
) -> Forecast:
    """What `run` with the same arguments would take; nothing is written.

    Where the experiment has goals, that is what is due first; it may come to ask for more.
    """
    store = Store(_folder(experiment, out))
    require_ours(store)
    worlds = look_at_worlds(experiment, Engine())
    there = take_inventory(store)
    refuse_other_trials(store, experiment, worlds, there)
    done = {key: there.whole[key.id] for key in keys_among(experiment, there.whole)}
    missing = [key for key in Enough(experiment, store).due(()) if key not in done]
    return forecast(missing, done, worlds.sizes, jobs=jobs, folder=store.path)


def run_with(
    engine: Engine,
    experiment: Experiment,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
    keep_going: bool = True,
    dask: str | None = None,
    only: str | None = None,
    only_failed: bool = False,
    origins: Origins | None = None,
) -> Results:
    """`run`, on another engine than the living network; `only_failed` leaves what is missing."""
    from simnet.lab.results import Results

    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1; got {jobs}")
    alone = None if only is None else experiment.trial(only)
    store = Store(_folder(experiment, out))
    require_ours(store)
    worlds = look_at_worlds(experiment, engine)
    study = Study(experiment, engine, store, worlds.fingerprint)
    show = Progress(worlds.size, quiet=not progress)
    with closing(show), driving(study, store, worlds, show, origins) as driver:
        if alone is not None:
            _run_anew(driver, study, alone, show, store)
        else:
            where = _Where(jobs, dask, experiment.cluster if jobs is None else None)
            due = [key for key in driver.due() if key in driver.failed or not only_failed]
            _run_due(driver, study, store, where, due, only_failed, keep_going)
    return Results(store.path, experiment)


def _run_due(
    driver: Driver,
    study: Study,
    store: Store,
    where: _Where,
    due: list[TrialKey],
    only_these: bool,
    keep_going: bool,
) -> None:
    """Run the trials that are due, and unless it is `only_these`, what becomes due by them."""
    expected = driver.forecast(due, jobs=where.jobs)
    with driver.session(due, where.text(expected)):
        driver.say(_opening(study.experiment, expected, where, store))
        if expected.shortage:
            driver.say(expected.shortage)
        if due:
            batches = [due] if only_these else driver.batches()
            go_on = keep_going and study.experiment.limits.keep_going
            driver.run(where.executor(study, expected), batches, keep_going=go_on)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where trials are run: on so many processes here, or on a cluster."""

    jobs: int | None
    dask: str | None
    cluster: Cluster | None

    def text(self, expected: Forecast) -> str:
        if self.dask is not None:
            return f"on {self.dask}"
        if self.cluster is not None:
            return f"on a {self.cluster.kind} cluster"
        return f"{expected.jobs} at a time"

    def executor(self, study: Study, expected: Forecast) -> Executor:
        return open_executor(study, jobs=expected.jobs, dask=self.dask, cluster=self.cluster)


def _run_anew(driver: Driver, study: Study, key: TrialKey, show: Progress, store: Store) -> None:
    """Run one trial whether it is there or not, and say whether its bytes are those there were."""
    before = store.read_parts(key.id)
    with driver.session([key], "alone"):
        driver.run(open_executor(study, jobs=1), [[key]])
    after = store.read_parts(key.id)
    if key in driver.done:
        show.say(f"{key.id} {_compared(before, after)}")


def _compared(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    if not before:
        return "is there now; it was not before"
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if changed:
        return f"is not what was there: {', '.join(changed)} differ"
    return f"is byte for byte what was there, in all {len(after)} parts"


def _folder(experiment: Experiment, out: str | Path | None) -> Path:
    return Path("results", experiment.name) if out is None else Path(out)


def _opening(experiment: Experiment, expected: Forecast, where: _Where, store: Store) -> str:
    arms, points = len(experiment.arm_names), len(experiment.points)
    swept = f" x {points} points" if points > 1 else ""
    times = f" x {counted(experiment.replicates, 'replicate')}"
    often = ", until enough is known" if experiment.until else times
    text = (
        f"{experiment.name}: {counted(expected.trials, 'trial')} "
        f"({counted(arms, 'arm')}{swept}{often})"
    )
    if expected.trials_there == expected.trials:
        return f"{text}, all already in {store.path}"
    if expected.trials_there:
        text += f", {expected.trials_there} already in {store.path}: continuing"
    return f"{text}; {where.text(expected)}"
