"""A reproduction card: what was published, what we get, and whether the two agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, TypeAlias

from numpy.typing import NDArray

from simnet.lab.reproduction.published import FLAGS, Figure, Flag
from simnet.network.estimate import Estimate

__all__ = [
    "Card",
    "Check",
    "Panel",
    "Role",
    "Series",
    "between",
    "holds",
    "not_comparable",
    "within",
    "within_factor",
]

Role = Literal["predicted", "fitted", "input"]
Verdict = Literal["agrees", "differs", "not comparable"]
Value = float | str | tuple[float, float] | None
Numbers: TypeAlias = Sequence[float] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One published figure beside ours.

    Attributes
    ----------
    what : str
        The quantity, as the card names it.
    units : str
    published : float, (float, float), str or None
        The published number, range or statement; None where there is none.
    flag : str
        How the published figure is known: seen, recalled, derived or computed.
    ours : float, str or None
        What the reproduction gives; None where it gives nothing.
    low, high : float
        Interval of ours; nan where it has none.
    tolerance : str
        How far apart the two may be, in words, and where that comes from.
    agrees : bool or None
        None: the two cannot be compared.
    because : str
        Why they differ or cannot be compared; empty where they agree.
    role : str
        Whether ours is predicted, was fitted to published numbers, or is an input.
    allowed : (float, float) or None
        Where ours may lie and agree; None where that is no range of numbers.
    """

    what: str
    units: str
    published: Value
    flag: Flag
    ours: float | str | None
    low: float
    high: float
    tolerance: str
    agrees: bool | None
    because: str = ""
    role: Role = "predicted"
    allowed: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.flag not in FLAGS:
            raise ValueError(f"{self.what}: flag must be one of {', '.join(FLAGS)}")
        if self.agrees is None and not self.because:
            raise ValueError(f"{self.what}: what is not comparable needs a reason")

    @property
    def verdict(self) -> Verdict:
        """`agrees`, `differs` or `not comparable`."""
        if self.agrees is None:
            return "not comparable"
        return "agrees" if self.agrees else "differs"

    @property
    def hard(self) -> bool:
        """Whether a difference fails the study: a predicted quantity, held to a figure that is
        more than recalled, with no reason to differ stated beforehand."""
        comparable = self.agrees is not None and not self.because
        return comparable and self.role == "predicted" and self.flag != "recalled"


@dataclass(frozen=True, slots=True)
class Series:
    """Points of a panel: numbers or names along `x`, numbers along `y`, an interval if known."""

    label: str
    x: Sequence[float | str] | NDArray[Any]
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    whose: Literal["ours", "theirs"] = "ours"
    kind: Literal["line", "points", "bars"] = "line"

    def __post_init__(self) -> None:
        lengths = {
            len(column) for column in (self.x, self.y, self.low, self.high) if column is not None
        }
        if len(lengths) > 1:
            raise ValueError(f"series '{self.label}' has columns of unequal length")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"series '{self.label}' needs both ends of its interval, or neither")


@dataclass(frozen=True, slots=True)
class Panel:
    """A pair of axes, `x` and `y` naming them with their units."""

    title: str
    x: str
    y: str
    series: Sequence[Series]
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What a study returns: its question, what went in, what came out, and the checks.

    `fitted` names everything that was set from the published numbers, `predicted` everything that
    followed without them.
    """

    study: str
    question: str
    fitted: tuple[str, ...]
    predicted: tuple[str, ...]
    checks: Sequence[Check]
    panels: Sequence[Panel] = ()

    def __post_init__(self) -> None:
        twice = [what for what, n in Counter(check.what for check in self.checks).items() if n > 1]
        if twice:
            raise ValueError(f"two checks of {self.study} are called '{twice[0]}'")

    @property
    def failures(self) -> tuple[Check, ...]:
        """The hard checks that differ."""
        return tuple(check for check in self.checks if check.hard and check.verdict == "differs")


def within(
    what: str,
    figure: Figure | float,
    ours: Estimate | float,
    *,
    by: float,
    tolerance: str,
    role: Role = "predicted",
    because: str = "",
    flag: Flag | None = None,
    units: str | None = None,
) -> Check:
    """Ours lies within `by` of the published number, |ours - published| <= by.

    Parameters
    ----------
    what
        The quantity, as the card names it.
    figure
        The published figure, or a number, which needs `flag` (and `units`).
    ours
        A number; an `Estimate` brings its interval. A nan agrees with nothing.
    by
        The tolerance.
    tolerance
        The same in words, with where it comes from.
    because
        The reason for a difference that is known beforehand: shown, and not hard.
    """
    published = _number(what, figure)
    allowed = (published - by, published + by)
    return _compared(what, figure, ours, allowed, tolerance, role, because, flag, units)


def within_factor(
    what: str,
    figure: Figure | float,
    ours: Estimate | float,
    *,
    factor: float,
    tolerance: str,
    role: Role = "predicted",
    because: str = "",
    flag: Flag | None = None,
    units: str | None = None,
) -> Check:
    """Ours lies within a factor of the published number, 1/factor <= ours/published <= factor.

    The other parameters are those of `within`.
    """
    if not factor >= 1:
        raise ValueError(f"{what}: factor must be at least 1; got {factor!r}")
    published = _number(what, figure)
    allowed = (published / factor, published * factor)
    return _compared(what, figure, ours, allowed, tolerance, role, because, flag, units)


def between(
    what: str,
    figure: Figure | float | tuple[float, float],
    ours: Estimate | float,
    *,
    low: float,
    high: float,
    tolerance: str,
    role: Role = "predicted",
    because: str = "",
    flag: Flag | None = None,
    units: str | None = None,
) -> Check:
    """Ours lies in [low, high], a range that the published figure gives.

    The other parameters are those of `within`; `figure` may be a range or a text too.
    """
    return _compared(what, figure, ours, (low, high), tolerance, role, because, flag, units)


def holds(
    what: str,
    published_text: str,
    ours_text: str,
    condition: bool,
    *,
    flag: Flag,
    tolerance: str,
    role: Role = "predicted",
    because: str = "",
    units: str = "",
) -> Check:
    """A published statement (an ordering, an inequality, a test) holds for ours or does not."""
    return Check(
        what,
        units,
        published_text,
        flag,
        ours_text,
        math.nan,
        math.nan,
        tolerance,
        bool(condition),
        "" if condition else because,
        role,
    )


def not_comparable(
    what: str,
    figure: Figure | Value,
    ours: Estimate | float | str | None,
    because: str,
    *,
    role: Role = "predicted",
    flag: Flag | None = None,
    units: str | None = None,
) -> Check:
    """A published figure that ours cannot be held to, and why; ours is shown where there is one."""
    theirs, flag, units = _known(what, figure, flag, units)
    value: float | str | None
    low = high = math.nan
    if ours is None or isinstance(ours, str):
        value = ours
    else:
        value, low, high = _ours(ours)
    return Check(what, units, theirs, flag, value, low, high, "", None, because, role)


def _compared(
    what: str,
    figure: Figure | Value,
    ours: Estimate | float,
    allowed: tuple[float, float],
    tolerance: str,
    role: Role,
    because: str,
    flag: Flag | None,
    units: str | None,
) -> Check:
    theirs, flag, units = _known(what, figure, flag, units)
    value, low, high = _ours(ours)
    low_end, high_end = float(allowed[0]), float(allowed[1])
    agrees = low_end <= value <= high_end
    reason = "" if agrees else because
    return Check(
        what,
        units,
        theirs,
        flag,
        value,
        low,
        high,
        tolerance,
        agrees,
        reason,
        role,
        (low_end, high_end),
    )


def _known(
    what: str, figure: Figure | Value, flag: Flag | None, units: str | None
) -> tuple[Value, Flag, str]:
    """What was published, how it is known, in which units."""
    if isinstance(figure, Figure):
        return (
            _shown(figure.value),
            figure.flag if flag is None else flag,
            figure.units if units is None else units,
        )
    if flag is None:
        raise ValueError(f"{what}: a bare number needs flag=, which says how it is known")
    return _shown(figure), flag, units or ""


def _shown(value: object) -> Value:
    """A published value as a check holds it: a number, a range, or else the text of it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, list | tuple):
        if len(value) == 2 and all(isinstance(end, Real) for end in value):
            return float(value[0]), float(value[1])
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return str(value)


def _number(what: str, figure: Figure | float) -> float:
    value = figure.value if isinstance(figure, Figure) else figure
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"{what}: the published figure must be a number; got {value!r}")
    return float(value)


def _ours(ours: Estimate | float) -> tuple[float, float, float]:
    if isinstance(ours, Estimate):
        return float(ours.value), float(ours.low), float(ours.high)
    return float(ours), math.nan, math.nan
