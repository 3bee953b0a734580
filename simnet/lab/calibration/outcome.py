"""What a calibration found: tables, and what they say in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

__all__ = [
    "IDENTIFIED",
    "NOT_EXAMINED",
    "NOT_IDENTIFIED",
    "NO_LOWER_BOUND",
    "NO_UPPER_BOUND",
    "Calibration",
    "verdict",
]

IDENTIFIED = "identified"
NOT_IDENTIFIED = "not identified"
NO_LOWER_BOUND = "no lower bound"
NO_UPPER_BOUND = "no upper bound"
NOT_EXAMINED = "not examined"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted parameters with what the targets say of each, never a point alone.

    Attributes
    ----------
    method : str
        How the parameters were sought.
    level : float
        Of the intervals.
    fitted : DataFrame
        One row a parameter: parameter, value (at the smallest deviance, or the median of the
        posterior), low, high (nan where the targets do not bound it), range_low, range_high,
        scale, verdict (identified, no lower bound, no upper bound, not identified, not examined).
    targets : DataFrame
        One row a target: measure, arm, predicted, target, spread, simulated (at the point of
        smallest deviance), se (of that mean over replicates), low, high (over the points that the
        targets leave likely), away (in sigma), met (within the interval of the target's sd, or its
        tolerance; a predicted one, and any under a posterior, by some likely point), and anew,
        anew_met: the point of smallest deviance in replicates that the fit never saw, if those
        were run.
    points : DataFrame
        One row a point run: its values, the means of the targets' measures, the deviance.
    likely : DataFrame
        Profiles (parameter, value, deviance, rise, and each parameter at the nearest point) or the
        posterior (each parameter, weight).
    correlation : DataFrame
        One row a pair of parameters: parameter, other, correlation.
    notes : tuple of str
        What a reader must know before believing it.
    """

    method: str
    level: float
    fitted: pd.DataFrame
    targets: pd.DataFrame
    points: pd.DataFrame
    likely: pd.DataFrame
    correlation: pd.DataFrame
    notes: Sequence[str] = field(default=())

    @property
    def bayesian(self) -> bool:
        """Whether `likely` is a posterior rather than profiles."""
        return self.method.startswith("abc")


def verdict(*, below: bool, above: bool) -> str:
    """In words, on which sides the targets bound a parameter."""
    if below and above:
        return IDENTIFIED
    if below or above:
        return NO_UPPER_BOUND if below else NO_LOWER_BOUND
    return NOT_IDENTIFIED
