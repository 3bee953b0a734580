"""How long letters take, and who is reminded: settings of the post office."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simnet.spec.base import Model

Days = Annotated[float, Field(ge=0.0)]


class Delay(Model):
    """A lognormal time: median · exp(spread · z), z standard normal."""

    median: Days = Field(default=0.0, description="days")
    spread: Annotated[float, Field(ge=0.0)] = Field(
        default=0.0, description="standard deviation of the logarithm"
    )


class Post(Model):
    """What passes between one holder and the next, and when it is too late."""

    handling: Delay = Field(
        default_factory=Delay,
        description="from getting the letter to passing it on or laying it aside",
    )
    transit: Delay = Field(default_factory=Delay, description="from hand to hand")
    reminders: Annotated[int, Field(ge=0)] = Field(
        default=0, description="how often somebody who laid it aside is asked again"
    )
    reminder_after: Days = Field(default=7.0, description="days until a reminder")
    deadline: Annotated[float, Field(gt=0.0)] | None = Field(
        default=None, description="days after which the study ends; none if it waits for all"
    )
