"""Running a study: its settings, its published numbers, and the card they give."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simnet.lab.reproduction import catalogue, folders
from simnet.lab.reproduction.card import Card
from simnet.lab.reproduction.published import Published, published
from simnet.lab.reproduction.settings import StudySettings, load_settings, resolved

__all__ = ["Reproduction", "reproduce", "settings_of"]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A card, and how it came about.

    Attributes
    ----------
    card : Card
    published : Published
        What it is held to.
    settings : mapping
        Plain data, all defaults filled in.
    quick : bool
        Whether the settings are those of a quick run.
    version : str
        Of simnet.
    seconds : float
        Wall time.
    """

    card: Card
    published: Published
    settings: Mapping[str, Any]
    quick: bool
    version: str
    seconds: float


def settings_of(
    name: str, *, quick: bool = False, overrides: Sequence[str] = (), seed: int | None = None
) -> StudySettings:
    """The settings of the study of this name; see `load_settings`."""
    model = catalogue.study(name).settings
    path = folders.settings_files()[name]
    return load_settings(path, model, quick=quick, overrides=overrides, seed=seed)


def reproduce(
    name: str, *, quick: bool = False, overrides: Sequence[str] = (), seed: int | None = None
) -> Reproduction:
    """Run the study of this name again and hold it to its published numbers.

    Parameters
    ----------
    name
        As `simnet reproduce --list` gives it.
    quick
        With the smaller settings under `quick:` of its file.
    overrides
        Settings such as `network.people=500`, the value being YAML.
    seed
        Instead of the file's.

    Raises
    ------
    ValueError
        There is no such study.
    SpecError
        The settings are wrong; nothing was run.
    """
    from simnet import __version__

    settings = settings_of(name, quick=quick, overrides=overrides, seed=seed)
    theirs = published(name)
    began = time.monotonic()
    card = catalogue.study(name).run(settings, theirs)
    if card.study != name:
        raise ValueError(f"the card of {name} calls itself {card.study}")
    seconds = time.monotonic() - began
    return Reproduction(card, theirs, resolved(settings), quick, __version__, seconds)
