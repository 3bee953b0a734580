"""One world: everything the engine reads to simulate it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from simnet.spec import checks, shipped
from simnet.spec.base import Count, Frozen, FrozenDict, Hours, Model, Name, Probability, Share
from simnet.spec.behaviour import Behaviour, Market
from simnet.spec.findings import Finding, as_error, broken, findings_of, unknown
from simnet.spec.networks import NetworkSpec
from simnet.spec.routines import StrategySpec


class Focal(Model):
    """The people who are switched from arm to arm; the same people in every arm."""

    share: Probability = Field(default=0.1, description="share of all people in the group")
    strategy: str | None = Field(
        default=None, description="what the group does; without, nobody is switched"
    )


class Probes(Model):
    """Milgram letters sent through the living network."""

    every_weeks: Count = Field(default=13, description="weeks between two rounds of letters")
    letters: Count = Field(default=200, description="letters a round")


# The tables that are kept or not; those of trials and measures always are.
TABLES = ("series", "people", "ties", "opportunities", "chains", "steps", "attrition")


def _table(name: str) -> str:
    if name not in TABLES:
        rule, hint = unknown("table", name, TABLES)
        raise broken(rule, nearest=hint)
    return name


def _each_once(tables: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in TABLES if name in tables)


class Record(Model):
    """How much of what happens is kept."""

    every_weeks: Count = Field(default=1, description="weeks between two rows of a series")
    people: Annotated[int, Field(ge=0)] = Field(
        default=5000, description="people whose rows, ties and chains are kept; all if fewer"
    )
    tables: Annotated[
        tuple[Annotated[str, AfterValidator(_table)], ...], AfterValidator(_each_once)
    ] = Field(
        default=TABLES,
        strict=False,
        description="tables that are kept, beside those of trials and measures; all if not given",
    )


def _adds_up(shares: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(shares.values())
    if abs(total - 1.0) > 1e-9:
        raise broken(f"must have shares that add up to 1; they add up to {total:.10g}", got=False)
    return shares


class WorldSpec(Model):
    """What one world is made of."""

    # Enough to stand in for a broken part while the other parts are checked against each other.
    _stand_ins: ClassVar[dict[str, Any]] = {
        "seed": 0,
        "weeks": 1,
        "network": {"model": "classic", "name": "karate-club"},
        "population": {"passive-profile": 1.0},
    }

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(
        description="the one source of all chance; the same seed gives the same tables"
    )
    weeks: Annotated[int, Field(ge=1, le=10_000)] = Field(description="weeks simulated")
    hours_per_week: Hours = Field(default=5.0, description="networking hours a person has a week")
    network: NetworkSpec = Field(description="who is tied to whom at the start")
    population: Annotated[
        Mapping[str, Share], AfterValidator(FrozenDict), AfterValidator(_adds_up)
    ] = Field(description="the background: strategies and their shares, which add up to 1")
    focal: Focal = Field(default=Focal(), description="who is switched from arm to arm")
    market: Market = Field(default=Market(), description="the needs that arise")
    behaviour: Behaviour = Field(default=Behaviour(), description="how people act")
    probes: Probes | None = Field(
        default=None, description="letters through the living network; none if not given"
    )
    record: Record = Field(default=Record(), description="how much is kept")
    strategies: Frozen[Name, StrategySpec] = Field(
        default_factory=dict,
        validate_default=True,
        description="strategies of your own, beside the shipped ones, which they may replace",
    )

    @field_validator("strategies", mode="before")
    @classmethod
    def _beside_the_shipped(cls, given: Any) -> Any:
        return {**shipped.strategy_data(), **given} if isinstance(given, Mapping) else given

    @model_validator(mode="wrap")
    @classmethod
    def _whole(
        cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        """Report what is wrong in parts and between parts together, in plain words."""
        if not isinstance(data, dict):
            return handler(data)
        built, findings = cls._attempt(data, handler)
        sound = built
        if sound is None:
            sound, _ = cls._attempt(cls._mended(data, findings), handler)
        if sound is not None:
            findings += sound._between_parts(data, findings, info.context or {})
        if findings or built is None:
            raise as_error(cls.__name__, findings)
        return built

    @classmethod
    def _attempt(
        cls, data: dict[str, Any], handler: ModelWrapValidatorHandler[Self]
    ) -> tuple[Self | None, list[Finding]]:
        try:
            return handler(data), []
        except ValidationError as error:
            return None, findings_of(error, cls)

    @classmethod
    def _mended(cls, data: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
        """The data without its broken parts, or with stand-ins where they are needed."""
        mended = dict(data)
        for finding in findings:
            part, *inner = finding.path
            if part in ("strategies", "arms", "sweep") and inner:
                mended[part] = {k: v for k, v in mended[part].items() if k != inner[0]}
            else:
                mended.pop(str(part), None)
        return {**{k: v for k, v in cls._stand_ins.items() if k not in mended}, **mended}

    def _between_parts(
        self, data: dict[str, Any], found: list[Finding], context: Mapping[str, Any]
    ) -> list[Finding]:
        """What is wrong between the parts; where one is broken, `self` has a stand-in for it."""
        return [
            *checks.unknown_strategies(data, self.strategies),
            *checks.overfull_weeks(data, self),
            *checks.one_sided(self.network),
            *checks.too_large(self.network, context.get("memory")),
        ]
