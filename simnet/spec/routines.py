"""Strategies as data: a strategy is a list of routines, a routine an action with its audience."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from simnet.spec.base import Count, Hours, Model, Rule
from simnet.spec.behaviour import Costs
from simnet.spec.findings import broken, one_of

Action = Literal[
    "listen",
    "help",
    "introduce",
    "follow-up",
    "connect",
    "pitch",
    "meet",
    "message",
    "thank",
    "refresh-profile",
]
Audience = Literal[
    "ties-in-need",
    "matching-ties",
    "new-ties",
    "well-connected-ties",
    "any-ties",
    "helpers",
    "strangers",
]
Way = Literal["invitation", "introduction"]

# The audiences an action can have; the first is its own default.
AUDIENCES: dict[str, tuple[Audience, ...]] = {
    "listen": (),
    "help": ("ties-in-need", "well-connected-ties"),
    "introduce": ("matching-ties",),
    "follow-up": ("new-ties",),
    "connect": ("strangers", "any-ties"),
    "pitch": ("new-ties", "any-ties"),
    "meet": ("any-ties", "new-ties", "well-connected-ties"),
    "message": ("any-ties", "new-ties", "well-connected-ties"),
    "thank": ("helpers",),
    "refresh-profile": (),
}
ASKED_BY: dict[str, Audience] = {"invitation": "strangers", "introduction": "any-ties"}

V = TypeVar("V")

_EVERY = r"^([1-9][0-9]{0,4}) weeks?$"
_WITHIN = r"^([1-9][0-9]{0,4}) (day|week)s?$"
_CLASS = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$"
_CLASS_RULE = Rule("must name a Python class as 'module:Class'")

Every = Annotated[
    str, Field(pattern=_EVERY), Rule("must be a number of weeks, such as '1 week' or '13 weeks'")
]
Within = Annotated[
    str, Field(pattern=_WITHIN), Rule("must be a time, such as '10 days' or '2 weeks'")
]


class Routine(Model):
    """One line of a strategy: an action, its audience, its cadence, its effort in hours."""

    do: Action = Field(description="the action")
    by: Way | None = Field(
        default=None,
        validate_default=True,
        description="how to connect: ask a stranger outright, or ask a tie to introduce you",
    )
    whom: Audience | None = Field(
        default=None, description="whom the action is for; each action has its own default"
    )
    hours: Hours | None = Field(
        default=None,
        description="hours a week for it; without, what doing it once costs, each time it is due",
    )
    every: Every = Field(default="1 week", description="how often it is done: 'N weeks'")
    within: Within | None = Field(
        default=None, description="how old a new tie may be: 'N days' or 'N weeks'"
    )
    at_most: Count | None = Field(default=None, description="acts a week, at most")
    among: Count | None = Field(
        default=None, description="how many well-connected ties are kept in view; 20 if not given"
    )
    times: Count | None = Field(
        default=None, description="how often one tie is pitched, at most; see behaviour.pitch"
    )

    @property
    def every_weeks(self) -> int:
        return int(self.every.split()[0])

    @property
    def within_days(self) -> int | None:
        if self.within is None:
            return None
        count, unit = self.within.split()
        return int(count) * (7 if unit.startswith("week") else 1)

    def cost(self, costs: Costs) -> float:
        """Hours that doing it once takes; asking for an introduction takes what making one does."""
        name = "introduce" if self.by == "introduction" else self.do.replace("-", "_")
        return float(getattr(costs, name))

    @property
    def audience(self) -> Audience | None:
        """`whom`, or the action's own default."""
        return _audience(self.do, self.by, self.whom)

    @field_validator("by", mode="after")
    @classmethod
    def _by_belongs_to_connect(cls, by: str | None, info: ValidationInfo) -> str | None:
        do = info.data.get("do")
        if do == "connect" and by is None:
            raise broken("is missing; connect needs by: invitation or by: introduction", got=False)
        if do not in (None, "connect") and by is not None:
            raise broken("only goes with do: connect", also=["do"])
        return by

    @field_validator("whom", mode="after")
    @classmethod
    def _audience_fits(cls, whom: Audience | None, info: ValidationInfo) -> Audience | None:
        do, by = info.data.get("do"), info.data.get("by")
        if whom is None or do is None:
            return whom
        allowed = AUDIENCES[do] if by is None else (ASKED_BY[by],)
        if not allowed:
            raise broken(f"has no place with do: {do}, which is for nobody in particular")
        if whom not in allowed:
            with_ = f"do: {do}" if by is None else f"do: {do}, by: {by}"
            raise broken(f"must be {one_of(allowed)} with {with_}", also=["do"])
        return whom

    @field_validator("within", mode="after")
    @classmethod
    def _within_belongs_to_new_ties(cls, within: str | None, info: ValidationInfo) -> str | None:
        return _only_with("new-ties", within, info)

    @field_validator("among", mode="after")
    @classmethod
    def _among_belongs_to_hubs(cls, among: int | None, info: ValidationInfo) -> int | None:
        return _only_with("well-connected-ties", among, info)

    @field_validator("times", mode="after")
    @classmethod
    def _times_belong_to_pitch(cls, times: int | None, info: ValidationInfo) -> int | None:
        if times is not None and info.data.get("do") not in (None, "pitch"):
            raise broken("only goes with do: pitch", also=["do"])
        return times

    @model_serializer(mode="wrap")
    def _without_nulls(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}


class StrategySpec(Model):
    """A way of networking: a list of routines, or a Python class where routines cannot say it."""

    description: str = Field(default="", description="what the strategy is, in a sentence or two")
    routines: tuple[Routine, ...] = Field(
        default=(), strict=False, description="what is done each week, in this order"
    )
    python: Annotated[str, Field(pattern=_CLASS), _CLASS_RULE] | None = Field(
        default=None, description="'module:Class', instead of routines"
    )

    @model_validator(mode="after")
    def _said_in_one_way(self) -> Self:
        if ("routines" in self.model_fields_set) == (self.python is not None):
            raise broken("must have either routines or python, not both and not neither", got=False)
        return self

    @model_validator(mode="after")
    def _keeps_one_list(self) -> Self:
        lengths = {r.among for r in self.routines if r.audience == "well-connected-ties"}
        if len(lengths) > 1:
            raise broken(
                "keeps one list of well-connected ties: `among` must be the same in all its "
                "routines for them",
                got=False,
            )
        return self

    def hours(self, costs: Costs) -> float:
        """Hours that the routines may take in a week; one without `hours`, what it costs once."""
        return sum(
            routine.cost(costs) if routine.hours is None else routine.hours
            for routine in self.routines
        )

    @model_serializer(mode="wrap")
    def _in_one_way(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data = handler(self)
        del data["python" if self.python is None else "routines"]
        return dict(data)


def _only_with(audience: Audience, value: V, info: ValidationInfo) -> V:
    """`value`, which is an error where the routine is for another audience."""
    if value is None or "do" not in info.data or "whom" not in info.data:
        return value
    if _audience(info.data["do"], info.data.get("by"), info.data["whom"]) != audience:
        raise broken(f"only goes with whom: {audience}", also=["whom"])
    return value


def _audience(do: str, by: str | None, whom: Audience | None) -> Audience | None:
    if whom is not None:
        return whom
    return ASKED_BY[by] if by is not None else next(iter(AUDIENCES[do]), None)
