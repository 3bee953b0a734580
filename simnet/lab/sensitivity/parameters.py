"""The parameters of a design, and where its points lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simnet.errors import ResultsError
from simnet.lab.sensitivity.resampling import Floats
from simnet.spec.designs import Range

if TYPE_CHECKING:
    from simnet.spec import Experiment

__all__ = ["DesignTable", "design_table"]


@dataclass(frozen=True, slots=True)
class DesignTable:
    """A design as an analysis reads it.

    Attributes
    ----------
    kind : str
        Of the design; grid for a sweep.
    names : tuple of str
        The parameters.
    places : ndarray of float64, shape (rows, parameters)
        Each from 0 to 1 over its range and on its scale, or over the values that occur where no
        range is declared. Of values without order (texts, true and false): numbered.
    ordered : tuple of bool
        Whether the values of a parameter have an order.
    points : tuple of int
        The number of the experiment's point that stands in each row.
    """

    kind: str
    names: tuple[str, ...]
    places: Floats
    ordered: tuple[bool, ...]
    points: tuple[int, ...]

    @property
    def ranked(self) -> Floats:
        """The places, nan for parameters without order."""
        return np.where(self.ordered, self.places, np.nan)


def design_table(experiment: Experiment) -> DesignTable:
    """The rows of an experiment's design.

    Raises
    ------
    ResultsError
        The experiment has one point only.
    """
    numbers = experiment.design_points.rows
    points = [experiment.points[number] for number in numbers]
    names = tuple(points[0])
    if len(experiment.points) < 2 or not names:
        raise ResultsError(
            f"{experiment.name} has one point only: without a design or a sweep there is nothing "
            "to be sensitive to"
        )
    design = experiment.design
    declared = getattr(design, "parameters", {})
    columns = [_column([point[name] for point in points], declared.get(name)) for name in names]
    return DesignTable(
        "grid" if design is None else design.kind,
        names,
        np.column_stack([places for places, _ in columns]),
        tuple(ordered for _, ordered in columns),
        numbers,
    )


def _column(values: Sequence[Any], declared: object) -> tuple[Floats, bool]:
    """Places of the values of one parameter, and whether they have an order."""
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        numbered = {value: number for number, value in enumerate(dict.fromkeys(values))}
        return np.array([numbered[value] for value in values], dtype=np.float64), False
    numbers = np.array(values, dtype=np.float64)
    if isinstance(declared, Range):
        ends = np.array([declared.low, declared.high], dtype=np.float64)
        if declared.scale == "log":
            numbers, ends = np.log(numbers), np.log(ends)
    else:
        ends = np.array([numbers.min(), numbers.max()])
    width = ends[1] - ends[0]
    return (numbers - ends[0]) / (width if width > 0 else 1.0), True
