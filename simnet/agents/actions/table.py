"""Strategies compiled to tables: one row a routine, as the kernels read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simnet.spec import Routine, StrategySpec
    from simnet.spec.behaviour import Costs

(LISTEN, HELP, INTRODUCE, FOLLOW_UP, INVITE, ASK, PITCH, MEET, MESSAGE, THANK, REFRESH) = range(11)
ACTIONS = {
    "listen": LISTEN,
    "help": HELP,
    "introduce": INTRODUCE,
    "follow-up": FOLLOW_UP,
    "pitch": PITCH,
    "meet": MEET,
    "message": MESSAGE,
    "thank": THANK,
    "refresh-profile": REFRESH,
}
CONNECT_BY = {"invitation": INVITE, "introduction": ASK}

(ANY, IN_NEED, NEW, WELL_CONNECTED, HELPERS, NOBODY) = range(6)
AUDIENCES = {
    "any-ties": ANY,
    "matching-ties": ANY,
    "ties-in-need": IN_NEED,
    "new-ties": NEW,
    "well-connected-ties": WELL_CONNECTED,
    "helpers": HELPERS,
    "strangers": NOBODY,
}
DEFAULT_AUDIENCE = {
    HELP: IN_NEED,
    FOLLOW_UP: NEW,
    PITCH: NEW,
    THANK: HELPERS,
    LISTEN: NOBODY,
    REFRESH: NOBODY,
    INVITE: NOBODY,
}

ROUTINE = np.dtype(
    [
        ("action", np.int8),
        ("audience", np.int8),
        ("every", np.int16),  # weeks
        ("cost", np.float64),  # hours an act
        ("rate", np.float64),  # acts that a turn pays for
        ("once", np.bool_),  # without hours of its own: one act a turn
        ("at_most", np.int32),  # acts each time it is due
        ("within", np.int32),  # weeks since the tie was born
        ("among", np.int32),  # length of the list of the well-connected
        ("times", np.int32),  # pitches to one tie
    ]
)
HISTORIES, OFFERS = 1, 2
"""What a strategy looks at: how often ties were pitched to; what they can supply."""

NO_LIMIT = 10_000
DEFAULT_LIST = 20
EVENTS_PER_ACT = {HELP: 1, INTRODUCE: 1, INVITE: 1, ASK: 1, PITCH: 2}


class StrategyTable(NamedTuple):
    """Routines of all strategies, strategy s in rows first[s] .. first[s + 1]."""

    names: tuple[str, ...]
    routines: NDArray[Any]
    first: NDArray[np.int64]
    listening: NDArray[np.float64]  # hours a week spent listening, a strategy
    among: NDArray[np.int32]  # longest list of the well-connected it keeps, 0 if none
    reads: NDArray[np.uint8]  # what it looks at of all its ties, beside the half-ties
    events: NDArray[np.int64]  # the most events one person can cause in a week


def compile_strategies(
    strategies: Mapping[str, StrategySpec],
    names: Sequence[str],
    costs: Costs,
    max_touches: int,
) -> StrategyTable:
    """The table of the named strategies; one written in Python has no rows here."""
    rows = [
        [_row(routine, costs, max_touches) for routine in strategies[name].routines]
        for name in names
    ]
    flat = [row for routines in rows for row in routines]
    return StrategyTable(
        names=tuple(names),
        routines=np.array(flat, dtype=ROUTINE).view(np.recarray),
        first=np.cumsum([0, *map(len, rows)]).astype(np.int64),
        listening=np.array([_hours_listening(routines) for routines in rows]),
        among=np.array([max((r[8] for r in rs), default=0) for rs in rows], np.int32),
        reads=np.array([_reads(routines) for routines in rows], np.uint8),
        events=np.array([sum(map(_most_events, rs)) for rs in rows], np.int64),
    )


def action_of(routine: Routine) -> int:
    """The code of a routine's action; `connect` is one of two."""
    return CONNECT_BY[routine.by] if routine.by is not None else ACTIONS[routine.do]


def costs_by_action(costs: Costs) -> NDArray[np.float64]:
    """Hours that one act takes, by the action's code."""
    hours = np.zeros(len(ACTIONS) + len(CONNECT_BY))
    for name, code in ACTIONS.items():
        hours[code] = getattr(costs, name.replace("-", "_"))
    hours[[INVITE, ASK]] = costs.connect, costs.introduce
    return hours


def _row(routine: Routine, costs: Costs, max_touches: int) -> tuple[Any, ...]:
    action = action_of(routine)
    cost = routine.cost(costs)
    audience = (
        DEFAULT_AUDIENCE.get(action, ANY) if routine.whom is None else AUDIENCES[routine.whom]
    )
    among = DEFAULT_LIST if routine.among is None else routine.among
    return (
        action,
        audience,
        routine.every_weeks,
        cost,
        1.0 if routine.hours is None else routine.hours * routine.every_weeks / cost,
        routine.hours is None,
        NO_LIMIT if routine.at_most is None else routine.at_most * routine.every_weeks,
        NO_LIMIT if routine.within_days is None else min(routine.within_days // 7, NO_LIMIT),
        among if audience == WELL_CONNECTED else 0,
        max_touches if routine.times is None else routine.times,
    )


def _hours_listening(rows: Sequence[tuple[Any, ...]]) -> float:
    return float(sum(row[3] * row[4] / row[2] for row in rows if row[0] == LISTEN))


def _reads(rows: Sequence[tuple[Any, ...]]) -> int:
    actions = {row[0] for row in rows}
    return HISTORIES * (PITCH in actions) + OFFERS * (INTRODUCE in actions)


def _most_events(row: tuple[Any, ...]) -> int:
    action, _, _, _, rate, _, at_most = row[:7]
    acts = min(int(rate + 1e-9) + 1, int(at_most))
    return acts * EVENTS_PER_ACT.get(int(action), 0)
