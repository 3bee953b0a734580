"""Names at line ends: apart, in order, as near as can be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from simnet.figures.arms import arm_styles, folded
from simnet.figures.labels import spread_out

places = st.lists(st.tuples(st.floats(-5, 15), st.floats(0.1, 2)), min_size=1, max_size=12)


@given(places)
def test_boxes_never_overlap_and_stay_in_order(boxes):
    wanted, heights = (np.array(part) for part in zip(*boxes, strict=True))
    centres = spread_out(wanted, heights, low=0.0, high=10.0)
    order = np.argsort(wanted, kind="stable")
    ends = centres[order] + heights[order] / 2
    starts = centres[order] - heights[order] / 2
    assert (starts[1:] >= ends[:-1] - 1e-9).all()
    if heights.sum() <= 10:
        assert starts[0] >= -1e-9
        assert ends[-1] <= 10 + 1e-9


def test_boxes_with_room_stay_where_they_are():
    wanted = np.array([5.0, 1.0, 8.0])
    assert_allclose(spread_out(wanted, np.ones(3), low=0, high=10), wanted)


def test_two_boxes_in_one_place_move_apart_evenly():
    assert_allclose(spread_out(np.array([4.0, 4.0]), np.ones(2), low=0, high=10), [3.5, 4.5])


def test_too_many_boxes_reach_beyond_both_ends():
    assert_allclose(spread_out(np.full(3, 0.0), np.ones(3), low=0, high=1), [-0.5, 0.5, 1.5])


def test_no_boxes():
    assert spread_out(np.empty(0), np.empty(0), low=0, high=1).size == 0


def test_long_names_fold_at_hyphens():
    assert folded("advocate-cultivation-with-care") == "advocate-cultivation-\nwith-care"
    assert folded("x" * 200).count("\n") == 2


def test_more_arms_than_colours_differ_by_their_lines():
    styles = arm_styles([f"arm{i}" for i in range(20)])
    assert len({(style.colour, style.line) for style in styles.values()}) == 20
