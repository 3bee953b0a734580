r"""Replicates until enough is known: which trials are due next, and what was reached.

An interval of a paired difference, :math:`\bar d \pm t_{n-1,(1+\mathrm{level})/2}\,s/\sqrt n`, is
looked at again and again while replicates are added, and the study stops when half its width has
come down to what was asked for: the rule of Chow and Robbins [1]_ with Student's t for the normal
quantile. Stopping at a look where *s* happens to be small makes an interval cover too seldom, the
more so the smaller the sample and the more skewed the differences [2]_; so the first look is at 30
replicates or more, and each next one at a quarter more replicates than the last. Few looks cost
little more sampling than looking after each replicate [3]_, and are taken in batches that run in
parallel.

Where the best of several arms is sought, an arm is beaten when its paired difference from some
contender is shown to be below zero, and gets no more replicates [4]_. The level is divided over
all looks there can be and over the arms (Bonferroni), which holds whatever the arms have in common
and errs on the safe side: with a chance of at least the level the best arm is never beaten.

References
----------
.. [1] Chow and Robbins (1965), On the asymptotic theory of fixed-width sequential confidence
   intervals for the mean, Annals of Mathematical Statistics 36(2).
.. [2] Singham and Schruben (2012), Finite-sample performance of absolute precision stopping rules,
   INFORMS Journal on Computing 24(4).
.. [3] Hall (1983), Sequential estimation saving sampling operations, Journal of the Royal
   Statistical Society B 45(2).
.. [4] Paulson (1964), A sequential procedure for selecting the population with the largest mean
   from k normal populations, Annals of Mathematical Statistics 35(1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import combinations
from math import ceil, isnan, nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simnet.errors import SpecError
from simnet.lab.measures import expand_names
from simnet.lab.pairing import arm_matrices, in_order
from simnet.lab.ranks import is_lower_better
from simnet.lab.verdict import number
from simnet.lab.wording import counted
from simnet.spec import Experiment, TrialKey
from simnet.spec.sequential import Goal

__all__ = ["Plan", "looks"]

Floats = NDArray[np.float64]

FIRST_LOOK = 30
GROWTH = 1.25
MOST_LINES = 20

REACHED = "reached"
RUNNING = "running"
ENDED = "max_replicates"
UNDEFINED = "undefined"


def looks(first: int, last: int) -> list[int]:
    """Numbers of replicates at which a goal is looked at: 30 or `first`, then a quarter more.

    The last look is at `last`, which also cuts the first one short.
    """
    at = [min(max(first, FIRST_LOOK), last)]
    while at[-1] < last:
        at.append(min(ceil(GROWTH * at[-1]), last))
    return at


@dataclass(frozen=True, slots=True)
class Difference:
    """What is known of one paired difference at the look where it was decided, or the last one.

    `asked` is the half-width that was asked for, in the unit of the measure; `state` is reached,
    running, max_replicates (given up there), or undefined (in no replicate in both arms).
    """

    measure: str
    point: int
    arm: str
    versus: str
    level: float
    n: int
    difference: float
    half_width: float
    asked: float
    state: str

    def __str__(self) -> str:
        what = f"{self.measure}, {self.arm} less {self.versus}"
        if self.state == UNDEFINED:
            return f"{what}: undefined in all of {counted(self.n, 'replicate')}"
        text = (
            f"{what}: {number(self.difference, sign='+')} ± {number(self.half_width)} "
            f"after {counted(self.n, 'replicate')}, ± {number(self.asked)} asked"
        )
        return text if self.state == REACHED else f"{text} and not reached"


@dataclass(frozen=True, slots=True)
class Contest:
    """Which arms can still be the best, and after how many replicates each other one was beaten."""

    measure: str
    point: int
    level: float
    n: int
    contenders: tuple[str, ...]
    beaten: Mapping[str, int]
    state: str

    def __str__(self) -> str:
        extreme = "lowest" if is_lower_better(self.measure) else "highest"
        after = f"after {counted(self.n, 'replicate')}"
        names = ", ".join(self.contenders)
        if len(self.contenders) == 1:
            text = f"{names} is the {extreme}, {after}"
        elif self.state == REACHED:
            text = f"{names} are as near to each other as asked, {after}"
        else:
            text = f"{extreme} not settled between {names}, {after}"
        dropped = ", ".join(f"{arm} ({n})" for arm, n in self.beaten.items())
        return f"{self.measure}: {text}" + (f"; beaten: {dropped}" if dropped else "")


class Plan:
    """Which trials an experiment needs next, judged by its goals (`until:`).

    The replicates of the experiment come first, in all arms at all points. Each goal then asks for
    more in the arms it is still open about, point by point. What it asks for depends on the values
    of the replicates up to its looks alone: not on the order in which trials end, nor on how often
    a run was killed.

    Parameters
    ----------
    experiment : Experiment
        With or without goals.

    Raises
    ------
    SpecError
        If a goal is about something that is not measured.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._arms = tuple(experiment.arm_names)
        self._points = range(len(experiment.points))
        self._replicates = experiment.replicates
        self._goals = tuple(experiment.until)
        measured = expand_names(experiment.measures)
        for goal in self._goals:
            if goal.measure not in measured:
                raise SpecError.of(f"until: {goal.measure} is not among the measures of the study")

    def next(self, measures: pd.DataFrame, failed: Collection[TrialKey] = ()) -> list[TrialKey]:
        """The trials that are due and missing, replicate by replicate; none when all is done.

        Parameters
        ----------
        measures : DataFrame
            Columns arm, point, replicate, measure, value: those of all trials that are done.
        failed : collection of TrialKey
            Trials that were tried in vain and count as without values.
        """
        known = _Known.of(measures, failed, self._arms)
        wanted = {(arm, point): self._replicates for point in self._points for arm in self._arms}
        for point in self._points:
            for goal in self._goals:
                stage = self._stage(goal, point, known)
                for arm in stage.arms:
                    wanted[arm, point] = max(wanted[arm, point], stage.n)
        place = {arm: index for index, arm in enumerate(self._arms)}
        missing = (
            TrialKey(arm, point, replicate)
            for (arm, point), n in wanted.items()
            for replicate in known.missing(arm, point, n)
        )
        return sorted(missing, key=lambda key: (key.replicate, key.point, place[key.arm]))

    def state(
        self, measures: pd.DataFrame, failed: Collection[TrialKey] = ()
    ) -> list[dict[str, Any]]:
        """What is known of each goal at each point, as plain data for the manifest.

        Undefined numbers are None.
        """
        return [
            {
                key: None if isinstance(value, float) and isnan(value) else value
                for key, value in asdict(outcome).items()
            }
            for outcome in self._outcomes(measures, failed)
        ]

    def report(self, measures: pd.DataFrame, failed: Collection[TrialKey] = ()) -> str:
        """What was reached, a line a goal, pair of arms and point; empty without goals."""
        lines = [
            f"point {outcome.point}: {outcome}" if len(self._points) > 1 else str(outcome)
            for outcome in self._outcomes(measures, failed)
        ]
        more = len(lines) - MOST_LINES
        return "\n".join(lines[:MOST_LINES] + [f"and {more} more"] * (more > 0))

    def _outcomes(
        self, measures: pd.DataFrame, failed: Collection[TrialKey]
    ) -> Iterator[Difference | Contest]:
        known = _Known.of(measures, failed, self._arms)
        for point in self._points:
            for goal in self._goals:
                yield from self._stage(goal, point, known).outcomes

    def _stage(self, goal: Goal, point: int, known: _Known) -> _Stage:
        arms = tuple(arm for arm in self._arms if goal.arms is None or arm in goal.arms)
        at = looks(self._replicates, goal.max_replicates)
        walk = _contest if goal.best else _differences
        return walk(goal, point, arms, at, known)


@dataclass(frozen=True, slots=True)
class _Known:
    """The values there are, and which trials have been tried."""

    values: Mapping[tuple[str, int], Floats]
    rows: Mapping[str, int]
    tried: Mapping[tuple[str, int], set[int]]

    @classmethod
    def of(
        cls, measures: pd.DataFrame, failed: Collection[TrialKey], arms: tuple[str, ...]
    ) -> _Known:
        tried: dict[tuple[str, int], set[int]] = {}
        keys = measures[["arm", "point", "replicate"]].drop_duplicates()
        done = [TrialKey(str(arm), int(p), int(r)) for arm, p, r in keys.itertuples(index=False)]
        for key in (*done, *failed):
            tried.setdefault((key.arm, key.point), set()).add(key.replicate)
        places = {arm: row for row, arm in enumerate(in_order(measures["arm"])) if arm in arms}
        return cls(arm_matrices(measures), places, tried)

    def missing(self, arm: str, point: int, n: int) -> list[int]:
        """The replicates before `n` that were not tried."""
        tried = self.tried.get((arm, point), set())
        return [replicate for replicate in range(n) if replicate not in tried]

    def has_all(self, arms: Collection[str], point: int, n: int) -> bool:
        return not any(self.missing(arm, point, n) for arm in arms)

    def first(self, measure: str, point: int, arm: str, n: int) -> Floats:
        """The values in replicates 0 to n - 1, nan where there is none."""
        matrix = self.values.get((measure, point))
        values = np.full(n, np.nan)
        if matrix is not None and arm in self.rows:
            there = matrix[self.rows[arm], :n]
            values[: there.size] = there
        return values


@dataclass(frozen=True, slots=True)
class _Stage:
    """How far a goal has come at a point: the arms that need `n` replicates, and what is known."""

    n: int
    arms: tuple[str, ...]
    outcomes: tuple[Difference | Contest, ...]


def _differences(
    goal: Goal, point: int, arms: tuple[str, ...], at: list[int], known: _Known
) -> _Stage:
    """Look at every pair of arms until each is known well enough."""
    pairs = [(later, earlier) for earlier, later in combinations(arms, 2)]
    decided: dict[tuple[str, str], Difference] = {}
    for n in at:
        open_pairs = [p for p in pairs if p not in decided or decided[p].state == RUNNING]
        needed = tuple(arm for arm in arms if any(arm in pair for pair in open_pairs))
        if not known.has_all(needed, point, n):
            return _Stage(n, needed, tuple(decided.values()))
        for pair in open_pairs:
            decided[pair] = _difference(goal, point, pair, n, known, last=n == at[-1])
    return _Stage(at[-1], (), tuple(decided.values()))


def _difference(
    goal: Goal, point: int, pair: tuple[str, str], n: int, known: _Known, *, last: bool
) -> Difference:
    one, other = (known.first(goal.measure, point, arm, n) for arm in pair)
    estimate, half = _t_interval(one - other, goal.level)
    asked = _asked(goal, other[np.isfinite(one)])
    state = ENDED if last else RUNNING
    if isnan(estimate):
        state = UNDEFINED
    elif half <= asked:
        state = REACHED
    return Difference(goal.measure, point, *pair, goal.level, n, estimate, half, asked, state)


def _t_interval(differences: Floats, level: float) -> tuple[float, float]:
    """Mean and half-width of its Student t interval; what is undefined is nan."""
    there = differences[np.isfinite(differences)]
    if there.size == 0:
        return nan, nan
    if there.size == 1:
        return float(there[0]), nan
    error = float(there.std(ddof=1)) / sqrt(there.size)
    return float(there.mean()), _t_quantile((1 + level) / 2, there.size - 1) * error


@cache
def _t_quantile(probability: float, freedom: int) -> float:
    return float(stats.t.ppf(probability, freedom))


def _asked(goal: Goal, earlier: Floats) -> float:
    """The half-width asked for, in the unit of the measure; 0 where none was."""
    if goal.half_width is not None:
        return goal.half_width
    if goal.relative is None:
        return 0.0
    there = earlier[np.isfinite(earlier)]
    return goal.relative * abs(float(there.mean())) if there.size else nan


def _contest(goal: Goal, point: int, arms: tuple[str, ...], at: list[int], known: _Known) -> _Stage:
    """Beat arms look by look, until one is left or the rest are as near as was asked for."""
    contenders, beaten = arms, dict[str, int]()
    # each of the other arms has one chance a look to beat the best one by mistake
    level = 1 - 2 * (1 - goal.level) / (len(at) * (len(arms) - 1))
    contest = Contest(goal.measure, point, goal.level, 0, contenders, {}, RUNNING)
    for n in at:
        if not known.has_all(contenders, point, n):
            return _Stage(n, contenders, (contest,))
        values = {arm: known.first(goal.measure, point, arm, n) for arm in contenders}
        beaten.update((arm, n) for arm in contenders if _is_beaten(arm, values, goal, level))
        contenders = tuple(arm for arm in contenders if arm not in beaten)
        state = REACHED if _settled(contenders, values, goal, level) else RUNNING
        if state == RUNNING and n == at[-1]:
            state = ENDED
        contest = Contest(goal.measure, point, goal.level, n, contenders, dict(beaten), state)
        if state != RUNNING:
            break
    return _Stage(contest.n, (), (contest,))


def _is_beaten(arm: str, values: Mapping[str, Floats], goal: Goal, level: float) -> bool:
    """Whether some contender is shown to be better."""
    sign = -1.0 if is_lower_better(goal.measure) else 1.0
    return any(
        estimate - half > 0
        for other in values
        if other != arm
        for estimate, half in [_t_interval(sign * (values[other] - values[arm]), level)]
    )


def _settled(
    contenders: tuple[str, ...], values: Mapping[str, Floats], goal: Goal, level: float
) -> bool:
    return all(
        _t_interval(values[later] - values[earlier], level)[1] <= _asked(goal, values[earlier])
        for earlier, later in combinations(contenders, 2)
    )
