"""The living network: people who follow strategies, ties that change, needs that travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simnet.agents.plans import Act, Strategy, View
    from simnet.agents.tables import Tables
    from simnet.agents.world import World, simulate

__all__ = ["MODEL_VERSION", "Act", "Strategy", "Tables", "View", "World", "simulate"]

MODEL_VERSION = 1
"""Raised whenever the same experiment and seed give other numbers than before."""

_HOMES = {
    "Act": "plans",
    "Strategy": "plans",
    "Tables": "tables",
    "View": "plans",
    "World": "world",
    "simulate": "world",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
