"""An experiment: a base world, the arms compared, what is swept, how often, what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator

from simnet.spec import design
from simnet.spec.base import Frozen, Name, Rule, freeze
from simnet.spec.findings import Finding, broken, unknown
from simnet.spec.world import WorldSpec

# What the language can name under `measures:`; what each is, the lab's measures say.
MEASURES = (
    "opportunity_yield",
    "value_yield",
    "value_per_100_hours",
    "latency",
    "won_within_year",
    "concentration",
    "top_tie_share",
    "barren_ties",
    "chain_attrition",
    "attrition_letter",
    "attrition_referral",
    "attrition_introduction",
    "completion_rate",
    "completion_rate_referral",
    "chain_length",
    "trust",
    "ties",
)


def _measure(name: str) -> str:
    if name not in MEASURES:
        rule, hint = unknown("measure", name, MEASURES)
        raise broken(rule, nearest=hint)
    return name


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
    sweep: Frozen[
        str,
        Annotated[
            tuple[Annotated[Any, AfterValidator(freeze)], ...],
            Field(strict=False, min_length=1),
            Rule("must be a list of at least one value"),
        ],
    ] = Field(
        default_factory=dict,
        validate_default=True,
        description="values to try (dotted keys); every combination is run in every arm",
    )
    measures: tuple[Annotated[str, AfterValidator(_measure)], ...] = Field(
        default=(), strict=False, description="what is measured; everything if empty"
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
        return tuple(self.arms) or (design.BASE,)

    @property
    def points(self) -> tuple[dict[str, Any], ...]:
        """The points of the sweep, a full grid; one empty point without a sweep."""
        return tuple(design.grid(self.sweep))

    def world(self, arm: str, point: int = 0) -> WorldSpec:
        """The world of this arm at this point of the sweep."""
        if arm not in self.arm_names:
            raise KeyError(arm)
        base = {name: getattr(self, name) for name in WorldSpec.model_fields}
        overrides = {**self.arms.get(arm, {}), **design.point_at(self.sweep, point)}
        return WorldSpec.model_validate(design.overlaid(base, overrides))

    def trials(self) -> tuple[design.TrialKey, ...]:
        """Every trial, replicate by replicate, so that a run stopped early is an even sample."""
        worlds = [(arm, point) for point in range(len(self.points)) for arm in self.arm_names]
        return tuple(
            design.TrialKey(arm, point, replicate)
            for replicate in range(self.replicates)
            for arm, point in worlds
        )

    def resolved(self) -> dict[str, Any]:
        """Plain data with all defaults filled in, from which an equal experiment can be loaded."""
        data = self.model_dump(mode="json")
        return {**{key: data[key] for key in ("version", "name", "question")}, **data}

    def _between_parts(
        self, data: dict[str, Any], found: list[Finding], context: Mapping[str, Any]
    ) -> list[Finding]:
        here = super()._between_parts(data, found, context)
        too_many = list(design.too_many(self.arms, self.sweep, self.replicates))
        if too_many:
            return here + too_many
        misused = list(design.misused_keys(self.arms, self.sweep))
        arms, sweep = design.without(misused, self.arms, self.sweep)
        known = [*found, *here]
        base = {name: getattr(self, name) for name in WorldSpec.model_fields}
        if known:
            base = {key: data[key] for key in WorldSpec.model_fields if key in data}
        return here + misused + list(design.broken_worlds(base, arms, sweep, known, context))
