"""Whole commands: wall time, peak memory and speed of `simnet run million`, and how they grow.

Runs the million config, and the same world with fewer people, each as a command of its own in a
fresh results folder, after a small run that fills the cache of compiled kernels. Prints a Markdown
table. Needs nothing but simnet and the standard library::

    python benchmarks/whole_process.py
    python benchmarks/whole_process.py --people 10000 30000 --repeats 1
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

PEOPLE = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Measured:
    """What one command took."""

    people: int
    wall_s: float
    peak_bytes: int
    rounds_s: float
    first_round_s: float
    weeks: int
    run: dict[str, Any]

    @property
    def person_weeks_per_s(self) -> float:
        """In the weekly rounds after the first, in which compiled kernels are loaded."""
        return self.people * (self.weeks - 1) / (self.rounds_s - self.first_round_s)


def measure(people: int) -> Measured:
    """Run the command once and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "results")
        command = [sys.executable, "-m", "simnet", "run", "million", "--quiet", "-o", str(out)]
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--set", f"network.people={people}"], stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}")
        manifest = json.loads((out / "manifest.json").read_text())
        journal = map(json.loads, (out / "journal.jsonl").read_text().splitlines())
        (timings,) = (line for line in journal if line["event"] == "done")
    return Measured(
        people,
        wall_s,
        usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        timings["rounds_s"],
        timings["first_round_s"],
        manifest["settings"]["weeks"],
        manifest["runs"][-1],
    )


def middle(runs: Sequence[Measured], value: Callable[[Measured], float]) -> float:
    """Median over the repeats of one size."""
    return median(map(value, runs))


COLUMNS: dict[str, tuple[str, Callable[[Measured], float]]] = {
    "whole command, s": (".1f", lambda run: run.wall_s),
    "weekly rounds, s": (".2f", lambda run: run.rounds_s - run.first_round_s),
    "million person-weeks a second": (".2f", lambda run: run.person_weeks_per_s / 1e6),
    "peak memory, MiB": (",.0f", lambda run: run.peak_bytes / 2**20),
}
GROWING = ("whole command, s", "weekly rounds, s", "peak memory, MiB")


def report(sizes: Sequence[Sequence[Measured]]) -> Iterator[str]:
    """The lines of the table, growth and surroundings; `sizes` are the repeats of each size."""
    yield "| people | " + " | ".join(COLUMNS) + " |"
    yield "|---:" * (1 + len(COLUMNS)) + "|"
    for runs in sizes:
        cells = [f"{middle(runs, value):{form}}" for form, value in COLUMNS.values()]
        yield f"| {runs[0].people:,} | " + " | ".join(cells) + " |"
    yield ""
    if len(sizes) > 1:
        exponents = ", ".join(
            f"{name.partition(',')[0]} {growth(sizes, name):.2f}" for name in GROWING
        )
        yield f"Growth with the number of people, as an exponent (1 is linear): {exponents}."
    yield from surroundings(sizes)


def growth(sizes: Sequence[Sequence[Measured]], column: str) -> float:
    """Slope of the logarithm of a column over that of the number of people."""
    value = COLUMNS[column][1]
    people = [math.log(runs[0].people) for runs in sizes]
    return linear_regression(people, [math.log(middle(runs, value)) for runs in sizes]).slope


def surroundings(sizes: Sequence[Sequence[Measured]]) -> Iterator[str]:
    """Machine, cores, versions, and what is meant by a number."""
    run = sizes[0][0].run
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield (
        f"{processor(run['machine'])}, {cores} cores, {run['machine']['memory_bytes'] / 2**30:.1f} "
        f"GiB; {run['machine']['system']}; {versions}."
    )
    yield (
        f"Median of {len(sizes[0])}; {sizes[0][0].weeks} weeks; kernels compiled before; the first "
        "weekly round, in which they are loaded, is left out of the weekly rounds and the speed, "
        "not out of the whole command; memory is that of the largest process."
    )


def processor(machine: dict[str, Any]) -> str:
    """The processor by the name that its maker gave it, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else str(machine["processor"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=PEOPLE, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    options = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} (should be near 0); compiling", file=sys.stderr)
    measure(min(options.people))
    sizes = []
    for people in sorted(options.people):
        print(f"{people:,} people, {options.repeats} times", file=sys.stderr)
        sizes.append([measure(people) for _ in range(options.repeats)])
    print("\n".join(report(sizes)))


if __name__ == "__main__":
    main()
