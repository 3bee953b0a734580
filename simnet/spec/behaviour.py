"""Every parameter of the model, in one place: default, unit, range of the evidence, source.

A group is a mechanism (or a few that belong together); the tag in the source, M04 or M26, is the
mechanism's number in the review of the evidence that docs/model.md cites. A value outside the
`range` is allowed, since a researcher may want it; a value that makes no sense (a probability
above one) is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class Group(BaseModel):
    """A group of parameters: immutable, without unknown keys, without coercion from text."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Count = Annotated[int, Field(ge=1)]


def parameter(
    default: float,
    bounds: tuple[float, float],
    unit: str,
    basis: str,
    source: str,
    meaning: str,
) -> Any:
    """A field that carries its unit, the range of the evidence, its basis and its source."""
    return Field(
        default=default,
        description=meaning,
        json_schema_extra={
            "unit": unit,
            "range": list(bounds),
            "basis": basis,
            "source": source,
        },
    )


class Market(Group):
    """Needs: how often they arise, how long they stay open, what they are worth."""

    needs_per_week: NonNegative = parameter(
        0.02, (0.004, 0.1), "needs per person per week", "derived", "M50", "mean rate of needs"
    )
    burst_shape: Positive = parameter(
        1.0,
        (0.3, 5),
        "gamma shape",
        "assumed",
        "M50",
        "a person's rate is gamma-distributed and redrawn each quarter; low is bursty",
    )
    categories: Annotated[int, Field(ge=1, le=1000)] = parameter(
        20, (5, 100), "categories", "assumed", "M51", "kinds of need, laid out on a circle"
    )
    breadth: Positive = parameter(
        0.1, (0.02, 0.4), "circumference", "assumed", "M51", "breadth of an offer"
    )
    least_fit: Probability = parameter(
        0.5, (0.3, 0.8), "fit", "assumed", "own", "an offer that fits less is no candidate"
    )
    open_weeks: Annotated[int, Field(ge=1, le=100)] = parameter(
        4, (1, 13), "weeks", "assumed", "own", "weeks a need stays open before an open search"
    )
    value_sigma: Positive = parameter(
        1.6, (0.8, 2.6), "log units", "assumed", "M53", "spread of the lognormal body of values"
    )
    value_tail: Annotated[float, Field(gt=1.0)] = parameter(
        1.5, (1.05, 3), "exponent", "assumed", "M53", "Pareto exponent above the 95th percentile"
    )
    small_needs_per_week: Probability = parameter(
        0.25,
        (0.05, 0.5),
        "probability per person per week",
        "assumed",
        "own",
        "advice or a hand is wanted: what a favour can be given for",
    )


class Shortlist(Group):
    """How the person in need chooses among those who come to mind."""

    from_memory: Probability = parameter(
        0.85, (0.6, 0.95), "share of needs", "seen", "M52", "searches that start from memory"
    )
    stay: Probability = parameter(
        0.9, (0.6, 0.95), "probability", "seen", "M52", "picks from the list once there is one"
    )
    names: Count = parameter(3, (2, 5), "names", "seen", "M52", "length of the shortlist")
    salience: NonNegative = parameter(
        3.0, (1, 6), "log weight per unit", "assumed", "M52", "weight of being front of mind"
    )
    trust: NonNegative = parameter(
        2.0, (0.5, 5), "log weight per unit", "assumed", "M52", "weight of trust"
    )
    fit: NonNegative = parameter(
        3.0, (1, 6), "log weight per unit", "assumed", "M52", "weight of fit"
    )
    image: NonNegative = parameter(
        0.5, (0, 1.5), "log weight per unit", "assumed", "M52", "weight of public image"
    )
    open_reach: Probability = parameter(
        0.1,
        (0.03, 0.2),
        "share of open searches",
        "seen",
        "M68",
        "open searches that end with somebody in the network rather than outside it",
    )


class Acceptance(Group):
    """Whether a request to connect is accepted."""

    base: float = parameter(
        -1.4, (-2.4, -0.6), "log odds", "derived", "M04", "a cold request from a stranger"
    )
    mutual: NonNegative = parameter(
        0.3, (0.1, 0.7), "log odds per ln(1 + mutual ties)", "assumed", "M04", "shared alters"
    )
    introduced: NonNegative = parameter(
        1.8, (1.0, 3.0), "log odds", "assumed", "M04", "the request comes with an introduction"
    )
    similarity: NonNegative = parameter(
        0.5, (0, 1.2), "log odds per unit fit of fields", "assumed", "M04", "similar fields"
    )
    image: NonNegative = parameter(
        0.5, (0, 1.5), "log odds per image unit", "assumed", "M04", "public image of who asks"
    )
    accept_all: Probability = parameter(
        0.1,
        (0.1, 0.7),
        "share of people",
        "assumed",
        "M04",
        "people who accept nearly everything; the low end, so that cold acceptance is near 0.29",
    )
    nearly_everything: Probability = parameter(
        0.95, (0.8, 1.0), "probability", "assumed", "own", "what those people accept"
    )


class Growth(Group):
    """How time spent makes a tie stronger."""

    hours_scale: Positive = parameter(
        20.0, (8, 60), "hours", "assumed", "M10", "H0: hours that bring strength to 1 - 1/e"
    )
    meaningful: NonNegative = parameter(
        1.0, (0.7, 1.5), "weight", "assumed", "M10", "an hour of real conversation"
    )
    message: NonNegative = parameter(
        0.5, (0.2, 0.8), "weight", "assumed", "M10", "an hour of one-to-one messages"
    )
    empty: NonNegative = parameter(
        0.1, (0, 0.4), "weight", "assumed", "M10", "an hour of contact with no content"
    )
    prior_hours: NonNegative = parameter(
        5.0,
        (2, 40),
        "hours",
        "assumed",
        "own",
        "mean of the exponential hours that either side has put into a prior tie",
    )
    prior_age: NonNegative = parameter(
        156.0, (26, 520), "weeks", "assumed", "own", "mean age of prior ties (exponential)"
    )


class Decay(Group):
    """How a tie weakens without contact, and when it goes dormant."""

    rate: NonNegative = parameter(
        0.035, (0.015, 0.09), "per week", "assumed", "M11", "decay of the weakest, youngest tie"
    )
    strength_protection: NonNegative = parameter(
        1.6, (0.5, 2.5), "per unit strength", "assumed", "M11", "strong ties decay more slowly"
    )
    age_exponent: NonNegative = parameter(
        0.3, (0, 0.8), "exponent", "recalled", "M11", "old ties decay more slowly"
    )
    age_scale: Positive = parameter(
        52.0, (20, 150), "weeks", "assumed", "M11", "age at which that protection sets in"
    )
    floor: Probability = parameter(
        0.1, (0, 0.3), "fraction of peak", "assumed", "M11", "strength that is never lost"
    )
    broken_rhythm: Positive = parameter(
        8.0, (5, 12), "multiples of the usual gap", "seen", "M12", "silence that ends a tie"
    )
    dormancy_hazard: Probability = parameter(
        0.15, (0.05, 0.4), "per week", "assumed", "M12", "chance of dormancy beyond that silence"
    )
    usual_gap: Positive = parameter(
        12.0, (2, 26), "weeks", "assumed", "own", "usual gap of a tie before it has a rhythm"
    )
    follow_up_first_day: Probability = parameter(
        0.45, (0.2, 0.7), "probability", "assumed", "M13", "a follow-up on the same day takes"
    )
    follow_up_late: Probability = parameter(
        0.08, (0.02, 0.2), "probability", "assumed", "M13", "a very late follow-up takes"
    )
    follow_up_half_life: Positive = parameter(
        10.0, (3, 40), "days", "assumed", "M13", "half-life of the chance to follow up"
    )
    early_contact: NonNegative = parameter(
        0.5, (0.1, 1.5), "relative lifetime per contact", "assumed", "M13", "early contacts protect"
    )
    early_weeks: NonNegative = parameter(
        4.0, (2, 8), "weeks", "assumed", "M13", "how long a contact counts as early"
    )


class Trust(Group):
    """Trust: where it starts and what moves it; weights of acts."""

    gain: Probability = parameter(
        0.08, (0.02, 0.2), "per unit act", "assumed", "M20", "good act: T += gain v (1 - T)"
    )
    bad_over_good: NonNegative = parameter(
        3.0, (1, 5), "ratio", "assumed", "M20", "bad act: T -= ratio gain v T"
    )
    stranger: Probability = parameter(
        0.2, (0.05, 0.5), "trust", "assumed", "M20", "trust in a stranger"
    )
    vouched: Probability = parameter(
        0.45, (0.2, 0.7), "trust", "assumed", "M20", "trust in somebody introduced"
    )
    favour: NonNegative = parameter(
        1.0, (0.3, 2), "act weight", "assumed", "M20", "a favour, or an opportunity served"
    )
    conversation: NonNegative = parameter(
        0.5, (0.1, 1), "act weight", "assumed", "own", "a meeting"
    )
    message: NonNegative = parameter(
        0.1, (0, 0.3), "act weight", "assumed", "own", "a personal message"
    )


class Reciprocity(Group):
    """Favours owed, public image, gossip and thanks."""

    unowed: Probability = parameter(
        0.15, (0.05, 0.3), "probability per chance", "assumed", "M21", "returns without a debt"
    )
    owed: Probability = parameter(
        0.45, (0.2, 0.7), "probability per chance", "assumed", "M21", "added by a large debt"
    )
    debt_scale: Positive = parameter(
        1.0, (0.5, 3), "favours", "assumed", "M21", "D0: debt at which most of that is there"
    )
    debt_half_life: Positive = parameter(
        26.0, (8, 104), "weeks", "assumed", "M21", "half-life of a debt of gratitude"
    )
    image_known: Probability = parameter(
        0.3, (0.05, 0.8), "probability", "assumed", "M22", "a stranger knows one's image"
    )
    image_slope: NonNegative = parameter(
        3.0, (1, 8), "log odds per image unit", "assumed", "M22", "image makes people help"
    )
    image_threshold: float = parameter(
        0.0, (-0.5, 0.5), "image", "assumed", "M22", "image at which it neither helps nor harms"
    )
    image_retention: Probability = parameter(
        0.98, (0.9, 1.0), "per week", "assumed", "M22", "what is left of an image after a week"
    )
    image_step: NonNegative = parameter(
        0.02, (0, 0.1), "image per telling", "assumed", "own", "one telling to a non-tie"
    )
    gossip_good: NonNegative = parameter(
        0.03, (0.005, 0.1), "per contact per good act", "assumed", "M23", "good acts are told"
    )
    gossip_bad: NonNegative = parameter(
        0.08, (0.01, 0.25), "per contact per bad act", "assumed", "M23", "bad acts are told"
    )
    hearsay: Probability = parameter(
        0.4, (0.2, 0.7), "weight", "assumed", "M23", "weight of hearsay against own experience"
    )
    gossip_hops: Count = parameter(
        2, (1, 3), "hops", "assumed", "M23", "how far it is told, half as heavy each hop"
    )
    thanks_multiplier: Annotated[float, Field(ge=1.0)] = parameter(
        1.5, (1.1, 2.0), "multiplier", "seen", "M24", "a thanked helper helps the thanker more"
    )
    thanks_others: Annotated[float, Field(ge=1.0)] = parameter(
        1.25, (1.0, 2.0), "multiplier", "assumed", "M24", "and helps others more"
    )
    thanks_half_life: Positive = parameter(
        4.0, (1, 12), "weeks", "assumed", "M24", "half-life of both; after as long, none is due"
    )
    unthanked: NonNegative = parameter(
        0.15, (0, 0.4), "act weight", "assumed", "M24", "help that was never thanked for"
    )
    thanks_unprompted: Probability = parameter(
        0.5, (0.2, 0.9), "probability", "assumed", "own", "people thank without a routine"
    )


class Pitch(Group):
    """An unsolicited pitch: replies and backlash."""

    disconnect: Probability = parameter(
        0.1, (0.01, 0.4), "per first pitch of a stranger", "assumed", "M26", "the tie is blocked"
    )
    mute: Probability = parameter(
        0.25, (0.05, 0.6), "per first pitch", "assumed", "M26", "the sender is no longer heard"
    )
    trust_exponent: NonNegative = parameter(
        1.5, (0.5, 3), "exponent", "assumed", "M26", "backlash falls with (1 - T) to this power"
    )
    repeat: Annotated[float, Field(ge=1.0)] = parameter(
        1.5, (1.1, 2.5), "factor per further pitch", "derived", "M26", "backlash grows"
    )
    weight: NonNegative = parameter(
        1.0, (0.3, 2), "act weight", "assumed", "M26", "trust that an unwanted pitch costs"
    )
    reply_new: Probability = parameter(
        0.1, (0.05, 0.17), "probability", "seen", "M30", "a new contact replies"
    )
    reply_known: Probability = parameter(
        0.6, (0.4, 0.85), "probability", "assumed", "M30", "a strong tie replies"
    )
    welcome: Probability = parameter(
        0.3, (0.1, 0.5), "share of replies", "assumed", "M30", "replies that welcome the pitch"
    )
    follow_up: Probability = parameter(
        0.64, (0.45, 0.8), "ratio per touch", "derived", "M31", "replies to further touches"
    )
    complaint: Probability = parameter(
        0.005, (0.001, 0.02), "per first touch", "assumed", "M31", "complaints"
    )
    max_touches: Annotated[int, Field(ge=1, le=100)] = parameter(
        4, (1, 8), "touches", "seen", "M31", "pitches to one tie, unless a routine says otherwise"
    )


class Asking(Group):
    """Whether a person who is asked directly helps, or helps unasked."""

    base: float = parameter(
        -0.6, (-1.5, 0.3), "log odds", "assumed", "M32", "a small ask of a stranger"
    )
    strength: NonNegative = parameter(
        2.0, (1, 3.5), "log odds per unit strength", "assumed", "M32", "closeness"
    )
    trust: NonNegative = parameter(
        1.5, (0.5, 3), "log odds per unit trust", "assumed", "M32", "trust in who asks"
    )
    debt: NonNegative = parameter(
        0.5, (0, 1.2), "log odds per favour owed", "assumed", "M32", "favours owed to who asks"
    )
    cost: NonNegative = parameter(
        1.0, (0.4, 2), "log odds per hour", "assumed", "M32", "effort the favour takes"
    )
    unasked: Probability = parameter(
        0.02, (0, 0.1), "per week", "assumed", "M32", "helps unasked, at full salience"
    )
    advocates: Probability = parameter(
        0.1, (0.02, 0.25), "share of people", "assumed", "M65", "people who refer a lot"
    )
    advocate_multiplier: Annotated[float, Field(ge=1.0)] = parameter(
        8.0, (3, 20), "multiplier", "assumed", "M65", "how much more they refer unasked"
    )
    advocate_trust: Probability = parameter(
        0.6, (0.4, 0.8), "trust", "assumed", "M65", "they advocate only those they trust this much"
    )


class Attention(Group):
    """Listening for needs; being front of mind."""

    listening: NonNegative = parameter(
        4.0, (1, 12), "per hour", "assumed", "M43", "how fast listening finds needs"
    )
    visible: Probability = parameter(
        0.15, (0.02, 0.4), "share of needs", "assumed", "M43", "needs shown publicly"
    )
    light_half_life: Positive = parameter(
        3.0, (2, 5), "weeks", "seen", "M44", "salience after a light touch"
    )
    talk_half_life: Positive = parameter(
        12.0, (5, 26), "weeks", "assumed", "M44", "salience after a conversation"
    )
    light: Probability = parameter(
        0.08, (0.02, 0.2), "gain", "assumed", "M44", "a noticed light touch"
    )
    message: Probability = parameter(0.3, (0.1, 0.5), "gain", "assumed", "M44", "a message")
    talk: Probability = parameter(
        0.6, (0.4, 0.9), "gain", "assumed", "M44", "a conversation or favour"
    )
    noticed: Probability = parameter(
        0.05, (0.02, 0.35), "share of ties", "derived", "M40", "ties that notice a profile change"
    )
    ordinary_contacts: Probability = parameter(
        0.5,
        (0.1, 1.0),
        "per person per week",
        "assumed",
        "own",
        "conversations with some tie that ordinary life brings, outside the networking hours",
    )
    ordinary_hours: NonNegative = parameter(
        0.5, (0.1, 2.0), "hours", "assumed", "own", "length of such a conversation"
    )


class Referral(Group):
    """A need that travels: recall, forwarding, fading with depth, conversion."""

    participation: Annotated[float, Field(gt=0.0, lt=1.0)] = parameter(
        0.5, (0.25, 0.8), "probability", "assumed", "M80", "a holder answers or forwards"
    )
    fading: Probability = parameter(
        0.4, (0.2, 0.7), "factor per further hop", "assumed", "M66", "success fades with depth"
    )
    meeting: Probability = parameter(
        0.45, (0.2, 0.7), "probability", "seen", "M67", "a true introduction leads to a meeting"
    )
    close_unasked: Probability = parameter(
        0.3, (0.15, 0.6), "probability", "assumed", "M67", "a meeting nobody asked for closes"
    )
    premium: Annotated[float, Field(gt=-1.0)] = parameter(
        0.16, (-0.1, 0.25), "relative value", "seen", "M67", "added value of a referred win"
    )
    max_steps: Annotated[int, Field(ge=2, le=7)] = parameter(
        6, (3, 7), "steps", "assumed", "own", "a longer referral chain expires"
    )


class Introduction(Group):
    """A third person brings two together."""

    base: float = parameter(-1.0, (-2, 0), "log odds", "assumed", "M72", "base of success")
    weaker_tie: NonNegative = parameter(
        4.0, (1, 8), "log odds per unit strength", "assumed", "M72", "the weaker of the two ties"
    )
    imbalance: NonNegative = parameter(
        1.0, (0, 3), "log odds per unit", "assumed", "M72", "difference of the two ties"
    )
    strength: Probability = parameter(
        0.5, (0.2, 0.8), "fraction", "assumed", "M71", "new tie over the mean of the two"
    )
    useful: Probability = parameter(
        0.25, (0.1, 0.5), "probability", "assumed", "M71", "an introduction that helps somebody"
    )
    weight: NonNegative = parameter(
        1.0, (0.3, 2), "act weight", "assumed", "M71", "trust a useful introduction brings"
    )
    poor: NonNegative = parameter(
        0.6, (0, 1.5), "act weight", "assumed", "M71", "trust a poor introduction costs"
    )


class Letters(Group):
    """Message chains: who takes part, and whom the holder chooses next."""

    participation: Annotated[float, Field(gt=0.0, lt=1.0)] = parameter(
        0.73, (0.25, 0.82), "probability", "seen", "M80", "per step; 0.37 for web chains"
    )
    strength: NonNegative = parameter(
        1.5, (0, 3), "log odds per unit strength above 0.3", "assumed", "M80", "closeness"
    )
    trust: NonNegative = parameter(
        1.0, (0, 2.5), "log odds per unit trust above 0.5", "assumed", "M80", "trust in the sender"
    )
    incentive: NonNegative = parameter(
        0.4, (0, 1.5), "log odds per unit reward", "assumed", "M80", "reward for taking part"
    )
    reward: NonNegative = parameter(0.0, (0, 2), "reward", "assumed", "M80", "reward on offer")
    belief: NonNegative = parameter(
        1.0, (0, 2), "log odds per unit belief", "assumed", "M80", "belief that it can be reached"
    )
    prestige: NonNegative = parameter(
        0.8, (0, 2), "log odds over the range", "assumed", "M82", "status of the target"
    )
    professional: NonNegative = parameter(
        0.15, (0, 0.4), "fraction of distance", "assumed", "M81", "pull of the target's field"
    )
    closeness: NonNegative = parameter(
        0.1, (0, 0.3), "fraction of distance", "assumed", "M81", "pull of a medium-weak tie"
    )
    noise: NonNegative = parameter(
        0.1, (0, 0.4), "sd of log judged distance", "assumed", "M81", "error of judgement"
    )
    lost: Probability = parameter(
        0.0, (0, 0.05), "per step", "assumed", "own", "letters lost in transit"
    )
    max_steps: Annotated[int, Field(ge=1, le=60)] = parameter(
        30, (10, 60), "steps", "assumed", "own", "a longer chain expires"
    )


class Costs(Group):
    """Hours that one act takes."""

    listen: Positive = parameter(0.25, (0.1, 0.5), "hours", "assumed", "time costs", "one digest")
    help: Positive = parameter(0.5, (0.1, 2), "hours", "assumed", "time costs", "a favour")
    introduce: Positive = parameter(
        0.25, (0.05, 1), "hours", "assumed", "M71", "an introduction, made or asked for"
    )
    follow_up: Positive = parameter(
        0.1, (0.05, 0.25), "hours", "assumed", "time costs", "a tailored message"
    )
    connect: Positive = parameter(
        0.01, (0.005, 0.03), "hours", "assumed", "time costs", "a generic request"
    )
    pitch: Positive = parameter(
        0.005, (0.001, 0.02), "hours", "assumed", "time costs", "an automated pitch"
    )
    meet: Positive = parameter(1.0, (0.4, 2), "hours", "assumed", "time costs", "call or coffee")
    message: Positive = parameter(
        0.1, (0.05, 0.25), "hours", "assumed", "time costs", "a tailored message"
    )
    thank: Positive = parameter(0.05, (0.02, 0.15), "hours", "assumed", "time costs", "thanks")
    refresh_profile: Positive = parameter(
        0.1, (0.05, 0.5), "hours", "assumed", "time costs", "a profile change"
    )


class Behaviour(Group):
    """How people act, by mechanism."""

    shortlist: Shortlist = Shortlist()
    acceptance: Acceptance = Acceptance()
    growth: Growth = Growth()
    decay: Decay = Decay()
    trust: Trust = Trust()
    reciprocity: Reciprocity = Reciprocity()
    pitch: Pitch = Pitch()
    asking: Asking = Asking()
    attention: Attention = Attention()
    referral: Referral = Referral()
    introduction: Introduction = Introduction()
    letters: Letters = Letters()
    costs: Costs = Costs()


class Parameter(NamedTuple):
    """One row of the table of parameters."""

    key: str
    default: float
    unit: str
    range: tuple[float, float]
    basis: str
    source: str
    meaning: str


def parameters() -> Iterator[Parameter]:
    """All parameters by their key in a configuration, in the order of the model."""
    yield from _of_group("market", Market)
    for name, field in Behaviour.model_fields.items():
        yield from _of_group(f"behaviour.{name}", type(field.default))


def _of_group(prefix: str, group: type[Group]) -> Iterator[Parameter]:
    for name, field in group.model_fields.items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        yield Parameter(
            key=f"{prefix}.{name}",
            default=field.default,
            unit=str(extra["unit"]),
            range=tuple(extra["range"]),  # type: ignore[arg-type]
            basis=str(extra["basis"]),
            source=str(extra["source"]),
            meaning=field.description or "",
        )
