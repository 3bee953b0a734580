"""How a study's tables came about: settings, seed, versions, machine, state of every trial."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simnet.lab.machine import surroundings
from simnet.lab.store import write_file

if TYPE_CHECKING:
    from simnet.lab.store import Store
    from simnet.spec import Experiment

__all__ = ["Manifest"]


class Manifest:
    """Keeps manifest.json, and beside it the experiment as it was resolved.

    Parameters
    ----------
    identity
        What decides the numbers, see `simnet.lab.identity`.
    trials, jobs
        How many trials this run is to add, and how many at a time.
    """

    def __init__(
        self,
        store: Store,
        experiment: Experiment,
        identity: Mapping[str, Any],
        trials: int,
        jobs: int,
    ) -> None:
        before = store.read_json("manifest.json") or {}
        self._store, self._experiment = store, experiment
        self._runs: list[dict[str, Any]] = list(before.get("runs", []))
        self._this = {"started": _now(), "finished": None, "trials": trials, "jobs": jobs}
        self._this |= surroundings()
        self._fixed = {
            "format": 1,
            "name": experiment.name,
            "identity": identity,
            "replicates": experiment.replicates,
            "seed": experiment.seed,
        }

    def begin(self) -> None:
        """Say that the study is being run, and as what."""
        write_file(self._store.experiment_path, _as_yaml(self._experiment))
        self._write("running")

    def end(self) -> None:
        """Say that every trial was tried."""
        failed = self._store.failed([key.id for key in self._experiment.trials()])
        self._finish("failed" if failed else "done")

    def interrupt(self) -> None:
        """Say that trials are missing."""
        self._finish("interrupted")

    def _finish(self, status: str) -> None:
        self._this["finished"] = _now()
        self._write(status)

    def _write(self, status: str) -> None:
        """Write the manifest, with `status` for the study and the state of every trial."""
        trials = self._trials()
        peaks = [trial["peak_memory_bytes"] for trial in trials.values() if len(trial) > 1]
        this_run = [{**self._this, "status": status}] if self._this["trials"] else []
        content = {
            **self._fixed,
            "status": status,
            "peak_memory_bytes": max(peaks, default=0),
            "runs": self._runs + this_run,
            "trials": trials,
        }
        self._store.write_json("manifest.json", content)

    def _trials(self) -> dict[str, dict[str, Any]]:
        trials = [key.id for key in self._experiment.trials()]
        done, failed = set(self._store.done(trials)), set(self._store.failed(trials))
        return {trial: self._trial(trial, trial in done, trial in failed) for trial in trials}

    def _trial(self, trial: str, done: bool, failed: bool) -> dict[str, Any]:
        if not done:
            return {"status": "failed" if failed else "missing"}
        timings = self._store.timings(trial)
        return {"status": "done", **{key: timings[key] for key in ("wall_s", "peak_memory_bytes")}}


def _now() -> str:
    """The moment, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _as_yaml(experiment: Experiment) -> str:
    from simnet import __version__
    from simnet.spec import dump

    head = f"# As simnet {__version__} resolved it, with all defaults; runs again as it is.\n"
    return head + dump(experiment.resolved())
