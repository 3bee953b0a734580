"""The journal of a study: what was done when, one JSON object a line, only ever appended to.

Written by the run that has the lock. The parts are the truth and the journal what makes them quick
to look over; it also keeps what is not in them: times, memory, failures. A line that was cut by a
kill or a full disk is passed over by readers, and removed when the next run opens the journal.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Journal", "entries", "now"]

_SYNC_EVERY_S = 1.0
_BLOCK = 1 << 16


def now() -> str:
    """The moment, in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """Every whole line of a journal, none where there is no journal."""
    with suppress(FileNotFoundError), path.open("rb") as lines:
        for line in lines:
            entry = _entry(line)
            if entry is not None:
                yield entry


class Journal:
    """A journal open for appending; a line is with the system at once, on the disk within seconds.

    Raises
    ------
    OSError
        It cannot be written, on opening as on every line.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._end = _end_of_lines(self._file)
        os.ftruncate(self._file, self._end)
        self._synced = time.monotonic()

    def write(self, event: str, **content: Any) -> None:
        """Append one line."""
        entry = {"event": event, "at": now(), **content}
        self._append(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        if time.monotonic() - self._synced > _SYNC_EVERY_S:
            self.sync()

    def sync(self) -> None:
        """Wait until everything is on the disk."""
        os.fsync(self._file)
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.sync()
        finally:
            os.close(self._file)

    def _append(self, line: bytes) -> None:
        try:
            written = 0
            while written < len(line):
                written += os.pwrite(self._file, line[written:], self._end + written)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise
        self._end += len(line)


def _end_of_lines(file: int) -> int:
    """Where the last whole line ends."""
    end = os.fstat(file).st_size
    while end:
        start = max(0, end - _BLOCK)
        newline = os.pread(file, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _entry(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
