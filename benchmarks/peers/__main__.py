"""Side by side with other network libraries: time, memory and answers of the same work.

Every library works in processes of its own, in turns and for a few rounds; imports and the loading
of networks are not timed. What is not installed is named and left out. Prints Markdown tables and
writes `peers.json` and `peers.csv`::

    python -m benchmarks.peers
    python -m benchmarks.peers --tasks distances --peers networkit graph_tool --rounds 9
    python -m benchmarks.peers --python graph_tool=/usr/bin/python3
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import report
from benchmarks.peers.machine import in_words, load
from benchmarks.peers.processes import PEERS, ROOT, Measured, Settings, in_turns, offers
from benchmarks.peers.tasks import tasks


def main() -> None:
    options = arguments(sys.argv[1:])
    pythons = dict.fromkeys(("simnet", *options.peers), sys.executable) | dict(options.python)
    offered = installed(pythons)
    if "simnet" not in offered:
        sys.exit("there is nothing to compare with")
    every_task = tasks(quick=options.quick)
    chosen = {name: every_task[name] for name in options.tasks}
    settings = Settings(
        pythons, options.quick, options.rounds, options.repeats, options.seconds, options.limit
    )
    load_before = load()
    say(f"load before: {load_before:.1f} (should be near 0)")
    rows = list(told(in_turns(chosen, offered, settings)))
    where = in_words(load_before)
    for line in report.by_task(rows, chosen, offered):
        print(line)
    for line in report.against_the_fastest(rows, chosen):
        print(line)
    print(f"\n{where} {how(options)}")
    report.write(options.output, rows, {"where": where, "libraries": offered})
    differing = report.disagreeing(rows, chosen, offered)
    for name, library in differing:
        say(f"{name}: the answer of {library} is not the same as simnet's")
    sys.exit(bool(differing))


def installed(pythons: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What the libraries offer that are there; the others are named."""
    offered = offers(pythons)
    for library, answer in offered.items():
        if "functions" not in answer:
            say(f"{library} is not there: {answer.get('missing') or answer['failed']}")
    return {library: answer for library, answer in offered.items() if "functions" in answer}


def told(rows: Iterable[Measured]) -> Iterator[Measured]:
    """The rows, each said when it comes."""
    for row in rows:
        outcome = row.failed or f"{row.wall:.3g} s"
        say(f"round {row.round + 1}: {row.task}, {row.library}: {outcome}")
        yield row


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.peers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that all works")
    parser.add_argument(
        "--tasks", nargs="+", choices=tasks(), default=list(tasks()), metavar="TASK"
    )
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, metavar="LIBRARY")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="in each process")
    parser.add_argument(
        "--seconds", type=float, default=20, metavar="S", help="no repeat begins after so many"
    )
    parser.add_argument(
        "--limit", type=float, default=900, metavar="S", help="a process that takes longer is ended"
    )
    parser.add_argument(
        "--python",
        nargs="+",
        type=lambda text: text.split("=", 1),
        default=[],
        metavar="LIBRARY=PATH",
        help="interpreter that has a library, where it is not this one",
    )
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "results" / "peers")
    return parser.parse_args(given)


def how(options: argparse.Namespace) -> str:
    """What is meant by a number."""
    return (
        f"Median over {options.rounds} rounds of the median of up to {options.repeats} in one "
        "process, after a warm-up; in brackets the least and the most of the rounds. Memory is "
        "that of the whole process, library and network included."
    )


def say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
