"""The page on chains says what is so."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path

import pytest

from simnet.chains import estimators, participation, rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "chains.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_examples_give_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    own = re.search(r"`my_rules.py`:\n\n```python\n(.*?)```", TEXT, re.DOTALL)
    assert own is not None
    Path("my_rules.py").write_text(own[1], encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(TEXT, {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) > 15
    found: list[str] = []
    try:
        doctest.DocTestRunner().run(examples, out=found.append)
    finally:
        sys.modules.pop("my_rules", None)
    assert not "".join(found)


@pytest.mark.parametrize(
    ("heading", "module", "others"),
    [
        ("Letters across a network", rules, {"OwnFunction", "Rule", "View"}),
        ("Letters across a network", participation, {"Participation", "Terms", "terms"}),
        ("What chains tell", estimators, {"ENDINGS"}),
    ],
)
def test_the_page_names_everything_public(heading, module, others) -> None:
    section = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    public = set(module.__all__) - others
    results = {name for name in public if isinstance(getattr(module, name), type)}
    named = public if module is not estimators else public - results - {"decisions"}
    assert {name for name in named if f"`{name}" not in section} == set()
