"""How cost grows from ten thousand people to ten million: time and memory of a network's life.

At each size a process of its own makes a Watts–Strogatz network with ten ties each, measures its
clustering and the distances from 64 people, and says how long each took and how much memory it held
at most. Prints a Markdown table with the exponents of growth, and draws them::

    python -m benchmarks.scaling --plot docs/scaling
    python -m benchmarks.scaling --people 10000 30000 --repeats 1
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median
from textwrap import fill
from typing import TYPE_CHECKING, Any

from benchmarks.peers.machine import in_words, load, peak_memory

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
DEGREE = 10
SOURCES = 64
WARM_UP = 10_000  # large enough to use every kernel that a larger one uses
SMALL = 300_000  # networks of fewer people are made and measured that much more often
WORK = {
    "make": "make the network",
    "clustering": "mean clustering",
    "distances": f"distances from {SOURCES} people",
}


@dataclass(frozen=True)
class Measured:
    """One process: seconds of each piece of work, memory before the work and at most."""

    people: int
    seconds: Mapping[str, float]
    before_bytes: int
    peak_bytes: int

    @property
    def ties(self) -> int:
        return self.people * DEGREE // 2

    @property
    def network_bytes(self) -> int:
        """Of the two arrays of the network: 8 bytes a row, 4 bytes a half-tie."""
        return 8 * (self.people + 1) + 4 * 2 * self.ties


def work(people: int) -> dict[str, float]:
    """Make a network, measure it, and say how many seconds each took."""
    from simnet.network import watts_strogatz
    from simnet.network.distances import distances
    from simnet.network.structure import mean_clustering

    clock = [time.perf_counter()]
    network = watts_strogatz(people, DEGREE, 0.1, seed=1)
    clock.append(time.perf_counter())
    mean_clustering(network)
    clock.append(time.perf_counter())
    distances(network, sources=SOURCES, seed=1)
    clock.append(time.perf_counter())
    return dict(zip(WORK, map(float.__sub__, clock[1:], clock), strict=True))


def measure(people: int) -> Measured:
    """Do the work in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.scaling", "--one", str(people)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(done.stdout))


def one(people: int) -> dict[str, Any]:
    """The work in this process, after a small network that loads or compiles the kernels.

    Seconds are medians, where a small network is made and measured more than once.
    """
    work(WARM_UP)
    before = peak_memory()
    times = [work(people) for _ in range(max(1, SMALL // people))]
    return {
        "people": people,
        "seconds": {name: median(took[name] for took in times) for name in WORK},
        "before_bytes": before,
        "peak_bytes": peak_memory(),
    }


def middle(runs: Sequence[Measured], value: Callable[[Measured], float]) -> float:
    """Median over the repeats of one size."""
    return median(map(value, runs))


def seconds_of(name: str) -> Callable[[Measured], float]:
    return lambda run: run.seconds[name]


def growth(sizes: Sequence[Sequence[Measured]], value: Callable[[Measured], float]) -> float:
    """Slope of the logarithm of a value over that of the number of people."""
    people = [math.log(runs[0].people) for runs in sizes]
    return linear_regression(people, [math.log(middle(runs, value)) for runs in sizes]).slope


def report(sizes: Sequence[Sequence[Measured]]) -> Iterator[str]:
    """The lines of the table; `sizes` are the repeats of each size."""
    heads = [f"{text}, s" for text in WORK.values()]
    yield f"| people | ties | {' | '.join(heads)} | ns a tie, in all | peak MiB | network MiB |"
    yield "|---:" * (len(heads) + 5) + "|"
    for runs in sizes:
        seconds = [middle(runs, seconds_of(name)) for name in WORK]
        cells = [f"{runs[0].people:,}", f"{runs[0].ties:,}"]
        cells += [f"{value:.3g}" for value in seconds]
        cells += [f"{1e9 * sum(seconds) / runs[0].ties:.0f}"]
        cells += [f"{middle(runs, lambda run: run.peak_bytes) / 2**20:,.0f}"]
        cells += [f"{runs[0].network_bytes / 2**20:,.1f}"]
        yield f"| {' | '.join(cells)} |"
    if len(sizes) > 1:
        exponents = ", ".join(
            f"{WORK[name]} {growth(sizes, seconds_of(name)):.2f}" for name in WORK
        )
        yield ""
        yield f"Growth with the number of people, as an exponent (1 is linear): {exponents}."


def draw(sizes: Sequence[Sequence[Measured]]) -> Figure:
    """Time and memory over the number of people, both on logarithmic axes."""
    from simnet.figures.page import Page, house_style
    from simnet.lab.machine import cores

    caption = (
        f"Watts–Strogatz networks with {DEGREE} ties each; a point is the median of "
        f"{len(sizes[0])} processes on {cores()} cores. Grey: ten times the cost for ten times the "
        "people. In brackets, the exponent of growth (1 is linear)."
    )

    @house_style
    def drawn() -> Figure:
        page = Page("What a network costs, by its size", caption, height=3.4)
        draw_time(page.panel(0.75, 0.05, 2.85, 2.85), sizes)
        draw_memory(page.panel(5.4, 0.05, 1.75, 2.85), sizes)
        return page.figure

    return drawn()


def draw_time(ax: Axes, sizes: Sequence[Sequence[Measured]]) -> None:
    people = [runs[0].people for runs in sizes]
    lines = {
        f"{fill(text, 14)} ({growth(sizes, seconds_of(name)):.2f})": [
            middle(runs, seconds_of(name)) for runs in sizes
        ]
        for name, text in WORK.items()
    }
    draw_lines(ax, people, lines)
    ax.set_ylabel("seconds")


def draw_memory(ax: Axes, sizes: Sequence[Sequence[Measured]]) -> None:
    people = [runs[0].people for runs in sizes]
    lines = {
        "whole\nprocess": [middle(runs, lambda run: run.peak_bytes) / 2**20 for runs in sizes],
        "network\nalone": [runs[0].network_bytes / 2**20 for runs in sizes],
    }
    draw_lines(ax, people, lines)
    ax.set_ylabel("peak memory, MiB")


def draw_lines(ax: Axes, people: Sequence[int], lines: Mapping[str, Sequence[float]]) -> None:
    """Lines with their names at the right, over a guide of slope 1 above them."""
    from simnet.figures.arms import arm_styles
    from simnet.figures.labels import LineEnd, label_ends
    from simnet.figures.page import tidy

    styles = arm_styles(list(lines))
    for name, values in lines.items():
        ax.loglog(people, values, color=styles[name].colour, marker="o", markersize=3.5)
    low, high = ax.get_ylim()
    end = 3 * max(values[-1] for values in lines.values())
    guide = [end * each / people[-1] for each in people]
    ax.loglog(people, guide, color="#BBBBBB", linewidth=1, zorder=0)
    ax.set_ylim(low, max(high, 1.5 * end))
    ax.set_xlabel("people")
    tidy(ax)
    label_ends(
        ax, [LineEnd(name, people[-1], line[-1], styles[name]) for name, line in lines.items()]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=PEOPLE, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument(
        "--plot", type=Path, metavar="STEM", help="write STEM.png and STEM.svg, as docs/scaling"
    )
    parser.add_argument("--one", type=int, metavar="N", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one)))
        return
    load_before = load()
    print(f"load before: {load_before:.1f} (should be near 0)", file=sys.stderr)
    sizes = []
    for people in sorted(options.people):
        print(f"{people:,} people, {options.repeats} times", file=sys.stderr)
        sizes.append([measure(people) for _ in range(options.repeats)])
    print("\n".join(report(sizes)))
    print()
    print(f"{in_words(load_before)} Median of {options.repeats}.")
    if options.plot:
        from simnet.figures.saving import save

        save(draw(sizes), options.plot)


if __name__ == "__main__":
    main()
