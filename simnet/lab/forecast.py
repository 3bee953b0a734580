"""What a study will take: trials, time, memory, disk.

The formulas are meant to be right within a factor of two, and simple enough to check by hand::

    seconds a trial = TRIAL_S + half-ties x HALF_TIE_S
                      + weeks x (WEEK_S + people x (PERSON_WEEK_S + active share x ACTIVE_WEEK_S))
    seconds         = START_S + sum over trials / cores in use
    memory          = jobs x (PROCESS_BYTES + the largest world, as the language estimates it)
    disk a trial    = PARTS_BYTES + recorded people
                      x (ties a person x TIE_BYTES + weeks x PERSON_WEEK_BYTES)

Where trials of the study are done already, what they took corrects seconds and disk.

Active is who follows a strategy that turns to others, by routines or in Python. What an active
person costs grows with its ties, so a world that grows dense takes longer than this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage
from statistics import median
from typing import TYPE_CHECKING

from simnet.lab.machine import cores
from simnet.lab.wording import size
from simnet.spec.drawn import Drawn
from simnet.spec.limits import machine_memory, memory_needed

if TYPE_CHECKING:
    from simnet.lab.execution import Engine
    from simnet.lab.inventory import Written
    from simnet.spec import TrialKey, WorldSpec

__all__ = ["Forecast", "Size", "Sizes", "forecast", "likely_jobs", "size_of"]

# Seconds of one thread on a server, rounded. Single worlds were lived through on one thread and
# timed by time.process_time: WEEK_S is what a week of 800 people takes beyond its person-weeks,
# PERSON_WEEK_S a person-week among 10^5 people who are all passive, ACTIVE_WEEK_S what an active
# one adds where 9 % or 30 % are, the three active strategies shipped in equal parts (52 weeks).
# TRIAL_S and START_S are what measuring, writing and starting take in the quickstart. Whole runs of
# the shipped configs, whose ties grow, took up to twice as long as that: ACTIVE_WEEK_S and TRIAL_S
# are what puts all of them within a factor of two.
START_S = 3.0
TRIAL_S = 0.2
HALF_TIE_S = 3e-7
WEEK_S = 1.5e-3
PERSON_WEEK_S = 0.4e-6
ACTIVE_WEEK_S = 8e-6

PROCESS_BYTES = 600 * 2**20  # 400 with one trial behind it, up to 1,100 with many

PARTS_BYTES = 60_000
TIE_BYTES = 35
PERSON_WEEK_BYTES = 9


@dataclass(frozen=True, slots=True)
class Size:
    """How large one world is at the start, how long it runs, how many people are recorded.

    `active` is the share of people whose strategy turns to others.
    """

    people: int
    half_ties: int
    weeks: int
    recorded: int
    active: float

    @property
    def seconds(self) -> float:
        """Expected time on one core."""
        a_week = WEEK_S + self.people * (PERSON_WEEK_S + self.active * ACTIVE_WEEK_S)
        return TRIAL_S + self.half_ties * HALF_TIE_S + self.weeks * a_week

    @property
    def memory_bytes(self) -> int:
        """Expected peak of a process that runs this world."""
        return PROCESS_BYTES + memory_needed(self.people, self.half_ties / self.people)

    @property
    def disk_bytes(self) -> int:
        """Expected size of the parts."""
        ties = self.half_ties / self.people * TIE_BYTES
        return PARTS_BYTES + round(self.recorded * (ties + self.weeks * PERSON_WEEK_BYTES))


Sizes = Mapping[tuple[str, int], Size]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the trials that are still missing will take, and how much room the disk has."""

    trials: int
    trials_there: int
    jobs: int
    seconds: float
    memory_bytes: int
    disk_bytes: int
    free_bytes: int

    @property
    def shortage(self) -> str:
        """That the disk will be full before the end, in words; empty where it will not."""
        if self.disk_bytes <= self.free_bytes:
            return ""
        return (
            f"the disk has room for {size(self.free_bytes)} and about {size(self.disk_bytes)} are "
            "needed; what does not fit is left for another run"
        )


def forecast(
    missing: Sequence[TrialKey],
    done: Mapping[TrialKey, Written],
    worlds: Sizes,
    *,
    jobs: int | None,
    folder: Path,
) -> Forecast:
    """Time, memory and disk of `missing`, held against what the trials `done` took."""
    wanted = [worlds[key.arm, key.point] for key in missing]
    workers = likely_jobs(wanted) if jobs is None else jobs
    busy = min(cores(), max(1, len(wanted)) if workers > 1 else cores())
    largest = max((world.memory_bytes for world in wanted), default=0)
    work = sum(world.seconds for world in wanted) * _pace(done, worlds, workers / busy)
    return Forecast(
        trials=len(missing) + len(done),
        trials_there=len(done),
        jobs=workers,
        seconds=START_S + work / busy if wanted else 0.0,
        memory_bytes=workers * largest,
        disk_bytes=round(sum(world.disk_bytes for world in wanted) * _bulk(done, worlds)),
        free_bytes=_free(folder),
    )


def _pace(done: Mapping[TrialKey, Written], worlds: Sizes, share: float) -> float:
    """How much longer trials took than expected, 1 where none is done.

    `share` is the wall time of a core-second: below 1 where a trial has several cores. It is the
    median over trials, so that the first, in which kernels are compiled, does not count.
    """
    ratios = [
        written.wall_s / (worlds[key.arm, key.point].seconds * share)
        for key, written in done.items()
        if written.wall_s is not None
    ]
    return median(ratios) if ratios else 1.0


def _bulk(done: Mapping[TrialKey, Written], worlds: Sizes) -> float:
    """How many times larger the parts of trials are than expected; 1 where none is done."""
    expected = sum(worlds[key.arm, key.point].disk_bytes for key in done)
    return sum(written.bytes for written in done.values()) / expected if expected else 1.0


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder, which need not be there yet."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return disk_usage(there).free


def likely_jobs(wanted: Iterable[Size]) -> int:
    """Workers when none are asked for: one a core, as long as trials and memory suffice."""
    worlds = list(wanted)
    largest = max((world.memory_bytes for world in worlds), default=1)
    machine = machine_memory()
    fitting = cores() if machine is None else int(0.8 * machine) // largest
    return max(1, min(cores(), len(worlds), fitting))


def size_of(world: WorldSpec, engine: Engine) -> Size:
    """How large a world is."""
    people, half_ties = _network_size(world, engine)
    recorded = min(people, world.record.people)
    return Size(people, half_ties, world.weeks, recorded, _active_share(world))


def _active_share(world: WorldSpec) -> float:
    def active(name: str) -> float:
        strategy = world.strategies[name]
        turns_to_others = any(routine.audience is not None for routine in strategy.routines)
        return float(strategy.python is not None or turns_to_others)

    everybody = sum(share * active(name) for name, share in world.population.items())
    if world.focal.strategy is None:
        return everybody
    focal = world.focal.share
    return focal * active(world.focal.strategy) + (1 - focal) * everybody


def _network_size(world: WorldSpec, engine: Engine) -> tuple[int, int]:
    network = world.network
    if isinstance(network, Drawn):
        return network.n_people, round(network.n_people * network.mean_degree)
    made = engine.network(world, 0)
    return made.n_people, 2 * made.n_ties
