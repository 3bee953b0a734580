"""Letters of the laboratory go the way of the slow model, whatever network, rule and setting."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import draws
from oracle.routes import Study
from oracle.routes import send as send_slowly

from simnet.chains import OUTCOMES, Chains, participation, rules, send
from simnet.chains.routing.coordinates import coordinates
from simnet.errors import NetworkError, SpecError
from simnet.network import Network, from_edges, watts_strogatz
from simnet.network.spaces import Category, Circle, Hierarchy, Lattice, Scale, Sphere

SPACES = {
    "place": Circle("place"),
    "grid": Lattice(("x", "y"), side=4),
    "table": Lattice(("x", "y"), side=4, wraps=False),
    "field": Hierarchy("leaf", branching=2, levels=3),
    "second-field": Hierarchy("other-leaf", branching=2, levels=3),
    "earth": Sphere(),
    "team": Category("team"),
    "age": Scale("age"),
}
TOWARDS = {
    "place": ["place"],
    "grid": ["grid"],
    "field": ["field"],
    "earth": ["earth"],
    "team": ["team"],
    "age": ["age"],
    "better": ["field", "second-field"],
    "better of two kinds": ["field", "earth"],
}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to 14 people, some without ties, in every space, some of them with unknown ages."""
    n = draw(st.integers(2, 14))
    person = st.integers(0, n - 1)
    pairs = st.tuples(person, person).filter(lambda pair: pair[0] != pair[1])
    edges = draw(st.lists(pairs, max_size=40))
    some = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    bare = from_edges(
        [a for a, _ in edges], [b for _, b in edges], n_people=n, directed=draw(st.booleans())
    )
    age = some.integers(20, 25, n).astype(float)
    age[some.random(n) < 0.2] = np.nan
    people = {
        "place": some.integers(0, 10, n) / 10,
        "x": some.integers(0, 4, n),
        "y": some.integers(0, 4, n),
        "leaf": some.integers(0, 8, n),
        "other-leaf": some.integers(0, 8, n),
        "lat": some.uniform(-90, 90, n),
        "lon": some.uniform(-180, 180, n),
        "team": np.array(["red", "blue", "green"])[some.integers(0, 3, n)],
        "age": age,
        "participation": some.uniform(0.5, 1.0, n),
    }
    return Network(
        indptr=bare.indptr,
        neighbours=bare.neighbours,
        directed=bare.directed,
        people=people,
        tie_columns={"strength": some.random(len(bare.neighbours))},
        spaces=SPACES,
    )


def ties_of(network: Network) -> list[list[int]]:
    return [network.row(i).tolist() for i in range(network.n_people)]


def tie(network: Network, holder: int, alter: int) -> int:
    return int(network.indptr[holder]) + network.row(holder).tolist().index(alter)


def apart(network: Network, spaces: list[str]) -> Callable[[int, int], float]:
    scales = coordinates(network, spaces).legend[:, -1]

    def least(a: int, b: int) -> float:
        known = [
            scale * float(network.spaces[s].distance(network.people, a, b))
            for s, scale in zip(spaces, scales, strict=True)
        ]
        return min((d for d in known if not math.isnan(d)), default=math.inf)

    return least


def rank(network: Network, space: str) -> Callable[[int, int], float]:
    distance = network.spaces[space].distance

    def of(person: int, target: int) -> float:
        limit = float(distance(network.people, person, target))
        if math.isnan(limit):
            return math.inf
        everybody = np.arange(network.n_people)
        return float((distance(network.people, person, everybody) < limit).sum())

    return of


def both_ways(
    network: Network,
    rule: Any,
    score: Any,
    *,
    own: Any = None,
    by_distance: bool = False,
    **options,
) -> None:
    """Every letter that can be sent, fast and slowly."""
    n = network.n_people
    starters, targets = np.divmod(np.arange(n * n), n)
    starters, targets = starters[starters != targets], targets[starters != targets]
    chains = send(network, starters, targets, rule=rule, seed=7, **options)
    probability = options.get("participation", 1.0)
    study = Study(
        ties=ties_of(network),
        score=score,
        takes_part=probability if callable(probability) else lambda *_: probability,
        own_score=own,
        by_distance=by_distance,
        **{k: v for k, v in options.items() if k != "participation"},
    )
    same_as(study, chains)


def same_as(study: Study, chains: Chains) -> None:
    key = draws.stream(7, 0, "chains")
    for letter, (starter, target) in enumerate(zip(chains.starters, chains.targets, strict=True)):
        slow = send_slowly(study, key, letter, int(starter), int(target))
        path = chains.path[letter, : chains.steps[letter] + 1].tolist()
        assert (OUTCOMES[chains.outcome[letter]], bool(chains.stuck[letter]), path) == slow
        assert (chains.path[letter, chains.steps[letter] + 1 :] == -1).all()


OPTIONS = st.fixed_dictionaries(
    {
        "participation": st.sampled_from([1.0, 0.8]),
        "lost": st.sampled_from([0.0, 0.1]),
        "max_steps": st.sampled_from([1, 6, 100]),
        "revisits": st.sampled_from(["never", "if-stuck", "always"]),
        "look_ahead": st.booleans(),
    }
)


@pytest.mark.parametrize("name", TOWARDS)
@settings(deadline=None, max_examples=25)
@given(network=networks(), options=OPTIONS)
def test_nearest_goes_the_slow_way(name, network, options):
    spaces = TOWARDS[name]
    near = apart(network, spaces)
    rule = (
        rules.Nearest(space=spaces[0]) if len(spaces) == 1 else rules.BetterOf(spaces=tuple(spaces))
    )
    both_ways(network, rule, lambda _, a, t: near(a, t), by_distance=True, **options)


@pytest.mark.parametrize("name", TOWARDS)
@settings(deadline=None, max_examples=15)
@given(network=networks(), options=OPTIONS)
def test_only_closer_goes_the_slow_way(name, network, options):
    spaces = TOWARDS[name]
    near = apart(network, spaces)
    rule = (
        rules.Nearest(space=spaces[0], closer_only=True)
        if len(spaces) == 1
        else rules.BetterOf(spaces=tuple(spaces), closer_only=True)
    )
    options["look_ahead"] = False
    both_ways(network, rule, lambda _, a, t: near(a, t), own=near, **options)


@pytest.mark.parametrize("closer_only", [False, True])
@settings(deadline=None, max_examples=25)
@given(network=networks(), options=OPTIONS, space=st.sampled_from(["grid", "place", "team"]))
def test_rank_goes_the_slow_way(closer_only, network, options, space):
    seen = rank(network, space)
    options["look_ahead"] &= not closer_only
    rule = rules.ByRank(space=space, closer_only=closer_only)
    own = seen if closer_only else None
    both_ways(network, rule, lambda _, a, t: seen(a, t), own=own, by_distance=True, **options)


@settings(deadline=None, max_examples=25)
@given(network=networks(), options=OPTIONS)
def test_rules_without_a_place_go_the_slow_way(network, options):
    degree = network.degree
    strength = network.tie_columns["strength"]
    both_ways(network, rules.HighestDegree(), lambda _, a, t: -degree[a], **options)
    both_ways(network, rules.AtRandom(), lambda *_: 0.0, **options)
    both_ways(
        network, rules.StrongestTie(), lambda h, a, t: -strength[tie(network, h, a)], **options
    )


@settings(deadline=None, max_examples=25)
@given(network=networks(), options=OPTIONS)
def test_degree_times_similarity_goes_the_slow_way(network, options):
    near = apart(network, ["field"])
    rule = rules.DegreeTimesSimilarity(space="field", exponent=1.5, unit=2.0)

    def score(_: int, alter: int, target: int) -> float:
        return -network.degree[alter] * (1.0 + near(alter, target) / 2.0) ** -1.5

    both_ways(network, rule, score, **options)


def send_all(network: Network, **options: Any) -> Chains:
    n = network.n_people
    starters, targets = np.divmod(np.arange(n * n), n)
    apart_ = starters != targets
    return send(network, starters[apart_], targets[apart_], seed=7, **options)


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


@settings(deadline=None, max_examples=25)
@given(network=networks())
def test_who_takes_part_goes_the_slow_way(network):
    people, strength = network.people, network.tie_columns["strength"]
    mean = float(strength.mean()) if strength.size else 0.0

    def by_logistic(holder: int, step: int, sender: int | None) -> float:
        came_by = mean if sender is None else strength[tie(network, sender, holder)]
        return logistic(1.0 + 0.1 * people["leaf"][holder] + 2.0 * came_by - 0.3 * step + 0.5)

    models = {
        participation.ByStep(probabilities=(0.5, 0.9)): lambda _, step, s: (0.5, 0.9)[min(step, 1)],
        participation.ByPerson(): lambda holder, *_: people["participation"][holder],
        participation.Logistic(
            intercept=1.0,
            holder={"leaf": 0.1},
            tie={"strength": 2.0},
            step=-0.3,
            incentive=0.25,
            reward=2.0,
        ): by_logistic,
    }
    for model, takes_part in models.items():
        chains = send_all(network, rule=rules.AtRandom(), participation=model)
        study = Study(ties=ties_of(network), score=lambda *_: 0.0, takes_part=takes_part)
        same_as(study, chains)


def test_target_status_moves_every_holder():
    network = from_edges([0, 1, 2], [1, 2, 3], people={"status": [0.0, 0.0, 0.0, 800.0]})
    model = participation.Logistic(intercept=-400.0, target={"status": 1.0})
    chains = send(network, [0, 0], [3, 2], rule=rules.AtRandom(), participation=model)
    assert chains.arrived.tolist() == [True, False]


def test_beta_participation_differs_between_people_and_stays_with_them():
    network = watts_strogatz(2_000, 6, 0.1, seed=1)
    model = participation.Beta(mean=0.4, sample_size=2.0)
    starters = np.repeat(np.arange(200), 50)
    chains = send(
        network, starters, (starters + 1_000) % 2_000, rule=rules.AtRandom(), participation=model
    )
    forwarded = chains.started.reshape(200, 50).mean(axis=1)
    assert forwarded.mean() == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / 3 / 200 + 0.24 / 10_000))
    assert forwarded.std() > 0.2
    assert not np.array_equal(forwarded[:100], forwarded[100:])


def own_nearest(view: rules.View, draw: float) -> int | None:
    """The rule of the manual: to the alter nearest to the target."""
    distance = view.distance("field")
    equals = view.alters[distance == distance.min()]
    return int(equals[int(draw * len(equals))])


@settings(deadline=None, max_examples=20)
@given(network=networks(), options=OPTIONS)
def test_a_rule_of_ones_own_is_as_good_as_ours(network, options):
    options["look_ahead"] = False
    own = rules.OwnRule(function=f"{__name__}:own_nearest")
    mine = send_all(network, rule=own, **options)
    ours = send_all(network, rule=rules.Nearest(space="field"), **options)
    for name in ("outcome", "steps", "stuck", "path"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(ours, name))


def choose_a_stranger(view: rules.View, draw: float) -> int:
    return -1


def choose_nobody(view: rules.View, draw: float) -> None:
    return None


def test_a_rule_of_ones_own_is_held_to_its_view():
    network = from_edges([0, 1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="not among the alters"):
        send(network, [0], [3], rule=rules.OwnRule(function=f"{__name__}:choose_a_stranger"))
    nobody = send(network, [0], [3], rule=rules.OwnRule(function=f"{__name__}:choose_nobody"))
    assert (nobody.steps.tolist(), nobody.stuck.tolist()) == ([0], [True])
    for reference in ("no_such_module:rule", "nobody-installed-this", f"{__name__}:SPACES"):
        with pytest.raises(SpecError, match="the rule"):
            send(network, [0], [3], rule=rules.OwnRule(function=reference))


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_nothing(threads):
    from numba import config, set_num_threads

    network = watts_strogatz(3_000, 8, 0.1, seed=3)
    starters = np.arange(9_000) % 3_000
    letters = {"starters": starters, "targets": (starters * 7 + 1) % 3_000}
    letters = {k: v[starters != letters["targets"]] for k, v in letters.items()}
    options = {"rule": rules.Nearest(space="place"), "participation": 0.95, "lost": 0.01}
    expected = send(network, **letters, **options)
    set_num_threads(min(threads, config.NUMBA_NUM_THREADS))
    try:
        again = send(network, **letters, **options)
    finally:
        set_num_threads(config.NUMBA_NUM_THREADS)
    np.testing.assert_array_equal(expected.path, again.path)


def test_letters_are_the_same_in_however_many_batches(monkeypatch):
    from simnet.chains import laboratory

    network = watts_strogatz(500, 6, 0.2, seed=3)
    starters = np.arange(500)
    options = {"rule": rules.Nearest(space="place"), "participation": 0.9}
    targets = (starters + 250) % 500
    expected = send(network, starters, targets, **options)
    monkeypatch.setattr(laboratory, "_LETTERS_AT_ONCE", 64)
    again = send(network, starters, targets, **options)
    for name in ("outcome", "steps", "stuck", "path"):
        np.testing.assert_array_equal(getattr(again, name), getattr(expected, name))


def test_endings_alone_are_those_of_the_whole_paths():
    network = watts_strogatz(500, 6, 0.2, seed=3)
    starters = np.arange(500)
    options = {"rule": rules.AtRandom(), "participation": 0.9}
    whole = send(network, starters, (starters + 250) % 500, **options)
    endings = send(network, starters, (starters + 250) % 500, keep_paths=False, **options)
    assert endings.path is None
    np.testing.assert_array_equal(whole.steps, endings.steps)
    np.testing.assert_array_equal(whole.outcome, endings.outcome)


def test_a_bystander_changes_no_chain():
    n = 300
    network = watts_strogatz(n, 6, 0.2, seed=3)
    more = Network(
        indptr=np.append(network.indptr, network.indptr[-1]),
        neighbours=network.neighbours,
        people={"place": np.append(network.people["place"], 0.5)},
        spaces=network.spaces,
    )
    starters = np.arange(n)
    options = {"rule": rules.Nearest(space="place"), "participation": 0.9}
    without = send(network, starters, (starters + 150) % n, **options)
    np.testing.assert_array_equal(
        without.path, send(more, starters, (starters + 150) % n, **options).path
    )


def test_seeds_and_replicates_differ():
    network = watts_strogatz(300, 6, 0.2, seed=3)
    starters = np.arange(300)
    options = {"rule": rules.AtRandom(), "keep_paths": False}
    base = send(network, starters, (starters + 150) % 300, **options).steps
    for other in ({"seed": 1}, {"replicate": 1}):
        assert (
            send(network, starters, (starters + 150) % 300, **options, **other).steps != base
        ).any()


def test_no_letters_make_an_empty_record():
    network = watts_strogatz(30, 4, 0.2, seed=3)
    nobody = np.empty(0, int)
    assert len(send(network, nobody, nobody, rule=rules.AtRandom())) == 0


def test_spaces_of_two_kinds_are_scaled_to_a_mean_distance_of_one():
    """Within five standard errors of 10,000 pairs."""
    some = np.random.default_rng(3)
    network = Network(
        np.zeros(501, np.int64),
        np.empty(0, np.int32),
        people={"age": some.uniform(0, 50, 500), "team": some.integers(0, 4, 500).astype(str)},
        spaces={name: SPACES[name] for name in ("age", "team")},
    )
    scales = coordinates(network, ("age", "team")).legend[:, -1]
    pairs = np.triu_indices(500, 1)
    for name, scale in zip(("age", "team"), scales, strict=True):
        distance = network.spaces[name].distance(network.people, *pairs)
        error = distance.std() / distance.mean() / math.sqrt(10_000)
        assert scale * distance.mean() == pytest.approx(1.0, abs=5 * error)
    assert coordinates(network, ("team", "team")).legend[:, -1].tolist() == [1.0, 1.0]


RING = watts_strogatz(20, 4, 0.0, seed=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"starters": [0, 1]}, "one starter and one target a letter"),
        ({"starters": [20]}, r"among the people 0 \.\. 19"),
        ({"starters": [-1]}, r"among the people 0 \.\. 19"),
        ({"starters": [0.5]}, "whole numbers"),
        ({"starters": [9]}, "must not be its target"),
        ({"lost": 1.5}, "lost is a probability"),
        ({"max_steps": 0}, "max_steps is at least 1"),
        ({"revisits": "sometimes"}, "revisits is one of"),
        ({"participation": -0.1}, "a probability lies in"),
        ({"participation": [0.5, 0.5]}, "each of 20 people"),
        (
            {"rule": rules.Nearest(space="place", closer_only=True), "look_ahead": True},
            "closer_only",
        ),
    ],
)
def test_misuse_is_refused_in_one_sentence(options, message):
    given_ = {"starters": [0], "targets": [9], "rule": rules.AtRandom(), **options}
    with pytest.raises(ValueError, match=message):
        send(RING, **given_)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"rule": rules.Nearest(space="nowhere")},
            "no place in a space 'nowhere'; they have: place",
        ),
        ({"rule": rules.StrongestTie()}, "ties have no column 'strength'; they have: none"),
        ({"participation": participation.ByPerson()}, "a column 'participation' of people"),
        (
            {"participation": participation.Logistic(intercept=0.0, tie={"trust": 1.0})},
            "a column 'trust' of ties",
        ),
    ],
)
def test_what_the_network_lacks_is_said(options, message):
    with pytest.raises(NetworkError, match=message):
        send(RING, [0], [9], **{"rule": rules.AtRandom(), **options})


def test_ranks_need_few_places(monkeypatch):
    from simnet.chains.routing import ranks

    monkeypatch.setattr(ranks, "MOST_PLACES", 10)
    with pytest.raises(NetworkError, match="10 places at most, and people are at 20"):
        send(RING, [0], [9], rule=rules.ByRank())
