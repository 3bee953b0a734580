"""Searches that nobody drops, and the chains that are left of them when holders do.

Whether a holder takes part does not change whom they would pass the letter to. So the search of a
letter is run to its end once, and its holders are then asked: the chain ends at the first who
refuses. The length of every search, which a field experiment never sees, is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from simnet.chains import OUTCOMES
from simnet.chains.lazy import Identities
from simnet.chains.record import Chains
from simnet.lab.reproduction import StudySettings
from simnet.randomness import stream_key


class IdentitySettings(StudySettings):
    """A study in the world of Watts, Dodds and Newman (2002)."""

    levels: Annotated[int, Field(ge=1, description="branchings above a group")]
    hierarchies: Annotated[int, Field(ge=1, description="H of the paper")]
    branching: Annotated[int, Field(ge=2, description="b of the paper")]
    group: Annotated[int, Field(ge=2, description="people of a group, g of the paper")]
    homophily: Annotated[float, Field(description="alpha of the paper")]
    degree: Annotated[int, Field(ge=1, description="ties of a person, z of the paper")]
    max_steps: Annotated[int, Field(ge=1, description="after which a search has failed")]


def world_of(settings: IdentitySettings) -> Identities:
    """The world that the settings describe."""
    return Identities(
        levels=settings.levels,
        hierarchies=settings.hierarchies,
        branching=settings.branching,
        group=settings.group,
        homophily=settings.homophily,
        degree=settings.degree,
        seed=settings.seed,
    )


def generator(seed: int, stream: str, replicate: int = 0) -> np.random.Generator:
    """Draws of a named stream."""
    key = stream_key(seed, replicate, stream).astype(np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def dropped(
    searches: Chains, attrition: ArrayLike, *, seed: int, stream: str = "drops", replicate: int = 0
) -> Chains:
    """What is left of searches when holders drop them.

    Parameters
    ----------
    searches : Chains
        With paths.
    attrition : array_like, broadcastable to the shape of the paths
        Probability that the holder at each remove drops the chain.
    """
    assert searches.path is not None
    draws = generator(seed, stream, replicate).random(searches.path.shape)
    refuses = draws < np.broadcast_to(attrition, draws.shape)
    refuses &= np.arange(draws.shape[1]) < searches.steps[:, None]
    ended = refuses.any(axis=1)
    return replace(
        searches,
        outcome=np.where(ended, OUTCOMES.index("dropped"), searches.outcome).astype(np.int8),
        steps=np.where(ended, refuses.argmax(axis=1), searches.steps),
        stuck=searches.stuck & ~ended,
    )


def some(chains: Chains, which: NDArray[np.bool_] | NDArray[np.int64]) -> Chains:
    """Some of the chains, one or more times."""
    return Chains(
        outcome=chains.outcome[which],
        steps=chains.steps[which],
        starters=chains.starters[which],
        targets=chains.targets[which],
        stuck=chains.stuck[which],
        path=None if chains.path is None else chains.path[which],
    )


def survival(searches: Chains, passing_on: float, *, started: bool) -> NDArray[np.float64]:
    """Probability that each search would arrive; one that was `started` has made its first step."""
    asked = np.asarray(searches.steps, dtype=np.float64) - (1 if started else 0)
    return np.asarray(np.where(searches.arrived, passing_on**asked, 0.0))
