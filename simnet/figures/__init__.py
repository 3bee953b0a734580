"""Pictures of results: tables in, matplotlib figures out.

An arm has one colour in every figure; the caption says what the bands are and over how many
replicates; everything reads at a width of 800 pixels. `save_all` writes all figures as PNG and SVG.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simnet.figures.chains import attrition, chain_survival
    from simnet.figures.forest import differences
    from simnet.figures.networks import network_picture
    from simnet.figures.over_time import lead, opportunity_yield, trust
    from simnet.figures.saving import save, save_all, save_as
    from simnet.figures.spread import distribution

__all__ = [
    "attrition",
    "chain_survival",
    "differences",
    "distribution",
    "lead",
    "network_picture",
    "opportunity_yield",
    "save",
    "save_all",
    "save_as",
    "trust",
]

_MODULES = {
    "attrition": "simnet.figures.chains",
    "chain_survival": "simnet.figures.chains",
    "differences": "simnet.figures.forest",
    "distribution": "simnet.figures.spread",
    "lead": "simnet.figures.over_time",
    "network_picture": "simnet.figures.networks",
    "opportunity_yield": "simnet.figures.over_time",
    "save": "simnet.figures.saving",
    "save_all": "simnet.figures.saving",
    "save_as": "simnet.figures.saving",
    "trust": "simnet.figures.over_time",
}


def __getattr__(name: str) -> Any:
    """Import a figure, and matplotlib with it, when it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
