"""The figure of a card: ours over theirs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simnet.figures import saving
from simnet.figures.reproductions import card_figure
from simnet.lab.reproduction import Card, Panel, Series, holds, not_comparable, within
from simnet.network import Estimate

STEPS = (1, 2, 3, 4)


def card(*panels: Panel) -> Card:
    checks = (
        within("mean", 5.2, Estimate(5.5, 0.2, 5.1, 5.9, 0.95, 9, "t"), by=0.5, tolerance="x",
               flag="seen"),
        within("completion", 0.2, 0.4, by=0.05, tolerance="x", flag="seen"),
        within("nothing", 0.0, 0.1, by=0.05, tolerance="x", flag="seen"),
        not_comparable("cost", 680.0, None, "why", flag="seen"),
        holds("order", "a", "b", True, flag="seen", tolerance="x"),
    )  # fmt: skip
    return Card("made-up-1999", "How long is it?", (), (), checks, panels)


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_theirs_is_grey_and_open_ours_coloured():
    panel = Panel(
        "Lengths",
        "links",
        "share",
        (
            Series("ours", STEPS, (0.1, 0.2, 0.3, 0.4), kind="points"),
            Series("theirs", STEPS, (0.2, 0.2, 0.3, 0.3), whose="theirs", kind="points"),
        ),
    )
    (ax,) = card_figure(card(panel)).axes
    ours, theirs = [line for line in ax.lines if len(line.get_xdata()) == 4]
    assert ours.get_markerfacecolor() == "#0072B2"
    assert theirs.get_markerfacecolor() == "none"
    red, green, blue = (int(theirs.get_markeredgecolor()[k : k + 2], 16) for k in (1, 3, 5))
    assert red == green == blue
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left")) == (
        "links",
        "share",
        "Lengths",
    )
    assert sorted(texts(ax)) == ["ours", "theirs"]


def test_one_name_is_one_colour_and_named_once():
    panel = Panel(
        "Growth",
        "people",
        "steps",
        (
            Series("measured", (10, 100), (2.0, 3.0), kind="points"),
            Series("measured", (10, 100, 1000), (2.0, 3.0, 4.0)),
        ),
        log_x=True,
    )
    (ax,) = card_figure(card(panel)).axes
    assert texts(ax) == ["measured"]
    assert {line.get_color() for line in ax.lines[:2]} == {"#0072B2"}


def test_intervals_are_bands_along_lines_and_bars_at_points():
    low, high = (0.0, 0.1, 0.2, 0.3), (0.2, 0.3, 0.4, 0.5)
    both = [
        Series(kind, STEPS, (0.1, 0.2, 0.3, 0.4), low=low, high=high, kind=kind)
        for kind in ("line", "points")
    ]
    (ax,) = card_figure(card(Panel("a", "x", "y", both))).axes
    band, bars = ax.collections
    assert band.get_paths()[0].get_extents().ymax == pytest.approx(0.5)
    assert [tuple(path.vertices[:, 1]) for path in bars.get_paths()] == list(
        zip(low, high, strict=True)
    )


def test_bars_stand_side_by_side_on_zero():
    panel = Panel(
        "Groups",
        "group",
        "steps",
        (
            Series("ours", ("Boston", "Nebraska"), (4.6, 5.5), kind="bars"),
            Series("theirs", ("Boston", "Nebraska"), (4.4, 5.7), whose="theirs", kind="bars"),
        ),
    )
    (ax,) = card_figure(card(panel)).axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Boston", "Nebraska"]
    assert ax.get_ylim()[0] == 0.0
    edges = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches)
    for (_, right), (left, _) in pairwise(edges):
        assert left >= right - 1e-9


def test_panels_lie_one_below_the_other():
    panel = Panel("a", "x", "y", (Series("ours", STEPS, STEPS),))
    figure = card_figure(card(panel, panel, panel))
    boxes = [ax.get_position() for ax in figure.axes]
    for above, below in pairwise(boxes):
        assert above.y0 > below.y1


def test_without_panels_checks_are_dots_over_the_published_figure():
    (ax,) = card_figure(card()).axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["mean", "completion"]
    assert texts(ax) == ["5.5 for 5.2", "0.4 for 0.2"]
    ours = [line.get_xdata()[0] for line in ax.lines if line.get_markersize() == 4.5]
    assert ours == pytest.approx([5.5 / 5.2, 2.0])


def test_what_is_far_off_makes_a_logarithmic_axis():
    checks = (within("mean", 1.0, 50.0, by=1, tolerance="x", flag="seen"),)
    (ax,) = card_figure(Card("a-1999", "?", (), (), checks)).axes
    assert ax.get_xscale() == "log"


def test_a_card_of_words_has_a_figure_too(tmp_path):
    checks = (holds("order", "a", "b", True, flag="seen", tolerance="x"),)
    figure = card_figure(Card("a-1999", "?", (), (), checks))
    assert len(saving.save(figure, tmp_path / "figure")) == 2


def test_undefined_points_leave_gaps():
    y = np.array([0.1, np.nan, 0.3, np.nan])
    panel = Panel("a", "x", "y", (Series("ours", STEPS, y),))
    (ax,) = card_figure(card(panel)).axes
    assert texts(ax) == ["ours"]


def test_the_same_card_gives_the_same_picture(tmp_path):
    panel = Panel("a", "x", "y", (Series("ours", STEPS, STEPS),))
    one, other = (saving.save(card_figure(card(panel)), tmp_path / name)[1] for name in "ab")
    assert one.read_bytes() == other.read_bytes()
