"""Networks of people who live somewhere, have an age and a field of work, or join week by week."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from simnet.spec.base import Count, Model, Rule, Share
from simnet.spec.drawn import DrawnPeople
from simnet.spec.findings import broken

MAX_PEOPLE = 2**30  # a person's number shares a 64-bit sort key with a place and a level
MAX_PLACES = 20_000  # each country keeps a table of the pairs of its places

People = Annotated[int, Field(ge=2, le=MAX_PEOPLE)]
Exponent = Annotated[float, Field(ge=0.0, le=5.0)]


class Lognormal(Model):
    """Degrees whose logarithms are normal; those above `most` become `most`."""

    law: Literal["lognormal"] = Field(default="lognormal", description="logarithms are normal")
    median: Annotated[float, Field(ge=1.0, description="half of the people want fewer ties")]
    mean: Annotated[float, Field(ge=1.0, description="before degrees above `most` are cut")]
    most: Count = Field(default=5000, description="nobody wants more ties")

    @model_validator(mode="after")
    def _skewed(self) -> Self:
        if not self.median <= self.mean <= self.most:
            raise broken("must have median <= mean <= most", got=False)
        return self

    @property
    def expected(self) -> float:
        """The mean, but for what `most` cuts."""
        return self.mean


class Quantiles(Model):
    """Degrees by a table: the share `shares[k]` of people wants at most `degrees[k]` ties.

    Between two rows the degree is interpolated linearly.
    """

    law: Literal["quantiles"] = Field(default="quantiles", description="a table of quantiles")
    shares: Annotated[
        tuple[Share, ...], Field(min_length=2, strict=False, description="ascending, from 0 to 1")
    ]
    degrees: Annotated[
        tuple[Count, ...], Field(min_length=2, strict=False, description="ascending, one a share")
    ]

    @field_validator("shares", mode="after")
    @classmethod
    def _from_none_to_all(cls, shares: tuple[float, ...]) -> tuple[float, ...]:
        if not _rises(shares, strictly=True) or (shares[0], shares[-1]) != (0.0, 1.0):
            raise broken("must rise from 0 to 1")
        return shares

    @field_validator("degrees", mode="after")
    @classmethod
    def _one_a_share(cls, degrees: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        shares = info.data.get("shares")
        if shares is not None and len(degrees) != len(shares):
            raise broken(f"must be as many as the shares, {len(shares)}", also=["shares"])
        if not _rises(degrees, strictly=False):
            raise broken("must not fall")
        return degrees

    @property
    def expected(self) -> float:
        """The mean of the distribution."""
        rows = zip(pairwise(self.shares), pairwise(self.degrees), strict=True)
        return sum((b - a) * (low + high) / 2 for (a, b), (low, high) in rows)


Degrees: TypeAlias = Lognormal | Quantiles


class Society(Model):
    """Where people live, who they are, and through what they come to know each other.

    The defaults are the example of Facebook in May 2011; `docs/social.md` says which of them are
    fitted to published figures and which are assumed.
    """

    degrees: Degrees = Field(
        default=Lognormal(median=99.0, mean=190.0),
        discriminator="law",
        description="how many ties people want",
    )
    countries: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=10, description="number of countries"
    )
    country_exponent: Exponent = Field(
        default=0.5, description="the country of rank r has people in proportion to r^-exponent"
    )
    people_per_place: Count = Field(default=1000, description="mean number of people in a place")
    place_exponent: Exponent = Field(
        default=1.0,
        description="the place of rank r in its country has people in proportion to r^-exponent",
    )
    youngest: Annotated[int, Field(ge=0, le=120)] = Field(default=15, description="age in years")
    oldest: Annotated[int, Field(ge=0, le=120)] = Field(
        default=74, validate_default=True, description="age in years"
    )
    branching: Annotated[int, Field(ge=1, le=100)] = Field(
        default=4, description="branches of every branching of the hierarchy of fields"
    )
    levels: Annotated[int, Field(ge=1, le=10)] = Field(
        default=3,
        validate_default=True,
        description="branchings between the root and a field of work",
    )
    close: Annotated[int, Field(ge=0)] = Field(
        default=5, description="ties to the closest people, of the neighbourhood"
    )
    neighbourhood: Share = Field(
        default=0.3, description="share of the other ties that are of the neighbourhood"
    )
    cohort: Share = Field(default=0.3, description="share with people of about the same age")
    work: Share = Field(default=0.1, description="share with people in about the same field")
    abroad: Share = Field(
        default=0.158, validate_default=True, description="share with people in other countries"
    )
    introduced: Share = Field(
        default=0.1, description="share made through somebody whom both are tied to"
    )
    density: Annotated[float, Field(gt=0.0, le=1.0)] = Field(
        default=0.8, description="share of pairs tied among the busier members of a group"
    )
    sorting: Share = Field(
        default=0.44, description="how far people meet others who want as many ties as they do"
    )

    @field_validator("oldest", mode="after")
    @classmethod
    def _ages_in_order(cls, oldest: int, info: ValidationInfo) -> int:
        youngest = info.data.get("youngest")
        if youngest is not None and oldest < youngest:
            raise broken(f"must not be below the youngest, {youngest}", also=["youngest"])
        return oldest

    @field_validator("levels", mode="after")
    @classmethod
    def _fields_can_be_numbered(cls, levels: int, info: ValidationInfo) -> int:
        branching = info.data.get("branching")
        if branching is not None and branching**levels > 1_000_000:
            raise broken("must not make more than a million fields", also=["branching"])
        return levels

    @field_validator("abroad", mode="after")
    @classmethod
    def _there_is_an_abroad(cls, abroad: float, info: ValidationInfo) -> float:
        if abroad > 0.0 and info.data.get("countries") == 1:
            raise broken("must be 0 where there is one country", also=["countries"])
        return abroad

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        total = self.neighbourhood + self.cohort + self.work + self.abroad + self.introduced
        if total > 1.0 + 1e-9:
            raise broken(
                "must have neighbourhood, cohort, work, abroad and introduced that add up to at "
                f"most 1; they add up to {total:.10g}",
                got=False,
            )
        return self


FACEBOOK = Society()
ACQUAINTANCES = Society(degrees=Lognormal(median=485.0, mean=611.0))


class Social(Society, DrawnPeople):
    """People in places, of an age, in a field of work, tied by closeness in all three."""

    size_keys: ClassVar[tuple[str, ...]] = ("people", "degrees")

    model: Literal["social"]
    people: People = Field(description="number of people")

    @model_validator(mode="after")
    def _everybody_lives_somewhere(self) -> Self:
        ranks = range(1, self.countries + 1)
        total = sum(rank**-self.country_exponent for rank in ranks)
        smallest = self.people * self.countries**-self.country_exponent / total
        if smallest < 2:
            raise broken(
                f"must have at least 2 people in every country; the smallest of {self.countries} "
                f"has {smallest:.2g}",
                got=False,
            )
        places = self.people / self.people_per_place + self.countries
        if places > MAX_PLACES:
            raise broken(
                f"must have at most {MAX_PLACES:,} places; people_per_place makes {places:,.0f}",
                got=False,
            )
        return self

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degrees.expected


class Growing(DrawnPeople):
    """A network that people join week by week while it becomes denser (Leskovec et al. 2005)."""

    model: Literal["growing"]
    people: People = Field(description="number of people in the last week")
    weeks: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=104, description="weeks from the first to the last, in which the network grows"
    )
    founders: Annotated[int, Field(ge=2)] = Field(description="people in week 0")
    degree: Annotated[float, Field(gt=0.0)] = Field(description="mean degree in the last week")
    densification: Annotated[
        float,
        Field(ge=1.0, le=2.0),
        Rule("must be an exponent from 1 (constant degree) to 2 (a constant share of pairs tied)"),
    ] = Field(default=1.36, description="ties grow as people to this power")
    closure: Share = Field(
        default=0.85, description="chance that a tie is made to somebody an alter knows"
    )

    @field_validator("founders", mode="after")
    @classmethod
    def _founders_are_people(cls, founders: int, info: ValidationInfo) -> int:
        people = info.data.get("people")
        if people is not None and founders > people:
            raise broken(f"must not be more than the people, {people}", also=["people"])
        return founders

    @model_validator(mode="after")
    def _founders_can_be_tied(self) -> Self:
        first = self.degree * (self.founders / self.people) ** (self.densification - 1.0)
        if not 2.0 <= first <= (self.founders - 1) / 2:
            raise broken(
                "must have a mean degree in week 0, degree * (founders / people)^(densification - "
                f"1), from 2 to half of the other founders; it is {first:.3g}",
                got=False,
            )
        return self

    @property
    def mean_degree(self) -> float:
        """Expected ties of a person."""
        return self.degree


def _rises(values: Sequence[float], *, strictly: bool) -> bool:
    return all(low < high or (low == high and not strictly) for low, high in pairwise(values))
