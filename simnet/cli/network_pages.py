"""A description of a network as a page of text, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from simnet.network import Estimate

if TYPE_CHECKING:
    from simnet.network.description import Line, Section, Value

__all__ = ["as_json", "page"]

_NAME = 22
_BAR = 40
_SMALLEST_SHARE = 0.00005


def page(section: Section) -> str:
    """A section with its title, the time it took, and a bar a distance where there are shares."""
    rows = [f"{section.title}  ({section.seconds:.2f} s)"]
    rows += [_row(line) for line in section.lines]
    rows += _bars(section.shares)
    return "\n".join(rows)


def as_json(sections: Iterable[Section]) -> str:
    """All sections as one object; undefined values are null."""
    return json.dumps({section.title: _plain(section) for section in sections}, indent=1)


def _row(line: Line) -> str:
    remark = f"  {line.remark}" if line.remark else ""
    return f"  {line.name:<{_NAME}} {_text(line.value)}{remark}".rstrip()


def _text(value: Value) -> str:
    """A number with as many digits as its error leaves, and with its interval."""
    if isinstance(value, Estimate):
        if not _defined(value.value):
            return "undefined"
        if not _defined(value.standard_error) or value.standard_error == 0.0:
            return _number(value.value)
        digits = max(0, 1 - math.floor(math.log10(value.standard_error)))
        numbers = (value.value, value.standard_error, value.low, value.high)
        mean, error, low, high = (f"{number:,.{digits}f}" for number in numbers)
        return f"{mean} ± {error}  ({value.level:.0%} interval {low} to {high})"
    return "undefined" if value is None or not _defined(value) else _number(value)


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def _bars(shares: tuple[Estimate, ...]) -> Iterator[str]:
    most = max((share.value for share in shares), default=0.0)
    for steps, share in enumerate(shares, start=1):
        if share.value >= _SMALLEST_SHARE:
            bar = "█" * round(_BAR * share.value / most)
            yield f"  {steps:>4} steps {share.value:>7.2%}  {bar}".rstrip()


def _plain(section: Section) -> dict[str, Any]:
    measured = {line.name: _json_value(line.value) for line in section.lines}
    if section.shares:
        measured["shares"] = [_json_value(share) for share in section.shares]
    return {**measured, "seconds": round(section.seconds, 3)}


def _json_value(value: Value) -> Any:
    if isinstance(value, Estimate):
        return {name: _json_value(part) for name, part in value._asdict().items()}
    return value if isinstance(value, str) or _defined(value) else None


def _defined(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
