"""The tables of a study, as pandas frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError
from simnet.lab.inventory import Inventory, keys_among, take_inventory
from simnet.lab.journal import entries
from simnet.lab.parts import Imprint
from simnet.lab.reading import read_frame, wanted_values
from simnet.lab.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from simnet.spec import Experiment, TrialKey

__all__ = ["Results", "open_results"]


def open_results(path: str | Path) -> Results:
    """Open a results folder, also while its study is still running.

    Raises
    ------
    ResultsError
        There is no study in it.
    """
    store = Store(Path(path))
    if not (store.manifest_path.exists() and store.experiment_path.exists()):
        raise ResultsError(f"{path} is not a results folder: it has no manifest.json")
    return Results(store.path)


class Results:
    """The tables of the trials that are done, one frame a grain, read when first asked for.

    Every frame starts with the columns arm (a category in the order of the experiment), point (of
    the design) and replicate. Rows come in the order of trials: by replicate, point, arm. Trials
    that are no longer part of the experiment stay in the folder and are not read.

    Attributes
    ----------
    path : Path
        The results folder.
    """

    def __init__(self, path: Path, experiment: Experiment | None = None) -> None:
        self.path = path
        self._store = Store(path)
        self._given = experiment

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment as it was run."""
        from simnet.spec import load

        if self._given is not None:
            return self._given
        return load(self._store.experiment_path, check_memory=False)

    @property
    def manifest(self) -> dict[str, Any]:
        """Settings, versions, machine, and counts of trials at the last start or end."""
        return self._store.read_json("manifest.json") or {}

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row a trial: values of its point, seed, people and ties at the start, wall time."""
        frame = self.table("trials")
        there = self._inventory().whole
        frame["status"] = "done"
        frame["wall_s"] = [there[trial].wall_s for trial in frame["trial"]]
        frame["wall_s"] = frame["wall_s"].astype(float)
        swept = self.points.set_index("point").loc[frame["point"]]
        for place, name in enumerate(swept.columns):
            frame.insert(2 + place, name, swept[name].to_numpy())
        return frame

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row a point of the design: its number and what is varied."""
        import pyarrow.parquet as pq

        points: pd.DataFrame = pq.read_table(
            self._store.points_path, page_checksum_verification=True
        ).to_pandas()
        return points

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a trial, week, group, strategy and metric."""
        return self.table("series")

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row a trial and recorded person."""
        return self.table("people")

    @cached_property
    def ties(self) -> pd.DataFrame:
        """One row a trial and tie of a recorded person."""
        return self.table("ties")

    @cached_property
    def opportunities(self) -> pd.DataFrame:
        """One row a trial and opportunity, with the path of people it came along."""
        return self.table("opportunities")

    @cached_property
    def chains(self) -> pd.DataFrame:
        """One row a trial and chain: letters, referrals, introductions."""
        return self.table("chains")

    @cached_property
    def steps(self) -> pd.DataFrame:
        """One row a trial, chain and step."""
        return self.table("steps")

    @cached_property
    def attrition(self) -> pd.DataFrame:
        """Exact counts of chains at risk and ended, by week, kind, step and holder."""
        return self.table("attrition")

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row a trial and measure."""
        return self.table("measures")

    @property
    def done(self) -> tuple[str, ...]:
        """Ids of the trials that are done, in the order of the experiment."""
        return tuple(key.id for key in self._done(self._inventory()))

    @property
    def failed(self) -> pd.DataFrame:
        """One row a trial that failed: arm, point, replicate, stage, reason, traceback."""
        import pandas as pd

        failed = self._inventory().failed
        tracebacks = {
            entry["trial"]: entry["traceback"]
            for entry in entries(self._store.journal_path)
            if entry["event"] == "failed" and entry["trial"] in failed
        }
        rows = [
            (key.id, key.arm, key.point, key.replicate, why.stage, why.reason, tracebacks[key.id])
            for key in keys_among(self.experiment, failed)
            for why in (failed[key.id],)
        ]
        columns = ["trial", "arm", "point", "replicate", "stage", "reason", "traceback"]
        return pd.DataFrame(rows, columns=columns)

    def table(
        self, name: str, *, columns: Sequence[str] | None = None, **filters: Any
    ) -> pd.DataFrame:
        """One table, or some of its columns and rows, read anew.

        Parameters
        ----------
        columns
            Those to read; all if None.
        **filters
            Values by column, such as ``metric="wins"`` or ``arm=["a", "b"]``: rows with one of
            them are kept. Parts are read one at a time, so memory is that of what is kept; those
            of other arms, points and replicates are not opened.

        Raises
        ------
        ValueError
            A column is none of the table's.
        ResultsError
            A part is damaged.
        """
        import pandas as pd

        frame = read_frame(name, self._parts(name, filters), columns=columns, filters=filters)
        if "arm" not in frame:
            return frame
        arms = pd.CategoricalDtype(list(self.experiment.arm_names), ordered=True)
        return frame.assign(arm=frame["arm"].astype(arms))

    def compare(self, *, reference: str | None = None, level: float = 0.95) -> pd.DataFrame:
        """Paired differences between the arms; see `simnet.compare`."""
        from simnet.lab.compare import compare

        return compare(self.measures, reference=reference, level=level)

    def to_csv(self, folder: str | Path) -> list[Path]:
        """Write every table to `folder` as CSV and return the files."""
        from simnet.lab.schemas import TABLES

        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        files = [target / f"{name}.csv" for name in TABLES]
        for name, file in zip(TABLES, files, strict=True):
            getattr(self, name).to_csv(file, index=False)
        return files

    def __repr__(self) -> str:
        return f"<Results of {self.experiment.name}: {self.state}, in {self.path}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(arm)}</th><td>{n}</td></tr>" for arm, n in self._trials_by_arm()
        )
        head = f"<b>{escape(self.experiment.name)}</b>: {escape(self.state)}"
        question = f"<br><i>{escape(self.experiment.question)}</i>"
        table = f"<table><tr><th>arm</th><th>trials done</th></tr>{rows}</table>"
        return f"{head}{question}{table}<code>{escape(str(self.path))}</code>"

    @property
    def n_trials(self) -> int:
        """How many trials there are to be; with goals, as many as have been asked for so far."""
        return self._n_trials(self._inventory())

    @property
    def state(self) -> str:
        """How many trials are done, and how many failed."""
        there = self._inventory()
        text = f"{len(self._done(there))} of {self._n_trials(there)} trials done"
        failed = len(keys_among(self.experiment, there.failed))
        return f"{text}, {failed} failed" if failed else text

    def _n_trials(self, there: Inventory) -> int:
        tried = keys_among(self.experiment, there.whole.keys() | there.failed.keys())
        return len({*self.experiment.trials(), *tried})

    def _trials_by_arm(self) -> list[tuple[str, int]]:
        arms = [key.arm for key in self._done(self._inventory())]
        return [(arm, arms.count(arm)) for arm in self.experiment.arm_names]

    def _inventory(self) -> Inventory:
        """What is in the folder now."""
        return take_inventory(self._store)

    def _done(self, there: Inventory) -> list[TrialKey]:
        return keys_among(self.experiment, there.whole)

    def _parts(self, name: str, filters: Mapping[str, Any]) -> Iterator[tuple[Path, Imprint]]:
        """Parts of the table in which there may be rows that the filters let pass."""
        there = self._inventory()
        of_key = {
            column: set(wanted_values(wanted))
            for column, wanted in filters.items()
            if column in ("arm", "point", "replicate")
        }
        for key in self._done(there):
            imprint = there.whole[key.id].imprint(name)
            wanted = all(getattr(key, column) in values for column, values in of_key.items())
            if imprint is not None and wanted:
                yield self._store.part(name, key.id), imprint
