"""Which trials an experiment asks for: those of its replicates, or as many as its goals need."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from simnet.lab.results import Results

if TYPE_CHECKING:
    import pandas as pd

    from simnet.lab.sequential import Plan
    from simnet.lab.store import Store
    from simnet.spec import Experiment, TrialKey

__all__ = ["Enough"]


class Enough:
    """Says which trials are due; it looks at measures only where the experiment has goals."""

    def __init__(self, experiment: Experiment, store: Store) -> None:
        self._experiment, self._store = experiment, store
        self._plan = _plan(experiment) if experiment.until else None

    def due(self, failed: Collection[TrialKey]) -> list[TrialKey]:
        """Trials in the order in which to run them; without goals, also those that are done."""
        if self._plan is None:
            return list(self._experiment.trials())
        return self._plan.next(self._measures(), failed)

    def state(self, failed: Collection[TrialKey]) -> list[dict[str, Any]]:
        """What is known of each goal, for the manifest."""
        return [] if self._plan is None else self._plan.state(self._measures(), failed)

    def report(self, failed: Collection[TrialKey]) -> str:
        """What was reached, in words; empty without goals."""
        return "" if self._plan is None else self._plan.report(self._measures(), failed)

    def _measures(self) -> pd.DataFrame:
        wanted = sorted({goal.measure for goal in self._experiment.until})
        return Results(self._store.path, self._experiment).table("measures", measure=wanted)


def _plan(experiment: Experiment) -> Plan:
    from simnet.lab.sequential import Plan  # with scipy.stats, which takes its time

    return Plan(experiment)
