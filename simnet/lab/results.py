"""The tables of a study, as pandas frames."""

from __future__ import annotations

from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError
from simnet.lab.store import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from simnet.spec import Experiment

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
    the sweep) and replicate. Rows come in the order of trials: by replicate, point, arm. Trials
    beyond the replicates last asked for stay in the folder and are not read.

    Attributes
    ----------
    path : Path
        The results folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._store = Store(path)

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment as it was run."""
        from simnet.spec import load

        return load(self._store.experiment_path, check_memory=False)

    @property
    def manifest(self) -> dict[str, Any]:
        """Settings, versions, machine, and the state of every trial at the last start or end."""
        return self._store.read_json("manifest.json") or {}

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row a trial: sweep values, seed, people and ties at the start, wall time."""
        frame = self.table("trials")
        frame["status"] = "done"
        frame["wall_s"] = [self._store.timings(trial)["wall_s"] for trial in self.done]
        return frame

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
        return tuple(self._store.done([key.id for key in self.experiment.trials()]))

    @property
    def failed(self) -> pd.DataFrame:
        """One row a trial that failed: arm, point, replicate, stage, reason."""
        import pandas as pd

        trials = self._store.failed([key.id for key in self.experiment.trials()])
        rows = [self._store.read_json(f"failed/{trial}.json") for trial in trials]
        columns = ["trial", "arm", "point", "replicate", "stage", "reason", "traceback"]
        return pd.DataFrame(rows, columns=columns)

    def table(self, name: str) -> pd.DataFrame:
        """One table, read anew."""
        import pandas as pd

        content = self._read(name)
        frame = pd.DataFrame(
            {field.name: _column(content.column(field.name), field) for field in content.schema}
        )
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
    def state(self) -> str:
        """How many trials are done, and how many failed."""
        text = f"{len(self.done)} of {len(self.experiment.trials())} trials done"
        failed = len(self.failed)
        return f"{text}, {failed} failed" if failed else text

    def _trials_by_arm(self) -> list[tuple[str, int]]:
        done = set(self.done)
        arms = [key.arm for key in self.experiment.trials() if key.id in done]
        return [(arm, arms.count(arm)) for arm in self.experiment.arm_names]

    def _read(self, name: str) -> pa.Table:
        import pyarrow.dataset as ds

        from simnet.lab.schemas import schema

        columns = schema(name, self.experiment.points)
        parts = [str(self._store.part(name, trial)) for trial in self.done]
        if not parts:
            return columns.empty_table()
        return ds.dataset(parts, schema=columns, format="parquet").to_table()


def _column(values: pa.ChunkedArray, field: pa.Field) -> pd.Series[Any]:
    """A pandas column; integers with gaps stay integers."""
    import pandas as pd
    import pyarrow as pa

    gaps = pa.types.is_integer(field.type) and field.nullable
    column: pd.Series[Any] = values.to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get if gaps else None
    )
    return column
