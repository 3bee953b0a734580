"""The living network, run by the lab: the same bytes however it is run, and tables that fit."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from studies import parts, tiny

import simnet
from simnet.lab.journal import entries
from simnet.lab.schemas import TABLES, schema

LIVELY = (
    "replicates=2",
    "weeks=30",
    "focal={share: 0.3}",
    "market.needs_per_week=0.2",
    "probes={every_weeks: 10, letters: 20}",
)


@pytest.fixture(scope="module")
def lively(tmp_path_factory) -> Path:
    """A folder with a study run in this process."""
    folder = tmp_path_factory.mktemp("lively")
    results = simnet.run(tiny(folder, *LIVELY), out=folder / "out", jobs=1, progress=False)
    assert results.failed.empty, results.failed["traceback"][0]
    return folder


@pytest.mark.parametrize("jobs", [2, 4])
def test_the_number_of_jobs_changes_no_byte(lively, tmp_path, jobs):
    simnet.run(tiny(tmp_path, *LIVELY), out=tmp_path / "out", jobs=jobs, progress=False)
    assert parts(tmp_path / "out") == parts(lively / "out")


@pytest.mark.parametrize(("threads", "hash_seed"), [("1", "0"), ("2", "4242")])
def test_threads_and_hash_seeds_change_no_byte(lively, tmp_path, threads, hash_seed):
    tiny(tmp_path)
    command = [
        sys.executable,
        "-m",
        "simnet",
        "run",
        "tiny.yaml",
        *LIVELY,
        "-j1",
        "-q",
        "-o",
        "out",
    ]
    source = str(Path(simnet.__file__).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": source,
        "PYTHONHASHSEED": hash_seed,
        "NUMBA_NUM_THREADS": threads,
    }
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=300)
    assert parts(tmp_path / "out") == parts(lively / "out")


def test_adding_replicates_later_changes_no_byte(lively, tmp_path):
    for count in (1, 2):
        experiment = tiny(tmp_path, *LIVELY, f"replicates={count}")
        simnet.run(experiment, out=tmp_path / "out", jobs=1, progress=False)
    assert parts(tmp_path / "out") == parts(lively / "out")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_columns_and_no_silent_gaps(lively, name):
    frame = getattr(simnet.open_results(lively / "out"), name)
    expected = schema(name)
    assert list(frame.columns)[: len(expected.names)] == expected.names
    full = [field.name for field in expected if not field.nullable]
    assert len(frame) > 0
    assert frame[full].notna().all().all()
    assert list(frame["arm"].dtype.categories) == ["hard-sell", "give-first"]
    assert frame["arm"].dtype.ordered


def test_weekly_rounds_are_timed(lively):
    lines = entries(lively / "out" / "journal.jsonl")
    done = (line for line in lines if line["event"] == "done")
    (timings,) = (line for line in done if line["trial"] == "give-first.p0.r0001")
    assert 0 < timings["first_round_s"] < timings["rounds_s"] < timings["wall_s"]


def test_measures_are_there_for_every_trial(lively):
    measures = simnet.open_results(lively / "out").measures
    counts = measures.groupby(["arm", "replicate"], observed=True)["measure"].nunique()
    assert len(counts) == 4
    assert counts.nunique() == 1
    assert isinstance(simnet.compare(measures), pd.DataFrame)
