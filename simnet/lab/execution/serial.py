"""Trials one after the other in this process, each with all its threads."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

from simnet.lab.execution.networks import forget_network
from simnet.lab.execution.seeds import distinct
from simnet.lab.execution.trial import run_trial

if TYPE_CHECKING:
    from simnet.lab.execution.study import Outcome, Study, Watch
    from simnet.spec import TrialKey

__all__ = ["Serial"]


class Serial:
    """An `Executor` that starts nothing."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def __enter__(self) -> Serial:
        return self

    def __exit__(self, *_: object) -> None:
        forget_network()

    def outcomes(self, keys: Iterable[TrialKey], watch: Watch) -> Generator[Outcome]:
        """Run the trials in their order."""
        for key in distinct(self._study.experiment, keys):

            def on_week(week: int, key: TrialKey = key) -> None:
                watch.tick({key: week})

            watch.began(key)
            yield run_trial(self._study, key, on_week)
