"""One run of a study: hands trials to an executor and records what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from simnet.lab.enough import Enough
from simnet.lab.execution import forget_network
from simnet.lab.forecast import Forecast, forecast
from simnet.lab.inventory import keys_among, take_inventory
from simnet.lab.journal import Journal
from simnet.lab.manifest import Manifest, describe
from simnet.lab.store import cannot_write
from simnet.lab.wording import counted
from simnet.lab.worlds import refuse_other_trials

if TYPE_CHECKING:
    from simnet.lab.execution import Executor, Failure, Outcome, Study
    from simnet.lab.inventory import Inventory
    from simnet.lab.progress import Progress
    from simnet.lab.store import Store
    from simnet.lab.worlds import Worlds
    from simnet.spec import TrialKey
    from simnet.spec.origins import Origins

__all__ = ["Driver", "driving"]

_NAMED = 3


@contextmanager
def driving(
    study: Study, store: Store, worlds: Worlds, show: Progress, origins: Origins | None = None
) -> Iterator[Driver]:
    """A driver that has the folder to itself.

    Parameters
    ----------
    origins
        Where the values of the experiment were written; those kept in the folder stay if None.

    Raises
    ------
    ResultsError
        Another run has the folder, it has trials with other settings, or cannot be written.
    """
    with store.locked(), _writing(store):
        there = take_inventory(store)
        refuse_other_trials(store, study.experiment, worlds, there)
        store.clear_temporaries()
        try:
            with Journal(store.journal_path) as journal:
                yield Driver(study, store, worlds, show, there, journal, origins)
        finally:
            store.clear_temporaries()  # of workers that were ended in mid-write
            forget_network()


class Driver:
    """Runs trials, keeps the journal and the manifest; the watch of its executor.

    Attributes
    ----------
    done, failed : set
        The experiment's trials in that state.
    """

    def __init__(
        self,
        study: Study,
        store: Store,
        worlds: Worlds,
        show: Progress,
        there: Inventory,
        journal: Journal,
        origins: Origins | None,
    ) -> None:
        self._study, self._store, self._worlds, self._show = study, store, worlds, show
        self._there, self._journal, self._origins = there, journal, origins
        self._enough = Enough(study.experiment, store)
        self._in_vain: set[TrialKey] = set()
        self.done = set(keys_among(study.experiment, there.whole))
        self.failed = set(keys_among(study.experiment, there.failed))

    def forecast(self, due: Sequence[TrialKey], *, jobs: int | None) -> Forecast:
        """What these trials will take, held against what those that are done took."""
        whole = self._there.whole
        done = {key: whole[key.id] for key in self.done}
        return forecast(due, done, self._worlds.sizes, jobs=jobs, folder=self._store.path)

    def due(self) -> list[TrialKey]:
        """The trials that the experiment asks for and that are not done, nor failed just now."""
        due = self._enough.due(self._in_vain)
        return [key for key in due if key not in self.done and key not in self._in_vain]

    def batches(self) -> Iterator[list[TrialKey]]:
        """What is due, and then what has become due by it, until nothing is."""
        while due := self.due():
            yield due

    @contextmanager
    def session(self, due: Sequence[TrialKey], where: str) -> Iterator[None]:
        """Say in manifest and journal that a run is under way, and how it ended."""
        self._journal_found()
        self._clear_torn()
        run = {"trials": len(due), "where": where}
        experiment = self._study.experiment
        self._manifest = manifest = Manifest(self._store, experiment, self._worlds.inputs, run)
        describe(self._store, experiment, self._origins)
        manifest.begin(self._counts(due))
        if due:
            self._journal.write("began", **run)
        status = "interrupted"
        try:
            yield
            due = self.due()
            status = self._status(due)
            manifest.note_goals(self._enough.state(self._in_vain))
            if report := self._enough.report(self._in_vain):
                self._show.say(report)
        finally:
            with suppress(OSError):  # the disk may be full; what is done is known from its parts
                manifest.end(status, self._counts(due))
                if run["trials"]:
                    self._journal.write("ended", status=status)

    def run(
        self,
        executor: Executor,
        batches: Iterable[Sequence[TrialKey]],
        *,
        keep_going: bool = True,
    ) -> None:
        """Run the trials, batch by batch; without `keep_going`, up to the first that fails."""
        with executor:
            for keys in batches:
                self._show.expect(keys)
                if self._is_ended_early(executor, keys, keep_going):
                    return

    def began(self, key: TrialKey) -> None:
        """A trial is being run: what an executor tells its watch."""
        self._journal.write("started", trial=key.id)
        self._show.began(key)

    def tick(self, weeks: Mapping[TrialKey, int]) -> None:
        """So many weeks are simulated of the trials that are being run."""
        self._show.tick(weeks)

    def say(self, text: str) -> None:
        """Say something of the run."""
        self._show.say(text)

    def _is_ended_early(self, executor: Executor, keys: Sequence[TrialKey], go_on: bool) -> bool:
        with closing(executor.outcomes(keys, self)) as outcomes:
            for outcome in outcomes:
                self._record(outcome)
                self._show.ended(outcome.key)
                if outcome.failure is not None and not go_on:
                    return True
        return False

    def _record(self, outcome: Outcome) -> None:
        key, failure = outcome.key, outcome.failure
        if failure is not None:
            self._record_failure(key, failure)
            return
        self._journal.write("done", trial=key.id, **outcome.record)
        self._manifest.note_peak(outcome.record["peak_memory_bytes"])
        self.done.add(key)
        self.failed.discard(key)

    def _record_failure(self, key: TrialKey, failure: Failure) -> None:
        self.failed.add(key)
        self._in_vain.add(key)
        self._journal.write(
            "failed",
            trial=key.id,
            fingerprint=self._study.fingerprint(key),
            stage=failure.stage,
            reason=failure.reason,
            traceback=failure.traceback,
        )
        self._show.failed(
            f"trial {key.id} failed at stage {failure.stage}: {failure.reason[:500]} "
            f"(simnet status {self._store.path} says more)"
        )

    def _journal_found(self) -> None:
        """Give trials whose parts are whole but that the journal does not know their line."""
        for trial in sorted(self._there.unjournalled):
            self._journal.write(
                "done", trial=trial, found=True, **self._there.whole[trial].record()
            )

    def _clear_torn(self) -> None:
        """Remove what there is of trials that are not whole, before they are run again."""
        experiment, there = self._study.experiment, self._there
        for key in keys_among(experiment, there.torn.keys() | there.strays):
            self._store.remove_parts(key.id)
        torn = [key.id for key in keys_among(experiment, there.torn)]
        for trial in torn:
            self._journal.write("removed", trial=trial, reason="torn")
        if torn:
            self._show.say(_run_again(torn))

    def _counts(self, due: Sequence[TrialKey]) -> Mapping[str, int]:
        missing = sum(key not in self.failed for key in due)
        return {"done": len(self.done), "failed": len(self.failed), "missing": missing}

    def _status(self, due: Sequence[TrialKey]) -> str:
        if self.failed:
            return "failed"
        return "interrupted" if due else "done"


def _run_again(torn: Sequence[str]) -> str:
    named = ", ".join(torn[:_NAMED]) + ", ..." * (len(torn) > _NAMED)
    has, is_ = ("has", "is") if len(torn) == 1 else ("have", "are")
    return (
        f"{counted(len(torn), 'trial')} {has} parts that are torn or missing and {is_} run again: "
        f"{named}"
    )


@contextmanager
def _writing(store: Store) -> Iterator[None]:
    """What the system refuses to write ends in a sentence."""
    try:
        yield
    except OSError as error:
        raise cannot_write(store.path, error) from error
