"""The sensitivity of a measure of a study to the parameters of its design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.errors import ResultsError
from simnet.lab.sensitivity.morris import morris
from simnet.lab.sensitivity.noise import noise_share
from simnet.lab.sensitivity.outcomes import MeasuredStudy, outcomes
from simnet.lab.sensitivity.parameters import DesignTable, design_table
from simnet.lab.sensitivity.pawn import pawn
from simnet.lab.sensitivity.ranks import rank_correlations, regional
from simnet.lab.sensitivity.resampling import Floats, Interval
from simnet.lab.sensitivity.sobol import sobol

__all__ = ["METHODS", "Sensitivity", "sensitivity"]

Analysis = Callable[[Floats, DesignTable, float], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Indices of each parameter.

    Attributes
    ----------
    measure, arm, versus
        What was analysed: a measure of an arm, or of its paired difference from another.
    method : str
        sobol, morris, pawn or ranks.
    table : DataFrame
        One row a parameter and index: parameter, index, value, low, high and what the method has
        besides; see `sobol`, `morris`, `pawn`, `rank_correlations` and `regional`.
    noise : Interval
        Share of the variance between the points' means that is noise between replicates.
    points, replicates : int
        How many lie behind it.
    level : float
        Of the intervals.
    """

    measure: str
    arm: str
    versus: str | None
    method: str
    table: pd.DataFrame
    noise: Interval
    points: int
    replicates: int
    level: float

    @property
    def of(self) -> str:
        """What was analysed, in words."""
        return f"{self.measure} of {self.arm}" + (f" less {self.versus}" if self.versus else "")


def sensitivity(
    results: MeasuredStudy,
    measure: str,
    *,
    arm: str,
    versus: str | None = None,
    method: str | None = None,
    level: float = 0.95,
) -> Sensitivity:
    """How strongly each parameter of a study's design moves one of its measures.

    Parameters
    ----------
    results
        A study whose experiment has a design or a sweep.
    measure
        One of its measures.
    arm
        The arm that is looked at.
    versus
        Analyse the paired difference of `arm` from this arm.
    method
        sobol (needs a saltelli design), morris (needs a morris design), pawn or ranks (any design
        but morris). If None, what the design was made for; else pawn.
    level
        Of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        No such arm, measure or method, or a level outside (0, 1).
    ResultsError
        The design is not of the kind that the method needs or has too few points for it, or trials
        are missing or failed; the points are listed.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be a probability in (0, 1); got {level!r}")
    design = design_table(results.experiment)
    chosen = _default(design) if method is None else method
    if chosen not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    by_point = outcomes(results, measure, arm=arm, versus=versus)
    values = by_point[list(design.points)]
    points, replicates = by_point.shape
    return Sensitivity(
        measure,
        arm,
        versus,
        chosen,
        METHODS[chosen](values, design, level),
        noise_share(by_point, level=level),
        points,
        replicates,
        level,
    )


def _default(design: DesignTable) -> str:
    return {"saltelli": "sobol", "morris": "morris"}.get(design.kind, "pawn")


def _sobol(values: Floats, design: DesignTable, level: float) -> pd.DataFrame:
    _require("saltelli", design, "Sobol' indices")
    return sobol(values, design.names, level=level)


def _morris(values: Floats, design: DesignTable, level: float) -> pd.DataFrame:
    _require("morris", design, "elementary effects")
    return morris(values, design.places, design.names, level=level)


def _pawn(values: Floats, design: DesignTable, level: float) -> pd.DataFrame:
    rows = _sample(design, fewest=20)
    return pawn(values[rows], design.places[rows], design.names, level=level)


def _ranks(values: Floats, design: DesignTable, level: float) -> pd.DataFrame:
    rows = _sample(design, fewest=5)
    places = design.ranked[rows]
    return pd.concat(
        [
            rank_correlations(values[rows], places, design.names, level=level),
            regional(values[rows], places, design.names),
        ],
        ignore_index=True,
    )


METHODS: dict[str, Analysis] = {
    "sobol": _sobol,
    "morris": _morris,
    "pawn": _pawn,
    "ranks": _ranks,
}


def _require(kind: str, design: DesignTable, what: str) -> None:
    if design.kind != kind:
        raise ResultsError(
            f"{what} need a {kind} design; this study has a {design.kind} design, for which there "
            "are --method pawn and --method ranks"
        )


def _sample(design: DesignTable, *, fewest: int) -> NDArray[np.int64]:
    """Rows that stand for the ranges as a whole: of a Saltelli design, A and B."""
    rows = np.arange(len(design.points))
    if len(rows) < fewest:
        raise ResultsError(
            f"this method needs at least {fewest} points to say anything; there are {len(rows)}"
        )
    if design.kind == "morris":
        raise ResultsError(
            "the points of a morris design are no sample of the ranges; use --method morris"
        )
    if design.kind != "saltelli":
        return rows
    within = rows % (len(design.names) + 2)
    return np.flatnonzero((within == 0) | (within == len(design.names) + 1))
