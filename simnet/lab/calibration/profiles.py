r"""What the targets say of each parameter: its profile deviance.

.. math:: D_i(v) = \min_{\theta:\, \theta_i = v} D(\theta)

The interval at a level holds all v with :math:`D_i(v) - \min D \le \chi^2_1(\mathrm{level})`
[1]_. Where the profile stays below that up to the end of the range, the targets do not bound the
parameter on that side; where they bound it on neither, it is not identified [2]_.

References
----------
.. [1] Venzon and Moolgavkar (1988), A method for computing profile-likelihood-based confidence
   intervals, Applied Statistics 37(1).
.. [2] Raue et al. (2009), Structural and practical identifiability analysis of partially observed
   dynamical models by exploiting the profile likelihood, Bioinformatics 25(15).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from simnet.lab.calibration.distance import Distance
from simnet.lab.calibration.searching import descend
from simnet.lab.calibration.space import Floats

__all__ = ["Profile", "profile", "with_best"]

GRID = np.linspace(0.0, 1.0, 7)
REFINEMENTS = 2
FINE = 0.01


@dataclass(frozen=True, slots=True)
class Profile:
    """The nearest place for each value of one parameter.

    Attributes
    ----------
    parameter : int
        Its number.
    places : ndarray of float64, shape (m, d)
        In the unit cube, by the parameter upwards.
    deviance : ndarray of float64, shape (m,)
    """

    parameter: int
    places: Floats
    deviance: Floats

    @property
    def at(self) -> Floats:
        """The parameter's own coordinate."""
        return self.places[:, self.parameter]

    def bounds(self, level: float) -> tuple[float, float]:
        """Ends of the interval in the unit cube; nan at a side that is open."""
        rise = self._rise(level)
        lowest = int(np.argmin(self.deviance))
        return (
            _crossing(self.at[lowest::-1], rise[lowest::-1]),
            _crossing(self.at[lowest:], rise[lowest:]),
        )

    def _rise(self, level: float) -> Floats:
        """Square root of the rise above the minimum, less that at the end of the interval.

        Near the minimum the root is linear in the parameter, so that straight lines between few
        places find where it crosses zero.
        """
        risen = np.maximum(self.deviance - self.deviance.min(), 0.0)
        return np.asarray(np.sqrt(risen) - np.sqrt(stats.chi2.ppf(level, 1)))


def with_best(distance: Distance, found: Profile) -> Profile:
    """The profile with the nearest place of all that were run, wherever it was found."""
    return _profile(distance, [*found.places, distance.best()], found.parameter)


def profile(distance: Distance, best: Floats, parameter: int, level: float) -> Profile:
    """Follow the nearest places from the best one to both ends of a parameter's range.

    Raises
    ------
    BudgetSpent
        Before it was done.
    """
    places = [best]
    for grid in (GRID[best[parameter] < GRID], GRID[best[parameter] > GRID][::-1]):
        at = best
        for value in grid:
            at = _nearest_with(distance, at, parameter, value)
            places.append(at)
    found = _profile(distance, places, parameter)
    for _ in range(REFINEMENTS):
        between = [value for value in found.bounds(level) if _far(value, found.at)]
        places += [_nearest_with(distance, _closest(found, v), parameter, v) for v in between]
        found = _profile(distance, places, parameter)
    return found


def _nearest_with(distance: Distance, start: Floats, parameter: int, value: float) -> Floats:
    place = start.copy()
    place[parameter] = value
    free = np.delete(np.arange(place.size), parameter)
    return descend(distance, place, free) if free.size else place


def _profile(distance: Distance, places: list[Floats], parameter: int) -> Profile:
    ordered = np.array(sorted(places, key=lambda place: float(place[parameter])))
    return Profile(parameter, ordered, distance.deviance(ordered))


def _closest(found: Profile, value: float) -> Floats:
    return np.asarray(found.places[np.argmin(np.abs(found.at - value))])


def _far(value: float, places: Floats) -> bool:
    return bool(np.abs(places - value).min() > FINE)


def _crossing(at: Floats, rise: Floats) -> float:
    """Where a curve that starts below zero first comes up to it; nan if it does not."""
    above = np.flatnonzero(rise > 0)
    if above.size == 0:
        return float("nan")
    after = int(above[0])
    low, high = rise[after - 1], rise[after]
    return float(at[after - 1] + (at[after] - at[after - 1]) * -low / (high - low))
