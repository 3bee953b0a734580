"""How far a study is, told from its folder while it runs or after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from simnet.lab.enough import Enough
from simnet.lab.inventory import keys_among, take_inventory
from simnet.lab.journal import entries
from simnet.lab.results import open_results
from simnet.lab.store import Store

if TYPE_CHECKING:
    from simnet.spec import TrialKey

__all__ = ["ArmStatus", "Status", "status"]

_LAST = 5


@dataclass(frozen=True, slots=True)
class ArmStatus:
    """Trials of one arm; those that run or failed are not counted as missing."""

    arm: str
    done: int
    running: int
    failed: int
    missing: int


@dataclass(frozen=True, slots=True)
class LastFailure:
    """A trial that failed when it was last tried."""

    trial: str
    at: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """How far a study is.

    Attributes
    ----------
    alive
        Whether a run is writing to the folder now.
    trials_per_minute
        The pace of the last run between its first and its last trial; None before the second.
    seconds_left
        For the trials that are not done, at that pace; None if nothing runs, or it is not known.
    failures
        The last ones.
    """

    name: str
    path: str
    alive: bool
    arms: tuple[ArmStatus, ...]
    trials_per_minute: float | None
    seconds_left: float | None
    failures: tuple[LastFailure, ...]

    def total(self, state: str) -> int:
        """Trials of all arms in a state."""
        return sum(getattr(arm, state) for arm in self.arms)


def status(path: str | Path) -> Status:
    """Look at a study.

    Raises
    ------
    ResultsError
        There is none.
    """
    results = open_results(path)
    store, experiment = Store(results.path), results.experiment
    alive = store.is_locked()
    last = _LastRun.read(store)
    there = take_inventory(store)
    done = keys_among(experiment, there.whole)
    failed = keys_among(experiment, there.failed)
    running = keys_among(experiment, last.running if alive else ())
    left = set(Enough(experiment, store).due(())) - set(done)
    busy = {*running, *failed}
    arms = tuple(
        ArmStatus(
            arm,
            done=_count(arm, done),
            running=_count(arm, running),
            failed=_count(arm, [key for key in failed if key not in running]),
            missing=_count(arm, [key for key in left if key not in busy]),
        )
        for arm in experiment.arm_names
    )
    pace = last.trials_per_minute
    to_go = sum(arm.running + arm.missing for arm in arms)
    return Status(
        name=experiment.name,
        path=str(results.path),
        alive=alive,
        arms=arms,
        trials_per_minute=pace,
        seconds_left=60 * to_go / pace if alive and pace else None,
        failures=tuple(_failures(store, {key.id for key in failed})),
    )


@dataclass(slots=True)
class _LastRun:
    """What the journal says of the run that began last."""

    running: set[str] = field(default_factory=set)
    n_ended: int = 0
    first: str = ""
    last: str = ""

    @classmethod
    def read(cls, store: Store) -> _LastRun:
        run = cls()
        for entry in entries(store.journal_path):
            event = entry.get("event")
            if event == "began":
                run = cls()
            elif event == "started":
                run.running.add(entry["trial"])
            elif event in ("done", "failed") and not entry.get("found"):
                run._note_end(entry["trial"], entry["at"])
        return run

    def _note_end(self, trial: str, at: str) -> None:
        self.running.discard(trial)
        self.n_ended += 1
        self.first, self.last = self.first or at, at

    @property
    def trials_per_minute(self) -> float | None:
        """Between the first and the last trial that ended; what came before was compiling."""
        if self.n_ended < 2:
            return None
        took = datetime.fromisoformat(self.last) - datetime.fromisoformat(self.first)
        seconds = took.total_seconds()
        return 60 * (self.n_ended - 1) / seconds if seconds else None


def _failures(store: Store, failed: set[str]) -> list[LastFailure]:
    """The last failures of trials that failed when they were last tried, the last one first."""
    found: dict[str, LastFailure] = {}
    for entry in entries(store.journal_path):
        trial = entry.get("trial", "")
        if entry.get("event") == "failed" and trial in failed:
            found.pop(trial, None)
            found[trial] = LastFailure(trial, entry["at"], entry["stage"], entry["reason"])
    return list(found.values())[: -_LAST - 1 : -1]


def _count(arm: str, keys: Sequence[TrialKey]) -> int:
    return sum(key.arm == arm for key in keys)
