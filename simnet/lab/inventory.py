"""What of a study is in its folder: trials that are whole, torn or failed.

The journal says what was written, the folder what is there. A trial whose last part the journal
does not know, since the run was killed in between, tells by the seal of that part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simnet.lab.journal import entries
from simnet.lab.parts import LAST, Imprint, read_seal
from simnet.lab.schemas import TABLES

if TYPE_CHECKING:
    from simnet.lab.store import Store
    from simnet.spec import Experiment, TrialKey

__all__ = ["Failed", "Inventory", "Written", "keys_among", "take_inventory"]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a trial: an imprint a table, in their order; None where none was."""

    fingerprint: str
    imprints: tuple[Imprint | None, ...]
    wall_s: float | None = None

    def imprint(self, table: str) -> Imprint | None:
        return self.imprints[TABLES.index(table)]

    def size(self, table: str) -> int | None:
        imprint = self.imprint(table)
        return None if imprint is None else imprint.size

    def record(self) -> dict[str, Any]:
        """What the journal says of it."""
        imprints = {name: imprint for name in TABLES if (imprint := self.imprint(name))}
        return {
            "fingerprint": self.fingerprint,
            "bytes": {name: imprint.size for name, imprint in imprints.items()},
            "crc32": {name: imprint.crc32 for name, imprint in imprints.items()},
        }

    @property
    def bytes(self) -> int:
        return sum(imprint.size for imprint in self.imprints if imprint is not None)


@dataclass(frozen=True, slots=True)
class Failed:
    """At which stage a trial failed, and why."""

    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The trials of a folder by id.

    Attributes
    ----------
    whole
        Every part is there with the bytes it was written with.
    torn
        A part is missing or of another size; None where nothing says what was written.
    failed
        Failed when last tried, and not whole.
    unjournalled
        Those of `whole` that the journal does not know.
    strays
        Trials with some parts, but not the last one; a run was killed while it wrote them.
    """

    whole: dict[str, Written] = field(default_factory=dict)
    torn: dict[str, Written | None] = field(default_factory=dict)
    failed: dict[str, Failed] = field(default_factory=dict)
    unjournalled: set[str] = field(default_factory=set)
    strays: set[str] = field(default_factory=set)

    @property
    def known(self) -> dict[str, Written]:
        """Trials of which it is known what was written, whole or torn."""
        torn = {trial: written for trial, written in self.torn.items() if written is not None}
        return {**torn, **self.whole}


def take_inventory(store: Store) -> Inventory:
    """Look the folder over: the journal, and the sizes of all parts; few files are opened."""
    written, failed = _journalled(store)
    found, unjournalled = _found(store, written)
    torn, strays = _not_as_written(store, found)
    gone = written.keys() - found.keys()
    whole = {
        trial: known for trial, known in found.items() if known is not None and trial not in torn
    }
    return Inventory(
        whole=whole,
        torn={trial: found.get(trial, written.get(trial)) for trial in torn | gone},
        failed={trial: reason for trial, reason in failed.items() if trial not in whole},
        unjournalled=unjournalled & whole.keys(),
        strays=strays - gone,
    )


def keys_among(experiment: Experiment, trials: Collection[str]) -> list[TrialKey]:
    """Those of some trials that are the experiment's, in its order.

    Where an experiment has goals, its trials are those it may come to ask for.
    """
    from simnet.spec.trials import key_of

    arms, points = experiment.arm_names, len(experiment.points)
    replicates = max([experiment.replicates, *(goal.max_replicates for goal in experiment.until)])
    keys = []
    for trial in trials:
        with suppress(ValueError):
            keys.append(key_of(trial, arms, points, replicates))
    place = {arm: index for index, arm in enumerate(arms)}
    return sorted(keys, key=lambda key: (key.replicate, key.point, place[key.arm]))


def _journalled(store: Store) -> tuple[dict[str, Written], dict[str, Failed]]:
    """What the journal says of every trial, the last word counting."""
    written: dict[str, Written] = {}
    failed: dict[str, Failed] = {}
    for entry in entries(store.journal_path):
        trial: str = entry.get("trial", "")
        event = entry.get("event")
        if event == "done":
            written[trial] = _written(entry)
            failed.pop(trial, None)
        elif event == "failed":
            failed[trial] = Failed(entry["stage"], entry["reason"])
        elif event == "removed":
            written.pop(trial, None)
            failed.pop(trial, None)
    return written, failed


def _written(entry: Mapping[str, Any]) -> Written:
    sizes, sums = entry["bytes"], entry["crc32"]
    imprints = (Imprint(sizes[name], sums[name]) if name in sizes else None for name in TABLES)
    return Written(entry["fingerprint"], tuple(imprints), entry.get("wall_s"))


def _found(
    store: Store, written: Mapping[str, Written]
) -> tuple[dict[str, Written | None], set[str]]:
    """What was written of every trial whose last part is there, and those that told it by that
    part, since the journal does not know it."""
    found: dict[str, Written | None] = {}
    by_their_seal = set()
    for trial, size in store.part_sizes(LAST).items():
        known = written.get(trial)
        if known is None or known.size(LAST) != size:
            known = _sealed(store, trial)
            by_their_seal.add(trial)
        found[trial] = known
    return found, by_their_seal


def _sealed(store: Store, trial: str) -> Written | None:
    """What the last part of a trial says was written; None if it is torn."""
    path = store.part(LAST, trial)
    seal = read_seal(path)
    if seal is None:
        return None
    imprints = {**seal.imprints, LAST: Imprint.of(path.read_bytes())}
    return Written(seal.fingerprint, tuple(imprints.get(name) for name in TABLES))


def _not_as_written(store: Store, found: Mapping[str, Written | None]) -> tuple[set[str], set[str]]:
    """Trials with a part that is missing or of another size, and those without their last one."""
    torn = {trial for trial, known in found.items() if known is None}
    strays: set[str] = set()
    for table in TABLES[:-1]:
        sizes = store.part_sizes(table)
        strays |= sizes.keys() - found.keys()
        for trial, known in found.items():
            if known is not None and known.size(table) != sizes.get(trial):
                torn.add(trial)
    return torn, strays
