"""Measures against hand-worked tables and slow versions of their definitions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from simnet.lab import measures
from simnet.lab.measures import FAMILIES, MEASURES, UNITS, expand_names, measure
from simnet.spec import MEASURES as NAMES_OF_THE_LANGUAGE

amounts = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=0, max_size=30)


def series(*rows):
    return pd.DataFrame(rows, columns=["week", "group", "strategy", "metric", "value"])


def two_weeks():
    """Ten focal people, two strategies, observed twice; the background wins more."""
    rows = []
    for week, wins in ((0, 1.0), (1, 2.0)):
        for strategy, people, ties, trust in (("a", 4, 10.0, 0.5), ("b", 6, 5.0, 0.2)):
            metrics = {
                "people": people,
                "wins": wins,
                "value": 3.0 * wins,
                "hours_spent": 5.0 * people,
                "ties": ties + week,
                "trust": trust,
            }
            rows += [(week, "focal", strategy, name, float(v)) for name, v in metrics.items()]
            rows += [(week, "background", strategy, name, 900.0) for name in metrics]
    return series(*rows)


def people(*values, group="focal"):
    return pd.DataFrame({"person": range(len(values)), "group": group, "value": list(values)})


def ties(*rows):
    """(person, other, born, ended, first win, wins, value)"""
    names = ["person", "other", "born_week", "ended_week", "first_win_week", "wins", "value"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype({"ended_week": "Int64", "first_win_week": "Int64"})


def chains(*rows):
    return pd.DataFrame(rows, columns=["kind", "starter_group", "steps", "outcome"])


def attrition(*rows):
    """Chains of one holder, and starters who cannot drop a referral and are not counted."""
    names = ["kind", "starter_group", "step", "at_risk", "dropped"]
    held = [(kind, group, 1, *counts) for kind, group, *counts in rows]
    begun = [("referral", "focal", 0, 1000, 0)] if held else []
    return pd.DataFrame(held + begun, columns=names)


def tables():
    return {
        "series": two_weeks(),
        "people": pd.concat([people(0.0, 3.0, 9.0), people(99.0, group="background")]),
        "ties": ties(
            (0, 7, -3, pd.NA, pd.NA, 0, 0.0), (8, 1, 0, pd.NA, 1, 2, 6.0), (7, 8, 0, 1, 0, 9, 9.0)
        ),
        "chains": chains(("letter", "focal", 3, "arrived"), ("letter", "background", 1, "dropped")),
        "attrition": attrition(("letter", "focal", 10, 3), ("referral", "focal", 10, 5)),
    }


def values(**changed):
    frame = measure({**tables(), **changed}, 2)
    return dict(zip(frame["measure"], frame["value"], strict=True))


def test_one_trial_by_hand():
    found = values()
    person_years = 10 * 2 / 52
    assert found["opportunity_yield"] == pytest.approx(6 / person_years)
    assert found["value_yield"] == pytest.approx(18 / person_years)
    assert found["value_per_100_hours"] == pytest.approx(18.0)
    assert found["ties"] == pytest.approx((4 * 11 + 6 * 6) / 10)
    assert found["trust"] == pytest.approx((4 * 11 * 0.5 + 6 * 6 * 0.2) / (4 * 11 + 6 * 6))
    assert found["latency"] == 1.0
    assert found["won_within_year"] == 1.0
    assert found["barren_ties"] == 0.5
    assert found["chain_attrition"] == pytest.approx(8 / 20)
    assert found["attrition_letter"] == pytest.approx(0.3)
    assert found["attrition_referral"] == pytest.approx(0.5)
    assert np.isnan(found["attrition_introduction"])
    assert found["completion_rate"] == 1.0
    assert np.isnan(found["completion_rate_referral"])
    assert found["chain_length"] == 3.0


def test_without_focal_people_everybody_counts():
    nobody_focal = {
        name: table.replace({"focal": "background"}) for name, table in tables().items()
    }
    found = measure(nobody_focal, 2, ["completion_rate"])
    assert found["value"].iloc[0] == 0.5


def test_nothing_happened_is_undefined_or_zero_but_never_a_warning():
    empty = {name: table.iloc[:0] for name, table in tables().items()}
    found = measure(empty, 2)
    assert found["value"].isna().all()
    idle = two_weeks().assign(value=lambda t: t["value"].where(t["metric"] == "people", 0.0))
    found = values(series=idle)
    assert found["opportunity_yield"] == 0
    assert np.isnan(found["value_per_100_hours"])
    assert np.isnan(found["trust"])


def test_trust_leaves_out_strategies_that_nobody_trusts_along():
    table = two_weeks()
    table.loc[(table["metric"] == "trust") & (table["strategy"] == "b"), "value"] = np.nan
    assert values(series=table)["trust"] == pytest.approx(0.5)


# ---------------------------------------------------------------------- gini, lorenz, best tenth


def gini_by_definition(amounts):
    n = len(amounts)
    differences = sum(abs(x - y) for x in amounts for y in amounts)
    return differences / (2 * n * n * (sum(amounts) / n)) if sum(amounts) else float("nan")


@given(amounts)
def test_gini_equals_its_definition(amounts):
    found = measures.gini(amounts)
    assert_allclose(found, gini_by_definition(amounts), atol=1e-9, equal_nan=True)


@given(amounts)
def test_gini_is_twice_the_area_above_the_lorenz_curve(amounts):
    shares = np.linspace(0, 1, len(amounts) + 1)
    curve = measures.lorenz(amounts, shares)
    area = sum((a + b) / 2 / max(len(amounts), 1) for a, b in pairwise(curve))
    if sum(amounts):
        assert_allclose(measures.gini(amounts), 1 - 2 * area, atol=1e-9)
    else:
        assert np.isnan(curve).all()


def test_gini_of_known_cases():
    assert measures.gini([2.0, 2.0, 2.0]) == pytest.approx(0)
    assert measures.gini([0.0, 0.0, 0.0, 5.0]) == pytest.approx(3 / 4)
    assert np.isnan(measures.gini([0.0, 0.0]))
    assert np.isnan(measures.gini([]))


def test_best_tenth_of_ties():
    twenty = pd.DataFrame({"value": [1.0] * 18 + [9.0, 9.0]})
    assert measures.top_tie_share(twenty) == pytest.approx(18 / 36)
    fifteen = pd.DataFrame({"value": [0.0] * 13 + [4.0, 6.0]})
    assert measures.top_tie_share(fifteen) == pytest.approx((6.0 + 4.0 / 2) / 10)
    assert np.isnan(measures.top_tie_share(pd.DataFrame({"value": [0.0, 0.0]})))


# ---------------------------------------------------------------------- ties


def test_a_tie_belongs_to_the_group_by_either_end():
    table = ties(
        (1, 2, 0, pd.NA, pd.NA, 0, 0.0),
        (2, 3, 0, pd.NA, pd.NA, 0, 0.0),
        (3, 4, 0, 1, pd.NA, 0, 0.0),
    )
    assert measures.ties_of(table, [1, 4])["other"].tolist() == [2, 4]


def latency_by_hand(rows, last_week):
    """Kaplan-Meier, one waiting time after the other."""
    waits = []
    for _, _, born, ended, first_win, _, _ in rows:
        if born >= 0:
            end = last_week if ended is pd.NA else ended
            won = first_win is not pd.NA
            waits.append((max((first_win if won else end) - born, 0), won))
    alive = 1.0
    for wait in sorted({wait for wait, _ in waits}):
        at_risk = sum(other >= wait for other, _ in waits)
        alive *= 1 - sum(won and other == wait for other, won in waits) / at_risk
        if alive <= 0.5 + 1e-12:
            return float(wait)
    return float("nan")


@given(
    st.lists(
        st.tuples(st.integers(-5, 9), st.integers(0, 10), st.integers(0, 2)),
        min_size=0,
        max_size=25,
    )
)
def test_latency_equals_kaplan_meier_by_hand(draws):
    last_week = 9
    rows = []
    for born, later, fate in draws:
        week = min(max(born, 0) + later, last_week)
        ended, first_win = (week if fate == 1 else pd.NA), (week if fate == 2 else pd.NA)
        rows.append((0, 1, born, ended, first_win, int(fate == 2), 0.0))
    found = measures.latency(ties(*rows), last_week)
    assert_allclose(found, latency_by_hand(rows, last_week), equal_nan=True)


def share_within_a_year_by_hand(rows, last_week):
    """Kaplan-Meier, one week after the other: of those still waiting, how many win in it."""
    waits = []
    for _, _, born, ended, first_win, _, _ in rows:
        if born >= 0:
            end = last_week if ended is pd.NA else ended
            won = first_win is not pd.NA
            waits.append((max((first_win if won else end) - born, 0), won))
    barren = 1.0
    for week in range(53):
        at_risk = [wait for wait in waits if wait[0] >= week]
        if not at_risk:
            return 1.0 if waits and barren == 0.0 else float("nan")
        barren *= 1 - sum(won and wait == week for wait, won in at_risk) / len(at_risk)
    return 1 - barren


@given(
    st.lists(
        st.tuples(st.integers(-5, 60), st.integers(0, 70), st.integers(0, 2)),
        min_size=0,
        max_size=25,
    ),
    st.sampled_from([51, 60, 103]),
)
def test_the_share_won_within_a_year_equals_kaplan_meier_by_hand(draws, last_week):
    rows = []
    for born, later, fate in draws:
        week = min(max(born, 0) + later, last_week)
        ended, first_win = (week if fate == 1 else pd.NA), (week if fate == 2 else pd.NA)
        rows.append((0, 1, min(born, last_week), ended, first_win, int(fate == 2), 0.0))
    found = measures.won_within_year(ties(*rows), last_week)
    expected = share_within_a_year_by_hand(rows, last_week)
    assert_allclose(found, expected, atol=1e-12, equal_nan=True)


def test_the_share_won_within_a_year_of_known_cases():
    waiting = (0, 1, 0, pd.NA, pd.NA, 0, 0.0)
    won_early, won_late = (0, 2, 0, pd.NA, 30, 1, 1.0), (0, 3, 0, pd.NA, 53, 1, 1.0)
    prior = (0, 4, -9, pd.NA, 1, 1, 1.0)
    found = measures.won_within_year(ties(waiting, won_early, won_late, prior), 103)
    assert found == pytest.approx(1 / 3)
    # nobody was followed for a year: what came later is not known, and not said
    assert np.isnan(measures.won_within_year(ties(waiting, won_early), 51))
    assert np.isnan(measures.won_within_year(ties(prior), 103))
    # unless nobody is left to wait
    assert measures.won_within_year(ties(won_early), 51) == 1.0
    # blocked after ten weeks: out of those at risk, no loss of the others
    blocked = (0, 5, 0, 10, pd.NA, 0, 0.0)
    assert measures.won_within_year(ties(waiting, won_early, blocked), 103) == pytest.approx(0.5)


def test_latency_is_undefined_while_most_ties_wait():
    rows = [
        (0, 1, 0, pd.NA, 3, 1, 1.0),
        (0, 2, 0, pd.NA, pd.NA, 0, 0.0),
        (0, 3, 2, 5, pd.NA, 0, 0.0),
    ]
    assert np.isnan(measures.latency(ties(*rows), 9))


# ---------------------------------------------------------------------- chains


def test_a_chain_that_its_source_kept_was_not_started():
    table = chains(
        ("letter", "focal", 0, "dropped"),
        ("letter", "focal", 1, "lost"),
        ("letter", "focal", 4, "arrived"),
        ("letter", "focal", 2, "arrived"),
        ("referral", "focal", 1, "arrived"),
    )
    assert measures.completion_rate(table) == pytest.approx(2 / 3)
    assert measures.completion_rate(table, "referral") == 1.0
    assert np.isnan(measures.completion_rate(table, "introduction"))
    assert measures.chain_length(table) == 3.0
    assert np.isnan(measures.chain_length(table.iloc[:2]))


# ---------------------------------------------------------------------- names


def test_the_language_knows_the_measures_there_are():
    assert set(NAMES_OF_THE_LANGUAGE) == set(MEASURES) == set(UNITS)


def test_families_stand_for_their_measures():
    assert expand_names(()) == MEASURES
    assert expand_names(["trust"]) == ("trust",)
    assert expand_names(["trust", "completion_rate", "completion_rate_referral"]) == (
        "completion_rate",
        "completion_rate_referral",
        "trust",
    )
    assert {name for family in FAMILIES.values() for name in family} <= set(MEASURES)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(
        ValueError, match=r"'latensy' is not a known measure; did you mean 'latency'"
    ):
        measure(tables(), 2, ["latensy"])
    with pytest.raises(ValueError, match="known are opportunity_yield"):
        expand_names(["zzz"])


def test_the_frame_is_tidy_and_the_tables_are_left_alone():
    before = {name: table.copy() for name, table in tables().items()}
    given_tables = tables()
    frame = measure(given_tables, 2, ["ties", "latency"])
    assert frame["measure"].tolist() == ["latency", "won_within_year", "ties"]
    assert frame.dtypes.astype(str).to_dict() == {"measure": "category", "value": "float64"}
    for name, table in before.items():
        pd.testing.assert_frame_equal(given_tables[name], table)


def test_a_file_gives_categories_and_missing_integers(tmp_path):
    stored = {}
    for name, table in tables().items():
        text = [c for c in table if table[c].dtype.kind in "OTU" or str(table[c].dtype) == "str"]
        table.astype(dict.fromkeys(text, "category")).to_parquet(tmp_path / "part.parquet")
        stored[name] = pd.read_parquet(tmp_path / "part.parquet")
    pd.testing.assert_frame_equal(measure(stored, 2), measure(tables(), 2))
