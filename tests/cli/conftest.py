"""A command line in an empty folder, with a tiny study at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simnet.cli import cli

TINY = """\
version: 1
name: tiny
seed: 7
replicates: 2
weeks: 6
network: {model: watts-strogatz, people: 40, degree: 4, rewiring: 0.1}
population: {passive-profile: 1.0}
focal: {share: 0.5}
arms:
  hard-sell: {focal.strategy: hard-sell}
  give-first: {focal.strategy: give-first}
market: {needs_per_week: 0.2}
measures: [opportunity_yield, trust]
"""

Simnet = Callable[..., Result]


@pytest.fixture
def simnet(tmp_path, monkeypatch) -> Simnet:
    """Call ``simnet`` with arguments, in a folder that holds tiny.yaml and nothing else."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(cli, arguments, prog_name="simnet")


@pytest.fixture(scope="session")
def tiny_results(tmp_path_factory) -> Path:
    """The results of tiny.yaml; tests must not change them."""
    import simnet

    folder = tmp_path_factory.mktemp("study")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    out = folder / "results" / "tiny"
    simnet.run(simnet.load(folder / "tiny.yaml"), out=out, jobs=1, progress=False)
    return out
