"""What is written down while a world lives, and the tables made of it at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simnet.agents.crowd import CHANNELS
from simnet.agents.tables import Tables
from simnet.chains import OUTCOMES

if TYPE_CHECKING:
    from pandas import DataFrame

    from simnet.agents.crowd import HalfTies, People
    from simnet.network import Network

KINDS = ("letter", "referral", "introduction")
LETTER, REFERRAL, INTRODUCTION = range(len(KINDS))
GROUPS = ("background", "focal")
ROUTES = ("unmet", "own-tie", "referral", "volunteered", "open-search", "outside")
ENDS = ("living", "blocked", "dormant")
LIVING, BLOCKED_END, DORMANT_END = range(len(ENDS))
WHAT = (*OUTCOMES, "forwarded")
MOST_STEPS = 64

Columns = Mapping[str, NDArray[Any]]


class Ledger:
    """Rows gathered week by week, as columns; nobody reads them before the end."""

    def __init__(self, strategies: Sequence[str], recorded: NDArray[np.bool_]) -> None:
        self.strategies = tuple(strategies)
        self.recorded = recorded
        self.counts = np.zeros((len(KINDS), MOST_STEPS, len(strategies), 2, len(WHAT)), np.int64)
        self._rows: dict[str, list[Columns]] = {
            name: [] for name in ("series", "ties", "opportunities", "chains", "attrition")
        }

    def write(self, table: str, columns: Columns) -> None:
        """Add rows to a table."""
        self._rows[table].append(columns)

    # ------------------------------------------------------------ while it lives
    def write_chains(
        self,
        kind: int,
        week: int,
        outcome: NDArray[Any],
        steps: NDArray[Any],
        paths: NDArray[Any],
        strengths: NDArray[Any],
        people: People,
        targets: NDArray[Any] | None = None,
    ) -> None:
        """Count every step of some chains, and keep the chains of recorded starters.

        Rows without an outcome (-1) are no chains.
        """
        from simnet.agents._kernels import count_steps

        if len(outcome) == 0:
            return
        count_steps(
            self.counts[kind],
            outcome.astype(np.int8, copy=False),
            steps.astype(np.int16, copy=False),
            np.ascontiguousarray(paths, np.int32),
            people,
        )
        kept = outcome >= 0
        if kind != LETTER:
            kept &= self.recorded[paths[:, 0]]
        longest = int(steps[kept].max(initial=0)) + 1
        n = int(kept.sum())
        self.write(
            "chains",
            {
                "week": np.full(n, week),
                "kind": np.full(n, kind),
                "outcome": outcome[kept],
                "steps": steps[kept].astype(np.int64),
                "target": np.full(n, -1) if targets is None else targets[kept].astype(np.int64),
                "path": _padded(paths[kept, :longest], MOST_STEPS, -1),
                "strength": _padded(strengths[kept, :longest], MOST_STEPS, np.nan),
            },
        )

    def close_interval(self, week: int) -> None:
        """Write the counts of steps since the last time, and begin anew."""
        kind, step, strategy, group, what = np.nonzero(self.counts)
        self.write(
            "attrition",
            {
                "week": np.full(len(kind), week),
                "kind": kind,
                "step": step,
                "holder_strategy": strategy,
                "starter_group": group,
                "what": what,
                "n": self.counts[kind, step, strategy, group, what],
            },
        )
        self.counts[:] = 0

    def write_ties(
        self,
        people: People,
        ties: HalfTies,
        owners: NDArray[np.int64],
        slots: NDArray[np.int64],
        end: int,
        week: int,
        strength: NDArray[np.float64],
    ) -> None:
        """Keep ties, as they are now."""
        other = ties.other[slots]
        mates = people.row.start[other] + ties.mate[slots]
        lower = owners < other
        self.write(
            "ties",
            {
                "person": np.where(lower, owners, other),
                "other": np.where(lower, other, owners),
                "channel": ties.history.channel[slots],
                "via": ties.history.via[slots],
                "born_week": ties.half.born[slots].astype(np.int64),
                "end": np.full(len(slots), end),
                "ended_week": np.full(len(slots), -1 if end == LIVING else week),
                "trust_in_person": np.where(lower, ties.half.trust[slots], ties.half.trust[mates]),
                "trust_in_other": np.where(lower, ties.half.trust[mates], ties.half.trust[slots]),
                "strength": strength,
            },
        )

    # ------------------------------------------------------------ at the end
    def tables(
        self, people: People, network: Network, degree_start: NDArray[np.int32], hours: float
    ) -> Tables:
        """The tables of the trial, from all that was written."""
        chains = self._stacked("chains")
        opportunities = self._opportunities(people)
        return Tables(
            series=self._series(),
            people=self._people(people, network, degree_start, hours),
            ties=self._ties(people, opportunities),
            opportunities=opportunities,
            chains=self._chains(chains, people),
            steps=self._steps(chains, people),
            attrition=self._attrition(),
        )

    def _stacked(self, table: str) -> dict[str, NDArray[Any]]:
        rows = self._rows[table]
        if not rows:
            return {}
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}

    def _series(self) -> DataFrame:
        import pandas as pd

        c = self._stacked("series")
        return pd.DataFrame(
            {
                "week": c["week"],
                "group": named(c["group"], GROUPS),
                "strategy": named(c["strategy"], self.strategies),
                "metric": pd.Categorical(c["metric"], categories=list(dict.fromkeys(c["metric"]))),
                "value": c["value"],
            }
        )

    def _people(
        self, people: People, network: Network, degree_start: NDArray[np.int32], hours: float
    ) -> DataFrame:
        import pandas as pd

        who = np.flatnonzero(self.recorded)
        ids = who if network.ids is None else network.ids[who]
        return pd.DataFrame(
            {
                "person": who,
                "id": [str(one) for one in ids],
                "group": named(people.own.group[who], GROUPS),
                "strategy": named(people.face.strategy[who], self.strategies),
                "degree_start": degree_start[who],
                "degree_end": people.face.degree[who],
                "needs": people.own.needs[who],
                "needs_met": people.own.needs_met[who],
                "wins": people.own.wins[who],
                "value": people.own.value[who],
                "hours_spent": people.own.hours[who],
                "hours_idle": hours - people.own.hours[who],
                "image": people.own.image[who],
            }
        )

    def _ties(self, people: People, opportunities: DataFrame) -> DataFrame:
        import pandas as pd

        c = self._stacked("ties")
        frame = pd.DataFrame(
            {
                "person": c["person"],
                "other": c["other"],
                "group": named(people.own.group[c["person"]], GROUPS),
                "strategy": named(people.face.strategy[c["person"]], self.strategies),
                "other_group": named(people.own.group[c["other"]], GROUPS),
                "other_strategy": named(people.face.strategy[c["other"]], self.strategies),
                "channel": named(c["channel"], CHANNELS),
                "via": missing(c["via"]),
                "born_week": c["born_week"],
                "end": named(c["end"], ENDS),
                "ended_week": missing(c["ended_week"]),
                "trust_in_person": c["trust_in_person"],
                "trust_in_other": c["trust_in_other"],
                "strength": c["strength"],
            }
        ).merge(_wins_of_ties(opportunities), on=["person", "other", "born_week"], how="left")
        frame["first_win_week"] = frame["first_win_week"].astype("Int64")
        frame["wins"] = frame["wins"].fillna(0).astype(np.int64)
        frame["value"] = frame["value"].fillna(0.0)
        return frame.sort_values(["person", "other", "born_week"], ignore_index=True)

    def _opportunities(self, people: People) -> DataFrame:
        import pandas as pd

        c = self._stacked("opportunities")
        if not c:
            c = no_opportunities()
        provider = c["provider"]
        known = provider >= 0
        safe = np.where(known, provider, 0)
        length = c["length"]
        frame = pd.DataFrame(
            {
                "opportunity": c["opportunity"],
                "week": c["week"],
                "closed_week": c["closed_week"],
                "needy": c["needy"],
                "provider": missing(provider),
                "provider_group": named(np.where(known, people.own.group[safe], -1), GROUPS),
                "provider_strategy": named(
                    np.where(known, people.face.strategy[safe], -1), self.strategies
                ),
                "category": c["category"],
                "value": c["value"],
                "route": named(c["route"], ROUTES),
                "path": _ragged(c["path"], length),
                "channels": [
                    [CHANNELS[k] for k in row] for row in _ragged(c["channels"], c["n_ties"])
                ],
                "tie_ages_weeks": _ragged(c["ages"], c["n_ties"]),
            }
        )
        return frame.sort_values("opportunity", ignore_index=True)

    def _chains(self, c: dict[str, NDArray[Any]], people: People) -> DataFrame:
        import pandas as pd

        if not c:
            c = no_chains()
        starter = c["path"][:, 0]
        return pd.DataFrame(
            {
                "chain": np.arange(len(starter)),
                "kind": named(c["kind"], KINDS),
                "week": c["week"],
                "starter": starter,
                "starter_group": named(people.own.group[starter], GROUPS),
                "starter_strategy": named(people.face.strategy[starter], self.strategies),
                "target": missing(c["target"]),
                "steps": c["steps"],
                "outcome": named(c["outcome"], OUTCOMES),
            }
        )

    def _steps(self, c: dict[str, NDArray[Any]], people: People) -> DataFrame:
        import pandas as pd

        if not c:
            c = no_chains()
        last_decides = (c["outcome"] == 1) | (c["outcome"] == 3)
        n_holders = c["steps"] + last_decides
        chain = np.repeat(np.arange(len(n_holders)), n_holders)
        step = np.arange(len(chain)) - np.repeat(np.cumsum(n_holders) - n_holders, n_holders)
        final = step == n_holders[chain] - 1
        passed = step < c["steps"][chain]
        holder = c["path"][chain, step]
        following = np.where(passed, c["path"][chain, np.minimum(step + 1, MOST_STEPS - 1)], -1)
        what = np.where(final, c["outcome"][chain], len(OUTCOMES))
        return pd.DataFrame(
            {
                "chain": chain,
                "step": step,
                "week": c["week"][chain],
                "kind": named(c["kind"][chain], KINDS),
                "holder": holder,
                "holder_strategy": named(people.face.strategy[holder], self.strategies),
                "next": missing(following),
                "strength": np.where(passed, c["strength"][chain, step], np.nan),
                "outcome": named(what, WHAT),
            }
        )

    def _attrition(self) -> DataFrame:
        import pandas as pd

        c = self._stacked("attrition")
        long = pd.DataFrame(
            {
                "week": c["week"],
                "kind": named(c["kind"], KINDS),
                "step": c["step"],
                "holder_strategy": named(c["holder_strategy"], self.strategies),
                "starter_group": named(c["starter_group"], GROUPS),
                "what": named(c["what"], WHAT),
                "n": c["n"],
            }
        )
        keys = ["week", "kind", "step", "holder_strategy", "starter_group"]
        wide = long.pivot_table(
            index=keys, columns="what", values="n", aggfunc="sum", observed=True, fill_value=0
        ).reindex(columns=list(WHAT), fill_value=0)
        wide.columns = pd.Index(list(WHAT))
        wide["at_risk"] = wide.sum(axis=1)
        ordered = ["at_risk", "dropped", "lost", "expired", "arrived"]
        return wide[ordered].astype(np.int64).reset_index()


def named(codes: NDArray[Any], names: Sequence[str]) -> Any:
    """Codes as a categorical; a code of -1 is missing."""
    import pandas as pd

    return pd.Categorical.from_codes(np.asarray(codes, np.int64), categories=pd.Index(names))


def missing(numbers: NDArray[Any]) -> Any:
    """Integers of which -1 means missing."""
    import pandas as pd

    numbers = np.asarray(numbers, np.int64)
    return pd.arrays.IntegerArray(np.where(numbers < 0, 0, numbers), numbers < 0)


def no_opportunities() -> dict[str, NDArray[Any]]:
    """The columns of opportunities, without rows."""
    flat = ("opportunity", "week", "closed_week", "needy", "provider", "category", "route")
    return {
        **{name: np.empty(0, np.int64) for name in (*flat, "length", "n_ties")},
        "value": np.empty(0),
        **{name: np.empty((0, 1), np.int64) for name in ("path", "channels", "ages")},
    }


def no_chains() -> dict[str, NDArray[Any]]:
    """The columns of chains, without rows."""
    return {
        **{name: np.empty(0, np.int64) for name in ("week", "kind", "outcome", "steps", "target")},
        "path": np.empty((0, MOST_STEPS), np.int64),
        "strength": np.empty((0, MOST_STEPS)),
    }


def _padded(rows: NDArray[Any], width: int, filling: float) -> NDArray[Any]:
    out = np.full((len(rows), width), filling, rows.dtype)
    out[:, : rows.shape[1]] = rows[:, :width]
    return out


def _ragged(rows: NDArray[Any], lengths: NDArray[Any]) -> list[list[int]]:
    return [row[:n].tolist() for row, n in zip(rows, lengths, strict=True)]


def _wins_of_ties(opportunities: DataFrame) -> DataFrame:
    """Wins, value and first win of every tie that was on a path of an opportunity."""
    import pandas as pd

    won = opportunities[opportunities["tie_ages_weeks"].map(len) > 0]
    rows = [
        (min(a, b), max(a, b), closed - age, closed, value)
        for path, ages, closed, value in zip(
            won["path"], won["tie_ages_weeks"], won["closed_week"], won["value"], strict=True
        )
        for a, b, age in zip(path[:-1], path[1:], ages, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["person", "other", "born_week", "closed", "value"]).astype(
        {
            "person": np.int64,
            "other": np.int64,
            "born_week": np.int64,
            "closed": np.int64,
            "value": np.float64,
        }
    )
    return frame.groupby(["person", "other", "born_week"], as_index=False).agg(
        first_win_week=("closed", "min"), wins=("closed", "size"), value=("value", "sum")
    )
