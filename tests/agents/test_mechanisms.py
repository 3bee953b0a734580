"""Every mechanism equals its formula, under the defaults and at both ends of the evidence."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import rules
from oracle.rules import Rules

from simnet.agents.mechanisms import _kernels as mechanisms
from simnet.agents.parameters import parameter_record
from simnet.agents.ties import _kernels as ties
from simnet.chains import _kernels as chains
from simnet.spec.behaviour import Behaviour, Market, parameters


def at_the_end(which: int) -> Rules:
    """All parameters at the lower or at the upper end of the range of the evidence."""
    groups: dict[str, dict[str, Any]] = {}
    for one in parameters():
        group, name = one.key.removeprefix("behaviour.").split(".")
        groups.setdefault(group, {})[name] = type(one.default)(one.range[which])
    return Rules(Market(**groups.pop("market")), Behaviour.model_validate(groups))


RULES = {
    "default": Rules(Market(), Behaviour()),
    "low": at_the_end(0),
    "high": at_the_end(1),
}
RECORDS = {name: parameter_record(r.market, r.behaviour)[0] for name, r in RULES.items()}

share = st.floats(0, 1)
weeks = st.integers(-3, 10_000)
favours = st.floats(-20, 20)
image = st.floats(-3, 3)
early = st.integers(0, 510).map(float)
nth = st.integers(1, 100)
category = st.integers(0, 4)
below_one = st.floats(0, 1, exclude_max=True)

# kernel, formula, what goes in
CASES = {
    "decay_rate": (mechanisms.decay_rate, Rules.decay_rate, (share, weeks)),
    "decayed": (mechanisms.decayed, Rules.decayed, (share, share, weeks, weeks)),
    "dormancy": (mechanisms.dormancy_hazard, Rules.dormancy, (early,)),
    "follow_up": (mechanisms.follow_up_takes, Rules.follow_up_takes, (st.floats(0, 1000),)),
    "trust_gained": (mechanisms.trust_gained, Rules.trust_gained, (share, st.floats(0, 20))),
    "trust_lost": (mechanisms.trust_lost, Rules.trust_lost, (share, st.floats(0, 20))),
    "returns_favour": (mechanisms.returns_favour, Rules.returns_favour, (favours,)),
    "encouraged": (mechanisms.encouraged, Rules.encouraged, (weeks, weeks)),
    "acceptance": (mechanisms.acceptance, Rules.acceptance, (early, share, share, image)),
    "introduction": (
        mechanisms.introduction_succeeds,
        Rules.introduction_succeeds,
        (share, share),
    ),
    "backlash": (mechanisms.backlash, Rules.backlash, (share, nth)),
    "reply": (mechanisms.reply, Rules.reply, (share, share, nth)),
    "detection": (mechanisms.detection, Rules.detection, (st.floats(0, 10), share)),
    "salience": (mechanisms.salience_now, Rules.salience, (share, weeks, st.booleans())),
    "fit": (mechanisms.fit, Rules.fit, (category, category)),
    "shortlist": (
        mechanisms.shortlist_weight,
        Rules.shortlist_weight,
        (share, share, share, image),
    ),
    "choice": (mechanisms.choice_weight, Rules.choice_weight, (share, share)),
    "complies": (
        mechanisms.complies,
        Rules.complies,
        (share, share, favours, image, st.booleans()),
    ),
    "forwards": (mechanisms.forwards, Rules.forwards, (share, share)),
    "names": (mechanisms.names, Rules.names, (share, share, favours, st.floats(1, 2))),
    "participation": (chains.participation, Rules.participation, (share,) * 4),
}


@pytest.mark.parametrize("rules_name", RULES)
@pytest.mark.parametrize("name", CASES)
def test_a_mechanism_equals_its_formula(name, rules_name):
    kernel, formula, domain = CASES[name]

    @settings(deadline=None, max_examples=50)
    @given(st.tuples(*domain))
    def equal(arguments):
        expected = formula(RULES[rules_name], *arguments)
        assert kernel(RECORDS[rules_name], *arguments) == pytest.approx(expected, rel=1e-12)

    equal()


@pytest.mark.parametrize("rules_name", RULES)
@settings(deadline=None, max_examples=50)
@given(distance=share, same=st.booleans(), strength=share, u=below_one, v=below_one)
def test_judged_distance_equals_its_formula(rules_name, distance, same, strength, u, v):
    misjudged = chains.misjudgement(RECORDS[rules_name].letters_noise, u, v)
    kernel = chains.judged(RECORDS[rules_name], distance, float(same), strength, misjudged)
    expected = RULES[rules_name].judged(distance, same, strength, u, v)
    assert kernel == pytest.approx(expected, rel=1e-11)


@settings(deadline=None)
@given(below_one, below_one)
def test_distance_around_a_circle(a, b):
    assert chains.circular_distance(a, b) == pytest.approx(2 * rules.around(a, b), rel=1e-12)


@settings(deadline=None)
@given(st.floats(0, 1), weeks, st.floats(0.5, 100))
def test_halving(amount, after, half_life):
    expected = amount * rules.halving(after, half_life)
    assert mechanisms.halved(amount, after, half_life) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rules_name", RULES)
@pytest.mark.parametrize(
    ("act", "hours", "weight"),
    [
        ("help", "costs.help", "growth.meaningful"),
        ("meet", "costs.meet", "growth.meaningful"),
        ("message", "costs.message", "growth.message"),
        ("follow_up_talk", "costs.follow_up", "growth.meaningful"),
        ("follow_up_message", "costs.follow_up", "growth.message"),
        ("pitch", "costs.pitch", "growth.empty"),
        ("thank", "costs.thank", "growth.message"),
        ("ask", "costs.introduce", "growth.message"),
        ("pass_on", "costs.introduce", "growth.meaningful"),
        ("ordinary", "attention.ordinary_hours", "growth.meaningful"),
    ],
)
def test_what_an_act_adds_to_strength(rules_name, act, hours, weight):
    rules, record = RULES[rules_name], RECORDS[rules_name]
    spent, by = (attrgetter(key)(rules.behaviour) for key in (hours, weight))
    gain = float(record[f"gain_{act}"])
    assert mechanisms.grown(0.3, gain) == pytest.approx(rules.grown(0.3, spent, by), rel=1e-12)


@pytest.mark.parametrize("rules_name", RULES)
def test_an_offer_fits_up_to_a_distance(rules_name):
    rules, record = RULES[rules_name], RECORDS[rules_name]
    for need in range(rules.market.categories):
        enough = rules.fit(need, 0) >= rules.market.least_fit
        assert mechanisms.fits(record, need, 0) == enough


@settings(deadline=None)
@given(below_one, st.floats(0, 500))
def test_exponential_numbers(u, mean):
    expected = rules.exponential(u, mean)
    assert ties.exponential(u, mean) == pytest.approx(expected, rel=1e-12)


# ---------------------------------------------------------------- what the formulas promise
PROBABILITIES = ("follow_up", "returns_favour", "acceptance", "introduction", "reply", "dormancy")
PROBABILITIES += ("detection", "fit", "complies", "forwards", "names", "participation")
STATES = ("decayed", "trust_gained", "trust_lost", "salience")


@pytest.mark.parametrize("rules_name", RULES)
@pytest.mark.parametrize("name", PROBABILITIES + STATES)
def test_probabilities_and_states_stay_in_the_unit_interval(name, rules_name):
    kernel, _, domain = CASES[name]

    @settings(deadline=None, max_examples=50)
    @given(st.tuples(*domain))
    def bounded(arguments):
        if name == "decayed":  # strength is never above its peak
            arguments = (min(arguments[:2]), *arguments[1:])
        assert 0.0 <= kernel(RECORDS[rules_name], *arguments) <= 1.0

    bounded()


DEFAULT = RECORDS["default"]


@settings(deadline=None)
@given(share, share, share, weeks, weeks)
def test_what_moves_strength_and_trust_moves_it_the_right_way(level, peak, gain, silent, age):
    assert level - 1e-15 <= mechanisms.grown(level, gain) <= 1.0 + 1e-15
    assert mechanisms.trust_gained(DEFAULT, level, 1.0) >= level
    assert mechanisms.trust_lost(DEFAULT, level, 1.0) <= level
    top = max(level, peak)
    floor = RULES["default"].behaviour.decay.floor * top
    later = mechanisms.decayed(DEFAULT, level, top, silent, age)
    assert min(level, floor) - 1e-15 <= later <= max(level, floor) + 1e-15


def test_medium_weak_ties_pull_most():
    pull = [chains.medium_weak(s / 100) for s in range(101)]
    assert pull[0] == 0.0
    assert max(pull) == pull[30] == 1.0


def test_half_lives_are_half_lives():
    attention = RULES["default"].behaviour.attention
    light = mechanisms.salience_now(DEFAULT, 1.0, int(attention.light_half_life), False)
    talk = mechanisms.salience_now(DEFAULT, 1.0, int(attention.talk_half_life), True)
    assert light == pytest.approx(0.5, rel=1e-12)
    assert talk == pytest.approx(0.5, rel=1e-12)
    decay = RULES["default"].behaviour.decay
    above_late = [
        mechanisms.follow_up_takes(DEFAULT, days) - decay.follow_up_late
        for days in (0.0, decay.follow_up_half_life)
    ]
    assert above_late[1] == pytest.approx(above_late[0] / 2, rel=1e-12)
    assert above_late[0] + decay.follow_up_late == pytest.approx(decay.follow_up_first_day)
