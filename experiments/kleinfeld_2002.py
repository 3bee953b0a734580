"""Could it be a big world after all? Completion of letter studies against participation.

Kleinfeld's point is that most letters never arrived. The lengths of searches in the world of Watts,
Dodds and Newman (2002) predict completion at every participation: the mean of q^L. They are laid
beside her table of studies, at the participation that was published where one was. And chains are
run by telephone: who refuses sends the chain back to the last holder, who asks another. How often
holders of the telephone study did is not published: the number of restarts is fitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from simnet.chains.estimators import completion_rate
from simnet.chains.lazy import Identities, random_pairs, recruit
from simnet.chains.record import Chains
from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    holds,
    not_comparable,
    published,
    within,
)
from simnet.network import Estimate

from .estimates import ends, mean_of
from .restarts import send_with_restarts
from .searches import IdentitySettings, generator, survival, world_of

STUDY = "kleinfeld-2002"
TELEPHONE = "Guiot 1976, Montreal, by telephone with restarts"
LETTERS_OF_1969 = "Travers & Milgram 1969"
MOST_LETTERS = 0.5
GROUPS: Mapping[str, tuple[int, Mapping[int, int], Mapping[int, int]]] = {
    # starters of 1969: how many, at which height of geography (0) and work (1), and beyond which
    "Nebraska, at random": (96, {}, {0: 5}),
    "Nebraska, stockholders": (100, {1: 5}, {0: 5}),
    "Boston": (100, {0: 4}, {}),
}


class Settings(IdentitySettings):
    """The world, and how many letters are sent in it."""

    searches: Annotated[int, Field(ge=200, description="without attrition, between random people")]
    targets: Annotated[int, Field(ge=1, description="of the three groups of starters of 1969")]
    passing_on: Annotated[float, Field(gt=0, lt=1, description="published for 1969")]
    telephone_chains: Annotated[int, Field(ge=50, description="at each number of restarts")]
    most_restarts: Annotated[int, Field(ge=2, description="by a holder")]


class Telephone(NamedTuple):
    """Completion by the number of restarts, and the number that comes nearest to the published."""

    completion: list[Estimate]
    fitted: int


def reproduce(settings: Settings, published: Published) -> Card:
    """Completion by participation, and with restarts."""
    world = world_of(settings)
    starters, targets = random_pairs(world.n_people, settings.searches, seed=settings.seed)
    searches = world.send(starters, targets, max_steps=settings.max_steps, seed=settings.seed)
    of_1969 = _completion_of_1969(settings, world)
    telephone = _telephone(settings, published, world)
    return Card(
        study=STUDY,
        question="What share of letters arrives, at which participation?",
        fitted=(
            f"how often a holder asks again by telephone: {telephone.fitted} times",
            "given: passing on, as published for 1969",
        ),
        predicted=("completion at the published participation", "what restarts bring"),
        checks=(
            *_letters(published, of_1969),
            *_calls(settings, published, searches, telephone),
            *_others(published),
        ),
        panels=(_curve(settings, published, searches), _restart_panel(published, telephone)),
    )


def _completion_of_1969(settings: Settings, world: Identities) -> dict[str, Estimate]:
    """Predicted completion of all starters of each group, over as many targets."""
    drawn = generator(settings.seed, "targets of 1969").integers(
        world.n_people, size=settings.targets
    )
    found: dict[str, list[np.ndarray]] = {name: [] for name in GROUPS}
    for replicate, target in enumerate(drawn.tolist()):
        for name, (n, within_, beyond) in GROUPS.items():
            starters = recruit(
                world,
                n,
                target,
                within={h: _height(settings, height) for h, height in within_.items()},
                beyond={h: _height(settings, height) for h, height in beyond.items()},
                seed=settings.seed,
                replicate=replicate,
            )
            searches = world.send(
                starters,
                target,
                max_steps=settings.max_steps,
                seed=settings.seed,
                replicate=replicate,
            )
            found[name].append(survival(searches, settings.passing_on, started=False))
    by_group = {name: mean_of(np.concatenate(values)) for name, values in found.items()}
    everybody = [values for of_group in found.values() for values in of_group]
    return by_group | {"all": mean_of(np.concatenate(everybody))}


def _height(settings: Settings, height: int) -> int:
    """A height of the world of 100 million people, no higher than this world goes."""
    return min(height, settings.levels - 1)


def _telephone(settings: Settings, published: Published, world: Identities) -> Telephone:
    starters, targets = random_pairs(
        world.n_people, settings.telephone_chains, seed=settings.seed, replicate=1
    )
    completion = [
        completion_rate(
            send_with_restarts(
                world,
                starters,
                targets,
                passing_on=settings.passing_on,
                restarts=restarts,
                max_steps=settings.max_steps,
                seed=settings.seed,
            ),
            of="all",
        )
        for restarts in range(settings.most_restarts + 1)
    ]
    theirs = float(published.values["guiot_completion"].value)
    off = [abs(each.value - theirs) for each in completion]
    return Telephone(completion, int(np.argmin(off)))


def _letters(theirs: Published, of_1969: dict[str, Estimate]) -> list[Check]:
    rows = theirs.tables["completion_by_study"]
    quoted = dict(zip(rows.column("study"), rows.column("completion_as_quoted"), strict=True))
    return [
        within(
            "completion of the letters of 1969, at 0.75 a link",
            float(quoted[LETTERS_OF_1969]),
            of_1969["all"],
            by=0.05,
            tolerance="0.05",
            because=_irreconcilable(),
            flag=rows.flag,
            units="fraction of starters",
        ),
        holds(
            "most letters never arrive",
            "most chains failed",
            ", ".join(f"{name} {each.value:.0%}" for name, each in of_1969.items()),
            max(each.high for each in of_1969.values()) < MOST_LETTERS,
            flag="seen",
            tolerance="completion of each group of starters below one half",
        ),
    ]


def _irreconcilable() -> str:
    """How many starters the published lengths of 1969 would have taken at the published loss."""
    study = published("travers-milgram-1969")
    arrived = study.tables["completed_chain_lengths"]
    links = np.array(arrived.column("intermediaries")) + 1
    kept = float(study.values["participation_per_link_approx"].value)
    needed = float((np.array(arrived.column("chains")) / kept**links).sum())
    return (
        f"a loss of one quarter at each link does not go with the lengths published: these 64 "
        f"chains would be what is left of {needed:.0f}, and there were 296 starters"
    )


def _calls(
    settings: Settings, theirs: Published, searches: Chains, telephone: Telephone
) -> list[Check]:
    once, fitted = telephone.completion[1], telephone.completion[telephone.fitted]
    letters = [
        float(value)
        for study, value in zip(
            theirs.tables["completion_by_study"].column("study"),
            theirs.tables["completion_by_study"].column("completion_as_quoted"),
            strict=True,
        )
        if study != TELEPHONE and not isinstance(value, str)
    ]
    willing = 1 - (1 - settings.passing_on) ** (1 + telephone.fitted)
    return [
        within(
            f"completion by telephone, with {telephone.fitted} restarts",
            theirs.values["guiot_completion"],
            fitted,
            by=0.05,
            tolerance="0.05",
            role="fitted",
        ),
        holds(
            "one restart completes more than any study by letter",
            f"0.85 by telephone with restarts, at most {max(letters):g} by letter",
            f"{once.value:.2f} ({once.low:.2f} to {once.high:.2f}) with one restart a holder",
            once.low > max(letters),
            flag="seen",
            tolerance="an inequality, with the interval of ours",
        ),
        within(
            "completion with restarts against the lengths of searches",
            float(survival(searches, willing, started=True).mean()),
            fitted,
            by=0.05,
            tolerance="0.05: the second best alter is hardly farther from the target",
            flag="computed",
            units="fraction of starters",
        ),
    ]


def _others(theirs: Published) -> list[Check]:
    rows = theirs.tables["completion_by_study"]
    left_out = {LETTERS_OF_1969, TELEPHONE}
    return [
        not_comparable(
            f"completion, {study}",
            value,
            None,
            "its participation is not published",
            flag=rows.flag,
            units="fraction",
        )
        for study, value in zip(
            rows.column("study"), rows.column("completion_as_quoted"), strict=True
        )
        if study not in left_out
    ]


def _curve(settings: Settings, theirs: Published, searches: Chains) -> Panel:
    shares = np.linspace(0.3, 1.0, 29).tolist()
    studies = theirs.tables["chain_experiments"]
    completion = dict(
        zip(studies.column("study"), studies.column("completion_over_starts"), strict=True)
    )
    e_mail = float(published("dodds-2003").values["participation_per_link"].value)
    return Panel(
        "Completion against participation",
        "probability of passing on",
        "completion",
        (
            *(
                Series(
                    label,
                    shares,
                    *ends([mean_of(survival(searches, q, started=started)) for q in shares]),
                )
                for label, started in (("of all starters", False), ("of started chains", True))
            ),
            Series(
                "letters 1969, e-mail 2003",
                [settings.passing_on, e_mail],
                [float(completion[LETTERS_OF_1969]), float(completion["Dodds et al. 2003"])],
                whose="theirs",
                kind="points",
            ),
        ),
        log_y=True,
    )


def _restart_panel(theirs: Published, telephone: Telephone) -> Panel:
    restarts = list(range(len(telephone.completion)))
    return Panel(
        "Completion by telephone",
        "restarts a holder",
        "completion",
        (
            Series("ours", restarts, *ends(telephone.completion)),
            Series(
                "Guiot 1976, number unknown",
                restarts,
                [float(theirs.values["guiot_completion"].value)] * len(restarts),
                whose="theirs",
            ),
        ),
    )
