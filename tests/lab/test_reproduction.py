"""The machinery of reproduction cards."""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path

import little_studies
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.errors import SpecError
from simnet.lab.reproduction import (
    Card,
    Check,
    Figure,
    Panel,
    Series,
    StudySettings,
    between,
    catalogue,
    folders,
    holds,
    not_comparable,
    published,
    reproduce,
    within,
    within_factor,
    writing,
)
from simnet.lab.reproduction.many import reproduce_many
from simnet.lab.reproduction.published import FLAGS
from simnet.lab.reproduction.settings import load_settings, resolved
from simnet.network import Estimate

SEEN = Figure(4.0, "links", "seen")
RECALLED = Figure(4.0, "links", "recalled")


def estimate(value: float, reach: float = 0.5) -> Estimate:
    return Estimate(value, reach / 2, value - reach, value + reach, 0.95, 10, "t")


@pytest.fixture
def studies(tmp_path, monkeypatch) -> Path:
    little_studies.use(tmp_path, monkeypatch)
    return tmp_path


# ---------------------------------------------------------------------- checks


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.0, 1e6, exclude_min=True))
def test_within_is_a_distance(theirs, ours, by):
    check = within("x", theirs, ours, by=by, tolerance="", flag="seen")
    assert check.agrees == (theirs - by <= ours <= theirs + by)
    assert check.verdict == ("agrees" if check.agrees else "differs")


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(1.0, 10))
def test_a_factor_works_both_ways(theirs, ours, factor):
    there = within_factor("x", theirs, ours, factor=factor, tolerance="", flag="seen")
    ratio = ours / theirs
    if not math.isclose(max(ratio, 1 / ratio), factor, rel_tol=1e-9):
        assert there.agrees == (max(ratio, 1 / ratio) < factor)


def test_an_estimate_brings_its_interval():
    check = within("x", SEEN, estimate(4.3), by=0.2, tolerance="")
    assert (check.ours, check.low, check.high) == (4.3, 3.8, 4.8)
    assert not check.agrees  # it is the value that is held to the tolerance
    assert check.units == "links"
    assert math.isnan(within("x", SEEN, 4.3, by=0.2, tolerance="").low)


def test_what_is_undefined_agrees_with_nothing():
    nan = float("nan")
    assert within("x", SEEN, nan, by=10, tolerance="").verdict == "differs"
    assert within_factor("x", SEEN, nan, factor=10, tolerance="").verdict == "differs"
    assert between("x", SEEN, nan, low=-9, high=9, tolerance="").verdict == "differs"


def test_numbers_of_numpy_are_numbers():
    check = within("x", np.int64(4), np.float64(9.0), by=np.float64(1.0), tolerance="", flag="seen")
    assert (check.published, check.agrees) == (4.0, False)
    assert Card("a-1999", "?", (), (), [check]).failures == (check,)
    held = holds("x", "a", "b", np.bool_(False), flag="seen", tolerance="")
    assert Card("a-1999", "?", (), (), [held]).failures == (held,)


def test_between_takes_ranges():
    figure = Figure([5, 7], "links", "seen")
    check = between("median", figure, 6, low=5, high=7, tolerance="whole steps")
    assert check.published == (5.0, 7.0)
    assert check.verdict == "agrees"


def test_words_are_shown_as_they_are():
    check = holds("order", "a before b", "b before a", False, flag="seen", tolerance="an ordering")
    assert (check.published, check.ours, check.verdict) == ("a before b", "b before a", "differs")
    several = Figure({"it": 25, "se": 23}, "links", "seen")
    assert not_comparable("x", several, None, "why").published == "it 25, se 23"


def differing(figure=SEEN, **options) -> Check:
    return within("x", figure, 9.0, by=1, tolerance="", **options)


@pytest.mark.parametrize(
    ("check", "hard"),
    [
        (differing(), True),
        (differing(Figure(4.0, "links", "derived")), True),
        (differing(Figure(4.0, "links", "computed")), True),
        (differing(RECALLED), False),
        (differing(role="fitted"), False),
        (differing(role="input"), False),
        (differing(because="it is known"), False),
        (not_comparable("x", SEEN, 9.0, "size"), False),
    ],
)
def test_what_is_hard(check, hard):
    assert check.hard is hard
    card = Card("a-1999", "?", (), (), [check])
    assert bool(card.failures) is hard


def test_a_reason_to_differ_is_forgotten_where_they_agree():
    check = within("x", SEEN, 4.1, by=1, tolerance="", because="it is known")
    assert check.because == ""
    assert check.hard


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: within("x", 4.0, 4.0, by=1, tolerance=""), "needs flag="),
        (lambda: within("x", Figure("4 +- 1", "", "seen"), 4.0, by=1, tolerance=""), "a number"),
        (lambda: within("x", Figure(True, "", "seen"), 4.0, by=1, tolerance=""), "a number"),
        (lambda: within_factor("x", SEEN, 4.0, factor=0.5, tolerance=""), "at least 1"),
        (lambda: within("x", 4.0, 4.0, by=1, tolerance="", flag="guessed"), "flag must be"),
        (lambda: not_comparable("x", SEEN, 4.0, ""), "needs a reason"),
        (lambda: Series("x", [1, 2], [1.0]), "unequal length"),
        (lambda: Series("x", [1], [1.0], low=[0.0]), "both ends"),
        (lambda: Card("a-1999", "?", (), (), [differing(), differing()]), "two checks"),
    ],
)
def test_misuse_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# ---------------------------------------------------------------------- published numbers


@pytest.mark.parametrize("name", folders.published_numbers())
def test_published_numbers_say_how_they_are_known(name):
    numbers = published(name)
    assert numbers.citation
    assert numbers.what
    assert numbers.values
    for known in (*numbers.values.values(), *numbers.tables.values()):
        assert known.flag in FLAGS
        assert known.source or known.note or known.flag in ("recalled", "derived", "computed")
    for table in numbers.tables.values():
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_sixteen_studies_have_published_numbers():
    assert len(folders.published_numbers()) == 16


def test_tables_add_up():
    histogram = published("travers-milgram-1969").tables["completed_chain_lengths"]
    assert sum(histogram.column("chains")) == 64
    with pytest.raises(KeyError, match="links is not a column"):
        histogram.column("links")


def test_an_unknown_study_has_a_nearest_one():
    with pytest.raises(ValueError, match="did you mean 'kleinberg-2000'"):
        published("kleinberg-2001")


# ---------------------------------------------------------------------- studies and settings


class Lengths(StudySettings):
    length: float
    letters: int = 7


def read(tmp_path, text, **options):
    file = tmp_path / "made-up-1999.yaml"
    head = "version: 1\nstudy: made-up-1999\nseed: 3\n"
    file.write_text(text if text.startswith("version") else head + text, encoding="utf-8")
    return load_settings(file, Lengths, **options)


def test_quick_values_and_overrides_come_in_this_order(tmp_path):
    text = "length: 2.0\nquick:\n  letters: 3\n  length: 1.0\n"
    assert read(tmp_path, text) == Lengths(version=1, study="made-up-1999", seed=3, length=2.0)
    quick = read(tmp_path, text, quick=True, overrides=["letters=5"], seed=8)
    assert (quick.length, quick.letters, quick.seed) == (1.0, 5, 8)


@pytest.mark.parametrize(
    ("text", "options", "line"),
    [
        ("lenght: 2.0\nlength: 1.0\n", {}, "4:1"),
        ("length: 2.0\nquick:\n  leters: 3\n", {}, "6:3"),
        ("length: 2.0\nquick:\n  letters: many\n", {}, "6:12"),
        ("length: 2.0\nquick:\n  length.more: 3\n", {}, "6:3"),
        ("length: 2.0\nquick: [1]\n", {}, "5:8"),
        ("length: 2.0\n", {"overrides": ["leters=3"]}, "--set"),
        ("length: 2.0\n", {"overrides": ["letters"]}, "--set"),
        ("length: 2.0\n", {"seed": -1}, "--seed"),
        ("version: 1\nstudy: other-1999\nseed: 1\nlength: 2.0\n", {}, "2:8"),
        ("version: 1\nseed: 1\nlength: 2.0\n", {}, "1:1"),
    ],
)
def test_what_is_wrong_with_settings_has_a_place(tmp_path, text, options, line):
    with pytest.raises(SpecError) as caught:
        read(tmp_path, text, **options)
    (problem,) = caught.value.problems
    assert problem.place.label(caught.value.name) == line


def test_a_wrong_key_has_a_nearest_one(tmp_path):
    with pytest.raises(SpecError, match="did you mean 'letters'"):
        read(tmp_path, "length: 2.0\nquick:\n  leters: 3\n")


@pytest.mark.parametrize("name", catalogue.names())
def test_shipped_studies_are_whole(name):
    study = catalogue.study(name)
    assert study.settings.__doc__
    assert sys.modules[study.run.__module__].__doc__
    path = folders.settings_files()[name]
    head, how = path.read_text(encoding="utf-8").splitlines()[:2]
    assert head.startswith("# ")
    assert how == f"# Run it: simnet reproduce {name}"
    settings = load_settings(path, study.settings, quick=True)
    assert study.settings.model_validate(resolved(settings)) == settings
    assert name in folders.published_numbers()


def test_studies_are_no_modules_of_the_user():
    catalogue.study(catalogue.names()[0])
    assert "experiments" not in sys.modules
    assert str(folders.experiments()) not in sys.path
    assert str(folders.experiments().parent) not in set(sys.path) - {"", str(Path.cwd())}


def test_an_unknown_study_is_refused(studies):
    with pytest.raises(ValueError, match="did you mean 'agreeing-1999'"):
        reproduce("agreing-1999")


def test_a_card_must_know_its_study(studies):
    module = studies / "experiments/agreeing_1999.py"
    text = module.read_text(encoding="utf-8").replace('"agreeing-1999"', '"other-1999"')
    module.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="calls itself other-1999"):
        reproduce("agreeing-1999")


# ---------------------------------------------------------------------- running and writing


def test_one_that_raises_stops_no_other(studies):
    names = ["raising-1999", "agreeing-1999"]
    begun: list[str] = []
    raised, agreed = reproduce_many(names, started=begun.append, quick=True)
    assert begun == names
    assert raised.reproduction is None
    assert raised.reason == "RuntimeError: a length below zero"
    assert "Traceback" in raised.details
    assert agreed.reproduction is not None
    assert agreed.reproduction.settings["letters"] == 2


@pytest.mark.slow
def test_processes_change_no_figure():
    names, options = ["newman-moore-watts-2000"] * 2, {"quick": True, "overrides": ["graphs=2"]}
    (alone,) = reproduce_many(names[:1], **options)
    for outcome in reproduce_many(names, jobs=2, **options):
        assert outcome.reason == ""
        assert str(outcome.reproduction.card.checks) == str(alone.reproduction.card.checks)


def test_the_files_of_a_card(studies, tmp_path):
    reproduction = reproduce("agreeing-1999")
    writing.write(reproduction, tmp_path / "out")
    card = json.loads((tmp_path / "out/card.json").read_text(encoding="utf-8"))
    assert (card["agree"], card["differ"], card["not_comparable"]) == (2, 2, 1)
    assert card["hard_failures"] == 0
    assert card["panels"][0]["series"][0]["y"] == [3.0, None]
    assert card["checks"][0]["allowed"] == [4.5, 5.5]
    page = (tmp_path / "out/card.md").read_text(encoding="utf-8")
    assert "| mean length | links | 5 | seen | 5.2 | 5 to 5.4 | predicted | agrees |" in page
    with (tmp_path / "out/checks.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["what"]: row for row in csv.DictReader(table)}
    assert rows["mean length"]["ours_low"] == "5.0"
    assert rows["cost"]["ours"] == ""
    assert rows["an ordering"]["published_text"] == "men before women"


def test_written_settings_can_be_read_again(studies, tmp_path):
    reproduction = reproduce("agreeing-1999", overrides=["letters=5"])
    writing.write(reproduction, tmp_path / "out")
    file = tmp_path / "agreeing-1999.yaml"
    file.write_text((tmp_path / "out/settings.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    again = load_settings(file, catalogue.study("agreeing-1999").settings)
    assert resolved(again) == reproduction.settings


def test_the_summary_keeps_what_was_run_before(studies, tmp_path):
    file = tmp_path / "summary.csv"
    writing.write_summary(reproduce_many(["agreeing-1999", "raising-1999"]), file)
    writing.write_summary(reproduce_many(["agreeing-1999"], quick=True), file)
    with file.open(encoding="utf-8", newline="") as table:
        rows = {row["study"]: row for row in csv.DictReader(table)}
    assert rows["raising-1999"]["error"] == "RuntimeError: a length below zero"
    assert rows["agreeing-1999"]["quick"] == "True"


def test_arrays_in_panels_can_be_written(studies, tmp_path):
    series = Series("ours", np.arange(3), np.array([0.5, np.inf, 2]))
    panel = Panel("a", "x", "y", (series,))
    data = writing._plain({"panel": [series.x, series.y], "title": panel.title})
    assert data == {"panel": [[0, 1, 2], [0.5, None, 2.0]], "title": "a"}
