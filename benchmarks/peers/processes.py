"""Each library at work in fresh processes, in turns, so that a noisy machine is so for all."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.tasks import Task, tasks

ROOT = Path(__file__).resolve().parents[2]
PEERS = (
    "networkit",
    "graph_tool",
    "franken_networkx",
    "igraph",
    "rustworkx",
    "scipy",
    "networkx",
)
ONCE_S = 30.0  # what takes longer is measured in the first round only


@dataclass(frozen=True)
class Measured:
    """A library doing a task a few times in one process."""

    round: int
    task: str
    library: str
    wall_s: tuple[float, ...] = ()
    cpu_s: tuple[float, ...] = ()
    loaded_bytes: int = 0
    peak_bytes: int = 0
    answer: Mapping[str, float] | None = None
    failed: str = ""

    @property
    def wall(self) -> float:
        """Median wall time in seconds."""
        return median(self.wall_s)


@dataclass(frozen=True)
class Settings:
    """How often and how long; `pythons` is the interpreter of each library."""

    pythons: Mapping[str, str]
    quick: bool
    rounds: int
    repeats: int
    seconds: float
    limit_s: float


def offers(pythons: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What each library offers, as `benchmarks.peers.worker.what_it_offers` tells it."""
    return {library: ask(python, {"library": library}) for library, python in pythons.items()}


def in_turns(
    chosen: Mapping[str, Task], offered: Mapping[str, Mapping[str, Any]], settings: Settings
) -> Iterator[Measured]:
    """Every library doing every task it offers, in the order of `turns`."""
    over: set[tuple[str, str]] = set()
    with tempfile.TemporaryDirectory() as folder:
        save_networks(chosen, folder)
        for turn, name, library in turns(chosen, offered, settings.rounds):
            if (name, library) not in over:
                measured = Measured(turn, name, library, **work(name, library, folder, settings))
                if measured.failed or measured.wall > ONCE_S:
                    over.add((name, library))
                yield measured


def turns(
    chosen: Mapping[str, Task], offered: Mapping[str, Mapping[str, Any]], rounds: int
) -> Iterator[tuple[int, str, str]]:
    """Round by round, task by task, library by library; every other round in reverse."""
    for turn in range(rounds):
        for name, task in chosen.items():
            able = [one for one in offered if task.function in offered[one]["functions"]]
            for library in able[:: -1 if turn % 2 else 1]:
                yield turn, name, library


def work(name: str, library: str, folder: str, settings: Settings) -> dict[str, Any]:
    """Have a library do a task."""
    job = {
        "library": library,
        "name": name,
        "quick": settings.quick,
        "folder": folder,
        "repeats": settings.repeats,
        "seconds": settings.seconds,
    }
    return ask(settings.pythons[library], job, settings.limit_s)


def save_networks(chosen: Mapping[str, Task], folder: str) -> None:
    """Make the networks that are measured, and those for warming up."""
    warm_up = tasks(quick=True)
    wanted = [task for name in chosen for task in (chosen[name], warm_up[name]) if task.people]
    sources = {task.people: 0 for task in wanted}
    sources |= {task.people: task.sources for task in wanted if task.sources}
    command = [sys.executable, "-m", "benchmarks.peers.graphs", folder]
    sizes = [f"{people}/{number}" for people, number in sources.items()]
    subprocess.run([*command, *sizes], cwd=ROOT, check=True)


def ask(python: str, job: Mapping[str, Any], limit_s: float | None = None) -> dict[str, Any]:
    """Have a worker do a job; if it cannot, `failed` says why."""
    with tempfile.TemporaryDirectory() as folder:
        came_to = Path(folder, "found.json")
        order = json.dumps({**job, "came_to": str(came_to)})
        try:
            worker = subprocess.run(
                [python, "-m", "benchmarks.peers.worker", order],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=limit_s,
            )
        except OSError as error:
            return {"failed": str(error)}
        except subprocess.TimeoutExpired:
            return {"failed": f"over {limit_s:g} s"}
        if worker.returncode:
            last = (worker.stderr.strip().splitlines() or [""])[-1]
            return {"failed": f"ended with {worker.returncode}: {last}"}
        found: dict[str, Any] = json.loads(came_to.read_text(encoding="utf-8"))
        return found
