"""Calibrate: seek the parameters that meet the targets, and say how far the targets fix them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simnet.lab.calibration.distance import BudgetSpent, Distance, Simulate, of_targets
from simnet.lab.calibration.outcome import NOT_EXAMINED, Calibration, verdict
from simnet.lab.calibration.posterior import Posterior, quantiles, rejection, smc
from simnet.lab.calibration.profiles import Profile, profile, with_best
from simnet.lab.calibration.searching import SEARCHES, first_places, jacobian
from simnet.lab.calibration.space import Floats, Space

if TYPE_CHECKING:
    from simnet.spec.calibration import Calibrate

__all__ = ["fit"]

SAMPLERS = {"abc": rejection, "abc-smc": smc}
PRIOR_PRECISION = 12.0  # of a coordinate that is uniform from 0 to 1
TOO_WIDE = 0.8
NEAR = 0.2
WORST_P = 0.01


def fit(
    wanted: Calibrate, simulate: Simulate, *, anew: Simulate | None = None, seed: int = 0
) -> Calibration:
    """Fit parameters to targets.

    Least squares and the simplex method go from the nearest of some first points to the smallest
    deviance (`simnet.lab.calibration.distance`); then every parameter's profile is followed to
    both ends of its range (`simnet.lab.calibration.profiles`). The methods of approximate Bayesian
    computation weigh points instead (`simnet.lab.calibration.posterior`). What is proposed depends
    on the seed and on what was found before, on nothing else: the same runs give the same
    calibration, and one that was stopped goes the same way again.

    Parameters
    ----------
    wanted
        Parameters, targets, method and budget.
    simulate
        Runs points, always the same replicates of each; see `simnet.lab.calibration.Simulate`.
    anew
        Runs points in replicates that `simulate` does not use, to see how the point of smallest
        deviance does by other chance.
    seed
        Of the first points and the proposals.

    Raises
    ------
    ResultsError
        A target's measure was not measured.
    """
    space = Space(wanted.parameters)
    distance = Distance(space, wanted.targets, simulate, wanted.points)
    if wanted.method in SAMPLERS:
        posterior = SAMPLERS[wanted.method](distance, seed, wanted.points)
        return _bayesian(wanted, distance, posterior, anew)
    first = first_places(seed, space.size, _first(space.size, wanted.points))
    distance.run(first)
    distance.settle()
    profiles: list[Profile] = []
    with suppress(BudgetSpent):
        best = SEARCHES[wanted.method](distance, first)
        for parameter in range(space.size):
            profiles.append(profile(distance, best, parameter, wanted.level))
    return _profiled(wanted, distance, [with_best(distance, one) for one in profiles], anew)


def _first(d: int, budget: int) -> int:
    return int(max(4, min(2 ** (d + 3), budget // 4)))


# ---------------------------------------------------------------------- from profiles


def _profiled(
    wanted: Calibrate, distance: Distance, profiles: Sequence[Profile], anew: Simulate | None
) -> Calibration:
    best, level = distance.best(), wanted.level
    bounds = [one.bounds(level) for one in profiles]
    verdicts = [verdict(below=low == low, above=high == high) for low, high in bounds]
    open_ones = distance.space.size - len(profiles)
    bounds += [(np.nan, np.nan)] * open_ones
    verdicts += [NOT_EXAMINED] * open_ones
    deviance = distance.deviance(distance.places)
    likely = deviance <= deviance.min() + stats.chi2.ppf(level, 1)
    means = distance.means()[likely]
    notes = [*_budget_notes(wanted, open_ones), *_fit_notes(wanted, distance)]
    return Calibration(
        wanted.method,
        level,
        _fitted(wanted, distance.space, best, bounds, verdicts),
        _targets(wanted, distance, means.min(axis=0), means.max(axis=0), anew),
        distance.table(),
        _profile_table(distance.space, profiles),
        _pairs(distance.space, _correlation_at(distance, best, bool(open_ones))),
        notes,
    )


def _correlation_at(distance: Distance, best: Floats, spent: bool) -> Floats:
    """Of the normal approximation at the best place, with the ranges as prior; nan if not run."""
    d = distance.space.size
    if spent:
        return np.full((d, d), np.nan)
    with suppress(BudgetSpent):
        slopes = jacobian(distance, best, np.arange(d))
        covariance = np.linalg.inv(slopes.T @ slopes + PRIOR_PRECISION * np.eye(d))
        spread = np.sqrt(np.diag(covariance))
        return np.asarray(covariance / np.outer(spread, spread))
    return np.full((d, d), np.nan)


def _profile_table(space: Space, profiles: Sequence[Profile]) -> pd.DataFrame:
    rows = [
        {
            "parameter": space.names[one.parameter],
            "value": space.value(space.names[one.parameter], place[one.parameter]),
            "deviance": deviance,
            "rise": deviance - one.deviance.min(),
            **{f"at.{name}": value for name, value in space.point(place).items()},
        }
        for one in profiles
        for place, deviance in zip(one.places, one.deviance, strict=True)
    ]
    columns = ["parameter", "value", "deviance", "rise", *(f"at.{name}" for name in space.names)]
    return pd.DataFrame(rows, columns=columns)


# ---------------------------------------------------------------------- from a posterior


def _bayesian(
    wanted: Calibrate, distance: Distance, posterior: Posterior, anew: Simulate | None
) -> Calibration:
    space, level = distance.space, wanted.level
    ends = np.array([(1 - level) / 2, 0.5, (1 + level) / 2])
    found = [quantiles(column, posterior.weights, ends) for column in posterior.places.T]
    bounded = [
        _bounded(column, posterior.weights, ends_found, level)
        for column, ends_found in zip(posterior.places.T, found, strict=True)
    ]
    bounds = [
        (low if below else np.nan, high if above else np.nan)
        for (low, _, high), (below, above) in zip(found, bounded, strict=True)
    ]
    verdicts = [verdict(below=below, above=above) for below, above in bounded]
    median = np.array([middle for _, middle, _ in found])
    of_measures = distance.run(posterior.places).mean(axis=2).T
    ranges = np.array([quantiles(means, posterior.weights, ends) for means in of_measures])
    return Calibration(
        wanted.method,
        level,
        _fitted(wanted, space, median, bounds, verdicts),
        _targets(wanted, distance, ranges[:, 0], ranges[:, 2], anew),
        distance.table(),
        _posterior_table(space, posterior),
        _pairs(space, _weighted_correlation(posterior)),
        [*_posterior_notes(posterior), *_fit_notes(wanted, distance)],
    )


def _bounded(places: Floats, weights: Floats, quantiles: Floats, level: float) -> tuple[bool, bool]:
    """On which sides the targets bound a parameter, given its interval and median.

    Where the interval is nearly as wide as the prior's, on neither.
    """
    low, median, high = quantiles
    if high - low > TOO_WIDE * level:
        return False, False
    below = _thins_out(places, weights, median, level)
    return below, _thins_out(1 - places, weights, 1 - median, level)


def _thins_out(places: Floats, weights: Floats, median: float, level: float) -> bool:
    """Whether a posterior falls towards 0: over the whole range, or on that side of its median.

    Were it flat, a fifth of its effective points would lie in the nearest fifth of either: two
    binomial tests, each at `level`.
    """
    return any(
        _are_few(places[within] < NEAR * width, weights[within], level)
        for within, width in ((places <= 1, 1.0), (places < median, median))
    )


def _are_few(near: NDArray[np.bool_], weights: Floats, level: float) -> bool:
    weights = weights / weights.sum()
    effective = int(1 / (weights**2).sum())
    count = int(weights[near].sum() * effective)
    return bool(stats.binom.cdf(count, effective, NEAR) <= 1 - level)


def _weighted_correlation(posterior: Posterior) -> Floats:
    covariance = np.atleast_2d(np.cov(posterior.places.T, aweights=posterior.weights))
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _posterior_table(space: Space, posterior: Posterior) -> pd.DataFrame:
    rows = [space.point(place) for place in posterior.places]
    return pd.DataFrame(rows, columns=list(space.names)).assign(weight=posterior.weights)


def _posterior_notes(posterior: Posterior) -> list[str]:
    notes = [
        f"{len(posterior.weights)} points weigh as much as {posterior.effective:.0f} alike "
        "(effective points)"
    ]
    if posterior.tolerance > 1:
        notes.append(
            f"tolerance {posterior.tolerance:.3g} instead of 1: the posterior is wider than the "
            "targets warrant; more points would narrow it"
        )
    return notes


# ---------------------------------------------------------------------- of both


def _fitted(
    wanted: Calibrate,
    space: Space,
    places: Floats,
    bounds: Sequence[tuple[float, float]],
    verdicts: Sequence[str],
) -> pd.DataFrame:
    def value(name: str, place: float) -> float:
        return float(space.value(name, place)) if place == place else np.nan

    rows = [
        {
            "parameter": name,
            "value": value(name, place),
            "low": value(name, low),
            "high": value(name, high),
            "range_low": wanted.parameters[name].low,
            "range_high": wanted.parameters[name].high,
            "scale": wanted.parameters[name].scale,
            "verdict": said,
        }
        for name, place, (low, high), said in zip(
            space.names, places, bounds, verdicts, strict=True
        )
    ]
    return pd.DataFrame(rows)


def _targets(
    wanted: Calibrate, distance: Distance, low: Floats, high: Floats, anew: Simulate | None
) -> pd.DataFrame:
    best = distance.best()
    runs = distance.run(best[np.newaxis])[0]
    other = None
    if anew is not None:
        other = of_targets(anew([distance.space.point(best)]), distance.targets, 1)[0]
    farthest = stats.norm.ppf((1 + wanted.level) / 2)
    rows = []
    for place, (target, sigma) in enumerate(zip(distance.targets, distance.sigma, strict=True)):
        accepted = farthest * sigma if target.tolerance is None else target.tolerance
        row = {
            "measure": target.measure,
            "arm": target.arm,
            "predicted": target.predicted,
            "target": target.value,
            "spread": target.spread,
            "simulated": runs[place].mean(),
            "se": _standard_error(runs[place]),
            "low": low[place],
            "high": high[place],
            "away": (runs[place].mean() - target.value) / sigma,
            "met": bool(
                low[place] - accepted <= target.value <= high[place] + accepted
                if target.predicted or wanted.method in SAMPLERS
                else abs(runs[place].mean() - target.value) <= accepted
            ),
        }
        if other is not None:
            row["anew"] = other[place].mean()
            row["anew_met"] = bool(abs(row["anew"] - target.value) <= accepted)
        rows.append(row)
    return pd.DataFrame(rows)


def _standard_error(values: Floats) -> float:
    n = len(values)
    return float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")


def _pairs(space: Space, correlation: Floats) -> pd.DataFrame:
    rows = [
        (space.names[one], space.names[other], correlation[one, other])
        for one, other in combinations(range(space.size), 2)
    ]
    return pd.DataFrame(rows, columns=["parameter", "other", "correlation"])


def _budget_notes(wanted: Calibrate, open_ones: int) -> list[str]:
    if not open_ones:
        return []
    return [
        f"the budget of {wanted.points} points ended before every parameter was examined; "
        "a larger one (calibrate.points) goes on from here"
    ]


def _fit_notes(wanted: Calibrate, distance: Distance) -> list[str]:
    """That the targets cannot be met together, or that there is no telling."""
    deviance = float(distance.deviance(distance.best()[np.newaxis])[0])
    freedom = len(distance.fitted) - distance.space.size
    notes = []
    if freedom < 0:
        notes.append(
            f"{distance.space.size} parameters are fitted to {len(distance.fitted)} targets: "
            "they cannot all be told apart"
        )
    known = all(wanted.targets[place].sd is not None for place in distance.fitted)
    p = stats.chi2.sf(deviance, freedom) if freedom > 0 and known else np.nan
    if p < WORST_P:
        notes.append(
            f"the targets are not met together: deviance {deviance:.3g} on {freedom} degrees of "
            f"freedom (p = {p:.2g})"
        )
    return notes
