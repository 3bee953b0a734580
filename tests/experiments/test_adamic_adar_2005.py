"""Colleagues who look for each other."""

from __future__ import annotations

import importlib
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from simnet.chains import send
from simnet.lab.reproduction import published, reproduce
from simnet.lab.reproduction.catalogue import PACKAGE, study
from simnet.lab.reproduction.running import settings_of
from simnet.network import from_edges

STUDY = "adamic-adar-2005"
GROUP_LAW = "power of group size by which ties become rare"


@pytest.fixture(scope="module")
def module():
    study(STUDY)
    return importlib.import_module(f"{PACKAGE}.adamic_adar_2005")


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert GROUP_LAW in {check.what for check in card.checks if check.hard}


def test_ties_that_know_no_chart_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "chart_decay=0.0", "letters=20").failures}
    assert GROUP_LAW in failed


def chart(people: int, reports: int) -> nx.DiGraph:
    return nx.DiGraph(((post - 1) // reports, post) for post in range(1, people))


@pytest.mark.parametrize(("people", "reports"), [(2, 2), (23, 3), (40, 8)])
def test_steps_and_groups_are_those_of_the_chart(module, people, reports):
    tree = chart(people, reports)
    steps = dict(nx.all_pairs_shortest_path_length(tree.to_undirected()))
    one, other = np.indices((people, people))
    ours = module.steps_in_chart(one, other, reports)
    assert ours.tolist() == [[steps[a][b] for b in range(people)] for a in range(people)]
    groups = [nx.descendants(tree, post) | {post} for post in range(people)]
    common = module.smallest_common_group(people, reports)
    for a in range(people):
        for b in range(people):
            assert common[a, b] == min(len(group) for group in groups if {a, b} <= group)


def test_posts_are_ordered_branch_by_branch(module):
    assert module._branch_by_branch(23, 3) == list(nx.dfs_preorder_nodes(chart(23, 3), 0))


def test_letters_by_chart_go_to_whoever_is_fewest_steps_from_the_target(module):
    # Of the contacts of 0, post 3 is in charge of the target's boss; 1 and 2 are as high.
    ties = [(0, 1), (0, 2), (0, 3), (3, 10), (10, 31), (1, 31), (2, 31)]
    network = from_edges(
        *zip(*ties, strict=True),
        n_people=32,
        people={"post": np.arange(32), "reports": np.full(32, 3)},
    )
    chains = send(network, [0], [31], rule=module.STRATEGIES["chart"])
    assert chains.holders[0].tolist() == [0, 3, 10, 31]


def test_nobody_shares_a_desk_and_teams_sit_together(module):
    settings = settings_of(STUDY, quick=True, overrides=[])
    desks = module._desks(settings, 430, np.random.default_rng(1))
    assert len(np.unique(desks, axis=0)) == 430
    team = desks[[9, *range(73, 81)]]  # somebody in charge and those below
    assert np.ptp(team, axis=0).max() <= 4
    moved = settings_of(STUDY, quick=True, overrides=["moved=0.5"])
    elsewhere = module._desks(moved, 430, np.random.default_rng(1))
    assert sorted(map(tuple, elsewhere)) == sorted(map(tuple, desks))
    assert 0.4 < (elsewhere != desks).any(axis=1).mean() < 0.6


def test_companies_have_the_given_degree(module):
    settings = settings_of(STUDY, quick=True, overrides=[])
    networks = [module._network(settings, published(STUDY), number) for number in range(3)]
    assert np.mean([network.degree.mean() for network in networks]) == pytest.approx(12.9, rel=0.05)
    assert not np.array_equal(networks[0].neighbours, networks[1].neighbours)


@pytest.mark.slow
def test_an_institute_is_measured_where_it_is_to_be_had(shared_data: Path):
    overrides = [f"email={shared_data / 'email-eu-core'}", "companies=2", "letters=300"]
    card = reproduce(STUDY, quick=True, overrides=overrides).card
    order = next(check for check in card.checks if "far slower than department" in check.what)
    assert order.agrees


def test_pairs_of_departments_are_counted_once(module):
    network = from_edges(
        [0, 1, 3, 0], [1, 0, 0, 2], n_people=4, directed=True, people={"department": [7, 7, 9, 9]}
    )
    tied = module._by_department(network)
    assert tied.apart.tolist() == [2, 4]  # both departments have two people
    assert tied.pairs.tolist() == [4, 8]
    assert tied.ties.tolist() == [2, 2]
