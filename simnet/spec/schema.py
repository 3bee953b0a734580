"""The language as JSON Schema (draft 2020-12), for editors to complete and underline by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simnet.spec import shipped
from simnet.spec.experiment import Experiment
from simnet.spec.measures import MEASURES
from simnet.spec.routines import StrategySpec
from simnet.spec.world import TABLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_EXTENDS = {
    "type": "string",
    "description": "a file, or a shipped configuration, that this one is put on top of",
}


def json_schema() -> dict[str, Any]:
    """The schema of experiment files.

    It knows keys, types and bounds. What holds between keys, such as shares that add up to 1, only
    reading the file tells.
    """
    schema = _tidy(Experiment.model_json_schema())
    required = schema.pop("required")
    keys = schema["properties"]
    keys["measures"]["items"] = {"enum": list(MEASURES)}
    schema["$defs"]["Record"]["properties"]["tables"]["items"] = {"enum": list(TABLES)}
    first = ("version", "name", "question")
    schema["properties"] = {
        **{key: keys[key] for key in first},
        "extends": _EXTENDS,
        **{key: value for key, value in keys.items() if key not in first},
    }
    without_base = {"not": {"required": ["extends"]}}
    return {
        "$schema": DIALECT,
        "title": "simnet experiment",
        **schema,
        "if": without_base,
        "then": {"required": required},
    }


def strategy_schema() -> dict[str, Any]:
    """The schema of files that hold one strategy."""
    return {
        "$schema": DIALECT,
        "title": "simnet strategy",
        **_tidy(StrategySpec.model_json_schema()),
    }


def write(folder: Path | None = None) -> None:
    """Write both schemas beside the shipped configurations, where these point an editor to."""
    folder = shipped.folder() if folder is None else folder
    (folder / "strategies").mkdir(exist_ok=True)
    for name, schema in (
        ("simnet.schema.json", json_schema()),
        ("strategies/strategy.schema.json", strategy_schema()),
    ):
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


def _tidy(schema: Any) -> Any:
    """Without what says nothing to an editor, and with names that fit no pattern refused."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {key: _tidy(value) for key, value in schema.items() if not _says_nothing(key, value)}
    patterns = tidied.pop("patternProperties", None)
    if patterns is not None:
        ((pattern, inner),) = patterns.items()
        tidied["additionalProperties"] = inner
        tidied["propertyNames"] = {**tidied.get("propertyNames", {}), "pattern": pattern}
    return tidied


def _says_nothing(key: str, value: Any) -> bool:
    if key == "default":
        return value is None or isinstance(value, dict)
    return key == "discriminator" or (key == "title" and isinstance(value, str))
