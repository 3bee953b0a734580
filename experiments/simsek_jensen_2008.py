"""Is a letter best passed to the alter with the greatest product of degree and similarity?

People have places on a circle and wanted numbers of ties by a power law; two are tied with a chance
in proportion to both wanted numbers and to a power of their distance, the strength of homophily.
The same letters are sent by the product of degree and similarity, which is about the chance of a
tie to the target, by degree only, by similarity only and by chance. Nothing is fitted; what was
published is an order; it is tested on the ratios of steps of the same letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator
from scipy.optimize import brentq

from simnet.chains import rules, send
from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    StudySettings,
    holds,
)
from simnet.network import Estimate, Network, from_edges
from simnet.network.spaces import Circle
from simnet.network.structure import largest_component
from simnet.randomness import stream_key
from simnet.spec.findings import broken

from .estimates import ends, mean_of

STUDY = "simsek-jensen-2008"
PRODUCT = "product"
OTHERS = ("degree only", "similarity only", "chance")

Floats = NDArray[np.float64]
Strength = Annotated[float, Field(ge=0.0)]


class Settings(StudySettings):
    """The networks, the strengths of homophily, and the letters."""

    people: Annotated[int, Field(ge=50, le=5000, description="people on the circle")]
    degree: Annotated[float, Field(gt=1.0, description="mean ties of a person")]
    degree_exponent: Annotated[
        float, Field(gt=2.0, description="of the power law of wanted ties; large: all want as many")
    ]
    unit: Annotated[
        float, Field(gt=0.0, lt=0.5, description="distance at which similarity begins to fall")
    ]
    homophily: tuple[Strength, ...] = Field(
        strict=False,
        min_length=1,
        description="h: ties become rare with distance d as (1 + d / unit)^-h",
    )
    middle: tuple[Strength, ...] = Field(
        strict=False, min_length=1, description="those of them that are neither weak nor strong"
    )
    judged: Strength | None = Field(
        description="the strength that holders reckon with; the right one if not given"
    )
    networks: Annotated[int, Field(ge=2, description="networks at each strength")]
    letters: Annotated[int, Field(ge=10, description="letters in each network")]
    max_steps: Annotated[int, Field(ge=10, description="a letter is given up after so many steps")]

    @field_validator("middle", mode="after")
    @classmethod
    def _among_all(cls, middle: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        if not set(middle) <= set(info.data.get("homophily", middle)):
            raise broken("must be among the strengths of homophily", also=["homophily"])
        return middle


class Point(NamedTuple):
    """The letters at one strength of homophily, by rule: one number a network.

    Attributes
    ----------
    homophily : float
    mean, logarithm : mapping of str to array
        Means of the steps of letters and of their logarithms.
    """

    homophily: float
    mean: Mapping[str, Floats]
    logarithm: Mapping[str, Floats]

    def more(self, other: str) -> Estimate:
        """Mean steps by another rule less those by the product; the interval is over networks."""
        return mean_of(self.mean[other] - self.mean[PRODUCT])

    def times(self, other: str) -> Estimate:
        """How many times as many steps the same letters take by another rule as by the product.

        The geometric mean over letters, so that a few that go astray do not decide; its interval
        is that of the mean logarithm over networks.
        """
        ratio = mean_of(self.logarithm[other] - self.logarithm[PRODUCT])
        value, low, high = np.exp([ratio.value, ratio.low, ratio.high]).tolist()
        return ratio._replace(value=value, standard_error=float("nan"), low=low, high=high)


def reproduce(settings: Settings, published: Published) -> Card:
    """The same letters by every rule, over the range of homophily."""
    points = [_point(settings, homophily) for homophily in settings.homophily]
    return Card(
        study=STUDY,
        question="Is a letter best passed on by the product of degree and similarity?",
        fitted=("homophily and skew of degrees (a range, assumed)",),
        predicted=("the order of the rules at each strength of homophily",),
        checks=(
            *_checks_in_the_middle(settings, points, published),
            *_checks_of_the_range(points, published),
        ),
        panels=(_steps_panel(points), _ratio_panel(points)),
    )


# ---------------------------------------------------------------------- networks and letters


def _point(settings: Settings, homophily: float) -> Point:
    found = [_steps(settings, homophily, number) for number in range(settings.networks)]
    names = list(found[0])
    return Point(
        homophily,
        mean={name: np.array([each[name].mean() for each in found]) for name in names},
        logarithm={name: np.array([np.log(each[name]).mean() for each in found]) for name in names},
    )


def _steps(settings: Settings, homophily: float, number: int) -> dict[str, NDArray[np.integer]]:
    """Steps of the same letters by each rule, in one network.

    Nobody gets a letter twice unless its holder has nobody else, as published. A letter that is
    given up counts as all the steps it may make.
    """
    network = _network(settings, homophily, number)
    draws = _draws(settings, f"letters in network {number} at {homophily}")
    starters, targets = draws.integers(network.n_people, size=(2, settings.letters))
    targets = (targets + (starters == targets)) % network.n_people
    return {
        name: send(
            network,
            starters,
            targets,
            rule=rule,
            max_steps=settings.max_steps,
            revisits="if-stuck",
            keep_paths=False,
            seed=settings.seed,
            replicate=number,
        ).steps
        for name, rule in _rules(settings, homophily).items()
    }


def _rules(settings: Settings, homophily: float) -> dict[str, rules.Rule]:
    judged = homophily if settings.judged is None else settings.judged
    product = rules.DegreeTimesSimilarity(space="place", exponent=judged, unit=settings.unit)
    others = (rules.HighestDegree(), rules.Nearest(space="place"), rules.AtRandom())
    return {PRODUCT: product, **dict(zip(OTHERS, others, strict=True))}


def _network(settings: Settings, homophily: float, number: int) -> Network:
    """The largest component of people on a circle.

    Two are tied with the chance 1 - exp(-c w v (1 + d / unit)^-h) by their wanted ties w and v,
    distance d and homophily h; c makes the mean degree the one asked for.
    """
    n = settings.people
    draws = _draws(settings, f"network {number} at {homophily}")
    place = draws.random(n)
    wanted = (1.0 - draws.random(n)) ** (-1.0 / (settings.degree_exponent - 1.0))
    one, other = np.triu_indices(n, k=1)
    apart = np.abs(place[one] - place[other])
    apart = np.minimum(apart, 1.0 - apart)
    law = wanted[one] * wanted[other] * (1.0 + apart / settings.unit) ** -homophily
    ties = settings.degree * n / 2
    factor = brentq(lambda c: -np.expm1(-c * law).sum() - ties, 0.0, 2.0 * _enough(law, ties))
    tied = draws.random(len(law)) < -np.expm1(-factor * law)
    network = from_edges(one[tied], other[tied], n_people=n, people={"place": place})
    return largest_component(replace(network, spaces={"place": Circle("place")}))


def _enough(law: Floats, ties: float) -> float:
    """A factor by which the law gives more than so many ties."""
    factor = ties / float(law.sum())
    while -np.expm1(-factor * law).sum() < ties:
        factor *= 2.0
    return factor


def _draws(settings: Settings, what: str) -> np.random.Generator:
    key = stream_key(settings.seed, 0, f"{STUDY}: {what}")
    return np.random.Generator(np.random.Philox(key=key))


# ---------------------------------------------------------------------- checks


def _checks_in_the_middle(
    settings: Settings, points: Sequence[Point], published: Published
) -> list[Check]:
    """The product takes fewer steps than any other rule: t test over networks, one for each."""
    figure = published.values["beats_degree_only_similarity_only_random"]
    return [
        holds(
            f"product against {other}, homophily {point.homophily:g}",
            f"the product beats {other}",
            _in_words(point, other),
            point.times(other).low > 1,
            flag=figure.flag,
            tolerance="95 % interval over networks of the ratio of steps lies above 1",
        )
        for point in points
        if point.homophily in settings.middle
        for other in OTHERS
    ]


def _in_words(point: Point, other: str) -> str:
    means = f"{point.mean[PRODUCT].mean():.3g} against {point.mean[other].mean():.3g} steps"
    return f"{means}, ratio of the same letters {point.times(other).value:.3g}"


def _checks_of_the_range(points: Sequence[Point], published: Published) -> list[Check]:
    """The product is nowhere worse: by ratios of the same letters, and by mean steps."""
    return [
        _nowhere_worse(
            "product against the others, every homophily",
            [(p, other) for p in points for other in OTHERS if p.times(other).high < 1],
            published,
            tolerance="no 95 % interval over networks of a ratio of steps lies below 1",
        ),
        _nowhere_worse(
            "product against the others, mean steps, every homophily",
            [(p, other) for p in points for other in OTHERS if p.more(other).high < 0],
            published,
            tolerance="no 95 % interval over networks of a difference of means lies below 0",
            because="published for homophily in the middle; where it is very strong, most letters "
            "by the product take no more steps, but a few go astray for long",
        ),
    ]


def _nowhere_worse(
    what: str,
    worse: Sequence[tuple[Point, str]],
    published: Published,
    *,
    tolerance: str,
    because: str = "",
) -> Check:
    where = [
        f"{_in_words(point, other)}, {other}, at {point.homophily:g}" for point, other in worse
    ]
    return holds(
        what,
        "the product beats the others",
        "; ".join(where) or "nowhere worse",
        not worse,
        flag=published.values["beats_degree_only_similarity_only_random"].flag,
        tolerance=tolerance,
        because=because,
    )


# ---------------------------------------------------------------------- figures


def _steps_panel(points: Sequence[Point]) -> Panel:
    homophily = [point.homophily for point in points]
    return Panel(
        "Mean steps by strength of homophily",
        "homophily h",
        "mean steps",
        [
            Series(name, homophily, *ends([mean_of(point.mean[name]) for point in points]))
            for name in (PRODUCT, *OTHERS)
        ],
        log_y=True,
    )


def _ratio_panel(points: Sequence[Point]) -> Panel:
    """Against the two rules that know something."""
    homophily = [point.homophily for point in points]
    return Panel(
        "Steps over those by the product, of the same letters",
        "homophily h",
        "ratio of steps",
        (
            *(
                Series(other, homophily, *ends([point.times(other) for point in points]))
                for other in OTHERS[:2]
            ),
            Series(
                "published: above 1",
                [homophily[0], homophily[-1]],
                [1.0, 1.0],
                whose="theirs",
            ),
        ),
        log_y=True,
    )
