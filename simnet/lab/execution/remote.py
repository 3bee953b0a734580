"""The inside of a Dask worker: the study it was sent, and one trial at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin, get_worker

from simnet.lab.execution.trial import run_trial
from simnet.lab.execution.workers import limit_threads

if TYPE_CHECKING:
    from simnet.lab.execution.study import Outcome, Study
    from simnet.spec import TrialKey

__all__ = ["NotSent", "Other", "StudyPlugin", "versions", "work"]

_studies: dict[str, tuple[Study, tuple[str, int]]] = {}
_one_at_a_time = threading.Lock()  # a trial has all threads of its worker


class NotSent(Exception):
    """The worker came just while the study was being sent to the others, and has not got it."""


@dataclass(frozen=True, slots=True)
class Other:
    """Why a worker cannot run the study it was asked for."""

    reason: str


class StudyPlugin(WorkerPlugin):
    """Leaves a study with every worker, also with those that come later."""

    def __init__(self, name: str, study: Study) -> None:
        self.name = f"simnet-{name}"
        self._study_name, self._study, self._versions = name, study, versions()

    def setup(self, worker: Any) -> None:
        _studies[self._study_name] = self._study, self._versions

    def teardown(self, worker: Any) -> None:
        _studies.pop(self._study_name, None)


def versions() -> tuple[str, int]:
    """Of simnet and of its model; they must be the same everywhere."""
    from simnet import __version__
    from simnet.agents import MODEL_VERSION

    return __version__, MODEL_VERSION


def work(study_name: str, key: TrialKey) -> Outcome | Other:
    """Run a trial of a study that a `StudyPlugin` has left here."""
    if study_name not in _studies:
        raise NotSent
    study, wanted = _studies[study_name]
    if versions() != wanted:
        there = "simnet {} with model version {}".format(*versions())
        here = "{} with {}".format(*wanted)
        return Other(f"has {there}, and this is {here}; they must be the same")
    with _one_at_a_time:
        limit_threads(get_worker().state.nthreads)
        return run_trial(study, key, _nobody_watches)


def _nobody_watches(week: int) -> None: ...
