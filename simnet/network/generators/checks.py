"""What the arguments of several models must be."""

from __future__ import annotations

MOST_PEOPLE = 2**31 - 1


def check_probability(name: str, value: float) -> None:
    """Raise ValueError unless it is one."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be a probability in [0, 1]; got {value!r}")


def check_count(name: str, value: int, *, least: int) -> None:
    """Raise ValueError if there are too few."""
    if value < least:
        raise ValueError(f"{name} must be at least {least}; got {value}")
