"""Distances along follows."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from simnet.lab.reproduction.catalogue import PACKAGE, study
from simnet.lab.reproduction.running import settings_of
from simnet.network.structure import reciprocity

STUDY = "twitter-2010"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert "half of the pairs are within" in {c.what for c in card.checks if c.hard}


def test_follows_that_are_never_returned_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "returned=0.0").failures}
    assert "half of the pairs are within" in failed


@pytest.mark.parametrize("returned", [0.0, 0.221, 1.0])
def test_the_network_is_what_it_is_said_to_be(returned):
    study(STUDY)
    module = importlib.import_module(f"{PACKAGE}.twitter_2010")
    settings = settings_of(STUDY, quick=True, overrides=["most=400"])
    network = module._followers(settings, 5000, 20.0, returned)
    assert network.directed
    followings = np.diff(network.indptr)
    assert followings.max() <= 400
    assert network.n_ties / network.n_people == pytest.approx(20.0, rel=0.2)
    share = reciprocity(network)
    assert share / (2 - share) == pytest.approx(returned, abs=0.06 if returned < 1 else 0.4)
