"""Sweeps on the command line: `network.degree=8,12,16` and `weeks=range(26,105,26)`."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from simnet.spec.trials import OVERRIDABLE

MAX_VALUES = 10_000

_NUMBER = r"\s*([-+]?[0-9]*\.?[0-9]+)\s*"
_RANGE = re.compile(rf"\s*range\({_NUMBER},{_NUMBER}(?:,{_NUMBER})?\)\s*")


def swept(path: tuple[str, ...], text: str) -> str:
    """The YAML list of values that a setting sweeps; empty if it sets a single value.

    `range(a, b, step)` stands for a, a + step, ... below b. A text with a comma in it is a single
    value when it is quoted, a list or mapping when it stands in brackets.
    """
    if path[0] not in OVERRIDABLE or path[-1] == "description":
        return ""
    if found := _RANGE.fullmatch(text):
        return _listed(*(Decimal(number) for number in found.groups(default="1")))
    if "," in text and text.strip()[0] not in "[{'\"":
        return f"[{text}]"
    return ""


def _listed(start: Decimal, end: Decimal, step: Decimal) -> str:
    steps = math.ceil((end - start) / step) if step else 0
    values = [start + step * k for k in range(min(steps, MAX_VALUES))]
    return f"[{', '.join(map(str, values))}]"
