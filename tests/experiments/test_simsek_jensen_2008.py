"""Letters by the product of degree and similarity."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from scipy.optimize import brentq

from simnet.chains import send
from simnet.errors import SpecError
from simnet.lab.reproduction.catalogue import PACKAGE, study
from simnet.lab.reproduction.running import settings_of

STUDY = "simsek-jensen-2008"


@pytest.fixture(scope="module")
def module():
    study(STUDY)
    return importlib.import_module(f"{PACKAGE}.simsek_jensen_2008")


def small(*overrides: str):
    return settings_of(STUDY, quick=True, overrides=["people=300", *overrides])


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    hard = {check.what for check in card.checks if check.hard}
    assert "product against similarity only, homophily 1" in hard


def test_holders_who_reckon_with_no_homophily_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "judged=0.0").failures}
    assert "product against degree only, homophily 1" in failed


def test_the_middle_is_of_the_range():
    with pytest.raises(SpecError, match="among the strengths of homophily"):
        small("middle=[1.7]")


@pytest.mark.parametrize("homophily", [0.0, 2.0])
def test_ties_become_rare_with_distance_by_the_law(module, homophily):
    """Networks of people who all want as many ties: chances by distance are those of the formula.

    Counts of ties in 5 ranges of distance, each within 4 standard deviations (error rate 3e-4).
    """
    settings = small("degree_exponent=1e6", "degree=6")
    edges = np.array([0.0, 0.01, 0.05, 0.15, 0.3, 0.5])
    ties, expected = np.zeros((2, 5))
    for number in range(10):
        network = module._network(settings, homophily, number)
        n, distance = network.n_people, network.spaces["place"].distance
        pairs = distance(network.people, *np.triu_indices(n, k=1))
        law = (1.0 + pairs / settings.unit) ** -homophily
        factor = brentq(lambda c, law=law, n=network.n_ties: -np.expm1(-c * law).sum() - n, 0, 1e3)
        ties += (
            np.histogram(distance(network.people, network.sources, network.neighbours), edges)[0]
            / 2
        )
        expected += np.histogram(pairs, edges, weights=-np.expm1(-factor * law))[0]
    assert (np.abs(ties - expected) < 4 * np.sqrt(expected)).all()


def test_degrees_are_skewed_and_as_many_as_asked_for(module):
    networks = [module._network(small(), 1.0, number) for number in range(5)]
    degree = np.concatenate([network.degree for network in networks])
    assert degree.mean() == pytest.approx(8.0, rel=0.1)
    assert degree.max() > 8 * np.median(degree)
    assert not np.array_equal(networks[0].neighbours, networks[1].neighbours)


def test_without_homophily_the_product_is_the_degree(module):
    settings = small()
    steps = module._steps(settings, 0.0, 0)
    assert steps[module.PRODUCT].tolist() == steps["degree only"].tolist()
    assert steps[module.PRODUCT].tolist() != steps["chance"].tolist()


def test_ratios_are_those_of_the_same_letters(module):
    point = module._point(small("networks=3", "letters=50"), 1.0)
    letters = [module._steps(small("letters=50"), 1.0, number) for number in range(3)]
    logarithm = [np.log(each["chance"] / each[module.PRODUCT]).mean() for each in letters]
    ratio = point.times("chance")
    assert ratio.value == pytest.approx(np.exp(np.mean(logarithm)))
    assert ratio.low < ratio.value < ratio.high
    assert point.mean["chance"] == pytest.approx([each["chance"].mean() for each in letters])


def test_every_letter_can_arrive(module):
    network = module._network(small(), 4.0, 0)
    chains = send(
        network,
        np.zeros(network.n_people - 1, int),
        np.arange(1, network.n_people),
        rule=module.rules.Nearest(space="place"),
        max_steps=100_000,
        revisits="if-stuck",
        keep_paths=False,
    )
    assert chains.arrived.all()
