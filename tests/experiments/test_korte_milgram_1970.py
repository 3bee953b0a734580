"""Letters across a barrier between two groups."""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
import pytest

from simnet.lab.reproduction.catalogue import study

STUDY = "korte-milgram-1970"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert any(check.hard for check in card.checks)


@pytest.mark.slow
def test_without_a_barrier_it_is_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "crossing=0.11").failures}
    assert "letters for black targets arrive less often" in failed


@pytest.fixture(scope="module")
def divided_world():
    """The function of the study that draws its world."""
    return sys.modules[study(STUDY).run.__module__].divided_world


SMALL = {"levels": 2, "branching": 5, "group": 40, "homophily": 0.5, "degree": 20, "seed": 3}


@pytest.mark.parametrize("crossing", [0.2, 0.05, 0.01])
def test_ties_cross_as_often_as_told(divided_world, crossing):
    world = divided_world(**SMALL, minority=0.2, crossing=crossing)
    minority = world.people["minority"]
    assert minority.mean() == 0.2
    from_minority = minority[world.sources]
    crosses = from_minority != minority[world.neighbours]
    for side, share in ((False, crossing), (True, 4 * crossing)):
        mine = crosses[from_minority == side]
        assert abs(mine.mean() - share) < 5 * np.sqrt(share * (1 - share) / len(mine)) + 0.002
        assert abs(world.degree[minority == side].mean() - 20) < 0.5


def test_ties_are_drawn_at_heights_by_homophily(divided_world):
    """In place, half of the ties follow the law and half, drawn by work, are of any height."""
    world = divided_world(**SMALL, minority=0.2, crossing=0.2)
    assert world.n_ties == 1_000 * 10
    heights = world.spaces["place"].distance(world.people, world.sources, world.neighbours)
    found = Counter(heights.astype(int).tolist())
    law = np.exp(-0.5 * np.arange(3))
    by_chance = np.array([39, 160, 800]) / 999
    expected = (law / law.sum() + by_chance) / 2
    shares = np.array([found[height] for height in range(3)]) / world.n_ties / 2
    assert shares == pytest.approx(expected, abs=0.02)


def test_a_barrier_lower_than_chance_is_refused(divided_world):
    with pytest.raises(ValueError, match=r"crossing must be at most 0.2, as by chance; got 0.3"):
        divided_world(**SMALL, minority=0.2, crossing=0.3)
