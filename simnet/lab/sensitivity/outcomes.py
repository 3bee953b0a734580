"""The values of a measure at every point and replicate of a study, or a word on what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from simnet.errors import ResultsError
from simnet.lab.sensitivity.resampling import Floats

if TYPE_CHECKING:
    from pathlib import Path

    from simnet.spec import Experiment

__all__ = ["MeasuredStudy", "outcomes"]

MOST_LISTED = 20


class MeasuredStudy(Protocol):
    """What of a results folder is read here."""

    @property
    def path(self) -> Path: ...
    @property
    def experiment(self) -> Experiment: ...
    @property
    def measures(self) -> pd.DataFrame: ...


def outcomes(
    results: MeasuredStudy, measure: str, *, arm: str, versus: str | None = None
) -> Floats:
    """Values of a measure in one arm, or its differences from another, replicate by replicate.

    Returns
    -------
    ndarray of float64, shape (points, replicates)

    Raises
    ------
    ValueError
        No such arm or measure.
    ResultsError
        Trials are missing or failed, or the measure is undefined in some; says at which points.
    """
    values = _of_arm(results, measure, arm)
    return values if versus is None else values - _of_arm(results, measure, versus)


def _of_arm(results: MeasuredStudy, measure: str, arm: str) -> Floats:
    experiment = results.experiment
    if arm not in experiment.arm_names:
        raise ValueError(f"{arm!r} is not an arm; the arms are {', '.join(experiment.arm_names)}")
    measures = results.measures
    of_arm = measures[measures["arm"] == arm]
    _refuse_missing(results, of_arm, arm)
    chosen = of_arm[of_arm["measure"] == measure]
    if chosen.empty:
        known = ", ".join(map(str, measures["measure"].unique()))
        raise ValueError(f"{measure!r} was not measured; measured were {known}")
    values = chosen.pivot(index="point", columns="replicate", values="value")
    undefined = values.index[~np.isfinite(values.to_numpy(np.float64)).all(axis=1)]
    if len(undefined):
        raise ResultsError(
            f"{measure} is undefined in some trials of arm {arm} at {_listed(undefined)}; choose "
            "another measure, or a design that stays where it is defined"
        )
    return values.to_numpy(np.float64)


def _refuse_missing(results: MeasuredStudy, of_arm: pd.DataFrame, arm: str) -> None:
    """Raise ResultsError unless every trial of the arm is there."""
    experiment = results.experiment
    done = of_arm.groupby("point")["replicate"].nunique()
    wanted = experiment.replicates
    done = done.reindex(range(len(experiment.points)), fill_value=0)
    missing = done.index[done < wanted]
    if len(missing):
        trials = int((wanted - done).sum())
        raise ResultsError(
            f"{trials} of {wanted * len(done)} trials of arm {arm} are missing or failed, at "
            f"{_listed(missing)}; an analysis needs them all: simnet resume {results.path} "
            "runs them"
        )


def _listed(points: Iterable[int]) -> str:
    numbers = [str(point) for point in points]
    shown = ", ".join(numbers[:MOST_LISTED])
    more = len(numbers) - MOST_LISTED
    return f"point{'s' * (len(numbers) > 1)} {shown}" + (f" and {more} more" if more > 0 else "")
