"""Where trials are run: here, one after the other, or on a pool of processes."""

from __future__ import annotations

import multiprocessing
import sys
import types
from collections import deque
from collections.abc import Callable, Generator, Iterator, MutableSequence, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from simnet.errors import ResultsError
from simnet.lab.interrupts import held_signals
from simnet.lab.machine import cores
from simnet.lab.trials import Outcome, failed, run_trial
from simnet.lab.workers import Study, prepare, set_up, work

if TYPE_CHECKING:
    from simnet.spec import TrialKey

__all__ = ["ENDED", "NOT_STARTED", "run_here", "run_pool", "shared_weeks"]

NOT_STARTED = -1  # among the weeks done
ENDED = 2**31  # more weeks than any trial has
_TICK_S = 0.2
_QUEUED = 4  # trials handed to the pool ahead, for each process
_KILLED = "the system ended the process, twice; most often memory ran out"


def run_here(
    study: Study,
    keys: Sequence[TrialKey],
    weeks_done: MutableSequence[int],
    tick: Callable[[], None],
) -> Generator[Outcome]:
    """Run the trials in this process, each with all its threads.

    Parameters
    ----------
    weeks_done
        One number a trial: the weeks simulated so far; NOT_STARTED before, ENDED after it.
    tick
        Called whenever there may be something new to show.
    """
    for index, key in enumerate(keys):

        def on_week(week: int, index: int = index) -> None:
            weeks_done[index] = week
            tick()

        weeks_done[index] = 0
        outcome = run_trial(key, study.experiment, study.store, study.engine, on_week)
        weeks_done[index] = ENDED
        yield outcome


def run_pool(
    study: Study,
    keys: Sequence[TrialKey],
    weeks_done: MutableSequence[int],
    tick: Callable[[], None],
    jobs: int,
) -> Generator[Outcome]:
    """Run the trials on `jobs` processes; outcomes come as they are ready.

    A process that the system ends takes the whole pool with it. The trials that were running
    are then run once more, each alone; one that is ended again has failed, and the rest goes on
    in a new pool. Parameters as in `run_here`; `weeks_done` must be shared memory.
    """
    waiting = list(range(len(keys)))
    while waiting:
        finished: set[int] = set()
        pool = _Pool(study, keys, weeks_done, jobs)
        yield from _outcomes(pool, waiting, tick, finished)
        left = [index for index in waiting if index not in finished]
        suspects = [index for index in left if weeks_done[index] != NOT_STARTED]
        if left and not (suspects or finished):
            raise ResultsError("worker processes end before they begin; run with --jobs 1")
        for index in suspects:
            yield from _once_more(_Pool(study, keys, weeks_done, jobs=1), index, tick)
        waiting = [index for index in left if index not in suspects]


def shared_weeks(n_trials: int) -> MutableSequence[int]:
    """One counter a trial, without a lock: a process may be killed while it holds one."""
    weeks: MutableSequence[int] = multiprocessing.get_context("spawn").RawArray("q", n_trials)
    weeks[:] = [NOT_STARTED] * n_trials
    return weeks


def _once_more(pool: _Pool, index: int, tick: Callable[[], None]) -> Generator[Outcome]:
    finished: set[int] = set()
    yield from _outcomes(pool, [index], tick, finished)
    if index not in finished:
        yield failed(pool.keys[index], pool.study.store, stage="worker", reason=_KILLED)


def _outcomes(
    pool: _Pool, indices: Sequence[int], tick: Callable[[], None], finished: set[int]
) -> Generator[Outcome]:
    """Outcomes until all are there or the pool breaks; `finished` collects whose they are."""
    with pool.running() as check_signals:
        waiting = deque(indices)
        pending = pool.start(waiting.popleft())
        while pending:
            check_signals()
            ready, _ = wait(pending, timeout=_TICK_S, return_when=FIRST_COMPLETED)
            broken = False
            for future in ready:
                index = pending.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    broken = True
                else:
                    finished.add(index)
                    pool.weeks_done[index] = ENDED
                    yield future.result()
            if broken:
                return
            if finished or pool.weeks_done[indices[0]] > 0:
                pool.refill(pending, waiting)
            tick()


class _Pool:
    """A process pool that can be ended at any moment without leaving a process behind."""

    def __init__(
        self,
        study: Study,
        keys: Sequence[TrialKey],
        weeks_done: MutableSequence[int],
        jobs: int,
    ) -> None:
        self.study = study
        self.keys = keys
        self.weeks_done = weeks_done
        self._jobs = jobs
        self._executor = ProcessPoolExecutor(
            max_workers=jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=set_up,
            initargs=(study, weeks_done, max(1, cores() // jobs)),
        )

    def start(self, index: int) -> dict[Future[Outcome], int]:
        """Begin with one trial, so that kernels are compiled once; the others find them cached."""
        pending: dict[Future[Outcome], int] = {}
        self._submit(pending, index)
        with _without_main():
            for _ in range(self._jobs - 1):
                self._executor.submit(prepare)
        return pending

    def refill(self, pending: dict[Future[Outcome], int], waiting: deque[int]) -> None:
        """Keep a few trials queued for each process; a broken pool takes no more."""
        with suppress(BrokenProcessPool):
            while waiting and len(pending) < _QUEUED * self._jobs:
                self._submit(pending, waiting[0])
                waiting.popleft()

    def _submit(self, pending: dict[Future[Outcome], int], index: int) -> None:
        with _without_main():
            pending[self._executor.submit(work, index, self.keys[index])] = index

    @contextmanager
    def running(self) -> Iterator[Callable[[], None]]:
        """Yield a function that raises what signals ask for."""
        others = set(multiprocessing.active_children())
        with held_signals() as check_signals:
            try:
                yield check_signals
            except BaseException:  # running trials would hold up the shutdown
                for process in set(multiprocessing.active_children()) - others:
                    process.kill()
                raise
            finally:
                self._executor.shutdown(cancel_futures=True)


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep new processes from running the user's script again, which they need nothing of.

    A spawned process imports the main module first; a script that calls `simnet.run` without
    the ``__name__`` guard would start itself over in every worker.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
