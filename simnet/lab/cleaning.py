"""What lies in a results folder and is of no use to its study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simnet.lab.inventory import keys_among, take_inventory
from simnet.lab.journal import Journal
from simnet.lab.results import open_results
from simnet.lab.schemas import TABLES
from simnet.lab.store import Store, cannot_write

__all__ = ["Garbage", "collect", "garbage"]

TEMPORARY = "left half-written by a run that was killed"
TORN = "of a trial whose parts are torn or missing"
STRANGE = "of a trial that is not part of the experiment"


@dataclass(frozen=True, slots=True)
class Garbage:
    """A file of no use; `trial` is empty for what is no part."""

    path: Path
    size: int
    why: str
    trial: str = ""


def garbage(path: str | Path) -> list[Garbage]:
    """The files of no use in a results folder; nothing is removed.

    Raises
    ------
    ResultsError
        There is no study in it, or a run is writing to it.
    """
    results = open_results(path)
    store = Store(results.path)
    with store.locked():
        there = take_inventory(store)
        ours = {key.id for key in keys_among(results.experiment, there.whole)}
        return [*_temporaries(store), *_parts(store, ours, there.whole.keys() - ours)]


def collect(path: str | Path, found: Sequence[Garbage]) -> int:
    """Remove what `garbage` found; returns the bytes freed.

    Raises
    ------
    ResultsError
        A run is writing to the folder, or it cannot be written.
    """
    store = Store(Path(path))
    try:
        with store.locked(), Journal(store.journal_path) as journal:
            # The part that makes a trial done goes first.
            for item in sorted(found, key=lambda item: item.path.parent.name != TABLES[-1]):
                item.path.unlink(missing_ok=True)
            for trial in sorted({item.trial for item in found if item.trial}):
                journal.write("removed", trial=trial, reason="gc")
    except OSError as error:
        raise cannot_write(store.path, error) from error
    return sum(item.size for item in found)


def _temporaries(store: Store) -> Iterator[Garbage]:
    for path in store.temporaries():
        yield Garbage(path, path.stat().st_size, TEMPORARY)


def _parts(store: Store, ours: set[str], strange: set[str]) -> Iterator[Garbage]:
    """Parts of all trials but ours."""
    for table in TABLES:
        for trial, size in sorted(store.part_sizes(table).items()):
            if trial not in ours:
                why = STRANGE if trial in strange else TORN
                yield Garbage(store.part(table, trial), size, why, trial)
