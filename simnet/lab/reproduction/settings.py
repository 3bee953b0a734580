"""The settings of a study: what every study has in common, and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationError

from simnet.errors import Place, Problem
from simnet.spec.base import Model, Name
from simnet.spec.findings import findings_of, shown
from simnet.spec.loading import Reading
from simnet.spec.overrides import put_node, split
from simnet.spec.source import Node, plain

__all__ = ["StudySettings", "load_settings", "resolved"]


class StudySettings(Model):
    """The settings of a study; its own `Settings` adds every number it uses that is not published
    data.

    The file may also have `quick:`, a mapping of dotted keys to the values that take the place of
    the others when the study is to be quick.
    """

    file_keys: ClassVar[tuple[str, ...]] = ("quick",)

    version: Literal[1] = Field(description="version of the language this file is written in")
    study: Name = Field(description="the study, as its file and its module are called")
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(description="the one source of chance")


def load_settings(
    path: Path,
    model: type[StudySettings],
    *,
    quick: bool = False,
    overrides: Sequence[str] = (),
    seed: int | None = None,
) -> StudySettings:
    """The settings in a file, read as strictly as an experiment.

    What is under `quick:` must be valid whether it is asked for or not. Overrides such as
    `network.people=500` come last.

    Raises
    ------
    SpecError
        The file or an override is wrong; every problem is in `.problems`, with its place.
    """
    reading = Reading(str(path))
    written = reading.assembled()
    quick_values = written.content.pop("quick", None)
    quicker = _quickened(reading, written, quick_values)
    problems = [] if quick_values is None else _problems(reading, quicker, model)
    root = quicker if quick else written
    for setting in overrides:
        root = reading.set(root, setting)
    if seed is not None:
        place = Place("--seed")
        root = put_node(root, ("seed",), Node(seed, place, place))
    problems += _problems(reading, root, model)
    if not _named(root, path.stem):
        node = root.content["study"]
        problems.append(Problem(node.place, "study", f"must be {path.stem}, as the file is called"))
    if problems or reading.problems:
        raise reading.failed(problems)
    return model.model_validate(plain(root))


def resolved(settings: StudySettings) -> dict[str, Any]:
    """Plain data with all defaults filled in, from which equal settings can be loaded."""
    return settings.model_dump(mode="json")


def _quickened(reading: Reading, root: Node, quick: Node | None) -> Node:
    """The tree with the values under `quick:` put in where their keys say."""
    if quick is None:
        return root
    if not isinstance(quick.content, dict):
        rule = "must be a mapping of dotted keys to values"
        reading.problems.append(Problem(quick.place, "quick", rule, shown(plain(quick))))
        return root
    for key, value in quick.content.items():
        path = split(key)
        try:
            if not path:
                raise LookupError("must be a dotted key")
            root = put_node(root, path, value)
        except LookupError as error:
            place = value.key_place or value.place
            reading.problems.append(Problem(place, f"quick.{key}", str(error.args[0])))
    return root


def _problems(reading: Reading, root: Node, model: type[StudySettings]) -> list[Problem]:
    try:
        model.model_validate(plain(root))
    except ValidationError as error:
        return [reading.located(root, finding) for finding in findings_of(error, model)]
    return []


def _named(root: Node, name: str) -> bool:
    node = root.content.get("study")
    return node is None or node.content == name
