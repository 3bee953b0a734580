"""``simnet sensitivity`` and ``simnet calibrate`` on small studies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import simnet as package
from simnet.cli.analyses import calibrate, sensitivity
from simnet.cli.group import Commands

DESIGNED = """\
version: 1
name: designed
seed: 7
replicates: 2
weeks: 6
network: {model: watts-strogatz, people: 40, degree: 4, rewiring: 0.1}
population: {passive-profile: 0.5, give-first: 0.5}
measures: [opportunity_yield, trust]
"""
DESIGN = """\
design:
  kind: saltelli
  base_points: 2
  parameters:
    market.needs_per_week: {low: 0.1, high: 0.5}
    network.rewiring: {low: 0.01, high: 1.0, scale: log}
"""
CALIBRATE = """\
calibrate:
  method: abc
  points: 8
  parameters:
    market.needs_per_week: {low: 0.1, high: 0.5}
  targets:
    - {measure: opportunity_yield, value: 5.0, sd: 1.0}
    - {measure: trust, value: 0.5, tolerance: 0.5, predicted: true}
"""


@pytest.fixture(scope="session")
def designed(tmp_path_factory) -> Path:
    """Results of a Saltelli design; tests must not change the trials."""
    folder = tmp_path_factory.mktemp("designed")
    (folder / "designed.yaml").write_text(DESIGNED + DESIGN, encoding="utf-8")
    out = folder / "results" / "designed"
    package.run(package.load(folder / "designed.yaml"), out=out, jobs=1, progress=False)
    return out


def call(*arguments):
    group = Commands("simnet", commands={"sensitivity": sensitivity, "calibrate": calibrate})
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_sensitivity_prints_indices_and_writes_tables_and_a_figure(designed):
    shown = call("sensitivity", designed)
    assert shown.exit_code == 0
    assert "opportunity_yield of base: Sobol' indices" in shown.stdout
    assert "8 points x 2 replicates, 95 % intervals" in shown.stdout
    stem = designed / "sensitivity" / "opportunity_yield.base.sobol"
    assert all(Path(f"{stem}.{ending}").exists() for ending in ("csv", "parquet", "png", "svg"))


def test_sensitivity_in_json(designed, tmp_path):
    shown = call("sensitivity", designed, "--measure", "trust", "--method", "ranks", "--json",
                 "-o", tmp_path)  # fmt: skip
    (content,) = json.loads(shown.stdout)
    assert content["measure"] == "trust"
    assert content["method"] == "ranks"
    assert {row["index"] for row in content["indices"]} == {"rank_correlation", "regional"}
    assert set(content["noise_share"]) == {"value", "low", "high"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--arm", "nobody"], "'nobody' is not an arm"),
        (["--measure", "luck"], "'luck' was not measured"),
        (["--method", "morris"], "need a morris design"),
    ],
)
def test_sensitivity_refuses_in_a_sentence(designed, options, words):
    shown = call("sensitivity", designed, *options)
    assert shown.exit_code == 2
    assert words in shown.stderr
    assert "Traceback" not in shown.output


def test_sensitivity_lists_missing_points(designed, tmp_path):
    copy = tmp_path / "copy"
    experiment = package.load(designed / "experiment.yaml")
    package.run(experiment.at(experiment.points[:1]), out=copy, jobs=1, progress=False)
    (copy / "experiment.yaml").write_text(
        (designed / "experiment.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    shown = call("sensitivity", copy)
    assert shown.exit_code == 2
    assert "at points 1, 2, 3, 4, 5, 6, 7" in shown.stderr
    assert f"simnet resume {copy}" in shown.stderr


def test_calibrate_prints_what_is_fitted_and_predicted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("fitted.yaml").write_text(DESIGNED + CALIBRATE, encoding="utf-8")
    shown = call("calibrate", "fitted.yaml", "-q", "-j", "1")
    assert shown.exit_code == 0, shown.output
    assert "market.needs_per_week" in shown.stdout
    assert "predicted" in shown.stdout
    folder = Path("results/designed-calibration/calibration")
    assert {"fitted.csv", "posterior.csv", "likely-parameters.png"} <= {
        file.name for file in folder.iterdir()
    }
    content = json.loads(call("calibrate", "fitted.yaml", "-q", "-j", "1", "--json").stdout)
    assert content["method"] == "abc"
    assert content["fitted"][0]["parameter"] == "market.needs_per_week"


def test_calibrate_needs_something_to_fit(tmp_path):
    file = tmp_path / "plain.yaml"
    file.write_text(DESIGNED, encoding="utf-8")
    shown = call("calibrate", file)
    assert shown.exit_code == 2
    assert "calibrate is missing" in shown.stderr
