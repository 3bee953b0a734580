"""Run an experiment: the trials that are missing, into its results folder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError
from simnet.lab.forecast import Forecast, Sizes, forecast, sizes
from simnet.lab.identity import identity, refuse_other_study
from simnet.lab.manifest import Manifest
from simnet.lab.pool import NOT_STARTED, run_here, run_pool, shared_weeks
from simnet.lab.progress import Progress
from simnet.lab.store import Store, cannot_write
from simnet.lab.trials import Engine, forget_network
from simnet.lab.wording import counted
from simnet.lab.workers import Study

if TYPE_CHECKING:
    from simnet.lab.results import Results
    from simnet.spec import Experiment, TrialKey, WorldSpec

__all__ = ["plan", "run", "run_with"]


def run(
    experiment: Experiment,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
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
        The results folder; ``results/<name>`` if None. Trials found there are kept, if they belong
        to the same experiment; more replicates than before add trials.
    jobs
        Processes; 1 runs in this one, with all its threads. If None, one a core, as long as the
        trials and the memory suffice for that.
    progress
        Whether to show progress on standard error. A trial that fails is reported there in any
        case.

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
    """
    return run_with(Engine(), experiment, out=out, jobs=jobs, progress=progress)


def plan(
    experiment: Experiment, *, out: str | Path | None = None, jobs: int | None = None
) -> Forecast:
    """What `run` with the same arguments would take; nothing is written."""
    store = Store(_folder(experiment, out))
    worlds = _worlds(experiment)
    _check(store, identity(experiment, worlds.values()))
    there, missing = _split(store, experiment)
    return forecast(missing, len(there), sizes(worlds, Engine()), jobs)


def run_with(
    engine: Engine,
    experiment: Experiment,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
) -> Results:
    """`run`, on another engine than the living network."""
    from simnet.lab.results import Results

    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1; got {jobs}")
    store = Store(_folder(experiment, out))
    worlds = _worlds(experiment)
    wanted = identity(experiment, worlds.values())
    _check(store, wanted)
    engine.check(worlds.values())
    known = sizes(worlds, engine)
    with store.locked():
        _check(store, wanted)
        store.clear_temporaries()
        there, missing = _split(store, experiment)
        expected = forecast(missing, len(there), known, jobs)
        manifest = Manifest(store, experiment, wanted, len(missing), expected.jobs)
        manifest.begin()
        try:
            study = Study(experiment, store, engine)
            _run_missing(study, missing, known, expected, manifest, progress)
        finally:
            store.clear_temporaries()  # of workers that were ended in mid-write
            forget_network()
    return Results(store.path)


def _run_missing(
    study: Study,
    missing: Sequence[TrialKey],
    worlds: Sizes,
    expected: Forecast,
    manifest: Manifest,
    progress: bool,
) -> None:
    weeks_done = [NOT_STARTED] * len(missing) if expected.jobs == 1 else shared_weeks(len(missing))
    known = [worlds[key.arm, key.point] for key in missing]
    work, weeks = [size.seconds for size in known], [size.weeks for size in known]
    show = Progress(work, weeks, weeks_done, quiet=not progress)
    show.say(_opening(study.experiment, expected, study.store))
    if expected.jobs == 1:
        outcomes = run_here(study, missing, weeks_done, show.tick)
    else:
        outcomes = run_pool(study, missing, weeks_done, show.tick, expected.jobs)
    try:
        with closing(outcomes):
            for outcome in outcomes:
                show.trial_ended()
                if outcome.failure:
                    where = study.store.path / "failed" / f"{outcome.trial}.json"
                    show.failed(f"trial {outcome.trial} failed {outcome.failure} (see {where})")
        manifest.end()
    except KeyboardInterrupt:
        manifest.interrupt()
        raise
    except OSError as error:
        with suppress(OSError):
            manifest.interrupt()
        raise cannot_write(study.store.path, error) from error
    finally:
        show.close()


def _folder(experiment: Experiment, out: str | Path | None) -> Path:
    return Path("results", experiment.name) if out is None else Path(out)


def _worlds(experiment: Experiment) -> dict[tuple[str, int], WorldSpec]:
    """The world of every arm and point."""
    return {
        (arm, point): experiment.world(arm, point)
        for arm in experiment.arm_names
        for point in range(len(experiment.points))
    }


def _check(store: Store, wanted: dict[str, Any]) -> None:
    """Raise ResultsError unless the folder is free or holds trials of the `wanted` study."""
    if store.is_foreign():
        raise ResultsError(
            f"{store.path} is there already and holds no results of simnet; "
            "give another folder with -o"
        )
    manifest = store.read_json("manifest.json")
    if manifest is not None:
        refuse_other_study(store.path, manifest, wanted)


def _split(store: Store, experiment: Experiment) -> tuple[list[str], list[TrialKey]]:
    """Trials that are there, and those that are missing, in the experiment's order."""
    keys = experiment.trials()
    there = store.done([key.id for key in keys])
    done = set(there)
    return there, [key for key in keys if key.id not in done]


def _opening(experiment: Experiment, expected: Forecast, store: Store) -> str:
    arms, points = len(experiment.arm_names), len(experiment.points)
    swept = f" x {points} points" if points > 1 else ""
    text = (
        f"{experiment.name}: {counted(expected.trials, 'trial')} ({counted(arms, 'arm')}{swept} x "
        f"{counted(experiment.replicates, 'replicate')})"
    )
    if expected.trials_there == expected.trials:
        return f"{text}, all already in {store.path}"
    if expected.trials_there:
        text += f", {expected.trials_there} already in {store.path}: continuing"
    return f"{text}; {expected.jobs} at a time"
