"""Made-up results with the shape of a study: known rates, keyed by a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
import pytest

from simnet.lab.measures import measure

PEOPLE = 60


@dataclass(frozen=True)
class MadeUp:
    """The tables that figures read."""

    trials: pd.DataFrame
    series: pd.DataFrame
    people: pd.DataFrame
    ties: pd.DataFrame
    chains: pd.DataFrame
    attrition: pd.DataFrame
    measures: pd.DataFrame

    @property
    def points(self) -> pd.DataFrame:
        swept = [name for name in self.trials.columns if "." in name]
        return self.trials[["point", *swept]].drop_duplicates()

    def table(self, name, *, columns=None, **filters) -> pd.DataFrame:
        rows = getattr(self, name)
        for column, wanted in filters.items():
            several = isinstance(wanted, list | tuple)
            rows = rows[rows[column].isin(wanted if several else [wanted])]
        return rows if columns is None else rows[list(columns)]

    def emptied(self, *names: str) -> MadeUp:
        return replace(self, **{name: getattr(self, name).iloc[:0] for name in names})


def _series(rng, weeks, effect, wins):
    rows = []
    tied = 12.0
    for week in range(weeks):
        tied += 0.05 * effect
        won = rng.poisson(wins * PEOPLE * (1 + effect) * (0.01 + 0.0002 * week))
        for metric, value in {
            "people": PEOPLE,
            "wins": won,
            "value": rng.lognormal(0, 1, won).sum(),
            "hours_spent": 5.0 * PEOPLE,
            "ties": tied,
            "trust": 0.3 + 0.1 * effect * (1 - np.exp(-week / 30)) + rng.normal(0, 0.004),
        }.items():
            rows.append((week, "focal", "any", metric, float(value)))
    return pd.DataFrame(rows, columns=["week", "group", "strategy", "metric", "value"])


def _people(rng, effect, wins):
    value = rng.lognormal(0, 1.2, PEOPLE) * (rng.random(PEOPLE) < 0.3 * wins * (1 + effect))
    return pd.DataFrame({"person": np.arange(PEOPLE), "group": "focal", "value": value})


def _ties(rng, weeks, effect, wins):
    n = 400
    born = rng.integers(-50, weeks, n)
    won = (rng.random(n) < 0.1 * wins * (1 + effect)) & (born >= 0)
    first = pd.array(np.where(won, np.minimum(born + rng.geometric(0.05, n), weeks), 0), "Int64")
    first[~won] = pd.NA
    return pd.DataFrame(
        {
            "person": rng.integers(0, PEOPLE, n),
            "other": rng.integers(PEOPLE, 10 * PEOPLE, n),
            "born_week": born,
            "ended_week": pd.array([pd.NA] * n, "Int64"),
            "first_win_week": first,
            "wins": won.astype(int),
            "value": rng.lognormal(0, 1, n) * won,
        }
    )


def _chains(rng, weeks, effect):
    kinds = {"letter": (0.35, 0.05), "referral": (0.5, 0.2), "introduction": (0.4, 0.45)}
    rows, counts = [], {}
    for kind, (drop, arrive) in kinds.items():
        for week in range(0, weeks, 13) if kind == "letter" else range(weeks):
            for _ in range(20 if kind == "letter" else 4):
                step, at = 0, week
                while True:
                    key = (at, kind, step)
                    draw = rng.random()
                    hazard = drop * (1 - 0.1 * effect)
                    outcome = "forwarded"
                    if draw < hazard:
                        outcome = "dropped"
                    elif draw < hazard + 0.03:
                        outcome = "lost"
                    elif draw < hazard + 0.03 + arrive:
                        outcome = "arrived"
                    elif at + 1 >= weeks:
                        outcome = "expired"
                    counts.setdefault(key, []).append(outcome)
                    if outcome != "forwarded":
                        break
                    step, at = step + 1, at + 1
                rows.append((kind, week, "focal", step + (outcome == "arrived"), outcome))
    endings = ["dropped", "lost", "expired", "arrived"]
    attrition = pd.DataFrame(
        [(*key, len(all_), *(all_.count(e) for e in endings)) for key, all_ in counts.items()],
        columns=["week", "kind", "step", "at_risk", *endings],
    ).assign(starter_group="focal", holder_strategy="any")
    chains = pd.DataFrame(rows, columns=["kind", "week", "starter_group", "steps", "outcome"])
    return chains, attrition


def make_results(
    arms=("hard-sell", "give-first", "advocate-cultivation"),
    *,
    replicates=5,
    weeks=60,
    wins=1.0,
    points=1,
) -> MadeUp:
    parts: dict[str, list[pd.DataFrame]] = {field.name: [] for field in fields(MadeUp)}
    for replicate in range(replicates):
        for point in range(points):
            for place, arm in enumerate(arms):
                rng = np.random.default_rng([replicate, point, place])
                effect = 1.5 * place / max(len(arms) - 1, 1)
                chains, attrition = _chains(rng, weeks, effect)
                tables = {
                    "series": _series(rng, weeks, effect, wins),
                    "people": _people(rng, effect, wins),
                    "ties": _ties(rng, weeks, effect, wins),
                    "chains": chains,
                    "attrition": attrition,
                }
                tables["measures"] = measure(tables, weeks)
                tables["trials"] = pd.DataFrame({"seed": [1], "people": PEOPLE, "ties": 400})
                for name, table in tables.items():
                    keys = {"arm": arm, "point": point, "replicate": replicate}
                    if name == "trials" and points > 1:
                        keys["network.rewiring"] = 0.1 * point
                    parts[name].append(table.assign(**keys))
    joined = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    categories = pd.CategoricalDtype(list(arms), ordered=True)
    return MadeUp(**{n: t.assign(arm=t["arm"].astype(categories)) for n, t in joined.items()})


@pytest.fixture(scope="session")
def make() -> Callable[..., MadeUp]:
    return make_results


@pytest.fixture(scope="session")
def results() -> MadeUp:
    return make_results()
