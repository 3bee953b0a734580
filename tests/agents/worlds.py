"""Small worlds to try, and what can be read off a living one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simnet.agents import Tables, World
from simnet.agents.crowd import FREE
from simnet.network import Network
from simnet.spec import WorldSpec

SHIPPED = ("passive-profile", "give-first", "hard-sell", "advocate-cultivation")


def world_spec(**changes: Any) -> WorldSpec:
    """Forty people, all four shipped strategies, many needs; `changes` replace whole parts."""
    plain: dict[str, Any] = {
        "seed": 11,
        "weeks": 20,
        "network": {"model": "watts-strogatz", "people": 40, "degree": 6, "rewiring": 0.2},
        "population": dict.fromkeys(SHIPPED, 0.25),
        "market": {"needs_per_week": 0.3},
        "probes": {"every_weeks": 4, "letters": 15},
    }
    return WorldSpec.model_validate({**plain, **changes})


@st.composite
def world_specs(draw: st.DrawFn) -> WorldSpec:
    """Worlds of up to 40 people in which everything happens often, and some odd ones."""
    people = draw(st.integers(6, 40))
    half_degree = draw(st.integers(1, min(4, (people - 1) // 2)))
    focal = {"share": draw(st.sampled_from([0.0, 0.3, 1.0]))}
    if draw(st.booleans()):
        focal["strategy"] = draw(st.sampled_from(SHIPPED))
    probability = st.sampled_from([0.0, 0.3, 1.0])
    behaviour = {
        "pitch": {"disconnect": draw(probability), "mute": draw(probability)},
        "decay": {"broken_rhythm": draw(st.sampled_from([0.5, 8.0]))},
        "reciprocity": {
            "gossip_hops": draw(st.integers(1, 3)),
            "gossip_good": draw(st.sampled_from([0.03, 0.5])),
            "gossip_bad": draw(st.sampled_from([0.08, 0.9])),
            "thanks_unprompted": draw(probability),
        },
        "referral": {
            "max_steps": draw(st.integers(2, 7)),
            "participation": draw(st.sampled_from([0.5, 0.95])),
            "meeting": draw(st.sampled_from([0.45, 1.0])),
        },
        "letters": {
            "lost": draw(st.sampled_from([0.0, 0.2])),
            "max_steps": draw(st.sampled_from([1, 3, 30])),
        },
        "asking": {"unasked": draw(st.sampled_from([0.02, 0.5]))},
        "attention": {"visible": draw(probability)},
        "shortlist": {"from_memory": draw(probability), "open_reach": draw(probability)},
    }
    return world_spec(
        seed=draw(st.integers(0, 2**63 - 1)),
        weeks=draw(st.integers(1, 25)),
        network={
            "model": "watts-strogatz",
            "people": people,
            "degree": 2 * half_degree,
            "rewiring": draw(st.sampled_from([0.0, 0.2, 1.0])),
        },
        focal=focal,
        market={
            "needs_per_week": draw(st.sampled_from([0.0, 0.02, 0.3, 2.0])),
            "categories": draw(st.sampled_from([1, 5, 20])),
            "open_weeks": draw(st.sampled_from([1, 4])),
        },
        behaviour=behaviour,
        probes=draw(st.sampled_from([None, {"every_weeks": 3, "letters": 10}])),
        record={"every_weeks": draw(st.integers(1, 5))},
    )


Half = dict[str, Any]
"""One person's side of a tie, by the names of what it holds."""


def of_people(world: World, name: str) -> np.ndarray:
    """A column of the people, whichever table it lies in."""
    return next(table[name] for table in world.people if name in table.dtype.names)


def rows_of(world: World) -> list[list[Half | None]]:
    """Everybody's places for half-ties, None where one is free."""
    tables = zip(of_people(world, "start").tolist(), of_people(world, "used").tolist(), strict=True)
    return [row(world, slice(start, start + used)) for start, used in tables]


def row(world: World, slots: slice) -> list[Half | None]:
    """The half-ties in some slots."""
    others, mates = world.ties.other[slots].tolist(), world.ties.mate[slots].tolist()
    tables = world.ties.half, world.ties.history
    names = [name for table in tables for name in table.dtype.names]
    records = zip(*(table[slots].tolist() for table in tables), strict=True)
    return [
        None
        if other == FREE
        else {"other": other, "mate": mate, **dict(zip(names, half + history, strict=True))}
        for other, mate, (half, history) in zip(others, mates, records, strict=True)
    ]


def halves(world: World) -> Iterator[tuple[int, int, Half]]:
    """Every living half-tie: whose, towards whom, and what it holds."""
    for i, places in enumerate(rows_of(world)):
        for half in places:
            if half is not None:
                yield i, half["other"], half


def fingerprint(tables: Tables) -> dict[str, str]:
    """A hash of every table, to the last bit of every number."""
    return {
        name: hashlib.sha256(frame.to_csv().encode()).hexdigest() for name, frame in tables.items()
    }


def with_an_isolate(network: Network) -> Network:
    """The same network and one more person, the last, who is tied to nobody."""
    columns = {name: np.append(column, column[:1]) for name, column in network.people.items()}
    return Network(
        indptr=np.append(network.indptr, network.indptr[-1]),
        neighbours=network.neighbours,
        people=columns,
    )
