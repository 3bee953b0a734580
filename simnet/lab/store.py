"""A results folder: one file a trial and table, each there in full or not at all.

::

    manifest.json  experiment.yaml
    <table>/<trial>.parquet      the part of one trial; `trials/<trial>.parquet` is written last
    timings/<trial>.json         wall time, that of the weekly rounds, and memory, kept out of the
                                 parts, which hold only what follows from the settings and are
                                 equal byte for byte
    failed/<trial>.json          stage, reason and traceback of a trial that failed

Every file is written under a temporary name, flushed to the disk and renamed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from simnet.errors import ResultsError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Store", "cannot_write", "in_place_of", "write_file"]

_TEMPORARY = ".tmp"
_LOCK = ".lock"


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A temporary file to write; flushed to the disk, it takes the place of `path` when all went
    well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_file(path: Path, text: str) -> None:
    """Write `text` to `path` atomically."""
    with in_place_of(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def cannot_write(path: Path, error: OSError) -> ResultsError:
    """What the system says about a folder, as a sentence."""
    return ResultsError(f"cannot write to {path}: {error.strerror or error}")


class Store:
    """The files of one study.

    Parameters
    ----------
    path
        The results folder; it need not exist before the first file is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def manifest_path(self) -> Path:
        return self.path / "manifest.json"

    @property
    def experiment_path(self) -> Path:
        return self.path / "experiment.yaml"

    def part(self, table: str, trial: str) -> Path:
        return self.path / table / f"{trial}.parquet"

    def write_part(self, table: str, trial: str, content: pa.Table) -> None:
        import pyarrow.parquet as pq

        with in_place_of(self.part(table, trial)) as temporary:
            pq.write_table(content, temporary, compression="zstd")

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        write_file(self.path / name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    def read_json(self, name: str) -> dict[str, Any] | None:
        """The content of a JSON file, None when there is none.

        Raises
        ------
        ResultsError
            The file is there and holds no JSON object.
        """
        path = self.path / name
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as error:
            raise ResultsError(f"{path} cannot be read as JSON: {error}") from error
        if not isinstance(content, dict):
            raise ResultsError(f"{path} does not hold a JSON object")
        return content

    def done(self, trials: Sequence[str]) -> list[str]:
        """Those of `trials` that are there with a part in every table, in the given order."""
        from simnet.lab.schemas import TABLES

        there = [self._trials_in(table, ".parquet") for table in TABLES]
        return [trial for trial in trials if all(trial in parts for parts in there)]

    def timings(self, trial: str) -> dict[str, Any]:
        """Wall time and memory of a trial that is done, as far as they are known."""
        return {"wall_s": None, "peak_memory_bytes": 0} | (
            self.read_json(f"timings/{trial}.json") or {}
        )

    def failed(self, trials: Sequence[str]) -> list[str]:
        there = self._trials_in("failed", ".json")
        return [trial for trial in trials if trial in there]

    def forget_failure(self, trial: str) -> None:
        (self.path / "failed" / f"{trial}.json").unlink(missing_ok=True)

    def clear_temporaries(self) -> None:
        """Remove what a killed run left half-written."""
        for leftover in self.path.glob(f"**/.*{_TEMPORARY}"):
            leftover.unlink(missing_ok=True)

    def is_foreign(self) -> bool:
        """Whether the folder holds something, but no results of ours."""
        if not self.path.exists() or self.manifest_path.exists():
            return False
        if not self.path.is_dir():
            return True
        ours = {_LOCK, self.experiment_path.name}
        return any(
            entry.name not in ours and not entry.name.endswith(_TEMPORARY)
            for entry in self.path.iterdir()
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other run out of this folder; the lock falls when the process ends.

        Raises
        ------
        ResultsError
            Another run has it.
        """
        import fcntl

        with self._lock_file() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ResultsError(
                    f"another run is writing to {self.path}; wait for it, "
                    "or give another folder with -o"
                ) from error
            yield

    def _lock_file(self) -> TextIO:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return (self.path / _LOCK).open("a")
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _trials_in(self, folder: str, ending: str) -> set[str]:
        with suppress(FileNotFoundError):
            names = os.listdir(self.path / folder)
            return {name.removesuffix(ending) for name in names if name.endswith(ending)}
        return set()
