"""What a parameter of a design may be: a range of numbers, or a list of values."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from simnet.spec.base import Model, Rule, freeze
from simnet.spec.findings import broken

_NOT_A_PARAMETER = "must be a range such as {low: 0.1, high: 0.5}, or a list of values"


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise broken("must be a number")
    if not -1e300 < value < 1e300:
        raise broken("must be a number, and finite")
    return value


Number = Annotated[Any, AfterValidator(_number), WithJsonSchema({"type": "number"})]
Values = Annotated[
    tuple[Annotated[Any, AfterValidator(freeze)], ...],
    Field(strict=False, min_length=1),
    Rule("must be a list of at least one value"),
]


class Range(Model):
    """The numbers from `low` to `high`: all of them, or every `step`-th."""

    low: Number = Field(description="lowest value")
    high: Number = Field(description="highest value")
    scale: Literal["linear", "log"] = Field(
        default="linear", description="whether equal steps or equal ratios are equally likely"
    )
    step: Number | None = Field(
        default=None,
        description="only low, low + step, ... up to high; 1 between whole numbers for counts",
    )

    @field_validator("high", mode="after")
    @classmethod
    def _above_low(cls, high: float, info: ValidationInfo) -> float:
        low = info.data.get("low")
        if low is not None and high <= low:
            raise broken(f"must be above low, {low:g}")
        return high

    @field_validator("scale", mode="after")
    @classmethod
    def _log_of_positive(cls, scale: str, info: ValidationInfo) -> str:
        low = info.data.get("low")
        if scale == "log" and low is not None and low <= 0:
            raise broken(f"must be linear, or low above 0; low is {low:g}", also=["low"])
        return scale

    @field_validator("step", mode="after")
    @classmethod
    def _whole_steps(cls, step: float | None, info: ValidationInfo) -> float | None:
        if step is None:
            return step
        if step <= 0:
            raise broken("must be above 0")
        low, high = info.data.get("low"), info.data.get("high")
        if low is not None and high is not None and (_exact(high) - _exact(low)) % _exact(step):
            raise broken(f"must lead from low to high, {low:g} to {high:g}, in whole steps")
        return step

    @property
    def n_steps(self) -> int:
        """Steps from low to high; 0 where the range is continuous."""
        return 0 if self.step is None else round((self.high - self.low) / self.step)

    def value(self, u: float) -> int | float:
        """The value at `u` in [0, 1), the quantile function of the uniform law on the scale.

        With a step, each value takes the share of [0, 1) that its step takes on the scale.
        """
        if self.step is None:
            return self._between(u, self.low, self.high)
        reached = self._between(u, self.low, self.high + self.step)
        return self._after(min(int((reached - self.low) / self.step), self.n_steps))

    def level(self, k: int, of: int) -> int | float:
        """The k-th of `of` values evenly spaced on the scale, from low (0) to high (of - 1)."""
        if self.step is None:
            return self._between(k / (of - 1), self.low, self.high)
        return self._after(k * self.n_steps // (of - 1))

    def _between(self, u: float, low: float, high: float) -> float:
        value = low * (high / low) ** u if self.scale == "log" else u * (high - low) + low
        return float(min(max(value, low), high))

    def _after(self, steps: int) -> int | float:
        value = _exact(self.low) + steps * _exact(self.step or 0)
        whole = isinstance(self.low, int) and isinstance(self.step, int)
        return int(value) if whole else float(value)


def _exact(number: float) -> Decimal:
    """A number as it is written, so that 0.1 + 2 * 0.1 is 0.3."""
    return Decimal(str(number))


def _form(value: Any) -> str | None:
    if isinstance(value, dict | Range):
        return "range"
    return "values" if isinstance(value, list | tuple) else None


Parameter = Annotated[
    Annotated[Range, Tag("range")] | Annotated[Values, Tag("values")],
    Discriminator(
        _form,
        custom_error_type="simnet",
        custom_error_message="{rule}",
        custom_error_context={"rule": _NOT_A_PARAMETER, "got": True, "nearest": "", "also": ()},
    ),
]
