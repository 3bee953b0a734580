"""Points run as a study of the lab, which survives being stopped like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simnet.errors import ResultsError, SpecError
from simnet.lab.calibration.fitting import fit
from simnet.lab.calibration.outcome import Calibration
from simnet.lab.frames import write_frame

if TYPE_CHECKING:
    from simnet.lab import Results
    from simnet.spec import Experiment

__all__ = ["StudyRuns", "calibrate", "calibration_folder", "write_calibration"]

ANEW = "anew"


class StudyRuns:
    """Runs points in a results folder, where those of earlier calls stay.

    The folder holds a study of its own: the experiment at all points that were asked for, in the
    order in which they were. Asked for again, also by another process, they are read from there.

    Parameters
    ----------
    experiment
        With its arms and replicates.
    folder
        The results folder.
    replicates
        Which of the experiment's replicates are given back; all if None.
    jobs, progress
        As `simnet.run` takes them.
    """

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        *,
        replicates: range | None = None,
        jobs: int | None = None,
        progress: bool = False,
    ) -> None:
        self._experiment = experiment.model_copy(update={"calibrate": None, "until": ()})
        self._folder = folder
        self._replicates = range(experiment.replicates) if replicates is None else replicates
        self._jobs = jobs
        self._progress = progress
        self._points: list[dict[str, Any]] = []
        self._measures: dict[int, pd.DataFrame] = {}
        if (folder / "manifest.json").exists():
            self._take_up()

    def __call__(self, points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """One row a point (by its place in `points`), arm, replicate and measure.

        Raises
        ------
        ResultsError
            A trial failed, or the folder cannot be used.
        """
        wanted = [dict(point) for point in points]
        new = [point for point in wanted if point not in self._points]
        if new:
            self._points += new
            self._run()
        numbers = [self._points.index(point) for point in wanted]
        return pd.concat(
            [self._measures[number].assign(point=place) for place, number in enumerate(numbers)],
            ignore_index=True,
        )

    def _take_up(self) -> None:
        """Go on from the points that are in the folder."""
        from simnet import lab

        self._points = [dict(point) for point in lab.open_results(self._folder).experiment.points]
        self._run()

    def _run(self) -> None:
        from simnet import lab

        results = lab.run(
            self._experiment.at(self._points),
            out=self._folder,
            jobs=self._jobs,
            progress=self._progress,
        )
        _refuse_failures(results)
        new = range(len(self._measures), len(self._points))
        measures = results.table("measures", point=new, replicate=self._replicates)
        self._measures |= {number: measures[measures["point"] == number] for number in new}


def calibrate(
    experiment: Experiment,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
) -> Calibration:
    """Fit the parameters under `calibrate:` in an experiment file to its targets.

    The trials are kept in a results folder; a calibration that was stopped, or is given more
    points, goes on from there. The point of smallest deviance is run again in as many replicates
    that the fit never saw, in the folder `anew` within.

    Parameters
    ----------
    experiment
        What `simnet.load` returns, with `calibrate:` in it.
    out
        The results folder; ``results/<name>-calibration`` if None.
    jobs, progress
        As `simnet.run` takes them.

    Raises
    ------
    SpecError
        The experiment has no `calibrate:`, or cannot be run somewhere in the ranges.
    ResultsError
        A trial failed, a target was not measured, or the folder cannot be used.
    """
    if experiment.calibrate is None:
        raise SpecError.of("calibrate is missing: there is nothing to fit", name=experiment.name)
    folder = calibration_folder(experiment, out)
    replicates = experiment.replicates
    runs = StudyRuns(experiment, folder, jobs=jobs, progress=progress)
    anew = StudyRuns(
        experiment.model_copy(update={"replicates": 2 * replicates}),
        folder / ANEW,
        replicates=range(replicates, 2 * replicates),
        jobs=jobs,
        progress=progress,
    )
    return fit(experiment.calibrate, runs, anew=anew, seed=experiment.seed)


def calibration_folder(experiment: Experiment, out: str | Path | None = None) -> Path:
    """Where the trials of a calibration are kept."""
    return Path("results", f"{experiment.name}-calibration") if out is None else Path(out)


def write_calibration(found: Calibration, folder: Path) -> list[Path]:
    """Write the tables of a calibration into `folder`, as Parquet and CSV, and return the files."""
    tables = {
        "fitted": found.fitted,
        "targets": found.targets,
        "points": found.points,
        "posterior" if found.bayesian else "profiles": found.likely,
        "correlation": found.correlation,
    }
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name, table in tables.items() for file in write_frame(table, folder / name)]


def _refuse_failures(results: Results) -> None:
    failed = results.failed
    if len(failed):
        first = failed.iloc[0]
        raise ResultsError(
            f"{len(failed)} trials failed, first {first['trial']} ({first['reason']}); a "
            "calibration needs them all: the same command tries them again"
        )
