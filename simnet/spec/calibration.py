"""Calibration: which parameters are fitted, to which targets, how, and at how many points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simnet.spec.base import Frozen, Model, Rule
from simnet.spec.designs.ranges import Range
from simnet.spec.findings import Finding, broken, unknown

Method = Literal["least-squares", "nelder-mead", "abc", "abc-smc"]


class Target(Model):
    """A figure that the model is to meet, and how closely."""

    measure: str = Field(description="the measure, as its mean over replicates")
    arm: str | None = Field(default=None, description="of this arm; of the first if not given")
    value: float = Field(description="what it should be")
    sd: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="standard error of the value, in its units"
    )
    tolerance: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="in place of sd where the value has no known error: a difference you accept",
    )
    predicted: bool = Field(
        default=False, description="kept out of the fit, to see whether it is met all the same"
    )

    @model_validator(mode="after")
    def _one_scale(self) -> Self:
        if (self.sd is None) == (self.tolerance is None):
            raise broken("must have either sd or tolerance", got=False)
        return self

    @property
    def spread(self) -> float:
        """The sd or the tolerance, whichever is given."""
        return self.sd if self.sd is not None else self.tolerance or 0.0


class Calibrate(Model):
    """What `simnet calibrate` does."""

    parameters: Annotated[
        Frozen[str, Range],
        Field(min_length=1),
        Rule("must be a mapping of at least one parameter to its range"),
    ] = Field(description="what is fitted: dotted keys of a world, each with its range")
    targets: Annotated[
        tuple[Target, ...], Field(min_length=1), Rule("must be a list of at least one target")
    ] = Field(strict=False, description="what the model is to meet")
    method: Method = Field(default="nelder-mead", description="how the parameters are sought")
    points: Annotated[int, Field(ge=8, le=10_000)] = Field(
        default=200, description="budget: points run at most, each in every arm and replicate"
    )
    level: Annotated[float, Field(gt=0.5, lt=1.0)] = Field(
        default=0.95, description="of the intervals of the fitted parameters"
    )

    @model_validator(mode="after")
    def _something_to_fit(self) -> Self:
        if all(target.predicted for target in self.targets):
            raise broken("must have a target that is not predicted", got=False)
        return self


def misfits(
    calibrate: Calibrate, arms: Sequence[str], measures: Sequence[str], *, varied: Sequence[str]
) -> Iterator[Finding]:
    """Targets that nothing can be compared with, and parameters that something else sets too.

    `measures` are those the language knows, `varied` the keys that an arm or a design sets.
    """
    for place, target in enumerate(calibrate.targets):
        where = ("calibrate", "targets", place)
        if target.arm is not None and target.arm not in arms:
            rule, hint = unknown("arm", target.arm, arms)
            yield Finding((*where, "arm"), rule, f"'{target.arm}'", hint)
        if target.measure not in measures:
            rule, hint = unknown("measure", target.measure, measures)
            yield Finding((*where, "measure"), rule, f"'{target.measure}'", hint)
    for key in calibrate.parameters:
        if key in varied:
            rule = "must not be both fitted and set by an arm, the sweep or the design"
            yield Finding(("calibrate", "parameters", key), rule, at_key=True)
