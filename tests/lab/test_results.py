"""Opening results: frames, sweeps, gaps, looks."""

import pandas as pd
import pytest
from fake_engine import FakeEngine
from studies import tiny

import simnet
from simnet.errors import ResultsError
from simnet.lab.run import run_with
from simnet.lab.schemas import swept_types, swept_value


@pytest.fixture
def results(tmp_path):
    return run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1, progress=False)


def test_integers_with_gaps_stay_integers(results):
    assert results.ties["via"].dtype == "Int64"
    assert results.opportunities["provider"].isna().sum() == 6
    assert results.ties["person"].dtype == "int64"


def test_lists_and_names_come_back(results):
    first = results.opportunities.iloc[0]
    assert list(first["path"]) == [0, 1]
    assert list(first["channels"]) == ["prior"]
    assert isinstance(results.series["strategy"].dtype, pd.CategoricalDtype)


def test_swept_values_have_a_column_of_one_type(tmp_path):
    experiment = tiny(tmp_path, "sweep={network.degree: [4, 6], network.rewiring: [0, 0.5]}")
    results = run_with(FakeEngine(), experiment, out=tmp_path / "out", jobs=1, progress=False)
    trials = results.trials
    assert list(trials.columns[:4]) == ["arm", "point", "network.degree", "network.rewiring"]
    assert len(trials) == 2 * 4 * 3
    assert set(trials["network.degree"]) == {4, 6}
    assert trials["network.rewiring"].dtype == "float64"
    assert (trials.groupby("point")[["network.degree", "network.rewiring"]].nunique() == 1).all(
        axis=None
    )


def test_mixed_swept_values_are_written_as_json():
    points = [{"a": "x", "b": True}, {"a": 1, "b": False}, {"a": [1, 2], "b": True}]
    kinds = swept_types(points)
    assert [str(kinds[key]) for key in ("a", "b")] == ["string", "bool"]
    assert [swept_value(point["a"], kinds["a"]) for point in points] == ["x", "1", "[1, 2]"]


def test_results_can_be_opened_on_a_smaller_machine(results, monkeypatch):
    monkeypatch.setattr("simnet.spec.loading.machine_memory", lambda: 10_000)
    assert simnet.open_results(results.path).experiment.name == "tiny"


def test_what_is_no_results_folder_cannot_be_opened(tmp_path):
    with pytest.raises(ResultsError, match="is not a results folder"):
        simnet.open_results(tmp_path)


def test_results_show_themselves(results):
    assert repr(results) == f"<Results of tiny: 6 of 6 trials done, in {results.path}>"
    html = results._repr_html_()
    assert "<b>tiny</b>: 6 of 6 trials done" in html
    assert "<tr><th>give-first</th><td>3</td></tr>" in html


def test_every_table_can_be_had_as_csv(results, tmp_path):
    files = results.to_csv(tmp_path / "csv")
    assert len(files) == 9
    assert len(pd.read_csv(tmp_path / "csv" / "ties.csv")) == len(results.ties)


def test_results_can_be_compared(results):
    rows = results.compare(reference="give-first")
    assert set(rows["versus"]) == {"give-first"}
