"""What `list`, `show` and `init` print and write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pydantic import BaseModel

from simnet.errors import Problem, SimnetError

__all__ = ["listing", "nearest", "shown", "starter"]


def listing(kind: str | None) -> str:
    """Names with what they are, of one kind or of all that is shipped."""
    if kind is not None:
        return _lines(_entries(kind)) or f"no {kind} here"
    kinds = ("configs", "strategies", "networks", "measures")
    return "\n\n".join(f"{kind}\n{_lines(_entries(kind), indent='  ')}" for kind in kinds)


def shown(name: str, as_json: bool) -> str:
    """A shipped file as it is (or its content as JSON), or the table of parameters."""
    if name == "parameters":
        return _parameters(as_json)
    from simnet.spec import shipped

    known = {**shipped.configs(), **shipped.strategies()}
    if name not in known:
        raise click.UsageError(f"nothing shipped is called {name!r}; {nearest(name, known)}")
    text = shipped.read(name)
    if not as_json:
        return text.rstrip("\n")
    return json.dumps(_content(text), indent=1, ensure_ascii=False)


def starter(stem: str) -> str:
    """The quickstart under a name of its own, and the schema where an editor finds it."""
    from simnet.spec import shipped

    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "experiment"
    text = shipped.read("quickstart").replace("\nname: quickstart", f"\nname: {name}", 1)
    schema = shipped.folder() / "simnet.schema.json"
    return text.replace("$schema=simnet.schema.json", f"$schema={schema}", 1)


def _entries(kind: str) -> Mapping[str, str]:
    from simnet.spec import MEASURES, shipped

    if kind == "measures":
        from simnet.lab.measures import UNITS

        return {name: UNITS.get(name, "") for name in MEASURES}
    if kind == "networks":
        from simnet.spec.networks import MODELS

        return {name: _keys(model) for name, model in MODELS.items()}
    if kind == "results":
        found = sorted(Path("results").glob("*/manifest.json"))
        return {str(path.parent): _state(path) for path in found}
    files = shipped.configs() if kind == "configs" else shipped.strategies()
    return {name: _about(shipped.read(name)) for name in files}


def _keys(model: type[BaseModel]) -> str:
    """What a model of networks is, and its keys; those with a default in brackets."""
    about = str(model.__doc__).splitlines()[0]
    fields = {name: field for name, field in model.model_fields.items() if name != "model"}
    keys = [name if field.is_required() else f"[{name}]" for name, field in fields.items()]
    return f"{about} {', '.join(keys)}"


def _about(text: str) -> str:
    """The question of a config, the description of a strategy."""
    content = _content(text)
    return str(content.get("question") or content.get("description") or "").strip()


def _content(text: str) -> dict[str, Any]:
    """A shipped file as the language reads it."""
    from simnet.spec.source import parse, plain

    content: dict[str, Any] = plain(parse(text, "", _ignore))
    return content


def _ignore(problem: Problem) -> None:
    """What is shipped has no problem to report; the tests load all of it."""


def _state(manifest: Path) -> str:
    from simnet.lab import open_results

    try:
        return open_results(manifest.parent).state
    except SimnetError as error:
        return str(error).splitlines()[0]


def _lines(entries: Mapping[str, str], indent: str = "") -> str:
    width = max(map(len, entries), default=0)
    lines = (f"{indent}{name.ljust(width)}  {about}".rstrip() for name, about in entries.items())
    return "\n".join(lines)


def _parameters(as_json: bool) -> str:
    from simnet.spec.behaviour import parameters

    rows = [row._asdict() for row in parameters()]
    if as_json:
        return json.dumps(rows, indent=1, ensure_ascii=False)
    return "\n\n".join(
        f"{row['key']} = {row['default']:g}  ({row['unit']}; {row['range'][0]:g} to "
        f"{row['range'][1]:g})\n    {row['meaning']}\n    {row['basis']}: {row['source']}"
        for row in rows
    )


def nearest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
