"""simnet: a laboratory for ways of networking.

``simnet.load`` reads an experiment, ``simnet.run`` runs it and returns its tables as pandas
frames, ``simnet.compare`` holds its arms against each other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simnet.agents import simulate
    from simnet.errors import SimnetError
    from simnet.lab import Results, open_results
    from simnet.lab.compare import compare
    from simnet.lab.run import run
    from simnet.network import Network
    from simnet.spec import Experiment, load

    __version__: str

__all__ = [
    "Experiment",
    "Network",
    "Results",
    "SimnetError",
    "__version__",
    "compare",
    "load",
    "open_results",
    "run",
    "simulate",
]

_ROOMS = {
    "Experiment": "simnet.spec",
    "Network": "simnet.network",
    "Results": "simnet.lab",
    "SimnetError": "simnet.errors",
    "compare": "simnet.lab.compare",
    "load": "simnet.spec",
    "open_results": "simnet.lab",
    "run": "simnet.lab.run",
    "simulate": "simnet.agents",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its room when it is first asked for."""
    if name == "__version__":
        value: Any = _installed_version()
    elif name in _ROOMS:
        value = getattr(import_module(_ROOMS[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("simnet")
    except PackageNotFoundError:  # a checkout on the path that was never installed
        return "0+uninstalled"
