"""Designs: which points come of them, in which order, and what grows."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from SALib.sample import morris as salib_morris
from SALib.sample import sobol as salib_sobol
from scipy.stats import qmc

from simnet.errors import SpecError
from simnet.spec import Experiment, TrialKey, dump, load
from simnet.spec.designs import Range
from simnet.spec.designs.numbers import generator, latin_hypercube, saltelli, sobol, trajectories

PARTS = {
    "version": 1,
    "name": "pilot",
    "seed": 1,
    "weeks": 52,
    "network": {"model": "watts-strogatz", "people": 100, "degree": 4, "rewiring": 0.1},
    "population": {"passive-profile": 0.7, "give-first": 0.3},
}


def experiment(design, **changes):
    return Experiment.model_validate({**PARTS, "design": design, **changes})


def points(design, **changes):
    return experiment(design, **changes).points


shares = st.floats(0.001, 1.0)
numeric = st.one_of(
    st.tuples(shares, shares, st.sampled_from(["linear", "log"]))
    .filter(lambda drawn: drawn[0] < drawn[1])
    .map(lambda drawn: dict(zip(("low", "high", "scale"), drawn, strict=True))),
    st.tuples(st.integers(1, 50), st.integers(1, 20), st.integers(1, 30)).map(
        lambda drawn: {
            "low": drawn[0] / 1000,
            "high": (drawn[0] + drawn[1] * drawn[2]) / 1000,
            "step": drawn[1] / 1000,
        }
    ),
)
categories = st.lists(shares, min_size=1, max_size=6, unique=True)
CONTINUOUS = "market.needs_per_week"
parameters = st.fixed_dictionaries(
    {CONTINUOUS: st.just({"low": 0.01, "high": 0.05})},
    optional=dict.fromkeys(("focal.share", "network.rewiring"), numeric | categories),
)
whole = st.tuples(st.integers(1, 40), st.integers(1, 9), st.integers(1, 40)).map(
    lambda drawn: {"low": drawn[0], "high": drawn[0] + drawn[1] * drawn[2], "step": drawn[1]}
)


def allowed(parameter, value):
    """Whether a design may give a parameter this value, by the plain reading of its range."""
    if isinstance(parameter, list):
        return value in parameter
    if "step" not in parameter:
        return parameter["low"] <= value <= parameter["high"]
    low, high, step = (parameter[key] for key in ("low", "high", "step"))
    steps = (value - low) / step
    return low <= value <= high + 1e-12 and math.isclose(steps, round(steps), abs_tol=1e-6)


# What every drawn design keeps to


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["lhs", "sobol"]), parameters, st.integers(1, 40), st.integers(0, 2**63 - 1))
def test_every_point_is_within_its_ranges(kind, ranges, n, seed):
    found = points({"kind": kind, "points": n, "parameters": ranges}, seed=seed)
    assert len(found) == n
    for point in found:
        assert list(point) == list(ranges)
        assert all(allowed(ranges[key], value) for key, value in point.items())


@settings(max_examples=30, deadline=None)
@given(parameters, st.sampled_from([1, 2, 4, 8]))
def test_every_row_of_a_saltelli_design_is_within_its_ranges(ranges, n):
    study = experiment({"kind": "saltelli", "base_points": n, "parameters": ranges})
    rows = study.design_points.rows
    assert len(rows) == n * (len(ranges) + 2)
    assert sorted(set(rows)) == list(range(len(study.points)))
    for point in study.points:
        assert all(allowed(ranges[key], value) for key, value in point.items())


@given(whole, st.sampled_from(["linear", "log"]), st.integers(0, 2**20 - 1))
def test_steps_between_whole_numbers_give_whole_numbers(range_, scale, k):
    value = Range(**range_, scale=scale).value(k / 2**20)
    assert isinstance(value, int)
    assert value in range(range_["low"], range_["high"] + 1, range_["step"])


@given(whole)
def test_each_step_has_the_same_share_of_the_unit_interval(range_):
    parameter = Range(**range_)
    n = (range_["high"] - range_["low"]) // range_["step"] + 1
    counts = Counter(parameter.value((k + 0.5) / (n * 8)) for k in range(n * 8))
    assert set(counts.values()) == {8}
    assert len(counts) == n


@given(whole)
def test_a_step_on_a_log_scale_has_the_share_of_its_ratio(range_):
    parameter = Range(**range_, scale="log")
    low, high, step = (range_[key] for key in ("low", "high", "step"))
    span = math.log((high + step) / low)
    for value in range(low, high + 1, step):
        middle = (math.log(value / low) + math.log((value + step) / low)) / 2 / span
        assert parameter.value(middle) == value


def test_a_step_is_taken_as_it_is_written():
    found = points({"kind": "lhs", "points": 3, "parameters": {
        "focal.share": {"low": 0.1, "high": 0.3, "step": 0.1}}})  # fmt: skip
    assert sorted(point["focal.share"] for point in found) == [0.1, 0.2, 0.3]


def test_the_seed_decides_the_points():
    ranges = {"focal.share": {"low": 0.1, "high": 0.3}}
    for kind in ("lhs", "sobol"):
        design = {"kind": kind, "points": 8, "parameters": ranges}
        assert points(design) == points(design)
        assert points(design, seed=2) != points(design)


# Latin hypercubes


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.integers(1, 6), st.integers(0, 2**63 - 1))
def test_a_latin_hypercube_has_one_point_a_stratum(n, d, seed):
    cube = latin_hypercube(n, d, seed)
    for column in cube.T:
        assert sorted(np.floor(column * n)) == list(range(n))


def test_a_latin_hypercube_has_one_point_a_stratum_of_its_scale():
    low, high, n = 0.001, 1.0, 32
    found = points({"kind": "lhs", "points": n, "parameters": {
        "network.rewiring": {"low": low, "high": high, "scale": "log"}}})  # fmt: skip
    strata = [math.log(p["network.rewiring"] / low) / math.log(high / low) * n for p in found]
    assert sorted(map(math.floor, strata)) == list(range(n))


# Sobol' points and Saltelli's rows


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 70), st.integers(1, 5), st.integers(0, 2**63 - 1))
def test_sobol_points_are_those_of_scipy(n, d, seed):
    theirs = qmc.Sobol(d, scramble=True, rng=generator(seed)).random_base2(7)
    np.testing.assert_array_equal(sobol(n, d, seed), theirs[:n])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([1, 2, 8, 16]), st.integers(1, 5), st.integers(0, 2**63 - 1))
def test_saltelli_rows_are_those_of_salib_in_its_order(n, d, seed):
    problem = {"num_vars": d, "names": [f"x{k}" for k in range(d)], "bounds": [[0, 1]] * d}
    theirs = salib_sobol.sample(problem, n, calc_second_order=False, seed=generator(seed))
    np.testing.assert_array_equal(saltelli(n, d, seed), theirs)


def test_values_of_a_saltelli_design_are_those_of_salib():
    bounds = {"focal.share": (0.1, 0.3), "market.needs_per_week": (0.01, 0.05)}
    study = experiment({"kind": "saltelli", "base_points": 8, "parameters": {
        key: {"low": low, "high": high} for key, (low, high) in bounds.items()}})  # fmt: skip
    problem = {"num_vars": 2, "names": list(bounds), "bounds": [list(b) for b in bounds.values()]}
    theirs = salib_sobol.sample(problem, 8, calc_second_order=False, seed=generator(1))
    ours = [list(study.points[row].values()) for row in study.design_points.rows]
    np.testing.assert_allclose(ours, theirs, rtol=1e-15)


def test_a_point_that_comes_again_in_a_saltelli_design_is_one_point():
    study = experiment({"kind": "saltelli", "base_points": 16, "parameters": {
        "focal.strategy": ["give-first", "hard-sell"],
        "network.degree": {"low": 4, "high": 8, "step": 2}}})  # fmt: skip
    assert len(study.points) == len(set(study.points)) <= 6
    assert len(study.design_points.rows) == 64
    first = [study.design_points.rows.index(k) for k in range(len(study.points))]
    assert first == sorted(first) == list(study.design_points.first)


# Morris' trajectories


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 8), st.integers(1, 6), st.sampled_from([2, 4, 6, 10]), st.integers(0, 9))
def test_a_trajectory_changes_one_parameter_a_step_and_by_half_the_levels(n, d, levels, seed):
    rows = trajectories(n, d, levels, seed).reshape(n, d + 1, d)
    assert rows.min() >= 0
    assert rows.max() < levels
    for trajectory in rows:
        steps = np.diff(trajectory, axis=0)
        assert sorted(np.nonzero(steps)[1]) == list(range(d))
        assert np.all(np.abs(steps).sum(axis=1) == levels // 2)


def test_trajectories_have_the_distribution_of_those_of_salib():
    """Each level and direction equally often: chi-square at 0.001, for ours and for theirs."""
    from scipy.stats import chisquare

    n, d, levels = 3000, 2, 4
    problem = {"num_vars": d, "names": ["a", "b"], "bounds": [[0, 1]] * d}
    theirs = salib_morris.sample(problem, n, num_levels=levels, seed=7) * (levels - 1)
    for rows in (trajectories(n, d, levels, 7), np.rint(theirs).astype(int)):
        starts = rows.reshape(n, d + 1, d)[:, 0]
        counts = Counter(map(tuple, starts.tolist()))
        assert set(counts) == set(itertools.product(range(levels), repeat=d))
        assert chisquare(list(counts.values())).pvalue > 0.001


def test_trajectories_step_by_the_same_share_of_every_scale():
    study = experiment({"kind": "morris", "trajectories": 5, "levels": 4, "parameters": {
        "focal.share": {"low": 0.1, "high": 0.4},
        "network.rewiring": {"low": 0.001, "high": 1.0, "scale": "log"},
        "network.degree": {"low": 4, "high": 16, "step": 2}}})  # fmt: skip
    rows = [study.points[row] for row in study.design_points.rows]
    changes = {
        "focal.share": lambda a, b: abs(a - b) / 0.3,
        "network.rewiring": lambda a, b: abs(math.log(a / b)) / math.log(1000),
        "network.degree": lambda a, b: abs(a - b) / 12,
    }
    for start in range(0, len(rows), 4):
        trajectory = rows[start : start + 4]
        moved = []
        for before, after in itertools.pairwise(trajectory):
            ((key, change),) = [
                (key, change(before[key], after[key]))
                for key, change in changes.items()
                if before[key] != after[key]
            ]
            assert change == pytest.approx(2 / 3)
            moved.append(key)
        assert sorted(moved) == sorted(changes)


# What is written point by point


def test_a_grid_is_what_a_sweep_makes():
    values = {"weeks": [1, 2], "network.rewiring": [0.0, 0.5, 1.0]}
    assert (
        points({"kind": "grid", "parameters": values})
        == Experiment.model_validate({**PARTS, "sweep": values}).points
        == tuple({"weeks": w, "network.rewiring": r} for w in (1, 2) for r in (0.0, 0.5, 1.0))
    )


def test_zipped_lists_and_listed_points_are_taken_in_their_order():
    zipped = {"kind": "zip", "parameters": {"weeks": [9, 3], "network.degree": [4, 6]}}
    listed = {"kind": "list", "points": [
        {"weeks": 9, "network.degree": 4}, {"network.degree": 6, "weeks": 3}]}  # fmt: skip
    wanted = ({"weeks": 9, "network.degree": 4}, {"weeks": 3, "network.degree": 6})
    assert points(zipped) == points(listed) == wanted
    assert [list(point) for point in points(listed)] == [["weeks", "network.degree"]] * 2


def test_points_may_set_whole_parts_and_nothing():
    found = points({"kind": "list", "points": [
        {"network": {"model": "classic", "name": "karate-club"}, "probes": None},
        {"network": PARTS["network"], "probes": {"letters": 3}}]})  # fmt: skip
    study = experiment({"kind": "list", "points": list(found)})
    assert study.world("base", 0).network.name == "karate-club"
    assert study.world("base", 1).probes.letters == 3


@pytest.fixture
def table(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "pilot.yaml").write_text(
        dump({**PARTS, "design": {"kind": "csv", "file": "tables/points.csv"}}), encoding="utf-8"
    )

    def write(text):
        (tmp_path / "tables" / "points.csv").write_text(text, encoding="utf-8")
        return tmp_path / "pilot.yaml"

    return write


def test_a_csv_file_has_keys_and_points(table):
    file = table('weeks,network.rewiring,"focal.strategy"\n 9, 1e-1 ,give-first\n\n3,.5,"null"\n')
    assert load(file).points == (
        {"weeks": 9, "network.rewiring": 0.1, "focal.strategy": "give-first"},
        {"weeks": 3, "network.rewiring": 0.5, "focal.strategy": None},
    )


def test_a_csv_file_is_no_longer_needed_once_it_is_read(table, tmp_path):
    first = load(table("weeks\n9\n3\n"))
    (tmp_path / "resolved.yaml").write_text(dump(first.resolved()), encoding="utf-8")
    (tmp_path / "tables" / "points.csv").unlink()
    assert load(tmp_path / "resolved.yaml") == first


def test_a_csv_file_is_read_from_python_too(tmp_path):
    (tmp_path / "points.csv").write_text("weeks\n9\n3\n", encoding="utf-8")
    assert points({"kind": "csv", "file": str(tmp_path / "points.csv")}) == (
        {"weeks": 9}, {"weeks": 3},
    )  # fmt: skip
    with pytest.raises(ValidationError, match="cannot be read: no such file"):
        experiment({"kind": "csv", "file": str(tmp_path / "nothing.csv")})


# Growing at the end


def grows(small, large):
    before, after = points(small), points(large)
    assert len(after) > len(before)
    assert after[: len(before)] == before


def test_what_grows_at_its_end_keeps_the_points_before(table):
    ranges = {
        "focal.share": {"low": 0.1, "high": 0.3},
        "network.degree": {"low": 4, "high": 10, "step": 2},
    }
    for kind, count, few, more in (
        ("sobol", "points", 5, 33),
        ("saltelli", "base_points", 4, 16),
        ("morris", "trajectories", 3, 7),
    ):
        design = {"kind": kind, "parameters": ranges}
        grows({**design, count: few}, {**design, count: more})
    where = {"kind": "sobol", "parameters": ranges, "where": ["network.degree > 5"]}
    grows({**where, "points": 9}, {**where, "points": 30})
    some = [{"weeks": week} for week in range(1, 9)]
    grows({"kind": "list", "points": some[:5]}, {"kind": "list", "points": some})
    few, more = load(table("weeks\n9\n3\n")).points, load(table("weeks\n9\n3\n7\n")).points
    assert more[:2] == few


# Replicate-major order, and experiments at other points


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.lists(st.sampled_from("abc"), unique=True))
def test_at_any_moment_all_points_have_as_many_replicates_as_others(replicates, n, arms):
    study = experiment(
        {"kind": "sobol", "points": n, "parameters": {"focal.share": {"low": 0.1, "high": 0.2}}},
        replicates=replicates,
        arms={arm: {} for arm in arms},
    )
    trials = study.trials()
    assert len(set(trials)) == len(trials) == replicates * n * max(1, len(arms))
    for stop in range(len(trials) + 1):
        counts = Counter((key.arm, key.point) for key in trials[:stop])
        counts.update({(arm, point): 0 for arm in study.arm_names for point in range(n)})
        assert max(counts.values()) - min(counts.values()) <= 1


def test_the_same_experiment_elsewhere():
    study = experiment(
        {"kind": "sobol", "points": 4, "parameters": {"focal.share": {"low": 0.1, "high": 0.2}}},
        arms={"one": {"weeks": 3}},
    )
    there = study.at([{"network.degree": np.int64(4)}, {"network.degree": 6}])
    assert there.points == ({"network.degree": 4}, {"network.degree": 6})
    assert there.world("one", 1).network.degree == 6
    assert there.world("one", 1).weeks == 3
    assert type(there.points[0]["network.degree"]) is int
    assert there.trials()[-1] == TrialKey("one", 1, 19)
    assert study.with_replicates(3).trials()[-1] == TrialKey("one", 3, 2)
    more = study.with_arm("two", {"focal.strategy": "hard-sell"})
    assert more.arm_names == ("one", "two")
    assert more.world("two").focal.strategy == "hard-sell"
    assert more.points == study.points


def test_the_same_experiment_elsewhere_has_no_longer_a_design_or_fit():
    fitted = {
        "parameters": {"focal.share": {"low": 0.1, "high": 0.2}},
        "targets": [{"measure": "ties", "value": 5, "sd": 1}],
    }
    study = experiment({"kind": "zip", "parameters": {"weeks": [1, 2]}}, calibrate=fitted)
    assert study.at([{"focal.share": 0.15}]).calibrate is None
    nowhere = study.at([{}])
    assert (nowhere.design, nowhere.points) == (None, ({},))


def test_a_copy_makes_its_points_anew():
    study = experiment(
        {"kind": "lhs", "points": 4, "parameters": {"focal.share": {"low": 0.1, "high": 0.2}}}
    )
    assert study.model_copy(update={"seed": 2}).points == points(study.design, seed=2)
    assert study.model_copy().points == study.points != points(study.design, seed=2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda study: study.at([{"network.degree": 7}]), "must be even"),
        (lambda study: study.at([{"weeks": 7}, {"weeks": 7}]), "must make each point once"),
        (lambda study: study.at([]), "at least one point"),
        (lambda study: study.with_replicates(0), "must be a whole number from 1"),
        (lambda study: study.with_arm("two", {"focal.strategy": "hrd-sell"}), "known strategy"),
        (lambda study: study.with_arm("Two", {}), "must be lower-case words"),
    ],
)
def test_elsewhere_it_must_be_possible_too(change, message):
    with pytest.raises(SpecError, match=message):
        change(experiment(None))


def test_ten_thousand_points_are_quickly_there():
    """Not timed; a cost that grew with the square of the number of points would be felt."""
    study = experiment({"kind": "sobol", "points": 10_000, "parameters": {
        "focal.share": {"low": 0.1, "high": 0.2}}}, replicates=10)  # fmt: skip
    assert len(study.trials()) == 100_000
    assert study.world("base", 9_999).focal.share == study.points[9_999]["focal.share"]


def test_there_is_no_world_at_a_point_that_is_not_there():
    study = experiment({"kind": "zip", "parameters": {"weeks": [1, 2]}})
    for point in (-1, 2):
        with pytest.raises(IndexError):
            study.world("base", point)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=8))
def test_the_same_point_twice_is_refused_and_only_that(weeks):
    design = {"kind": "list", "points": [{"weeks": week} for week in weeks]}
    if len(set(weeks)) == len(weeks):
        assert len(points(design)) == len(weeks)
    else:
        with pytest.raises(ValidationError, match="must make each point once"):
            points(design)


def test_resolved_designs_run_again_as_they_are(tmp_path):
    ranges = {"focal.share": {"low": 0.1, "high": 0.3}}
    for number, design in enumerate(
        [
            {"kind": "grid", "parameters": {"weeks": [1, 2]}},
            {"kind": "zip", "parameters": {"weeks": [1, 2], "focal.share": [0.1, 0.2]}},
            {"kind": "list", "points": [{"weeks": 1}]},
            {"kind": "lhs", "points": 3, "parameters": ranges, "where": ["focal.share < 1"]},
            {"kind": "sobol", "points": 3, "parameters": ranges},
            {"kind": "saltelli", "base_points": 4, "parameters": ranges},
            {"kind": "morris", "trajectories": 3, "parameters": ranges},
        ]
    ):
        study = experiment(design)
        file = tmp_path / f"{number}.yaml"
        file.write_text(dump(study.resolved()), encoding="utf-8")
        assert load(file) == study
        assert load(file).points == study.points
