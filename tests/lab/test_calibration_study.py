"""Points of a calibration as a study: what is there is not run again, whoever asks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fake_engine import FakeEngine

import simnet
from simnet import lab
from simnet.errors import ResultsError, SpecError
from simnet.lab.calibration import StudyRuns, calibrate, write_calibration
from simnet.lab.run import run_with

CONFIG = """\
version: 1
name: fitted
seed: 7
replicates: 3
weeks: 4
network: {model: watts-strogatz, people: 40, degree: 4, rewiring: 0.1}
population: {passive-profile: 1.0}
arms:
  hard-sell: {focal.strategy: hard-sell}
  give-first: {focal.strategy: give-first}
calibrate:
  method: abc
  points: 8
  parameters:
    market.needs_per_week: {low: 0.1, high: 0.5}
    network.degree: {low: 4, high: 12, step: 2}
  targets:
    - {measure: opportunity_yield, arm: give-first, value: 0.5, sd: 0.1}
"""


class Yielding(FakeEngine):
    """The fake engine, whose yield is a fifth of the needs a week for each tie."""

    def simulate(self, world, replicate, network, on_week):
        lived = super().simulate(world, replicate, network, on_week)
        lived.tables["series"]["value"] *= 0.1
        lived.tables["series"]["value"] += 0.2 * world.market.needs_per_week * world.network.degree
        return lived


@pytest.fixture
def experiment(tmp_path):
    file = tmp_path / "fitted.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return simnet.load(file)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Trials go to the fake engine, which writes a line for each into this file."""
    file = tmp_path / "log"
    file.touch()
    engine = Yielding(log=file)
    monkeypatch.setattr(
        lab, "run", lambda experiment, **more: run_with(engine, experiment, **more), raising=True
    )
    return file


def begun(log):
    return len(log.read_text().splitlines())


POINTS = [
    {"market.needs_per_week": 0.1, "network.degree": 4},
    {"market.needs_per_week": 0.2, "network.degree": 6},
]
OTHER = {"market.needs_per_week": 0.3, "network.degree": 8}


def test_points_that_are_there_are_not_run_again(experiment, log, tmp_path):
    runs = StudyRuns(experiment, tmp_path / "out", jobs=1)
    first = runs(POINTS)
    assert begun(log) == 2 * 2 * 3
    assert runs(POINTS[::-1])["point"].nunique() == 2
    assert begun(log) == 2 * 2 * 3
    again = StudyRuns(experiment, tmp_path / "out", jobs=1)([*POINTS, OTHER])
    assert begun(log) == 3 * 2 * 3
    pd.testing.assert_frame_equal(again[again["point"] < 2], first)


def test_a_frame_numbers_points_by_their_place_in_the_list(experiment, log, tmp_path):
    runs = StudyRuns(experiment, tmp_path / "out", jobs=1)
    forth, back = runs(POINTS), runs(POINTS[::-1])
    assert forth.query("point == 0")["value"].tolist() == (
        pytest.approx(back.query("point == 1")["value"].tolist(), nan_ok=True)
    )
    assert set(forth["replicate"]) == {0, 1, 2}


def test_a_killed_calibration_ends_like_one_that_was_not(experiment, log, tmp_path, monkeypatch):
    whole = calibrate(experiment, out=tmp_path / "whole", jobs=1, progress=False)
    everything = begun(log)
    usual = lab.run
    calls = []

    def killed(experiment, **more):
        calls.append(experiment)
        results = usual(experiment, **more)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return results

    monkeypatch.setattr(lab, "run", killed)
    with pytest.raises(KeyboardInterrupt):
        calibrate(experiment, out=tmp_path / "cut", jobs=1, progress=False)
    found = calibrate(experiment, out=tmp_path / "cut", jobs=1, progress=False)
    for table in ("fitted", "targets", "points", "likely", "correlation"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(whole, table))
    assert begun(log) == 2 * everything


def test_the_best_point_is_run_again_in_other_replicates(experiment, log, tmp_path):
    found = calibrate(experiment, out=tmp_path / "out", jobs=1, progress=False)
    target = found.targets.iloc[0]
    assert target["anew"] != target["simulated"]
    assert target["anew"] == pytest.approx(target["simulated"], abs=0.05)
    files = write_calibration(found, tmp_path / "tables")
    assert {file.name for file in files} >= {"fitted.csv", "posterior.parquet"}
    assert pd.read_csv(tmp_path / "tables" / "fitted.csv")["parameter"].tolist() == [
        "market.needs_per_week",
        "network.degree",
    ]
    assert set(np.unique(found.points["network.degree"])) <= {4, 6, 8, 10, 12}


def test_a_failed_trial_ends_it_in_a_sentence(experiment, log, tmp_path, monkeypatch):
    engine = Yielding(failing=frozenset({"hard-sell.1"}))
    monkeypatch.setattr(lab, "run", lambda experiment, **more: run_with(engine, experiment, **more))
    with pytest.raises(ResultsError, match=r"trials failed, first hard-sell\.p0\.r0001 .*told to"):
        StudyRuns(experiment, tmp_path / "out", jobs=1)(POINTS)


def test_without_anything_to_fit(experiment, tmp_path):
    with pytest.raises(SpecError, match="calibrate is missing"):
        calibrate(experiment.model_copy(update={"calibrate": None}), out=tmp_path / "out")
