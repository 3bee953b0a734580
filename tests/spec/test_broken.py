"""Every broken configuration ends in its expected message: all problems, each with its place.

To add one, write `broken/NAME.yaml` and, beside it, `broken/NAME.expected`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simnet.errors import SpecError
from simnet.spec import load

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))


@pytest.fixture(autouse=True)
def _machine_of_8_gib(monkeypatch):
    monkeypatch.setattr("simnet.spec.loading.machine_memory", lambda: 8 * 2**30)


def message(path: Path) -> str:
    with pytest.raises(SpecError) as failure:
        load(path)
    return str(failure.value).replace(f"{BROKEN}/", "") + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_message(path):
    assert message(path) == path.with_suffix(".expected").read_text(encoding="utf-8")


def test_there_is_a_corpus():
    assert len(FILES) >= 40
    assert {path.stem for path in FILES} == {path.stem for path in BROKEN.glob("*.expected")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_problem_has_a_place(path):
    with pytest.raises(SpecError) as failure:
        load(path)
    for problem in failure.value.problems:
        assert problem.place.source.startswith(str(BROKEN))
        assert problem.place.line >= 1
        assert problem.place.column >= 1
