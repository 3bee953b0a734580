"""The world of Watts, Dodds and Newman as studies set it, and letters to one target there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.stats import chisquare

from simnet.chains.lazy import Identities, random_pairs, recruit
from simnet.chains.record import Chains
from simnet.lab.reproduction import Check, Panel, Series, StudySettings, Table, holds
from simnet.lab.reproduction.published import Flag
from simnet.network import Estimate
from simnet.spec.base import Model

from .estimates import LEVEL

PLACE, FIELD = 0, 1
"""Which hierarchy is geography, and which is work."""


class World(Model):
    """People in hierarchies; in the words of the paper l - 1, H, b, g, alpha and z."""

    levels: Annotated[int, Field(ge=0, description="branchings above a group")]
    hierarchies: Annotated[int, Field(ge=1, description="H")]
    branching: Annotated[int, Field(ge=2, description="b")]
    group: Annotated[int, Field(ge=2, description="people of a group, g")]
    homophily: Annotated[float, Field(description="alpha")]
    degree: Annotated[int, Field(ge=1, description="ties of a person, z")]
    repeats: Annotated[
        bool, Field(description="whether somebody drawn twice counts twice among the ties")
    ]

    def drawn(self, seed: int, replicate: int = 0) -> Identities:
        """The people themselves."""
        return Identities(**dict(self), seed=seed, replicate=replicate)


class LetterStudy(StudySettings):
    """Letters from recruited starters to one target, mailed again and again."""

    world: World
    attrition: Annotated[float, Field(ge=0, le=1, description="chance that a holder drops it")]
    home_height: Annotated[
        int, Field(ge=0, description="height, in geography, of the target's metropolitan area")
    ]
    field_height: Annotated[
        int, Field(ge=0, description="height, in work, of those who hold stocks")
    ]
    replicates: Annotated[int, Field(ge=2, description="how often the study is done")]


GROUPS: Mapping[str, Callable[[LetterStudy], dict[str, dict[int, int]]]] = {
    "nebraska_random": lambda study: {"beyond": {PLACE: study.home_height}},
    "nebraska_stockholders": lambda study: {
        "beyond": {PLACE: study.home_height},
        "within": {FIELD: study.field_height},
    },
    "boston_random": lambda study: {"within": {PLACE: study.home_height}},
}
"""Where the starters of a group stand to the target."""


class Mailing(NamedTuple):
    """The letters of one study, and to which group their starters belong."""

    chains: Chains
    group: NDArray[np.str_]

    def intermediaries(self, *groups: str) -> NDArray[np.int64]:
        """Of the completed chains of these groups, or of all."""
        of_them = np.isin(self.group, groups) if groups else np.ones(len(self.group), np.bool_)
        return np.asarray(self.chains.steps[self.chains.arrived & of_them] - 1)


def mail(
    study: LetterStudy, starters: Mapping[str, int], replicate: int, *, attrition: bool = True
) -> Mailing:
    """Do the study once: its own people, its own target, so many starters of each group."""
    world = study.world.drawn(study.seed, replicate)
    _, (target,) = random_pairs(world.n_people, 1, seed=study.seed, replicate=replicate)
    recruited = [
        recruit(world, n, int(target), **GROUPS[group](study), seed=study.seed, replicate=replicate)
        for group, n in starters.items()
    ]
    chains = world.send(
        np.concatenate(recruited),
        target,
        participation=1 - study.attrition if attrition else 1.0,
        seed=study.seed,
        replicate=replicate,
    )
    return Mailing(chains, np.repeat(list(starters), list(starters.values())))


def over_replicates(mailings: Sequence[Mailing], measure: Callable[[Mailing], float]) -> Estimate:
    """The mean of a measure over the times the study was done, with the interval in which 95 % of
    them lie; a time in which it is undefined does not count."""
    values = np.array([measure(mailing) for mailing in mailings], dtype=np.float64)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, LEVEL, len(values), "replicates")
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(
        float(values.mean()),
        float(values.std(ddof=1)),
        float(low),
        float(high),
        LEVEL,
        len(values),
        "replicates",
    )


def pooled(mailings: Sequence[Mailing]) -> NDArray[np.int64]:
    """The intermediaries of all completed chains."""
    return np.concatenate([mailing.intermediaries() for mailing in mailings])


def normal(value: float, error: float, *, n: int) -> Estimate:
    """An estimate with the normal interval, from very many letters."""
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    return Estimate(value, error, value - reach, value + reach, LEVEL, n, "normal")


def mean_or_nan(values: NDArray[np.integer[Any]]) -> float:
    """The mean, undefined without values."""
    return float(values.mean()) if len(values) else float("nan")


def rows_of(table: Table) -> NDArray[np.int64]:
    """The intermediaries of published chains, one a chain, from a table of their counts."""
    return np.repeat(table.column("intermediaries"), table.column("chains"))


def shares(values: NDArray[np.int64], least: int, most: int) -> NDArray[np.float64]:
    """Shares of the values in bins <= least, least + 1, ..., >= most."""
    counts = np.bincount(np.clip(values, least, most) - least, minlength=most - least + 1)
    return np.asarray(counts / max(len(values), 1))


def histogram(
    what: str,
    theirs: NDArray[np.int64],
    ours: NDArray[np.int64],
    bins: tuple[int, int],
    *,
    flag: Flag,
) -> Check:
    """Whether the published chains could be drawn from ours, by chi-square.

    The bins are those of `shares`. It fails if one that has a published chain is empty in ours.
    """
    least, most = bins
    middle = ", ".join(map(str, range(least + 1, most)))
    observed, expected = (len(theirs) * shares(values, least, most) for values in (theirs, ours))
    test = chisquare(observed, expected) if (expected > 0).all() else None
    return holds(
        what,
        f"{len(theirs)} chains in bins <= {least}, {middle}, >= {most}",
        f"chi-square {test.statistic:.1f}, p = {test.pvalue:.3f}" if test else "an empty bin",
        test is not None and bool(test.pvalue >= 0.01),
        flag=flag,
        tolerance="p of at least 0.01",
    )


def chains_panel(
    theirs: NDArray[np.int64], mailings: Sequence[Mailing], where: str, year: str
) -> Panel:
    """Our completed chains, as many as theirs, and theirs by number of intermediaries."""
    longest = int(theirs.max()) + 2
    people = list(range(longest + 1))
    ours, published = (
        (len(theirs) * shares(values, 0, longest)).tolist() for values in (pooled(mailings), theirs)
    )
    return Panel(
        f"Completed chains, {where}",
        f"intermediaries (the last: {longest} and more)",
        f"chains, of {len(theirs)}",
        (
            Series("simnet", people, ours, kind="bars"),
            Series(year, people, published, whose="theirs", kind="points"),
        ),
    )
