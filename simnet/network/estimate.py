"""A number with what is known of its error."""

from __future__ import annotations

from typing import NamedTuple


class Estimate(NamedTuple):
    """A quantity measured on a sample, or exactly.

    An exact value has the standard error 0 and the interval [value, value]. Where a quantity is
    undefined, all of them are nan.

    Attributes
    ----------
    value : float
        The estimate.
    standard_error : float
        Standard deviation of the estimate over samples; nan if it cannot be told from this sample.
    low, high : float
        Ends of the interval that covers the quantity with probability `level`.
    level : float
        Of the interval, such as 0.95.
    n : int
        Size of the sample; which unit is sampled is said where the estimate is made.
    method : str
        How interval and error were had, such as ``"exact"`` or ``"t"``.
    """

    value: float
    standard_error: float
    low: float
    high: float
    level: float
    n: int
    method: str


def exact(value: float, n: int, level: float = 0.95) -> Estimate:
    """A value that no sampling stands behind."""
    return Estimate(value, 0.0, value, value, level, n, "exact")
