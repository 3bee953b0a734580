"""All tables of a comparison from a study's results, and the sections of text that show them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from simnet.lab.comparison import MOST_POINTS, Comparison
from simnet.lab.sections import (
    format_attrition,
    format_crossovers,
    format_ranks,
    format_ratios,
)

ARMS = pd.CategoricalDtype(["fast", "slow"], ordered=True)
WEEKS = 20


@dataclass(frozen=True)
class Tables:
    """The tables of a study in which the slow arm overtakes the fast one."""

    trials: pd.DataFrame
    series: pd.DataFrame
    attrition: pd.DataFrame
    measures: pd.DataFrame

    @property
    def points(self):
        return self.trials[["point"]].drop_duplicates()

    def table(self, name, *, columns=None, **filters):
        rows = getattr(self, name)
        for column, wanted in filters.items():
            rows = rows[rows[column].isin(wanted if isinstance(wanted, list) else [wanted])]
        return rows if columns is None else rows[list(columns)]


def trial_tables(rng, arm, replicate, point):
    """The fast arm wins 10 a week throughout, the slow one nothing for 8 weeks and then 20."""
    keys = {"arm": arm, "point": point, "replicate": replicate}
    luck = int(rng.integers(0, 3))
    series = [
        {**keys, "week": week, "group": group, "strategy": "any", "metric": metric, "value": value}
        for week in range(WEEKS)
        for group, wins in (
            ("focal", 10 if arm == "fast" else 20 * (week >= 8)),
            ("background", 99),
        )
        for metric, value in (
            ("wins", float(wins + luck)),
            ("people", 10.0),
            ("ties", 5.0),
            ("trust", 0.5 + 0.01 * luck),
        )
    ]
    counts = [
        {**keys, "week": week, "kind": "letter", "step": step, "starter_group": "focal"}
        | {"at_risk": 100 - 40 * step, "dropped": (20 if arm == "fast" else 30) + luck}
        | {"lost": 1, "expired": 0}
        for week in (0, 13)
        for step in (0, 1)
    ]
    value = 3.0 + (arm == "slow") + rng.normal(0, 0.1)
    measures = [{**keys, "measure": "opportunity_yield", "value": value}]
    return {"series": series, "attrition": counts, "measures": measures, "trials": [keys]}


def study(n=8, points=1):
    rows = {"series": [], "attrition": [], "measures": [], "trials": []}
    for replicate in range(n):
        for point in range(points):
            for place, arm in enumerate(ARMS.categories):
                rng = np.random.default_rng([replicate, point, place])
                for name, more in trial_tables(rng, arm, replicate, point).items():
                    rows[name] += more
    return Tables(**{k: pd.DataFrame(table).astype({"arm": ARMS}) for k, table in rows.items()})


@pytest.fixture(scope="module")
def compared():
    return Comparison(study())


def test_the_tables_are_about_the_focal_people_point_by_point(compared):
    (crossing,) = compared.crossovers.to_dict("records")
    assert (crossing["point"], crossing["arm"], crossing["outcome"]) == (0, "slow", "overtakes")
    assert 14 <= crossing["low"] <= crossing["week"] <= crossing["high"] <= 18
    (test,) = compared.attrition.to_dict("records")
    assert (test["kind"], test["n"], test["verdict"]) == ("letter", 8, "slow above fast")
    assert compared.ranks["rank"].tolist() == [2, 1]
    assert compared.differences["verdict"].tolist() == ["slow above fast"]


def test_curves_are_those_of_arms_and_of_their_difference(compared):
    curves = compared.curves
    assert list(curves.columns[:4]) == ["point", "arm", "versus", "week"]
    assert set(curves["curve"]) == {"cumulated_wins", "opportunity_yield", "trust"}
    cumulated = curves[curves["curve"] == "cumulated_wins"].set_index(["arm", "week"])
    alone = cumulated[cumulated["versus"].isna()]["mean"]
    paired = cumulated[cumulated["versus"] == "fast"]["mean"]
    assert paired["slow", 19] == pytest.approx(alone["slow", 19] - alone["fast", 19])
    assert (curves["low"].dropna() <= curves["mean"][curves["low"].notna()]).all()


def test_all_tables_are_written(compared, tmp_path):
    files = compared.write(tmp_path)
    stems = {"comparison", "ranks", "crossovers", "attrition-tests", "curves"}
    assert {file.name for file in files} == {f"{s}.{e}" for s in stems for e in ("parquet", "csv")}
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    ranks = pd.read_parquet(tmp_path / "ranks.parquet")
    pd.testing.assert_frame_equal(ranks, compared.ranks)
    assert len(pd.read_csv(tmp_path / "curves.csv")) == len(compared.curves)


def test_of_many_points_the_first_are_compared_week_by_week():
    many = study(n=1, points=MOST_POINTS + 2)
    assert Comparison(many).points == tuple(range(MOST_POINTS))
    assert Comparison(many).n_points == MOST_POINTS + 2
    assert Comparison(many, points=[13]).crossovers["point"].tolist() == [13]
    assert Comparison(many).ranks["point"].nunique() == MOST_POINTS + 2


# ---------------------------------------------------------------------- text


def test_ranks_are_a_line_a_measure(compared):
    lines = format_ranks(compared.ranks).splitlines()
    assert lines[1] == "  opportunity_yield, highest first:  1 slow [1, 1] 100%   2 fast [2, 2] 0%"
    assert "95 %" in lines[2]
    few = Comparison(study(n=2)).ranks
    assert "1 slow 100%   2 fast 0%" in format_ranks(few)
    assert format_ranks(compared.ranks[:1]) == ""


def test_long_names_of_arms_are_not_broken(compared):
    names = {"fast": "a-very-long-name-of-an-arm-" + "x" * 30, "slow": "another-long-" + "y" * 40}
    ranks = compared.ranks.assign(arm=compared.ranks["arm"].map(names))
    lines = format_ranks(ranks).splitlines()
    assert all(any(name in line for line in lines) for name in names.values())
    assert all(line.isascii() for line in lines)


def test_ratios_say_what_the_pairing_gained(compared):
    row = compared.differences.iloc[0]
    lines = format_ratios(compared.differences).splitlines()
    assert lines[1].split() == ["measure", "ratio", "of", "means", "95", "%", "pairing", "gain"]
    assert lines[2].split()[:4] == ["opportunity_yield", "slow", "/", "fast"]
    assert f"{row['ratio']:.3g}" in lines[2]
    assert f"{row['pairing_gain']:.3g}"[:4] in lines[2]
    assert "in the median of 1" in " ".join(lines)
    assert format_ratios(compared.differences.assign(ratio=np.nan)) == ""


def crossing(**row):
    usual = {"point": 0, "arm": "slow", "versus": "fast", "n": 8, "outcome": "overtakes"}
    usual |= {"week": 31.0, "low": 24.0, "high": 47.0, "share_crossing": 0.96, "level": 0.95}
    return format_crossovers(pd.DataFrame([usual | row])).splitlines()[1].strip()


def test_crossovers_are_sentences():
    assert crossing() == "slow overtakes fast in week 31 [24, 47], in 96%"
    assert crossing(high=np.inf).endswith("week 31 [24, beyond the horizon], in 96%")
    nothing = {"low": np.nan, "high": np.nan, "share_crossing": np.nan}
    assert crossing(**nothing) == "slow overtakes fast in week 31"
    ahead = crossing(outcome="ahead from the start", week=0.0, share_crossing=0.1)
    assert ahead == ("slow is ahead of fast from the start: no crossing within the horizon, in 10%")
    assert crossing(outcome="even at the end").startswith("slow and fast are even at the end")
    undefined = pd.DataFrame([{"outcome": "undefined"}])
    assert format_crossovers(undefined) == ""


def test_attrition_is_a_line_a_kind(compared):
    lines = format_attrition(compared.attrition).splitlines()
    assert lines[2].split()[:2] == ["letters", "slow"]
    assert lines[2].endswith("slow above fast")
    assert "n = 8 replicates" in " ".join(lines)
    assert "Holm" in " ".join(lines)
    assert format_attrition(compared.attrition.assign(z=np.nan)) == ""
