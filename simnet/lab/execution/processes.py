"""Trials on a pool of processes, each of which can be lost without harm to the others."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from simnet.errors import ResultsError
from simnet.lab.execution.dispatch import Dispatch
from simnet.lab.execution.interrupts import held_signals
from simnet.lab.execution.limits import memory_bytes
from simnet.lab.execution.networks import shared_networks
from simnet.lab.execution.seeds import distinct
from simnet.lab.execution.study import Failure, Outcome
from simnet.lab.execution.workers import Said, Worker, start_worker
from simnet.lab.machine import cores

if TYPE_CHECKING:
    from simnet.lab.execution.study import Study, Watch
    from simnet.spec import TrialKey

__all__ = ["Processes"]

_TICK_S = 0.2
_STILLBORN = 3  # workers in a row that end before they begin
_FAR_OVER = 1.5  # times its limit: a trial that does not come to look at it itself


class Processes:
    """An `Executor` of `jobs` processes, which share the cores and large networks.

    The first trial of all runs alone until its first week is over, so that kernels are compiled
    once and the other workers find them cached.
    """

    def __init__(self, study: Study, jobs: int) -> None:
        self._study, self._jobs = study, jobs
        self._threads = max(1, cores() // jobs)
        self._workers: list[Worker] = []
        self._is_warm = False
        self._stillborn = 0
        self._ending = ExitStack()

    def __enter__(self) -> Processes:
        networks = self._ending.enter_context(shared_networks(kept=self._jobs + 1))
        self._ending.callback(self._end_workers)
        self._study = replace(self._study, networks=networks)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def outcomes(self, keys: Iterable[TrialKey], watch: Watch) -> Generator[Outcome]:
        """Run the trials; outcomes come as they are ready."""
        trials = distinct(self._study.experiment, keys)
        dispatch = Dispatch(watch, trials, self._workers)
        try:
            with held_signals() as check_signals:
                while not dispatch.is_over:
                    self._start_workers(len(dispatch.waiting))
                    dispatch.hand_out(self._workers if self._is_warm else self._workers[:1])
                    ready = self._reporting()
                    check_signals()
                    for worker in ready:
                        yield from self._heard(worker, dispatch)
                    yield from self._far_over(dispatch)
                    dispatch.tell(worker.week.value for worker in self._workers)
        finally:
            if not dispatch.is_over:
                self._end_workers()

    def _start_workers(self, waiting: int) -> None:
        """As many as there is work for; those there were before are kept."""
        busy = sum(bool(worker.queue) for worker in self._workers)
        while len(self._workers) < min(self._jobs, busy + waiting):
            self._workers.append(start_worker(self._study, self._threads))

    def _reporting(self) -> list[Worker]:
        """Workers that have something to say or have ended, after a while at most."""
        ready = wait([worker.connection for worker in self._workers], timeout=_TICK_S)
        return [worker for worker in self._workers if worker.connection in ready]

    def _heard(self, worker: Worker, dispatch: Dispatch[Worker]) -> Iterator[Outcome]:
        message = worker.hear()
        if message is None:
            worker.end()
            self._count_stillborn(worker)
            yield from dispatch.lost(worker, is_to_blame=worker.is_ready)
        elif isinstance(message, OSError):
            raise message
        elif isinstance(message, Outcome):
            self._is_warm = True
            dispatch.ended(worker, worker.queue[0])
            yield message
        elif message is Said.READY:
            worker.is_ready, worker.began, self._stillborn = True, time.monotonic(), 0
        else:
            self._is_warm = True

    def _count_stillborn(self, worker: Worker) -> None:
        self._stillborn += not worker.is_ready
        if self._stillborn == _STILLBORN:
            raise ResultsError("worker processes end before they begin; run with --jobs 1")

    def _far_over(self, dispatch: Dispatch[Worker]) -> Iterator[Outcome]:
        """End workers whose trial has gone far beyond its limits without looking at them."""
        for worker in [worker for worker in self._workers if worker.is_ready and worker.queue]:
            if excess := self._excess(worker):
                worker.end()
                if item := dispatch.taken_out(worker):
                    yield Outcome(item.key, failure=Failure("limits", excess))

    def _excess(self, worker: Worker) -> str:
        """What a worker's trial has taken far too much of; nothing is the rule."""
        limits = self._study.experiment.limits
        minutes, gib = limits.trial_minutes, limits.trial_gib
        if minutes is not None and time.monotonic() - worker.began > _FAR_OVER * 60 * minutes:
            took = _FAR_OVER * minutes
            return f"its worker was ended after {took:g} minutes; {minutes:g} are allowed"
        if gib is not None and worker.process.pid is not None:
            held = memory_bytes(worker.process.pid)
            if held > _FAR_OVER * gib * 2**30:
                return f"its worker was ended at {held / 2**30:.2f} GiB; {gib:g} are allowed"
        return ""

    def _end_workers(self) -> None:
        while self._workers:
            self._workers.pop().end()
