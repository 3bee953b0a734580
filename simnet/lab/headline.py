"""The answer of a study before its details: a sentence, and the few rows it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from textwrap import wrap
from typing import Any

import pandas as pd

from simnet.lab.measures import MEASURES
from simnet.lab.verdict import IDENTICAL, TOO_FEW, WIDTH, Row, above, number, rows_of, table
from simnet.lab.wording import counted

__all__ = ["format_headline"]

HEADLINES = ("opportunity_yield", "attrition_referral")
MOST_ROWS = 10
MOST_POINTS = 20


def format_headline(
    comparison: pd.DataFrame,
    asked: Sequence[str] = (),
    points: Sequence[Mapping[str, Any]] = ({},),
) -> str:
    """Say in one sentence which arm is ahead, and show the pairs of arms behind it.

    The sentence is about the first of at most two measures: opportunity_yield and
    attrition_referral, or where they are not compared the first ones asked for. Arms are ranked by
    their mean, and each pair is written from the higher to the lower; of many pairs, only those
    with the highest arm. At several sweep points there is a sentence a point instead.

    Parameters
    ----------
    comparison : DataFrame
        All pairs of arms, from `simnet.lab.compare`; at least one row.
    asked : sequence of str
        The measures named by the experiment; none means all.
    points : sequence of mapping
        What each sweep point sets, by key.
    """
    measures = _headlines(asked, set(comparison["measure"]))
    rows = [row for row in rows_of(comparison) if row.measure in measures]
    if len(points) > 1:
        return "\n".join(_by_point([row for row in rows if row.measure == measures[0]], points))
    blocks = [_ranked([row for row in rows if row.measure == measure]) for measure in measures]
    shown = [row for block in blocks for row in _few(block)]
    tests = int(comparison["p"].notna().sum())
    answer = wrap(_sentence(blocks[0]), WIDTH, break_on_hyphens=False)
    return "\n".join([*answer, "", *table(shown), "", _note(rows, tests)])


def _headlines(asked: Sequence[str], compared: set[str]) -> list[str]:
    others = [*(asked or MEASURES), *sorted(compared)]
    wanted = dict.fromkeys(name for name in (*HEADLINES, *others) if name in compared)
    return list(wanted)[:2]


def _by_point(rows: Sequence[Row], points: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for point, settings in list(enumerate(points))[:MOST_POINTS]:
        at = ", ".join(f"{key} = {_setting(value)}" for key, value in settings.items())
        here = [row for row in rows if row.point == point]
        text = f"{at}: {_sentence(_ranked(here)) if here else 'no trial is done.'}"
        yield from wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    if len(points) > MOST_POINTS:
        yield f"and {counted(len(points) - MOST_POINTS, 'more point')}"


def _setting(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


# ---------------------------------------------------------------------- ranking


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """Each pair from the arm of higher mean to the lower, the pairs of the highest arm first."""
    means: dict[str, list[float]] = {}
    for row in rows:
        for arm, mean in ((row.versus, row.mean_versus), (row.arm, row.mean_arm)):
            means.setdefault(arm, []).extend([mean] if row.n > 0 else [])
    order = sorted(means, key=lambda arm: -fmean(means[arm]) if means[arm] else float("inf"))
    rank = {arm: place for place, arm in enumerate(order)}
    downward = (row if rank[row.arm] < rank[row.versus] else row.turned() for row in rows)
    return sorted(downward, key=lambda row: (rank[row.arm], rank[row.versus]))


def _few(ranked: Sequence[Row]) -> Sequence[Row]:
    return ranked if len(ranked) <= MOST_ROWS else _of_the_highest(ranked)


def _of_the_highest(ranked: Sequence[Row]) -> list[Row]:
    return [row for row in ranked if row.arm == ranked[0].arm]


# ---------------------------------------------------------------------- words


def _sentence(ranked: Sequence[Row]) -> str:
    first = ranked[0]
    pairs = [row for row in _of_the_highest(ranked) if row.n > 0]
    open_pairs = [row for row in pairs if row.verdict != above(row.arm, row.versus)]
    if not pairs:
        return f"{first.measure} is undefined: no replicate has it in two arms."
    if all(row.verdict == IDENTICAL for row in pairs):
        same = f"{first.measure} is {number(first.mean_arm)} in each, replicate by replicate"
        return f"no difference between {_listed(_arms(pairs))}: {same} the same."
    if any(row.verdict == TOO_FEW for row in open_pairs):
        few = f"too few replicates ({first.n}) to show any difference"
        return f"{few} between {_listed(_arms(open_pairs))} in {first.measure}."
    if len(open_pairs) == len(pairs):
        return f"no difference shown between {_listed(_arms(pairs))} in {first.measure}."
    lead = f"{_distinction(first)}: {_amount(first)}"
    if open_pairs:
        others = _listed([f"{row.versus} ({number(row.mean_versus)})" for row in open_pairs])
        return f"{lead}, but no difference shown between it and {others}."
    return f"{lead}, {_leads(pairs)}."


def _leads(pairs: Sequence[Row]) -> str:
    """By how much the highest arm is above the next, and above the last."""
    nearest, farthest = pairs[0], pairs[-1]
    if nearest is farthest:
        return _lead(nearest)
    return f"{_lead(nearest)}, the next, and {_lead(farthest)}, the last"


def _lead(row: Row) -> str:
    interval = f"[{number(row.low)}, {number(row.high)}]"
    return f"{number(row.difference)} {interval} more than {row.versus}"


def _distinction(row: Row) -> str:
    if row.measure == "opportunity_yield":
        return f"{row.arm} wins most"
    return f"{row.arm} has the highest {row.measure}"


def _amount(row: Row) -> str:
    unit = " opportunities per person-year" if row.measure == "opportunity_yield" else ""
    return number(row.mean_arm) + unit


def _arms(pairs: Sequence[Row]) -> list[str]:
    """The highest arm and those it is paired with."""
    return [pairs[0].arm, *(row.versus for row in pairs)]


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _note(rows: Sequence[Row], tests: int) -> str:
    sizes = [row.n for row in rows if row.n > 0] or [0]
    low, high = min(sizes), max(sizes)
    pairs = str(high) if low == high else f"{low} to {high}"
    return (
        f"n = {pairs} replicates, compared pair by pair; 'above' holds after correction for "
        f"{counted(tests, 'test')}."
    )
