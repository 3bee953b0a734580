"""Opening results: frames, sweeps, gaps, looks."""

import pandas as pd
import pytest
from fake_engine import FakeEngine
from pyarrow.dataset import dataset
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


@pytest.mark.parametrize(
    "filters",
    [
        {"week": 2},
        {"week": [1, 3], "metric": "wins"},
        {"arm": "give-first"},
        {"replicate": range(1, 3), "week": 4},
        {"metric": "nonsense"},
        {"arm": ("give-first", "nobody"), "point": 0},
    ],
)
def test_rows_and_columns_asked_for_are_those_of_the_whole_table(results, filters):
    whole = results.series
    for column, wanted in filters.items():
        values = [wanted] if isinstance(wanted, str | int) else list(wanted)
        whole = whole[whole[column].isin(values)]
    columns = ["value", "arm"]
    chosen = results.table("series", columns=columns, **filters)
    pd.testing.assert_frame_equal(chosen, whole[columns].reset_index(drop=True))


def test_parts_of_other_trials_are_not_opened(results):
    for part in results.path.glob("series/hard-sell.*"):
        part.write_bytes(bytes(part.stat().st_size))
    assert len(results.table("series", arm="give-first")) == 12
    with pytest.raises(ResultsError, match="is damaged"):
        results.table("series", arm="hard-sell")


@pytest.mark.parametrize("asked", [{"columns": ["weak"]}, {"weak": 3}])
def test_a_column_that_is_none_is_named(results, asked):
    with pytest.raises(ValueError, match=r"table 'series' has no column 'weak'; it has \['arm'"):
        results.table("series", **asked)


def test_tables_without_rows_are_empty_frames_with_their_columns(results):
    assert results.people.empty
    assert list(results.people.columns[:5]) == ["arm", "point", "replicate", "person", "id"]
    assert results.people["degree_end"].dtype == "int64"
    assert not (results.path / "people").exists()


def test_tables_that_are_not_kept_have_no_parts(tmp_path):
    experiment = tiny(tmp_path, "record.tables=[ties]")
    results = run_with(FakeEngine(), experiment, out=tmp_path / "out", jobs=1, progress=False)
    kept = {part.parent.name for part in results.path.glob("*/*.parquet")}
    assert kept == {"ties", "measures", "trials"}
    assert results.series.empty
    assert len(results.done) == 6


def test_a_folder_of_parts_is_a_dataset_for_anybody(results):
    for table in ("series", "ties", "opportunities", "measures", "trials"):
        whole = dataset(results.path / table).to_table().to_pandas()
        frame = getattr(results, table)
        assert len(whole) == len(frame)
        assert set(whole.columns) <= set(frame.columns)
