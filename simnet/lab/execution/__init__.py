"""Running trials: here, on a pool of processes, or on a cluster; the same parts on each."""

from __future__ import annotations

from simnet.lab.execution.networks import forget_network
from simnet.lab.execution.opening import open_executor
from simnet.lab.execution.study import Executor, Failure, Outcome, Study, Watch
from simnet.lab.execution.trial import Engine, Lived, is_drawn, run_trial

__all__ = [
    "Engine",
    "Executor",
    "Failure",
    "Lived",
    "Outcome",
    "Study",
    "Watch",
    "forget_network",
    "is_drawn",
    "open_executor",
    "run_trial",
]
