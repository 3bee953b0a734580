r"""How far the model is from the targets at a point: runs asked for, kept, and counted.

The deviance at a point is

.. math:: D = \sum_k \left(\frac{\bar y_k - v_k}{\sigma_k}\right)^2, \qquad
          \sigma_k^2 = \mathrm{spread}_k^2 + s_k^2 / R

over the targets k that are not said to be predicted, with the mean over R replicates of the
target's measure, its value, its sd or tolerance, and the variance between replicates: the model's
own mean is known no better than that. All points see the same replicates (common random numbers),
so that points differ by their parameters and not by luck. The variance between replicates is taken
from the nearest tenth of the first points (three at least) and then stays, so that deviances can
be compared. A point at which a measure is undefined counts as 1,000 sigma away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simnet.errors import ResultsError
from simnet.lab.calibration.space import Floats, Space

if TYPE_CHECKING:
    from simnet.spec.calibration import Target

__all__ = ["BudgetSpent", "Distance", "Simulate", "of_targets"]

# Of points (values by dotted key) a frame: point (its place), arm, replicate, measure, value.
Simulate = Callable[[Sequence[Mapping[str, Any]]], pd.DataFrame]

UNDEFINED = 1_000.0
NEAREST_SHARE = 0.1
FEWEST_NEAREST = 3


class BudgetSpent(Exception):
    """No further point may be run."""


class Distance:
    """Distances from the targets, at points that are run when first asked for.

    Parameters
    ----------
    space
        The parameters.
    targets
        All of them, those said to be predicted too.
    simulate
        Runs points; see `Simulate`.
    budget
        How many different points may be run.
    """

    def __init__(
        self, space: Space, targets: Sequence[Target], simulate: Simulate, budget: int
    ) -> None:
        self.space = space
        self.targets = tuple(targets)
        self._simulate = simulate
        self._left = budget
        self._found: dict[tuple[Any, ...], Floats] = {}  # (targets, replicates) by values
        self._places: list[Floats] = []  # where each of them was first asked for
        self._variance: Floats | None = None

    def run(self, places: Floats) -> Floats:
        """Values of the targets' measures: shape (places, targets, replicates).

        Raises
        ------
        BudgetSpent
            So many new points may not be run; as many as may be have been.
        ResultsError
            A target's measure was not measured.
        """
        keys = [tuple(self.space.point(place).values()) for place in places]
        new = {
            key: place for key, place in zip(keys, places, strict=True) if key not in self._found
        }
        allowed = list(new)[: self._left]
        if allowed:
            named = [dict(zip(self.space.names, values, strict=True)) for values in allowed]
            found = of_targets(self._simulate(named), self.targets, len(named))
            self._found |= dict(zip(allowed, found, strict=True))
            self._places += [new[key] for key in allowed]
            self._left -= len(allowed)
        if len(allowed) < len(new):
            raise BudgetSpent
        return np.array([self._found[key] for key in keys])

    def settle(self) -> None:
        """Take the variance between replicates from the points run so far."""
        values = np.array(list(self._found.values()))
        if values.shape[2] == 1:
            self._variance = np.zeros(len(self.targets))
            return
        away = np.square(self._standardised(values.mean(axis=2), self._spread())).sum(axis=1)
        count = max(FEWEST_NEAREST, round(NEAREST_SHARE * len(values)))
        nearest = values[np.argsort(away, kind="stable")[:count]]
        variances = nearest.var(axis=2, ddof=1)
        self._variance = np.nan_to_num(np.nanmean(variances, axis=0)) / values.shape[2]

    @property
    def sigma(self) -> Floats:
        """Of each target; the error of the model's mean is in it once `settle` was called."""
        added = 0.0 if self._variance is None else self._variance
        return np.sqrt(self._spread() ** 2 + added)

    def residuals(self, places: Floats) -> Floats:
        """Standardised differences from the fitted targets: shape (places, fitted targets)."""
        return self._standardised(self.run(places).mean(axis=2), self.sigma)

    def deviance(self, places: Floats) -> Floats:
        """Sum of the squared residuals at each place."""
        return np.asarray(np.square(self.residuals(places)).sum(axis=1))

    @property
    def fitted(self) -> list[int]:
        """Places of the targets that are fitted."""
        return [place for place, target in enumerate(self.targets) if not target.predicted]

    @property
    def places(self) -> Floats:
        """Where points were run, in the order in which they were: shape (points, d)."""
        return np.array(self._places)

    def means(self) -> Floats:
        """Mean of each target's measure at each point run: shape (points, targets)."""
        return np.asarray(np.array(list(self._found.values())).mean(axis=2))

    def best(self) -> Floats:
        """The place with the smallest deviance of all that were run."""
        return np.asarray(self.places[np.argmin(self.deviance(self.places))])

    def table(self) -> pd.DataFrame:
        """All points run so far: their values, the mean of each target's measure, the deviance."""
        table = pd.DataFrame(list(self._found), columns=list(self.space.names))
        for target, means in zip(self.targets, self.means().T, strict=True):
            table[".".join(filter(None, (target.measure, target.arm)))] = means
        table["deviance"] = self.deviance(self.places)
        return table.rename_axis("point").reset_index()

    def _spread(self) -> Floats:
        return np.array([target.spread for target in self.targets])

    def _standardised(self, means: Floats, sigma: Floats) -> Floats:
        wanted = np.array([target.value for target in self.targets])
        away = (means - wanted) / sigma
        return np.asarray(np.where(np.isnan(away), UNDEFINED, away)[:, self.fitted])


def of_targets(measures: pd.DataFrame, targets: Sequence[Target], points: int) -> Floats:
    """The values of each target's measure: shape (points, targets, replicates).

    Raises
    ------
    ResultsError
        A target's measure was not measured in its arm.
    """
    found = [_wide(measures, target) for target in targets]
    return np.stack([wide.reindex(range(points)).to_numpy(np.float64) for wide in found], axis=1)


def _wide(measures: pd.DataFrame, target: Target) -> pd.DataFrame:
    arm = measures["arm"].iloc[0] if target.arm is None else target.arm
    chosen = measures[(measures["measure"] == target.measure) & (measures["arm"] == arm)]
    if chosen.empty:
        raise ResultsError(f"{target.measure} was not measured in arm {arm}, and is a target")
    return chosen.pivot(index="point", columns="replicate", values="value")
