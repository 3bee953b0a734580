"""Signals, held back while they would do harm."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["held_signals"]


@contextmanager
def held_signals() -> Iterator[Callable[[], None]]:
    """Keep signals until the yielded function is called, or the end.

    An exception out of a signal handler can leave a lock of the executor taken for ever, if it
    strikes while a trial is being submitted.
    """
    came: list[int] = []
    handlers = _python_handlers()

    def check() -> None:
        while came:
            signum = came.pop()
            handlers[signum](signum, None)

    for signum in handlers:
        signal.signal(signum, lambda signum, frame: came.append(signum))
    try:
        yield check
    finally:
        for signum, handler in handlers.items():
            signal.signal(signum, handler)
    check()


def _python_handlers() -> dict[int, Callable[[int, Any], Any]]:
    """Handlers that would run Python code in the midst of ours: none outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    present = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)}
    return {signum: handler for signum, handler in present.items() if callable(handler)}
