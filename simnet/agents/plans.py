"""Strategies written in Python: what they may see, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from simnet.agents.actions import table
from simnet.agents.crowd import FREE, NEVER, PRIOR
from simnet.errors import SpecError

if TYPE_CHECKING:
    from simnet.agents.crowd import HalfTies, People

TIE_ACTIONS = {
    "help": table.HELP,
    "follow-up": table.FOLLOW_UP,
    "pitch": table.PITCH,
    "meet": table.MEET,
    "message": table.MESSAGE,
    "thank": table.THANK,
}
LARGE_ACTIONS = {
    "connect-by-invitation": table.INVITE,
    "connect-by-introduction": table.ASK,
    "introduce": table.INTRODUCE,
    "refresh-profile": table.REFRESH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the people who follow a strategy can know this week: their own ties and history.

    The arrays are copies; writing to them changes nothing.

    Attributes
    ----------
    week : int
    people : ndarray of int, shape (people,)
        Those who follow the strategy.
    hours : float
        Networking hours each has this week.
    owner : ndarray of int, shape (ties,)
        Whose tie it is: an index into `people`.
    alter : ndarray of int, shape (ties,)
    strength : ndarray of float, shape (ties,)
        Closeness from the owner's own hours, when they last met, 0 to 1.
    silence_weeks, age_weeks : ndarray of int, shape (ties,)
        Weeks since the owner last turned to the alter; since the tie was born.
    pitches : ndarray of int, shape (ties,)
    favours_given : ndarray of float, shape (ties,)
    alter_degree : ndarray of int, shape (ties,)
    in_need : ndarray of bool, shape (ties,)
        The owner has noticed a need of the alter; never without listening.
    thanks_due : ndarray of bool, shape (ties,)
        The alter helped and has not been thanked.
    new : ndarray of bool, shape (ties,)
        The tie was born during the run.
    """

    week: int
    people: NDArray[np.int64]
    hours: float
    owner: NDArray[np.int64]
    alter: NDArray[np.int32]
    strength: NDArray[np.float32]
    silence_weeks: NDArray[np.int64]
    age_weeks: NDArray[np.int64]
    pitches: NDArray[np.uint8]
    favours_given: NDArray[np.float32]
    alter_degree: NDArray[np.int32]
    in_need: NDArray[np.bool_]
    thanks_due: NDArray[np.bool_]
    new: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Act:
    """The same action by many people, in order of preference.

    `ties` are indices into the tie columns of the view, for an action aimed at a tie; `people`
    indices into its people, for one that is not. Left undone are acts beyond a person's hours,
    a second turn to the same tie in a week, help where no need was noticed, and pitches beyond
    behaviour.pitch.max_touches.
    """

    do: str
    ties: NDArray[np.int64] | None = None
    people: NDArray[np.int64] | None = None


class Strategy(Protocol):
    """A strategy in Python: one vectorised method.

    A class attribute `listening_hours` (0 if there is none) is spent every week, before anything
    else, on noticing which ties are in need.
    """

    def plan(self, view: View) -> Iterable[Act]:
        """What the people in the view do this week, the most important first."""
        ...


def load_strategy(reference: str) -> Strategy:
    """The strategy that ``module:Class`` names.

    Raises
    ------
    SpecError
        If it cannot be imported, or has no method `plan`.
    """
    module, _, name = reference.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise SpecError.of(f"the strategy {reference!r} cannot be imported: {error}") from error
    if not callable(getattr(made, "plan", None)):
        raise SpecError.of(f"the strategy {reference!r} has no method plan(view)")
    strategy: Strategy = made
    return strategy


def slots_of(
    people: People, ties: HalfTies, who: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owners, as indices into `who`, and slots of the living half-ties of those people."""
    used = people.row.used[who].astype(np.int64)
    owner = np.repeat(np.arange(len(who)), used)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(used) - used, used)
    slots = people.row.start[who][owner] + within
    living = ties.other[slots] != FREE
    return owner[living], slots[living]


def view_of(
    people: People,
    ties: HalfTies,
    who: NDArray[np.int64],
    owner: NDArray[np.int64],
    slots: NDArray[np.int64],
    *,
    in_need: NDArray[np.bool_],
    week: int,
    hours: float,
) -> View:
    """The view of those people, whose half-ties lie in those slots."""
    alter = ties.other[slots]
    return View(
        week=week,
        people=who.copy(),
        hours=hours,
        owner=owner.copy(),
        alter=alter,
        strength=ties.half.strength[slots],
        silence_weeks=week - ties.half.touched[slots].astype(np.int64),
        age_weeks=week - ties.half.born[slots].astype(np.int64),
        pitches=ties.history.pitches[slots],
        favours_given=ties.half.given[slots],
        alter_degree=people.face.degree[alter],
        in_need=in_need.copy(),
        thanks_due=ties.half.due[slots] != NEVER,
        new=ties.history.channel[slots] != PRIOR,
    )


def unrolled(
    acts: Iterable[Act],
    who: NDArray[np.int64],
    owner: NDArray[np.int64],
    slots: NDArray[np.int64],
    in_need: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Acts as rows (person, action, slot), slot -1 where no tie is meant; checked.

    Help is kept only where a need has been noticed.
    """
    people, action, slot = [], [], []
    for act in acts:
        if act.do in TIE_ACTIONS and act.ties is not None:
            chosen = np.asarray(act.ties, np.int64)
            if act.do == "help":
                chosen = chosen[in_need[chosen]]
            people.append(who[owner[chosen]])
            slot.append(slots[chosen])
            action.append(np.full(len(chosen), TIE_ACTIONS[act.do]))
        elif act.do in LARGE_ACTIONS and act.people is not None:
            members = np.asarray(act.people, np.int64)
            people.append(who[members])
            slot.append(np.full(len(members), -1))
            action.append(np.full(len(members), LARGE_ACTIONS[act.do]))
        else:
            known = ", ".join([*TIE_ACTIONS, *LARGE_ACTIONS])
            raise ValueError(
                f"cannot do {act.do!r}: actions on ties need `ties`, the others `people`; "
                f"known are {known}"
            )
    if not people:
        empty = np.empty(0, np.int64)
        return empty, empty, empty
    return np.concatenate(people), np.concatenate(action), np.concatenate(slot)


def numbered(who: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of its person's acts each row is, from 0."""
    order = np.argsort(who, kind="stable")
    _, first, count = np.unique(who[order], return_index=True, return_counts=True)
    nth = np.empty(len(who), np.int64)
    nth[order] = np.arange(len(who)) - np.repeat(first, count)
    return nth
