"""Networks that worker processes share: one build, one file, the same numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_engine import FakeEngine
from studies import parts
from test_execution import run, study

import simnet
from simnet.lab.execution.networks import open_network, save_network, shared_networks
from simnet.lab.execution.processes import Processes
from simnet.lab.execution.serial import Serial
from simnet.network import make
from simnet.spec import load

LARGE = "network={model: watts-strogatz, people: 40000, degree: 10, rewiring: 0.1}"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Temporary folders of the test alone."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return temporary


def large(replicate=0):
    return load("quickstart", overrides=[LARGE]).world("hard-sell"), replicate


def made(world, replicate):
    return make(world.network, seed=world.seed, replicate=replicate)


@pytest.mark.parametrize(
    "network",
    [
        "{model: watts-strogatz, people: 50, degree: 4, rewiring: 0.1}",
        "{model: kleinberg, side: 8}",
        "{model: classic, name: karate-club}",
    ],
)
def test_a_network_comes_back_as_it_was(tmp_path, network):
    before = made(load("quickstart", overrides=[f"network={network}"]).world("hard-sell"), 3)
    save_network(before, tmp_path / "one.network")
    after = open_network(tmp_path / "one.network")
    assert np.array_equal(after.indptr, before.indptr)
    assert np.array_equal(after.neighbours, before.neighbours)
    assert after.indptr.dtype == before.indptr.dtype
    assert (after.directed, after.dropped) == (before.directed, before.dropped)
    assert after.labels == before.labels
    assert after.spaces.keys() == before.spaces.keys()
    for there, here in ((before.people, after.people), (before.tie_columns, after.tie_columns)):
        assert there.keys() == here.keys()
        assert all(np.array_equal(there[name], here[name]) for name in there)
    assert not after.neighbours.flags.writeable


def test_a_large_network_is_made_once_and_small_ones_by_everybody():
    calls = []

    def making(world, replicate):
        calls.append((world.network.n_people, replicate))
        return made(world, replicate)

    with shared_networks(kept=2) as networks:
        world, _ = large()
        first = networks.get(world, 0, lambda: making(world, 0))
        assert networks.get(world, 0, lambda: making(world, 0)) is first
        other = networks.get(world, 1, lambda: making(world, 1))
        again = networks.get(world, 0, lambda: making(world, 0))
        assert calls == [(40_000, 0), (40_000, 1)]
        assert np.array_equal(again.neighbours, made(world, 0).neighbours)
        assert not np.array_equal(again.neighbours, other.neighbours)
        small = load("quickstart").world("hard-sell")
        for _ in range(2):
            networks.get(small, 0, lambda: making(small, 0))
        assert len(calls) == 4


def test_only_the_networks_used_last_are_kept(folder):
    with shared_networks(kept=2) as networks:
        world, _ = large()
        for replicate in range(4):
            networks.get(world, replicate, lambda replicate=replicate: made(world, replicate))
            assert len(list(folder.glob("*/*.network"))) == min(replicate + 1, 2)
    assert list(folder.iterdir()) == []


def test_without_room_everybody_makes_the_network(monkeypatch):
    def full(network, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simnet.lab.execution.networks.save_network", full)
    with shared_networks(kept=2) as networks:
        world, _ = large()
        network = networks.get(world, 0, lambda: made(world, 0))
    assert network.n_people == 40_000


@dataclass
class Mapping(FakeEngine):
    """Makes real networks, notes each making and what file the network is mapped from."""

    notes: Path = Path()

    def network(self, world: Any, replicate: int) -> Any:
        self._write("made", replicate)
        return made(world, replicate)

    def simulate(self, world: Any, replicate: int, network: Any, on_week: Any) -> Any:
        address = network.neighbours.__array_interface__["data"][0]
        self._write("mapped", replicate, inode_of(address))
        return super().simulate(world, replicate, network, on_week)

    def _write(self, *words: object) -> None:
        with self.notes.open("a") as file:
            file.write(" ".join(map(str, words)) + "\n")


def inode_of(address: int) -> str:
    """The inode of the file that is mapped at this address of the process; 0 for plain memory."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, _, _, _, inode, *_ = line.split()
        start, end = (int(edge, 16) for edge in span.split("-"))
        if start <= address < end:
            return inode
    raise LookupError(address)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux's /proc")
def test_workers_map_the_same_file_which_is_made_once_a_replicate(tmp_path, folder):
    notes = tmp_path / "notes"
    one = study(tmp_path, Mapping(seconds=0.2, notes=notes), LARGE, "replicates=2")
    assert not any(outcome.failure for outcome in run(Processes(one, 2), one).values())
    lines = [line.split() for line in notes.read_text().splitlines()]
    assert sorted(line[1] for line in lines if line[0] == "made") == ["0", "1"]
    for replicate in ("0", "1"):
        inodes = [line[2] for line in lines if line[:2] == ["mapped", replicate]]
        assert len(inodes) == 2
        assert len(set(inodes)) == 1
        assert inodes[0] != "0"
    assert list(folder.iterdir()) == []
    here = study(tmp_path, Mapping(notes=notes), LARGE, "replicates=2", out="here")
    run(Serial(here), here)
    assert parts(tmp_path / "out") == parts(tmp_path / "here")


KILLED = """\
import os, signal
from simnet.lab.execution.networks import shared_networks
with shared_networks(kept=2) as networks:
    (networks.folder / "left.network").write_bytes(b"left")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_is_removed_and_what_is_in_use_is_not(folder):
    source = str(Path(simnet.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": source}
    with shared_networks(kept=2) as in_use:
        done = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
        assert done.returncode == -signal.SIGKILL
        assert len(list(folder.glob("*/left.network"))) == 1
        with shared_networks(kept=2) as later:
            assert sorted(folder.iterdir()) == sorted([in_use.folder, later.folder])
