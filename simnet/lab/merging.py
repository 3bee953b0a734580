"""Two studies made one: the trials of both, where they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError, SpecError
from simnet.lab.execution import Engine
from simnet.lab.identity import InputFiles, first_difference, settings
from simnet.lab.inventory import Inventory, Written, keys_among, take_inventory
from simnet.lab.journal import Journal, entries
from simnet.lab.manifest import Manifest, describe, require_ours
from simnet.lab.parts import Imprint, imprints, rekeyed
from simnet.lab.results import open_results
from simnet.lab.store import Store, cannot_write
from simnet.lab.uniting import unite
from simnet.lab.wording import counted
from simnet.lab.worlds import Worlds, look_at_worlds
from simnet.spec import TrialKey

if TYPE_CHECKING:
    from simnet.lab.results import Results
    from simnet.spec import Experiment

__all__ = ["Merged", "merge"]

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of two studies: how many trials were added to how many that were there."""

    results: Results
    added: int
    there: int


@dataclass(frozen=True, slots=True)
class _Study:
    """A study to be merged."""

    store: Store
    experiment: Experiment
    trials: Inventory

    @classmethod
    def opened(cls, path: str | Path) -> _Study:
        results = open_results(path)
        store = Store(results.path)
        require_ours(store)
        return cls(store, results.experiment, take_inventory(store))

    @property
    def inputs(self) -> dict[str, str]:
        digests: dict[str, str] = (self.store.read_json("manifest.json") or {}).get("inputs", {})
        return digests


def merge(into: str | Path, other: str | Path, *, out: str | Path | None = None) -> Merged:
    """Put the trials of one study beside those of another.

    Arms and points are united; points of the other study that are new are numbered after those
    there are. A trial that both have, with the same fingerprint, is one.

    Parameters
    ----------
    into
        The folder the trials of `other` go to; nothing of it is changed.
    other
        The folder they are taken from.
    out
        A new folder for the trials of both instead; `into` is then left alone.

    Raises
    ------
    ResultsError
        The studies have a trial of the same arm, point and replicate with other settings, or
        otherwise cannot be one: nothing was written. Or a run is writing to one of them.
    """
    one, two = _Study.opened(into), _Study.opened(other)
    target = Store(one.store.path if out is None else Path(out))
    if out is not None and target.path.exists() and any(target.path.iterdir()):
        raise ResultsError(f"{out} is there already; give another folder with -o")
    united, places = _united(one.experiment, two.experiment)
    worlds = look_at_worlds(united, Engine())
    sources = [(one, list(range(len(one.experiment.points)))), (two, places)]
    moves = list(_moves(sources, united, worlds))
    there = one.trials.whole if out is None else {}
    new = {move.key: move for move in reversed(moves) if move.key.id not in there}
    try:
        _write(target, [one, two], united, worlds, list(new.values()))
    except OSError as error:
        raise cannot_write(target.path, error) from error
    return Merged(open_results(target.path), len(new), len(there))


@dataclass(frozen=True, slots=True)
class _Move:
    """A trial of one of the studies, and its key in the united one."""

    study: _Study
    old: TrialKey
    key: TrialKey

    @property
    def written(self) -> Written:
        return self.study.trials.whole[self.old.id]

    def parts(self) -> dict[str, bytes]:
        """The parts as they are to be written.

        Raises
        ------
        ResultsError
            One is damaged.
        """
        parts = self.study.store.read_parts(self.old.id)
        for table, part in parts.items():
            if self.written.imprint(table) != Imprint.of(part):
                path = self.study.store.part(table, self.old.id)
                raise ResultsError(
                    f"{path} is damaged: its bytes are not those that were written; nothing more "
                    "was merged"
                )
        return parts if self.old == self.key else rekeyed(parts, self.key)


def _united(one: Experiment, two: Experiment) -> tuple[Experiment, list[int]]:
    try:
        return unite(one, two)
    except SpecError as error:
        raise ResultsError(f"the two studies cannot be one: {error}") from error


def _moves(
    sources: Sequence[tuple[_Study, Sequence[int]]], united: Experiment, worlds: Worlds
) -> Iterator[_Move]:
    """Every trial with its key in the united study.

    Raises
    ------
    ResultsError
        Some trials have other settings there.
    """
    conflicts: list[str] = []
    for study, places in sources:
        for old in keys_among(study.experiment, study.trials.whole):
            key = TrialKey(old.arm, places[old.point], old.replicate)
            if study.trials.whole[old.id].fingerprint == worlds.fingerprint(key):
                yield _Move(study, old, key)
            else:
                conflicts.append(_conflict(study, old, key, united, worlds))
    if conflicts:
        more = len(conflicts) - _SHOWN
        lines = conflicts[:_SHOWN] + [f"and {more} more"] * (more > 0)
        head = f"{counted(len(conflicts), 'trial')} cannot be merged, nothing was written"
        raise ResultsError("\n  ".join([head, *lines]))


def _conflict(
    study: _Study, old: TrialKey, key: TrialKey, united: Experiment, worlds: Worlds
) -> str:
    there = settings(
        study.experiment, study.experiment.world(old.arm, old.point), InputFiles(study.inputs)
    )
    here = settings(united, united.world(key.arm, key.point), InputFiles(worlds.inputs))
    difference = first_difference(here, there) or "it was run by another version of the model"
    return f"{study.store.path}: {old.id} has other settings ({difference})"


def _write(
    target: Store,
    studies: Sequence[_Study],
    united: Experiment,
    worlds: Worlds,
    moves: Sequence[_Move],
) -> None:
    """Parts and journal first: until the experiment is written, they are of no study yet."""
    journals = {study.store.path: _done_lines(study.store) for study in studies}
    with ExitStack() as stack:
        for path in dict.fromkeys([target.path, *(study.store.path for study in studies)]):
            stack.enter_context(Store(path).locked())
        journal = stack.enter_context(Journal(target.journal_path))
        for move in moves:
            parts = move.parts()
            target.remove_parts(move.key.id)
            target.write_parts(move.key.id, parts)
            took = journals[move.study.store.path].get(move.old.id, {})
            written = {"fingerprint": worlds.fingerprint(move.key), **imprints(parts)}
            journal.write("done", **{**took, "trial": move.key.id, **written})
        names = [study.store.path.name for study in studies]
        run = {"trials": len(moves), "where": f"merged from {' and '.join(names)}"}
        manifest = Manifest(target, united, worlds.inputs, run)
        describe(target, united, studies[0].store.read_json("origins.json"))
        done = len(keys_among(united, take_inventory(target).whole))
        counts = {"done": done, "failed": 0, "missing": len(united.trials()) - done}
        manifest.end("interrupted" if counts["missing"] else "done", counts)


def _done_lines(store: Store) -> dict[str, dict[str, Any]]:
    """What the journal of a study says trials took."""
    ours = ("wall_s", "stages_s", "rounds_s", "first_round_s", "peak_memory_bytes")
    return {
        entry["trial"]: {key: entry[key] for key in ours if key in entry}
        for entry in entries(store.journal_path)
        if entry.get("event") == "done"
    }
