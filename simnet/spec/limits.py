"""What an experiment may ask of the machine."""

from __future__ import annotations

import os
from pathlib import Path

HALF_TIE_BYTES = 64
PERSON_BYTES = 256
ROW_OF_SLOTS = 16  # a person's half-ties take whole lines of so many slots
ROOM_TO_GROW = 1.6  # ties that form, and the copy made while half-ties are sorted
MAX_WORLDS = 100_000  # arms times points
MAX_TRIALS = 1_000_000

_CGROUP = Path("/sys/fs/cgroup/memory.max")


def memory_needed(people: int, degree: float) -> int:
    """Bytes that a world of this size takes at its peak, roughly."""
    slots = max(degree, ROW_OF_SLOTS)
    return round(HALF_TIE_BYTES * people * slots * ROOM_TO_GROW) + PERSON_BYTES * people


def machine_memory() -> int | None:
    """Bytes of memory this process may have; None where the system does not say."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return min(total, _container_memory() or total) if total > 0 else None


def gibibytes(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 2**30:,.1f} GiB"


def _container_memory() -> int | None:
    try:
        text = _CGROUP.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None
