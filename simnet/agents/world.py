"""The living network: a SimPy calendar on which weekly rounds, letters and observations happen."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import simpy
from numpy.typing import NDArray

from simnet.agents import ledger as book
from simnet.agents.actions import _kernels as actions
from simnet.agents.actions.table import compile_strategies, costs_by_action
from simnet.agents.breaking import _kernels as breaking
from simnet.agents.crowd import (
    BLOCKED,
    DORMANT,
    REFERRAL,
    Records,
    lengthened,
)
from simnet.agents.forming import _kernels as forming
from simnet.agents.founding import (
    Keys,
    found_people,
    found_ties,
    recorded_people,
    strategy_names,
)
from simnet.agents.market import _kernels as market
from simnet.agents.market.book import NeedBook
from simnet.agents.outcomes import _kernels as outcomes
from simnet.agents.parameters import parameter_record
from simnet.agents.plans import (
    Strategy,
    load_strategy,
    numbered,
    slots_of,
    unrolled,
    view_of,
)
from simnet.agents.tables import Tables
from simnet.agents.ties import _kernels as tie
from simnet.chains import send_letters

if TYPE_CHECKING:
    from simnet.network import Network
    from simnet.spec import WorldSpec

_MIDWEEK = 0.5
_WEEKEND = 0.75
_GROWTH = 1.25


class World:
    """People on a network who follow strategies, week after week.

    Parameters
    ----------
    spec : WorldSpec
        What the world is like.
    replicate : int
        Index of the replicate; with the seed, it determines every draw.
    network : Network, optional
        Used instead of the one that `spec` describes.
    progress : callable, optional
        Called with the number of each week that is over.

    Attributes
    ----------
    rounds_s : list of float
        Wall time of each weekly round so far, in seconds; letters and observations not counted.

    Notes
    -----
    A week has this order: needs arise; people act; those turned to respond; ties form, break and
    go dormant; needs are searched for and awarded; letters are sent; the world is observed.
    """

    def __init__(
        self,
        spec: WorldSpec,
        *,
        replicate: int = 0,
        network: Network | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        if network is None:
            from simnet.network import make

            network = make(spec.network, seed=spec.seed, replicate=replicate)
        self.spec = spec
        self.network = network
        self.env = simpy.Environment()
        self.rounds_s: list[float] = []
        self._progress = progress
        self._keys = Keys(spec.seed, replicate)
        self._parameters = parameter_record(spec.market, spec.behaviour)
        self._found(network)
        self.env.process(self._rounds())
        self.env.process(self._observations())
        if spec.probes is not None:
            self.env.process(self._mailings(spec.probes.every_weeks, spec.probes.letters))

    def run(self) -> Tables:
        """Live through all weeks and return the tables."""
        self.env.run(until=self.spec.weeks)
        self._write_living_ties()
        hours = self.spec.hours_per_week * self.spec.weeks
        return self._ledger.tables(self.people, self.network, self._degree_start, hours)

    def snapshot(self) -> Network:
        """The living ties as a Network, with the tie columns `strength` and `trust`."""
        from simnet.network import Network

        indptr = np.concatenate([[0], np.cumsum(self.people.face.degree, dtype=np.int64)])
        neighbours = np.empty(indptr[-1], np.int32)
        strength = np.empty(indptr[-1], np.float32)
        trust = np.empty(indptr[-1], np.float32)
        tie.snapshot(
            self._parameters, self.people, self.ties, self.week, indptr, neighbours, strength, trust
        )
        return Network(
            indptr=indptr,
            neighbours=neighbours,
            directed=False,
            people={**self.network.people, "field": self._fields},
            tie_columns={"strength": strength, "trust": trust},
            ids=self.network.ids,
        )

    @property
    def week(self) -> int:
        """The present week, from 0."""
        return int(self.env.now)

    # ------------------------------------------------------------ beginning
    def _found(self, network: Network) -> None:
        spec, p, keys = self.spec, self._parameters, self._keys
        names = strategy_names(spec)
        self.people = found_people(spec, names, network, p, keys)
        self.ties = found_ties(self.people, network, p, keys)
        self._free_slot = int(self.people.row.room.sum(dtype=np.int64))
        self._degree_start = self.people.face.degree.copy()
        self._fields = self.people.face.offer / p[0].market_categories
        self._reachable = np.flatnonzero(self.people.face.reachable).astype(np.int32)
        self._needs = NeedBook(p, keys["needs"])
        costs = spec.behaviour.costs
        self._table = compile_strategies(
            spec.strategies, names, costs, spec.behaviour.pitch.max_touches
        )
        self._costs = costs_by_action(costs)
        self._planned = {
            s: load_strategy(reference)
            for s, name in enumerate(names)
            if (reference := spec.strategies[name].python) is not None
        }
        self._events = self._room_for_events()
        recorded = recorded_people(network.n_people, spec.record.people, keys)
        self._ledger = book.Ledger(names, recorded)
        self._observed = tie.sums(self.people, self.ties, len(names))
        self._observed_week = 0
        self._flows = {name: np.zeros((2, len(names))) for name in ("formed", "blocked", "dormant")}

    def _room_for_events(self) -> actions.Events:
        most = self._table.events.copy()
        for s in self._planned:
            most[s] = 2 * int(self.spec.hours_per_week / self._costs.min()) + 2
        blocks = np.arange(0, self.network.n_people, actions.BLOCK)
        room = np.add.reduceat(most[self.people.face.strategy], blocks)
        return actions.Events(
            first=np.cumsum(room) - room,
            filled=np.zeros(len(blocks), np.int64),
            rows=np.empty(int(room.sum()), actions.EVENT).view(np.recarray),
        )

    # ------------------------------------------------------------ the calendar
    def _rounds(self) -> Generator[simpy.Event, None, None]:
        while True:
            began = perf_counter()
            self._live_a_week(self.week)
            self.rounds_s.append(perf_counter() - began)
            yield self.env.timeout(1)

    def _mailings(self, every: int, letters: int) -> Generator[simpy.Event, None, None]:
        yield self.env.timeout(_MIDWEEK)
        while True:
            self._send_letters(letters)
            yield self.env.timeout(every)

    def _observations(self) -> Generator[simpy.Event, None, None]:
        """At the end of the first week, of every so many weeks, and of the last."""
        yield self.env.timeout(_WEEKEND)
        last = self.spec.weeks - 1
        while True:
            self._observe()
            step = self.spec.record.every_weeks
            yield self.env.timeout(max(1, min(step, last - self.week)))

    # ------------------------------------------------------------ a week
    def _live_a_week(self, week: int) -> None:
        self._needs.turn_to(week, self.people)
        self._act(week)
        p, key, events = self._parameters, self._keys["responses"], self._events
        actions.respond(p, key, self.people, self.ties, events, week, self._reachable)
        self._settle(week)
        self._search_and_award(week)
        if self._progress is not None:
            self._progress(week)

    def _act(self, week: int) -> None:
        self._events.filled[:] = 0
        for s, strategy in self._planned.items():
            who = np.flatnonzero(self.people.face.strategy == s)
            self._act_as_planned(week, who, strategy)
        t = self._table
        actions.act(
            self._parameters,
            self._keys["actions"],
            self.people,
            self.ties,
            self._events,
            week,
            actions.Routines(t.routines, t.first, t.listening, t.among, t.reads),
            self._reachable,
        )

    def _act_as_planned(self, week: int, who: NDArray[np.int64], strategy: Strategy) -> None:
        """The week of people who follow a strategy written in Python."""
        p, key = self._parameters, self._keys["actions"]
        wanted = getattr(strategy, "listening_hours", 0.0)
        listening = min(max(wanted, 0.0), self.spec.hours_per_week)
        hours = self.spec.hours_per_week - listening
        self.people.own.hours[who] += listening
        owner, slots = slots_of(self.people, self.ties, who)
        in_need = actions.needs_noticed(
            p, key, self.people, self.ties, who[owner], slots, week, listening
        )
        view = view_of(
            self.people, self.ties, who, owner, slots, in_need=in_need, week=week, hours=hours
        )
        acts = strategy.plan(view)
        person, action, slot = unrolled(acts, who, owner, slots, in_need)
        actions.perform(
            p,
            key,
            self.people,
            self.ties,
            self._events,
            week,
            person,
            action,
            slot,
            numbered(person),
            np.full(self.network.n_people, hours),
            self._costs,
            self._reachable,
        )

    def _settle(self, week: int) -> None:
        """Ties form, then break; silent ones may go dormant."""
        asked, accepted, blocked = outcomes.sorted_out(self._events)
        self._write_introductions(week, asked)
        agreed = outcomes.agreed_ties(self._parameters, self.ties, self._events, accepted)
        blocks = self._events.rows[blocked]
        owners, places = blocks.owner, blocks.one - self.people.row.start[blocks.owner]
        self._form(forming.Proposals(*agreed))
        self._break(week, owners.astype(np.int64), self.people.row.start[owners] + places)

    def _form(self, new: forming.Proposals) -> None:
        ends = forming.Ends(*forming.ends_by_block(new, self.network.n_people))
        slots = np.cumsum(forming.slots_wanted(self.people, new, ends))
        first_free = self._free_slot + np.concatenate([[0], slots[:-1]])
        self._free_slot += int(slots[-1])
        if self._free_slot > len(self.ties.other):
            self.ties = lengthened(self.ties, int(self._free_slot * _GROWTH))
        self._flows["formed"] += forming.form_ties(
            self._parameters,
            self.people,
            self.ties,
            self.week,
            new,
            ends,
            first_free,
            len(self._ledger.strategies),
        )

    def _break(self, week: int, owners: NDArray[np.int64], blocked: NDArray[np.int64]) -> None:
        once = breaking.marked_once(self.people, self.ties, owners, blocked, BLOCKED)
        self._cut(owners[once], blocked[once], book.BLOCKED_END, "blocked")
        key = self._keys["dormancy"]
        marked = breaking.upkeep(self._parameters, key, self.people, self.ties, week)
        silent = np.flatnonzero(marked)
        owners, slots = breaking.marked_slots(self.people, self.ties, silent, DORMANT)
        self._cut(owners, slots, book.DORMANT_END, "dormant")

    def _cut(
        self, owners: NDArray[np.int64], slots: NDArray[np.int64], end: int, flow: str
    ) -> None:
        self._write_ties(owners, slots, end)
        strategies = len(self._ledger.strategies)
        self._flows[flow] += breaking.cut_ties(self.people, self.ties, owners, slots, strategies)

    def _search_and_award(self, week: int) -> None:
        needs, found = self._needs.open, self._needs.blank_findings()
        p, key = self._parameters, self._keys["search"]
        market.search(p, key, self.people, self.ties, needs, week, self._reachable, found)
        self._ledger.write_chains(
            book.REFERRAL,
            week,
            found.chain,
            found.steps,
            found.holders,
            found.strengths,
            self.people,
        )
        won = np.flatnonzero((found.route != market.UNMET) & (found.route != market.OUTSIDE))
        channels = np.full((len(won), market.MOST_PEOPLE), -1, np.int8)
        births = np.zeros((len(won), market.MOST_PEOPLE), np.int16)
        market.award(p, key, self.people, self.ties, needs, found, won, week, channels, births)
        self._tie_the_referred(found)
        self._write_opportunities(week, needs, found, won, channels, births)
        self._needs.close(found.route != market.UNMET, self.people)

    def _tie_the_referred(self, found: market.Found) -> None:
        """A referred win ties provider and needy, through whoever put the provider forward."""
        which = np.flatnonzero(
            (found.route == market.REFERRED) | (found.route == market.VOLUNTEERED)
        )
        last = found.length[which].astype(np.int64) - 1
        n = len(which)
        trust = self._parameters[0].trust_vouched
        self._form(
            forming.Proposals(
                first=found.path[which, 0],
                second=found.path[which, last],
                channel=np.full(n, REFERRAL, np.int8),
                via=found.path[which, last - 1],
                strength=np.zeros(n),
                trust=np.full(n, trust),
            )
        )

    # ------------------------------------------------------------ letters and observation
    def _send_letters(self, letters: int) -> None:
        """Letters from random starters to random targets, across the network as it is now."""
        from simnet.agents._kernels import person_draws

        network = self.snapshot()
        n = len(self._reachable)
        if n < 2:
            return
        u = person_draws(self._keys["mailings"], letters, self.week)
        start = (u[:, 0] * n).astype(np.int64)
        target = (start + 1 + (u[:, 1] * (n - 1)).astype(np.int64)) % n
        targets = self._reachable[target]
        chains, strength = send_letters(
            network,
            self._reachable[start],
            targets,
            parameters=self._parameters,
            key=self._keys["letters"],
            week=self.week,
        )
        self._ledger.write_chains(
            book.LETTER,
            self.week,
            chains.outcome,
            chains.steps,
            chains.holders,
            strength,
            self.people,
            targets,
        )

    def _observe(self) -> None:
        now = tie.sums(self.people, self.ties, len(self._ledger.strategies))
        flow = now - self._observed
        at = dict(zip(tie.SUMS, np.moveaxis(now, 2, 0), strict=True))
        since = dict(zip(tie.SUMS, np.moveaxis(flow, 2, 0), strict=True))
        people = at["people"]
        weeks = self.week + 1 - self._observed_week
        with np.errstate(invalid="ignore", divide="ignore"):
            values = {
                "people": people,
                "needs": since["needs"],
                "needs_met": since["needs_met"],
                "wins": since["wins"],
                "value": since["value"],
                "hours_spent": since["hours_spent"],
                "hours_idle": self.spec.hours_per_week * people * weeks - since["hours_spent"],
                "ties": at["ties"] / people,
                "trust": at["trust"] / at["ties"],
                "image": at["image"] / people,
                "ties_formed": self._flows["formed"].copy(),
                "ties_blocked": self._flows["blocked"].copy(),
                "ties_dormant": self._flows["dormant"].copy(),
            }
        self._write_series(values, people > 0)
        self._ledger.close_interval(self.week)
        self._observed, self._observed_week = now, self.week + 1
        for flows in self._flows.values():
            flows[:] = 0.0

    # ------------------------------------------------------------ writing down
    def _write_series(
        self, values: dict[str, NDArray[np.float64]], present: NDArray[np.bool_]
    ) -> None:
        group, strategy = np.nonzero(present)
        n, m = len(group), len(values)
        self._ledger.write(
            "series",
            {
                "week": np.full(n * m, self.week),
                "group": np.tile(group, m),
                "strategy": np.tile(strategy, m),
                "metric": np.repeat(list(values), n),
                "value": np.concatenate([grid[group, strategy] for grid in values.values()]),
            },
        )

    def _write_introductions(self, week: int, asked: NDArray[np.int64]) -> None:
        """Asked introductions are chains of asker, broker and target."""
        outcome, steps, path = outcomes.introductions(self.ties, self._events, asked)
        kept = self._ledger.recorded[path[:, 0]]
        events = self._events.rows[asked[kept]]
        strength = np.full((len(asked), 2), np.nan)
        for column, slots in enumerate((events.one, events.two)):
            strength[kept, column] = tie.strengths(
                self._parameters, self.people, self.ties, slots, week
            )
        self._ledger.write_chains(
            book.INTRODUCTION, week, outcome, steps, path, strength, self.people, path[:, 2]
        )

    def _write_opportunities(
        self,
        week: int,
        needs: Records,
        found: market.Found,
        won: NDArray[np.int64],
        channels: NDArray[np.int8],
        births: NDArray[np.int16],
    ) -> None:
        of_interest = market.concerns(self._ledger.recorded, needs, found)
        outside = np.flatnonzero((found.route == market.OUTSIDE) & of_interest)
        kept = of_interest[won]
        won, channels, births = won[kept], channels[kept], births[kept]
        which = np.concatenate([won, outside])
        length = found.length[which].astype(np.int64)
        provider = np.where(length > 0, found.path[which, np.maximum(length - 1, 0)], -1)
        path = found.path[which]
        route = found.route[which]
        premium = np.isin(route, (market.REFERRED, market.VOLUNTEERED))
        value = needs.value[which] * np.where(
            premium, 1 + self._parameters[0].referral_premium, 1.0
        )
        empty = np.full((len(outside), market.MOST_PEOPLE), -1)
        ages = np.concatenate([week - births.astype(np.int64), empty])
        through = np.concatenate([channels.astype(np.int64), empty])
        columns = {
            "opportunity": needs.number[which],
            "week": needs.opened[which].astype(np.int64),
            "closed_week": np.full(len(which), week),
            "needy": needs.person[which].astype(np.int64),
            "provider": provider,
            "category": needs.category[which].astype(np.int64),
            "route": route,
            "length": length,
            "n_ties": np.where(route == market.OPEN_SEARCH, 0, np.maximum(length - 1, 0)),
            "value": value,
            "path": path.astype(np.int64),
            "channels": through,
            "ages": ages,
        }
        self._ledger.write("opportunities", columns)

    def _write_ties(self, owners: NDArray[np.int64], slots: NDArray[np.int64], end: int) -> None:
        recorded = self._ledger.recorded
        kept = recorded[owners] | recorded[self.ties.other[slots]]
        owners, slots = owners[kept], slots[kept]
        strength = tie.strengths(self._parameters, self.people, self.ties, slots, self.week)
        self._ledger.write_ties(self.people, self.ties, owners, slots, end, self.week, strength)

    def _write_living_ties(self) -> None:
        who = np.flatnonzero(self._ledger.recorded)
        owners, slots = tie.living_slots(self.people, self.ties, who)
        other = self.ties.other[slots]
        # a tie between two recorded people is met from both ends: kept from the lower
        once = (owners < other) | ~self._ledger.recorded[other]
        self._write_ties(owners[once], slots[once], book.LIVING)


def simulate(
    spec: WorldSpec,
    *,
    replicate: int = 0,
    network: Network | None = None,
    progress: Callable[[int], None] | None = None,
) -> Tables:
    """Live through one world and return its tables; see `World`."""
    return World(spec, replicate=replicate, network=network, progress=progress).run()
