"""How a study's tables came about: settings, seed, versions, machine, counts of trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simnet.agents import MODEL_VERSION
from simnet.errors import ResultsError, SpecError
from simnet.lab.journal import now
from simnet.lab.machine import surroundings
from simnet.lab.schemas import points_table
from simnet.lab.store import in_place_of, write_file
from simnet.lab.uniting import never_less

if TYPE_CHECKING:
    from simnet.lab.store import Store
    from simnet.spec import Experiment
    from simnet.spec.origins import Origins

__all__ = ["FORMAT", "Manifest", "describe", "require_ours"]

FORMAT = 2


def require_ours(store: Store) -> None:
    """Raise ResultsError unless the folder is free, or holds a study that can be added to."""
    if store.is_foreign():
        raise ResultsError(
            f"{store.path} is there already and holds no results of simnet; "
            "give another folder with -o"
        )
    manifest = store.read_json("manifest.json")
    if manifest is None or manifest.get("format") == FORMAT:
        return
    if "format" not in manifest:
        raise ResultsError(f"{store.manifest_path} is not a manifest that simnet wrote")
    raise ResultsError(
        f"{store.path} was written by another version of simnet, which laid its files out "
        "otherwise; give another folder with -o"
    )


def describe(store: Store, experiment: Experiment, origins: Origins | None) -> None:
    """Write the experiment as it was resolved, where that was written, and its points.

    What the folder's experiment had before and this one has not is kept in it.
    """
    import pyarrow.parquet as pq

    experiment = _with_those_before(store, experiment)
    points = points_table(experiment.points)
    with in_place_of(store.points_path) as temporary:
        pq.write_table(points, temporary, write_page_checksum=True)
    if origins is not None:
        known = store.read_json(store.origins_path.name) or {}
        store.write_json(store.origins_path.name, known | origins)
    write_file(store.experiment_path, _as_yaml(experiment))


def _with_those_before(store: Store, experiment: Experiment) -> Experiment:
    from simnet.spec import load

    path = store.experiment_path
    if not path.exists() or path.read_text(encoding="utf-8") == _as_yaml(experiment):
        return experiment
    try:
        return never_less(experiment, load(path, check_memory=False))
    except SpecError:
        return experiment


class Manifest:
    """Keeps manifest.json.

    Parameters
    ----------
    inputs
        Digests of the input files, see `simnet.lab.identity`.
    run
        Facts of this run, kept with the machine it was made on.
    """

    def __init__(
        self,
        store: Store,
        experiment: Experiment,
        inputs: Mapping[str, str],
        run: Mapping[str, Any],
    ) -> None:
        before = store.read_json("manifest.json") or {}
        self._store = store
        self._runs: list[dict[str, Any]] = list(before.get("runs", []))
        self._peak: int = before.get("peak_memory_bytes", 0)
        self._this = {"started": now(), "finished": None, **run, **surroundings()}
        self._fixed = {
            "format": FORMAT,
            "name": experiment.name,
            "model_version": MODEL_VERSION,
            "seed": experiment.seed,
            "replicates": experiment.replicates,
            "settings": experiment.resolved(),
            "inputs": dict(inputs),
        }

    def note_peak(self, memory_bytes: int) -> None:
        """Take note of the most memory that a process held."""
        self._peak = max(self._peak, memory_bytes)

    def note_goals(self, state: Sequence[Mapping[str, Any]]) -> None:
        """Take note of what is known of the goals of the experiment, if it has any."""
        if state:
            self._fixed["until"] = list(state)

    def begin(self, counts: Mapping[str, int]) -> None:
        """Say that the study is being run, and how many trials were in which state before."""
        self._write("running", counts)

    def end(self, status: str, counts: Mapping[str, int]) -> None:
        """Say how it ended."""
        self._this["finished"] = now()
        self._write(status, counts)

    def _write(self, status: str, counts: Mapping[str, int]) -> None:
        this_run = [{**self._this, "status": status}] if self._this["trials"] else []
        content = {
            **self._fixed,
            "status": status,
            "trials": dict(counts),
            "peak_memory_bytes": self._peak,
            "runs": self._runs + this_run,
        }
        self._store.write_json("manifest.json", content)


def _as_yaml(experiment: Experiment) -> str:
    from simnet import __version__
    from simnet.spec import dump

    head = f"# As simnet {__version__} resolved it, with all defaults; runs again as it is.\n"
    return head + dump(experiment.resolved())
