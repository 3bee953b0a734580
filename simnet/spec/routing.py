"""How a holder picks the next person, and who takes part: settings of message chains."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from simnet.spec.base import Frozen, Model, Probability

SpaceName = Annotated[str, Field(min_length=1, description="a space in which people have places")]


class _TowardsTarget(Model):
    closer_only: bool = Field(
        default=False,
        description="drop the letter unless somebody is nearer to the target than the holder",
    )


class Nearest(_TowardsTarget):
    """To the alter nearest to the target in one space (Kleinberg 2000)."""

    rule: Literal["nearest"] = "nearest"
    space: SpaceName = "place"


class BetterOf(_TowardsTarget):
    """To the alter who is nearest in whichever space is the better (Watts, Dodds, Newman 2002).

    The least distance over the spaces counts. Spaces of one kind and size are compared as they are;
    of others each distance is divided by its mean over pairs of people.
    """

    rule: Literal["better-of"] = "better-of"
    spaces: Annotated[tuple[SpaceName, ...], Field(min_length=2, strict=False)] = ("place", "field")


class ByRank(_TowardsTarget):
    """To the alter who has the fewest people nearer to him than the target (Liben-Nowell 2005)."""

    rule: Literal["by-rank"] = "by-rank"
    space: SpaceName = "place"


class HighestDegree(Model):
    """To the alter with the most ties (Adamic and Adar 2005)."""

    rule: Literal["highest-degree"] = "highest-degree"


class DegreeTimesSimilarity(Model):
    """To the alter with the greatest k (1 + d / unit)^-exponent (Simsek and Jensen 2008).

    k is the alter's degree and d the distance from the target: about the chance of a direct tie
    where ties become rare with distance by that power.
    """

    rule: Literal["degree-times-similarity"] = "degree-times-similarity"
    space: SpaceName = "place"
    exponent: Annotated[float, Field(ge=0.0)] = Field(
        default=1.0, description="how fast ties become rare with distance"
    )
    unit: Annotated[float, Field(gt=0.0)] = Field(
        default=1.0, description="distance at which similarity begins to fall"
    )


class AtRandom(Model):
    """To any alter."""

    rule: Literal["at-random"] = "at-random"


class StrongestTie(Model):
    """Along the strongest tie."""

    rule: Literal["strongest-tie"] = "strongest-tie"
    column: str = Field(default="strength", description="column of ties that holds the strength")


class OwnRule(Model):
    """By a function of one's own: `view, draw -> alter`, as ``module:function`` or entry point."""

    rule: Literal["own"] = "own"
    function: str = Field(description="module:function, or name in the group simnet.routing_rules")


Rule: TypeAlias = Annotated[
    Nearest
    | BetterOf
    | ByRank
    | HighestDegree
    | DegreeTimesSimilarity
    | AtRandom
    | StrongestTie
    | OwnRule,
    Field(discriminator="rule"),
]
TowardsTarget: TypeAlias = Nearest | BetterOf | ByRank


class Constant(Model):
    """Every holder takes part with the same probability."""

    who: Literal["constant"] = "constant"
    probability: Probability = 1.0


class ByStep(Model):
    """The probability depends on the remove, the starter's first; the last holds from there on."""

    who: Literal["by-step"] = "by-step"
    probabilities: Annotated[tuple[Probability, ...], Field(min_length=1, strict=False)]


class ByPerson(Model):
    """Each person has a probability of his own, in a column of people."""

    who: Literal["by-person"] = "by-person"
    column: str = "participation"


class Beta(Model):
    """Each person has a probability of his own, drawn once from a beta distribution.

    Its parameters are ``mean * sample_size`` and ``(1 - mean) * sample_size``; people differ the
    more the smaller the sample size.
    """

    who: Literal["beta"] = "beta"
    mean: Annotated[float, Field(gt=0.0, lt=1.0)]
    sample_size: Annotated[float, Field(gt=0.0)]


class Logistic(Model):
    """logit p = intercept + Σ weight · value, over the holder, the step, the tie and the target.

    Values of `holder` and `target` are columns of people, those of `tie` columns of ties: of the
    tie by which the letter came, for the starter the mean over all ties. `step` is the weight of
    the remove, `incentive` that of `reward`.
    """

    who: Literal["logistic"] = "logistic"
    intercept: float
    holder: Frozen[str, float] = Field(default_factory=dict, validate_default=True)
    target: Frozen[str, float] = Field(default_factory=dict, validate_default=True)
    tie: Frozen[str, float] = Field(default_factory=dict, validate_default=True)
    step: float = 0.0
    incentive: float = 0.0
    reward: float = 0.0


Participation: TypeAlias = Annotated[
    Constant | ByStep | ByPerson | Beta | Logistic, Field(discriminator="who")
]
