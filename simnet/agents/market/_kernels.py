"""Needs arise, people search for somebody to meet them, opportunities are awarded."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simnet.agents.ahead._kernels import alters_ahead, half_ties_ahead, row_ahead
from simnet.agents.crowd import FREE, NEVER, SLOTS_A_LINE
from simnet.agents.mechanisms._kernels import (
    choice_weight,
    complies,
    encouraged,
    fit,
    fits,
    forwards,
    most_encouraged,
    most_willing,
    names,
    shortlist_weight,
    trust_gained,
)
from simnet.agents.rows._kernels import end_of, fitting, lines_of, row_of
from simnet.agents.ties._kernels import (
    favours_given,
    mate_of,
    salience,
    slot_of,
    tie_strength,
    touch,
)
from simnet.chains._kernels import ARRIVED, DROPPED, EXPIRED, judged, misjudgement
from simnet.elementary._kernels import exp, log
from simnet.intrinsics._kernels import item, lowest_bit, prefetch, quotient
from simnet.intrinsics.borrowing import borrowing
from simnet.randomness._kernels import (
    fill_uniform4,
    fill_uniform_attempts,
    philox4,
    uniform,
    uniform2,
    uniform4,
    unit,
)

UNMET, OWN_TIE, REFERRED, VOLUNTEERED, OPEN_SEARCH, OUTSIDE = range(6)
"""Routes by which a need is met this week; UNMET stays open."""
_ASKING = -1
NO_CHAIN = -1
MOST_PEOPLE = 9
"""People on the longest path: needy, at most seven holders, provider."""

_AT_ONCE = 32
_SIDE_BY_SIDE = 256
_STAGES, _AHEAD = 4, 3
_ATTEMPTS = 200

_LONGEST_LIST = 16
_BLOCK = 4096
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


class Looks(NamedTuple):
    """How some alters look to a holder, one row a slot of a line."""

    distance: NDArray[np.float64]
    misjudged: NDArray[np.float64]  # the factor by which the distance is misjudged


class Scratch(NamedTuple):
    """Room for what one search after another works out and forgets."""

    listed: NDArray[np.int32]  # the shortlist: who, at what rank, with what weight
    rank: NDArray[np.float64]
    weight: NDArray[np.float64]
    draws: NDArray[np.float64]
    looks: Looks


# ---------------------------------------------------------------- needs
@njit(cache=True, parallel=True)
def draw_rates(parameters, key, people, quarter, quantiles):
    """Each person's need rate for a quarter (M50): gamma-distributed, from its quantiles."""
    for i in prange(len(people.row)):
        _draw_rate(parameters[0], key, people, i, quarter, quantiles)


@borrowing(forceinline=True)
def _draw_rate(p, key, people, i, quarter, quantiles):
    at = int(uniform(key, i, quarter, 1, 0) * len(quantiles))
    item(people.own, i).quiet = exp(-p.market_needs_per_week * quantiles[at])


@njit(cache=True, parallel=True)
def arise(parameters, key, people, week, count):
    """Needs arise (M50): a Poisson number a person; small needs; images fade (M22)."""
    n = len(people.row)
    for block in prange((n + _BLOCK - 1) // _BLOCK):
        first = block * _BLOCK
        _arise_for(parameters[0], key, people, first, min(n, first + _BLOCK), week, count)


@njit(cache=True)
def _arise_for(p, key, people, first, end, week, count):
    draws = np.empty((4, end - first))
    fill_uniform4(draws, key, first, week, 0, 0)
    people.in_need[first >> 3 : (end + 7) >> 3] = 0
    for i in range(first, end):
        u, v = draws[0, i - first], draws[1, i - first]
        own = item(people.own, i)
        people.in_need[i >> 3] |= (v < p.market_small_needs_per_week) << (i & 7)
        own.image *= p.reciprocity_image_retention
        quiet = float(own.quiet)
        n = _poisson_tail(u, quiet) if u >= quiet else 0
        own.needs += n
        count[i] = n


@borrowing()
def _poisson_tail(u, quiet):
    """The Poisson number of which P(0) = quiet, by inversion of u; at most 100."""
    rate = -log(quiet)
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
        need = item(needs, n)
        u, v, w, x = uniform4(key, need.person, need.opened, 2, need.nth)
        need.category = int(u * p.market_categories)
        need.visible = v < p.attention_visible
        need.from_memory = w < p.shortlist_from_memory
        for_value[n] = x


@njit(cache=True)
def show_needs(people, needs):
    """Put the open needs on the people who have them, the latest last."""
    for n in range(len(needs)):
        j = item(needs, n).person
        item(people.face, j).open_need = item(needs, n).category
        if item(needs, n).visible:
            people.in_need[j >> 3] |= 1 << (j & 7)


@borrowing(inline="always")
def in_need(people, j):
    """Whether j has a need this week, small or in the book, that those who listen can notice."""
    return (item(people.in_need, j >> 3) >> (j & 7)) & 1 != 0


# ---------------------------------------------------------------- who comes to mind
@borrowing()
def need_key(key, need):
    """A need's own key: what is drawn in the search for it is drawn for no other."""
    x0, x1, _, _ = philox4(need.person, need.opened, need.nth, 0, key[0], key[1])
    return x0, x1


@borrowing()
def _gumbel(u):
    """A Gumbel number: the largest of weight + Gumbel is a draw in proportion to exp(weight)."""
    return -log(-log(u + 1e-12) + 1e-12)


@borrowing(forceinline=True)
def own_choice(p, key, people, ties, needs, n, week, scratch):
    """Whom the needy person would choose among the ties that come to mind, -1 if nobody does.

    A tie whose offer fits comes to mind with probability m T; of these, a shortlist of K is drawn
    by weight without replacement, and the choice is drawn among it (M52).
    """
    j = item(needs, n).person
    listed, rank, weight = scratch.listed, scratch.rank, scratch.weight
    listed[:] = -1
    rank[:] = -np.inf
    category, end = item(needs, n).category, end_of(people, j)
    for line in lines_of(people, j):
        which = fitting(p, ties, line, end, category)
        while which != 0:
            e = line + lowest_bit(which)
            which &= which - 1
            i = item(ties.other, e)
            half = item(ties.half, mate_of(people, ties, e))
            m = salience(p, half, week)
            u, v, w, _ = uniform4(key, j, i, week, _RECALL)
            if u >= m * half.trust:
                continue
            match = fit(p, category, item(ties.offer, e))
            image = item(people.own, i).image
            score = shortlist_weight(p, m, half.trust, match, image) + _gumbel(v)
            last = np.argmin(rank)
            if score > rank[last]:
                rank[last] = score
                listed[last] = i
                weight[last] = choice_weight(p, half.trust, match) + _gumbel(w)
    best = -1
    for k in range(len(listed)):
        if listed[k] >= 0 and (best < 0 or weight[k] > weight[best]):
            best = k
    return listed[best] if best >= 0 else -1


@borrowing()
def put_forward(p, key, people, ties, h, needy, category, least_trust, path, n, week, salt):
    """Whom h would put forward for a need, -1 if nobody comes to mind.

    Each of h's ties whose offer fits comes up with the probability of `names`; among these the
    choice is drawn by trust and fit (M52).
    """
    best = -1
    highest = -np.inf
    end = end_of(people, h)
    for line in lines_of(people, h):
        which = fitting(p, ties, line, end, category)
        while which != 0:
            e = line + lowest_bit(which)
            which &= which - 1
            i = item(ties.other, e)
            f = mate_of(people, ties, e)
            half = item(ties.half, f)
            if i == needy or _on_path(path, n, i) or half.trust < least_trust:
                continue
            u, v = uniform2(key, h, i, week, salt)
            mind = salience(p, half, week)
            if u >= mind * most_willing(p) * most_encouraged(p):  # spares working out how willing
                continue
            owed = favours_given(p, half, week)
            if u >= names(p, mind, half.trust, owed, most_encouraged(p)):  # spares two looks
                continue
            debt = owed - favours_given(p, item(ties.half, e), week)
            spur = encouraged(
                p, week - item(ties.history, f).thanked, week - item(people.own, h).buoyed
            )
            if u >= names(p, mind, half.trust, debt, spur):
                continue
            match = fit(p, category, item(ties.offer, e))
            score = choice_weight(p, half.trust, match) + _gumbel(v)
            if score > highest:
                highest = score
                best = i
    return best


@borrowing(forceinline=True)
def _on_path(path, n, i):
    for k in range(n):
        if path[k] == i:
            return True
    return False


# ---------------------------------------------------------------- referral chains
@borrowing(forceinline=True)
def next_holder(p, key, people, ties, h, category, path, n, after, week, salt, looks):
    """The half-tie along which a request goes on, and the judged distance; (-1, inf) if nobody.

    The alter whose field is judged nearest to the need (M81) beyond the distance `after`, among
    those who cannot meet it themselves: one who can, and comes to mind, is named instead.
    """
    best = -1
    least = np.inf
    most_pull = 1.0 - p.letters_closeness
    end = end_of(people, h)
    for line in lines_of(people, h):
        slots = min(end - line, SLOTS_A_LINE)
        _look_from_afar(p, key, ties, h, line, category, path, n, week, salt, looks)
        enough = least
        for k in range(slots):
            if looks.distance[k] * most_pull * looks.misjudged[k] > after:
                enough = min(enough, looks.distance[k] * looks.misjudged[k])
        for k in range(slots):
            distance, misjudged = looks.distance[k], looks.misjudged[k]
            if distance * most_pull * misjudged > enough:  # however strong the tie: spares a look
                continue
            score = judged(p, distance, 0.0, item(ties.half, line + k).strength, misjudged)
            if after < score < least:
                least = score
                best = line + k
    return best, least


@borrowing()
def _look_from_afar(p, key, ties, h, line, category, path, n, week, salt, looks):
    """Distances of a line's alters from the need, infinite where none can be asked; and errors.

    Works on all slots of the line at once, also on those that are free or beyond the row's end.
    """
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    noise, categories, reach = p.letters_noise, np.int64(p.market_categories), np.int64(p.reach)
    alters = ties.other[line : line + SLOTS_A_LINE]
    offers = ties.offer[line : line + SLOTS_A_LINE]
    for k in range(SLOTS_A_LINE):
        x0, x1, x2, x3 = philox4(
            np.uint64(h), np.uint64(alters[k]), np.uint64(week), np.uint64(salt), k0, k1
        )
        looks.misjudged[k] = misjudgement(noise, unit(x0, x1), unit(x2, x3))
    for k in range(SLOTS_A_LINE):
        steps = abs(np.int64(offers[k]) - category)
        steps = min(steps, categories - steps)
        looks.distance[k] = quotient(2.0 * steps, categories) if steps > reach else np.inf
    for m in range(n):
        for k in range(SLOTS_A_LINE):
            looks.distance[k] = np.inf if alters[k] == path[m] else looks.distance[k]


@borrowing(forceinline=True)
def _takes_part(p, key, people, ties, e, f, strength, remove, week, salt):
    """Whether the alter of e answers or forwards: a direct ask first (M32), later ones (M80)."""
    h = item(ties.other, e)
    asker = item(ties.other, f)
    u, v = uniform2(key, asker, h, week, salt)
    if remove > 1:
        return u < forwards(p, strength, item(ties.half, e).trust)
    debt = favours_given(p, item(ties.half, e), week) - favours_given(p, item(ties.half, f), week)
    known = v < p.reciprocity_image_known
    return u < complies(
        p, strength, item(ties.half, e).trust, debt, item(people.own, asker).image, known
    )


@borrowing(forceinline=True)
def _ask_first(p, key, people, ties, needs, n, found, looks):
    """The half-tie along which somebody is asked for a need, -1 if nobody is left.

    That is the nearest by judged field who has not been asked for this need.
    """
    j = item(needs, n).person
    path = found.holders[n]
    path[0] = j
    e, judged_at = next_holder(
        p,
        key,
        people,
        ties,
        j,
        item(needs, n).category,
        path,
        1,
        item(needs, n).asked,
        item(needs, n).opened,
        _ASK,
        looks,
    )
    if e >= 0:
        item(needs, n).asked = judged_at
    return e


@borrowing(forceinline=True)
def _ask_next(p, key, people, ties, needs, n, e, remove, week, found, looks):
    """One step of a referral chain along half-tie e; the next half-tie, or -1 at its end.

    Whoever takes part names somebody who comes to mind, or else passes the request on.
    """
    category = item(needs, n).category
    path = found.holders[n]
    f = mate_of(people, ties, e)
    h = item(ties.other, e)
    path[remove] = h
    strength = tie_strength(p, people, ties, e, week)
    found.strengths[n, remove - 1] = strength
    found.steps[n] = remove
    if not _takes_part(p, key, people, ties, e, f, strength, remove, week, _STEP):
        found.chain[n] = DROPPED
        return -1
    i = put_forward(p, key, people, ties, h, path[0], category, 0.0, path, remove + 1, week, _NAME)
    if i >= 0:
        path[remove + 1] = i
        found.strengths[n, remove] = tie_strength(
            p, people, ties, slot_of(people, ties, h, i), week
        )
        found.steps[n] = remove + 1
        found.chain[n] = ARRIVED
        return -1
    e, _ = next_holder(p, key, people, ties, h, category, path, remove + 1, -1.0, week, _ASK, looks)
    found.chain[n] = DROPPED if e < 0 else EXPIRED
    return e


@borrowing()
def volunteers(p, key, people, ties, needs, n, week, path):
    """A tie that speaks up unasked about a visible need: (who, whom they put forward) or (-1, -1).

    With probability p_unasked m, or, by an advocate for somebody trusted enough, M times that
    (M32, M65). Who can meet the need keeps the news and puts themselves forward (M62).
    """
    j = item(needs, n).person
    path[0] = j
    for e in row_of(people, j):
        h = item(ties.other, e)
        if h == FREE:
            continue
        u = uniform(key, j, h, week, _VOLUNTEER)
        if u >= p.asking_unasked * max(1.0, p.asking_advocate_multiplier):  # whatever comes to mind
            continue
        chance = p.asking_unasked * salience(p, item(ties.half, e), week)
        least_trust = 0.0
        if u >= chance:
            if not item(people.face, h).advocate or u >= p.asking_advocate_multiplier * chance:
                continue
            least_trust = p.asking_advocate_trust
        elif fits(p, item(needs, n).category, item(ties.offer, e)):
            return h, h
        i = put_forward(
            p,
            key,
            people,
            ties,
            h,
            j,
            item(needs, n).category,
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
    for some in prange((n + _SIDE_BY_SIDE - 1) // _SIDE_BY_SIDE):
        first = some * _SIDE_BY_SIDE
        last = min(n, first + _SIDE_BY_SIDE)
        _search_some(parameters[0], key, people, ties, needs, first, last, week, reachable, found)


@njit(cache=True)
def _search_some(p, key, people, ties, needs, first, end, week, reachable, found):
    """Some searches side by side, so that what they read can be asked for ahead."""
    size = min(int(p.shortlist_names), _LONGEST_LIST)
    scratch = Scratch(
        np.empty(size, np.int32),
        np.empty(size),
        np.empty(size),
        np.empty(_AT_ONCE),
        Looks(np.empty(SLOTS_A_LINE), np.empty(SLOTS_A_LINE)),
    )
    asking, along = np.empty(end - first, np.int64), np.empty(end - first, np.int64)
    left = _search_own_ties(
        p,
        key,
        people,
        ties,
        needs,
        first,
        end,
        week,
        reachable,
        found,
        scratch,
        asking,
        along,
    )
    for remove in range(1, int(p.referral_max_steps)):
        left = _ask_on(
            p, key, people, ties, needs, remove, week, found, scratch, asking, along, left
        )
    for n in range(first, end):
        if found.route[n] == _ASKING:
            own = need_key(key, item(needs, n))
            found.route[n] = _after_asking(
                p, own, people, needs, n, week, reachable, found, scratch.draws
            )


@borrowing(forceinline=True)
def _search_own_ties(
    p,
    key,
    people,
    ties,
    needs,
    first,
    end,
    week,
    reachable,
    found,
    scratch,
    asking,
    along,
):
    """Searches up to the first person asked. Fills `asking`, which needs ask, and `along` what.

    Returns how many do.
    """
    left = 0
    for n in range(first - _STAGES * _AHEAD, end):
        for stage in range(_STAGES):
            ahead = n + (_STAGES - stage) * _AHEAD
            if first <= ahead < end and item(needs, ahead).from_memory:
                need = item(needs, ahead)
                _ask_for_holder(p, people, ties, need.person, need.category, stage)
        if n < first:
            continue
        own = need_key(key, item(needs, n))
        found.chain[n] = NO_CHAIN
        found.steps[n] = 0
        found.length[n] = 0
        found.route[n] = _without_asking(
            p, own, people, ties, needs, n, week, reachable, found, scratch
        )
        if found.route[n] == _ASKING:
            e = _ask_first(p, own, people, ties, needs, n, found, scratch.looks)
            if e >= 0:
                asking[left] = n
                along[left] = e
                left += 1
    return left


@borrowing(forceinline=True)
def _ask_on(p, key, people, ties, needs, remove, week, found, scratch, asking, along, going):
    """One step of some chains; keeps those that go on at the front and returns how many do."""
    left = 0
    for k in range(-_STAGES * _AHEAD, going):
        for stage in range(_STAGES):
            ahead = k + (_STAGES - stage) * _AHEAD
            if 0 <= ahead < going:
                category = item(needs, asking[ahead]).category
                _ask_for_step(p, people, ties, along[ahead], category, stage)
        if k < 0:
            continue
        n = asking[k]
        own = need_key(key, item(needs, n))
        e = _ask_next(p, own, people, ties, needs, n, along[k], remove, week, found, scratch.looks)
        if e >= 0:
            asking[left] = n
            along[left] = e
            left += 1
    return left


@borrowing(forceinline=True)
def _ask_for_step(p, people, ties, e, category, stage):
    """Ask ahead for what a chain's step along half-tie e will need."""
    if stage == 0:
        prefetch(ties.mate, e)
    elif stage == 1:
        prefetch(ties.half, mate_of(people, ties, e))
    _ask_for_holder(p, people, ties, item(ties.other, e), category, stage)


@borrowing(forceinline=True)
def _ask_for_holder(p, people, ties, h, category, stage):
    """Ask ahead for what a search among h's ties will need; what a stage asks for, the next reads."""
    if stage == 0:
        prefetch(people.row, h)
        prefetch(people.own, h)
    elif stage == 1:
        alters_ahead(people, ties, h)
    elif stage == 2:
        _rows_of_fitting_ahead(p, people, ties, h, category)
    else:
        _mates_of_fitting_ahead(p, people, ties, h, category)
        half_ties_ahead(people, ties, h)


@borrowing(forceinline=True)
def _rows_of_fitting_ahead(p, people, ties, h, category):
    """Ask for the rows of those of h's ties who could meet a need."""
    end = end_of(people, h)
    for line in lines_of(people, h):
        which = fitting(p, ties, line, end, category)
        while which != 0:
            prefetch(people.row, item(ties.other, line + lowest_bit(which)))
            which &= which - 1


@borrowing(forceinline=True)
def _mates_of_fitting_ahead(p, people, ties, h, category):
    """Ask for the other halves of h's ties to those who could meet a need."""
    end = end_of(people, h)
    for line in lines_of(people, h):
        which = fitting(p, ties, line, end, category)
        while which != 0:
            prefetch(ties.half, mate_of(people, ties, line + lowest_bit(which)))
            which &= which - 1


@borrowing(forceinline=True)
def _without_asking(p, key, people, ties, needs, n, week, reachable, found, scratch):
    """The route by which a need is met before anybody is asked, or _ASKING."""
    j = item(needs, n).person
    u, v, _, _ = uniform4(key, j, item(needs, n).category, week, _CLOSE)
    if not item(needs, n).from_memory:
        return _search_openly(p, key, people, needs, n, week, reachable, found, scratch.draws)
    i = own_choice(p, key, people, ties, needs, n, week, scratch)
    if i >= 0:
        if u < p.shortlist_stay:
            return _set_path(found, n, j, -1, i, OWN_TIE)
        return _search_openly(p, key, people, needs, n, week, reachable, found, scratch.draws)
    if item(needs, n).visible:
        h, i = volunteers(p, key, people, ties, needs, n, week, found.holders[n])
        if i >= 0 and v < p.referral_meeting * p.referral_close_unasked:
            if h == i:
                return _set_path(found, n, j, -1, i, OWN_TIE)
            return _set_path(found, n, j, h, i, VOLUNTEERED)
    return _ASKING


@borrowing(forceinline=True)
def _after_asking(p, key, people, needs, n, week, reachable, found, draws):
    """The route by which a need is met after this week's referral chain, if there was one."""
    if found.chain[n] == ARRIVED:
        _, _, w, _ = uniform4(key, item(needs, n).person, item(needs, n).category, week, _CLOSE)
        between = found.steps[n] - 1
        i = found.holders[n, found.steps[n]]
        match = fit(p, item(needs, n).category, item(people.face, i).offer)
        met = p.referral_meeting * p.referral_fading ** (between - 1)
        if w < met * p.shortlist_stay * match:
            found.length[n] = found.steps[n] + 1
            for k in range(found.length[n]):
                found.path[n, k] = found.holders[n, k]
            return REFERRED
    if week - item(needs, n).opened + 1 >= p.market_open_weeks:
        return _search_openly(p, key, people, needs, n, week, reachable, found, draws)
    return UNMET


@borrowing(forceinline=True)
def _set_path(found, n, j, h, i, route):
    found.path[n, 0] = j
    found.length[n] = 2
    if h >= 0:
        found.path[n, 1] = h
        found.length[n] = 3
    found.path[n, found.length[n] - 1] = i
    return route


@borrowing()
def _search_openly(p, key, people, needs, n, week, reachable, found, draws):
    """A search beyond one's ties: a few end with somebody of the network, most outside it (M68).

    Of as many people as a shortlist has names, drawn at random among those whose offer is of the
    very category, the one of the best image wins. Who had no tie at the start is not found, and
    finds nobody.
    """
    j = item(needs, n).person
    if (
        not item(people.face, j).reachable
        or uniform(key, j, week, 0, _OPEN) >= p.shortlist_open_reach
    ):
        return OUTSIDE
    best = -1
    listed = 0
    for attempt in range(1, _ATTEMPTS):
        now = (attempt - 1) % _AT_ONCE
        if now == 0:
            fill_uniform_attempts(draws, key, j, week, attempt, _OPEN)
            _found_openly_ahead(people, reachable, draws)
        i = reachable[int(draws[now] * len(reachable))]
        if i == j or item(people.face, i).offer != item(needs, n).category:
            continue
        if best < 0 or item(people.own, i).image > item(people.own, best).image:
            best = i
        listed += 1
        if listed == p.shortlist_names:
            break
    if best < 0:
        return OUTSIDE
    return _set_path(found, n, j, -1, best, OPEN_SEARCH)


@borrowing(forceinline=True)
def _found_openly_ahead(people, reachable, draws):
    """Ask for the faces of those whom some draws find."""
    for u in draws:
        prefetch(reachable, int(u * len(reachable)))
    for u in draws:
        prefetch(people.face, reachable[int(u * len(reachable))])


# ---------------------------------------------------------------- the award
@njit(cache=True)
def award(parameters, key, people, ties, needs, found, won, week, channels, births):
    """Award the needs in `won`, in order: tallies, trust, favours and thanks along each path.

    Fills, for every tie on a path, the channel it was born by and its week of birth.
    """
    p = parameters[0]
    for m in range(len(won)):
        if m % _AT_ONCE == 0:
            _ask_for_paths(people, ties, found, won[m : m + _AT_ONCE])
        n = won[m]
        route = found.route[n]
        path = found.path[n, : found.length[n]]
        i = path[len(path) - 1]
        item(people.own, i).wins += 1
        item(people.own, item(needs, n).person).needs_met += 1
        item(people.own, i).value += worth(p, item(needs, n).value, route)
        if route == OPEN_SEARCH:
            continue
        own = need_key(key, item(needs, n))
        for k in range(len(path) - 1):
            e = slot_of(people, ties, path[k], path[k + 1])
            channels[m, k] = item(ties.history, e).channel
            births[m, k] = item(ties.half, e).born
            f = mate_of(people, ties, e)
            if k + 2 < len(path):
                _helped_by(p, own, people, ties, e, f, week)
            else:
                _served(p, own, people, ties, e, f, week, len(path) > 2)


@borrowing(forceinline=True)
def _ask_for_paths(people, ties, found, won):
    """Ask ahead for the people on some paths, and for the ties between them."""
    for n in won:
        for i in found.path[n, : found.length[n]]:
            prefetch(people.row, i)
            prefetch(people.own, i)
    for n in won:
        for i in found.path[n, : found.length[n]]:
            row_ahead(people, ties, i)
    for n in won:
        for k in range(found.length[n] - 1):
            e = slot_of(people, ties, found.path[n, k], found.path[n, k + 1])
            if e >= 0:
                prefetch(ties.mate, e)
                prefetch(ties.half, e)
                prefetch(ties.history, e)
    for n in won:
        for k in range(found.length[n] - 1):
            e = slot_of(people, ties, found.path[n, k], found.path[n, k + 1])
            if e >= 0:
                prefetch(ties.half, mate_of(people, ties, e))


@borrowing()
def worth(p, value, route):
    """Value of a win: a referred one brings a premium (M67)."""
    if route == REFERRED or route == VOLUNTEERED:
        return value * (1.0 + p.referral_premium)
    return value


@borrowing()
def _helped_by(p, key, people, ties, e, f, week):
    """The alter of e passed the request on: a favour to the owner of e, who owes thanks."""
    touch(p, item(ties.half, f), week, p.gain_pass_on, p.attention_talk, True)
    item(ties.half, f).trust = trust_gained(p, item(ties.half, f).trust, p.trust_favour)
    item(ties.half, f).given += 1.0
    _thanks_due(p, key, people, ties, e, week)


@borrowing()
def _served(p, key, people, ties, e, f, week, referred):
    """The alter of e serves the need: trusted more, and indebted for the business.

    e belongs to the needy person, or to whoever put the provider forward, who is then thanked.
    """
    touch(p, item(ties.half, f), week, p.gain_meet, p.attention_talk, True)
    item(ties.half, f).trust = trust_gained(p, item(ties.half, f).trust, p.trust_favour)
    touch(p, item(ties.half, e), week, 0.0, p.attention_talk, True)
    item(ties.half, e).given += 1.0
    if referred:
        item(ties.half, e).trust = trust_gained(p, item(ties.half, e).trust, p.trust_favour)
        _thanks_due(p, key, people, ties, f, week)


@borrowing()
def _thanks_due(p, key, people, ties, e, week):
    """The owner of e owes the alter thanks; many give it at once (M24)."""
    i = item(ties.other, e)
    owner = item(ties.other, mate_of(people, ties, e))
    if uniform(key, owner, i, week, _THANKS) < p.reciprocity_thanks_unprompted:
        item(ties.history, e).thanked = week
        item(ties.half, e).due = NEVER
        item(people.own, i).buoyed = week
    else:
        item(ties.half, e).due = week
        people.calm[owner] = 0


# ---------------------------------------------------------------- for the ledger
@njit(cache=True, parallel=True)
def concerns(recorded, needs, found):
    """Which needs are of somebody recorded, or have somebody recorded on the path to a win."""
    out = np.empty(len(needs), np.bool_)
    for n in prange(len(needs)):
        out[n] = recorded[item(needs, n).person]
        for k in range(found.length[n]):
            out[n] |= recorded[found.path[n, k]]
    return out
