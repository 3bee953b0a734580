"""The mechanisms of behaviour: small functions of numbers and of the parameter record `p`.

The tags M04 ... M82 are those of the review of the evidence cited in docs/model.md. A field of `p`
is named group_name after the key behaviour.group.name (market_name for the market).
"""

from __future__ import annotations

import math

from numba import njit

from simnet.agents.parameters import AGES, WEEKS
from simnet.chains._kernels import logistic
from simnet.elementary._kernels import exp, log

_LN2 = math.log(2.0)


# ---------------------------------------------------------------- ties in time
@njit(cache=True)
def grown(strength, gain):
    """Strength after time together (M10): s + (1 - s) g, the gain g = 1 - exp(-w h / H0)."""
    return strength + (1.0 - strength) * gain


@njit(cache=True)
def decay_rate(p, strength, age):
    """Decay per week without contact (M11): lam0 exp(-kap s) (1 + age / age0)^-beta."""
    return p.decay_rate * exp(-p.decay_strength_protection * strength) * youth(p, age)


@njit(cache=True)
def youth(p, age):
    """(1 + age / age0)^-beta, for an age in whole weeks; 1 before birth."""
    if age < AGES:
        return p.youth[max(age, 0)]
    return exp(-p.decay_age_exponent * math.log1p(age / p.decay_age_scale))


@njit(cache=True)
def decayed(p, strength, peak, weeks, age):
    """Strength after silence (M11): f s* + (s - f s*) exp(-lam weeks), s* the peak.

    The rate is set by strength and age when the silence began.
    """
    if weeks <= 0:
        return strength
    floor = p.decay_floor * peak
    return floor + (strength - floor) * exp(-decay_rate(p, strength, age) * weeks)


@njit(cache=True)
def dormancy_hazard(p, early):
    """Chance per week that a tie silent on both sides goes dormant (M12, M13).

    h_gap / (1 + c_e early contacts).
    """
    return p.decay_dormancy_hazard / (1.0 + p.decay_early_contact * early)


@njit(cache=True)
def follow_up_takes(p, days):
    """Chance that a follow-up becomes a conversation (M13): floor + (p0 - floor) 2^(-t/h)."""
    late = p.decay_follow_up_late
    return late + (p.decay_follow_up_first_day - late) * 2.0 ** (
        -days / p.decay_follow_up_half_life
    )


# ---------------------------------------------------------------- trust and favours
@njit(cache=True)
def trust_gained(p, trust, weight):
    """Trust after a good act of weight v (M20): T + a v (1 - T), at most 1."""
    return min(1.0, trust + p.trust_gain * weight * (1.0 - trust))


@njit(cache=True)
def trust_lost(p, trust, weight):
    """Trust after a bad act of weight v (M20): T - r a v T, at least 0."""
    return max(0.0, trust - p.trust_bad_over_good * p.trust_gain * weight * trust)


@njit(cache=True)
def returns_favour(p, debt):
    """Chance to return a favour when there is a chance to (M21): base + rec (1 - exp(-D/D0))."""
    return p.reciprocity_unowed + p.reciprocity_owed * (
        1.0 - exp(-max(debt, 0.0) / p.reciprocity_debt_scale)
    )


@njit(cache=True)
def halved(amount, weeks, half_life):
    """What is left of an amount that halves every `half_life` weeks."""
    if weeks <= 0:
        return amount
    return amount * exp(-_LN2 * weeks / half_life)


@njit(cache=True)
def encouraged(p, since_thanked, since_thanked_by_anybody):
    """Multiplier of helpfulness after thanks (M24), fading with its half-life.

    `since_thanked` weeks ago by the person helped now, or by anybody; negative is never.
    """
    own = 0.0
    if since_thanked >= 0:
        own = (p.reciprocity_thanks_multiplier - 1.0) * halved(
            1.0, since_thanked, p.reciprocity_thanks_half_life
        )
    other = 0.0
    if since_thanked_by_anybody >= 0:
        other = (p.reciprocity_thanks_others - 1.0) * halved(
            1.0, since_thanked_by_anybody, p.reciprocity_thanks_half_life
        )
    return 1.0 + max(own, other)


@njit(cache=True)
def most_encouraged(p):
    """The greatest value of `encouraged`."""
    return 1.0 + max(p.reciprocity_thanks_multiplier - 1.0, p.reciprocity_thanks_others - 1.0, 0.0)


@njit(cache=True)
def most_willing(p):
    """The greatest chance that one puts forward somebody who has come to mind; see `names`."""
    return max(1.0, p.reciprocity_unowed + p.reciprocity_owed)


# ---------------------------------------------------------------- connecting
@njit(cache=True)
def acceptance(p, mutual, introduced, similarity, image):
    """Chance that a request to connect is accepted (M04), logistic in its score."""
    return logistic(acceptance_score(p, mutual, introduced, similarity, image))


@njit(cache=True)
def acceptance_score(p, mutual, introduced, similarity, image):
    """Log odds that a request to connect is accepted (M04)."""
    return (
        p.acceptance_base
        + p.acceptance_mutual * log(1.0 + mutual)
        + p.acceptance_introduced * introduced
        + p.acceptance_similarity * similarity
        + p.acceptance_image * image
    )


@njit(cache=True)
def introduction_succeeds(p, s_first, s_second):
    """Chance that a third person brings two together (M72), by the strengths of the two ties."""
    return logistic(
        p.introduction_base
        + p.introduction_weaker_tie * min(s_first, s_second)
        - p.introduction_imbalance * abs(s_first - s_second)
    )


# ---------------------------------------------------------------- pitching
@njit(cache=True)
def backlash(p, trust, nth):
    """Weight of the backlash to the nth unsolicited pitch (M26): (1 - T)^x z^(n - 1)."""
    return (1.0 - trust) ** p.pitch_trust_exponent * p.pitch_repeat ** (nth - 1)


@njit(cache=True)
def reply(p, strength, fit, nth):
    """Chance of a reply to the nth pitch (M30, M31): between a new and a known tie, times fit."""
    rate = p.pitch_reply_new + (p.pitch_reply_known - p.pitch_reply_new) * strength
    return min(1.0, rate * fit) * p.pitch_follow_up ** (nth - 1)


# ---------------------------------------------------------------- attention
@njit(cache=True)
def detection(p, hours_listening, strength):
    """Chance to notice a tie's visible need this week (M43)."""
    return (1.0 - exp(-p.attention_listening * hours_listening)) * (0.3 + 0.7 * strength)


@njit(cache=True)
def salience_now(p, salience, weeks, talked):
    """How front of mind a person still is (M44): halves after a light touch or a talk."""
    if weeks < WEEKS:
        at = max(weeks, 0)
        return salience * (p.talk_left[at] if talked else p.light_left[at])
    half_life = p.attention_talk_half_life if talked else p.attention_light_half_life
    return halved(salience, weeks, half_life)


@njit(cache=True)
def favours_left(p, favours, weeks):
    """What still counts of favours of so many weeks ago (M21)."""
    if weeks < WEEKS:
        return favours * p.favour_left[max(weeks, 0)]
    return halved(favours, weeks, p.reciprocity_debt_half_life)


# ---------------------------------------------------------------- needs and choice
@njit(cache=True)
def fit(p, need, offer):
    """Fit of an offer to a need (M51): exp(-d^2 / 2 w^2), d along the circle of categories."""
    return p.fit_at[apart(p, need, offer)]


@njit(cache=True)
def fits(p, need, offer):
    """Whether an offer is a candidate for a need: fits it by market.least_fit or better."""
    return apart(p, need, offer) <= p.reach


@njit(cache=True)
def apart(p, one, other):
    """Steps between two categories along their circle."""
    steps = abs(int(one) - int(other))
    return min(steps, int(p.market_categories) - steps)


@njit(cache=True)
def shortlist_weight(p, salience, trust, match, image):
    """Log weight of a name for the shortlist (M52)."""
    return (
        p.shortlist_salience * salience
        + p.shortlist_trust * trust
        + p.shortlist_fit * match
        + p.shortlist_image * image
    )


@njit(cache=True)
def choice_weight(p, trust, match):
    """Log weight of a name on the shortlist (M52)."""
    return p.shortlist_trust * trust + p.shortlist_fit * match


@njit(cache=True)
def complies(p, strength, trust, debt, image, image_known):
    """Chance that a person asked directly helps (M32), with image where it is known (M22)."""
    x = (
        p.asking_base
        + p.asking_strength * strength
        + p.asking_trust * trust
        + p.asking_debt * debt
        - p.asking_cost * p.costs_introduce
    )
    if image_known:
        x += p.reciprocity_image_slope * (image - p.reciprocity_image_threshold)
    return logistic(x)


@njit(cache=True)
def forwards(p, strength, trust):
    """Chance that a later holder forwards a referral (M80)."""
    base = log(p.referral_participation / (1.0 - p.referral_participation))
    return logistic(base + p.letters_strength * (strength - 0.3) + p.letters_trust * (trust - 0.5))


@njit(cache=True)
def names(p, salience, trust, debt, spur):
    """Chance that a third person puts somebody forward (M44, M64, M21, M24).

    m (1 - (1 - T)(1 - r(D))) times the spur of thanks, at most 1: one comes to mind, and is
    trusted or owed a favour.
    """
    willing = 1.0 - (1.0 - trust) * (1.0 - returns_favour(p, debt))
    return min(1.0, salience * willing * spur)
