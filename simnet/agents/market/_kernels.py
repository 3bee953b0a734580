"""Needs arise, people search for somebody to meet them, opportunities are awarded."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simnet.agents.crowd import FREE, NEVER, SMALL_NEED, VISIBLE_NEED
from simnet.agents.mechanisms._kernels import (
    apart,
    choice_weight,
    complies,
    encouraged,
    fit,
    fits,
    forwards,
    names,
    shortlist_weight,
    trust_gained,
)
from simnet.agents.ties._kernels import (
    favours_given,
    mate_of,
    salience,
    slot_of,
    tie_strength,
    touch,
)
from simnet.chains._kernels import ARRIVED, DROPPED, EXPIRED, judged
from simnet.randomness._kernels import philox4, uniform, uniform2, uniform4

UNMET, OWN_TIE, REFERRED, VOLUNTEERED, OPEN_SEARCH, OUTSIDE = range(6)
"""Routes by which a need is met this week; UNMET stays open."""
NO_CHAIN = -1
MOST_PEOPLE = 9
_AT_ONCE = 32
"""People on the longest path: needy, at most seven holders, provider."""

_LONGEST_LIST = 16
_RECALL, _ASK, _STEP, _NAME, _CLOSE, _VOLUNTEER, _NAME_UNASKED, _OPEN, _THANKS = range(9)


NEED = np.dtype(
    [
        ("number", np.int64),
        ("value", np.float64),
        ("asked", np.float64),  # judged distance of whoever was asked last
        ("person", np.int32),
        ("category", np.int16),
        ("opened", np.int16),
        ("visible", np.bool_),
        ("from_memory", np.bool_),
        ("nth", np.int8),  # which of the person's needs of that week
    ],
    align=True,
)
"""One row an open need."""


class Found(NamedTuple):
    """What this week's search came to, one row an open need."""

    route: NDArray[np.int8]
    length: NDArray[np.int8]  # people on the path
    path: NDArray[np.int32]
    chain: NDArray[np.int8]  # outcome of the referral chain begun this week, or NO_CHAIN
    steps: NDArray[np.int8]
    holders: NDArray[np.int32]  # the chain's people
    strengths: NDArray[np.float32]
    seen: NDArray[np.int32]  # a place to leave what was read ahead


# ---------------------------------------------------------------- needs
@njit(cache=True, parallel=True)
def draw_rates(parameters, key, people, quarter, quantiles):
    """Each person's need rate for a quarter (M50): gamma-distributed, from its quantiles."""
    for i in prange(len(people.row)):
        _draw_rate(parameters[0], key, people, i, quarter, quantiles)


@njit(cache=True)
def _draw_rate(p, key, people, i, quarter, quantiles):
    at = int(uniform(key, i, quarter, 1, 0) * len(quantiles))
    people.own[i].quiet = np.exp(-p.market_needs_per_week * quantiles[at])


@njit(cache=True, parallel=True)
def arise(parameters, key, people, week, count):
    """Needs arise (M50): a Poisson number a person; small needs; images fade (M22)."""
    for i in prange(len(people.row)):
        count[i] = _arise_for(parameters[0], key, people, i, week)


@njit(cache=True)
def _arise_for(p, key, people, i, week):
    u, v, _, _ = uniform4(key, i, week, 0, 0)
    people.face[i].in_need = SMALL_NEED if v < p.market_small_needs_per_week else 0
    people.own[i].image *= p.reciprocity_image_retention
    quiet = float(people.own[i].quiet)
    n = _poisson_tail(u, quiet) if u >= quiet else 0
    people.own[i].needs += n
    return n


@njit(cache=True)
def _poisson_tail(u, quiet):
    """The Poisson number of which P(0) = quiet, by inversion of u; at most 100."""
    rate = -np.log(quiet)
    term = quiet
    total = quiet
    n = 0
    while u >= total and n < 100:
        n += 1
        term *= rate / n
        total += term
    return n


@njit(cache=True)
def draw_needs(parameters, key, needs, for_value):
    """Category, visibility, kind of search and the draw for the value of new needs."""
    p = parameters[0]
    for n in range(len(needs)):
        need = needs[n]
        u, v, w, x = uniform4(key, need.person, need.opened, 2, need.nth)
        need.category = int(u * p.market_categories)
        need.visible = v < p.attention_visible
        need.from_memory = w < p.shortlist_from_memory
        for_value[n] = x


@njit(cache=True)
def show_needs(people, needs):
    """Put the open needs on the people who have them, the latest last."""
    for n in range(len(needs)):
        j = needs[n].person
        people.face[j].open_need = needs[n].category
        if needs[n].visible:
            people.face[j].in_need |= VISIBLE_NEED


# ---------------------------------------------------------------- who comes to mind
@njit(cache=True)
def need_key(key, need):
    """A need's own key: what is drawn in the search for it is drawn for no other."""
    x0, x1, _, _ = philox4(need.person, need.opened, need.nth, 0, key[0], key[1])
    return x0, x1


@njit(cache=True)
def _gumbel(u):
    """A Gumbel number: the largest of weight + Gumbel is a draw in proportion to exp(weight)."""
    return -np.log(-np.log(u + 1e-12) + 1e-12)


@njit(cache=True)
def own_choice(p, key, people, ties, needs, n, week):
    """Whom the needy person would choose among the ties that come to mind, -1 if nobody does.

    A tie whose offer fits comes to mind with probability m T; of these, a shortlist of K is drawn
    by weight without replacement, and the choice is drawn among it (M52).
    """
    j = needs[n].person
    size = min(int(p.shortlist_names), _LONGEST_LIST)
    listed = np.full(size, -1, np.int32)
    rank = np.full(size, -np.inf)
    weight = np.empty(size)
    for e in range(people.row[j].start, people.row[j].start + people.row[j].used):
        i = ties.other[e]
        if i == FREE:
            continue
        if not fits(p, needs[n].category, people.face[i].offer):
            continue
        match = fit(p, needs[n].category, people.face[i].offer)
        f = mate_of(people, ties, e)
        m = salience(p, ties.half[f], week)
        trust = ties.half[f].trust
        u, v, w, _ = uniform4(key, j, i, week, _RECALL)
        if u >= m * trust:
            continue
        score = shortlist_weight(p, m, trust, match, people.own[i].image) + _gumbel(v)
        last = np.argmin(rank)
        if score > rank[last]:
            rank[last] = score
            listed[last] = i
            weight[last] = choice_weight(p, trust, match) + _gumbel(w)
    best = -1
    for k in range(size):
        if listed[k] >= 0 and (best < 0 or weight[k] > weight[best]):
            best = k
    return listed[best] if best >= 0 else -1


@njit(cache=True)
def put_forward(p, key, people, ties, h, needy, category, least_trust, path, n, week, salt):
    """Whom h would put forward for a need, -1 if nobody comes to mind.

    Each of h's ties whose offer fits comes up with the probability of `names`; among these the
    choice is drawn by trust and fit (M52).
    """
    best = -1
    highest = -np.inf
    for e in range(people.row[h].start, people.row[h].start + people.row[h].used):
        i = ties.other[e]
        if i == FREE or i == needy or _on_path(path, n, i):
            continue
        if not fits(p, category, people.face[i].offer):
            continue
        f = mate_of(people, ties, e)
        trust = ties.half[f].trust
        if trust < least_trust:
            continue
        debt = favours_given(p, ties.half[f], week) - favours_given(p, ties.half[e], week)
        spur = encouraged(p, week - ties.half[f].thanked, week - people.own[h].buoyed)
        u, v = uniform2(key, h, i, week, salt)
        if u >= names(p, salience(p, ties.half[f], week), trust, debt, spur):
            continue
        match = fit(p, category, people.face[i].offer)
        score = choice_weight(p, trust, match) + _gumbel(v)
        if score > highest:
            highest = score
            best = i
    return best


@njit(cache=True)
def _on_path(path, n, i):
    for k in range(n):
        if path[k] == i:
            return True
    return False


# ---------------------------------------------------------------- referral chains
@njit(cache=True)
def next_holder(p, key, people, ties, h, category, path, n, after, week, salt):
    """The half-tie along which a request goes on, and the judged distance; (-1, 0.0) if nobody.

    The alter whose field is judged nearest to the need (M81) beyond the distance `after`, among
    those who cannot meet it themselves: one who can, and comes to mind, is named instead.
    """
    best = -1
    least = np.inf
    for e in range(people.row[h].start, people.row[h].start + people.row[h].used):
        i = ties.other[e]
        if i == FREE or _on_path(path, n, i):
            continue
        if fits(p, category, people.face[i].offer):
            continue
        u, v = uniform2(key, h, i, week, salt)
        d = 2.0 * apart(p, people.face[i].offer, category) / p.market_categories
        score = judged(p, d, 0.0, ties.half[e].strength, u, v)
        if after < score < least:
            least = score
            best = e
    return best, least


@njit(cache=True)
def _takes_part(p, key, people, ties, e, f, strength, remove, week, salt):
    """Whether the alter of e answers or forwards: a direct ask first (M32), later ones (M80)."""
    h = ties.other[e]
    asker = ties.other[f]
    u, v = uniform2(key, asker, h, week, salt)
    if remove > 1:
        return u < forwards(p, strength, ties.half[e].trust)
    debt = favours_given(p, ties.half[e], week) - favours_given(p, ties.half[f], week)
    known = v < p.reciprocity_image_known
    return u < complies(p, strength, ties.half[e].trust, debt, people.own[asker].image, known)


@njit(cache=True)
def ask_around(p, key, people, ties, needs, n, week, found):
    """One referral chain for a need: asked, answered, passed on, or dropped; the provider or -1.

    The first person asked is the nearest by judged field who has not been asked for this need.
    Whoever takes part names somebody who comes to mind, or else passes it on.
    """
    j = needs[n].person
    category = needs[n].category
    path = found.holders[n]
    path[0] = j
    opened = needs[n].opened
    e, judged_at = next_holder(
        p,
        key,
        people,
        ties,
        j,
        category,
        path,
        1,
        needs[n].asked,
        opened,
        _ASK,
    )
    if e < 0:
        return -1
    needs[n].asked = judged_at
    for remove in range(1, int(p.referral_max_steps)):
        f = mate_of(people, ties, e)
        h = ties.other[e]
        path[remove] = h
        strength = tie_strength(p, people, ties, e, week)
        found.strengths[n, remove - 1] = strength
        found.steps[n] = remove
        if not _takes_part(p, key, people, ties, e, f, strength, remove, week, _STEP):
            found.chain[n] = DROPPED
            return -1
        i = put_forward(p, key, people, ties, h, j, category, 0.0, path, remove + 1, week, _NAME)
        if i >= 0:
            path[remove + 1] = i
            found.strengths[n, remove] = tie_strength(
                p, people, ties, slot_of(people, ties, h, i), week
            )
            found.steps[n] = remove + 1
            found.chain[n] = ARRIVED
            return i
        e, _ = next_holder(p, key, people, ties, h, category, path, remove + 1, -1.0, week, _ASK)
        if e < 0:
            found.chain[n] = DROPPED
            return -1
    found.chain[n] = EXPIRED
    return -1


@njit(cache=True)
def volunteers(p, key, people, ties, needs, n, week):
    """A tie that speaks up unasked about a visible need: (who, whom they put forward) or (-1, -1).

    With probability p_unasked m, or, by an advocate for somebody trusted enough, M times that
    (M32, M65). Who can meet the need keeps the news and puts themselves forward (M62).
    """
    j = needs[n].person
    path = np.empty(1, np.int32)
    path[0] = j
    for e in range(people.row[j].start, people.row[j].start + people.row[j].used):
        h = ties.other[e]
        if h == FREE:
            continue
        u = uniform(key, j, h, week, _VOLUNTEER)
        chance = p.asking_unasked * salience(p, ties.half[e], week)
        least_trust = 0.0
        if u >= chance:
            if not people.face[h].advocate or u >= p.asking_advocate_multiplier * chance:
                continue
            least_trust = p.asking_advocate_trust
        elif fits(p, needs[n].category, people.face[h].offer):
            return h, h
        i = put_forward(
            p,
            key,
            people,
            ties,
            h,
            j,
            needs[n].category,
            least_trust,
            path,
            1,
            week,
            _NAME_UNASKED,
        )
        if i >= 0:
            return h, i
    return -1, -1


# ---------------------------------------------------------------- the search
@njit(cache=True, parallel=True)
def search(parameters, key, people, ties, needs, week, reachable, found):
    """Everybody with an open need searches; writes `found` and who was asked."""
    n = len(needs)
    for some in prange((n + _AT_ONCE - 1) // _AT_ONCE):
        first = some * _AT_ONCE
        last = min(n, first + _AT_ONCE)
        _search_some(parameters[0], key, people, ties, needs, first, last, week, reachable, found)


@njit(cache=True)
def _search_some(p, key, people, ties, needs, first, end, week, reachable, found):
    found.seen[first] = _look_ahead(p, people, ties, needs, first, end)
    for n in range(first, end):
        found.chain[n] = NO_CHAIN
        found.steps[n] = 0
        found.length[n] = 0
        own = need_key(key, needs[n])
        found.route[n] = _route(p, own, people, ties, needs, n, week, reachable, found)


@njit(cache=True)
def _look_ahead(p, people, ties, needs, first, end):
    """Read what some searches will need, many reads at once; the value has no meaning."""
    seen = 0
    for n in range(first, end):
        seen ^= people.row[needs[n].person].used
    for n in range(first, end):
        row = people.row[needs[n].person]
        seen ^= ties.other[row.start]
        for e in range(row.start, row.start + row.used):
            seen ^= ties.half[e].flags
    for n in range(first, end):
        row = people.row[needs[n].person]
        for e in range(row.start, row.start + row.used):
            seen ^= people.face[max(ties.other[e], 0)].offer
    for n in range(first, end):
        row = people.row[needs[n].person]
        for e in range(row.start, row.start + row.used):
            i = ties.other[e]
            if i != FREE and fits(p, needs[n].category, people.face[i].offer):
                seen ^= ties.half[mate_of(people, ties, e)].flags
    return seen


@njit(cache=True)
def _route(p, key, people, ties, needs, n, week, reachable, found):
    """The route by which the need is met this week, its path in `found`."""
    j = needs[n].person
    u, v, w, _ = uniform4(key, j, needs[n].category, week, _CLOSE)
    if not needs[n].from_memory:
        return _search_openly(p, key, people, needs, n, week, reachable, found)
    i = own_choice(p, key, people, ties, needs, n, week)
    if i >= 0:
        if u < p.shortlist_stay:
            return _set_path(found, n, j, -1, i, OWN_TIE)
        return _search_openly(p, key, people, needs, n, week, reachable, found)
    if needs[n].visible:
        h, i = volunteers(p, key, people, ties, needs, n, week)
        if i >= 0 and v < p.referral_meeting * p.referral_close_unasked:
            if h == i:
                return _set_path(found, n, j, -1, i, OWN_TIE)
            return _set_path(found, n, j, h, i, VOLUNTEERED)
    i = ask_around(p, key, people, ties, needs, n, week, found)
    if i >= 0:
        between = found.steps[n] - 1
        match = fit(p, needs[n].category, people.face[i].offer)
        met = p.referral_meeting * p.referral_fading ** (between - 1)
        if w < met * p.shortlist_stay * match:
            found.length[n] = found.steps[n] + 1
            found.path[n, : found.length[n]] = found.holders[n, : found.length[n]]
            return REFERRED
    if week - needs[n].opened + 1 >= p.market_open_weeks:
        return _search_openly(p, key, people, needs, n, week, reachable, found)
    return UNMET


@njit(cache=True)
def _set_path(found, n, j, h, i, route):
    found.path[n, 0] = j
    found.length[n] = 2
    if h >= 0:
        found.path[n, 1] = h
        found.length[n] = 3
    found.path[n, found.length[n] - 1] = i
    return route


@njit(cache=True)
def _search_openly(p, key, people, needs, n, week, reachable, found):
    """A search beyond one's ties: a few end with somebody of the network, most outside it (M68).

    Of as many people as a shortlist has names, drawn at random among those whose offer is of the
    very category, the one of the best image wins. Who had no tie at the start is not found, and
    finds nobody.
    """
    j = needs[n].person
    if not people.face[j].reachable or uniform(key, j, week, 0, _OPEN) >= p.shortlist_open_reach:
        return OUTSIDE
    best = -1
    listed = 0
    for attempt in range(1, 200):
        u = uniform(key, j, week, attempt, _OPEN)
        i = reachable[int(u * len(reachable))]
        if i == j or people.face[i].offer != needs[n].category:
            continue
        if best < 0 or people.own[i].image > people.own[best].image:
            best = i
        listed += 1
        if listed == p.shortlist_names:
            break
    if best < 0:
        return OUTSIDE
    return _set_path(found, n, j, -1, best, OPEN_SEARCH)


# ---------------------------------------------------------------- the award
@njit(cache=True)
def award(parameters, key, people, ties, needs, found, won, week, channels, births):
    """Award the needs in `won`, in order: tallies, trust, favours and thanks along each path.

    Fills, for every tie on a path, the channel it was born by and its week of birth.
    """
    p = parameters[0]
    for m in range(len(won)):
        n = won[m]
        route = found.route[n]
        path = found.path[n, : found.length[n]]
        i = path[len(path) - 1]
        people.own[i].wins += 1
        people.own[needs[n].person].needs_met += 1
        people.own[i].value += worth(p, needs[n].value, route)
        if route == OPEN_SEARCH:
            continue
        own = need_key(key, needs[n])
        for k in range(len(path) - 1):
            e = slot_of(people, ties, path[k], path[k + 1])
            channels[m, k] = ties.half[e].channel
            births[m, k] = ties.half[e].born
            f = mate_of(people, ties, e)
            if k + 2 < len(path):
                _helped_by(p, own, people, ties, e, f, week)
            else:
                _served(p, own, people, ties, e, f, week, len(path) > 2)


@njit(cache=True)
def worth(p, value, route):
    """Value of a win: a referred one brings a premium (M67)."""
    if route == REFERRED or route == VOLUNTEERED:
        return value * (1.0 + p.referral_premium)
    return value


@njit(cache=True)
def _helped_by(p, key, people, ties, e, f, week):
    """The alter of e passed the request on: a favour to the owner of e, who owes thanks."""
    touch(p, ties.half[f], week, p.gain_pass_on, p.attention_talk, True)
    ties.half[f].trust = trust_gained(p, ties.half[f].trust, p.trust_favour)
    ties.half[f].given += 1.0
    _thanks_due(p, key, people, ties, e, week)


@njit(cache=True)
def _served(p, key, people, ties, e, f, week, referred):
    """The alter of e serves the need: trusted more, and indebted for the business.

    e belongs to the needy person, or to whoever put the provider forward, who is then thanked.
    """
    touch(p, ties.half[f], week, p.gain_meet, p.attention_talk, True)
    ties.half[f].trust = trust_gained(p, ties.half[f].trust, p.trust_favour)
    touch(p, ties.half[e], week, 0.0, p.attention_talk, True)
    ties.half[e].given += 1.0
    if referred:
        ties.half[e].trust = trust_gained(p, ties.half[e].trust, p.trust_favour)
        _thanks_due(p, key, people, ties, f, week)


@njit(cache=True)
def _thanks_due(p, key, people, ties, e, week):
    """The owner of e owes the alter thanks; many give it at once (M24)."""
    i = ties.other[e]
    owner = ties.other[mate_of(people, ties, e)]
    if uniform(key, owner, i, week, _THANKS) < p.reciprocity_thanks_unprompted:
        ties.half[e].thanked = week
        ties.half[e].due = NEVER
        people.own[i].buoyed = week
    else:
        ties.half[e].due = week
