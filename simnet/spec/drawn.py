"""What the models of networks that are drawn by chance have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

from pydantic import Field

from simnet.spec.base import Model

MAX_PEOPLE = 2**31 - 1  # people are numbered in 32 bits

PeopleCount = Annotated[int, Field(ge=1, le=MAX_PEOPLE, description="number of people")]


class Drawn(Model):
    """A network that each replicate draws anew; how large it will be is known before."""

    # The keys that decide how large, the one to change first in front.
    size_keys: ClassVar[tuple[str, ...]] = ("people", "degree")

    model: str

    @property
    @abstractmethod
    def n_people(self) -> int:
        """Number of people."""

    @property
    @abstractmethod
    def mean_degree(self) -> float:
        """Expected ties of a person; what repeats a tie, and is left out, included."""


class DrawnPeople(Drawn):
    """A drawn network whose number of people is asked for."""

    people: PeopleCount

    @property
    def n_people(self) -> int:
        """Number of people."""
        return self.people
