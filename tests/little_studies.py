"""Three made-up studies in a folder: one that agrees, one that may fail, one that raises."""

from __future__ import annotations

from pathlib import Path

import pytest

from simnet.lab.reproduction import catalogue, folders

MODULE = '''"""A made-up study."""

from simnet.lab.reproduction import (
    Card, Panel, Series, StudySettings, holds, not_comparable, within,
)
from simnet.network import Estimate

from .shared import DOUBLE


class Settings(StudySettings):
    length: float
    letters: int = 7


def reproduce(settings, published):
    if settings.length < 0:
        raise RuntimeError("a length below zero")
    figure = published.values["length"]
    length = settings.length
    ours = Estimate(length, 0.1, length - 0.2, length + 0.2, 0.95, 9, "t")
    checks = (
        within("mean length", figure, ours, by=0.5, tolerance="two standard errors"),
        within("remembered", published.values["remembered"], 9.0, by=1, tolerance="one"),
        within("twice the length", 10.0, DOUBLE * length, by=0.1, tolerance="a tenth",
               flag="derived", units="links", because="the second letter is shorter"),
        holds("an ordering", "men before women", "12 before 9", True, flag="seen",
              tolerance="an ordering"),
        not_comparable("cost", 680.0, None, "nobody is paid here", flag="seen", units="dollars"),
    )
    panel = Panel("Lengths", "links", "chains", (Series("ours", [1, 2], [3.0, float("nan")]),))
    return Card("NAME", "How long is it?", (), ("the mean length",), checks, (panel,))
'''

PUBLISHED = """\
citation: Made, U. P. (1999). A study.
doi: 10.1/1
what: How long something was.
values:
  length: {value: 5, units: links, flag: seen, source: the study}
  remembered: {value: 2, units: links, flag: recalled}
tables:
- {name: lengths, columns: [links, chains], rows: [[4, 1], [6, 1]], flag: seen}
notes: []
formulae: []
"""

SETTINGS = """\
# A made-up study.
version: 1
study: NAME
seed: 3
length: LENGTH
quick: {letters: 2}
"""

LENGTHS = {"agreeing-1999": 5.2, "differing-1999": 5.9, "raising-1999": -1.0}


def lay_out(folder: Path) -> None:
    """Write the modules, the settings and the published numbers of the studies."""
    for part in ("experiments/published", "configs/studies"):
        (folder / part).mkdir(parents=True)
    write = lambda path, text: (folder / path).write_text(text, encoding="utf-8")  # noqa: E731
    write("experiments/__init__.py", '"""Made-up studies."""\n')
    write("experiments/shared.py", "DOUBLE = 2\n")
    for name, length in LENGTHS.items():
        write(f"experiments/{name.replace('-', '_')}.py", MODULE.replace("NAME", name))
        write(f"experiments/published/{name}.yaml", PUBLISHED)
        text = SETTINGS.replace("NAME", name).replace("LENGTH", str(length))
        write(f"configs/studies/{name}.yaml", text)


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the studies in `folder` be the only ones."""
    lay_out(folder)
    named = lambda part: {file.stem: file for file in sorted((folder / part).glob("*.yaml"))}  # noqa: E731
    monkeypatch.setattr(folders, "experiments", lambda: folder / "experiments")
    monkeypatch.setattr(folders, "published_numbers", lambda: named("experiments/published"))
    monkeypatch.setattr(folders, "settings_files", lambda: named("configs/studies"))
    monkeypatch.setattr(catalogue, "PACKAGE", f"made_up_{abs(hash(folder)):x}")
