"""The living network, a week at a time, one person after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, pairwise
from math import exp, floor, inf, log
from typing import Any, NamedTuple

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from oracle import draws, letters
from oracle.people import NEVER, Half, Need, Person
from oracle.rules import Rules, exponential, gumbel, halving
from simnet.network import Network
from simnet.spec import Routine, WorldSpec

QUARTER_WEEKS = 13
LIST_WEEKS = 13
UPKEEP_WEEKS = 4
UPKEEP_CROWD = 4096  # people whose ties are looked at in the same week
RATE_SHARES = 4096
DRAWS_OF_ROUTINE = 4096  # so far apart are the draws of a strategy's routines

# What a draw is for: the last of its four counters.
ACTS = {"ordinary": 0, "help": 1, "introduce": 2, "follow-up": 3, "invite": 4, "ask": 5}
ACTS |= {"pitch": 6, "refresh-profile": 10}
ASKED, INTRODUCED, ACCEPTS, TOLD = 1, 2, 3, 16
RECALL, ASK, STEP, NAME, CLOSE, VOLUNTEER, NAME_UNASKED, OPEN, THANKS = range(9)


class Event(NamedTuple):
    """Something that its owner did and others respond to."""

    kind: str
    owner: int
    one: Any  # a half-tie, or the person invited
    two: Any  # a half-tie, or the sign of what is told


@dataclass
class Search:
    """What the search for one need came to this week."""

    need: Need
    route: str = "unmet"
    path: list[int] = field(default_factory=list)
    chain: str | None = None
    holders: list[int] = field(default_factory=list)


class Chain(NamedTuple):
    """A chain run to its end."""

    kind: str
    week: int
    outcome: str
    target: int | None
    path: tuple[int, ...]


class Opportunity(NamedTuple):
    """A need that was met, or that ended outside the network."""

    number: int
    week: int
    closed_week: int
    needy: int
    provider: int | None
    category: int
    route: str
    path: tuple[int, ...]
    channels: tuple[str, ...]
    tie_ages_weeks: tuple[int, ...]
    value: float


class Ended(NamedTuple):
    """A tie that is no more."""

    person: int
    other: int
    born: int
    end: str
    week: int


class Living:
    """People who follow the routines of a specification."""

    def __init__(self, spec: WorldSpec, network: Network, *, replicate: int = 0) -> None:
        self.spec = spec
        self.b = spec.behaviour
        self.rules = Rules(spec.market, spec.behaviour)
        self.place = network.people["place"].tolist() if "place" in network.people else None
        self.replicate = replicate
        self.people = [self._person(i, network) for i in range(network.n_people)]
        for person in self.people:
            person.row = [
                self._prior_half(person.number, int(j)) for j in network.row(person.number)
            ]
        for half in self._all_halves():
            mate = self.people[half.other].tie_to(half.owner)
            assert mate is not None
            half.mate = mate
        self.reachable = [person.number for person in self.people if person.reachable]
        self.open: list[Need] = []
        self.events: list[tuple[Event, str]] = []
        self.searches: list[Search] = []
        self.chains: list[Chain] = []
        self.opportunities: list[Opportunity] = []
        self.ended: list[Ended] = []
        self._numbers = count()

    def live(self, week: int) -> None:
        """A week, in its order."""
        self.needs_arise(week)
        self.act(week)
        self.respond(week)
        self.settle(week)
        self.search(week)
        self.award(week)
        if self.spec.probes is not None and week % self.spec.probes.every_weeks == 0:
            self.send_letters(week, self.spec.probes.letters)

    def _key(self, stream: str) -> draws.Key:
        return draws.stream(self.spec.seed, self.replicate, stream)

    def _all_halves(self) -> Iterator[Half]:
        for person in self.people:
            yield from person.ties

    # -------------------------------------------------- beginning
    def _person(self, i: int, network: Network) -> Person:
        key = self._key("people")
        u, is_focal, offer, accepts_all, advocate, phase = (
            draws.one(key, i, k, 0, 0) for k in range(6)
        )
        theirs = self.spec.focal.strategy
        focal = theirs is not None and is_focal < self.spec.focal.share
        return Person(
            number=i,
            strategy=theirs if theirs is not None and focal else self._background(u),
            focal=focal,
            offer=int(offer * self.spec.market.categories),
            accepts_all=accepts_all < self.b.acceptance.accept_all,
            advocate=advocate < self.b.asking.advocates,
            reachable=len(network.row(i)) > 0,
            phase=int(phase * 65536),
        )

    def _background(self, u: float) -> str:
        upto = 0.0
        for name, share in self.spec.population.items():
            upto += share
            if u < upto:
                return name
        return name

    def _prior_half(self, i: int, j: int) -> Half:
        key, growth = self._key("prior-ties"), self.b.growth
        age = int(exponential(draws.one(key, min(i, j), max(i, j), 0, 0), growth.prior_age))
        u, v = draws.pair(key, i, j, 0, 1)
        strength = 1 - exp(-exponential(u, growth.prior_hours) / growth.hours_scale)
        half = self._new_half(i, j, -age - 1, "prior", -1, strength, 0.0)
        half.trust = self.b.trust.stranger + (1 - self.b.trust.stranger) * strength
        half.touched = -min(int(exponential(v, self.b.decay.usual_gap)), age) - 1
        half.talked = True
        return half

    def _new_half(
        self, i: int, j: int, week: int, channel: str, via: int, strength: float, trust: float
    ) -> Half:
        return Half(
            owner=i,
            other=j,
            born=week,
            touched=week,
            channel=channel,
            via=via,
            strength=strength,
            trust=trust,
            salience=self.b.attention.message,
            rhythm=self.b.decay.usual_gap,
        )

    # -------------------------------------------------- half-ties at a moment
    def strength(self, half: Half, week: int) -> float:
        """From one side, now."""
        age = half.touched - half.born
        return self.rules.decayed(half.strength, half.peak, week - half.touched, age)

    def tie_strength(self, half: Half, week: int) -> float:
        """From both sides, as if their hours were added up."""
        apart = (1 - self.strength(half, week)) * (1 - self.strength(half.mate, week))
        return 1 - apart

    def salience(self, half: Half, week: int) -> float:
        return self.rules.salience(half.salience, week - half.touched, half.talked)

    def given(self, half: Half, week: int) -> float:
        """Favours of the owner to the other that still count."""
        weeks, half_life = week - half.touched, self.b.reciprocity.debt_half_life
        return half.given * halving(weeks, half_life)

    def touch(
        self, half: Half, week: int, hours: float, weight: float, gain: float, *, talk: bool
    ) -> bool:
        """The other hears from the owner, unless the owner is muted: then only time passes."""
        gap = week - half.touched
        strength, mind = self.strength(half, week), self.salience(half, week)
        half.given = self.given(half, week)
        if not half.muted:
            strength = self.rules.grown(strength, hours, weight)
            half.talked = talk or (half.talked and mind > self.b.attention.light)
            mind = mind + gain * (1 - mind)
            if gap > 0:
                half.rhythm += (gap - half.rhythm) / 4
                young = week - half.born <= self.b.decay.early_weeks
                if young and half.channel != "prior":
                    half.early = min(255, half.early + 1)
        half.strength = strength
        half.peak = max(half.peak, half.strength)
        half.salience = mind
        half.touched = week
        return not half.muted

    def _trust_up(self, half: Half, weight: float) -> None:
        half.trust = self.rules.trust_gained(half.trust, weight)

    def _trust_down(self, half: Half, weight: float) -> None:
        half.trust = self.rules.trust_lost(half.trust, weight)

    def _known_to(self, half: Half) -> Person:
        return self.people[half.other]

    # -------------------------------------------------- needs
    def needs_arise(self, week: int) -> None:
        """Small needs, needs proper; images fade; rates change with the quarter."""
        key, market = self._key("needs"), self.spec.market
        for person in self.people:
            i = person.number
            if week % QUARTER_WEEKS == 0:
                share = int(draws.one(key, i, week // QUARTER_WEEKS, 1, 0) * RATE_SHARES)
                rate = market.needs_per_week * self._relative_rates[share]
                person.quiet = exp(-rate)
            u, small, _, _ = draws.four(key, i, week, 0, 0)
            person.small_need = small < market.small_needs_per_week
            person.image *= self.b.reciprocity.image_retention
            n = poisson(u, person.quiet)
            person.needs += n
            for nth in range(n):
                self.open.append(self._need(i, week, nth))

    @cached_property
    def _relative_rates(self) -> np.ndarray:
        """Quantiles of a gamma distribution of mean 1, at the middle of equal shares."""
        shape = self.spec.market.burst_shape
        quantiles = gammaincinv(shape, (np.arange(RATE_SHARES) + 0.5) / RATE_SHARES) / shape
        relative: np.ndarray = quantiles / quantiles.mean()
        return relative

    def _need(self, i: int, week: int, nth: int) -> Need:
        u, v, w, x = draws.four(self._key("needs"), i, week, 2, nth)
        market = self.spec.market
        return Need(
            number=next(self._numbers),
            person=i,
            opened=week,
            nth=nth,
            category=int(u * market.categories),
            visible=v < self.b.attention.visible,
            from_memory=w < self.b.shortlist.from_memory,
            value=worth(x, market.value_sigma, market.value_tail),
        )

    def open_need(self, i: int) -> int | None:
        """The category of the latest open need of somebody."""
        theirs = [need.category for need in self.open if need.person == i]
        return theirs[-1] if theirs else None

    def in_need(self, i: int) -> bool:
        """Whether somebody can be seen to need something."""
        shown = any(need.person == i and need.visible for need in self.open)
        return self.people[i].small_need or shown

    # -------------------------------------------------- acting
    def act(self, week: int) -> None:
        """Everybody follows their routines; then ordinary life brings some a conversation."""
        self.events = []
        for person in self.people:
            strategy = self.spec.strategies[person.strategy]
            longest = max((length_of_list(r) for r in strategy.routines), default=0)
            if longest and (week == 0 or (week + person.number) % LIST_WEEKS == 0):
                self._keep_list(person, longest)
            for r, routine in enumerate(strategy.routines):
                self._follow(person, routine, r, week)
            self._ordinary_contact(person, week)

    def _keep_list(self, person: Person, length: int) -> None:
        """The ties of highest degree; among equals, the first in the row."""
        ranked = sorted(person.ties, key=lambda half: -len(self._known_to(half).ties))
        for half in person.ties:
            half.listed = half in ranked[:length]

    def _follow(self, person: Person, routine: Routine, r: int, week: int) -> None:
        phase, first = phases(person.phase, r)
        cost = self._cost(routine)
        n = acts_due(routine, cost, week, phase)
        if n == 0:
            return
        at_large = {
            "invite": self._invite,
            "ask": self._ask,
            "introduce": self._introduce,
            "refresh-profile": self._refresh_profile,
        }
        act = name_of(routine)
        done = 0
        if act == "listen":
            done = n
        elif act in at_large:
            while done < n and at_large[act](person, week, r * DRAWS_OF_ROUTINE + done):
                done += 1
        else:
            audience = self._audience(person, routine, week, first)
            if len(audience) > n:
                audience = sorted(audience, key=lambda half: half.touched)[:n]
            for half in audience:
                self._towards(half, act, week)
            done = len(audience)
        person.hours += done * cost

    def _cost(self, routine: Routine) -> float:
        name = "introduce" if routine.by == "introduction" else routine.do.replace("-", "_")
        return float(getattr(self.b.costs, name))

    def _audience(self, person: Person, routine: Routine, week: int, first: float) -> list[Half]:
        """The ties a routine is for, but not those turned to this week already."""
        tests: list[Callable[[Half], bool]] = [
            lambda half: half.touched != week,
            lambda half: not half.blocked,
        ]
        if routine.audience == "well-connected-ties":
            tests.append(lambda half: half.listed)
        if routine.audience == "helpers":
            tests.append(lambda half: half.due != NEVER)
        if routine.audience == "new-ties":
            within = inf if routine.within_days is None else routine.within_days
            tests.append(lambda half: half.channel != "prior")
            tests.append(lambda half: 7 * (week - half.born) <= within)
        if routine.do == "pitch":
            times = self.b.pitch.max_touches if routine.times is None else routine.times
            tests.append(lambda half: half.pitches < times)
        if routine.do == "help":
            hours = self._listening(person)
            tests.append(lambda half: self._knows_need(half, hours, week))
        return [half for half in person.going_round(first) if all(test(half) for test in tests)]

    def _listening(self, person: Person) -> float:
        """Hours a week."""
        return sum(
            self._cost(routine) / routine.every_weeks if routine.hours is None else routine.hours
            for routine in self.spec.strategies[person.strategy].routines
            if routine.do == "listen"
        )

    def _knows_need(self, half: Half, hours: float, week: int) -> bool:
        if not self.in_need(half.other):
            return False
        u = draws.one(self._key("actions"), half.owner, half.other, week, ACTS["help"])
        return u < self.rules.detection(hours, self.strength(half, week))

    def _towards(self, half: Half, act: str, week: int) -> None:
        costs = self.b.costs
        if act == "help":
            growth, attention = self.b.growth, self.b.attention
            if self.touch(half, week, costs.help, growth.meaningful, attention.talk, talk=True):
                self._trust_up(half, self.b.trust.favour)
                half.given += 1
            self._happened("told", half.owner, half, 1)
        elif act == "meet":
            self._meet(half, week, costs.meet)
        elif act == "message":
            self._message(half, week, costs.message)
        elif act == "follow-up":
            days = 7 * (week - half.born)
            key = self._key("actions")
            u = draws.one(key, half.owner, half.other, week, ACTS["follow-up"])
            takes = u < self.rules.follow_up_takes(days)
            (self._meet if takes else self._message)(half, week, costs.follow_up)
        elif act == "pitch":
            self._pitch(half, week)
        elif act == "thank":
            self._message(half, week, costs.thank)
            self._thanked(half, week)

    def _happened(
        self, kind: str, owner: int, one: Half | int, two: Half | int | None = None
    ) -> None:
        self.events.append((Event(kind, owner, one, two), "open"))

    def _meet(self, half: Half, week: int, hours: float) -> None:
        weight, gain = self.b.growth.meaningful, self.b.attention.talk
        if self.touch(half, week, hours, weight, gain, talk=True):
            self._trust_up(half, self.b.trust.conversation)

    def _message(self, half: Half, week: int, hours: float) -> None:
        weight, gain = self.b.growth.message, self.b.attention.message
        if self.touch(half, week, hours, weight, gain, talk=False):
            self._trust_up(half, self.b.trust.message)

    def _thanked(self, half: Half, week: int) -> None:
        half.thanked = week
        half.due = NEVER
        self._known_to(half).buoyed = week

    def _pitch(self, half: Half, week: int) -> None:
        pitch, nth = self.b.pitch, half.pitches + 1
        half.pitches = min(255, nth)
        need = self.open_need(half.other)
        match = 0.0 if need is None else self.rules.fit(need, self.people[half.owner].offer)
        wanted = need is not None and match >= self.spec.market.least_fit
        strength = self.strength(half, week)
        u, v, w, x = draws.four(self._key("actions"), half.owner, half.other, week, ACTS["pitch"])
        attention = self.b.attention
        weight = self.b.growth.empty
        if not self.touch(half, week, self.b.costs.pitch, weight, attention.message, talk=False):
            return
        if u < self.rules.reply(strength, match if wanted else 1.0, nth) * pitch.welcome:
            half.talked = True
            half.salience = 1.0 if wanted else max(half.salience, attention.talk)
            self._trust_up(half, self.b.trust.conversation)
        elif not wanted:
            ill = self.rules.backlash(half.trust, nth)
            self._trust_down(half, pitch.weight)
            if v < pitch.disconnect * ill:
                half.blocked = True
            elif w < pitch.mute * ill:
                half.muted = True
            if half.blocked or x < pitch.complaint * pitch.repeat ** (nth - 1):
                self._happened("told", half.owner, half, -1)

    def _invite(self, person: Person, week: int, slot: int) -> bool:
        if not person.reachable:
            return False
        u = draws.one(self._key("actions"), person.number, slot, week, ACTS["invite"])
        self._happened("invited", person.number, self.reachable[int(u * len(self.reachable))])
        return True

    def _ask(self, person: Person, week: int, slot: int) -> bool:
        u, v = draws.pair(self._key("actions"), person.number, slot, week, ACTS["ask"])
        half = self._fresh_tie(person, week, u)
        if half is None:
            return False
        theirs = self._known_to(half).some_tie(v)
        weight, gain = self.b.growth.message, self.b.attention.message
        self.touch(half, week, self.b.costs.introduce, weight, gain, talk=False)
        self._happened("asked", person.number, half, theirs)
        return True

    def _introduce(self, person: Person, week: int, slot: int) -> bool:
        u, v = draws.pair(self._key("actions"), person.number, slot, week, ACTS["introduce"])
        one = self._fresh_tie(person, week, u)
        if one is None:
            return False
        offer = self._known_to(one).offer
        for other in person.going_round(v):
            fits = self.rules.fit(offer, self._known_to(other).offer) >= self.spec.market.least_fit
            if other is not one and self._fresh(other, week) and fits:
                break
        else:
            return False
        for half in (one, other):
            weight, gain = self.b.growth.message, self.b.attention.message
            self.touch(half, week, self.b.costs.introduce / 2, weight, gain, talk=False)
        self._happened("introduced", person.number, one, other)
        return True

    @staticmethod
    def _fresh(half: Half, week: int) -> bool:
        return half.touched != week and not half.blocked

    def _fresh_tie(self, person: Person, week: int, u: float) -> Half | None:
        """The first tie not turned to this week, from a place drawn at random."""
        for half in person.going_round(u):
            if self._fresh(half, week):
                return half
        return None

    def _refresh_profile(self, person: Person, week: int, slot: int) -> bool:
        del slot  # who notices is drawn pair by pair
        key = self._key("actions")
        for half in person.ties:
            u = draws.one(key, half.owner, half.other, week, ACTS["refresh-profile"])
            if u < self.b.attention.noticed:
                self.touch(half, week, 0.0, 0.0, self.b.attention.light, talk=False)
        return True

    def _ordinary_contact(self, person: Person, week: int) -> None:
        u, v = draws.pair(self._key("actions"), person.number, 0, week, ACTS["ordinary"])
        attention = self.b.attention
        half = person.some_tie(v)
        if u < attention.ordinary_contacts and half is not None and not half.blocked:
            weight = self.b.growth.meaningful
            hours, gain = attention.ordinary_hours, attention.message
            if self.touch(half, week, hours, weight, gain, talk=True):
                self._trust_up(half, self.b.trust.message)

    # -------------------------------------------------- responding
    def respond(self, week: int) -> None:
        """Those turned to respond, event by event."""
        self.events = [(event, self._response(event, week)) for event, _ in self.events]

    def _response(self, event: Event, week: int) -> str:
        i = event.owner
        if event.kind == "told":
            self._told(i, event.one, event.two, week)
            return "told"
        if event.kind == "invited":
            if event.one == i or self._tied(i, event.one):
                return "void"
            return "accepted" if self._accepts(i, event.one, week, 0) else "target refused"
        one, two = event.one, event.two
        if event.kind == "asked":
            k = two.other
            if k == i or self._tied(i, k):
                return "void"
            u = draws.one(self._key("responses"), i, k, week, ASKED + 32 * one.other)
            if u >= self._brings_together(one, two, week):
                return "broker refused"
            return "accepted" if self._accepts(i, k, week, 1) else "target refused"
        return self._introduced(one, two, week)

    def _tied(self, i: int, j: int) -> bool:
        return self.people[i].tie_to(j) is not None

    def _brings_together(self, one: Half, two: Half, week: int) -> float:
        strengths = self.tie_strength(one, week), self.tie_strength(two, week)
        return self.rules.introduction_succeeds(*strengths)

    def _accepts(self, i: int, j: int, week: int, introduced: int) -> bool:
        asking, asked = self.people[i], self.people[j]
        u = draws.one(self._key("responses"), i, j, week, ACCEPTS)
        if asked.accepts_all:
            return u < self.b.acceptance.nearly_everything
        mutual = {half.other for half in asking.ties} & {half.other for half in asked.ties}
        similarity = self.rules.fit(asking.offer, asked.offer)
        return u < self.rules.acceptance(len(mutual), introduced, similarity, asking.image)

    def _introduced(self, one: Half, two: Half, week: int) -> str:
        if self._tied(one.other, two.other):
            return "void"
        use = INTRODUCED + 32 * one.owner
        u, v, w, _ = draws.four(self._key("responses"), one.other, two.other, week, use)
        if u >= self._brings_together(one, two, week):
            return "broker refused"
        introduction = self.b.introduction
        match = self.rules.fit(self._known_to(one).offer, self._known_to(two).offer)
        for half in (one, two):
            if v < introduction.useful:
                self._trust_up(half, introduction.weight)
                half.given += 1
            elif w >= match:
                self._trust_down(half, introduction.poor)
        return "accepted"

    def _told(self, i: int, half: Half, sign: int, week: int) -> None:
        """The alter tells one of theirs, who tells one of theirs, ..."""
        r = self.b.reciprocity
        rate = r.gossip_good if sign > 0 else r.gossip_bad
        weight = r.hearsay * self.b.trust.favour
        teller = self._known_to(half)
        for hop in range(r.gossip_hops):
            u, v, w, _ = draws.four(
                self._key("responses"), i, teller.number, week, TOLD + 2 * hop + (sign > 0)
            )
            along = teller.some_tie(u)
            if along is None or v >= rate * len(teller.ties) * self.strength(along, week):
                return
            if along.other == i:
                return
            own = self.people[i].tie_to(along.other)
            if own is not None:
                (self._trust_up if sign > 0 else self._trust_down)(own, weight)
            elif w < r.image_known:
                self.people[i].image += sign * r.image_step * 0.5**hop
            weight /= 2
            teller = self._known_to(along)

    # -------------------------------------------------- ties form and break
    def settle(self, week: int) -> None:
        """Ties form, those blocked are cut, those silent for long may go dormant."""
        to_form = []
        for event, result in self.events:
            if event.kind == "asked" and result != "void":
                self._write_introduction(event, result, week)
            if result == "accepted":
                to_form.append(self._new_tie(event))
        for first, second, channel, via, strength, trust in to_form:
            self.form(week, first, second, channel, via, strength, trust)
        for half in self._all_halves():
            if half.blocked:
                self.cut(half, "blocked", week)
        self.keep_up(week)

    def _write_introduction(self, event: Event, result: str, week: int) -> None:
        target = event.two.other
        path = (event.owner, event.one.other, target)
        arrived = result == "accepted"
        reached = path[:2] if result == "broker refused" else path
        outcome = "arrived" if arrived else "dropped"
        self.chains.append(Chain("introduction", week, outcome, target, reached))

    def _new_tie(self, event: Event) -> tuple[int, int, str, int, float, float]:
        if event.kind == "invited":
            return event.owner, event.one, "invitation", -1, 0.0, self.b.trust.stranger
        one, two = event.one, event.two
        # the geometric mean, taken in 32 bits
        mean = float(np.sqrt(np.float32(one.strength) * np.float32(two.strength)))
        strength = self.b.introduction.strength * mean
        first, via = (event.owner, one.other)
        if event.kind == "introduced":
            first, via = (one.other, event.owner)
        return first, two.other, "introduction", via, strength, self.b.trust.vouched

    def form(
        self, week: int, i: int, j: int, channel: str, via: int, strength: float, trust: float
    ) -> bool:
        """A tie forms, unless there is one already; each half takes the first free place."""
        if i == j or self._tied(i, j):
            return False
        halves = [
            self._new_half(a, b, week, channel, via, strength, trust) for a, b in ((i, j), (j, i))
        ]
        halves[0].mate, halves[1].mate = halves[1], halves[0]
        for half in halves:
            row = self.people[half.owner].row
            if None in row:
                row[row.index(None)] = half
            else:
                row.append(half)
        return True

    def cut(self, half: Half, end: str, week: int) -> None:
        """Both halves leave a free place."""
        for one in (half, half.mate):
            row = self.people[one.owner].row
            if one in row:
                row[row.index(one)] = None
        lower, higher = sorted((half.owner, half.other))
        ended = Ended(lower, higher, half.born, end, week)
        if ended not in self.ended:
            self.ended.append(ended)

    def keep_up(self, week: int) -> None:
        """Thanks that stayed away cost trust; a tie silent on both sides may go dormant."""
        r = self.b.reciprocity
        dormant = []
        for half in self._all_halves():
            if (week + half.owner // UPKEEP_CROWD) % UPKEEP_WEEKS != 0:
                continue
            if half.due != NEVER and week - half.due > r.thanks_half_life:
                self._trust_down(half, r.unthanked)
                half.due = NEVER
            if half.owner < half.other and self._goes_dormant(half, week):
                dormant.append(half)
        for half in dormant:
            self.cut(half, "dormant", week)

    def _goes_dormant(self, half: Half, week: int) -> bool:
        sides = (half, half.mate)
        broken = self.b.decay.broken_rhythm
        if any(week - one.touched <= broken * one.rhythm and not one.muted for one in sides):
            return False
        hazard = self.rules.dormancy(sum(one.early for one in sides))
        u = draws.one(self._key("dormancy"), half.owner, half.other, week, 0)
        return u < 1 - (1 - hazard) ** UPKEEP_WEEKS

    # -------------------------------------------------- searching
    def search(self, week: int) -> None:
        """Everybody with an open need looks for somebody; nothing changes yet."""
        self.searches = []
        for need in self.open:
            search = Search(need)
            search.route = self._route(search, week)
            self.searches.append(search)

    def _route(self, search: Search, week: int) -> str:
        need, b = search.need, self.b
        key = self._search_key(need)
        u, v, w, _ = draws.four(key, need.person, need.category, week, CLOSE)
        if not need.from_memory:
            return self._openly(search, week)
        chosen = self._own_choice(need, week)
        if chosen is not None:
            if u >= b.shortlist.stay:
                return self._openly(search, week)
            search.path = [need.person, chosen]
            return "own-tie"
        if need.visible:
            volunteer = self._volunteer(need, week)
            closes = b.referral.meeting * b.referral.close_unasked
            if volunteer is not None and v < closes:
                search.path = [need.person, *volunteer]
                return "volunteered" if len(volunteer) > 1 else "own-tie"
        self._ask_around(search, week)
        if search.chain == "arrived":
            further = len(search.holders) - 3
            match = self.rules.fit(need.category, self.people[search.holders[-1]].offer)
            met = b.referral.meeting * b.referral.fading**further
            if w < met * b.shortlist.stay * match:
                search.path = list(search.holders)
                return "referral"
        if week - need.opened + 1 >= self.spec.market.open_weeks:
            return self._openly(search, week)
        return "unmet"

    def _search_key(self, need: Need) -> draws.Key:
        """What is drawn in the search for a need is drawn for no other."""
        return draws.philox((need.person, need.opened, need.nth, 0), self._key("search"))[:2]

    def _candidates(self, person: Person, category: int) -> Iterator[tuple[Half, float]]:
        """Ties whose offer fits, as the half on their side, and how well it does."""
        for half in person.ties:
            match = self.rules.fit(category, self._known_to(half).offer)
            if match >= self.spec.market.least_fit:
                yield half.mate, match

    def _own_choice(self, need: Need, week: int) -> int | None:
        """Whom they choose of a shortlist of those who come to mind."""
        listed = []
        for half, match in self._candidates(self.people[need.person], need.category):
            i = half.owner
            mind = self.salience(half, week)
            u, v, w, _ = draws.four(self._search_key(need), need.person, i, week, RECALL)
            if u >= mind * half.trust:
                continue
            image = self.people[i].image
            weight = self.rules.shortlist_weight(mind, half.trust, match, image)
            choice = self.rules.choice_weight(half.trust, match)
            listed.append((weight + gumbel(v), choice + gumbel(w), i))
        longest = min(self.b.shortlist.names, 16)
        shortlist = sorted(listed, reverse=True)[:longest]
        return max(shortlist, key=lambda one: one[1])[2] if shortlist else None

    def _put_forward(
        self, h: int, need: Need, path: list[int], week: int, use: int, least_trust: float = 0.0
    ) -> int | None:
        """Whom somebody names of their ties, by trust and fit."""
        named = []
        for half, match in self._candidates(self.people[h], need.category):
            i = half.owner
            if i in path or half.trust < least_trust:
                continue
            debt = self.given(half, week) - self.given(half.mate, week)
            since_thanks = week - half.thanked, week - self.people[h].buoyed
            spur = self.rules.encouraged(*since_thanks)
            u, v = draws.pair(self._search_key(need), h, i, week, use)
            if u < self.rules.names(self.salience(half, week), half.trust, debt, spur):
                named.append((self.rules.choice_weight(half.trust, match) + gumbel(v), i))
        return max(named)[1] if named else None

    def _volunteer(self, need: Need, week: int) -> list[int] | None:
        """The first tie to speak up unasked: for themselves, or for somebody they put forward."""
        asking = self.b.asking
        for half in self.people[need.person].ties:
            h = self._known_to(half)
            u = draws.one(self._search_key(need), need.person, h.number, week, VOLUNTEER)
            chance = asking.unasked * self.salience(half, week)
            least_trust = 0.0
            if u >= chance:
                if not h.advocate or u >= asking.advocate_multiplier * chance:
                    continue
                least_trust = asking.advocate_trust
            elif self._can_meet(h, need):
                return [h.number]
            i = self._put_forward(h.number, need, [need.person], week, NAME_UNASKED, least_trust)
            if i is not None:
                return [h.number, i]
        return None

    def _can_meet(self, person: Person, need: Need) -> bool:
        return self.rules.fit(need.category, person.offer) >= self.spec.market.least_fit

    def _ask_around(self, search: Search, week: int) -> None:
        """One chain: asked, answered, passed on, or dropped."""
        need = search.need
        path = [need.person]
        # the first to be asked looks as near as in the week the need arose
        half, looks = self._next_holder(path, need, need.asked, need.opened)
        if half is None:
            return
        need.asked = looks
        search.holders = path
        for remove in range(1, self.b.referral.max_steps):
            path.append(half.other)
            if not self._takes_part(half, need, remove, week):
                search.chain = "dropped"
                return
            named = self._put_forward(half.other, need, path, week, NAME)
            if named is not None:
                path.append(named)
                search.chain = "arrived"
                return
            half, _ = self._next_holder(path, need, -1.0, week)
            if half is None:
                search.chain = "dropped"
                return
        search.chain = "expired"

    def _next_holder(
        self, path: list[int], need: Need, beyond: float, week: int
    ) -> tuple[Half | None, float]:
        """Who looks nearest in field to the need, beyond a distance, but cannot meet it."""
        best: tuple[Half | None, float] = (None, inf)
        for half in self.people[path[-1]].ties:
            alter = self._known_to(half)
            if half.other in path or self._can_meet(alter, need):
                continue
            apart = self.rules.steps_apart(alter.offer, need.category)
            distance = 2 * apart / self.spec.market.categories
            u, v = draws.pair(self._search_key(need), half.owner, half.other, week, ASK)
            looks = self.rules.judged(distance, False, half.strength, u, v)
            if beyond < looks < best[1]:
                best = half, looks
        return best

    def _takes_part(self, half: Half, need: Need, remove: int, week: int) -> bool:
        u, v = draws.pair(self._search_key(need), half.owner, half.other, week, STEP)
        strength = self.tie_strength(half, week)
        if remove > 1:
            return u < self.rules.forwards(strength, half.trust)
        debt = self.given(half, week) - self.given(half.mate, week)
        known = v < self.b.reciprocity.image_known
        image = self.people[half.owner].image
        return u < self.rules.complies(strength, half.trust, debt, image, known)

    def _openly(self, search: Search, week: int) -> str:
        """Of a few at random whose offer is the very thing, the one of the best image."""
        need, names = search.need, self.b.shortlist.names
        key = self._search_key(need)
        if not self.people[need.person].reachable:
            return "outside"
        if draws.one(key, need.person, week, 0, OPEN) >= self.b.shortlist.open_reach:
            return "outside"
        met: list[Person] = []
        for attempt in range(1, 200):
            u = draws.one(key, need.person, week, attempt, OPEN)
            person = self.people[self.reachable[int(u * len(self.reachable))]]
            if person.number != need.person and person.offer == need.category:
                met.append(person)
            if len(met) == names:
                break
        if not met:
            return "outside"
        best = max(met, key=lambda person: person.image)
        search.path = [need.person, best.number]
        return "open-search"

    # -------------------------------------------------- awards
    def award(self, week: int) -> None:
        """Needs met bring value, trust, favours and thanks along their paths; others stay open."""
        for search in self.searches:
            if search.chain is not None:
                self._write_referral(search, week)
        for search in self.searches:
            if search.route == "outside":
                self._write(search, week, [])
            elif search.route != "unmet":
                self._award(search, week)
        for search in self.searches:
            if search.route in ("referral", "volunteered"):
                *_, via, provider = search.path
                trust = self.b.trust.vouched
                self.form(week, search.path[0], provider, "referral", via, 0.0, trust)
        self.open = [search.need for search in self.searches if search.route == "unmet"]

    def _write_referral(self, search: Search, week: int) -> None:
        assert search.chain is not None
        self.chains.append(Chain("referral", week, search.chain, None, tuple(search.holders)))

    def _award(self, search: Search, week: int) -> None:
        path = search.path
        provider = self.people[path[-1]]
        self.people[path[0]].needs_met += 1
        provider.wins += 1
        provider.value += self._value(search)
        along = []
        if search.route != "open-search":
            for a, b in pairwise(path):
                half = self.people[a].tie_to(b)
                assert half is not None
                along.append(half)
        for half in along:
            if half.other == path[-1]:
                self._served(half, search.need, week, referred=len(path) > 2)
            else:
                self._helped(half, search.need, week)
        self._write(search, week, along)

    def _value(self, search: Search) -> float:
        referred = search.route in ("referral", "volunteered")
        return search.need.value * (1 + self.b.referral.premium * referred)

    def _write(self, search: Search, week: int, along: list[Half]) -> None:
        need = search.need
        self.opportunities.append(
            Opportunity(
                number=need.number,
                week=need.opened,
                closed_week=week,
                needy=need.person,
                provider=search.path[-1] if search.path else None,
                category=need.category,
                value=self._value(search),
                route=search.route,
                path=tuple(search.path),
                channels=tuple(half.channel for half in along),
                tie_ages_weeks=tuple(week - half.born for half in along),
            )
        )

    def _helped(self, half: Half, need: Need, week: int) -> None:
        """Passing a request on is a favour, for which the owner of the half owes thanks."""
        weight, gain = self.b.growth.meaningful, self.b.attention.talk
        self.touch(half.mate, week, self.b.costs.introduce, weight, gain, talk=True)
        self._trust_up(half.mate, self.b.trust.favour)
        half.mate.given += 1
        self._owes_thanks(half, need, week)

    def _served(self, half: Half, need: Need, week: int, *, referred: bool) -> None:
        """The provider is trusted more, owes the business, and thanks whoever put them forward."""
        weight, gain = self.b.growth.meaningful, self.b.attention.talk
        self.touch(half.mate, week, self.b.costs.meet, weight, gain, talk=True)
        self._trust_up(half.mate, self.b.trust.favour)
        self.touch(half, week, 0.0, 0.0, gain, talk=True)
        half.given += 1
        if referred:
            self._trust_up(half, self.b.trust.favour)
            self._owes_thanks(half.mate, need, week)

    def _owes_thanks(self, half: Half, need: Need, week: int) -> None:
        u = draws.one(self._search_key(need), half.owner, half.other, week, THANKS)
        if u < self.b.reciprocity.thanks_unprompted:
            self._thanked(half, week)
        else:
            half.due = week

    # -------------------------------------------------- letters
    def send_letters(self, week: int, n: int) -> None:
        """From random starters to random targets among those who had a tie at the start."""
        reachable = self.reachable
        if len(reachable) < 2:
            return
        post = self.post(week)
        for letter in range(n):
            u, v = (draws.one(self._key("mailings"), letter, k, week, 0) for k in range(2))
            start = int(u * len(reachable))
            end = (start + 1 + int(v * (len(reachable) - 1))) % len(reachable)
            outcome, path = letters.send(
                self.rules,
                self._key("letters"),
                post,
                letter,
                week,
                reachable[start],
                reachable[end],
            )
            self.chains.append(Chain("letter", week, outcome, reachable[end], tuple(path)))

    def post(self, week: int) -> letters.Post:
        """The living ties as letters find them, in 32 bits."""
        lines = [
            {
                half.other: letters.Line(
                    float(np.float32(self.tie_strength(half, week))), half.trust
                )
                for half in sorted(person.ties, key=lambda half: half.other)
            }
            for person in self.people
        ]
        field = [person.offer / self.spec.market.categories for person in self.people]
        return letters.Post(lines, field, self.place)


def poisson(u: float, quiet: float) -> int:
    """The number whose chance of nought is `quiet`, by inversion."""
    n, chance = 0, quiet
    upto = chance
    while u >= upto and n < 100:
        n += 1
        chance *= -log(quiet) / n
        upto += chance
    return n


def worth(u: float, sigma: float, tail: float) -> float:
    """A lognormal body to the 95th percentile, a Pareto tail above it, of mean 1 together."""
    z = ndtri(0.95)
    knee = exp(sigma * z)
    mean = exp(sigma**2 / 2) * ndtr(z - sigma) + 0.05 * knee * tail / (tail - 1)
    if u < 0.95:
        return exp(sigma * ndtri(max(u, 1e-12))) / mean
    return float(knee * ((1 - u) / 0.05) ** (-1 / tail) / mean)


def name_of(routine: Routine) -> str:
    """The action; to connect is to invite or to ask."""
    if routine.do == "connect":
        return "invite" if routine.by == "invitation" else "ask"
    return routine.do


def length_of_list(routine: Routine) -> int:
    """How many well-connected ties a routine keeps in view."""
    if routine.audience != "well-connected-ties":
        return 0
    return 20 if routine.among is None else routine.among


def acts_due(routine: Routine, cost: float, week: int, phase: float) -> int:
    """Whole acts that the hours given so far pay for, less those done before."""
    every = routine.every_weeks
    if (week + int(phase * every)) % every:
        return 0
    most = inf if routine.at_most is None else routine.at_most * every
    if routine.hours is None:
        return 1
    hours = routine.hours * every

    def paid_for(turns: float) -> int:
        return max(0, floor(turns * (hours / cost) - phase))

    turns = (week + 1) / every
    return int(min(paid_for(turns) - paid_for(turns - 1), most))


def phases(phase: int, nth: int) -> tuple[float, float]:
    """Of a person's nth routine: when it is due, where scanning begins, in 65,536ths."""
    turned = (phase + nth * 40503) % 65536
    return turned / 65536, (turned * 25173 + 13849) % 65536 / 65536
