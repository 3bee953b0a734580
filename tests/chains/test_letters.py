"""Letters go the way of the slow model, on any network."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import draws
from oracle.letters import Line, Post, send
from oracle.rules import Rules

from simnet.agents.parameters import parameter_record
from simnet.chains import OUTCOMES, Chains, send_letters
from simnet.network import Network, from_edges
from simnet.spec.behaviour import Behaviour, Market

EAGER: dict[str, Any] = {"participation": 0.95, "lost": 0.05}
BEHAVIOURS = {
    "default": {},
    "eager": EAGER,
    "short": {**EAGER, "max_steps": 2},
    "erring": {**EAGER, "noise": 1.0},
    "drawn": {**EAGER, "professional": 0.4, "closeness": 0.3, "noise": 0.0},
}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to 15 people, some perhaps without ties, with or without places."""
    n = draw(st.integers(2, 15))
    person = st.integers(0, n - 1)
    pairs = st.tuples(person, person).filter(lambda pair: pair[0] < pair[1])
    edges = draw(st.lists(pairs, unique=True, max_size=40))
    bare = from_edges([a for a, _ in edges], [b for _, b in edges], n_people=n)
    some = np.random.Generator(np.random.Philox(key=draw(st.integers(0, 2**32 - 1))))
    halves = len(bare.neighbours)
    people = {"field": some.integers(0, 5, n) / 5}
    if draw(st.booleans()):
        people["place"] = some.random(n)
    return Network(
        indptr=bare.indptr,
        neighbours=bare.neighbours,
        people=people,
        tie_columns={
            "strength": some.random(halves, np.float32),
            "trust": some.random(halves, np.float32),
        },
    )


def as_post(network: Network) -> Post:
    lines: list[dict[int, Line]] = []
    columns = network.tie_columns["strength"].tolist(), network.tie_columns["trust"].tolist()
    ties = [Line(*both) for both in zip(*columns, strict=True)]
    for i in range(network.n_people):
        mine = ties[network.indptr[i] : network.indptr[i + 1]]
        lines.append(dict(zip(network.row(i).tolist(), mine, strict=True)))
    place = network.people["place"].tolist() if "place" in network.people else None
    return Post(lines, network.people["field"].tolist(), place)


def path_of(chains: Chains, letter: int) -> list[int]:
    return [int(i) for i in chains.path[letter, : chains.steps[letter] + 1]]


@pytest.mark.parametrize("name", BEHAVIOURS)
@settings(deadline=None, max_examples=30)
@given(network=networks(), seed=st.integers(0, 2**63 - 1), week=st.integers(0, 9999))
def test_letters_go_the_way_of_the_slow_model(name, network, seed, week):
    behaviour = Behaviour.model_validate({"letters": BEHAVIOURS[name]})
    rules = Rules(Market(), behaviour)
    n = network.n_people
    starters, targets = np.divmod(np.arange(n * n, dtype=np.int32), n)
    apart = starters != targets
    starters, targets = starters[apart], targets[apart]
    key = draws.stream(seed, 0, "letters")
    chains, strength = send_letters(
        network,
        starters,
        targets,
        parameters=parameter_record(rules.market, behaviour),
        key=key,
        week=week,
    )
    post = as_post(network)
    of_tie = network.tie_columns["strength"]
    for letter, (starter, target) in enumerate(zip(starters, targets, strict=True)):
        outcome, path = send(rules, key, post, letter, week, int(starter), int(target))
        assert (OUTCOMES[chains.outcome[letter]], path_of(chains, letter)) == (outcome, path)
        for step, (holder, alter) in enumerate(pairwise(path)):
            at = network.indptr[holder] + network.row(holder).tolist().index(alter)
            assert strength[letter, step] == of_tie[at]
