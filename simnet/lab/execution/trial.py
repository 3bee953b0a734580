"""One trial: make its network, simulate its world, measure it, make and write its parts."""

from __future__ import annotations

import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simnet.errors import TrialFailed
from simnet.lab.execution.limits import OverLimit, Watchman
from simnet.lab.execution.networks import network_of
from simnet.lab.execution.study import Failure, Outcome, Study
from simnet.lab.identity import python_strategies
from simnet.lab.parts import imprints, parts_of
from simnet.spec.drawn import Drawn

if TYPE_CHECKING:
    import pandas as pd

    from simnet.network import Network
    from simnet.spec import TrialKey, WorldSpec

__all__ = ["Engine", "Lived", "is_drawn", "run_trial"]


@dataclass(frozen=True, slots=True)
class Lived:
    """The tables of one world by name, and how many seconds each weekly round took."""

    tables: Mapping[str, pd.DataFrame]
    rounds_s: Sequence[float] = ()


class Engine:
    """What a trial asks of the rooms below, which are imported when first asked."""

    def prepare(self) -> None:
        """Import ahead of the first trial."""
        from simnet.agents import World  # noqa: F401  (for the time it takes)
        from simnet.lab.measures import measure  # noqa: F401

    def check(self, worlds: Iterable[WorldSpec]) -> None:
        """Raise at once what would fail in every trial: strategies that cannot be imported."""
        python = {name for world in worlds for name in python_strategies(world)}
        if python:
            from simnet.agents.plans import load_strategy

            for reference in sorted(python):
                load_strategy(reference)

    def network(self, world: WorldSpec, replicate: int) -> Network:
        """The people and ties a trial starts from; arms that start alike share them."""
        if is_drawn(world):
            return network_of(world.network, world.seed, replicate)
        return network_of(world.network, 0, 0)

    def simulate(
        self, world: WorldSpec, replicate: int, network: Network, on_week: Callable[[int], None]
    ) -> Lived:
        """Live through one world."""
        from simnet.agents import World

        living = World(world, replicate=replicate, network=network, progress=on_week)
        return Lived(dict(living.run().items()), living.rounds_s)

    def measure(
        self, tables: Mapping[str, pd.DataFrame], weeks: int, names: Sequence[str]
    ) -> pd.DataFrame:
        """One row a measure."""
        from simnet.lab.measures import measure

        return measure(tables, weeks, names)


def is_drawn(world: WorldSpec) -> bool:
    """Whether each replicate draws a network of its own, rather than reading the one there is."""
    return isinstance(world.network, Drawn)


def run_trial(study: Study, key: TrialKey, on_week: Callable[[int], None]) -> Outcome:
    """Run one trial, and write its parts where there is a store; its failure is never raised.

    Parameters
    ----------
    on_week
        Called with the number of each week that is over.

    Raises
    ------
    OSError
        The results folder cannot be written to.
    """
    clock = _Clock()
    try:
        fingerprint, parts = _parts(study, key, on_week, clock)
    except TrialFailed as error:
        return Outcome(key, failure=_failure(error))
    if study.store is not None:
        with clock.stage("write"):
            study.store.write_parts(key.id, parts)
    record = {"fingerprint": fingerprint, **imprints(parts), **clock.record()}
    return Outcome(key, record, parts=parts if study.store is None else None)


def _failure(error: TrialFailed) -> Failure:
    cause = error.__cause__ or error
    if isinstance(cause, OverLimit):
        return Failure("limits", str(cause))
    reason = f"{type(cause).__name__}: {cause}"
    return Failure(error.stage, reason, "".join(traceback.format_exception(cause)))


def _parts(
    study: Study, key: TrialKey, on_week: Callable[[int], None], clock: _Clock
) -> tuple[str, dict[str, bytes]]:
    """The fingerprint of the trial, and all its parts."""
    experiment, engine = study.experiment, study.engine
    with _failing(key, "network"), clock.stage("network"):
        world = experiment.world(key.arm, key.point)
        network = study.network(world, key.replicate)
    watched = Watchman(experiment.limits, on_week)
    with _failing(key, "simulate"), clock.stage("simulate"):
        lived = engine.simulate(world, key.replicate, network, watched)
        frames, clock.rounds = dict(lived.tables), lived.rounds_s
    with _failing(key, "measure"), clock.stage("measure"):
        frames["measures"] = engine.measure(frames, world.weeks, experiment.measures)
    with _failing(key, "tables"), clock.stage("tables"):
        start = {"seed": world.seed, "people": network.n_people, "ties": network.n_ties}
        fingerprint = study.fingerprint(key)
        kept = world.record.tables
        parts = parts_of(key, frames, start=start, fingerprint=fingerprint, tables=kept)
    return fingerprint, parts


@contextmanager
def _failing(key: TrialKey, stage: str) -> Iterator[None]:
    """Whatever goes wrong becomes TrialFailed."""
    try:
        yield
    except Exception as error:
        raise TrialFailed(key, stage) from error


@dataclass(slots=True)
class _Clock:
    """Seconds by stage, and by weekly round."""

    began: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    rounds: Sequence[float] = ()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.stages[name] = time.perf_counter() - began

    def record(self) -> dict[str, Any]:
        return {
            "wall_s": round(time.perf_counter() - self.began, 4),
            "stages_s": {stage: round(seconds, 4) for stage, seconds in self.stages.items()},
            "rounds_s": round(sum(self.rounds), 4),
            # Kernels are loaded or compiled in the first.
            "first_round_s": round(sum(self.rounds[:1]), 4),
            "peak_memory_bytes": _peak_bytes(),
        }


def _peak_bytes() -> int:
    """Most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
