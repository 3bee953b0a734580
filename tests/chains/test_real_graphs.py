"""Letters across real networks: the laws that every record of chains keeps, by every rule."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from simnet.chains import OUTCOMES, Chains, rules, send
from simnet.network import Network, from_edges, read
from simnet.network.distances import distances_from
from simnet.network.spaces import Category, Scale, Space, Sphere
from simnet.network.structure import components, subnetwork

BYSTANDERS = 2
STARTERS, TARGETS = 24, 12
MOST_PLACES = 4000  # ranks by distance compare all pairs of places


class Real(NamedTuple):
    """A set of the shared data, and the spaces its attributes make."""

    folder: str
    directed: bool
    spaces: tuple[Space, ...] = ()
    edges: str = "edges"

    def __str__(self) -> str:
        return self.folder if self.edges == "edges" else f"{self.folder}-{self.edges}"


LAWYERS = (Category("office"), Scale("age"), Category("practice"), Scale("seniority"))
MANAGERS = (Category("department"), Scale("level"), Scale("age"))
TEAM = (Category("location"), Scale("org_level"))

SETS = [
    Real("brightkite", False, (Sphere(),)),
    Real("lastfm-asia", False, (Category("country"),)),
    Real("fb100-caltech36", False, (Category("dorm"), Scale("year"))),
    Real("email-eu-core", True, (Category("department"),)),
    Real("lazega-law", True, LAWYERS),
    Real("lazega-law", True, LAWYERS, "edges_friendship"),
    Real("lazega-law", True, LAWYERS, "edges_cowork"),
    Real("krackhardt-managers", True, MANAGERS),
    Real("krackhardt-managers", True, MANAGERS, "edges_friendship"),
    Real("krackhardt-managers", True, MANAGERS, "edges_reports_to"),
    Real("cross-parker-manufacturing", True, TEAM),
    Real("cross-parker-manufacturing", True, TEAM, "edges_aware"),
    Real("advogato", True),
    Real("college-msg", True),
    Real("ca-grqc", False),
    Real("ego-facebook", False),
]
WAYS = [
    pytest.param(
        real,
        way,
        id=f"{real}-{way}",
        marks=pytest.mark.slow if real.folder == "brightkite" else (),
    )
    for real in SETS
    for way in (("along", "against", "either way") if real.directed else ("either way",))
]


@cache
def network_of(folder: Path, real: Real, way: str) -> Network:
    """The set with its ties along their direction, against it or without, and some people more.

    Those who came in addition know nobody, and nothing is known of them.
    """
    table = folder / real.folder / "nodes.csv.gz"
    network = read(
        folder / real.folder / f"{real.edges}.csv.gz",
        people=table if table.exists() else None,
        directed=real.directed,
    )
    begin, end = network.sources, network.neighbours
    if way == "against":
        begin, end = end, begin
    unknown = np.full(BYSTANDERS, np.nan)
    bare = from_edges(
        begin,
        end,
        n_people=network.n_people + BYSTANDERS,
        directed=way != "either way",
        people={
            name: np.append(column.astype(float), unknown)
            for name, column in network.people.items()
        },
        tie_columns=network.tie_columns,
    )
    return with_spaces(bare, real.spaces)


def with_spaces(network: Network, spaces: tuple[Space, ...]) -> Network:
    """The network with spaces that are called by their first column."""
    return Network(
        indptr=network.indptr,
        neighbours=network.neighbours,
        directed=network.directed,
        people=network.people,
        tie_columns=network.tie_columns,
        spaces={columns_of(space)[0]: space for space in spaces},
    )


def n_places(network: Network, space: str) -> int:
    columns = [network.people[name] for name in columns_of(network.spaces[space])]
    return len(np.unique(np.column_stack(columns), axis=0, equal_nan=False))


def columns_of(space: Space) -> tuple[str, ...]:
    return ("lat", "lon") if isinstance(space, Sphere) else (space.column,)


def rules_for(network: Network) -> list[rules.Rule]:
    """Every rule that the network has something for."""
    found: list[rules.Rule] = [rules.HighestDegree(), rules.AtRandom()]
    found += [rules.StrongestTie(column=name) for name in network.tie_columns]
    for space, closer_only in product(network.spaces, (False, True)):
        found.append(rules.Nearest(space=space, closer_only=closer_only))
        if n_places(network, space) <= MOST_PLACES:
            found.append(rules.ByRank(space=space, closer_only=closer_only))
    for space, exponent in product(network.spaces, (0.0, 1.5)):
        found.append(rules.DegreeTimesSimilarity(space=space, exponent=exponent, unit=2.0))
    if len(network.spaces) > 1:
        found.append(rules.BetterOf(spaces=tuple(network.spaces)))
        found.append(rules.BetterOf(spaces=tuple(network.spaces)[:2], closer_only=True))
    return found


class Letters(NamedTuple):
    """Letters, and how many steps the shortest way of each is, -1 where there is none."""

    starters: np.ndarray
    targets: np.ndarray
    shortest: np.ndarray


@cache
def letters_for(network: Network) -> Letters:
    """From some people to some others, both times a bystander among them.

    Some are of the smallest component that has ties, if there are several.
    """
    n = network.n_people
    chosen = np.random.default_rng(17).permutation(n - BYSTANDERS)
    apart = components(network)
    small = np.flatnonzero(apart.sizes > 1)[-1]
    remote = np.flatnonzero(apart.labels == small)[:2]
    starters = np.concatenate([chosen[:STARTERS], remote, [n - 1]])
    targets = np.concatenate([chosen[-TARGETS:], remote, [n - 2]])
    shortest = np.array([distances_from(network, person)[targets] for person in starters])
    begin, end = (each.ravel() for each in np.meshgrid(starters, targets, indexing="ij"))
    different = begin != end
    return Letters(begin[different], end[different], shortest.ravel()[different])


def laws_hold(network: Network, letters: Letters, chains: Chains, **options: Any) -> None:
    """What is true of chains whatever rule brought them about."""
    assert sum(int(chains.ended(name).sum()) for name in OUTCOMES) == len(letters.starters)
    assert not (chains.arrived & (letters.shortest < 0)).any()
    assert (chains.steps[chains.arrived] >= letters.shortest[chains.arrived]).all()
    path, steps = chains.holders, chains.steps
    column = np.arange(path.shape[1])
    held = column <= steps[:, np.newaxis]
    assert ((path >= 0) == held).all()
    assert (path < network.n_people).all()
    np.testing.assert_array_equal(path[:, 0], letters.starters)
    last = path[np.arange(len(path)), steps]
    assert (last[chains.arrived] == letters.targets[chains.arrived]).all()
    met = (path == letters.targets[:, np.newaxis]) & (column < steps[:, np.newaxis])
    assert not met.any()
    assert not ((last == letters.targets) & ~chains.arrived & ~chains.ended("lost")).any()
    follows_ties(network, path, held)
    if options.get("revisits", "never") == "never":
        in_order = np.sort(np.where(held, path, -1 - column), axis=1)
        assert (np.diff(in_order, axis=1) > 0).all()
    ends_for_a_reason(network, chains, last, **options)


def follows_ties(network: Network, path: np.ndarray, held: np.ndarray) -> None:
    n = network.n_people
    ties = network.sources.astype(np.int64) * n + network.neighbours  # ascending, as rows are
    taken = (path[:, :-1].astype(np.int64) * n + path[:, 1:])[held[:, 1:]]
    found = np.minimum(np.searchsorted(ties, taken), len(ties) - 1)
    np.testing.assert_array_equal(ties[found], taken)


def ends_for_a_reason(
    network: Network,
    chains: Chains,
    last: np.ndarray,
    *,
    revisits: str = "never",
    participation: float = 1.0,
    lost: float = 0.0,
    max_steps: int = 100,
    **_: Any,
) -> None:
    assert (chains.steps <= max_steps).all()
    assert (chains.steps[chains.ended("expired")] == max_steps).all()
    assert chains.ended("dropped")[chains.stuck].all()
    if participation == 1.0:
        assert chains.stuck[chains.ended("dropped")].all()
    if lost == 0.0:
        assert not chains.ended("lost").any()
    knows_nobody = network.degree[last] == 0
    goes_on = ~chains.ended("dropped") & ~chains.arrived & ~chains.ended("lost")
    assert not (knows_nobody & goes_on & (chains.steps < max_steps)).any()
    if revisits != "never":
        assert knows_nobody[chains.stuck].all()


def holds_nobody_further_off(
    network: Network, letters: Letters, chains: Chains, space: str
) -> None:
    """With closer_only, each holder but the target himself is nearer than the one before."""
    for path, target, steps in zip(chains.holders, letters.targets, chains.steps, strict=True):
        holders = path[: steps + 1]
        holders = holders[holders != target]
        away = network.spaces[space].distance(network.people, holders, target)
        away[np.isnan(away)] = np.inf
        assert (away[1:] < away[:-1]).all()


@pytest.mark.parametrize(("real", "way"), WAYS)
def test_laws_of_chains(shared_data: Path, real: Real, way: str) -> None:
    network = network_of(shared_data, real, way)
    letters = letters_for(network)
    assert (letters.shortest < 0).any()
    assert (letters.shortest > 0).any()
    for rule in rules_for(network):
        keeps = {} if getattr(rule, "closer_only", False) else {"revisits": "if-stuck"}
        for options in ({}, {"participation": 0.9, "lost": 0.1, "max_steps": 12}, keeps):
            chains = send(network, letters.starters, letters.targets, rule=rule, seed=3, **options)
            laws_hold(network, letters, chains, **options)
            if isinstance(rule, rules.Nearest) and rule.closer_only:
                holds_nobody_further_off(network, letters, chains, rule.space)


@pytest.mark.parametrize(("real", "way"), WAYS)
def test_laws_of_chains_that_see_further_or_go_in_circles(
    shared_data: Path, real: Real, way: str
) -> None:
    network = network_of(shared_data, real, way)
    letters = letters_for(network)
    for rule in rules_for(network):
        if getattr(rule, "closer_only", False):
            continue
        for options in (
            {"look_ahead": True},
            {"look_ahead": True, "revisits": "if-stuck", "max_steps": 30},
            {"revisits": "always", "max_steps": 30},
        ):
            chains = send(network, letters.starters, letters.targets, rule=rule, seed=3, **options)
            laws_hold(network, letters, chains, **options)


@pytest.mark.parametrize("real", SETS, ids=str)
def test_a_letter_to_somebody_nobody_knows_arrives_nowhere(shared_data: Path, real: Real) -> None:
    network = network_of(shared_data, real, "either way")
    n = network.n_people
    starters = np.arange(0, n - BYSTANDERS, max(1, n // 50))
    unknown = np.full(len(starters), n - 1)
    for rule in rules_for(network):
        assert not send(network, starters, unknown, rule=rule).arrived.any()
        alone = send(network, unknown, starters, rule=rule)
        assert alone.stuck.all()
        assert not alone.steps.any()


def test_enough_patience_finds_everybody_of_a_component(shared_data: Path) -> None:
    """A letter that may go anywhere again comes to every target that there is a way to."""
    network = network_of(shared_data, Real("ca-grqc", False), "either way")
    letters = letters_for(network)
    possible = letters.shortest > 0
    chains = send(
        network,
        letters.starters[possible],
        letters.targets[possible],
        rule=rules.AtRandom(),
        revisits="always",
        max_steps=400_000,
        keep_paths=False,
    )
    assert chains.arrived.all()


def test_ranks_where_some_homes_are_unknown(shared_data: Path) -> None:
    """Brightkite's first people, homes rounded to whole degrees as the error message advises."""
    whole = network_of(shared_data, SETS[0], "either way")
    some = subnetwork(whole, np.append(np.arange(1500), [whole.n_people - 2, whole.n_people - 1]))
    rounded = {name: np.rint(column) for name, column in some.people.items()}
    network = from_edges(some.sources, some.neighbours, n_people=some.n_people, people=rounded)
    network = with_spaces(network, SETS[0].spaces)
    letters = letters_for(network)
    assert np.isnan(rounded["lat"]).sum() > BYSTANDERS
    for closer_only in (False, True):
        rule = rules.ByRank(space="lat", closer_only=closer_only)
        chains = send(network, letters.starters, letters.targets, rule=rule, seed=3)
        laws_hold(network, letters, chains)
