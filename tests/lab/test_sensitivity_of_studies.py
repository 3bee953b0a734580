"""From the results of a study to its indices: rows of the design, missing trials, SALib."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib_morris
from SALib.sample import sobol as salib_rows

import simnet
from simnet.errors import ResultsError
from simnet.lab.sensitivity import (
    design_from_problem,
    design_table,
    format_sensitivity,
    outcomes,
    problem,
    sensitivity,
)

BASE = """\
version: 1
name: designed
seed: 7
replicates: 3
weeks: 4
network: {model: watts-strogatz, people: 40, degree: 4, rewiring: 0.1}
population: {passive-profile: 1.0}
arms:
  hard-sell: {focal.strategy: hard-sell}
  give-first: {focal.strategy: give-first}
"""
RANGES = """\
  parameters:
    network.rewiring: {low: 0.01, high: 1.0, scale: log}
    market.needs_per_week: {low: 0.1, high: 0.5}
"""
DESIGNS = {
    "saltelli": f"design:\n  kind: saltelli\n  base_points: 16\n{RANGES}",
    "morris": f"design:\n  kind: morris\n  trajectories: 10\n{RANGES}",
    "lhs": f"design:\n  kind: lhs\n  points: 40\n{RANGES}",
    "sweep": "sweep:\n  network.rewiring: [0.1, 0.2, 0.3]\n"
    "  focal.strategy: [passive-profile, hard-sell]\n",
}


@dataclass
class Study:
    """What is read of a results folder, with a measure whose value follows from the point."""

    experiment: simnet.Experiment
    measures: pd.DataFrame
    path: Path = Path("results/designed")


@pytest.fixture
def study(tmp_path):
    """Make a study of a design: 10 x log10(rewiring) + needs + noise, plus 1 in give-first."""

    def make(kind, noise=0.1, base=BASE):
        file = tmp_path / f"{kind}.yaml"
        file.write_text(base + DESIGNS[kind], encoding="utf-8")
        experiment = simnet.load(file)
        rng = np.random.default_rng(1)
        rows = [
            (arm, number, replicate, "opportunity_yield", value + rng.normal(0, noise))
            for number, point in enumerate(experiment.points)
            for replicate in range(experiment.replicates)
            for arm in experiment.arm_names
            for value in [
                10 * np.log10(point["network.rewiring"])
                + point.get("market.needs_per_week", 0)
                + (arm == "give-first")
            ]
        ]
        columns = ["arm", "point", "replicate", "measure", "value"]
        return Study(experiment, pd.DataFrame(rows, columns=columns))

    return make


SWEEP_BASE = BASE.replace(BASE[BASE.index("arms:") :], "")


def test_a_design_gives_its_method(study):
    found = sensitivity(study("saltelli"), "opportunity_yield", arm="hard-sell")
    assert found.method == "sobol"
    first = found.table.set_index(["parameter", "index"])["value"]
    assert first["network.rewiring", "total"] == pytest.approx(1.0, abs=0.2)
    assert first["market.needs_per_week", "total"] == pytest.approx(0.0, abs=0.01)
    found = sensitivity(study("morris"), "opportunity_yield", arm="hard-sell")
    assert found.method == "morris"
    effects = found.table.set_index(["parameter", "index"])["value"]
    assert effects["network.rewiring", "mu"] == pytest.approx(20.0, abs=0.3)
    assert effects["market.needs_per_week", "mu"] == pytest.approx(0.4, abs=0.3)
    assert sensitivity(study("lhs"), "opportunity_yield", arm="hard-sell").method == "pawn"


@pytest.mark.parametrize("method", ["pawn", "ranks"])
@pytest.mark.parametrize("kind", ["saltelli", "lhs"])
def test_cheap_looks_read_any_design(study, kind, method):
    found = sensitivity(study(kind), "opportunity_yield", arm="hard-sell", method=method)
    values = found.table.drop_duplicates("parameter").set_index("parameter")["value"]
    assert values["network.rewiring"] > values["market.needs_per_week"]
    assert "network.rewiring" in format_sensitivity(found)


def test_a_sweep_with_categories(study):
    made = study("sweep", base=SWEEP_BASE)
    table = design_table(made.experiment)
    assert table.kind == "grid"
    assert table.ordered == (True, False)
    assert table.places[:, 0] == pytest.approx([0, 0, 0.5, 0.5, 1, 1])
    assert np.isnan(table.ranked[:, 1]).all()
    ranks = sensitivity(made, "opportunity_yield", arm="base", method="ranks")
    of_strategy = ranks.table[ranks.table["parameter"] == "focal.strategy"]
    assert of_strategy["value"].isna().all()


def test_differences_are_paired(study):
    found = outcomes(study("lhs"), "opportunity_yield", arm="give-first", versus="hard-sell")
    assert found.shape == (40, 3)
    assert found.mean() == pytest.approx(1.0, abs=0.05)


def test_missing_trials_are_listed_with_the_command_that_runs_them(study):
    made = study("saltelli")
    gone = made.measures.eval("(point in [3, 17] and replicate == 1) or point == 5")
    made.measures = made.measures[~gone]
    with pytest.raises(
        ResultsError, match=r"^5 of 192 trials of arm hard-sell .* at points 3, 5, 17;"
    ) as error:
        sensitivity(made, "opportunity_yield", arm="hard-sell")
    assert "simnet resume results/designed" in str(error.value)


def test_an_undefined_measure_is_no_missing_trial(study):
    made = study("lhs")
    made.measures.loc[made.measures["point"] == 8, "value"] = np.nan
    with pytest.raises(
        ResultsError, match="is undefined in some trials of arm hard-sell at point 8"
    ):
        sensitivity(made, "opportunity_yield", arm="hard-sell")


def test_a_method_needs_its_design(study):
    with pytest.raises(ResultsError, match="need a saltelli design; this study has a lhs design"):
        sensitivity(study("lhs"), "opportunity_yield", arm="hard-sell", method="sobol")
    with pytest.raises(ResultsError, match="no sample of the ranges"):
        sensitivity(study("morris"), "opportunity_yield", arm="hard-sell", method="pawn")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arm": "nobody"}, "'nobody' is not an arm; the arms are hard-sell, give-first"),
        ({"measure": "luck"}, "'luck' was not measured; measured were opportunity_yield"),
        ({"method": "guess"}, "method must be one of sobol, morris, pawn, ranks; got 'guess'"),
        ({"level": 95}, r"level must be a probability in \(0, 1\); got 95"),
    ],
)
def test_misuse_is_said_in_a_sentence(study, changes, message):
    arguments = {"measure": "opportunity_yield", "arm": "hard-sell"} | changes
    with pytest.raises(ValueError, match=message):
        sensitivity(study("lhs"), **arguments)


def test_one_point_has_nothing_to_be_sensitive_to(tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text(BASE, encoding="utf-8")
    with pytest.raises(ResultsError, match="one point only"):
        design_table(simnet.load(file))


# ---------------------------------------------------------------------- SALib


def test_a_problem_for_salib_and_back(study):
    experiment = study("saltelli").experiment
    exported = problem(experiment)
    assert exported == {
        "num_vars": 2,
        "names": ["network.rewiring", "market.needs_per_week"],
        "bounds": [[0.01, 1.0], [0.1, 0.5]],
        "dists": ["logunif", "unif"],
    }
    rows = salib_rows.sample(exported, 4, calc_second_order=False)
    assert rows.shape == (16, 2)
    design = design_from_problem(exported, "saltelli", base_points=16)
    assert design["kind"] == "saltelli"
    assert design["parameters"]["network.rewiring"] == {"low": 0.01, "high": 1.0, "scale": "log"}


def test_rows_of_a_saltelli_design_stand_as_those_of_salib(study):
    table = design_table(study("saltelli").experiment)
    blocks = table.places.reshape(16, 4, 2)
    a, b = blocks[:, 0], blocks[:, -1]
    for i in range(2):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        assert blocks[:, i + 1] == pytest.approx(mixed)


def test_rows_of_a_morris_design_go_into_salib_as_they_are(study):
    made = study("morris")
    ours = sensitivity(made, "opportunity_yield", arm="hard-sell").table
    table = design_table(made.experiment)
    means = outcomes(made, "opportunity_yield", arm="hard-sell").mean(axis=1)
    unit = {"num_vars": 2, "names": list(table.names), "bounds": [[0, 1]] * 2}
    theirs = salib_morris.analyze(unit, table.places, means[list(table.points)], num_levels=4)
    found = ours.loc[ours["index"] == "mu_star", "value"].to_numpy()
    assert found == pytest.approx(np.asarray(theirs["mu_star"], dtype=float))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"groups": ["a", "a"]}, "must be without groups"),
        ({"dists": ["unif", "norm"]}, "must have unif or logunif for y; got 'norm'"),
    ],
)
def test_what_a_design_cannot_take_from_salib(changes, message):
    given = {"num_vars": 2, "names": ["x", "y"], "bounds": [[0, 1], [0, 1]], **changes}
    with pytest.raises(ValueError, match=message):
        design_from_problem(given, "lhs", points=8)


def test_salib_has_no_categories(study):
    with pytest.raises(ValueError, match="the experiment has none"):
        problem(study("sweep", base=SWEEP_BASE).experiment)
