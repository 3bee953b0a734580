"""Every figure, of every kind of study: no warning, nothing clipped, no text on text."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

import simnet.figures
from simnet import figures
from simnet.errors import ResultsError

NAMES = (
    "opportunity_yield",
    "lead",
    "distribution",
    "chain_survival",
    "attrition",
    "trust",
    "differences",
)
LONG = (
    "hard-sell",
    "give-first",
    "advocate-cultivation-with-a-very-long-name-indeed-and-more",
    "passive-profile",
    "d",
    "a-medium-long-arm-name",
    "arm7",
    "arm8",
    "arm9",
)
STUDIES = {
    "usual": {"replicates": 8, "weeks": 104},
    "one arm": {"arms": ("base",)},
    "nine arms": {"arms": LONG, "replicates": 3},
    "no wins": {"wins": 0.0, "weeks": 20},
    "one replicate of a short swept study": {"replicates": 1, "weeks": 8, "points": 2},
    "two weeks": {"replicates": 2, "weeks": 2},
}


@pytest.fixture(scope="module", params=STUDIES)
def study(request, make):
    return make(**STUDIES[request.param])


def drawn(results, name):
    return getattr(figures, name)(results)


def ticks_outside(figure):
    """Matplotlib keeps ticks outside the limits without drawing them."""
    outside = set()
    for ax in figure.axes:
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            low, high = sorted((low, high))
            room = 1e-9 * (high - low)
            for tick in axis.get_major_ticks():
                if not low - room <= tick.get_loc() <= high + room:
                    outside |= {id(tick.label1), id(tick.label2)}
    return outside


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_clipped_or_lies_on_another(study, name):
    try:
        figure = drawn(study, name)
    except ResultsError:
        assert name in ("differences", "lead")
        return
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    hidden = ticks_outside(figure)
    texts = [
        (text.get_text(), text.get_window_extent(renderer).padded(-1))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]
    page = figure.bbox
    for text, box in texts:
        assert page.x0 <= box.x0, f"{text!r} is cut at a side"
        assert box.x1 <= page.x1, f"{text!r} is cut at a side"
        assert page.y0 <= box.y0, f"{text!r} is cut at top or bottom"
        assert box.y1 <= page.y1, f"{text!r} is cut at top or bottom"
    for (one, box), (other, other_box) in combinations(texts, 2):
        assert not box.overlaps(other_box), f"{one!r} lies on {other!r}"


def test_an_arm_has_one_colour_everywhere(results):
    colours = {}
    for name in NAMES:
        figure = drawn(results, name)
        for ax in figure.axes:
            for line in ax.lines:
                colours.setdefault(name, set()).add(to_hex(line.get_color()).upper())
    palette = {"#0072B2", "#D55E00", "#009E73"}
    assert all(colours[name] >= palette for name in NAMES if name not in ("differences", "lead"))
    assert colours["differences"] >= {"#D55E00", "#009E73"}
    assert colours["lead"] >= {"#D55E00", "#009E73"}


def test_an_arm_keeps_its_colour_when_another_has_no_trials(results):
    kept = results.series["arm"] != "hard-sell"
    figure = figures.trust(replace(results, series=results.series[kept]))
    names = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert names == {
        text.get_text(): text.get_color()
        for text in figures.trust(results).axes[0].texts
        if text.get_text() != "hard-sell"
    }


def caption(figure):
    return figure.texts[1].get_text().replace("\n", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("name", NAMES)
def test_captions_say_n_and_what_the_band_is(results, name):
    words = caption(drawn(results, name))
    assert "n = 5 replicates" in words
    assert "95 %" in words
    assert "interval" in words


def test_a_caption_names_the_sweep_point(make):
    swept = make(arms=("x", "y"), replicates=2, weeks=20, points=2)
    words = caption(figures.trust(swept, point=1))
    assert words.startswith("Sweep point 1: network.rewiring = 0.1. ")
    assert caption(figures.trust(make(replicates=1))).endswith("One replicate (n = 1), so no band.")


def test_everybody_is_said_where_nobody_is_focal(results):
    renamed = {
        name: getattr(results, name).replace({"focal": "background"})
        for name in ("series", "people", "attrition")
    }
    assert "Trust of others in everybody" in caption(figures.trust(replace(results, **renamed)))


# ---------------------------------------------------------------------- saving


def test_all_figures_are_saved_as_png_and_svg(results, tmp_path):
    files = figures.save_all(results, tmp_path / "figures")
    stems = [name.replace("_", "-") for name in NAMES]
    assert [file.name for file in files] == [f"{s}.{end}" for s in stems for end in ("png", "svg")]
    assert sorted(files) == sorted((tmp_path / "figures").iterdir())
    for file in files:
        head = file.read_bytes()[:200]
        assert head.startswith(b"\x89PNG") if file.suffix == ".png" else b"<?xml" in head
    width = int.from_bytes((tmp_path / "figures" / "trust.png").read_bytes()[16:20])
    assert width == 1600


def test_svgs_are_the_same_byte_for_byte(results, tmp_path):
    digests = []
    for folder in ("one", "two"):
        files = [f for f in figures.save_all(results, tmp_path / folder) if f.suffix == ".svg"]
        digests.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert digests[0] == digests[1]
    assert b"<dc:date>" not in files[0].read_bytes()


def test_a_figure_that_cannot_be_written_leaves_the_one_before(results, tmp_path, monkeypatch):
    drawn = figures.trust(results)
    png, _ = figures.save(drawn, tmp_path / "trust")
    before = png.read_bytes()

    def torn(self, file, **options):
        file.write_bytes(before[:100])
        raise OSError("the disk is full")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", torn)
    with pytest.raises(OSError, match="full"):
        figures.save(drawn, tmp_path / "trust")
    assert png.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_each_sweep_point_has_its_figures(make, tmp_path):
    swept = make(arms=("x", "y"), replicates=2, weeks=20, points=2)
    names = {file.name for file in figures.save_all(swept, tmp_path)}
    assert {"trust.png", "trust-p1.png", "differences-p1.svg"} <= names
    assert len(names) == 28


def test_a_figure_without_data_is_left_out_and_said(results, tmp_path, caplog):
    bare = results.emptied("people", "ties", "attrition", "measures")
    with caplog.at_level(logging.WARNING):
        files = figures.save_all(bare, tmp_path)
    assert {file.stem for file in files} == {"opportunity-yield", "lead", "trust"}
    assert [record.getMessage() for record in caplog.records] == [
        "no figure distribution: no people were recorded",
        "no figure chain-survival: no chain began",
        "no figure attrition: no chain began",
        "no figure differences: nothing to compare with hard-sell",
    ]


def test_no_trial_at_all(results, tmp_path):
    nothing = results.emptied(*(field for field in results.__dataclass_fields__))
    assert figures.save_all(nothing, tmp_path) == []
    with pytest.raises(ResultsError, match="no finished trial at sweep point 0"):
        figures.trust(nothing)


def test_without_ties_or_with_one_kind_of_chain(results):
    figures.distribution(results.emptied("ties"))
    letters = results.attrition[results.attrition["kind"] == "letter"]
    assert len(figures.chain_survival(replace(results, attrition=letters)).axes) == 1
    untrusted = results.series[results.series["metric"] != "trust"]
    with pytest.raises(ResultsError, match="no living tie"):
        figures.trust(replace(results, series=untrusted))


def test_drawing_leaves_matplotlib_as_it_was(results):
    before = dict(mpl.rcParams)
    figures.opportunity_yield(results)
    assert dict(mpl.rcParams) == before


def test_the_surface_is_complete():
    for name in simnet.figures.__all__:
        assert callable(getattr(simnet.figures, name))
    assert dir(simnet.figures) == sorted(simnet.figures.__all__)
    with pytest.raises(AttributeError, match="no attribute 'pie'"):
        _ = simnet.figures.pie


# ---------------------------------------------------------------------- what is drawn


def test_the_yield_curve_is_the_moving_rate(results):
    line = figures.opportunity_yield(results).axes[0].lines[0]
    wins = results.series[
        (results.series["metric"] == "wins") & (results.series["arm"] == "hard-sell")
    ]
    window = wins[wins["week"].between(28, 40)].groupby("replicate")["value"].sum()
    expected = (window / (60 * 13 / 52)).mean()
    assert line.get_ydata()[40] == pytest.approx(expected)
    assert np.isnan(line.get_ydata()[:12]).all()


def test_the_trust_curve_weighs_strategies_by_living_ties(results):
    mixed = results.series.copy()
    mixed["strategy"] = "other"
    mixed.loc[mixed["metric"] == "trust", "value"] = 0.9
    mixed.loc[mixed["metric"] == "ties", "value"] *= 3
    both = replace(results, series=pd.concat([results.series, mixed], ignore_index=True))
    alone = figures.trust(results).axes[0].lines[0].get_ydata()
    together = figures.trust(both).axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(together, (alone + 3 * 0.9) / 4)


def test_the_lead_is_the_cumulated_paired_difference(make):
    results = make(replicates=8, weeks=60)
    line, other = figures.lead(results).axes[0].lines[:2]
    wins = results.series[results.series["metric"] == "wins"]
    totals = wins.groupby(["arm", "replicate"], observed=True)["value"].sum() / 60
    for drawn_line, arm in ((line, "give-first"), (other, "advocate-cultivation")):
        expected = (totals[arm] - totals["hard-sell"]).mean()
        assert drawn_line.get_ydata()[-1] == pytest.approx(expected)


def test_the_lead_says_who_overtakes_whom(results):
    series = results.series.copy()
    slow = (series["arm"] == "give-first") & (series["metric"] == "wins")
    series.loc[slow, "value"] = np.where(series.loc[slow, "week"] < 20, 0.0, 30.0)
    words = caption(figures.lead(replace(results, series=series)))
    assert "give-first overtakes hard-sell in week 2" in words
    steady = replace(results, series=series[series["arm"] != "give-first"])
    assert caption(figures.lead(steady)).endswith("No crossing within the horizon.")


def test_bands_hold_the_whole_curve_where_there_are_enough_replicates(make):
    assert "sup-t band" in caption(figures.trust(make(replicates=6, weeks=20)))
    assert "95 % t interval at each week" in caption(figures.trust(make(replicates=5, weeks=20)))


def test_of_many_sweep_points_the_first_are_drawn_or_those_asked_for(make, tmp_path, caplog):
    swept = make(arms=("x", "y"), replicates=1, weeks=4, points=14)
    with caplog.at_level(logging.WARNING):
        asked = figures.save_all(swept, tmp_path, points=[13])
        assert {file.stem for file in asked} >= {"trust-p13"}
        assert "sweep points" not in caplog.text
        files = figures.save_all(swept, tmp_path)
    assert {file.name for file in files} >= {"trust.png", "trust-p3.png"}
    assert "trust-p4.png" not in {file.name for file in files}
    assert "figures of the first 4 of 14 sweep points" in caplog.text
