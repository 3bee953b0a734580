"""The figures of a check as a reader wants to see them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from simnet.lab.reproduction.card import Check, Value

__all__ = ["allowed", "counts", "in_words", "interval", "number", "ours", "parts", "published"]


def number(value: float) -> str:
    """Four digits, with commas for thousands."""
    if math.isnan(value):
        return "undefined"
    if abs(value) >= 10_000 or (value == int(value) and abs(value) >= 1000):
        return f"{value:,.0f}"
    return f"{value:.4g}"


def published(check: Check) -> str:
    """The published figure."""
    return _value(check.published)


def ours(check: Check) -> str:
    """Our figure, without its interval."""
    return _value(check.ours)


def interval(check: Check) -> str:
    """The interval of ours; empty where there is none, or it has no length."""
    if not (math.isfinite(check.low) and math.isfinite(check.high)) or check.low == check.high:
        return ""
    return f"{number(check.low)} to {number(check.high)}"


def allowed(check: Check) -> str:
    """Where ours would agree; empty where that is no range of numbers."""
    if check.allowed is None:
        return ""
    low, high = check.allowed
    return f"{number(low)} to {number(high)}"


def in_words(check: Check) -> str:
    """The verdict, with a word on a difference that fails the study."""
    return "DIFFERS" if check.hard and check.verdict == "differs" else check.verdict


def parts(names: Iterable[str]) -> str:
    """What was fitted, or predicted."""
    return "; ".join(names) or "nothing"


def counts(checks: Iterable[Check]) -> dict[str, int]:
    """How many checks came out how."""
    verdicts = [(check.verdict, check.hard) for check in checks]
    return {
        "agree": sum(verdict == "agrees" for verdict, _ in verdicts),
        "differ": sum(verdict == "differs" for verdict, _ in verdicts),
        "not_comparable": sum(verdict == "not comparable" for verdict, _ in verdicts),
        "hard_failures": sum(verdict == "differs" and hard for verdict, hard in verdicts),
    }


def _value(value: Value) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"{number(value[0])} to {number(value[1])}"
    return number(value)
