"""Log-rank tests of attrition, with arms exchanged within replicates."""

from itertools import product
from math import isnan, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simnet.lab.logrank import COLUMNS, FLIPS, logrank


def counts(deaths, *, n=10, steps=4, chains=200, seed=1, kind="letter", point=0):
    """Chains of some arms that die at these rates per step; those of one replicate share luck."""
    rng = np.random.default_rng(seed)
    rows = []
    for replicate in range(n):
        luck = rng.uniform(0.8, 1.2)
        for arm, rate in deaths.items():
            at_risk = chains
            for step in range(steps):
                died = rng.binomial(at_risk, rate * luck)
                lost = rng.binomial(died, 0.2)
                arrived = rng.binomial(at_risk - died, 0.1)
                rows.append((arm, point, replicate, kind, step, at_risk, died - lost, lost, 0))
                at_risk -= died + arrived
    columns = ["arm", "point", "replicate", "kind", "step", "at_risk", "dropped", "lost", "expired"]
    return pd.DataFrame(rows, columns=columns)


def z_by_definition(one, other):
    """`one` and `other` map steps to (at risk, deaths)."""
    difference = variance = 0.0
    for step in set(one) | set(other):
        (n1, d1), (n2, d2) = one.get(step, (0, 0)), other.get(step, (0, 0))
        n, d = n1 + n2, d1 + d2
        if n == 0:
            continue
        difference += d1 - n1 * d / n
        if n > 1:
            variance += n1 * n2 * d * (n - d) / (n**2 * (n - 1))
    return difference / sqrt(variance) if variance else float("nan")


def summed(frames):
    totals = {}
    for frame in frames:
        for row in frame.itertuples():
            n, d = totals.get(row.step, (0, 0))
            totals[row.step] = (n + row.at_risk, d + row.dropped + row.lost + row.expired)
    return totals


def test_the_test_equals_its_definition():
    table = counts({"a": 0.3, "b": 0.33}, n=6, chains=30)
    row = logrank(table).iloc[0]
    pieces = [
        [table[(table["arm"] == arm) & (table["replicate"] == r)] for arm in "ab"] for r in range(6)
    ]
    observed = z_by_definition(summed(b for _, b in pieces), summed(a for a, _ in pieces))
    assert row["z"] == pytest.approx(observed)
    ways = []
    for swaps in product((0, 1), repeat=6):
        first = summed(piece[1 - swap] for piece, swap in zip(pieces, swaps, strict=True))
        second = summed(piece[swap] for piece, swap in zip(pieces, swaps, strict=True))
        ways.append(abs(z_by_definition(first, second)) >= abs(observed) - 1e-9)
    assert row["p"] == pytest.approx(np.mean(ways))


def test_a_row_says_what_dies_where():
    table = counts({"a": 0.2, "b": 0.3})
    row = logrank(table).iloc[0]
    assert (row["arm"], row["versus"], row["n"], row["kind"]) == ("b", "a", 10, "letter")
    died = (
        table.assign(died=table["dropped"] + table["lost"])
        .groupby("arm")[["died", "at_risk"]]
        .sum()
    )
    assert row["hazard_arm"] == pytest.approx(died["died"]["b"] / died["at_risk"]["b"])
    assert row["hazard_versus"] == pytest.approx(died["died"]["a"] / died["at_risk"]["a"])
    assert row["deaths"] == died["died"]["b"] > row["expected"]
    assert row["p"] == 2**-9
    assert row["verdict"] == "b above a"
    assert logrank(counts({"a": 0.3, "b": 0.2}))["verdict"].tolist() == ["a above b"]


def test_rows_are_summed_over_weeks():
    table = counts({"a": 0.2, "b": 0.25})
    twice = pd.concat([table.assign(week=0), table.assign(week=13)])
    one, both = logrank(table).iloc[0], logrank(twice).iloc[0]
    assert both["deaths"] == 2 * one["deaths"]
    assert both["hazard_arm"] == pytest.approx(one["hazard_arm"])


def test_drawn_exchanges_come_near_the_exact_ones():
    table = counts({"a": 0.3, "b": 0.31}, n=13)
    exact = logrank(table).iloc[0]["p"]
    # a replicate alike in both arms changes no difference, but makes it 14: drawn, not enumerated
    alike = table[(table["arm"] == "a") & (table["replicate"] == 0)].assign(replicate=13)
    more = pd.concat([table, alike, alike.assign(arm="b")])
    assert logrank(more).iloc[0]["p"] == pytest.approx(exact, abs=0.03)
    far = logrank(counts({"a": 0.2, "b": 0.4}, n=20)).iloc[0]
    assert far["p"] == 1 / (1 + FLIPS)


def test_kinds_points_and_pairs_are_tested_one_by_one():
    tables = [
        counts({"a": 0.2, "b": 0.3, "c": 0.3}, kind=kind, point=point, seed=point)
        for kind in ("letter", "referral")
        for point in (0, 1)
    ]
    frame = logrank(pd.concat(tables))
    assert len(frame) == 2 * 2 * 3
    assert list(frame.columns) == list(COLUMNS)
    assert (frame["p_adjusted"] >= frame["p"]).all()
    assert list(zip(frame["arm"], frame["versus"], strict=True))[:3] == [
        ("b", "a"),
        ("c", "a"),
        ("c", "b"),
    ]


def test_degenerate_counts():
    same = counts({"a": 0.2})
    both = pd.concat([same, same.assign(arm="b")])
    row = logrank(both).iloc[0]
    assert row["verdict"] == "identical"
    assert isnan(row["p"])
    alive = logrank(counts({"a": 0.0, "b": 0.0})).iloc[0]
    assert isnan(alive["z"])
    assert alive["hazard_arm"] == 0
    few = logrank(counts({"a": 0.1, "b": 0.8}, n=5)).iloc[0]
    assert few["verdict"] == "too few replicates"
    assert logrank(counts({"a": 0.2})).empty
    apart = pd.concat([counts({"a": 0.2}), counts({"b": 0.2}).assign(replicate=99)])
    assert logrank(apart).iloc[0]["verdict"] == "undefined"
    with pytest.raises(ValueError, match="level must be a probability"):
        logrank(both, level=2)


def test_chains_of_a_replicate_are_no_independent_sample():
    """Arms have their luck in a replicate: a test of chains would take it for a difference."""
    rng = np.random.default_rng(3)
    found = []
    for study in range(60):
        pieces = [
            counts(
                {arm: rng.uniform(0.15, 0.35)}, n=1, seed=100 * study + 10 * r + ord(arm)
            ).assign(replicate=r)
            for r in range(10)
            for arm in "ab"
        ]
        found.append(logrank(pd.concat(pieces)).iloc[0])
    by_chains = np.mean([abs(row["z"]) > 1.96 for row in found])
    by_replicates = np.sum([row["p"] <= 0.05 for row in found])
    assert by_chains > 0.3
    # at an error rate of one in twenty, more than this happens once in a thousand
    assert by_replicates <= stats.binom.ppf(0.999, 60, 0.05)
