"""The machine that is measured on."""

from __future__ import annotations

import os
import resource
import sys
from datetime import date


def peak_memory() -> int:
    """The most memory that this process has held so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def load() -> float:
    """How busy the machine has been for the last minute; 0 is idle."""
    return os.getloadavg()[0]


def in_words(load_before: float) -> str:
    """Date, processor, memory, system, versions, and how busy it was before."""
    # Not before measuring: a new process counts the memory of its parent as its own at first.
    from benchmarks.whole_process import processor
    from simnet.lab.machine import cores, surroundings

    here = surroundings()
    machine, versions = here["machine"], here["versions"]
    names = ", ".join(f"{name} {versions[name]}" for name in ("python", "numpy", "numba"))
    return (
        f"{date.today().isoformat()}; {processor(machine)}, {cores()} cores, "
        f"{machine['memory_bytes'] / 2**30:.1f} GiB; {machine['system']}; {names}; "
        f"load before {load_before:.1f}."
    )
