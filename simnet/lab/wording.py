"""Numbers as people say them."""

from __future__ import annotations

__all__ = ["counted", "duration", "size"]


def duration(seconds: float) -> str:
    """Rounded to what a person wants to know: ``8 s``, ``3 min``, ``2 h 10 min``, ``4 d 3 h``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


def size(count: float) -> str:
    """Bytes: ``512 B``, ``36 MiB``, ``1.6 GiB``."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def counted(count: int, noun: str) -> str:
    """``1 trial``, ``2 trials``."""
    return f"{count} {noun}{'s' * (count != 1)}"
