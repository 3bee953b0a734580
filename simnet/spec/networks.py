"""The networks that people live on: models by which they are drawn, shipped ones and files."""

from __future__ import annotations

from math import exp, log
from typing import Annotated, ClassVar, Literal, TypeVar, get_args

from pydantic import Field, ValidationInfo, field_validator

from simnet.spec.base import Count, Model, Probability
from simnet.spec.drawn import MAX_PEOPLE, Drawn, DrawnPeople
from simnet.spec.findings import broken
from simnet.spec.social_networks import Growing, Social

Number = TypeVar("Number", int, float)
Positive = Annotated[float, Field(gt=0.0)]


def _fewer_than_people(number: Number, info: ValidationInfo) -> Number:
    people = info.data.get("people")
    if people is not None and number >= people:
        raise broken(f"must be less than the number of people, {people}", also=["people"])
    return number


class OnARing(DrawnPeople):
    """A network that begins as a ring lattice of even degree."""

    people: Annotated[int, Field(ge=4, le=MAX_PEOPLE, description="people on the ring")]
    degree: Annotated[
        int, Field(ge=2, description="ties of a person in the lattice, half to either side; even")
    ]

    @field_validator("degree", mode="after")
    @classmethod
    def _degree_fits_a_ring(cls, degree: int, info: ValidationInfo) -> int:
        if degree % 2:
            raise broken("must be even, with half the ties on either side of the ring")
        return _fewer_than_people(degree, info)


class WattsStrogatz(OnARing):
    """A ring lattice of even degree whose ties are rewired at random (Watts and Strogatz 1998)."""

    model: Literal["watts-strogatz"]
    rewiring: Probability = Field(description="chance that a tie is moved to a random person")

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degree


class NewmanWatts(OnARing):
    """A ring lattice to which ties between random people are added (Newman and Watts 1999)."""

    model: Literal["newman-watts"]
    shortcuts: Probability = Field(
        description="chance, for each tie of the lattice, that a tie between random people is added"
    )

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degree * (1 + self.shortcuts)


class Kleinberg(Drawn):
    """A grid with long-range ties that become rare with distance (Kleinberg 2000)."""

    size_keys: ClassVar[tuple[str, ...]] = ("side", "dimensions", "long_ties", "local")

    model: Literal["kleinberg"]
    dimensions: Literal[1, 2, 3] = Field(default=2, description="a line, a square or a cube")
    side: Annotated[int, Field(ge=2)] = Field(description="people along each axis")
    local: Annotated[int, Field(ge=0)] = Field(
        default=1, description="steps on the grid within which all are tied"
    )
    torus: bool = Field(
        default=True, validate_default=True, description="whether the grid closes in on itself"
    )
    long_ties: Annotated[int, Field(ge=0)] = Field(
        default=1, description="long-range ties that each person draws"
    )
    exponent: Annotated[float, Field(ge=0.0)] | None = Field(
        default=None,
        description="how fast they become rare; by default as fast as chains find their way best",
    )
    by_rank: bool = Field(
        default=False,
        description="whether they fall with the number of people who are nearer, not with distance",
    )
    directed: bool = Field(default=False, description="whether ties have a direction")

    @field_validator("side", mode="after")
    @classmethod
    def _few_enough(cls, side: int, info: ValidationInfo) -> int:
        most = int(MAX_PEOPLE ** (1 / info.data.get("dimensions", 1)))
        if side > most:
            raise broken(f"must be at most {most:,}: people are numbered in 32 bits")
        return side

    @field_validator("torus", mode="after")
    @classmethod
    def _room_for_local_ties(cls, torus: bool, info: ValidationInfo) -> bool:
        side, local = info.data.get("side"), info.data.get("local")
        if torus and side is not None and local is not None and side <= 2 * local:
            raise broken(
                f"must be false, or side ({side}) more than twice local ({local})",
                also=["side", "local"],
            )
        return torus

    @property
    def n_people(self) -> int:
        """Number of people."""
        return int(self.side**self.dimensions)

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        p = self.local
        within = (2 * p, 2 * p * (p + 1), 2 * p * (2 * p * p + 3 * p + 4) // 3)
        return within[self.dimensions - 1] + self.long_ties * (1 if self.directed else 2)


class WattsDoddsNewman(DrawnPeople):
    """People whose groups several hierarchies order, tied to those near (Watts et al. 2002)."""

    model: Literal["watts-dodds-newman"]
    hierarchies: Count = Field(default=2, description="in how many ways groups are ordered")
    branching: Annotated[int, Field(ge=2)] = Field(
        default=2, description="into how many each branching of a hierarchy divides"
    )
    group: Annotated[float, Field(ge=1.0)] = Field(
        default=100.0,
        validate_default=True,
        description="mean people of a group, as nearly as whole levels allow",
    )
    homophily: float = Field(
        default=1.0, description="how fast ties become rare with hierarchical distance"
    )
    degree: Positive = Field(
        default=99.0, validate_default=True, description="mean ties of a person"
    )

    @field_validator("group", "degree", mode="after")
    @classmethod
    def _fewer_than_people(cls, number: float, info: ValidationInfo) -> float:
        return _fewer_than_people(number, info)

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degree


class ErdosRenyi(DrawnPeople):
    """Every pair has a tie with the same chance (Gilbert 1959, Erdős and Rényi 1959)."""

    model: Literal["erdos-renyi"]
    degree: Annotated[float, Field(ge=0.0)] = Field(description="expected ties of a person")

    @field_validator("degree", mode="after")
    @classmethod
    def _fewer_than_people(cls, degree: float, info: ValidationInfo) -> float:
        return _fewer_than_people(degree, info)

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degree


class HolmeKim(DrawnPeople):
    """People who come one by one and close triads (Holme and Kim 2002)."""

    size_keys: ClassVar[tuple[str, ...]] = ("people", "ties")

    model: Literal["holme-kim"]
    ties: Count = Field(description="ties that each newcomer makes")
    closure: Probability = Field(description="chance that a tie after the first closes a triad")

    @field_validator("ties", mode="after")
    @classmethod
    def _fewer_than_people(cls, ties: int, info: ValidationInfo) -> int:
        return _fewer_than_people(ties, info)

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return 2 * self.ties * (1 - self.ties / self.people)


class Poisson(Model):
    """As many ties as independent chances give."""

    law: Literal["poisson"] = Field(description="which law")
    mean: Positive = Field(description="mean ties of a person")

    def expected(self, people: int) -> float:
        """Mean degree among so many people, about."""
        return min(self.mean, people - 1)


class Lognormal(Model):
    """Ties whose logarithm is normally distributed."""

    law: Literal["lognormal"] = Field(description="which law")
    median: Positive = Field(description="ties that half the people do not reach")
    sigma: Annotated[float, Field(ge=0.0)] = Field(
        description="standard deviation of the natural logarithm of the number of ties"
    )

    def expected(self, people: int) -> float:
        """Mean degree among so many people, about."""
        return min(self.median * exp(self.sigma**2 / 2), people - 1)


class PowerLaw(Model):
    """k ties with probability proportional to k**-exponent."""

    law: Literal["power-law"] = Field(description="which law")
    exponent: Positive = Field(description="how fast well-connected people become rare")
    minimum: Count = Field(description="fewest ties of a person")
    maximum: Count | None = Field(default=None, description="most ties; people - 1 if not given")

    @field_validator("maximum", mode="after")
    @classmethod
    def _at_least_the_minimum(cls, maximum: int | None, info: ValidationInfo) -> int | None:
        minimum = info.data.get("minimum")
        if maximum is not None and minimum is not None and maximum < minimum:
            raise broken(f"must be at least the minimum, {minimum}", also=["minimum"])
        return maximum

    def expected(self, people: int) -> float:
        """Mean degree among so many people, about."""
        most = people - 1 if self.maximum is None else self.maximum
        return _power_sum(self.exponent - 1, self.minimum, most) / _power_sum(
            self.exponent, self.minimum, most
        )


def _power_sum(exponent: float, least: int, most: int) -> float:
    """About the sum of k**-exponent over k from `least` to `most`."""
    power = 1 - exponent
    between = (most**power - least**power) / power if power else log(most / least)
    return float(between + (least**-exponent + most**-exponent) / 2)


DegreeLaw = Annotated[Poisson | Lognormal | PowerLaw, Field(discriminator="law")]


class Configuration(DrawnPeople):
    """A random network whose degrees follow a law."""

    size_keys: ClassVar[tuple[str, ...]] = ("people", "degrees")

    model: Literal["configuration"]
    degrees: DegreeLaw = Field(description="the law that numbers of ties follow")

    @field_validator("degrees", mode="after")
    @classmethod
    def _enough_people(cls, degrees: DegreeLaw, info: ValidationInfo) -> DegreeLaw:
        people = info.data.get("people")
        if people is None or not isinstance(degrees, PowerLaw):
            return degrees
        largest = max(degrees.minimum, degrees.maximum or 0)
        if largest >= people:
            raise broken(
                f"must not ask for {largest} ties where people can have at most {people - 1}",
                got=False,
                also=["people"],
            )
        return degrees

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degrees.expected(self.people)


class Classic(Model):
    """A graph from the literature that networkx ships."""

    model: Literal["classic"]
    name: Literal[
        "les-miserables", "karate-club", "florentine-families", "davis-southern-women"
    ] = Field(description="which graph")


class EdgeFile(Model):
    """A network read from a file, with a table of people beside it where it holds ties alone."""

    model: Literal["file"]
    path: str = Field(
        min_length=1,
        description="edge list or any format that its name tells; relative to this file",
    )
    people_table: str | None = Field(
        default=None, description="CSV of people's attributes, relative to this file"
    )
    directed: bool = Field(default=False, description="whether ties have a direction")


NetworkSpec = Annotated[
    WattsStrogatz
    | NewmanWatts
    | Kleinberg
    | WattsDoddsNewman
    | HolmeKim
    | Configuration
    | ErdosRenyi
    | Social
    | Growing
    | Classic
    | EdgeFile,
    Field(discriminator="model"),
]

MODELS: dict[str, type[Model]] = {
    get_args(kind.model_fields["model"].annotation)[0]: kind
    for kind in get_args(get_args(NetworkSpec)[0])
}
"""Every kind of network by the name of its model."""
