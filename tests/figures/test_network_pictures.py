"""Pictures of networks: who is drawn, where, and in which colour."""

from __future__ import annotations

import numpy as np
import pytest

from simnet.errors import NetworkError
from simnet.figures import network_picture
from simnet.figures.networks.choosing import around_somebody, groups_of
from simnet.figures.networks.groups import _side_by_side
from simnet.figures.networks.layout import places
from simnet.network import Network, classic, from_edges, watts_strogatz


def cliques(n: int, size: int) -> Network:
    """Cliques in a row, each tied to the next by one tie."""
    ties = [(c * size + a, c * size + b) for c in range(n) for a in range(size) for b in range(a)]
    ties += [(c * size, c * size + size) for c in range(n - 1)]
    return from_edges(*zip(*ties, strict=True))


def test_everybody_of_a_small_network_is_a_dot():
    figure = network_picture(classic("karate-club"), colour="club")
    dots = max((c.get_offsets() for ax in figure.axes for c in ax.collections), key=len)
    assert len(dots) == 34
    texts = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert texts == ["club", "Mr. Hi", "Officer"]


def test_groups_of_a_large_network_are_circles():
    figure = network_picture(cliques(8, 100))
    circles = [patch for ax in figure.axes for patch in ax.patches]
    assert len(circles) == 8
    numbers = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert numbers == ["100"] * 8


def test_a_sample_is_the_people_nearest_to_somebody():
    ring = watts_strogatz(1000, 2, 0.0, seed=1)
    sample = around_somebody(ring, 11, seed=4)
    assert sample.n_people == 11
    places_on_the_ring = np.sort(sample.people["place"] * 1000).round().astype(int)
    gaps = np.diff(places_on_the_ring)
    assert (gaps == 1).sum() >= 9  # a stretch of the ring, which may pass its beginning


def test_groups_are_the_cliques():
    group = groups_of(cliques(5, 6), seed=0)
    assert [len(set(group[c * 6 : c * 6 + 6])) for c in range(5)] == [1] * 5
    assert group.max() == 4


def test_people_with_a_place_on_a_circle_lie_on_one():
    at, where = places(watts_strogatz(20, 2, 0.1, seed=1), seed=0)
    assert np.hypot(*at.T) == pytest.approx(1.0)
    assert where == "lie by their place"


def test_circles_do_not_cover_each_other():
    radius = np.array([1.0, 0.5, 0.25, 0.7])
    at = _side_by_side(np.array([[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [0.1, 0.2]]), radius)
    for a in range(4):
        for b in range(a):
            assert np.hypot(*(at[a] - at[b])) >= radius[a] + radius[b]


def test_the_same_seed_draws_the_same():
    one, other = (
        network_picture(classic("les-miserables"), seed=2).axes[0].collections[1].get_offsets()
        for _ in range(2)
    )
    assert np.array_equal(one, other)


def test_nobody_to_draw():
    with pytest.raises(NetworkError, match="nobody to draw"):
        network_picture(from_edges([], [], n_people=0))
