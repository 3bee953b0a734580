"""Who runs what: trials waiting, trials handed to workers, and what becomes of a lost worker's."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from simnet.lab.execution.study import Failure, Outcome

if TYPE_CHECKING:
    from simnet.lab.execution.study import Watch
    from simnet.spec import TrialKey

__all__ = ["SHORT_S", "Dispatch", "Handed", "Item"]

SHORT_S = 1.0  # trials shorter than this are handed out ahead; for others the way does not count
_AHEAD = 2  # beside the one that runs
_LOST = "the system ended its worker, twice; most often memory ran out"


@dataclass(frozen=True, slots=True)
class Item:
    """A trial to be run, and how many workers were lost over it."""

    key: TrialKey
    lost: int = 0


class Handed(Protocol):
    """A worker; the first item in its queue is being run, since the time `began`."""

    queue: deque[Item]
    began: float

    def hand(self, item: Item) -> None:
        """Send it one more trial, which is in its queue already."""

    @property
    def may_queue(self) -> bool:
        """Whether it runs what it is handed one after the other."""


W = TypeVar("W", bound=Handed)


class Dispatch(Generic[W]):
    """The trials of one call of `Executor.outcomes`, and the workers that there are.

    A trial that loses its worker is run once more; one that loses a second has failed. What else
    a lost worker was handed goes back in front, without blame.
    """

    def __init__(self, watch: Watch, keys: Iterable[TrialKey], workers: list[W]) -> None:
        self._watch = watch
        self.waiting = deque(map(Item, keys))
        self.workers = workers
        self._ahead = 0

    @property
    def is_over(self) -> bool:
        return not self.waiting and not any(worker.queue for worker in self.workers)

    def hand_out(self, among: Iterable[W] | None = None) -> None:
        """Give every worker a trial, and then some of them more while trials are short."""
        able = self.workers if among is None else list(among)
        for length in range(1 + self._ahead):
            for worker in able:
                is_free = len(worker.queue) == length and (worker.may_queue or length == 0)
                if self.waiting and is_free:
                    self._hand(worker, self.waiting.popleft())

    def ended(self, worker: W, item: Item) -> None:
        """A trial is through; the worker goes on with the next it was handed."""
        self._ahead = _AHEAD if time.monotonic() - worker.began < SHORT_S else 0
        was_first = worker.queue[0] == item
        worker.queue.remove(item)
        if was_first and worker.queue:
            self._begin(worker)

    def given_back(self, worker: W, item: Item) -> None:
        """The worker could not begin the trial, which goes back in front."""
        self.ended(worker, item)
        self.waiting.appendleft(item)

    def lost(self, worker: W, *, is_to_blame: bool = True) -> Iterator[Outcome]:
        """Take a worker out that has ended; yields the trial that lost its second, as failed.

        Parameters
        ----------
        is_to_blame
            Whether the trial it ran may be why it ended.
        """
        if item := self.taken_out(worker):
            if item.lost and is_to_blame:
                yield Outcome(item.key, failure=Failure("worker", _LOST))
            else:
                self.waiting.appendleft(Item(item.key, item.lost + is_to_blame))

    def taken_out(self, worker: W) -> Item | None:
        """Take a worker out, and say what it was running."""
        self.workers.remove(worker)
        running, *handed = worker.queue or (None,)
        self.waiting.extendleft(item for item in reversed(handed) if item)
        worker.queue.clear()
        return running

    def tell(self, weeks: Iterable[int] | None = None) -> None:
        """Tell the watch where the trials are: the week of each worker, where that is known."""
        known = [0] * len(self.workers) if weeks is None else weeks
        pairs = zip(self.workers, known, strict=True)
        self._watch.tick({worker.queue[0].key: week for worker, week in pairs if worker.queue})

    def _hand(self, worker: W, item: Item) -> None:
        worker.queue.append(item)
        if len(worker.queue) == 1:
            self._begin(worker)
        worker.hand(item)

    def _begin(self, worker: W) -> None:
        worker.began = time.monotonic()
        self._watch.began(worker.queue[0].key)
