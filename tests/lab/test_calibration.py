"""Parameters of models whose truth is known, found again; what cannot be known, said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simnet.errors import ResultsError
from simnet.lab.calibration import fit, format_calibration
from simnet.lab.calibration.posterior import quantiles
from simnet.lab.calibration.space import Space
from simnet.spec.calibration import Calibrate

METHODS = ["least-squares", "nelder-mead", "abc", "abc-smc"]
TRUTH = {"a": 2.0, "b": 3.0}
TARGETS = [
    {"measure": "sum", "value": 5.0, "sd": 0.1},
    {"measure": "difference", "value": -1.0, "sd": 0.1},
    {"measure": "product", "value": 6.0, "sd": 0.3, "predicted": True},
]
PARAMETERS = {"a": {"low": 0.0, "high": 5.0}, "b": {"low": 1.0, "high": 10.0, "scale": "log"}}


class Toy:
    """Sum, difference and product of two parameters, with noise keyed by replicate."""

    def __init__(self, replicates=range(10), noise=0.1, broken=None):
        self.replicates, self.noise, self.broken = replicates, noise, broken
        self.run = []

    def __call__(self, points):
        self.run += points
        rows = []
        for number, point in enumerate(points):
            a, b = point["a"], point["b"]
            for replicate in self.replicates:
                noise = np.random.default_rng([replicate, 3]).normal(0, self.noise, 3)
                values = np.array([a + b, a - b, a * b]) + noise * (1 + 0.1 * a)
                if self.broken and self.broken(point):
                    values[:] = np.nan
                rows += [
                    (number, "base", replicate, measure, value)
                    for measure, value in zip(("sum", "difference", "product"), values, strict=True)
                ]
        return pd.DataFrame(rows, columns=["point", "arm", "replicate", "measure", "value"])


def wanted(method, *, parameters=PARAMETERS, targets=TARGETS, points=300, **more):
    return Calibrate.model_validate(
        {"parameters": parameters, "targets": targets, "method": method, "points": points, **more}
    )


@pytest.mark.parametrize("method", METHODS)
def test_known_parameters_are_found_within_their_intervals(method):
    found = fit(wanted(method), Toy(), anew=Toy(range(10, 20)), seed=1)
    fitted = found.fitted.set_index("parameter")
    for name, truth in TRUTH.items():
        assert fitted.loc[name, "low"] <= truth <= fitted.loc[name, "high"]
        assert fitted.loc[name, "value"] == pytest.approx(truth, abs=0.2)
        assert fitted.loc[name, "verdict"] == "identified"
    assert found.targets["met"].all()
    if method != "abc":  # points spread over the prior come quite near by chance only
        assert found.targets["anew_met"].all()
    assert len(found.points) <= 300
    assert "identified" in format_calibration(found)


@pytest.mark.parametrize("method", METHODS)
def test_a_flat_parameter_is_not_identified(method):
    parameters = {**PARAMETERS, "idle": {"low": 0.0, "high": 1.0}}
    found = fit(wanted(method, parameters=parameters, points=500), Toy(), seed=2)
    fitted = found.fitted.set_index("parameter")
    assert fitted.loc["idle", "verdict"] == "not identified"
    assert np.isnan(fitted.loc["idle", ["low", "high"]].astype(float)).all()
    assert (fitted.loc[["a", "b"], "verdict"] == "identified").all()


@pytest.mark.parametrize("method", METHODS)
def test_a_ridge_is_told_by_the_correlation(method):
    """One target, two parameters: only their sum is known."""
    found = fit(wanted(method, targets=TARGETS[:1], points=400), Toy(), seed=3)
    assert found.correlation["correlation"][0] < -0.9
    assert any("they cannot all be told apart" in note for note in found.notes)


@pytest.mark.parametrize("method", ["least-squares", "abc-smc"])
def test_a_side_that_the_targets_leave_open(method):
    """The target lies beyond what the range can give: the upper end is open."""
    targets = [{"measure": "sum", "value": 6.9, "sd": 0.8}]
    parameters = {"a": {"low": 0.0, "high": 5.0}, "b": {"low": 1.99, "high": 2.0}}
    found = fit(wanted(method, parameters=parameters, targets=targets, points=200), Toy())
    a = found.fitted.set_index("parameter").loc["a"]
    assert a["verdict"] == "no upper bound"
    assert 3.0 < a["low"] < 4.5
    assert np.isnan(a["high"])


def test_intervals_of_a_linear_model_are_those_of_theory():
    """a + b and a - b known to 0.1 each, no noise: a and b known to 0.1 / sqrt(2)."""
    parameters = {"a": {"low": 0.0, "high": 5.0}, "b": {"low": 0.0, "high": 6.0}}
    half = 1.96 * 0.1 / np.sqrt(2)
    for method in ("least-squares", "abc-smc"):
        found = fit(wanted(method, parameters=parameters, points=600), Toy(noise=0.0), seed=1)
        fitted = found.fitted.set_index("parameter")
        for name, truth in TRUTH.items():
            width = fitted.loc[name, "high"] - fitted.loc[name, "low"]
            assert fitted.loc[name, "value"] == pytest.approx(truth, abs=0.05)
            assert width == pytest.approx(2 * half, rel=0.25)


def test_targets_that_cannot_be_met_together_are_said():
    targets = [*TARGETS[:2], {"measure": "product", "value": 20.0, "sd": 0.3}]
    found = fit(wanted("least-squares", targets=targets), Toy())
    assert any("the targets are not met together" in note for note in found.notes)
    assert not found.targets["met"].all()


def test_a_prediction_that_fails_is_said():
    targets = [*TARGETS[:2], {"measure": "product", "value": 9.0, "sd": 0.1, "predicted": True}]
    found = fit(wanted("nelder-mead", targets=targets), Toy())
    assert list(found.targets["met"]) == [True, True, False]
    assert (found.fitted["verdict"] == "identified").all()


def test_a_budget_that_ends_is_said():
    found = fit(wanted("nelder-mead", points=40), toy := Toy())
    assert len(toy.run) == 40
    assert "not examined" in set(found.fitted["verdict"])
    assert any("the budget of 40 points ended" in note for note in found.notes)
    assert "not examined" in format_calibration(found)


def test_a_larger_budget_goes_on_from_the_same_points():
    fit(wanted("nelder-mead", points=40), short := Toy())
    fit(wanted("nelder-mead", points=160), longer := Toy())
    assert longer.run[:10] == short.run[:10]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_runs_give_the_same_calibration(method):
    one, other = (fit(wanted(method, points=50), Toy(), seed=5) for _ in range(2))
    for table in ("fitted", "targets", "points", "likely", "correlation"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))


def test_no_point_is_run_twice():
    fit(wanted("least-squares"), toy := Toy())
    assert len({tuple(point.values()) for point in toy.run}) == len(toy.run)


def test_a_point_at_which_a_measure_is_undefined_is_far_away():
    toy = Toy(broken=lambda point: point["a"] > 3)
    found = fit(wanted("abc", points=200), toy, seed=1)
    assert found.likely.loc[found.likely["a"] > 3, "weight"].max() < 1e-12
    assert found.fitted.set_index("parameter").loc["a", "value"] == pytest.approx(2.0, abs=0.3)


def test_whole_numbers_stay_whole():
    parameters = {"a": {"low": 0, "high": 5, "step": 1}, "b": PARAMETERS["b"]}
    found = fit(wanted("nelder-mead", parameters=parameters), toy := Toy(), seed=1)
    assert {type(point["a"]) for point in toy.run} == {int}
    assert found.fitted.set_index("parameter").loc["a", "value"] == 2


def test_a_target_that_was_not_measured():
    targets = [{"measure": "luck", "value": 1.0, "sd": 1.0}]
    with pytest.raises(ResultsError, match="luck was not measured in arm base, and is a target"):
        fit(wanted("abc", targets=targets), Toy())


def test_each_whole_number_has_an_even_cell():
    space = Space(wanted("abc", parameters={"a": {"low": 3, "high": 6, "step": 1}}).parameters)
    values = [space.value("a", place) for place in np.linspace(0, 1, 4001)]
    counts = np.bincount(values)[3:]
    assert counts[:3] == pytest.approx([1000] * 3, abs=1)
    assert values[0] == 3
    assert values[-1] == 6


def test_a_log_scale_is_even_in_ratios():
    space = Space(wanted("abc").parameters)
    assert [space.value("b", place) for place in (0, 0.5, 1)] == [1.0, 3.16228, 10.0]


def test_weighted_quantiles_are_numpys_where_weights_are_alike():
    values = np.random.default_rng(0).normal(size=1001)
    shares = np.array([0.025, 0.5, 0.975])
    found = quantiles(values, np.full(1001, 1 / 1001), shares)
    assert found == pytest.approx(np.quantile(values, shares, method="hazen"))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["least-squares", "abc-smc"])
def test_intervals_cover_the_truth(method):
    """100 data sets: targets are drawn about the truth with their sd, and so are replicates.

    Standard error of a coverage of 0.95: 0.022.
    """
    within = []
    for trial in range(100):
        rng = np.random.default_rng([11, trial])
        values = np.array([5.0, -1.0]) + rng.normal(0, 0.1, 2)
        targets = [{**TARGETS[i], "value": float(values[i])} for i in range(2)]
        toy = Toy(range(100 * trial, 100 * trial + 10), noise=0.1)
        fitted = fit(wanted(method, targets=targets), toy, seed=trial).fitted
        fitted = fitted.set_index("parameter")
        within.append(
            [fitted.loc[n, "low"] <= v <= fitted.loc[n, "high"] for n, v in TRUTH.items()]
        )
    coverage = np.mean(within, axis=0)
    print(method, coverage)
    assert (coverage >= 0.88).all()
