"""Trials on the workers of a Dask scheduler, which may be lost and come back, as may the scheduler.

Each worker is handed trials by name, as on the pool of processes, so that it is known which one a
lost worker was running. Parts come home with the outcomes and are written here.
"""

from __future__ import annotations

import asyncio
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError
from simnet.lab.execution.clusters import need_dask, quiet_logs, start_cluster
from simnet.lab.execution.dispatch import Dispatch, Item
from simnet.lab.execution.interrupts import held_signals
from simnet.lab.execution.seeds import distinct
from simnet.spec.execution import Cluster

if TYPE_CHECKING:
    from simnet.lab.execution.study import Outcome, Study, Watch
    from simnet.spec import TrialKey

__all__ = ["PATIENCE_S", "Dask"]

PATIENCE_S = 300.0  # how long a scheduler that is gone is waited for
_LOOK_S = 1.0  # between two looks at which workers there are
_TICK_S = 0.2
_CONNECT_S = 10.0
_FETCH_S = 60.0

# What Dask raises when a connection is lost under its hands.
_SILENCES = (OSError, CancelledError, asyncio.CancelledError)


@dataclass(slots=True, eq=False)
class _Remote:
    """A Dask worker, from the client's side."""

    address: str
    threads: int
    submit: Callable[[_Remote, Item], Any]
    queue: deque[Item] = field(default_factory=deque)
    began: float = 0.0
    futures: dict[Item, Any] = field(default_factory=dict)

    @property
    def may_queue(self) -> bool:
        """With several threads, Dask would begin what it is handed in any order."""
        return self.threads == 1

    def hand(self, item: Item) -> None:
        self.futures[item] = self.submit(self, item)


@dataclass(frozen=True, slots=True)
class _Report:
    """A future that has come to an end, and whose it was."""

    worker: _Remote
    item: Item
    future: Any


class _Gone(Exception):
    """The connection to the scheduler is lost."""


class Dask:
    """An `Executor` on the workers of a scheduler that runs, or of a cluster that is started.

    A lost worker's trial is run once more, as on processes. When the scheduler is lost, the
    trials under way are handed out anew as soon as it is back, and workers with it.

    Parameters
    ----------
    where
        The scheduler's address, or the cluster to start.
    patience_s
        How long a lost scheduler is waited for, in seconds, before the run ends.
    """

    def __init__(
        self, study: Study, where: str | Cluster, *, patience_s: float = PATIENCE_S
    ) -> None:
        self._store, self._study = study.store, replace(study, store=None)
        self._where, self._patience_s = where, patience_s
        self._name = uuid.uuid4().hex
        self._reports: queue.SimpleQueue[_Report] = queue.SimpleQueue()
        self._workers: list[_Remote] = []
        self._cluster: Any = None
        self._client: Any = None
        self._looked = -_LOOK_S
        self._ending = ExitStack()

    def __enter__(self) -> Dask:
        need_dask()
        with ExitStack() as ending:
            ending.enter_context(quiet_logs())
            if isinstance(self._where, Cluster):
                self._cluster = start_cluster(self._where)
                ending.callback(self._cluster.close)
            ending.callback(self._disconnect)
            try:
                self._connect()
            except OSError as error:
                raise ResultsError(f"no Dask scheduler answers at {self._address}") from error
            self._ending = ending.pop_all()
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
                    check_signals()
                    try:
                        yield from self._turn(dispatch)
                    except _Gone:
                        self._recall(dispatch)
                        self._reconnect(watch, check_signals)
        finally:
            for worker in self._workers:
                self._forget(worker)
                worker.queue.clear()

    def _turn(self, dispatch: Dispatch[_Remote]) -> Iterator[Outcome]:
        """Look at the workers, hand out, and hear what is ready, after a while at most."""
        if time.monotonic() - self._looked >= _LOOK_S:
            yield from self._look(dispatch)
        dispatch.hand_out()
        with suppress(queue.Empty):
            report = self._reports.get(timeout=_TICK_S)
            if report.worker.futures.get(report.item) is report.future:
                yield from self._heard(report, dispatch)
        dispatch.tell()

    def _look(self, dispatch: Dispatch[_Remote]) -> Iterator[Outcome]:
        """Notice which workers are lost, and which are new."""
        there = self._asked(self._client.nthreads)
        self._looked = time.monotonic()
        known = {worker.address: worker for worker in self._workers}
        for address in known.keys() - there.keys():
            self._forget(known[address])
            yield from dispatch.lost(known[address])
        for address in sorted(there.keys() - known.keys()):
            self._workers.append(_Remote(address, there[address], self._submit))

    def _heard(self, report: _Report, dispatch: Dispatch[_Remote]) -> Iterator[Outcome]:
        from simnet.lab.execution.remote import NotSent

        worker = report.worker
        try:
            answer = self._fetched(report)
        except NotSent:
            self._send_study()
            dispatch.given_back(worker, report.item)
            return
        if answer is None:
            self._forget(worker)
            yield from dispatch.lost(worker)
            return
        if not hasattr(answer, "key"):
            raise ResultsError(f"the worker {worker.address} {answer.reason}")
        dispatch.ended(worker, report.item)
        yield self._written(answer)

    def _fetched(self, report: _Report) -> Any:
        """What the worker answered; None when it was lost before that could be fetched."""
        from distributed import KilledWorker

        from simnet.lab.execution.remote import NotSent

        del report.worker.futures[report.item]
        try:
            return report.future.result(timeout=_FETCH_S)
        except (KilledWorker, TimeoutError):
            return None
        except _SILENCES as error:
            raise _Gone from error
        except NotSent:
            raise
        except Exception as error:
            if self._client.status != "running":
                raise _Gone from error
            raise ResultsError(
                f"the worker {report.worker.address} cannot run trials: {error}"
            ) from error

    def _written(self, outcome: Outcome) -> Outcome:
        """The outcome without its parts, which are written now."""
        if outcome.parts is not None and self._store is not None:
            self._store.write_parts(outcome.key.id, outcome.parts)
            return replace(outcome, parts=None)
        return outcome

    def _submit(self, worker: _Remote, item: Item) -> Any:
        from simnet.lab.execution.remote import work

        future = self._asked(
            self._client.submit,
            work,
            self._name,
            item.key,
            key=f"{item.key.id}-{uuid.uuid4().hex}",
            workers=[worker.address],
            pure=False,
        )
        future.add_done_callback(lambda done: self._reports.put(_Report(worker, item, done)))
        return future

    def _asked(self, ask: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """What Dask answers; raises _Gone when nobody answers any more."""
        try:
            return ask(*args, **options)
        except _SILENCES as error:
            raise _Gone from error
        except Exception as error:
            if self._client.status != "running":
                raise _Gone from error
            raise

    def _forget(self, worker: _Remote) -> None:
        """Let Dask drop what a worker was handed and has not brought."""
        for future in worker.futures.values():
            with suppress(*_SILENCES):
                future.cancel()
        worker.futures.clear()

    def _recall(self, dispatch: Dispatch[_Remote]) -> None:
        """Take all that was handed out back, without blame."""
        for worker in list(self._workers):
            worker.futures.clear()
            if item := dispatch.taken_out(worker):
                dispatch.waiting.appendleft(item)

    def _connect(self) -> None:
        distributed: Any = import_module("distributed")
        scheduler = self._cluster or self._address
        self._client = distributed.Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
        self._send_study()
        self._looked = -_LOOK_S

    def _send_study(self) -> None:
        """Leave the study with every worker there is, and with those that come."""
        from simnet.lab.execution.remote import StudyPlugin

        try:
            self._client.register_plugin(StudyPlugin(self._name, self._study))
        except (ImportError, AttributeError, TypeError) as error:
            raise ResultsError(
                f"the workers of {self._address} cannot load the study, perhaps for another "
                f"version of simnet: {error}"
            ) from error

    def _disconnect(self) -> None:
        if self._client is not None:
            with suppress(*_SILENCES):
                self._client.close(timeout=1)
            self._client = None

    def _reconnect(self, watch: Watch, check_signals: Callable[[], None]) -> None:
        watch.say(
            f"the Dask scheduler at {self._address} is lost; waiting up to "
            f"{self._patience_s:g} s for it to come back"
        )
        end = time.monotonic() + self._patience_s
        self._disconnect()
        while self._client is None:
            check_signals()
            try:
                self._connect()
            except _SILENCES as error:
                self._disconnect()
                if time.monotonic() > end:
                    raise ResultsError(
                        f"the Dask scheduler at {self._address} is lost; the same command "
                        "continues when it is back"
                    ) from error
                time.sleep(_TICK_S)

    @property
    def _address(self) -> str:
        return self._where if isinstance(self._where, str) else self._cluster.scheduler_address
