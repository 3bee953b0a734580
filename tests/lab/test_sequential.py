"""Sequential stopping: which trials are due, when it ends, and that its intervals cover."""

from dataclasses import dataclass, field
from itertools import product
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simnet.errors import SpecError
from simnet.lab.sequential import Plan, looks
from simnet.spec import TrialKey
from simnet.spec.sequential import Goal


@dataclass
class Study:
    """What a plan asks of an experiment, and the values its trials would give."""

    arm_names: tuple[str, ...]
    until: tuple[Goal, ...]
    values: dict[tuple[str, int], np.ndarray]
    replicates: int = 20
    points: tuple[dict, ...] = ({},)
    measures: tuple[str, ...] = ()
    failing: set[TrialKey] = field(default_factory=set)

    def outcome(self, keys, measure="ties"):
        rows = [
            (
                key.arm,
                key.point,
                key.replicate,
                measure,
                self.values[key.arm, key.point][key.replicate],
            )
            for key in keys
        ]
        return pd.DataFrame(rows, columns=["arm", "point", "replicate", "measure", "value"])

    def run(self):
        """Run until nothing is due; the trials of each batch."""
        plan, done, failed, batches = Plan(self), [], set(), []
        while due := plan.next(self.outcome(done), failed):
            batches.append(due)
            failed |= self.failing & set(due)
            done += [key for key in due if key not in self.failing]
            assert len(set(done)) == len(done)
        return plan, self.outcome(done), failed, batches


def study(goals, shifts, *, noise=1.0, n=400, points=1, seed=3, **more):
    """Arms with common noise of their own replicates, and these shifts between them."""
    rng = np.random.default_rng(seed)
    goals = goals if isinstance(goals, tuple) else (goals,)
    values = {}
    for point in range(points):
        common = rng.normal(10, 5, n)
        for arm, shift in shifts.items():
            values[arm, point] = common + shift + rng.normal(0, noise, n)
    arms = tuple(shifts)
    return Study(arms, goals, values, points=({},) * points, **more)


def sizes(measures, point=0):
    here = measures[measures["point"] == point]
    return here.groupby("arm")["replicate"].count().to_dict()


# ---------------------------------------------------------------------- which trials are due


def test_looks_come_at_a_quarter_more():
    assert looks(5, 60) == [30, 38, 48, 60]
    assert looks(40, 60) == [40, 50, 60]
    assert looks(20, 20) == [20]
    assert looks(5, 12) == [12]


def test_without_goals_the_replicates_are_all():
    plain = study((), {"a": 0, "b": 1}, points=2, replicates=3)
    _, _, _, batches = plain.run()
    assert batches == [
        [
            TrialKey(arm, point, replicate)
            for replicate, point, arm in product(range(3), range(2), "ab")
        ]
    ]


def test_a_goal_ends_at_the_first_look_where_the_interval_is_narrow_enough():
    goal = Goal(measure="ties", half_width=0.25)
    little = study(goal, {"a": 0, "b": 1})
    plan, measures, _, _ = little.run()
    n = sizes(measures)["a"]
    difference = little.values["b", 0] - little.values["a", 0]

    def half(n):
        return stats.t.ppf(0.975, n - 1) * difference[:n].std(ddof=1) / np.sqrt(n)

    before = looks(20, 400)[: looks(20, 400).index(n)]
    assert len(before) > 2
    assert half(n) <= 0.25 < min(map(half, before))
    assert sizes(measures) == {"a": n, "b": n}
    (found,) = plan.state(measures)
    assert (found["arm"], found["versus"], found["n"], found["state"]) == ("b", "a", n, "reached")
    assert found["half_width"] == pytest.approx(half(n))
    assert found["difference"] == pytest.approx(difference[:n].mean())
    assert plan.report(measures).startswith("ties, b less a: +")
    assert f"after {n} replicates, ± 0.250 asked" in plan.report(measures)


def test_a_goal_out_of_reach_ends_at_max_replicates():
    goal = Goal(measure="ties", half_width=1e-6, max_replicates=40)
    plan, measures, _, _ = study(goal, {"a": 0, "b": 1}).run()
    assert sizes(measures) == {"a": 40, "b": 40}
    assert plan.state(measures)[0]["state"] == "max_replicates"
    assert plan.report(measures).endswith("and not reached")


def test_a_relative_goal_is_a_share_of_the_earlier_arms_mean():
    goal = Goal(measure="ties", relative=0.02)
    plan, measures, _, _ = study(goal, {"a": 0, "b": 1}).run()
    (found,) = plan.state(measures)
    a = measures[measures["arm"] == "a"]["value"]
    assert found["asked"] == pytest.approx(0.02 * a.mean())
    assert found["half_width"] <= found["asked"]


def test_only_the_arms_and_points_in_question_go_on():
    goal = Goal(measure="ties", arms=("a", "c"), half_width=0.3)
    wide = study(goal, {"a": 0, "b": 1, "c": 2}, points=2)
    wide.values["c", 1] = wide.values["a", 1] + 1.0
    _, measures, _, _ = wide.run()
    assert sizes(measures)["b"] == 20
    assert 30 < sizes(measures)["a"] == sizes(measures)["c"]
    assert sizes(measures, point=1) == {"a": 30, "b": 20, "c": 30}


def test_several_goals_are_all_reached():
    goals = (Goal(measure="ties", half_width=0.4), Goal(measure="ties", half_width=0.2))
    plan, measures, _, _ = study(goals, {"a": 0, "b": 1}).run()
    first, second = plan.state(measures)
    assert first["state"] == second["state"] == "reached"
    assert first["n"] < second["n"]


def test_arms_that_never_differ_are_known_at_once():
    one = study(Goal(measure="ties", half_width=0.1), {"a": 0, "b": 0})
    one.values["b", 0] = one.values["a", 0]
    assert sizes(one.run()[1]) == {"a": 30, "b": 30}


def test_an_undefined_measure_does_not_go_on_for_ever():
    one = study(Goal(measure="ties", half_width=0.1), {"a": 0, "b": 0})
    one.values["b", 0][:] = np.nan
    plan, measures, _, _ = one.run()
    assert sizes(measures)["a"] == 30
    assert plan.state(measures)[0]["difference"] is None
    assert plan.report(measures) == "ties, b less a: undefined in all of 30 replicates"


def test_failed_trials_are_not_asked_for_again():
    failing = {TrialKey("b", 0, 3), TrialKey("a", 0, 22)}
    goal = Goal(measure="ties", half_width=0.25)
    plan, measures, failed, _ = study(goal, {"a": 0, "b": 1}, failing=failing).run()
    assert failed == failing
    assert plan.state(measures, failed)[0]["state"] == "reached"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_what_is_due_does_not_depend_on_the_order_of_trials(seed, best):
    random = Random(seed)
    goal = Goal(measure="ties", half_width=0.3, best=best, max_replicates=60)
    whole = study(goal, {"a": 0, "b": 0.3, "c": 1.0})
    _, undisturbed, _, _ = whole.run()
    plan, done = Plan(whole), []
    while due := plan.next(whole.outcome(done)):
        # a run that is killed has done some of them, in whatever order they ended
        done += random.sample(due, random.randint(1, len(due)))
        random.shuffle(done)
    keys = ["arm", "point", "replicate"]
    ran = whole.outcome(done).sort_values(keys, ignore_index=True)
    assert ran.equals(undisturbed.sort_values(keys, ignore_index=True))
    assert plan.state(ran) == plan.state(undisturbed)


def test_a_goal_about_what_is_not_measured_is_refused():
    one = study(Goal(measure="trust", half_width=0.1), {"a": 0, "b": 0}, measures=("ties",))
    with pytest.raises(SpecError, match="until: trust is not among the measures"):
        Plan(one)


# ---------------------------------------------------------------------- the best arm


def test_beaten_arms_get_no_more_replicates():
    goal = Goal(measure="ties", best=True)
    shifts = {"a": 0.0, "b": 2.0, "c": 2.3, "d": 1.0}
    plan, measures, _, _ = study(goal, shifts).run()
    n = sizes(measures)
    assert n["a"] <= n["d"] < n["b"] == n["c"]
    (found,) = plan.state(measures)
    assert found["contenders"] == ("c",)
    assert found["beaten"] == {arm: n[arm] for arm in "adb"}
    assert "c is the highest" in plan.report(measures)


def test_the_best_may_be_the_lowest():
    goal = Goal(measure="latency", best=True)
    one = study(goal, {"a": 0.0, "b": 2.0})
    plan = Plan(one)
    keys = [TrialKey(arm, 0, replicate) for arm in "ab" for replicate in range(30)]
    measures = one.outcome(keys, measure="latency")
    assert plan.next(measures) == []
    assert plan.report(measures) == "latency: a is the lowest, after 30 replicates; beaten: b (30)"


def test_arms_as_near_as_asked_need_not_be_told_apart():
    goal = Goal(measure="ties", best=True, half_width=0.5)
    plan, measures, _, _ = study(goal, {"a": 0.0, "b": 0.0, "c": 5.0, "d": 5.0}).run()
    (found,) = plan.state(measures)
    assert (found["contenders"], found["state"]) == (("c", "d"), "reached")
    assert "c, d are as near to each other as asked" in plan.report(measures)


def test_a_contest_ends_at_max_replicates():
    goal = Goal(measure="ties", best=True, max_replicates=40)
    plan, measures, _, _ = study(goal, {"a": 0.0, "b": 0.0}, noise=9.0).run()
    assert sizes(measures) == {"a": 40, "b": 40}
    assert "highest not settled between a, b, after 40 replicates" in plan.report(measures)


def test_reports_name_points_and_stay_short():
    goal = Goal(measure="ties", half_width=9.0)
    plan, measures, _, _ = study(goal, {"a": 0, "b": 1}, points=25).run()
    lines = plan.report(measures).splitlines()
    assert lines[3].startswith("point 3: ties, b less a")
    assert lines[20:] == ["and 5 more"]
    assert len(plan.state(measures)) == 25


# ---------------------------------------------------------------------- coverage

STUDIES = 1_000
NOISE = {
    "normal": lambda rng, size: rng.normal(0, 1, size),
    "laplace": lambda rng, size: rng.laplace(0, 0.5**0.5, size),
    "gamma of skewness 1": lambda rng, size: (rng.gamma(4, 1, size) - 4) / 2,
}
"""Differences of mean 0 and standard deviation 1."""


def stopped(differences, goal):
    """What a plan says of these differences between two arms, a study a point."""
    points = len(differences)
    arms = {("a", p): np.zeros(len(differences[p])) for p in range(points)}
    arms |= {("b", p): differences[p] for p in range(points)}
    studies = Study(("a", "b"), (goal,), arms, points=({},) * points)
    plan, measures, _, _ = studies.run()
    return pd.DataFrame(plan.state(measures))


@pytest.mark.slow
@pytest.mark.parametrize("half_width", [0.5, 0.3, 0.25])
@pytest.mark.parametrize("noise", NOISE)
def test_the_interval_at_stopping_covers_in_93_to_97_of_100_studies(noise, half_width):
    """1,000 studies that need about 15, 43 or 61 replicates and stop when the plan says so.

    The docs say what is covered by more skewed differences, which are not held to this.
    """
    rng = np.random.default_rng(20261121)
    differences = NOISE[noise](rng, (STUDIES, 200))
    goal = Goal(measure="ties", half_width=half_width, max_replicates=200)
    found = stopped(differences, goal)
    assert (found["state"] == "reached").all()
    assert 0.93 <= (found["difference"].abs() <= found["half_width"]).mean() <= 0.97


@pytest.mark.slow
def test_the_best_arm_is_seldom_beaten():
    """Four arms that are tied: whichever is called the best, to beat it is an error.

    Bonferroni divides the level over arms and looks, so errors are fewer than one in twenty.
    """
    rng = np.random.default_rng(20261121)
    n = 300
    values = {(arm, point): rng.normal(0, 1, 60) for point in range(n) for arm in "abcd"}
    goal = Goal(measure="ties", best=True, max_replicates=60)
    plan, measures, _, _ = Study(tuple("abcd"), (goal,), values, points=({},) * n).run()
    kept = np.mean(["a" in found["contenders"] for found in plan.state(measures)])
    assert 0.95 <= kept < 1
