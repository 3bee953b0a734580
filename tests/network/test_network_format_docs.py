"""The page on files says what is so."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from simnet.network.formats import FORMATS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_examples_give_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(TEXT, {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) > 15
    found: list[str] = []
    doctest.DocTestRunner().run(examples, out=found.append)
    assert not "".join(found)


def test_the_table_has_every_format() -> None:
    table = TEXT.split("## What each format holds")[1].split("\n\n")[1]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(FORMATS)
