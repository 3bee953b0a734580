"""How people behave, formula by formula, on plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, log, log1p, pi, sqrt

from simnet.spec.behaviour import Behaviour, Market

MEDIUM_WEAK = 0.3


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


def log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


def around(a: float, b: float) -> float:
    """Distance on a circle of circumference 1; at most 1/2."""
    apart = abs(a - b)
    return min(apart, 1 - apart)


def halving(weeks: float, half_life: float) -> float:
    """What is left of 1 after some weeks."""
    return exp(-log(2) * weeks / half_life) if weeks > 0 else 1.0


def standard_normal(u: float, v: float) -> float:
    return sqrt(-2 * log(1 - u)) * cos(2 * pi * v)


def gumbel(u: float) -> float:
    return -log(-log(u + 1e-12) + 1e-12)


def exponential(u: float, mean: float) -> float:
    """By inversion; nobody gets more than 100 means."""
    return mean * min(100, -log(1 - u))


@dataclass(frozen=True)
class Rules:
    """The mechanisms under some parameters."""

    market: Market
    behaviour: Behaviour

    # -------------------------------------------------- ties in time
    def grown(self, strength: float, hours: float, weight: float) -> float:
        gain = 1 - exp(-weight * hours / self.behaviour.growth.hours_scale)
        return strength + (1 - strength) * gain

    def decay_rate(self, strength: float, age: float) -> float:
        d = self.behaviour.decay
        young = exp(-d.age_exponent * log1p(max(age, 0) / d.age_scale))
        return d.rate * exp(-d.strength_protection * strength) * young

    def decayed(self, strength: float, peak: float, weeks: float, age: float) -> float:
        if weeks <= 0:
            return strength
        floor = self.behaviour.decay.floor * peak
        return floor + (strength - floor) * exp(-self.decay_rate(strength, age) * weeks)

    def dormancy(self, early: float) -> float:
        d = self.behaviour.decay
        return d.dormancy_hazard / (1 + d.early_contact * early)

    def follow_up_takes(self, days: float) -> float:
        d = self.behaviour.decay
        fresh = d.follow_up_first_day - d.follow_up_late
        return d.follow_up_late + fresh * 2 ** (-days / d.follow_up_half_life)

    # -------------------------------------------------- trust and favours
    def trust_gained(self, trust: float, weight: float) -> float:
        return min(1.0, trust + self.behaviour.trust.gain * weight * (1 - trust))

    def trust_lost(self, trust: float, weight: float) -> float:
        t = self.behaviour.trust
        return max(0.0, trust - t.bad_over_good * t.gain * weight * trust)

    def returns_favour(self, debt: float) -> float:
        r = self.behaviour.reciprocity
        return r.unowed + r.owed * (1 - exp(-max(debt, 0) / r.debt_scale))

    def encouraged(self, since_by_this_one: float, since_by_anybody: float) -> float:
        r = self.behaviour.reciprocity
        spurs = [0.0]
        for since, multiplier in [
            (since_by_this_one, r.thanks_multiplier),
            (since_by_anybody, r.thanks_others),
        ]:
            if since >= 0:
                spurs.append((multiplier - 1) * halving(since, r.thanks_half_life))
        return 1 + max(spurs)

    # -------------------------------------------------- connecting
    def acceptance(
        self, mutual: float, introduced: float, similarity: float, image: float
    ) -> float:
        a = self.behaviour.acceptance
        return logistic(
            a.base
            + a.mutual * log(1 + mutual)
            + a.introduced * introduced
            + a.similarity * similarity
            + a.image * image
        )

    def introduction_succeeds(self, one: float, other: float) -> float:
        i = self.behaviour.introduction
        return logistic(i.base + i.weaker_tie * min(one, other) - i.imbalance * abs(one - other))

    # -------------------------------------------------- pitching
    def backlash(self, trust: float, nth: int) -> float:
        p = self.behaviour.pitch
        return float((1 - trust) ** p.trust_exponent * p.repeat ** (nth - 1))

    def reply(self, strength: float, match: float, nth: int) -> float:
        p = self.behaviour.pitch
        rate = p.reply_new + (p.reply_known - p.reply_new) * strength
        return min(1.0, rate * match) * p.follow_up ** (nth - 1)

    # -------------------------------------------------- attention
    def detection(self, hours: float, strength: float) -> float:
        return (1 - exp(-self.behaviour.attention.listening * hours)) * (0.3 + 0.7 * strength)

    def salience(self, salience: float, weeks: float, talked: bool) -> float:
        a = self.behaviour.attention
        return salience * halving(weeks, a.talk_half_life if talked else a.light_half_life)

    # -------------------------------------------------- needs and choice
    def fit(self, need: int, offer: int) -> float:
        breadth = self.market.breadth
        apart = self.steps_apart(need, offer) / self.market.categories
        return exp(-apart * apart / (2 * breadth * breadth))

    def steps_apart(self, one: int, other: int) -> int:
        """Of two categories, which lie on a circle."""
        steps = abs(one - other)
        return min(steps, self.market.categories - steps)

    def shortlist_weight(self, salience: float, trust: float, match: float, image: float) -> float:
        s = self.behaviour.shortlist
        return s.salience * salience + s.trust * trust + s.fit * match + s.image * image

    def choice_weight(self, trust: float, match: float) -> float:
        s = self.behaviour.shortlist
        return s.trust * trust + s.fit * match

    def complies(
        self, strength: float, trust: float, debt: float, image: float, known: bool
    ) -> float:
        a, r = self.behaviour.asking, self.behaviour.reciprocity
        return logistic(
            a.base
            + a.strength * strength
            + a.trust * trust
            + a.debt * debt
            - a.cost * self.behaviour.costs.introduce
            + (r.image_slope * (image - r.image_threshold) if known else 0.0)
        )

    def forwards(self, strength: float, trust: float) -> float:
        letters = self.behaviour.letters
        return logistic(
            log_odds(self.behaviour.referral.participation)
            + letters.strength * (strength - MEDIUM_WEAK)
            + letters.trust * (trust - 0.5)
        )

    def names(self, salience: float, trust: float, debt: float, spur: float) -> float:
        willing = 1 - (1 - trust) * (1 - self.returns_favour(debt))
        return min(1.0, salience * willing * spur)

    # -------------------------------------------------- chains
    def participation(self, strength: float, trust: float, belief: float, prestige: float) -> float:
        letters = self.behaviour.letters
        return logistic(
            log_odds(letters.participation)
            + letters.strength * (strength - MEDIUM_WEAK)
            + letters.trust * (trust - 0.5)
            + letters.incentive * letters.reward
            + letters.belief * (belief - 0.5)
            + letters.prestige * (prestige - 0.5)
        )

    def judged(
        self, distance: float, same_field: bool, strength: float, u: float, v: float
    ) -> float:
        """A distance as somebody sees it, who errs and is drawn by field and by acquaintances."""
        letters = self.behaviour.letters
        acquaintance = strength / MEDIUM_WEAK * exp(1 - strength / MEDIUM_WEAK)
        pull = (1 - letters.professional * same_field) * (1 - letters.closeness * acquaintance)
        return distance * pull * exp(letters.noise * standard_normal(u, v))
