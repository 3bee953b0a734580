"""Chains of a field experiment, read from a table of their steps."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_chains import chains, mixed

from simnet.chains.estimators import decisions, fit_participation, inverse_survival_lengths
from simnet.chains.observed import read_chains, step_table, write_chains
from simnet.errors import ChainError

HEADER = "chain,step,holder,next,target,outcome,age\n"
FIELD = HEADER + (
    "a,1,ann,ben,tom,,30\n"
    "a,2,ben,tom,,arrived,41\n"
    "b,1,eve,ann,tom,,22\n"
    "b,2,ann,,,,30\n"
    "c,1,ben,eve,tom,lost,41\n"
    "d,1,tom,,ann,stuck,\n"
)


@pytest.fixture
def field(tmp_path):
    path = tmp_path / "field.csv"
    path.write_text(FIELD)
    return path


def test_a_field_experiment_is_read(field):
    read = read_chains(field)
    assert read.names.tolist() == ["a", "b", "c", "d"]
    assert read.ids.tolist() == ["ann", "ben", "eve", "tom"]
    study = read.chains
    assert study.outcome.tolist() == [0, 1, 2, 1]
    assert study.steps.tolist() == [2, 1, 1, 0]
    assert study.stuck.tolist() == [False, False, False, True]
    assert read.ids[study.starters].tolist() == ["ann", "eve", "ben", "tom"]
    assert read.ids[study.targets].tolist() == ["tom", "tom", "tom", "ann"]
    assert study.path.tolist() == [[0, 1, 3], [2, 0, -1], [1, 2, -1], [3, -1, -1]]


def test_covariates_stand_beside_the_decisions(field):
    read = read_chains(field)
    pd.testing.assert_frame_equal(read.steps.drop(columns="age"), decisions(read.chains))
    assert read.steps["age"].tolist() == pytest.approx([30, 41, 22, 30, 41, np.nan], nan_ok=True)


def test_rows_may_come_in_any_order_packed_or_as_a_frame(field, tmp_path):
    read = read_chains(field)
    packed = tmp_path / "field.csv.gz"
    packed.write_bytes(gzip.compress(FIELD.encode()))
    table = pd.read_csv(field)
    parquet = tmp_path / "field.parquet"
    table.to_parquet(parquet)
    for source in (packed, parquet, table, table.iloc[[1, 0, 3, 2, 4, 5]]):
        other = read_chains(source)
        assert other.names.tolist() == read.names.tolist()
        assert other.ids[other.chains.path[0]].tolist() == ["ann", "ben", "tom"]
        assert other.chains.outcome.tolist() == read.chains.outcome.tolist()


def test_numbers_stay_numbers_where_an_empty_next_makes_them_floats():
    table = pd.DataFrame(
        {"chain": [1, 1], "step": [1, 2], "holder": [7, 8], "next": [8, np.nan], "target": [9, 9]}
    )
    read = read_chains(table)
    assert read.ids.tolist() == [7, 8, 9]
    assert read.chains.outcome.tolist() == [1]


def test_blank_lines_and_a_byte_order_mark_say_nothing(field, tmp_path):
    lines = FIELD.splitlines()
    path = tmp_path / "spaced.csv"
    path.write_text("\n".join([*lines[:3], "", *lines[3:], "", ""]), encoding="utf-8-sig")
    spaced, plain = read_chains(path), read_chains(field)
    assert spaced.chains.path.tolist() == plain.chains.path.tolist()
    assert spaced.steps.equals(plain.steps)
    path.write_text("\n".join([*lines[:3], "", "e,2,ann,ben,tom,,30"]))
    with pytest.raises(ChainError, match=r"spaced.csv:5: step 1 is missing before step 2"):
        read_chains(path)


def test_who_never_answered_must_be_told_of(tmp_path):
    path = tmp_path / "chains.csv"
    path.write_text("chain,step,holder,next,target\n1,1,ann,ben,tom\n2,1,ann,tom,tom\n")
    with pytest.raises(ChainError, match=r"chains.csv:2: the last person it was passed to has no"):
        read_chains(path)
    dropped = read_chains(path, unanswered="dropped")
    assert dropped.chains.outcome.tolist() == [1, 0]
    assert dropped.chains.steps.tolist() == [1, 1]
    # the silent holder is a decision too, of whom nothing else is known
    assert dropped.steps["took_part"].tolist() == [True, False, True]
    assert read_chains(path, unanswered="lost").chains.outcome.tolist() == [2, 0]
    with pytest.raises(ValueError, match="unanswered must be dropped, lost or expired"):
        read_chains(path, unanswered="ignored")


def test_a_silent_holder_without_covariates_is_not_left_out_of_a_fit_unseen(tmp_path):
    path = tmp_path / "chains.csv"
    path.write_text("chain,step,holder,next,target,age\n1,1,ann,ben,tom,30\n2,1,eve,tom,tom,40\n")
    read = read_chains(path, unanswered="dropped")
    with pytest.raises(ChainError, match="'age' has no value for 1 of 3 decisions"):
        fit_participation(read.steps, ["age"])


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("a,2,ann,ben,tom,,\n", r":2: step 1 is missing before step 2 \(chain a\)"),
        ("a,1,ann,ben,tom,,\na,3,ben,,,,\n", ":3: step 2 is missing before step 3"),
        ("a,1,ann,ben,tom,,\na,1,ben,,,,\n", ":3: this step is there twice"),
        ("a,1,ann,ben,tom,,\na,2,eve,,,,\n", ":3: eve holds step 2, but step 1 was passed to ben"),
        ("a,1,ann,,tom,,\na,2,eve,,,,\n", ":3: eve holds step 2, but step 1 was passed to nobody"),
        ("a,1,ann,ben,tom,,\na,2,ben,,tim,,\n", ":3: the chain has two targets, tom and tim"),
        ("a,1,ann,,,,\n", ":2: the chain has no target"),
        ("a,1,ann,,tom,vanished,\n", ":2: the outcome 'vanished' is not one of arrived, dropped"),
        ("a,1,ann,ben,tom,lost,\na,2,ben,,,,\n", ":2: an outcome stands on the last step"),
        ("a,1,ann,ben,tom,arrived,\n", ":2: a chain last passed to ben cannot have the outcome"),
        ("a,1,ann,tom,tom,dropped,\n", ":2: a chain last passed to tom cannot have the outcome"),
        ("a,1,ann,,tom,lost,\n", ":2: a chain last passed to nobody cannot have the outcome lost"),
        ("a,1.5,ann,,tom,,\n", ":2: a step is a whole number from 1"),
        ("a,first,ann,,tom,,\n", ":2: a step is a whole number from 1"),
        ("a,0,ann,,tom,,\n", ":2: a step is a whole number from 1"),
        ("a,1,,ben,tom,,\n", ":2: the holder is not named"),
        (",1,ann,,tom,,\n", ":2: the chain is not named"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, rows, complaint):
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + rows)
    with pytest.raises(ChainError, match="bad.csv" + complaint):
        read_chains(path)


def test_files_that_are_no_tables_of_chains(tmp_path):
    with pytest.raises(ChainError, match=r"there is no file .*none.csv"):
        read_chains(tmp_path / "none.csv")
    for name, content, complaint in [
        ("few.csv", b"chain,step,holder,target\n", "there is no column 'next'"),
        ("empty.csv", b"", "cannot be read"),
        ("ragged.csv", b"chain,step,holder,next,target\n1,1,a,b,c\n1,2,b,c,d,e,f\n", "be read"),
        ("bytes.csv", b"chain,step,holder,next,target\n\xff\xfe\n", "cannot be read"),
        ("torn.csv.gz", gzip.compress(FIELD.encode())[:40], "cannot be read"),
        ("no.parquet", b"no parquet", "cannot be read"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ChainError, match=complaint):
            read_chains(path)


def test_a_row_of_a_frame_is_named_by_its_number():
    table = pd.DataFrame({"chain": [1], "step": [2], "holder": [1], "next": [2], "target": [3]})
    with pytest.raises(ChainError, match="table: row 1: step 1 is missing"):
        read_chains(table)


def test_a_table_without_rows_has_no_chains(tmp_path):
    path = tmp_path / "none.csv"
    path.write_text(HEADER)
    read = read_chains(path)
    assert len(read.chains) == 0
    assert read.steps.empty


def assert_same(read, study, ids):
    back = read.chains
    assert back.outcome.tolist() == study.outcome.tolist()
    assert back.steps.tolist() == study.steps.tolist()
    assert back.stuck.tolist() == study.stuck.tolist()
    assert read.ids[back.targets].tolist() == ids[study.targets].tolist()
    for row in range(len(study)):
        made = int(study.steps[row])
        holders = read.ids[back.path[row, : made + 1]]
        assert holders.tolist() == ids[study.path[row, : made + 1]].tolist()


@settings(deadline=None, max_examples=40)
@given(chains(), st.sampled_from(["csv", "csv.gz", "parquet"]), st.booleans())
def test_what_is_written_is_read_back(tmp_path_factory, study, ending, named):
    path = tmp_path_factory.mktemp("chains") / f"study.{ending}"
    ids = np.array([f"p{i}" for i in range(7)], dtype=object) if named else np.arange(7)
    write_chains(study, path, ids=ids if named else None)
    assert_same(read_chains(path), study, ids)


def test_covariates_come_back_and_fit_alike(tmp_path):
    study = mixed(2_000, np.random.default_rng(1))
    table = decisions(study.chains)
    trait = study.trait[table["chain"]]
    path = tmp_path / "study.csv.gz"
    write_chains(study.chains, path, covariates=pd.DataFrame({"trait": trait}))
    read = read_chains(path)
    assert read.steps["trait"].tolist() == trait.tolist()
    ours = fit_participation(table.assign(trait=trait), ["trait"])
    theirs = fit_participation(read.steps, ["trait"])
    assert theirs.coefficients == pytest.approx(ours.coefficients)
    assert inverse_survival_lengths(read.chains, study.attrition).mean == (
        inverse_survival_lengths(study.chains, study.attrition).mean
    )


def test_what_cannot_be_written_is_refused(tmp_path):
    study = mixed(5, np.random.default_rng(2)).chains
    n = len(step_table(study))
    with pytest.raises(ValueError, match=r"to .csv, .csv.gz or .parquet; got 'a.txt'"):
        write_chains(study, tmp_path / "a.txt")
    with pytest.raises(ValueError, match="a covariate cannot be called 'step'"):
        write_chains(study, tmp_path / "a.csv", covariates=pd.DataFrame({"step": range(n)}))
    with pytest.raises(ValueError, match=f"covariates must have {n} rows; got 1"):
        write_chains(study, tmp_path / "a.csv", covariates=pd.DataFrame({"age": [1]}))
    with pytest.raises(ChainError, match="cannot be written"):
        write_chains(study, tmp_path / "nowhere" / "a.csv")
    assert list(tmp_path.iterdir()) == []
