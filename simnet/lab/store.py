"""A results folder: one file a trial and table, each there in full or not at all.

::

    manifest.json  experiment.yaml  origins.json  points.parquet
    journal.jsonl                what was done when, see `simnet.lab.journal`
    <table>/<trial>.parquet      the part of one trial; `trials/<trial>.parquet` is written last

Every file but the journal is written under a temporary name, flushed to the disk and renamed.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from simnet.errors import ResultsError

__all__ = ["Store", "cannot_write", "in_place_of", "write_file"]

_TEMPORARY = ".tmp"
_PART = ".parquet"
_LOCK = ".lock"
_WRITERS = 8  # threads, which wait for the disk


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


def write_file(path: Path, content: str | bytes) -> None:
    """Write text or bytes to `path` atomically."""
    with in_place_of(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


@cache
def _writers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_WRITERS, thread_name_prefix="parts")


def cannot_write(path: Path, error: OSError) -> ResultsError:
    """What the system says about a folder, as a sentence."""
    text = f"cannot write to {path}: {error.strerror or error}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        text += "; what is done is kept, and the same command continues when there is room"
    return ResultsError(text)


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

    @property
    def origins_path(self) -> Path:
        return self.path / "origins.json"

    @property
    def points_path(self) -> Path:
        return self.path / "points.parquet"

    @property
    def journal_path(self) -> Path:
        return self.path / "journal.jsonl"

    def part(self, table: str, trial: str) -> Path:
        return self.path / table / f"{trial}{_PART}"

    def write_parts(self, trial: str, parts: Mapping[str, bytes]) -> None:
        """Write the parts of a trial; the last, which makes it done, when all others are there."""
        files = {self.part(table, trial): content for table, content in parts.items()}
        *others, last = files
        # Flushed to the disk together, they take hardly longer than one.
        list(_writers().map(write_file, others, [files[path] for path in others]))
        write_file(last, files[last])

    def read_parts(self, trial: str) -> dict[str, bytes]:
        """The parts of a trial that are there, in the order in which they are written."""
        from simnet.lab.schemas import TABLES

        files = {table: self.part(table, trial) for table in TABLES}
        return {table: file.read_bytes() for table, file in files.items() if file.exists()}

    def remove_parts(self, trial: str) -> int:
        """Remove what there is of a trial, the part that makes it done first; bytes freed."""
        from simnet.lab.schemas import TABLES

        return sum(removed(self.part(table, trial)) for table in reversed(TABLES))

    def part_sizes(self, table: str) -> dict[str, int]:
        """Bytes of every part of a table, by trial; no file is opened."""
        with suppress(FileNotFoundError), os.scandir(self.path / table) as files:
            return {
                file.name.removesuffix(_PART): file.stat().st_size
                for file in files
                if file.name.endswith(_PART) and not file.name.startswith(".")
            }
        return {}

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

    def temporaries(self) -> list[Path]:
        """What a killed run left half-written."""
        return sorted(self.path.glob(f"**/.*{_TEMPORARY}"))

    def clear_temporaries(self) -> int:
        """Remove them; bytes freed."""
        return sum(removed(leftover) for leftover in self.temporaries())

    def is_foreign(self) -> bool:
        """Whether the folder holds something, but no results of ours."""
        if not self.path.exists() or self.manifest_path.exists():
            return False
        if not self.path.is_dir():
            return True
        before_it = (self.journal_path, self.points_path, self.origins_path, self.experiment_path)
        ours = {_LOCK, *(path.name for path in before_it)}
        return any(
            entry.name not in ours and not entry.name.endswith(_TEMPORARY)
            for entry in self.path.iterdir()
        )

    def is_locked(self) -> bool:
        """Whether a run is writing to this folder now."""
        import fcntl

        with suppress(FileNotFoundError), (self.path / _LOCK).open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

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


def removed(path: Path) -> int:
    """Remove a file if it is there; bytes freed."""
    try:
        size = path.stat().st_size
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    return size
