"""The configurations and strategies that come with simnet."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from simnet.errors import Problem
from simnet.spec.source import Node, parse, plain

__all__ = ["configs", "folder", "read", "strategies", "strategy", "strategy_data"]


def folder() -> Path:
    """Where they are: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def configs() -> dict[str, Path]:
    """The shipped configurations by name."""
    return {path.stem: path for path in sorted(folder().glob("*.yaml"))}


def strategies() -> dict[str, Path]:
    """The shipped strategies by name."""
    return {path.stem: path for path in sorted((folder() / "strategies").glob("*.yaml"))}


def read(name: str) -> str:
    """The text of the configuration or strategy of this name."""
    files = {**strategies(), **configs()}
    if name not in files:
        raise KeyError(name)
    return files[name].read_text(encoding="utf-8")


def strategy(name: str) -> Node:
    """The shipped strategy of this name, with its places."""
    path = strategies()[name]
    return parse(path.read_text(encoding="utf-8"), str(path), _refuse)


def strategy_data() -> dict[str, Any]:
    """The shipped strategies as plain data, each call its own copy."""
    return copy.deepcopy(_strategy_data())


@cache
def _strategy_data() -> dict[str, Any]:
    return {name: plain(strategy(name)) for name in strategies()}


def _refuse(problem: Problem) -> NoReturn:
    raise ValueError(f"{problem.place.source} came broken: {problem.message}")
