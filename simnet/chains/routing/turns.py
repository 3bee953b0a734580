"""One holder's turn at a time, for letters that are not all run to their end at once."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simnet.chains.routing.codes import ARRIVED, DROPPED, EXPIRED, GOES_ON, LOST, REVISITS
from simnet.chains.routing.own import OwnFunction, View
from simnet.chains.routing.tables import Tables
from simnet.network import Network


class Letter:
    """A letter under way: who has had it, by which half-tie it came, how good the best of them."""

    def __init__(self, number: int, starter: int, max_steps: int) -> None:
        self.number = number
        self.path = np.full(max_steps + 1, -1, np.int32)
        self.path[0] = starter
        self.step = 0
        self.came_by = -1
        self.least = np.inf

    @property
    def holder(self) -> int:
        """Who has it now."""
        return int(self.path[self.step])


class Turn(NamedTuple):
    """What a holder did: an ending, or `GOES_ON`; and whether he had nobody to pass it to."""

    ending: int
    stuck: bool


class Turns(Protocol):
    """Holders' turns in one study."""

    max_steps: int

    def begin(self, number: int, starter: int) -> Letter:
        """Letter of this number in its starter's hands."""
        ...

    def take(self, letter: Letter, *, reminder: int = 0) -> Turn:
        """The holder's turn; a letter that is passed on is then in other hands."""
        ...


class RuleTurns:
    """Turns by a rule that kernels know."""

    def __init__(self, tables: Tables, key: NDArray[np.uint32]) -> None:
        self._tables = tables
        self._key = key
        self._room = np.empty((4, max(1, tables.largest_degree)))
        self.max_steps = int(tables.how["max_steps"][0])

    def begin(self, number: int, starter: int) -> Letter:
        """Letter of this number in its starter's hands."""
        from simnet.chains.routing._kernels import first_score

        t = self._tables
        letter = Letter(number, starter, self.max_steps)
        letter.least = first_score(
            t.how[0], t.people, t.letters, t.legend, t.ranks, number, starter, self._room
        )
        return letter

    def take(self, letter: Letter, *, reminder: int = 0) -> Turn:
        """The holder's turn; a letter that is passed on is then in other hands."""
        from simnet.chains.routing._kernels import turn

        t = self._tables
        ending, stuck, half_tie, letter.least = turn(
            t.how[0],
            self._key,
            *t.arrays,
            letter.number,
            letter.path,
            letter.step,
            letter.came_by,
            letter.least,
            reminder,
            self._room,
        )
        return passed_on(letter, t, int(ending), bool(stuck), int(half_tie))


class OwnTurns:
    """Turns by a rule that is a Python function."""

    def __init__(
        self, network: Network, tables: Tables, key: NDArray[np.uint32], rule: OwnFunction
    ) -> None:
        self._network = network
        self._tables = tables
        self._key = key
        self._rule = rule
        self.max_steps = int(tables.how["max_steps"][0])

    def begin(self, number: int, starter: int) -> Letter:
        """Letter of this number in its starter's hands."""
        return Letter(number, starter, self.max_steps)

    def take(self, letter: Letter, *, reminder: int = 0) -> Turn:
        """The holder's turn; a letter that is passed on is then in other hands."""
        from simnet.chains.routing._kernels import draws, takes_part

        t = self._tables
        how = t.how[0]
        willing, in_transit, draw = draws(
            how, self._key, letter.number, letter.holder, letter.step, reminder
        )
        if not takes_part(
            how,
            willing,
            t.people,
            t.halves,
            t.letters,
            t.by_step,
            letter.holder,
            letter.step,
            letter.came_by,
            letter.number,
        ):
            return Turn(DROPPED, stuck=False)
        half_tie = self._chosen(letter, draw)
        if half_tie < 0:
            return passed_on(letter, t, DROPPED, True, half_tie)
        arrives = t.neighbours[half_tie] == t.targets[letter.number]
        ending = LOST if in_transit < how["lost"] else ARRIVED if arrives else GOES_ON
        return passed_on(letter, t, ending, False, half_tie)

    def _chosen(self, letter: Letter, draw: float) -> int:
        """The half-tie to the target if there is one, else that to whom the rule says, or -1."""
        t = self._tables
        row = np.arange(t.indptr[letter.holder], t.indptr[letter.holder + 1])
        alters = t.neighbours[row]
        target = int(t.targets[letter.number])
        if target in alters:
            return int(row[alters == target][0])
        revisits = REVISITS[int(t.how["revisits"][0])]
        had_it = np.isin(alters, letter.path[: letter.step + 1])
        open_to = row if revisits == "always" else row[~had_it]
        if not len(open_to):
            return int(row[int(draw * len(row))]) if revisits == "if-stuck" and len(row) else -1
        view = View.of(
            self._network, open_to, holder=letter.holder, remove=letter.step, target=target
        )
        chosen = self._rule(view, draw)
        if chosen is None:
            return -1
        if chosen not in view.alters:
            raise ValueError(f"the rule chose {chosen!r}, who is not among the alters in its view")
        return int(open_to[view.alters == chosen][0])


def passed_on(letter: Letter, tables: Tables, ending: int, stuck: bool, half_tie: int) -> Turn:
    """The turn, with the letter in the hands of whoever got it."""
    if half_tie >= 0:
        letter.step += 1
        letter.came_by = half_tie
        letter.path[letter.step] = tables.neighbours[half_tie]
        if ending == GOES_ON and letter.step == len(letter.path) - 1:
            ending = EXPIRED
    return Turn(ending, stuck)
