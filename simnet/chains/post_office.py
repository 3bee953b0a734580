"""Letters in the post: each a process on a calendar, with delays, reminders and a deadline."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import simpy
from numpy.typing import ArrayLike, NDArray
from scipy import special

from simnet.chains.laboratory import Revisits, checked_ends, turns_of
from simnet.chains.record import OUTCOMES, Chains
from simnet.chains.routing.codes import ARRIVED, DROPPED, GOES_ON, LOST
from simnet.chains.routing.turns import Letter, Turn, Turns
from simnet.network import Network
from simnet.randomness import stream_key
from simnet.spec.post import Delay, Post
from simnet.spec.routing import Participation, Rule

_HANDLING, _TRANSIT = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """Chains in the post, as they stood when the study ended.

    Attributes
    ----------
    chains : Chains
        A chain still under way at the deadline has expired, after the steps that had arrived.
    received : ndarray of float, shape (chains, longest + 1)
        Day on which each holder got the letter, the starter on day 0; nan where nobody did. Days
        after the deadline are in it too.
    ended : ndarray of float, shape (chains,)
        Day on which it arrived, was dropped, or was posted and lost.
    late : ndarray of bool, shape (chains,)
        Arrived after the deadline.
    """

    chains: Chains
    received: NDArray[np.float64]
    ended: NDArray[np.float64]
    late: NDArray[np.bool_]


def mail(
    network: Network,
    starters: ArrayLike,
    targets: ArrayLike,
    *,
    rule: Rule,
    post: Post | None = None,
    participation: Participation | float | ArrayLike = 1.0,
    lost: float = 0.0,
    max_steps: int = 100,
    revisits: Revisits = "never",
    look_ahead: bool = False,
    seed: int = 0,
    replicate: int = 0,
) -> Mailed:
    """Send letters as `simnet.chains.send` does, through a post that takes its time.

    All starters get their letters on day 0. A holder decides after the handling time; one who does
    not take part is reminded as often as `post` says, and every reminder is a new decision with the
    same probability. A letter passed on is in transit before the next holder has it. Without
    reminders and a deadline the chains are those of `send` with the same seed, letter by letter.

    It takes some hundred times as long as `send`, since every letter is a process of its own.

    Parameters
    ----------
    network, starters, targets, rule, participation, lost, max_steps, revisits, look_ahead
        See `simnet.chains.send`.
    post : Post, optional
        Times, reminders and deadline; without it nothing takes time.
    seed, replicate : int

    Raises
    ------
    NetworkError, ValueError
        As `send`.
    """
    begin, end = checked_ends(network, starters, targets)
    turns = turns_of(
        network,
        end,
        rule=rule,
        participation=participation,
        lost=lost,
        max_steps=max_steps,
        revisits=revisits,
        look_ahead=look_ahead,
        seed=seed,
        replicate=replicate,
    )
    office = _Office(turns, begin, post or Post(), stream_key(seed, replicate, "post"))
    return office.mailed(begin, end)


class _Office:
    """The calendar, and what is noted of every letter."""

    def __init__(
        self,
        turns: Turns,
        starters: NDArray[np.int64],
        post: Post,
        key: NDArray[np.uint32],
    ) -> None:
        self._turns = turns
        self._post = post
        self._key = key
        n = len(starters)
        self._received = np.full((n, turns.max_steps + 1), np.nan)
        self._ended = np.full(n, np.nan)
        self._outcome = np.empty(n, np.int8)
        self._stuck = np.zeros(n, np.bool_)
        self._letters = [turns.begin(i, starter) for i, starter in enumerate(starters.tolist())]
        self._env = simpy.Environment()
        for letter in self._letters:
            self._env.process(self._way_of(letter))
        self._env.run()

    def _way_of(self, letter: Letter) -> Generator[simpy.Event, None, None]:
        ending = GOES_ON
        self._received[letter.number, 0] = 0.0
        while ending == GOES_ON:
            held_by = letter.holder, letter.step
            yield self._env.timeout(self._days(self._post.handling, letter, *held_by, _HANDLING))
            ending, self._stuck[letter.number] = yield from self._decision(letter)
            if ending not in (DROPPED, LOST):
                yield self._env.timeout(self._days(self._post.transit, letter, *held_by, _TRANSIT))
                self._received[letter.number, letter.step] = self._env.now
        self._outcome[letter.number] = ending
        self._ended[letter.number] = self._env.now

    def _decision(self, letter: Letter) -> Generator[simpy.Event, None, Turn]:
        """The holder's turn, again after every reminder while he does not take part."""
        turn = self._turns.take(letter)
        for reminder in range(1, self._post.reminders + 1):
            if turn.ending != DROPPED or turn.stuck:
                break
            yield self._env.timeout(self._post.reminder_after)
            turn = self._turns.take(letter, reminder=reminder)
        return turn

    def _days(self, delay: Delay, letter: Letter, holder: int, step: int, which: int) -> float:
        """A delay's draw for this letter, holder and remove."""
        from simnet.randomness._kernels import uniform

        if delay.spread == 0.0:
            return delay.median
        z = special.ndtri(uniform(self._key, letter.number, holder, step, which))
        return float(delay.median * np.exp(delay.spread * z))

    def mailed(self, starters: NDArray[np.int64], targets: NDArray[np.int64]) -> Mailed:
        """The record, as things stood at the deadline."""
        steps = np.array([letter.step for letter in self._letters], np.int32)
        longest = steps.max(initial=0) + 1
        path = np.array([letter.path for letter in self._letters], np.int32).reshape(
            len(steps), self._turns.max_steps + 1
        )
        chains = Chains(
            outcome=self._outcome,
            steps=steps,
            starters=starters,
            targets=targets,
            stuck=self._stuck,
            path=path[:, :longest],
        )
        received = self._received[:, :longest]
        if self._post.deadline is None:
            nobody = np.zeros(len(steps), np.bool_)
            return Mailed(chains=chains, received=received, ended=self._ended, late=nobody)
        over = self._ended > self._post.deadline
        return Mailed(
            chains=_cut(chains, over, (received <= self._post.deadline).sum(axis=1) - 1),
            received=received,
            ended=self._ended,
            late=over & (self._outcome == ARRIVED),
        )


def _cut(chains: Chains, over: NDArray[np.bool_], arrived_steps: NDArray[np.int64]) -> Chains:
    """Chains that ended when the study was over, as they stood when it was."""
    steps = np.where(over, arrived_steps, chains.steps).astype(np.int32)
    path = chains.holders.copy()
    path[np.arange(path.shape[1]) > steps[:, np.newaxis]] = -1
    return replace(
        chains,
        outcome=np.where(over, OUTCOMES.index("expired"), chains.outcome).astype(np.int8),
        steps=steps,
        stuck=chains.stuck & ~over,
        path=path,
    )
