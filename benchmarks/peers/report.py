"""What was measured, as Markdown tables and as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.processes import Measured
from benchmarks.peers.tasks import Task

NAMES = {"graph_tool": "graph-tool", "franken_networkx": "franken-networkx", "scipy": "SciPy"}
HEAD = "| library | seconds | CPU seconds | peak memory, MiB | answer | same |"


def by_task(
    rows: Sequence[Measured], chosen: Mapping[str, Task], offered: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """A table a task, simnet first, then from the fastest library to the slowest."""
    for name, task in chosen.items():
        groups = of_task(rows, name)
        yield f"### {task.title}"
        yield ""
        yield HEAD
        yield "|---" * HEAD.count("|") + "|"
        for library in sorted(groups, key=lambda one: (one != "simnet", time(groups[one]))):
            yield _line(library, groups, task, offered)
        idle = [named(one) for one in offered if task.function not in offered[one]["functions"]]
        if idle:
            yield ""
            yield f"Not offered by {', '.join(idle)}."
        yield ""


def against_the_fastest(rows: Sequence[Measured], chosen: Mapping[str, Task]) -> Iterator[str]:
    """One line a task: simnet and the fastest peer, in the rounds in which both were measured."""
    yield "| task | simnet, s | fastest peer | its time, s | simnet is so many times as fast |"
    yield "|---|---:|---|---:|---:|"
    for name, task in chosen.items():
        groups = {one: group for one, group in of_task(rows, name).items() if done(group)}
        ours = groups.pop("simnet", [])
        if not ours or not groups:
            continue
        peer = min(groups, key=lambda one: time(groups[one]))
        ratios = speed_ups(ours, groups[peer])
        yield (
            f"| {task.title} | {time(ours):.3g} | {named(peer)} | {time(groups[peer]):.3g} | "
            f"{times(median(ratios))} ({times(min(ratios))}–{times(max(ratios))}) |"
        )


def speed_ups(ours: Sequence[Measured], theirs: Sequence[Measured]) -> list[float]:
    """Their time over ours in each round in which both were measured."""
    our_time = {row.round: row.wall for row in ours}
    return [row.wall / our_time[row.round] for row in theirs if row.round in our_time]


def times(ratio: float) -> str:
    """A speed-up, to hundredths where they matter."""
    return f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}"


def disagreeing(
    rows: Sequence[Measured], chosen: Mapping[str, Task], offered: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Task and library wherever an answer is not the same as simnet's."""
    return [
        (name, library)
        for name, task in chosen.items()
        for library, group in of_task(rows, name).items()
        if same(library, of_task(rows, name), task, offered) is False
    ]


def same(
    library: str,
    groups: Mapping[str, Sequence[Measured]],
    task: Task,
    offered: Mapping[str, Mapping[str, Any]],
) -> bool | None:
    """Whether a library's answers agree with simnet's; None where there is nothing to compare."""
    ours, theirs = done(groups.get("simnet", [])), done(groups[library])
    if not ours or not theirs or library == "simnet":
        return None
    nearly = task.function in offered[library]["near"]
    return all(task.agrees(row.answer, ours[0].answer, nearly=nearly) for row in theirs)


def of_task(rows: Sequence[Measured], name: str) -> dict[str, list[Measured]]:
    """The rows of a task by library."""
    groups: dict[str, list[Measured]] = {}
    for row in rows:
        if row.task == name:
            groups.setdefault(row.library, []).append(row)
    return groups


def done(group: Sequence[Measured]) -> list[Measured]:
    """Those that came to an end."""
    return [row for row in group if not row.failed]


def time(group: Sequence[Measured]) -> float:
    """Median over rounds of wall time; infinite if none came to an end."""
    return median([row.wall for row in done(group)] or [float("inf")])


def named(library: str) -> str:
    return NAMES.get(library, library)


def _line(
    library: str,
    groups: Mapping[str, Sequence[Measured]],
    task: Task,
    offered: Mapping[str, Mapping[str, Any]],
) -> str:
    version = f"{named(library)} {offered[library]['version']}"
    group = done(groups[library])
    if not group:
        return f"| {version} | {groups[library][0].failed} | | | | |"
    cpu = median(median(row.cpu_s) for row in group)
    peak = max(row.peak_bytes for row in group) / 2**20
    answer = ", ".join(f"{name} {value:.6g}" for name, value in group[0].answer.items())
    verdict = {None: "", True: "yes", False: "**no**"}[same(library, groups, task, offered)]
    note = offered[library]["near"].get(task.function)
    if verdict == "yes" and note:
        verdict = f"near: {note}"
    return f"| {version} | {time(group):.3g} | {cpu:.3g} | {peak:,.0f} | {answer} | {verdict} |"


def write(folder: Path, rows: Sequence[Measured], about: Mapping[str, Any]) -> None:
    """`peers.json` with everything, and `peers.csv` with a line a repeat."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = {**about, "measured": [asdict(row) for row in rows]}
    text = json.dumps(everything, indent=1)
    (folder / "peers.json").write_text(text + "\n", encoding="utf-8")
    with (folder / "peers.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            ["round", "task", "library", "repeat", "wall_s", "cpu_s", "loaded_bytes", "peak_bytes"]
        )
        for row in rows:
            for repeat, (wall, cpu) in enumerate(zip(row.wall_s, row.cpu_s, strict=True)):
                place = (row.round, row.task, row.library, repeat)
                table.writerow([*place, wall, cpu, row.loaded_bytes, row.peak_bytes])
