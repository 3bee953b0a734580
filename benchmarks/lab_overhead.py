"""What a trial costs beside itself: the lab's own processes, and joblib's on the same trials.

A trial here spins for 20 ms and has three small tables. Each way of running is a command of its
own, timed whole, from its start to its end; the ways take turns, so that what else the machine
does falls on all of them:

- ``simnet``: `simnet.lab.run`, all of it: the folder locked and looked through, the worlds
  fingerprinted, parts written and flushed by the workers, journal and manifest kept;
- ``loky``: ``joblib.Parallel`` (backend loky, its automatic batches) over the lab's function for
  one trial, which writes the same parts in the same way; no journal, no manifest;
- ``loky, tables home``: the same, but the tables are returned and joined in memory, and nothing
  is written or kept.

The overhead is the wall time less what the spinning takes on that many processes, by trial. Needs
joblib::

    python benchmarks/lab_overhead.py
    python benchmarks/lab_overhead.py --trials 200 --jobs 4 --repeats 5
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from simnet.lab.execution import Engine, Lived, Study, run_trial

SPIN_S = 0.02
WEEKS = 100
ROOT = Path(__file__).resolve().parents[1]
EXPERIMENT = """\
version: 1
name: overhead
seed: 7
replicates: {replicates}
weeks: {weeks}
network: {{model: watts-strogatz, people: 40, degree: 4, rewiring: 0.1}}
population: {{passive-profile: 1.0}}
arms:
  hard-sell: {{focal.strategy: hard-sell}}
  give-first: {{focal.strategy: give-first}}
"""


class Spinning(Engine):
    """Keeps a core busy for a while."""

    def prepare(self) -> None:
        import pandas  # noqa: F401  (for the time it takes)

        import simnet.lab.schemas  # noqa: F401

    def network(self, world: Any, replicate: int) -> Any:
        return SimpleNamespace(n_people=world.network.people, n_ties=2 * world.network.people)

    def simulate(
        self, world: Any, replicate: int, network: Any, on_week: Callable[[int], None]
    ) -> Lived:
        import numpy as np
        import pandas as pd

        end = time.thread_time() + SPIN_S
        for week in range(1, world.weeks + 1):
            on_week(week)
        while time.thread_time() < end:
            pass
        names = {"group": "focal", "strategy": "hard-sell", "metric": "wins"}
        draws = np.random.default_rng([world.seed, replicate]).random(world.weeks)
        series = pd.DataFrame({"week": np.arange(1, world.weeks + 1), **names, "value": draws})
        return Lived({"series": series}, ())

    def measure(self, tables: Mapping[str, Any], weeks: int, names: Sequence[str]) -> Any:
        import pandas as pd

        wins = tables["series"]["value"].mean()
        return pd.DataFrame({"measure": ["opportunity_yield"], "value": [wins]})


@lru_cache(maxsize=1)
def study(folder: str, *, with_store: bool) -> Study:
    """What the processes of joblib run trials of; made once in each of them."""
    import simnet
    from simnet.lab.store import Store
    from simnet.lab.worlds import look_at_worlds

    experiment = simnet.load(Path(folder, "overhead.yaml"))
    fingerprint = look_at_worlds(experiment, Spinning()).fingerprint
    store = Store(Path(folder, "out")) if with_store else None
    return Study(experiment, Spinning(), store, fingerprint)


def run_simnet(folder: str, jobs: int) -> None:
    import simnet
    from simnet.lab.run import run_with

    experiment = simnet.load(Path(folder, "overhead.yaml"))
    run_with(Spinning(), experiment, out=Path(folder, "out"), jobs=jobs, progress=False)


def run_loky(folder: str, jobs: int) -> None:
    from joblib import Parallel, delayed

    keys = study(folder, with_store=True).experiment.trials()
    Parallel(n_jobs=jobs)(delayed(_written)(folder, key) for key in keys)


def run_loky_tables(folder: str, jobs: int) -> None:
    import pandas as pd
    from joblib import Parallel, delayed

    keys = study(folder, with_store=False).experiment.trials()
    pd.concat(Parallel(n_jobs=jobs)(delayed(_table)(folder, key) for key in keys))


def _written(folder: str, key: Any) -> None:
    run_trial(study(folder, with_store=True), key, _nobody_watches)


def _table(folder: str, key: Any) -> Any:
    one = study(folder, with_store=False)
    world = one.experiment.world(key.arm, key.point)
    network = one.engine.network(world, key.replicate)
    lived = one.engine.simulate(world, key.replicate, network, _nobody_watches)
    return lived.tables["series"].assign(arm=key.arm, replicate=key.replicate)


def _nobody_watches(week: int) -> None: ...


WAYS = {"simnet": run_simnet, "loky": run_loky, "loky, tables home": run_loky_tables}


@dataclass(frozen=True)
class Measured:
    """Wall time of one command, and the processor time of all its processes."""

    wall_s: float
    cpu_s: float


def measure(way: str, trials: int, jobs: int) -> Measured:
    """Run one way as a command of its own, in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        text = EXPERIMENT.format(replicates=trials // 2, weeks=WEEKS)
        Path(folder, "overhead.yaml").write_text(text, encoding="utf-8")
        call = f"from benchmarks.lab_overhead import *; WAYS[{way!r}]({folder!r}, {jobs})"
        before, began = os.times(), time.perf_counter()
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": paths}
        subprocess.run([sys.executable, "-c", call], check=True, env=environment)
        wall_s, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system
    return Measured(wall_s, cpu - before.children_user - before.children_system)


def main() -> None:
    parser = argparse.ArgumentParser(description="The lab's overhead, beside joblib's.")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    runs: dict[str, list[Measured]] = {way: [] for way in WAYS}
    for _ in range(asked.repeats):
        for way, measured in runs.items():
            measured.append(measure(way, asked.trials, asked.jobs))
    spun = asked.trials * SPIN_S / asked.jobs
    print(f"{asked.trials} trials of {1000 * SPIN_S:.0f} ms, {asked.jobs} processes,", end=" ")
    print(f"median of {asked.repeats} runs\n")
    print("| | wall, s | overhead a trial, ms | processor, s |")
    print("|:--|--:|--:|--:|")
    for way, measured in runs.items():
        wall = median(one.wall_s for one in measured)
        overhead = 1000 * (wall - spun) * asked.jobs / asked.trials
        cpu = median(one.cpu_s for one in measured)
        print(f"| {way} | {wall:.2f} | {overhead:.1f} | {cpu:.1f} |")


if __name__ == "__main__":
    main()
