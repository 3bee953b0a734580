"""simnet reproduce: what it prints, writes, and ends with."""

from __future__ import annotations

import json
import re
from pathlib import Path

import little_studies
import pytest

from simnet.cli import reproductions


@pytest.fixture
def studies(tmp_path_factory, monkeypatch) -> None:
    little_studies.use(tmp_path_factory.mktemp("studies"), monkeypatch)


@pytest.fixture
def simnet(simnet, studies, monkeypatch):
    """The command line of the other tests, with the made-up studies only."""
    monkeypatch.setenv("COLUMNS", "100")
    return simnet


def without_times(text: str) -> str:
    text = re.sub(r"^ +\d+ s", "0 s", text, flags=re.M)
    return re.sub(r"^(agreeing-1999 .*)\d\.\d$", r"\g<1>0.0", text, flags=re.M)


AGREEING = """\
agreeing-1999: How long is it?
Made, U. P. (1999). A study. doi:10.1/1
Fitted or given: nothing.
Predicted: the mean length.

                quantity                          published            ours  interval  agrees within
agrees          mean length, links                        5             5.2  5 to 5.4     4.5 to 5.5
differs         remembered, links                         2  recalled     9                   1 to 3
                  tolerance: one
differs         twice the length, links                  10   derived  10.4              9.9 to 10.1
                  tolerance: a tenth
                  because the second letter is shorter
agrees          an ordering
                  published: men before women; ours: 12 before 9
                  tolerance: an ordering
not comparable  cost, dollars                           680               –
                  because nobody is paid here

study          agree  differ  not comparable  failed  seconds
agreeing-1999      2       2               1       0      0.0
"""


def test_a_card_on_a_page(simnet):
    result = simnet("reproduce", "agreeing-1999")
    assert result.exit_code == 0
    assert without_times(result.stdout) == AGREEING
    assert without_times(result.stderr).splitlines() == [
        "0 s  agreeing-1999 begins",
        "0 s  agreeing-1999 took 0 s: 2 agree, 2 differ (1 of 1)",
        "the cards are in results/reproduce",
    ]


def test_rows_fit_the_page(simnet):
    lines = simnet("reproduce", "agreeing-1999").stdout.splitlines()
    assert max(map(len, lines)) <= 100


def test_the_files(simnet):
    simnet("reproduce", "agreeing-1999", "-o", "out")
    assert sorted(path.name for path in Path("out/agreeing-1999").iterdir()) == [
        "card.json",
        "card.md",
        "checks.csv",
        "figure.png",
        "figure.svg",
        "settings.yaml",
    ]
    assert [path.name for path in Path("out").iterdir() if path.is_file()] == ["summary.csv"]


def test_a_hard_difference_ends_with_3(simnet):
    result = simnet("reproduce", "differing-1999")
    assert result.exit_code == 3
    assert "\nDIFFERS         mean length" in result.stdout
    assert "1 of them should not" in result.stderr


def test_one_that_raises_ends_with_1_and_stops_no_other(simnet):
    result = simnet("reproduce", "--all", "--quick", "-j", "1")
    assert result.exit_code == 1
    rows = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines()}
    assert rows["agreeing-1999"][:4] == ["2", "2", "1", "0"]
    assert rows["differing-1999"][:4] == ["1", "3", "1", "1"]
    reason = "raising-1999 could not be run to its end: RuntimeError: a length below zero"
    assert reason in result.stdout
    assert "Traceback" not in result.output
    assert "Traceback" in Path("results/reproduce/raising-1999/error.txt").read_text("utf-8")


def test_json(simnet):
    result = simnet("reproduce", "agreeing-1999", "raising-1999", "--json", "-j", "1")
    agreeing, raising = json.loads(result.stdout)
    assert [check["verdict"] for check in agreeing["checks"]][:2] == ["agrees", "differs"]
    assert raising == {
        "study": "raising-1999",
        "error": "RuntimeError: a length below zero",
    }


def test_the_list(simnet):
    assert simnet("reproduce", "--list").stdout.splitlines()[:2] == [
        "agreeing-1999",
        "  How long something was.",
    ]
    names = [row["study"] for row in json.loads(simnet("reproduce", "--list", "--json").stdout)]
    assert names == ["agreeing-1999", "differing-1999", "raising-1999"]


def test_settings_and_seed(simnet):
    result = simnet(
        "reproduce", "agreeing-1999", "--set", "length=8.0", "--seed", "11", "--quick", "--json"
    )
    assert result.exit_code == 3
    (card,) = json.loads(result.stdout)
    assert card["settings"] == {
        "version": 1,
        "study": "agreeing-1999",
        "seed": 11,
        "length": 8.0,
        "letters": 2,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["agreing-1999"], "'agreing-1999' is not a known study; did you mean 'agreeing-1999'?"),
        ([], "name the studies to reproduce, or say --all; --list lists them"),
        (["agreeing-1999", "--all"], "name the studies to reproduce, or say --all"),
        (["--all", "--set", "length=3"], "--set changes the settings of one study; name just one"),
        (["agreeing-1999", "--set", "lenth=3"], "is not a known key; did you mean 'length'?"),
        (["agreeing-1999", "--set", "length=far"], "must be a number; got 'far'"),
        (["agreeing-1999", "-j", "0"], "0 is not in the range"),
    ],
)
def test_bad_use_ends_with_2_and_runs_nothing(simnet, arguments, message):
    result = simnet("reproduce", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not Path("results").exists()


def test_ctrl_c_ends_with_130(simnet, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(reproductions, "_run", interrupted)
    result = simnet("reproduce", "agreeing-1999")
    assert result.exit_code == 130
    assert result.stderr.endswith("stopped\n")


def test_a_folder_that_cannot_be_written(simnet):
    Path("out").write_text("a file", encoding="utf-8")
    result = simnet("reproduce", "agreeing-1999", "-o", "out/below")
    assert result.exit_code == 2
    assert "cannot write to out/below" in result.stderr


def test_a_bar_on_a_terminal(studies):
    from io import StringIO

    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from simnet.cli.reproduction_pages import _Bar
    from simnet.lab.reproduction.many import Outcome

    text = StringIO()
    bars = Progress(TextColumn("{task.fields[now]}"), console=Console(file=text, width=100))
    bar = _Bar(bars, 2)
    bar.started("agreeing-1999")
    bar.started("raising-1999")
    assert bars.tasks[0].fields["now"] == "agreeing-1999, raising-1999"
    bar.ended(Outcome("raising-1999", None, "it raised"))
    assert text.getvalue() == "raising-1999 could not be run to its end: it raised\n"
    assert bars.tasks[0].completed == 1
    assert bars.tasks[0].fields["now"] == "agreeing-1999"
