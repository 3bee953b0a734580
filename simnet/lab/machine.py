"""The machine and the software that a study runs on."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from simnet.spec.limits import machine_memory

__all__ = ["cores", "surroundings"]

_STACK = (
    "numpy",
    "numba",
    "pandas",
    "pyarrow",
    "scipy",
    "simpy",
    "networkx",
    "pydantic",
    "seaborn",
    "matplotlib",
)


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def surroundings() -> dict[str, Any]:
    """Software and machine."""
    return {
        "versions": _versions(),
        "commit": _commit(),
        "machine": {
            "system": platform.platform(),
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "memory_bytes": machine_memory(),
        },
    }


def _versions() -> dict[str, str]:
    from simnet import __version__

    versions = {"simnet": __version__, "python": platform.python_version()}
    for package in _STACK:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def _commit() -> str | None:
    """Commit of the checkout simnet runs from, `-dirty` when changed since; None outside one."""
    checkout = Path(__file__).parents[2]
    if not (checkout / ".git").exists():
        return None
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
