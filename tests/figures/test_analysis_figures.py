"""Figures of sensitivity and of calibration: what stands in them, and that nothing is cut."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from simnet.errors import ResultsError
from simnet.figures.calibration import likely_parameters
from simnet.figures.sensitivity import parameter_effects
from simnet.lab.calibration import Calibration
from simnet.lab.sensitivity import Sensitivity
from simnet.lab.sensitivity.resampling import Interval

NAMES = ["network.rewiring", "behaviour.trust.a_very_long_key_of_a_parameter", "focal.strategy"]
INDICES = {
    "sobol": ("first", "total"),
    "morris": ("mu", "mu_star", "sigma"),
    "pawn": ("pawn",),
    "ranks": ("rank_correlation", "regional"),
}
NAN = float("nan")


def sensitivity_of(method, *, noise=0.04, replicates=6):
    rng = np.random.default_rng(1)
    rows = []
    for index in INDICES[method]:
        for place, name in enumerate(NAMES):
            value = 0.9 - 0.3 * place + rng.normal(0, 0.01)
            bare = index == "regional" or (method == "ranks" and place == 2)
            ends = (NAN, NAN) if bare else (value - 0.1, value + 0.1)
            rows.append((name, index, value, *ends, 0.1, 0.1))
    columns = ["parameter", "index", "value", "low", "high", "floor", "dummy"]
    share = Interval(*(np.asarray(x) for x in (noise, noise - 0.01, noise + 0.01)))
    table = pd.DataFrame(rows, columns=columns)
    return Sensitivity("trust", "give-first", None, method, table, share, 120, replicates, 0.95)


def calibration_of(method, parameters=3):
    names = [f"market.parameter_{number}" for number in range(parameters)]
    rng = np.random.default_rng(2)
    verdicts = ["identified", "no upper bound", "not identified"]
    fitted = pd.DataFrame(
        {
            "parameter": names,
            "value": 2.0,
            "low": [1.5, 1.5, NAN][:parameters],
            "high": [2.5, NAN, NAN][:parameters],
            "range_low": 1.0,
            "range_high": 4.0,
            "scale": ["linear", "log", "linear"][:parameters],
            "verdict": verdicts[:parameters],
        }
    )
    if method.startswith("abc"):
        values = {name: rng.uniform(1, 4, 60) for name in names}
        likely = pd.DataFrame({**values, "weight": rng.dirichlet(np.ones(60))})
    else:
        grid = np.linspace(1, 4, 7)
        rows = [(name, at, 10 * (at - 2) ** 2) for name in names for at in grid]
        likely = pd.DataFrame(rows, columns=["parameter", "value", "rise"])
    nothing = pd.DataFrame()
    return Calibration(method, 0.95, fitted, nothing, nothing, likely, nothing)


def undrawn_ticks(figure):
    """Labels of ticks outside the limits, which matplotlib keeps without drawing them."""
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low <= tick.get_loc() <= high:
                    yield from (tick.label1, tick.label2)


def assert_nothing_is_cut(figure):
    renderer = figure.canvas.get_renderer()
    undrawn = set(undrawn_ticks(figure))
    for text in set(figure.findobj(Text)) - undrawn:
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent(renderer)
            assert figure.bbox.x0 <= box.x0, text.get_text()
            assert box.x1 <= figure.bbox.x1, text.get_text()


def caption(figure):
    return figure.texts[1].get_text().replace("\n", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("method", INDICES)
def test_the_strongest_parameter_stands_first(method):
    figure = parameter_effects(sensitivity_of(method))
    first = figure.axes[0]
    names = [label.get_text().replace("\n", "") for label in first.get_yticklabels()]
    assert names == NAMES
    places = first.get_yticks()
    assert list(places) == sorted(places)
    assert first.get_ylim()[0] > first.get_ylim()[1]
    assert_nothing_is_cut(figure)


@pytest.mark.parametrize("method", INDICES)
def test_the_caption_says_n_and_the_noise(method):
    words = caption(parameter_effects(sensitivity_of(method)))
    assert "n = 120 points x 6 replicates" in words
    assert "oise between replicates: 4.0 % [3.0, 5.0]" in words
    alone = caption(parameter_effects(sensitivity_of(method, noise=NAN, replicates=1)))
    assert "cannot be told from effects: one replicate" in alone


def test_every_interval_is_inside_its_panel():
    for method in INDICES:
        for ax in parameter_effects(sensitivity_of(method)).axes:
            low, high = ax.get_xlim()
            ends = np.concatenate([np.asarray(line.get_xdata(), float) for line in ax.lines])
            assert low <= np.nanmin(ends)
            assert np.nanmax(ends) <= high


@pytest.mark.parametrize("parameters", [1, 2, 3])
@pytest.mark.parametrize("method", ["nelder-mead", "abc-smc"])
def test_a_panel_a_parameter_or_pair(method, parameters):
    figure = likely_parameters(calibration_of(method, parameters))
    pairs = parameters * (parameters + 1) // 2
    assert len(figure.axes) == (pairs if method == "abc-smc" else parameters)
    assert_nothing_is_cut(figure)


def test_a_profile_says_its_verdict():
    figure = likely_parameters(calibration_of("nelder-mead"))
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == ["identified", "no upper bound", "not identified"]


def test_without_any_profile_there_is_no_figure():
    found = calibration_of("nelder-mead")
    empty = Calibration("nelder-mead", 0.95, found.fitted, *[found.likely.iloc[:0]] * 4)
    with pytest.raises(ResultsError, match="the budget of points was too small"):
        likely_parameters(empty)
