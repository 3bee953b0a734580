"""Limits of a trial, looked at after each simulated week."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable

from simnet.spec.execution import Limits

__all__ = ["OverLimit", "Watchman", "memory_bytes"]

_PAGE_BYTES = resource.getpagesize()


class OverLimit(Exception):
    """A trial took more than it may; the message says what and how much."""


class Watchman:
    """Passes the weeks on, and raises OverLimit when a trial has taken more than it may.

    Parameters
    ----------
    on_week
        Called with the number of each week that is over.
    """

    def __init__(self, limits: Limits, on_week: Callable[[int], None]) -> None:
        self._limits, self._on_week = limits, on_week
        self._began = time.monotonic()

    def __call__(self, week: int) -> None:
        self._on_week(week)
        minutes, gib = self._limits.trial_minutes, self._limits.trial_gib
        if minutes is not None and time.monotonic() - self._began > 60 * minutes:
            raise OverLimit(f"not through after {minutes:g} minutes: week {week} was over")
        if gib is not None and (held := memory_bytes()) > gib * 2**30:
            raise OverLimit(
                f"{held / 2**30:.2f} GiB of memory in use after week {week}; {gib:g} are allowed"
            )


def memory_bytes(process: int | None = None) -> int:
    """Memory that a process holds now, this one if None; its peak where only that is known."""
    try:
        with open(f"/proc/{process or os.getpid()}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except OSError:
        if process is not None:
            return 0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
