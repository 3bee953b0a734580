"""What the pages under docs/ say is so."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from simnet.agents import ledger
from simnet.agents.crowd import CHANNELS
from simnet.chains import OUTCOMES
from simnet.spec.behaviour import parameters

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TABLES = (DOCS / "tables.md").read_text(encoding="utf-8")
OF_A_TRIAL = ("series", "people", "ties", "opportunities", "chains", "steps", "attrition")


def section(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found is not None, f"there is no section {heading!r}"
    return found.group(1)


def columns(text: str, head: str = "column") -> list[str]:
    """The first column of the table that is headed so."""
    found = re.search(rf"^\| {head} \| (?:unit|meaning) \|.*\n\|[- |]+\n((?:\|.*\n)+)", text, re.M)
    assert found is not None, f"no table is headed {head!r}"
    return [line.split("|")[1].strip() for line in found.group(1).splitlines()]


def named_values(text: str, column: str) -> list[str]:
    """The values in backticks that a column can have."""
    (line,) = re.findall(rf"^\| {column} \|(.*)$", text, re.M)
    return re.findall(r"`([a-z-]+)`", line)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    import simnet

    experiment = simnet.load(
        "quickstart",
        replicates=1,
        overrides=["weeks=14", "network.people=60", "probes.letters=5", "arms={}"],
    )
    return simnet.run(experiment, out=tmp_path_factory.mktemp("study") / "out", progress=False)


def test_the_parameters_page_is_up_to_date():
    made = runpy.run_path(str(DOCS / "make_parameters.py"))
    written = (DOCS / "parameters.md").read_text(encoding="utf-8")
    assert written == made["page"](parameters()), "run: python docs/make_parameters.py"


def test_the_model_page_names_every_parameter_and_no_other():
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    groups = {row.key.removeprefix("behaviour.").split(".")[0] for row in parameters()}
    named = {
        key for key in re.findall(r"`([a-z_]+\.[a-z_0-9]+)`", page) if key.split(".")[0] in groups
    }
    assert named == {row.key.removeprefix("behaviour.") for row in parameters()}


def test_the_model_page_has_the_evidence_of_every_tag():
    page = section((DOCS / "model.md").read_text(encoding="utf-8"), "Evidence by mechanism")
    tags = {row.source for row in parameters() if row.source.startswith("M")}
    assert tags <= set(re.findall(r"M\d\d", page))


@pytest.mark.parametrize("table", [*OF_A_TRIAL, "measures"])
def test_every_column_of_a_table_is_explained(results, table):
    trial = columns(TABLES)
    assert list(results.table(table).columns) == trial + columns(section(TABLES, table))


def test_every_column_of_the_trials_is_explained(results):
    assert list(results.trials.columns) == columns(TABLES) + columns(section(TABLES, "trials"))


def test_every_column_of_the_comparison_is_explained(results):
    assert list(results.compare().columns) == columns(section(TABLES, "comparison"))


def test_every_metric_is_explained(results):
    explained = columns(section(TABLES, "series"), head="metric")
    assert list(results.series["metric"].unique()) == explained


def test_names_are_those_of_the_code():
    assert named_values(section(TABLES, "ties"), "channel") == list(CHANNELS)
    assert named_values(section(TABLES, "ties"), "end") == list(ledger.ENDS)
    assert ["unmet", *named_values(section(TABLES, "opportunities"), "route")] == list(
        ledger.ROUTES
    )
    assert named_values(section(TABLES, "chains"), "kind") == list(ledger.KINDS)
    assert named_values(section(TABLES, "chains"), "outcome") == list(OUTCOMES)


def test_the_networks_page_names_every_model_and_measure():
    from simnet.network import distances, structure
    from simnet.spec.networks import MODELS

    page = (DOCS / "networks.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w-]+)`", page))
    functions = {
        name
        for room in (distances, structure)
        for name in room.__all__
        if name.islower() and name not in ("closed_fraction", "degrees", "local_bridge_share")
    }
    assert set(MODELS) <= named
    assert functions <= named
