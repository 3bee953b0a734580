"""Hops a second of greedy letters: simnet, a plain kernel, NumPy in batches and a NetworkX loop.

All send the same letters across the same Watts-Strogatz network, each to the neighbour nearest to
the target on the ring until nobody is nearer, and nobody drops one. They take turns, for a few
rounds, after a warm-up. Prints a Markdown table::

    python -m benchmarks.peers.chains
    python -m benchmarks.peers.chains --people 100000 --degree 100 --letters 10000
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import networkx
import numpy as np
from numba import njit, prange

from benchmarks.peers.machine import in_words, load
from simnet.chains import rules, send
from simnet.network import Network, from_edges, watts_strogatz

REWIRING = 0.1
FURTHEST = 100_000
IN_A_BATCH = 10_000


@dataclass(frozen=True)
class Job:
    """Letters on a network whose people have places on a ring, in [0, 1)."""

    network: Network
    starters: np.ndarray
    targets: np.ndarray

    @property
    def place(self) -> np.ndarray:
        """Where people are."""
        return self.network.people["place"]

    def first(self, letters: int) -> Job:
        """The first letters only."""
        return Job(self.network, self.starters[:letters], self.targets[:letters])


def job(people: int, degree: int, letters: int, *, shuffled: bool) -> Job:
    """Letters between random people, numbered along the ring or, as in most files, anyhow."""
    draws = np.random.default_rng(1)
    network = watts_strogatz(people, degree, REWIRING, seed=1)
    if shuffled:
        network = renumbered(network, draws.permutation(people))
    starters = draws.integers(people, size=letters)
    targets = (starters + 1 + draws.integers(people - 1, size=letters)) % people
    return Job(network, starters, targets)


def renumbered(network: Network, number: np.ndarray) -> Network:
    """The same network with other numbers for its people."""
    once = network.sources < network.neighbours
    ends = number[network.sources[once]], number[network.neighbours[once]]
    bare = from_edges(*ends, n_people=network.n_people)
    place = np.empty(network.n_people)
    place[number] = network.people["place"]
    return Network(bare.indptr, bare.neighbours, people={"place": place}, spaces=network.spaces)


def by_simnet(job: Job) -> int:
    """Hops made; the whole call counts, with laying out the tables."""
    rule = rules.Nearest(space="place", closer_only=True)
    chains = send(
        job.network, job.starters, job.targets, rule=rule, max_steps=5_000, keep_paths=False
    )
    return int(chains.steps.sum())


def by_a_plain_kernel(job: Job) -> int:
    """One letter at a time on each core."""
    network = job.network
    return int(_plain(network.indptr, network.neighbours, job.place, job.starters, job.targets))


@njit(parallel=True)
def _plain(indptr, neighbours, place, starters, targets):  # type: ignore[no-untyped-def]
    hops = 0
    for letter in prange(len(starters)):
        holder, target = starters[letter], targets[letter]
        nearest = abs(place[holder] - place[target])
        nearest = min(nearest, 1.0 - nearest)
        while holder != target:
            follower = holder
            for e in range(indptr[holder], indptr[holder + 1]):
                apart = abs(place[neighbours[e]] - place[target])
                apart = min(apart, 1.0 - apart)
                if apart < nearest:
                    nearest = apart
                    follower = neighbours[e]
            if follower == holder:
                break
            holder = follower
            hops += 1
    return hops


def by_numpy(job: Job) -> int:
    """All letters of a batch take a hop at once."""
    batches = range(0, len(job.starters), IN_A_BATCH)
    return sum(
        _in_a_batch(job, job.starters[at : at + IN_A_BATCH], job.targets[at : at + IN_A_BATCH])
        for at in batches
    )


def _in_a_batch(job: Job, holder: np.ndarray, target: np.ndarray) -> int:
    indptr, neighbours = job.network.indptr, job.network.neighbours
    hops = 0
    while len(holder):
        degree = indptr[holder + 1] - indptr[holder]
        first = np.cumsum(degree) - degree
        half_ties = np.arange(degree.sum()) + np.repeat(indptr[holder] - first, degree)
        apart = _apart(job.place, neighbours[half_ties], np.repeat(target, degree))
        nearest = np.minimum.reduceat(apart, first)
        closer = nearest < _apart(job.place, holder, target)
        at_best = np.flatnonzero(apart == np.repeat(nearest, degree))
        _, which = np.unique(np.searchsorted(first, at_best, side="right"), return_index=True)
        holder = neighbours[half_ties[at_best[which]]]
        hops += int(closer.sum())
        under_way = closer & (holder != target)
        holder, target = holder[under_way], target[under_way]
    return hops


def _apart(place: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    apart = np.abs(place[a] - place[b])
    return np.minimum(apart, 1.0 - apart)


def by_networkx(graph: networkx.Graph) -> Callable[[Job], int]:
    """A loop over the neighbours that the graph names."""

    def send_all(job: Job) -> int:
        place = job.place.tolist()
        return sum(
            _by_networkx(graph, place, holder, target)
            for holder, target in zip(job.starters.tolist(), job.targets.tolist(), strict=True)
        )

    return send_all


def _by_networkx(graph: networkx.Graph, place: list[float], holder: int, target: int) -> int:
    def apart(person: int) -> float:
        along = abs(place[person] - place[target])
        return min(along, 1.0 - along)

    hops = 0
    while holder != target:
        follower = min(graph[holder], key=apart)
        if apart(follower) >= apart(holder):
            break
        holder = follower
        hops += 1
    return hops


def measured(ways: dict[str, tuple[Callable[[Job], int], Job]], rounds: int) -> dict[str, list]:
    """Hops and seconds of every way in every round, in turns, after a warm-up."""
    for way, work in ways.values():
        way(work.first(100))
    found: dict[str, list] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (way, work) in ways.items():
            began = time.perf_counter()
            hops = way(work)
            found[name].append((hops, time.perf_counter() - began))
    return found


def table(found: dict[str, list], letters: dict[str, int]) -> list[str]:
    """A line a way, with simnet's speed over its own, round by round."""
    ours = [hops / seconds for hops, seconds in found["simnet"]]
    lines = ["| way | letters | hops a letter | hops a second | simnet is so many times as fast |"]
    lines.append("|---|---:|---:|---:|---:|")
    for name, rounds in found.items():
        speeds = [hops / seconds for hops, seconds in rounds]
        ratios = [our / speed for our, speed in zip(ours, speeds, strict=True)]
        each = rounds[0][0] / letters[name]
        lines.append(
            f"| {name} | {letters[name]:,} | {each:.1f} | {median(speeds):,.0f} | "
            f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}) |"
        )
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--degree", type=int, default=10)
    options.add_argument("--letters", type=int, default=50_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    busy = load()
    for shuffled in (True, False):
        work = job(given.people, given.degree, given.letters, shuffled=shuffled)
        graph = networkx.Graph()
        once = work.network.sources < work.network.neighbours
        ends = work.network.sources[once].tolist(), work.network.neighbours[once].tolist()
        graph.add_edges_from(zip(*ends, strict=True))
        ways = {
            "simnet": (by_simnet, work),
            "plain kernel": (by_a_plain_kernel, work),
            "NumPy in batches": (by_numpy, work.first(given.letters // 10)),
            "NetworkX loop": (by_networkx(graph), work.first(given.letters // 100)),
        }
        letters = {name: len(part.starters) for name, (_, part) in ways.items()}
        order = "in any order" if shuffled else "along the ring"
        print(f"\n{given.people:,} people, {given.degree} ties each, numbered {order}\n")
        print("\n".join(table(measured(ways, given.rounds), letters)))
    print(f"\n{in_words(busy)}")


if __name__ == "__main__":
    main()
