"""An engine whose tables are tiny and whose trials can fail, wait or be killed on demand."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from simnet.lab.execution import Engine, Lived


@dataclass
class FakeEngine(Engine):
    """Numbers that depend on seed, strategy and replicate alone.

    Trials are named by strategy and replicate, such as ``hard-sell.3``.
    """

    seconds: float = 0.0
    failing: frozenset[str] = frozenset()
    deadly: frozenset[str] = frozenset()  # the worker is killed every time
    deadly_once: Mapping[str, Path] = field(default_factory=dict)  # until the file is there
    stuck: frozenset[str] = frozenset()  # never through with their first week
    stillborn: bool = False  # workers end before they begin
    log: Path | None = None  # one line a trial begun: name, process, threads

    def prepare(self) -> None:
        if self.stillborn:
            os._exit(1)

    def network(self, world: Any, replicate: int) -> Any:
        return SimpleNamespace(n_people=world.network.people, n_ties=world.network.people * 2)

    def simulate(
        self, world: Any, replicate: int, network: Any, on_week: Callable[[int], None]
    ) -> Lived:
        name = f"{world.focal.strategy}.{replicate}"
        self._note(name)
        while name in self.stuck:
            time.sleep(0.01)
        for week in range(1, world.weeks + 1):
            time.sleep(self.seconds / world.weeks)
            on_week(week)
        if name in self.failing:
            raise RuntimeError(f"{name} was told to fail")
        self._die_if_told(name)
        letters = sum(map(ord, str(world.focal.strategy)))
        rng = np.random.default_rng([world.seed, replicate, letters])
        return Lived(tables(rng, world.weeks), [self.seconds / world.weeks] * world.weeks)

    def measure(self, tables: Mapping[str, pd.DataFrame], weeks: int, names: Any) -> pd.DataFrame:
        wins = tables["series"]["value"].mean()
        return pd.DataFrame({"measure": ["opportunity_yield", "latency"], "value": [wins, np.nan]})

    def _note(self, name: str) -> None:
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(f"{name} {os.getpid()} {os.environ.get('NUMBA_NUM_THREADS')}\n")

    def _die_if_told(self, name: str) -> None:
        marker = self.deadly_once.get(name)
        if marker is not None and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if name in self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)


def tables(rng: np.random.Generator, weeks: int) -> dict[str, pd.DataFrame]:
    """Every table; all but series, ties and opportunities without rows."""
    week = np.arange(1, weeks + 1)
    series = pd.DataFrame({"week": week, "value": rng.random(weeks)}).assign(
        group=pd.Categorical(["focal"] * weeks, categories=["focal", "background"]),
        strategy="hard-sell",
        metric="wins",
    )
    ties = pd.DataFrame(
        {
            "person": [0, 0, 1],
            "other": [1, 2, 2],
            "group": pd.Categorical(["focal", "focal", "background"]),
            "strategy": "hard-sell",
            "other_group": "background",
            "other_strategy": "passive-profile",
            "channel": "prior",
            "via": pd.array([1, None, None], dtype="Int64"),
            "born_week": [-5, 0, 3],
            "end": "living",
            "ended_week": pd.array([None] * 3, dtype="Int64"),
            "trust_in_person": rng.random(3),
            "trust_in_other": rng.random(3),
            "strength": rng.random(3),
            "first_win_week": pd.array([2, None, None], dtype="Int64"),
            "wins": [1, 0, 0],
            "value": [1.5, 0.0, 0.0],
        }
    )
    opportunities = pd.DataFrame(
        {
            "opportunity": [0, 1],
            "week": [1, 2],
            "closed_week": pd.array([2, 3], dtype="Int64"),
            "needy": [0, 1],
            "provider": pd.array([1, None], dtype="Int64"),
            "provider_group": ["focal", None],
            "provider_strategy": ["hard-sell", None],
            "category": [3, 4],
            "value": [1.5, 2.5],
            "route": ["own-tie", "outside"],
            "path": [[0, 1], []],
            "channels": [["prior"], []],
            "tie_ages_weeks": [np.array([6]), np.array([], dtype=int)],
        }
    )
    return {"series": series, "ties": ties, "opportunities": opportunities, **_without_rows()}


def _without_rows() -> dict[str, pd.DataFrame]:
    from simnet.lab.schemas import schema

    names = ("people", "chains", "steps", "attrition")
    return {name: pd.DataFrame(columns=schema(name).names[3:]) for name in names}
