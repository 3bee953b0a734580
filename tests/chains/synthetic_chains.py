"""Chains whose true search lengths and survival are known, by NumPy and by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from simnet.chains.record import OUTCOMES, Chains


@dataclass(frozen=True)
class Study:
    """Chains with the lengths their searches have, and the attrition of each holder."""

    chains: Chains
    lengths: np.ndarray
    attrition: np.ndarray
    trait: np.ndarray


def run(lengths, attrition, rng, *, trait=None, lost=0.0):
    """A chain a length: at each remove it is dropped by its attrition, else steps on."""
    n, longest = len(lengths), int(lengths.max())
    attrition = np.broadcast_to(attrition, (n, longest))
    drops = rng.random((n, longest)) < attrition
    goes_astray = rng.random((n, longest)) < lost
    ends = np.where(np.arange(longest) < lengths[:, None], drops | goes_astray, True)
    first = np.where(ends.any(axis=1), ends.argmax(axis=1), longest)
    arrived = first >= lengths
    dropped = ~arrived & drops[np.arange(n), np.minimum(first, longest - 1)]
    outcome = np.where(arrived, 0, np.where(dropped, 1, 2)).astype(np.int8)
    steps = np.where(arrived, lengths, first + (outcome == 2))
    # a chain's holders are numbered so that nobody holds two
    path = np.where(
        np.arange(longest + 1) <= steps[:, None],
        1 + np.arange(n)[:, None] * (longest + 1) + np.arange(longest + 1),
        -1,
    ).astype(np.int32)
    path[arrived, steps[arrived]] = 0
    chains = Chains(
        outcome=outcome,
        steps=steps,
        starters=path[:, 0],
        targets=np.zeros(n, np.int32),
        stuck=np.zeros(n, np.bool_),
        path=path,
    )
    return Study(chains, lengths, attrition, np.zeros(n) if trait is None else trait)


def mixed(n, rng, *, dependent=True):
    """People of two kinds, one of whom takes part more and, if `dependent`, has longer searches."""
    trait = (rng.random(n) < 0.5).astype(np.float64)
    far = np.where(trait == 1, 6, 3) if dependent else np.full(n, 4)
    lengths = 1 + rng.binomial(2 * far, 0.5)
    return run(lengths, np.where(trait == 1, 0.15, 0.5)[:, None], rng, trait=trait)


@st.composite
def chains(draw, max_chains=12, longest=5):
    """Chains with any ending after any number of steps, among seven people."""
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(OUTCOMES), st.integers(0, longest), st.booleans()),
            max_size=max_chains,
        )
    )
    n = len(rows)
    path = np.full((n, longest + 1), -1, np.int32)
    outcome, steps, stuck, target = (np.zeros(n, np.int64) for _ in range(4))
    for row, (ending, made, nobody_new) in enumerate(rows):
        if ending == "lost":
            made = max(made, 1)
        order = draw(st.permutations(range(longest + 2)))
        outcome[row], steps[row] = OUTCOMES.index(ending), made
        stuck[row] = ending == "dropped" and nobody_new
        path[row, : made + 1] = order[: made + 1]
        target[row] = order[made] if ending == "arrived" else order[-1]
    return Chains(
        outcome=outcome.astype(np.int8),
        steps=steps,
        starters=path[:, 0],
        targets=target,
        stuck=stuck.astype(np.bool_),
        path=path,
    )


def nothing():
    """No chain."""
    empty = np.zeros(0, np.int64)
    return Chains(
        outcome=empty.astype(np.int8),
        steps=empty,
        starters=empty,
        targets=empty,
        stuck=empty.astype(np.bool_),
        path=np.zeros((0, 1), np.int32),
    )
