"""One trial: make its network, simulate its world, measure it, write its parts."""

from __future__ import annotations

import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simnet.errors import TrialFailed
from simnet.lab.identity import python_strategies
from simnet.spec.drawn import Drawn

if TYPE_CHECKING:
    import pandas as pd

    from simnet.lab.store import Store
    from simnet.network import Network
    from simnet.spec import Experiment, TrialKey, WorldSpec

__all__ = ["Engine", "Lived", "Outcome", "run_trial"]


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
            return _network(world.network, world.seed, replicate)
        return _network(world.network, 0, 0)

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a trial; `failure` is empty, or says at which stage it failed and why."""

    trial: str
    failure: str = ""


def is_drawn(world: WorldSpec) -> bool:
    """Whether each replicate draws a network of its own, rather than reading the one there is."""
    return isinstance(world.network, Drawn)


def run_trial(
    key: TrialKey,
    experiment: Experiment,
    store: Store,
    engine: Engine,
    on_week: Callable[[int], None],
) -> Outcome:
    """Run one trial and write what it gave, or how it failed; its failure is never raised.

    Raises
    ------
    OSError
        The results folder cannot be written to, which no other trial would survive either.
    """
    clock = _Clock()
    try:
        parts = _parts(key, experiment, engine, on_week, clock)
    except TrialFailed as error:
        cause = error.__cause__ or error
        details = "".join(traceback.format_exception(cause))
        reason = f"{type(cause).__name__}: {cause}"
        return failed(key, store, stage=error.stage, reason=reason, details=details)
    _write(key, parts, store, clock)
    store.forget_failure(key.id)
    return Outcome(key.id)


def failed(key: TrialKey, store: Store, *, stage: str, reason: str, details: str = "") -> Outcome:
    """Record that a trial failed.

    The outcome carries a short reason only: it goes through a pipe to the parent, and what is
    small gets there whole even if the process is ended meanwhile.
    """
    trial = {"trial": key.id, "arm": key.arm, "point": key.point, "replicate": key.replicate}
    store.write_json(
        f"failed/{key.id}.json", {**trial, "stage": stage, "reason": reason, "traceback": details}
    )
    return Outcome(key.id, f"at stage {stage}: {reason[:500]}")


def _parts(
    key: TrialKey,
    experiment: Experiment,
    engine: Engine,
    on_week: Callable[[int], None],
    clock: _Clock,
) -> dict[str, Any]:
    """The Arrow table of every part of one trial."""
    with clock.stage(key, "network"):
        world = experiment.world(key.arm, key.point)
        network = engine.network(world, key.replicate)
    with clock.stage(key, "simulate"):
        lived = engine.simulate(world, key.replicate, network, on_week)
        frames, clock.rounds = dict(lived.tables), lived.rounds_s
    with clock.stage(key, "measure"):
        frames["measures"] = engine.measure(frames, world.weeks, experiment.measures)
    with clock.stage(key, "tables"):
        start = {"seed": world.seed, "people": network.n_people, "ties": network.n_ties}
        return _with_trial(key, experiment.points, frames, start)


def _with_trial(
    key: TrialKey,
    points: Sequence[Mapping[str, Any]],
    frames: Mapping[str, pd.DataFrame],
    start: Mapping[str, int],
) -> dict[str, Any]:
    """Every frame with its trial in front, in the order in which parts are written."""
    import pandas as pd

    from simnet.lab import schemas

    swept = {
        name: schemas.swept_value(points[key.point][name], kind)
        for name, kind in schemas.swept_types(points).items()
    }
    trial: dict[str, Any] = {"arm": key.arm, "point": key.point, "replicate": key.replicate}
    frames = {**frames, "trials": pd.DataFrame([{**swept, **start}])}
    if unknown := frames.keys() - set(schemas.TABLES):
        raise ValueError(f"no table is called {sorted(unknown)}")
    return {
        name: schemas.to_arrow(name, frames[name].assign(**trial), schemas.schema(name, points))
        for name in schemas.TABLES
    }


def _write(key: TrialKey, parts: Mapping[str, Any], store: Store, clock: _Clock) -> None:
    timings = {
        "trial": key.id,
        "wall_s": round(clock.total(), 4),
        "stages_s": {stage: round(seconds, 4) for stage, seconds in clock.stages.items()},
        "rounds_s": round(sum(clock.rounds), 4),
        "first_round_s": round(sum(clock.rounds[:1]), 4),  # kernels are loaded or compiled in it
        "peak_memory_bytes": _peak_bytes(),
    }
    store.write_json(f"timings/{key.id}.json", timings)
    for table, part in parts.items():
        store.write_part(table, key.id, part)


@dataclass(slots=True)
class _Clock:
    """Seconds by stage, and by weekly round."""

    began: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    rounds: Sequence[float] = ()

    def total(self) -> float:
        return time.perf_counter() - self.began

    @contextmanager
    def stage(self, key: TrialKey, name: str) -> Iterator[None]:
        """Time a stage; whatever goes wrong in it becomes TrialFailed."""
        began = time.perf_counter()
        try:
            yield
        except Exception as error:
            raise TrialFailed(key, name) from error
        self.stages[name] = time.perf_counter() - began


def _peak_bytes() -> int:
    """Most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@lru_cache(maxsize=1)
def _network(model: Any, seed: int, replicate: int) -> Network:
    from simnet.network import make

    return make(model, seed=seed, replicate=replicate)


def forget_network() -> None:
    """Let go of the network kept for the next arm."""
    _network.cache_clear()
