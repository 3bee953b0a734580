"""Running several studies, here or each in a process of its own; one that fails stops no other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from simnet.errors import SimnetError
from simnet.lab.machine import cores
from simnet.lab.reproduction.running import Reproduction, reproduce

__all__ = ["Outcome", "reproduce_many"]

_KILLED = "the system ended its process; most often memory ran out"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a study: a reproduction, or the reason there is none, with its traceback."""

    name: str
    reproduction: Reproduction | None
    reason: str = ""
    details: str = ""


def reproduce_many(
    names: Sequence[str],
    *,
    jobs: int = 1,
    started: Callable[[str], None] = lambda name: None,
    **options: Any,
) -> Iterator[Outcome]:
    """Outcomes of the studies of these names, as they are ready.

    Parameters
    ----------
    jobs
        Studies at a time. One is run here, with all threads; more share the cores between them.
    started
        Called with the name of each study when it begins.
    **options
        As for `reproduce`.
    """
    if jobs > 1:
        yield from _in_processes(names, jobs, started, options)
        return
    for name in names:
        started(name)
        yield _outcome(name, options)


def _outcome(name: str, options: dict[str, Any]) -> Outcome:
    try:
        return Outcome(name, reproduce(name, **options))
    except SimnetError as error:
        return Outcome(name, None, str(error), traceback.format_exc())
    except Exception as error:
        return Outcome(name, None, f"{type(error).__name__}: {error}", traceback.format_exc())


def _in_processes(
    names: Sequence[str], jobs: int, started: Callable[[str], None], options: dict[str, Any]
) -> Iterator[Outcome]:
    waiting, running = deque(names), dict[Connection, str]()
    threads = max(1, cores() // min(jobs, len(names)))
    while waiting or running:
        while waiting and len(running) < jobs:
            name = waiting.popleft()
            started(name)
            running[_start(name, threads, options)] = name
        for ready in wait(list(running)):
            assert isinstance(ready, Connection)
            yield _received(ready, running.pop(ready))


def _start(name: str, threads: int, options: dict[str, Any]) -> Connection:
    """The end of a pipe out of which the outcome will come."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    context.Process(target=_work, args=(sender, name, threads, options), daemon=True).start()
    sender.close()
    return receiver


def _received(connection: Connection, name: str) -> Outcome:
    with connection:
        try:
            outcome = connection.recv()
        except EOFError:
            return Outcome(name, None, _KILLED)
    assert isinstance(outcome, Outcome)
    return outcome


def _work(sender: Connection, name: str, threads: int, options: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears the same Ctrl-C and decides
    os.environ["NUMBA_NUM_THREADS"] = str(threads)
    sender.send(_outcome(name, options))
