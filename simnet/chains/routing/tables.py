"""What the kernels read of a network, a rule and who takes part, laid out in a few tables.

A half-tie's row has the coordinates of the alter, copied beside it: a holder's alters are then read
in one sweep instead of all over memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.chains.participation import Terms
from simnet.chains.routing.codes import AXES, DISTANCE, GIVEN, KIND, PRODUCT, RANK
from simnet.chains.routing.coordinates import Coordinates, coordinates
from simnet.chains.routing.ranks import ranks_of
from simnet.errors import NetworkError
from simnet.network import Network
from simnet.spec.routing import (
    AtRandom,
    BetterOf,
    ByRank,
    DegreeTimesSimilarity,
    HighestDegree,
    Nearest,
    Rule,
    StrongestTie,
)

Floats = NDArray[np.float64]

HOW = np.dtype(
    [
        ("way", np.int64),
        ("look_ahead", np.int64),
        ("revisits", np.int64),
        ("closer_only", np.int64),
        ("max_steps", np.int64),
        ("on_a_line", np.int64),
        ("chancy", np.int64),
        ("first", np.int64),
        ("given_column", np.int64),
        ("person_column", np.int64),
        ("tie_column", np.int64),
        ("letter_column", np.int64),
        ("exponent", np.float64),
        ("unit", np.float64),
        ("participation", np.float64),
        ("mean_tie", np.float64),
        ("lost", np.float64),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Everything a letter's way depends on, but for draws.

    Attributes
    ----------
    how : ndarray of `HOW`, shape (1,)
    indptr, neighbours : ndarray
        The network.
    people, halves, letters : ndarray of float, shape (rows, columns)
        Coordinates of each person, of each half-tie's alter, and of each letter's target, then
        what else is known of them.
    legend : ndarray of float
        See `Coordinates`.
    ranks : ndarray of float, shape (targets, places)
    by_step : ndarray of float
    targets : ndarray of int64
    """

    how: NDArray[Any]
    indptr: NDArray[np.int64]
    neighbours: NDArray[np.int32]
    people: Floats
    halves: Floats
    letters: Floats
    by_step: Floats
    legend: Floats
    ranks: Floats
    targets: NDArray[np.int64]

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Those a kernel reads, in its order."""
        return (
            self.indptr,
            self.neighbours,
            self.people,
            self.halves,
            self.halves.ravel(),
            self.letters,
            self.by_step,
            self.legend,
            self.ranks,
            self.targets,
        )

    @property
    def largest_degree(self) -> int:
        """Of all people."""
        return int(np.diff(self.indptr).max(initial=0))

    def some(self, begin: int, end: int) -> Tables:
        """The same for the letters from `begin` to `end`."""
        how = self.how.copy()
        how["first"] += begin
        return replace(
            self, how=how, letters=self.letters[begin:end], targets=self.targets[begin:end]
        )


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a rule scores by: coordinates of people and letters, and what is given a half-tie."""

    way: int
    where: Coordinates
    aims: Floats
    given: Floats | None = None
    ranks: Floats | None = None


def tables(
    network: Network,
    targets: NDArray[np.int64],
    *,
    rule: Rule,
    taking_part: Terms,
    **how: float,
) -> Tables:
    """The tables of letters to these targets; `how` fills the other fields of `HOW`."""
    scored = _scored(network, rule, targets)
    record = np.zeros(1, HOW)
    settings = {
        "way": scored.way,
        "closer_only": getattr(rule, "closer_only", False),
        "exponent": getattr(rule, "exponent", 0.0),
        "unit": getattr(rule, "unit", 1.0),
        "participation": -1.0 if np.isnan(taking_part.constant) else taking_part.constant,
        "mean_tie": taking_part.mean_tie,
        **how,
    }
    people, record["person_column"] = _with(scored.where.columns, taking_part.person)
    halves, record["given_column"] = _with(scored.where.columns[network.neighbours], scored.given)
    halves, record["tie_column"] = _with(halves, taking_part.tie)
    letters, record["letter_column"] = _with(scored.aims, taking_part.letter)
    record["on_a_line"] = scored.way == DISTANCE and _is_a_line(scored.where, halves)
    record["chancy"] = taking_part.constant != 1.0 or how["lost"] > 0.0
    for name, value in settings.items():
        record[name] = value
    return Tables(
        how=record,
        indptr=network.indptr,
        neighbours=network.neighbours,
        people=people,
        halves=halves,
        letters=letters,
        by_step=taking_part.step,
        legend=scored.where.legend,
        ranks=np.empty((0, 0)) if scored.ranks is None else scored.ranks,
        targets=targets,
    )


def _scored(network: Network, rule: Rule, targets: NDArray[np.int64]) -> _Scored:
    match rule:
        case Nearest():
            return _by_distance(network, (rule.space,), targets)
        case BetterOf():
            return _by_distance(network, rule.spaces, targets)
        case ByRank():
            return _by_rank(network, rule.space, targets)
        case DegreeTimesSimilarity():
            near = _by_distance(network, (rule.space,), targets)
            return _Scored(PRODUCT, near.where, near.aims, -_degree_of_alters(network))
        case HighestDegree():
            return _by_given(network, -_degree_of_alters(network), targets)
        case AtRandom():
            return _by_given(network, np.zeros(len(network.neighbours)), targets)
        case StrongestTie():
            return _by_given(network, -_strength(network, rule.column), targets)
        case _:
            raise TypeError(f"{rule!r} has no scores")


def _by_distance(network: Network, spaces: tuple[str, ...], targets: NDArray[np.int64]) -> _Scored:
    where = coordinates(network, spaces)
    return _Scored(DISTANCE, where, where.columns[targets])


def _by_rank(network: Network, space: str, targets: NDArray[np.int64]) -> _Scored:
    distinct, row = np.unique(targets, return_inverse=True)
    ranks = ranks_of(network, space, distinct)
    where = Coordinates(ranks.place.astype(np.float64).reshape(-1, 1), np.empty((0, 6)))
    return _Scored(RANK, where, row.astype(np.float64).reshape(-1, 1), ranks=ranks.of_target)


def _by_given(network: Network, given: Floats, targets: NDArray[np.int64]) -> _Scored:
    nowhere = Coordinates(np.empty((network.n_people, 0)), np.empty((0, 6)))
    return _Scored(GIVEN, nowhere, np.empty((len(targets), 0)), given)


def _degree_of_alters(network: Network) -> Floats:
    return network.degree[network.neighbours].astype(np.float64)


def _strength(network: Network, column: str) -> Floats:
    if column not in network.tie_columns:
        known = ", ".join(network.tie_columns) or "none"
        raise NetworkError(f"ties have no column {column!r}; they have: {known}")
    return network.tie_columns[column].astype(np.float64)


def _is_a_line(where: Coordinates, halves: Floats) -> bool:
    """Whether halves have the coordinate of one circle or scale, and nothing else."""
    return len(where.legend) == 1 and bool(where.legend[0, KIND] == AXES) and halves.shape[1] == 1


def _with(table: Floats, column: Floats | None) -> tuple[Floats, int]:
    """The table with the column behind the others, and its number there; -1 if there is none."""
    if column is None:
        return np.ascontiguousarray(table), -1
    return np.column_stack([table, column]), table.shape[1]
