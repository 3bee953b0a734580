"""A worker process, seen from inside and from its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError
from simnet.lab.execution.study import Outcome, Study
from simnet.lab.execution.trial import run_trial

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from simnet.lab.execution.dispatch import Item
    from simnet.spec import TrialKey

__all__ = ["Said", "Worker", "limit_threads", "start_worker", "without_main"]


class Said(Enum):
    """What a worker says beside the outcomes of its trials."""

    READY = auto()  # it is set up
    WARM = auto()  # the first week of its first trial is over: kernels are compiled


@dataclass(slots=True)
class Worker:
    """A worker process, from its parent's side.

    Attributes
    ----------
    week
        Shared with the process, which counts the weeks of its trial in it. It has no lock: a
        process may be killed while it holds one.
    """

    process: SpawnProcess
    connection: Connection
    week: Any
    queue: deque[Item] = field(default_factory=deque)
    began: float = 0.0
    is_ready: bool = False

    @property
    def may_queue(self) -> bool:
        return True

    def hand(self, item: Item) -> None:
        """Send it a trial; a process that has ended takes none, and is noticed elsewhere."""
        with suppress(OSError):
            self.connection.send(item.key)

    def hear(self) -> Outcome | Said | OSError | None:
        """What it has to say; None when it has ended."""
        try:
            message: Outcome | Said | OSError = self.connection.recv()
        except (EOFError, OSError):  # at the end of a message, or in the midst of it
            return None
        return message

    def end(self) -> None:
        """End it at once: parts are renamed into place, so that nothing is left half-written."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def start_worker(study: Study, threads: int) -> Worker:
    """A new process that runs what it is handed, with so many threads.

    Raises
    ------
    ResultsError
        The system gives no more processes.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    week = context.RawValue("q", 0)
    process = context.Process(target=_main, args=(theirs, week, study, threads), daemon=True)
    try:
        with without_main():
            process.start()
    except OSError as error:
        raise ResultsError(f"cannot start a worker process: {error.strerror}") from error
    finally:
        theirs.close()
    return Worker(process, ours, week)


@contextmanager
def without_main() -> Iterator[None]:
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


def _main(connection: Connection, week: Any, study: Study, threads: int) -> None:
    """Run one trial after the other until the parent has no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; it hears the same Ctrl-C
    limit_threads(threads)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    study.engine.prepare()
    connection.send(Said.READY)
    is_warm = False

    def on_week(now: int) -> None:
        nonlocal is_warm
        week.value = now
        if not is_warm:
            is_warm = True
            connection.send(Said.WARM)

    while True:
        key = connection.recv()
        week.value = 0
        connection.send(_outcome(study, key, on_week))


def _outcome(study: Study, key: TrialKey, on_week: Callable[[int], None]) -> Outcome | OSError:
    try:
        return run_trial(study, key, on_week)
    except OSError as error:
        return error


def limit_threads(threads: int) -> None:
    """Let the kernels that this thread calls use so many threads."""
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    if "numba" in sys.modules:
        from numba import get_num_threads, set_num_threads

        set_num_threads(min(threads, get_num_threads()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
