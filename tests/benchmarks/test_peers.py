"""The comparison with other libraries: all do the same work, and what is missing is said."""

from __future__ import annotations

import csv
import importlib
import json
import subprocess
import sys
from pathlib import Path

import networkx
import numpy as np
import pytest

from benchmarks.peers import processes, report, worker
from benchmarks.peers.graphs import arrays, drawn, save
from benchmarks.peers.processes import PEERS, Measured, Settings, ask, in_turns
from benchmarks.peers.tasks import Task, tasks

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("simnet", *PEERS)
PEOPLE = 300
FROM = 7


def library(name: str):
    """The module that asks a library, if the library is there."""
    pytest.importorskip(name, exc_type=ImportError)
    return importlib.import_module(f"benchmarks.peers.libraries.{name}")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    save(folder, PEOPLE, FROM)
    return *arrays(folder, PEOPLE), drawn(folder, PEOPLE)


@pytest.fixture(scope="module")
def plain(saved):
    indptr, neighbours, _ = saved
    graph = networkx.Graph()
    graph.add_nodes_from(range(PEOPLE))
    graph.add_edges_from(zip(np.repeat(range(PEOPLE), np.diff(indptr)), neighbours, strict=True))
    return graph


def by_definition(function: str, graph: networkx.Graph, sources) -> dict[str, float]:
    match function:
        case "distances":
            found = [networkx.shortest_path_length(graph, one) for one in sources]
            apart = [d for lengths in found for d in lengths.values() if d]
            return {"mean": np.mean(apart), "variance": np.var(apart)}
        case "mean_distance":
            return {"value": networkx.average_shortest_path_length(graph)}
        case "mean_clustering":
            return {"value": networkx.average_clustering(graph)}
        case "transitivity":
            return {"value": networkx.transitivity(graph)}
    raise AssertionError(function)


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize(
    "function", ["distances", "mean_distance", "mean_clustering", "transitivity"]
)
def test_every_library_measures_the_same(name, function, saved, plain):
    module = library(name)
    if not hasattr(module, function):
        pytest.skip(f"{name} offers no {function}")
    indptr, neighbours, sources = saved
    graph = module.load(indptr, neighbours)
    given = (graph, sources) if function == "distances" else (graph,)
    answer = worker.answer(module, function, getattr(module, function)(*given))
    near = function in getattr(module, "NEAR", {})
    assert answer == pytest.approx(
        by_definition(function, plain, sources), rel=0.1 if near else 1e-9
    )


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("task", ["make-10", "make-100", "kleinberg"])
def test_every_library_makes_the_same_kind_of_network(name, task, tmp_path):
    module, made = library(name), tasks(quick=True)[task]
    if not hasattr(module, made.function):
        pytest.skip(f"{name} makes no {made.function}")
    ours = worker.run(library("simnet"), made, tmp_path)
    theirs = worker.run(module, made, tmp_path)
    assert made.agrees(theirs, ours, nearly=made.function in getattr(module, "NEAR", {}))


def test_a_library_that_is_not_installed_is_said_to_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "rustworkx", None)
    monkeypatch.delitem(sys.modules, "benchmarks.peers.libraries.rustworkx", raising=False)
    assert "rustworkx" in worker.what_it_offers("rustworkx")["missing"]


def test_what_fails_or_takes_too_long_is_told_not_raised():
    assert "no_such_library" in ask(sys.executable, {"library": "no_such_library"})["missing"]
    broken = ask(sys.executable, {"library": "networkx", "name": "no such task"})
    assert broken["failed"].startswith("ended with 1: ")
    assert ask(sys.executable, {"library": "networkx"}, limit_s=0.01)["failed"] == "over 0.01 s"
    assert "no-such-python" in ask("no-such-python", {"library": "networkx"})["failed"]


def test_an_answer_is_the_same_within_its_tolerance_only():
    task = Task("", "", tolerance={"ties": 0.0, "variance": 0.1}, near=0.5)
    ours = {"ties": 100, "variance": 2.0}
    assert task.agrees({"ties": 100, "variance": 2.19}, ours)
    assert not task.agrees({"ties": 100, "variance": 2.21}, ours)
    assert not task.agrees({"ties": 101, "variance": 2.0}, ours)
    assert task.agrees({"ties": 101, "variance": 2.9}, ours, nearly=True)
    assert not task.agrees({"ties": 100, "variance": float("nan")}, ours)


def measured(round: int, name: str, seconds: float, value: float = 1.0) -> Measured:
    return Measured(round, "one", name, (seconds,), (seconds,), 1, 2, {"value": value})


def test_simnet_is_compared_with_the_fastest_peer_round_by_round():
    rows = [
        *(measured(round, "simnet", 0.1 * (1 + round)) for round in range(3)),
        *(measured(round, "igraph", 0.3) for round in range(3)),
        measured(0, "networkx", 70.0),
        Measured(0, "one", "scipy", failed="over 900 s"),
    ]
    (line,) = list(report.against_the_fastest(rows, {"one": Task("Work", "work")}))[2:]
    assert line == "| Work | 0.2 | igraph | 0.3 | 1.50 (1.00–3.00) |"


def test_an_answer_that_is_not_the_same_is_named():
    offered = {
        name: {"version": "1", "functions": ["work"], "near": {}}
        for name in ("simnet", "igraph", "networkx")
    }
    rows = [measured(0, "simnet", 1), measured(0, "igraph", 1), measured(0, "networkx", 1, 1.001)]
    chosen = {"one": Task("Work", "work")}
    assert report.disagreeing(rows, chosen, offered) == [("one", "networkx")]
    lines = list(report.by_task(rows, chosen, offered))
    assert [line.split("|")[-2].strip() for line in lines[4:7]] == ["", "yes", "**no**"]


def test_libraries_take_turns_and_what_is_slow_has_one(monkeypatch):
    seconds = {"simnet": 1.0, "igraph": 2.0, "networkx": 2 * processes.ONCE_S}

    def found(python, job, limit_s):
        return {"wall_s": [seconds[job["library"]]], "cpu_s": [1.0], "answer": {"value": 1.0}}

    monkeypatch.setattr(processes, "ask", found)
    monkeypatch.setattr(processes, "save_networks", lambda chosen, folder: None)
    offered = {name: {"functions": ["work"]} for name in seconds} | {"scipy": {"functions": []}}
    settings = Settings(
        dict.fromkeys(offered, "python"), quick=True, rounds=2, repeats=1, seconds=1, limit_s=1
    )
    turns = [row.library for row in in_turns({"one": Task("Work", "work")}, offered, settings)]
    assert turns == ["simnet", "igraph", "networkx", "igraph", "simnet"]


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peers")
    options = ["--quick", "--rounds", "1", "--repeats", "2", "--output", str(folder)]
    chosen = ["--tasks", "clustering", "distances", "--peers", "scipy", "networkx", "rustworkx"]
    command = [sys.executable, "-m", "benchmarks.peers", *options, *chosen]
    return folder, subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_command_prints_tables_and_finds_the_same_answers(whole_run):
    _, run = whole_run
    assert run.returncode == 0, run.stderr
    assert "### Mean clustering" in run.stdout
    assert "| simnet is so many times as fast |" in run.stdout
    assert "**no**" not in run.stdout
    assert "rustworkx is not there" in run.stderr or "Not offered by rustworkx." in run.stdout


def test_the_command_writes_every_repeat(whole_run):
    folder, _ = whole_run
    everything = json.loads((folder / "peers.json").read_text(encoding="utf-8"))
    with (folder / "peers.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert everything.keys() == {"where", "libraries", "measured"}
    assert len(lines) == sum(len(row["wall_s"]) for row in everything["measured"])
    assert {line["library"] for line in lines} >= {"simnet", "scipy", "networkx"}
    assert all(int(line["peak_bytes"]) >= int(line["loaded_bytes"]) > 0 for line in lines)
