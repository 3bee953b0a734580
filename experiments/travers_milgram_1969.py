"""Through how many hands do letters go from strangers in Nebraska and Boston to a broker in Boston?

296 starters were asked to get a folder to one man through people they know; 64 folders arrived,
through 5.2 people in the mean. Here the same 296 write to one target in a world of 100 million,
that of Watts, Dodds and Newman with the parameters published for it. Its first hierarchy is
geography: the Boston starters live in the target's part of it, a million people, the Nebraska ones
do not. Its second is work: those who hold stocks share ten million people's part of it with the
broker. A quarter of the holders drop out, the figure that later models took from this study. The
study is done many times, each time in another world with another target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simnet.lab.reproduction import (
    Card,
    Check,
    Panel,
    Published,
    Series,
    between,
    not_comparable,
    within,
)
from simnet.network import Estimate

from .identities import (
    GROUPS,
    LetterStudy,
    Mailing,
    chains_panel,
    histogram,
    mail,
    mean_or_nan,
    over_replicates,
    pooled,
    rows_of,
)

STUDY = "travers-milgram-1969"
LEAST, MOST = 2, 8
"""The bins of the histogram: <= 2 intermediaries, 3, ..., 7, >= 8."""


class Settings(LetterStudy):
    """The world, and how often the study is done in it."""


def reproduce(settings: Settings, published: Published) -> Card:
    """The study done again and again; each figure is its mean, and where 95 % of them lie."""
    starters = {group: int(published.values[f"starters_{group}"].value) for group in GROUPS}
    mailings = [mail(settings, starters, replicate) for replicate in range(settings.replicates)]
    return Card(
        study=STUDY,
        question="Through how many hands do letters go to a stranger, and how many get there?",
        fitted=(
            "25 % loss at each step",
            "the world, as published for the model",
            "where the groups of starters stand to the target",
        ),
        predicted=("lengths of completed chains", "completion", "the last person of the chain"),
        checks=(
            *_lengths(published, mailings),
            *_groups(published, mailings),
            _one_study(published, mailings[0]),
            *_completion(settings, published, mailings),
            *_funnel(published, mailings),
            _searches(settings, published, starters),
        ),
        panels=(
            chains_panel(
                rows_of(published.tables["completed_chain_lengths"]),
                mailings,
                "all starters",
                "1969",
            ),
            _groups_panel(published, mailings),
        ),
    )


def _lengths(published: Published, mailings: Sequence[Mailing]) -> list[Check]:
    values, table = published.values, published.tables["completed_chain_lengths"]
    return [
        within(
            "mean intermediaries of completed chains",
            values["mean_of_histogram"],
            over_replicates(mailings, lambda mailing: mean_or_nan(mailing.intermediaries())),
            by=0.5,
            tolerance="0.5: two standard errors of 64 chains",
        ),
        within(
            "median intermediaries of completed chains",
            values["median_intermediaries"],
            float(np.median(pooled(mailings))) if len(pooled(mailings)) else float("nan"),
            by=1.0,
            tolerance="1: two standard errors of the median of 64 chains",
        ),
        histogram(
            "histogram of intermediaries",
            rows_of(table),
            pooled(mailings),
            (LEAST, MOST),
            flag=table.flag,
        ),
    ]


def _groups(published: Published, mailings: Sequence[Mailing]) -> list[Check]:
    values = published.values
    means = {group: _mean_of_group(mailings, group) for group in GROUPS}
    nebraska, boston = "nebraska_random", "boston_random"
    checks = [
        within(
            f"mean intermediaries, {group.replace('_', ' ').capitalize()}",
            values[f"mean_intermediaries_{group}"],
            means[group],
            by=0.9,
            tolerance="0.9: two standard errors of about 20 chains",
        )
        for group in GROUPS
    ]
    gap = float(
        values[f"mean_intermediaries_{nebraska}"].value
        - values[f"mean_intermediaries_{boston}"].value
    )
    return [
        *checks,
        between(
            "intermediaries, Nebraska random less Boston",
            gap,
            over_replicates(
                mailings,
                lambda mailing: (
                    mean_or_nan(mailing.intermediaries(nebraska))
                    - mean_or_nan(mailing.intermediaries(boston))
                ),
            ),
            low=0.4,
            high=1.6,
            tolerance="1 +- 0.6: two standard errors of the two groups",
            flag="derived",
            units="intermediaries",
        ),
    ]


def _mean_of_group(mailings: Sequence[Mailing], group: str) -> Estimate:
    return over_replicates(mailings, lambda mailing: mean_or_nan(mailing.intermediaries(group)))


def _completion(
    settings: Settings, published: Published, mailings: Sequence[Mailing]
) -> list[Check]:
    values = published.values
    because = _too_few(settings, published)
    return [
        within(
            "starters who did not pass it on",
            values["first_step_dropout"],
            over_replicates(mailings, lambda mailing: 1 - float(mailing.chains.started.mean())),
            by=0.05,
            tolerance="0.05: two standard errors of 296 starters",
            role="input",
        ),
        within(
            "completed, of all starters",
            values["completion_of_all_starters"],
            over_replicates(mailings, lambda mailing: float(mailing.chains.arrived.mean())),
            by=0.05,
            tolerance="0.05: two standard errors of 296 starters",
            because=because,
        ),
        within(
            "completed, of those started",
            values["completion_of_started"],
            over_replicates(mailings, _completed_of_started),
            by=0.06,
            tolerance="0.06: two standard errors of 217 chains",
            because=because,
        ),
    ]


def _one_study(published: Published, mailing: Mailing) -> Check:
    """The first of our studies, as large as theirs."""
    chains = mailing.chains
    theirs = [
        int(published.values[name].value)
        for name in ("starters", "starters_who_forwarded", "chains_completed")
    ]
    ours = len(chains), int(chains.started.sum()), int(chains.arrived.sum())
    return not_comparable(
        "starters, chains started, chains completed",
        ", ".join(map(str, theirs)),
        f"{', '.join(map(str, ours))} in the first of our studies",
        "one draw of many; the shares below are held to",
        flag=published.values["starters"].flag,
        units="chains",
    )


def _completed_of_started(mailing: Mailing) -> float:
    return float(mailing.chains.arrived.sum() / max(mailing.chains.started.sum(), 1))


def _too_few(settings: Settings, published: Published) -> str:
    """Why the published completion is out of reach: what it would take by the same loss."""
    steps = rows_of(published.tables["completed_chain_lengths"]) + 1
    needed = float(((1 - settings.attrition) ** -steps.astype(float)).sum())
    starters = int(published.values["starters"].value)
    return (
        f"with a loss of {100 * settings.attrition:.0f} % at every step the published chains "
        f"themselves, as long as they are, would have taken {needed:.0f} starters, not {starters}: "
        "later steps lost fewer"
    )


def _funnel(published: Published, mailings: Sequence[Mailing]) -> list[Check]:
    values = published.values
    incomplete = over_replicates(
        mailings, lambda mailing: mean_or_nan(mailing.chains.steps[~mailing.chains.arrived])
    )
    return [
        within(
            "share of arrivals through the three most frequent last people",
            values["share_completed_through_top_three_people"],
            over_replicates(mailings, _share_of_three),
            by=0.12,
            tolerance="0.12: two standard errors of 64 chains",
            because="everybody in this world has the same number of ties, and all who know the "
            "target are alike; the study's clothing merchant and brokers were hubs",
        ),
        not_comparable(
            "mean steps of chains that did not arrive",
            values["mean_length_incomplete_chains"],
            incomplete,
            "the note read does not say whether folders that were never passed on count, with 0 "
            "steps; ours are with them, and longer without",
        ),
    ]


def _share_of_three(mailing: Mailing) -> float:
    """How many arrivals came through the three people from whom most came."""
    chains = mailing.chains
    if chains.path is None or not chains.arrived.any():
        return float("nan")
    last = chains.path[chains.arrived, chains.steps[chains.arrived] - 1]
    counts = np.sort(np.unique(last, return_counts=True)[1])
    return float(counts[-3:].sum() / len(last))


def _searches(settings: Settings, published: Published, starters: Mapping[str, int]) -> Check:
    """How long chains would be if nobody dropped out."""
    complete = [
        mail(settings, starters, replicate, attrition=False)
        for replicate in range(max(2, settings.replicates // 10))
    ]
    return within(
        "median steps if nobody dropped out",
        published.values["attrition_corrected_median_by_dodds"],
        float(np.median(pooled(complete))) + 1,
        by=1.0,
        tolerance="1: an approximate figure, itself corrected for drop-out",
    )


def _groups_panel(published: Published, mailings: Sequence[Mailing]) -> Panel:
    names = [group.replace("_", "\n").capitalize() for group in GROUPS]
    ours = [_mean_of_group(mailings, group) for group in GROUPS]
    theirs = [float(published.values[f"mean_intermediaries_{group}"].value) for group in GROUPS]
    return Panel(
        "By group of starters",
        "starters",
        "mean intermediaries",
        (
            Series(
                "simnet, 95 % of studies",
                names,
                [estimate.value for estimate in ours],
                [estimate.low for estimate in ours],
                [estimate.high for estimate in ours],
                kind="bars",
            ),
            Series("1969", names, theirs, whose="theirs", kind="points"),
        ),
    )
