"""Curves over the weeks, trial by trial, and bands that hold for all weeks at once.

A table of curves has one row an (arm, replicate) and one column a week.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.lab.intervals import Band
from simnet.lab.paired import fewest_replicates
from simnet.lab.resampling import Studentised, flipped_signs, off_median

__all__ = [
    "WEEKS_A_YEAR",
    "WINDOW_WEEKS",
    "band_table",
    "by_trial",
    "cumulated",
    "differences_from",
    "mean_trust",
    "moving_rates",
    "paired_rows",
    "simultaneous_band",
]

Floats = NDArray[np.float64]

WEEKS_A_YEAR = 52
WINDOW_WEEKS = 13
STATES = ["people", "ties", "trust"]


def by_trial(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    """A metric summed over the strategies of each trial, week by week."""
    observed = series[series["metric"] == metric]
    keys = ["arm", "replicate", "week"]
    return observed.groupby(keys, observed=True)["value"].sum(min_count=1).unstack("week")


def cumulated(series: pd.DataFrame, metric: str = "wins") -> pd.DataFrame:
    """What a person of the group has won on average, from the start up to and with each week."""
    people = by_trial(series, "people")
    return (by_trial(series, metric) / people.where(people > 0)).cumsum(axis="columns")


def moving_rates(series: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Wins per person-year in a window of 13 weeks up to each week, and the weeks of that window.

    The window is half the run where that is shorter. Weeks before it is full are missing.
    """
    wins, people = by_trial(series, "wins"), by_trial(series, "people")
    weeks = wins.columns.to_numpy(dtype=np.float64)
    step = int(weeks[1] - weeks[0]) if weeks.size > 1 else 1
    # a first observation at week 0 covers one week, whatever the interval between the others
    covered = np.diff(weeks, prepend=max(-1.0, weeks[0] - step))
    observations = max(1, min(WINDOW_WEEKS // step, weeks.size // 2))
    won = wins.T.rolling(observations).sum()
    years = people.mul(covered / WEEKS_A_YEAR, axis="columns").T.rolling(observations).sum()
    return (won / years.where(years > 0)).T, observations * step


def mean_trust(series: pd.DataFrame) -> pd.DataFrame:
    """Trust of others in the group, weighted by living ties over the strategies in it."""
    keys = ["arm", "replicate", "week", "strategy", "metric"]
    states = series[series["metric"].isin(STATES)]
    wide = states.set_index(keys)["value"].unstack("metric").reindex(columns=STATES)
    weights = (wide["people"] * wide["ties"]).where(wide["trust"].notna(), 0.0)
    trial_weeks = ["arm", "replicate", "week"]
    total = (wide["trust"] * weights).groupby(level=trial_weeks, observed=True).sum()
    weight = weights.groupby(level=trial_weeks, observed=True).sum()
    return (total / weight.where(weight > 0)).unstack("week")


def paired_rows(curves: pd.DataFrame, arm: str, versus: str) -> tuple[Floats, Floats]:
    """The curves of two arms in the replicates that both have, in their order."""
    one, other = (curves.xs(name, level="arm") for name in (arm, versus))
    both = one.index.intersection(other.index).sort_values()
    return one.loc[both].to_numpy(np.float64), other.loc[both].to_numpy(np.float64)


def differences_from(curves: pd.DataFrame, reference: str) -> pd.DataFrame:
    """The curves of all other arms less those of one arm, in the replicates that both have."""
    if reference not in curves.index.unique("arm"):
        return curves.iloc[:0]
    others = curves.drop(index=reference, level="arm")
    base = curves.xs(reference, level="arm")
    paired = others[others.index.get_level_values("replicate").isin(base.index)]
    return paired - base.reindex(paired.index.get_level_values("replicate")).to_numpy()


def simultaneous_band(samples: Floats, *, level: float = 0.95) -> Band:
    """Mean curve with a band that holds the whole true curve with a chance of the level.

    The standard error at each week times the quantile of the largest studentised error over all
    weeks, by the wild bootstrap over replicates: the sup-t band (see `simnet.lab.resampling`).
    Weeks at which all replicates are equal, or there are fewer than a comparison needs (6 at 0.95),
    have no band (nan), and do not count.

    Parameters
    ----------
    samples : ndarray of float64, shape (replicates, weeks)
        Curves, or paired differences of curves.
    level : float
        Coverage of the whole curve aimed at, in (0, 1).
    """
    n = np.isfinite(samples).sum(axis=0)
    usable = (n >= fewest_replicates(level)) & (off_median(samples) > 0)
    tested = Studentised(samples, usable, flipped_signs)
    error = np.where(tested.usable, tested.error, np.nan)
    half = tested.critical_value(level) * error
    return Band(tested.mean, tested.mean - half, tested.mean + half, n)


def band_table(curves: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Curves of all arms and of all their paired differences, with simultaneous bands.

    One row a week and curve: `arm`, or `arm` less `versus` where that is not missing; n, mean,
    and the ends of the band, which are missing where there is none (see `simultaneous_band`).
    """
    arms = [str(arm) for arm in curves.index.unique("arm")]
    weeks = curves.columns.to_numpy()
    tables = [
        _band_rows(curves.xs(arm, level="arm").to_numpy(np.float64), weeks, level, arm, None)
        for arm in arms
    ]
    for versus, arm in combinations(arms, 2):
        one, other = paired_rows(curves, arm, versus)
        if len(one):
            tables.append(_band_rows(one - other, weeks, level, arm, versus))
    return pd.concat(tables, ignore_index=True)


def _band_rows(
    samples: Floats, weeks: NDArray[np.int64], level: float, arm: str, versus: str | None
) -> pd.DataFrame:
    band = simultaneous_band(samples, level=level)
    shown = {"n": band.n, "mean": band.mean, "low": band.low, "high": band.high}
    return pd.DataFrame({"arm": arm, "versus": versus, "week": weeks, **shown, "level": level})
