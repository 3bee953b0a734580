"""Every other command: what it prints, and how it refuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import simnet as package
from simnet.cli import cli

HELP = """\
Usage: simnet [OPTIONS] COMMAND [ARGS]...

  What does a way of networking bring in, and where do its messages die?

  Begin with:
    simnet run quickstart

Options:
  --version   Print the version.
  -h, --help  Show this message and exit.

Commands:
  run          Run an experiment and print its verdict.
  check        Say whether an experiment can be run, or all that is wrong.
  resume       Run what is missing of a study.
  extend       Add replicates or an arm to a study, and run them.
  status       Say how far a study is, also while it runs.
  compare      Print the paired differences between a study's arms.
  plot         Draw the figures of a study and print their file names.
  sensitivity  Say which parameters move a measure, and how much.
  calibrate    Fit parameters to figures; say how far those fix them.
  why          Say where the values of a trial come from.
  diff         Print the settings in which two studies or trials differ.
  merge        Put the trials of OTHER beside those of RESULTS.
  gc           Remove what is of no use in a results folder.
  network      Make, describe, convert and draw networks.
  reproduce    Run published studies again, ours beside theirs.
  list         List what is shipped, what is measured, or studies done.
  show         Print a shipped config or strategy, or all parameters.
  schema       Print the JSON Schema of experiment files, for editors.
  init         Write a commented experiment to start from.
  completion   Print the script that makes a shell complete names.
"""


def test_help(simnet):
    assert simnet("--help").stdout == HELP
    assert simnet("-h").stdout == HELP


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_has_an_example(simnet, name):
    shown = simnet(name, "--help").stdout
    assert "Example" in shown
    assert f"    simnet {name}" in shown


def test_version(simnet):
    assert simnet("--version").stdout == f"simnet {package.__version__}\n"


def test_an_unknown_command_or_option_is_bad_use(simnet):
    assert simnet("rum").exit_code == 2
    assert simnet("run", "tiny.yaml", "--nonsense").exit_code == 2
    assert simnet("run", "tiny.yaml", "--jobs", "0").exit_code == 2


def test_help_imports_nothing_heavy():
    heavy = "('numba', 'numpy', 'pandas', 'matplotlib', 'scipy', 'pyarrow', 'pydantic', 'rich')"
    code = (
        "import sys; from simnet.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        f"loaded = [name for name in {heavy} if name in sys.modules]\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = real(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr


def test_python_dash_m():
    assert real(sys.executable, "-m", "simnet", "--help").stdout == HELP


def test_compare_prints_and_writes(simnet, tiny_results):
    shutil.copytree(tiny_results, "results/tiny")
    done = simnet("compare", "results/tiny")
    assert done.exit_code == 0
    assert "opportunity_yield" in done.stdout
    assert "trust" in done.stdout
    assert Path("results/tiny/comparison.csv").read_text().startswith("measure,point,arm,versus,n")
    assert simnet("compare", "tiny").stdout == done.stdout


def test_compare_tells_all_that_a_run_tells_in_short(simnet, tiny_results):
    whole = simnet("compare", str(tiny_results)).stdout
    assert "\n\ntrust (0 to 1)\n" in whole
    assert "BCa bootstrap" in whole


def test_compare_can_be_narrowed(simnet, tiny_results):
    shutil.copytree(tiny_results, "out")
    done = simnet("compare", "out", "--measure", "trust", "--reference", "give-first", "--json")
    rows = json.loads(done.stdout)["comparison"]
    assert [(row["measure"], row["arm"], row["versus"]) for row in rows] == [
        ("trust", "hard-sell", "give-first")
    ]


def test_a_narrowed_comparison_leaves_the_files_whole(simnet, tiny_results):
    shutil.copytree(tiny_results, "out")
    simnet("compare", "out")
    before = {file.name: file.read_bytes() for file in Path("out").glob("*.csv")}
    stems = {"comparison", "ranks", "crossovers", "attrition-tests"}
    assert set(before) == {f"{stem}.csv" for stem in stems}
    simnet("compare", "out", "--measure", "trust", "--point", "0")
    simnet("compare", "out", "--reference", "give-first", "--section", "differences")
    after = {file.name: file.read_bytes() for file in Path("out").glob("*.csv")}
    other = after.pop("comparison-from-give-first.csv")
    assert after == before
    assert b"hard-sell,give-first" in other


def test_compare_shows_the_sections_asked_for(simnet, tiny_results):
    shutil.copytree(tiny_results, "out")
    whole = simnet("compare", "out").stdout
    for head in ("BCa bootstrap", "\nRatios and pairing\n", "\nRanks\n", "\nCrossover of"):
        assert head in whole
    ranks = simnet("compare", "out", "--section", "ranks", "--measure", "trust").stdout
    assert ranks.startswith("Ranks\n  trust, highest first:  1 ")
    assert "opportunity_yield" not in ranks
    found = json.loads(simnet("compare", "out", "--section", "crossover", "--json").stdout)
    (row,) = found["crossovers"]
    assert {row["arm"], row["versus"]} == {"hard-sell", "give-first"}
    assert "comparison" not in found


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--point", "7"], "no trial is done at point 7"),
        (["--section", "rank"], "'rank' is not one of"),
        (["--measure", "truts"], "'truts' was not measured; did you mean 'trust'?"),
        (["--reference", "give-frist"], "did you mean 'give-first'?"),
    ],
)
def test_compare_knows_the_nearest_name(simnet, tiny_results, options, words):
    done = simnet("compare", str(tiny_results), *options)
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize("command", ["compare", "plot"])
def test_what_is_no_results_folder_is_refused(simnet, command):
    done = simnet(command, "nowhere")
    assert done.exit_code == 2
    assert done.stderr == "Error: nowhere is not a results folder: it has no manifest.json\n"


def test_plot_prints_the_files_it_wrote(simnet, tiny_results):
    done = simnet("plot", str(tiny_results), "-o", "figures")
    assert done.exit_code == 0
    files = done.stdout.split()
    assert any(name.endswith(".svg") for name in files)
    assert all(Path(name).is_file() for name in files)


def test_list_names_all_that_is_shipped(simnet):
    shown = simnet("list").stdout
    for name in ("quickstart", "give-first", "opportunity_yield"):
        assert f"\n  {name} " in shown
    assert simnet("list", "strategies").stdout.startswith("advocate-cultivation  ")
    assert simnet("list", "results").stdout == "no results here\n"
    assert simnet("list", "nonsense").exit_code == 2


def test_list_results_says_how_far_they_are(simnet, tiny_results):
    shutil.copytree(tiny_results, "results/tiny")
    assert simnet("list", "results").stdout == "results/tiny  4 of 4 trials done\n"

    Path("results/broken").mkdir()
    Path("results/broken/manifest.json").write_text("{")
    assert "results/broken  results/broken is not a results folder" in (
        simnet("list", "results").stdout
    )


def test_show_prints_files_as_they_are(simnet):
    Path("copy.yaml").write_text(simnet("show", "quickstart").stdout)
    assert simnet("check", "copy.yaml").exit_code == 0
    strategy = yaml.safe_load(simnet("show", "give-first").stdout)
    assert strategy == json.loads(simnet("show", "give-first", "--json").stdout)


def test_show_parameters(simnet):
    assert "market.needs_per_week = 0.02" in simnet("show", "parameters").stdout
    rows = json.loads(simnet("show", "parameters", "--json").stdout)
    assert rows[0].keys() >= {"key", "default", "unit", "range", "basis", "source", "meaning"}


def test_show_knows_the_nearest_name(simnet):
    done = simnet("show", "give-fist")
    assert done.exit_code == 2
    assert "nothing shipped is called 'give-fist'; did you mean 'give-first'?" in done.stderr


def test_schema_is_json(simnet):
    assert json.loads(simnet("schema").stdout)["properties"]["replicates"]


def test_init_writes_an_experiment_that_can_be_run(simnet):
    done = simnet("init", "My study.yaml")
    assert done.exit_code == 0
    text = Path("My study.yaml").read_text()
    assert "\nname: my-study " in text
    schema = text.splitlines()[0].partition("$schema=")[2]
    assert Path(schema).is_file()
    assert simnet("check", "My study.yaml").exit_code == 0


def test_init_overwrites_nothing(simnet):
    done = simnet("init", "tiny.yaml")
    assert done.exit_code == 2
    assert "tiny.yaml is there already; give another name" in done.stderr
    assert "name: tiny" in Path("tiny.yaml").read_text()
    assert simnet("init", "no/such/folder.yaml").exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(simnet, shell):
    done = simnet("completion", shell)
    assert done.exit_code == 0
    assert f"_SIMNET_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("simnet ru", "run"),
        ("simnet run quick", "quickstart"),
        ("simnet show give", "give-first"),
        ("simnet compare x --measure opp", "opportunity_yield"),
        ("simnet run quickstart --dry", "--dry-run"),
    ],
)
def test_names_are_completed(typed, expected):
    words = typed.split()
    answer = real(
        sys.executable,
        "-m",
        "simnet",
        _SIMNET_COMPLETE="bash_complete",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(words) - 1),
    )
    assert expected in [line.partition(",")[2] for line in answer.stdout.splitlines()]


def real(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    source = str(Path(package.__file__).parents[1])
    return subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": source, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
