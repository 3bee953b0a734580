"""The inside of a worker process: set up once, then one trial after the other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import MutableSequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simnet.lab.trials import Outcome, run_trial

if TYPE_CHECKING:
    from simnet.lab.store import Store
    from simnet.lab.trials import Engine
    from simnet.spec import Experiment, TrialKey

__all__ = ["Study", "prepare", "set_up", "work"]


@dataclass(frozen=True, slots=True)
class Study:
    """What every worker needs to run any trial of a study."""

    experiment: Experiment
    store: Store
    engine: Engine


_study: Study
_weeks_done: MutableSequence[int]


def set_up(study: Study, weeks_done: MutableSequence[int], threads: int) -> None:
    """Prepare a worker: its share of threads, its study, its end when the parent ends."""
    global _study, _weeks_done
    _study, _weeks_done = study, weeks_done
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; it hears the same Ctrl-C
    _limit_threads(threads)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _limit_threads(threads: int) -> None:
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


def prepare() -> None:
    """Make a worker start, and import while the first trial compiles."""
    _study.engine.prepare()


def work(index: int, key: TrialKey) -> Outcome:
    def on_week(week: int) -> None:
        _weeks_done[index] = week

    _weeks_done[index] = 0
    return run_trial(key, _study.experiment, _study.store, _study.engine, on_week)
