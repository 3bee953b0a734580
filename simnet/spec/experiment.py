"""An experiment: a base world, the arms compared, what is swept, how often, what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationError, field_validator

from simnet.errors import Place, Problem, SpecError
from simnet.spec import trials
from simnet.spec.base import Frozen, Name, freeze
from simnet.spec.calibration import Calibrate
from simnet.spec.designs import Grid, Kind, Placed, Points, points_of
from simnet.spec.designs.ranges import Values
from simnet.spec.execution import Cluster, Limits
from simnet.spec.findings import Finding, broken, dotted, findings_of, unknown
from simnet.spec.measures import MEASURES
from simnet.spec.overrides import get, split
from simnet.spec.sequential import Goals
from simnet.spec.soundness import misused_constraints, unsound
from simnet.spec.trials import TrialKey
from simnet.spec.world import WorldSpec


def _measure(name: str) -> str:
    if name not in MEASURES:
        rule, hint = unknown("measure", name, MEASURES)
        raise broken(rule, nearest=hint)
    return name


def _plain(value: Any) -> Any:
    """A Python number for one of NumPy's."""
    return value.item() if hasattr(value, "item") else value


class Experiment(WorldSpec):
    """The whole of an experiment file. Being a world itself, it is the base of every arm."""

    file_keys: ClassVar[tuple[str, ...]] = ("extends",)
    _stand_ins: ClassVar[dict[str, Any]] = {**WorldSpec._stand_ins, "version": 1, "name": "x"}

    version: Literal[1] = Field(description="version of the language this file is written in")
    name: Name = Field(description="names the results; lower-case words joined by hyphens")
    question: str = Field(default="", description="what the experiment is to find out")
    replicates: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=20, description="repetitions of each arm at each point"
    )
    arms: Frozen[Name, Frozen[str, Annotated[Any, AfterValidator(freeze)]]] = Field(
        default_factory=dict,
        validate_default=True,
        description="what is compared: names, each with its overrides of the base (dotted keys)",
    )
    sweep: Frozen[str, Values] = Field(
        default_factory=dict,
        validate_default=True,
        description="values to try (dotted keys); every combination is run in every arm",
    )
    design: Kind | None = Field(
        default=None, description="which points to try, in place of all those of a sweep"
    )
    measures: tuple[Annotated[str, AfterValidator(_measure)], ...] = Field(
        default=(), strict=False, description="what is measured; everything if empty"
    )

    until: Goals = Field(
        default=(), description="what is to be known before there are enough replicates"
    )
    limits: Limits = Field(default=Limits(), description="when a trial has failed")
    cluster: Cluster | None = Field(
        default=None, description="where trials are run; on this machine if not given"
    )
    calibrate: Calibrate | None = Field(
        default=None, description="which parameters are fitted to which figures"
    )

    @field_validator("measures", mode="after")
    @classmethod
    def _each_once(cls, measures: tuple[str, ...]) -> tuple[str, ...]:
        twice = [name for name in measures if measures.count(name) > 1]
        if twice:
            raise broken(f"must name each measure once; '{twice[0]}' is there twice", got=False)
        return measures

    @property
    def arm_names(self) -> tuple[str, ...]:
        """The arms in their order; one called `base` where none are given."""
        return tuple(self.arms) or (trials.BASE,)

    @property
    def points(self) -> tuple[Mapping[str, Any], ...]:
        """The points of the design or sweep; one empty point without either."""
        return self.design_points.points

    @cached_property
    def design_points(self) -> Points:
        """The points, and which of them stands in each row of the design."""
        placed = self.placed_design
        if placed is None:
            return Points()
        if misused := tuple(misused_constraints(placed.design, self.arms, self)):
            return Points(faults=misused)
        return points_of(placed.design, self.seed, lambda key: get(self, split(key)))

    @property
    def placed_design(self) -> Placed | None:
        """The design, or the grid that a sweep is, and the key it stands at."""
        if self.sweep:
            return Placed(Grid(kind="grid", parameters=self.sweep), ("sweep",))
        return None if self.design is None else Placed(self.design, ("design",))

    def world(self, arm: str, point: int = 0) -> WorldSpec:
        """The world of this arm at this point of the design."""
        if arm not in self.arm_names:
            raise KeyError(arm)
        if point < 0:
            raise IndexError(point)
        base = {name: getattr(self, name) for name in WorldSpec.model_fields}
        overrides = {**self.arms.get(arm, {}), **self.points[point]}
        return WorldSpec.model_validate(trials.overlaid(base, overrides))

    def at(self, points: Sequence[Mapping[str, Any]]) -> Experiment:
        """The same experiment at these points instead of its own, with nothing to calibrate.

        Raises
        ------
        SpecError
            It could not be run there.
        """
        listed = [{key: _plain(value) for key, value in point.items()} for point in points]
        design = None if listed == [{}] else {"kind": "list", "points": listed}
        return self._changed(sweep={}, design=design, calibrate=None)

    def with_replicates(self, replicates: int) -> Experiment:
        """The same experiment with so many replicates.

        Raises
        ------
        SpecError
            That many cannot be run.
        """
        return self._changed(replicates=replicates)

    def with_arm(self, name: str, overrides: Mapping[str, Any]) -> Experiment:
        """The same experiment with one more arm, or another one of this name.

        Raises
        ------
        SpecError
            That arm cannot be run.
        """
        return self._changed(arms={**self.arms, name: overrides})

    def trials(self) -> tuple[TrialKey, ...]:
        """Every trial, replicate by replicate, so that a run stopped early is an even sample."""
        worlds = [(arm, point) for point in range(len(self.points)) for arm in self.arm_names]
        return tuple(
            TrialKey(arm, point, replicate)
            for replicate in range(self.replicates)
            for arm, point in worlds
        )

    def trial(self, trial: str) -> TrialKey:
        """The trial of this id: `one.p0.r0007`, or shorter, `one.p0.r7`, `one.p0`, `one`.

        Raises
        ------
        ValueError
            There is no such trial.
        """
        return trials.key_of(trial, self.arm_names, len(self.points), self.replicates)

    def resolved(self) -> dict[str, Any]:
        """Plain data with all defaults filled in, from which an equal experiment can be loaded."""
        data = self.model_dump(mode="json")
        return {**{key: data[key] for key in ("version", "name", "question")}, **data}

    def _between_parts(
        self, data: dict[str, Any], found: list[Finding], context: Mapping[str, Any]
    ) -> list[Finding]:
        here = super()._between_parts(data, found, context)
        return [*here, *unsound(self, data, [*found, *here], context)]

    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Experiment:
        """A copy with some fields replaced, which makes its points anew."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("design_points", None)
        return copied

    def _changed(self, **changes: Any) -> Experiment:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            return type(self).model_validate({**values, **changes})
        except ValidationError as error:
            here = Place(self.name)
            problems = [
                Problem(here, dotted(found.path), found.rule, found.got, found.nearest)
                for found in findings_of(error, type(self))
            ]
            raise SpecError(self.name, problems) from None
