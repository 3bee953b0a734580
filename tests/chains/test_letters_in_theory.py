"""Letters under conditions where theory says what comes of them."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import draws
from scipy import stats

from simnet.agents.parameters import parameter_record
from simnet.chains import OUTCOMES, Chains, send_letters
from simnet.network import Network, from_edges, watts_strogatz
from simnet.spec.behaviour import Behaviour, Market

ERROR_RATE = 1e-4
"""Chance that a test would fail for a right model, were the seeds not fixed."""
EVEN = {"strength": 0.0, "trust": 0.0, "belief": 0.0, "prestige": 0.0}
KEY = draws.stream(20261121, 0, "letters")


def with_columns(network: Network, *, strength: float = 0.3) -> Network:
    n, halves = network.n_people, len(network.neighbours)
    return Network(
        indptr=network.indptr,
        neighbours=network.neighbours,
        people={**network.people, "field": np.arange(n) / n},
        tie_columns={
            "strength": np.full(halves, strength, np.float32),
            "trust": np.full(halves, 0.5, np.float32),
        },
    )


def sent(network: Network, starters, targets, **letters) -> Chains:
    parameters = parameter_record(Market(), Behaviour.model_validate({"letters": letters}))
    mailing = send_letters(
        network,
        np.asarray(starters, np.int32),
        np.asarray(targets, np.int32),
        parameters=parameters,
        key=KEY,
    )
    return mailing.chains


def ring(people: int) -> Network:
    return with_columns(watts_strogatz(people, 2, 0.0, seed=0))


def outcome(chains: Chains, name: str) -> np.ndarray:
    return chains.outcome == OUTCOMES.index(name)


@pytest.mark.parametrize("participation", [0.3, 0.73, 0.95])
def test_constant_participation_gives_geometric_drop_out(participation):
    """Far from the target on a ring, P(dropped at remove r) = (1 - p) p^r."""
    letters = 20_000
    starters = np.zeros(letters, int)
    chains = sent(ring(200), starters, starters + 100, participation=participation, **EVEN)
    last = 8
    seen = np.bincount(np.minimum(chains.steps, last), minlength=last + 1)
    removes = np.arange(last)
    share = np.append((1 - participation) * participation**removes, participation**last)
    assert stats.chisquare(seen, letters * share).pvalue > ERROR_RATE
    assert outcome(chains, "dropped")[chains.steps < last].all()


def test_the_hazard_is_the_same_at_every_remove():
    letters, participation = 20_000, 0.8
    starters = np.zeros(letters, int)
    chains = sent(ring(200), starters, starters + 100, participation=participation, **EVEN)
    for step in range(6):
        at_risk = int((chains.steps >= step).sum())
        dropped = int((chains.steps == step).sum())
        assert stats.binomtest(dropped, at_risk, 1 - participation).pvalue > ERROR_RATE


def test_letters_are_lost_in_transit_at_their_rate():
    letters, lost = 20_000, 0.1
    starters = np.zeros(letters, int)
    chains = sent(ring(200), starters, starters + 100, participation=1 - 1e-12, lost=lost, **EVEN)
    first = int((outcome(chains, "lost") & (chains.steps == 1)).sum())
    assert stats.binomtest(first, letters, lost).pvalue > ERROR_RATE
    assert not outcome(chains, "dropped").any()


def test_completion_on_a_ring_is_participation_to_the_power_of_the_distance():
    letters, participation, distance = 20_000, 0.9, 5
    starters = np.zeros(letters, int)
    chains = sent(
        ring(60), starters, starters + distance, participation=participation, noise=0.0, **EVEN
    )
    arrived = outcome(chains, "arrived")
    assert (chains.steps[arrived] == distance).all()
    assert stats.binomtest(int(arrived.sum()), letters, participation**distance).pvalue > ERROR_RATE


def test_without_error_everybody_passes_the_letter_to_whoever_is_nearest():
    chains = sent(ring(60), [0, 0, 10], [7, 55, 3], participation=1 - 1e-12, noise=0.0, **EVEN)
    paths = [path[: n + 1].tolist() for path, n in zip(chains.path, chains.steps, strict=True)]
    assert paths == [
        list(range(8)),
        [0, 59, 58, 57, 56, 55],
        list(range(10, 2, -1)),
    ]


def test_a_letter_expires_when_its_steps_are_used_up():
    chains = sent(ring(60), [0], [20], participation=1 - 1e-12, noise=0.0, max_steps=4, **EVEN)
    assert (OUTCOMES[chains.outcome[0]], chains.steps[0]) == ("expired", 4)


def test_a_letter_is_dropped_where_there_is_nobody_new():
    path = with_columns(from_edges([0, 1], [1, 2], n_people=4))
    chains = sent(path, [0], [3], participation=1 - 1e-12, **EVEN)
    assert (OUTCOMES[chains.outcome[0]], chains.steps[0]) == ("dropped", 2)


def test_more_take_part_over_stronger_ties():
    arrived = []
    for strength in (0.1, 0.9):
        network = with_columns(watts_strogatz(60, 2, 0.0, seed=0), strength=strength)
        starters = np.zeros(5000, int)
        chains = sent(network, starters, starters + 4, **{**EVEN, "strength": 1.5})
        arrived.append(outcome(chains, "arrived").mean())
    assert arrived[1] > arrived[0] + 0.1
