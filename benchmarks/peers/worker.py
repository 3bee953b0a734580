"""One library doing one task, in a process of its own: ``python -m benchmarks.peers.worker JOB``.

Imports, loading the network and a warm-up on a small one are not timed. The job and what it came to
are JSON; a library may write to standard output, so the latter goes into the file that the job
names.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.peers import graphs
from benchmarks.peers.machine import peak_memory
from benchmarks.peers.tasks import Task, tasks


def what_it_offers(library: str) -> dict[str, Any]:
    """Version and functions of a library; why not, if it is not installed."""
    try:
        module = importlib.import_module(f"benchmarks.peers.libraries.{library}")
    except ImportError as missing:
        return {"missing": str(missing)}
    return {
        "version": module.VERSION,
        "functions": [name for name, value in vars(module).items() if callable(value)],
        "near": getattr(module, "NEAR", {}),
    }


def measure(
    library: str, name: str, *, quick: bool, folder: Path, repeats: int, seconds: float
) -> dict[str, Any]:
    """Do the task at most so often, none anew after so many seconds, and say how it went."""
    module = importlib.import_module(f"benchmarks.peers.libraries.{library}")
    run(module, tasks(quick=True)[name], folder)
    task = tasks(quick=quick)[name]
    work = getattr(module, task.function)
    given = arguments(module, task, folder)
    loaded = peak_memory()
    wall: list[float] = []
    cpu: list[float] = []
    while not wall or (len(wall) < repeats and sum(wall) < seconds):
        result = None
        gc.collect()
        began, began_cpu = time.perf_counter(), time.process_time()
        result = work(*given)
        cpu.append(time.process_time() - began_cpu)
        wall.append(time.perf_counter() - began)
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "loaded_bytes": loaded,
        "peak_bytes": peak_memory(),
        "answer": answer(module, task.function, result),
    }


def run(module: ModuleType, task: Task, folder: Path) -> dict[str, float]:
    """The answer to a task."""
    result = getattr(module, task.function)(*arguments(module, task, folder))
    return answer(module, task.function, result)


def arguments(module: ModuleType, task: Task, folder: Path) -> tuple[Any, ...]:
    """What the task's function is called with: the loaded network, or the settings of a new one."""
    if not task.people:
        return tuple(task.settings.values())
    graph = module.load(*graphs.arrays(folder, task.people))
    return (graph, graphs.drawn(folder, task.people)) if task.sources else (graph,)


def answer(module: ModuleType, function: str, result: Any) -> dict[str, float]:
    """What a result says, in numbers that can be compared."""
    match function:
        case "watts_strogatz":
            degrees = np.asarray(module.degrees(result))
            return {"ties": int(degrees.sum()) // 2, "variance of degree": float(degrees.var())}
        case "kleinberg":
            return {"mean length": module.mean_length(result)}
        case "distances":
            apart = np.arange(1, len(result))
            share = result[1:] / result[1:].sum()
            mean = float(apart @ share)
            return {"mean": mean, "variance": float((apart - mean) ** 2 @ share)}
        case _:
            return {"value": float(result)}


def main() -> None:
    job = json.loads(sys.argv[1])
    came_to, library = Path(job.pop("came_to")), job.pop("library")
    if "name" in job:
        job["folder"] = Path(job["folder"])
        found = measure(library, **job)
    else:
        found = what_it_offers(library)
    came_to.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
