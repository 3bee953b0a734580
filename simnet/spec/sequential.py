"""When a study has enough replicates: what `until:` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from simnet.spec.base import Model, Name
from simnet.spec.findings import Finding, as_error, broken, findings_of, unknown

Width = Annotated[float, Field(gt=0.0)]


def _names(arms: tuple[str, ...]) -> tuple[str, ...]:
    twice = [arm for arm in arms if arms.count(arm) > 1]
    if twice:
        raise broken(f"must name each arm once; '{twice[0]}' is there twice", got=False)
    if len(arms) < 2:
        raise broken("must name two arms at least")
    return arms


class Goal(Model):
    """What is to be known of one measure before a study may end.

    Either how large the paired differences between arms are, to within `half_width` (in the unit
    of the measure) or `relative` (as a share of the mean of the earlier arm of each pair); or, with
    `best`, which arm is the best. Each point of the design is judged on its own.
    """

    measure: str = Field(description="the measure that is to be known")
    arms: Annotated[tuple[Name, ...], AfterValidator(_names)] | None = Field(
        default=None, strict=False, description="the arms compared; all if not given"
    )
    half_width: Width | None = Field(
        default=None,
        description="half the width of the interval of each paired difference, at most; with "
        "`best`, arms known to be this close need not be told apart",
    )
    relative: Width | None = Field(
        default=None,
        description="the same as a share of the mean of the earlier arm of the pair",
    )
    best: bool = Field(
        default=False,
        description="until one arm is left, those clearly beaten getting no more replicates",
    )
    level: Annotated[float, Field(ge=0.5, lt=1.0)] = Field(
        default=0.95, description="of the intervals; with `best`, that the best arm is kept"
    )
    max_replicates: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=400, description="where to stop in any case"
    )

    @field_validator("relative", mode="after")
    @classmethod
    def _of_what(cls, relative: float | None, info: Any) -> float | None:
        if relative is not None and info.data.get("half_width") is not None:
            raise broken("must not stand beside half_width; one of the two", also=["half_width"])
        return relative

    @model_validator(mode="after")
    def _asks_for_something(self) -> Goal:
        if not (self.best or self.half_width is not None or self.relative is not None):
            raise broken("must say one of half_width, relative and best: true", got=False)
        return self


def _one_or_several(given: Any, several: ValidatorFunctionWrapHandler) -> Any:
    if not isinstance(given, Mapping):
        return several(given)
    try:
        return (Goal.model_validate(given),)
    except ValidationError as error:
        found = findings_of(error, Goal)
        raise as_error("until", map(_within_until, found)) from None


def _within_until(found: Finding) -> Finding:
    also = tuple(("until", *path) for path in found.also)
    return replace(found, path=("until", *found.path), also=also)


Goals = Annotated[
    tuple[Goal, ...],
    Field(strict=False),
    WrapValidator(_one_or_several, json_schema_input_type=Goal | list[Goal]),
]
"""One goal, or a list of them that must all be reached."""


def misdirected(
    goals: Sequence[Goal],
    *,
    arms: Sequence[str],
    measures: Sequence[str],
    replicates: int,
    several: bool,
) -> Iterator[Finding]:
    """Goals about arms or measures that are not there, or that end before they begin.

    `several` says whether the file has a list of goals, for the paths of the findings.
    """
    for place, goal in enumerate(goals):
        at = ("until", place) if several else ("until",)
        if goal.measure not in measures:
            rule, hint = unknown("measure", goal.measure, measures)
            yield Finding((*at, "measure"), rule, f"'{goal.measure}'", hint)
        for index, arm in enumerate(goal.arms or ()):
            if arm not in arms:
                rule, hint = unknown("arm", arm, arms)
                yield Finding((*at, "arms", index), rule, f"'{arm}'", hint)
        if len(arms) < 2:
            yield Finding(at, "needs two arms to compare", at_key=True)
        if goal.max_replicates < replicates:
            rule = f"must be at least the {replicates} replicates that come first (replicates)"
            also = (("replicates",),)
            got = str(goal.max_replicates)
            yield Finding((*at, "max_replicates"), rule, got, also=also)
