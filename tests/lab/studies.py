"""Small studies, and what their folders hold."""

from __future__ import annotations

from pathlib import Path

import simnet
from simnet.lab.schemas import TABLES

TINY = """\
version: 1
name: tiny
seed: 7
replicates: 3
weeks: 4
network: {model: watts-strogatz, people: 40, degree: 4, rewiring: 0.1}
population: {passive-profile: 1.0}
arms:
  hard-sell: {focal.strategy: hard-sell}
  give-first: {focal.strategy: give-first}
"""

# Tables in which the fake engine puts rows.
WITH_ROWS = {"series", "ties", "opportunities", "measures", "trials"}


def tiny(folder: Path, *changes: str) -> simnet.Experiment:
    """Two arms, three replicates."""
    file = folder / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return simnet.load(file, overrides=changes)


def parts(folder: Path) -> dict[str, bytes]:
    """The content of every part of every trial."""
    files = [file for table in TABLES for file in sorted((folder / table).glob("*"))]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def leftovers(folder: Path) -> list[Path]:
    """Temporary files."""
    return sorted(folder.glob("**/*.tmp"))
