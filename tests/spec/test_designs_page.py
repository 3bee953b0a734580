"""The designs that docs/designs.md shows can be run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from simnet.spec import json_schema, load
from simnet.spec.designs import Kind
from simnet.spec.source import parse, plain

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "designs.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
TABLE = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)

BASE = """\
version: 1
name: pilot
seed: 1
weeks: 52
network: {model: watts-strogatz, people: 200, degree: 4, rewiring: 0.1}
population: {passive-profile: 1.0}
"""


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_shown_can_be_run(text, tmp_path):
    (tmp_path / "points.csv").write_text(TABLE[0], encoding="utf-8")
    (tmp_path / "pilot.yaml").write_text(BASE + text, encoding="utf-8")
    assert len(load(tmp_path / "pilot.yaml").points) > 1
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.validate(plain(parse(BASE + text, "", lambda _: None)))
    validator.validate(load(tmp_path / "pilot.yaml").resolved())


def test_every_kind_is_explained():
    kinds = get_args(get_args(Kind)[0])
    names = {get_args(kind.model_fields["kind"].annotation)[0] for kind in kinds}
    assert names == set(re.findall(r"^\| `([a-z]+)` \|", PAGE, re.M))
