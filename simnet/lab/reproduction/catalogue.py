"""The studies: their modules, found by the names of their settings files."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from simnet.errors import ResultsError
from simnet.lab.reproduction import folders
from simnet.lab.reproduction.card import Card
from simnet.lab.reproduction.published import Published
from simnet.lab.reproduction.settings import StudySettings
from simnet.spec.findings import unknown

__all__ = ["Study", "check_names", "names", "study"]

PACKAGE = "simnet_experiments"


@dataclass(frozen=True, slots=True)
class Study:
    """The module of a study: the class of its settings, and what runs it."""

    name: str
    settings: type[StudySettings]
    run: Callable[[Any, Published], Card]


def names() -> list[str]:
    """The studies that can be run."""
    return list(folders.settings_files())


def check_names(wanted: list[str]) -> None:
    """Raise ValueError, with the nearest name there is, if one of these is no study."""
    for name in wanted:
        if name not in names():
            rule, hint = unknown("study", name, names())
            raise ValueError(f"'{name}' {rule}" + (f"; did you mean '{hint}'?" if hint else ""))


def study(name: str) -> Study:
    """The study of this name.

    Raises
    ------
    ValueError
        There is no such study.
    """
    check_names([name])
    _load_package()
    module = importlib.import_module(f"{PACKAGE}.{name.replace('-', '_')}")
    return Study(name, module.Settings, module.reproduce)


def _load_package() -> None:
    """Make the folder of the studies a package of its own name, wherever it lies.

    Its modules import each other relatively, and nothing is put on the import path.
    """
    if PACKAGE in sys.modules:
        return
    folder = folders.experiments()
    spec = spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ResultsError(f"the studies are not at {folder}")
    package = module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
