"""Indices on functions whose answer is known, and beside those of SALib."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as salib_trajectories
from SALib.sample import sobol as salib_rows
from scipy import stats

from simnet.lab.sensitivity import (
    elementary_effects,
    morris,
    noise_share,
    pawn,
    rank_correlations,
    regional,
    sobol,
)
from simnet.lab.sensitivity.noise import cross

NAMES = ("x1", "x2", "x3")
PROBLEM = {"num_vars": 3, "names": list(NAMES), "bounds": [[-np.pi, np.pi]] * 3}


def ishigami(x):
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def ishigami_indices():
    """First and total indices, by the formulas of Ishigami and Homma (1990)."""
    alone = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.0])
    together = 8 * 0.01 * np.pi**8 / 225
    variance = alone.sum() + together
    return np.concatenate([alone, alone + np.array([together, 0, together])]) / variance


def saltelli(n, rng=None):
    """Points of a Saltelli design: of a Sobol' sequence, or drawn."""
    if rng is None:
        return salib_rows.sample(PROBLEM, n, calc_second_order=False, seed=1)
    a, b = rng.uniform(-np.pi, np.pi, (2, n, 3))
    mixed = np.repeat(a[:, np.newaxis], 5, axis=1)
    mixed[:, -1] = b
    for i in range(3):
        mixed[:, i + 1, i] = b[:, i]
    return mixed.reshape(-1, 3)


def with_noise(values, rng, replicates, spread, *, slopes=None, at=None):
    """Replicates of some values: noise of their own and, along `at`, slopes of chance in common."""
    noisy = values[:, np.newaxis] + rng.normal(0, spread, (len(values), replicates))
    if slopes is not None:
        noisy = noisy + at @ rng.normal(0, slopes, (at.shape[1], replicates))
    return noisy


# ---------------------------------------------------------------------- Sobol' indices


def test_ishigami_within_the_intervals():
    found = sobol(ishigami(saltelli(1024))[:, np.newaxis], NAMES)
    truth = ishigami_indices()
    assert (found["low"] <= truth).all()
    assert (truth <= found["high"]).all()
    assert (found["high"] - found["low"] < 0.2).all()


def test_indices_are_those_of_salib():
    values = ishigami(saltelli(256))
    ours = sobol(values[:, np.newaxis], NAMES)
    theirs = salib_sobol.analyze(PROBLEM, values, calc_second_order=False, seed=1)
    first, total = ours["value"].to_numpy().reshape(2, 3)
    assert total == pytest.approx(theirs["ST"])
    assert first == pytest.approx(theirs["S1"], abs=1e-3)  # SALib centres by the mixed points too
    assert (ours["value"] == ours["of_means"]).all()


def test_indices_from_pairs_of_replicates_equal_their_definition():
    rng = np.random.default_rng(3)
    values = with_noise(ishigami(saltelli(16)), rng, 3, 1.0)
    blocks = values.reshape(16, 5, 3)
    blocks = blocks - (blocks[:, 0] + blocks[:, -1]).mean(axis=0) / 2
    pairs = [(r, s) for r in range(3) for s in range(3) if r != s]
    variance = np.mean(
        [np.mean([(row[k, r] * row[k, s]) for k in (0, -1)]) for row in blocks for r, s in pairs]
    )
    for i in range(3):
        steps = [
            [(row[i + 1, r] - row[0, r], row[i + 1, s] - row[0, s], row[-1, r]) for r, s in pairs]
            for row in blocks
        ]
        first = np.mean([b * two for row in steps for _, two, b in row]) / variance
        total = np.mean([one * two / 2 for row in steps for one, two, _ in row]) / variance
        found = sobol(values, NAMES).set_index(["parameter", "index"])["value"]
        assert found[NAMES[i], "first"] == pytest.approx(first)
        assert found[NAMES[i], "total"] == pytest.approx(total)


def test_noise_is_taken_out_of_the_indices_and_its_share_is_known():
    rng = np.random.default_rng(1)
    values = with_noise(ishigami(saltelli(2048)), rng, 4, 4.0)
    found = sobol(values, NAMES)
    truth = ishigami_indices()
    variance = 13.8446
    assert found["value"].to_numpy() == pytest.approx(truth, abs=0.06)
    inflated = (truth[3:] * variance + 4.0) / (variance + 4.0)  # 16 / 4 replicates
    of_means = found.loc[found["index"] == "total", "of_means"]
    assert of_means.to_numpy() == pytest.approx(inflated, abs=0.05)
    share = noise_share(values)
    assert share.low <= 4 / (4 + variance) <= share.high


def test_what_a_replicate_does_at_all_points_is_no_noise():
    rng = np.random.default_rng(2)
    values = with_noise(ishigami(saltelli(64)), rng, 5, 1.0)
    moved = values + np.array([0.0, 100.0, -50.0, 7.0, 3.0])
    assert noise_share(moved).value == pytest.approx(noise_share(values).value)
    assert sobol(moved, NAMES)["value"].to_numpy() == pytest.approx(
        sobol(values, NAMES)["value"].to_numpy()
    )


def test_noise_share_is_one_over_the_f_ratio_of_a_two_way_layout():
    values = with_noise(ishigami(saltelli(16)), np.random.default_rng(4), 6, 2.0)
    points, replicates = values.shape
    by_point = values.mean(axis=1, keepdims=True)
    rest = values - by_point - values.mean(axis=0) + values.mean()
    mean_square = (rest**2).sum() / ((points - 1) * (replicates - 1))
    f = replicates * by_point.var(ddof=1) / mean_square
    assert noise_share(values).value == pytest.approx(1 / f)


def test_pairs_of_different_replicates():
    one, other = np.random.default_rng(0).normal(size=(2, 7, 4))
    pairs = [one[:, r] * other[:, s] for r in range(4) for s in range(4) if r != s]
    assert cross(one, other) == pytest.approx(np.mean(pairs, axis=0))
    assert cross(one[:, :1], other[:, :1]) == pytest.approx(one[:, 0] * other[:, 0])


def test_without_variance_indices_are_undefined_never_zero():
    found = sobol(np.ones((40, 3)), NAMES)
    assert found[["value", "low", "high", "of_means"]].isna().all(axis=None)
    assert np.isnan(noise_share(np.ones((40, 3))).value)


def test_one_replicate_tells_nothing_of_noise():
    assert np.isnan(noise_share(np.arange(10.0)[:, np.newaxis])).all()


@pytest.mark.parametrize("rows", [0, 14, 15, 60])
def test_only_whole_saltelli_designs(rows):
    with pytest.raises(ValueError, match="n x 5 points, n a power of 2"):
        sobol(np.zeros((rows, 2)), NAMES)


def test_one_parameter_has_no_sobol_indices():
    with pytest.raises(ValueError, match="at least two parameters; got 1"):
        sobol(np.zeros((12, 2)), ["only"])


# ---------------------------------------------------------------------- elementary effects


def test_elementary_effects_are_those_of_salib():
    points = salib_trajectories.sample(PROBLEM, 12, seed=3)
    values = ishigami(points)
    ours = morris(values[:, np.newaxis], (points + np.pi) / (2 * np.pi), NAMES)
    theirs = salib_morris.analyze(PROBLEM, points, values, seed=1)
    for index in ("mu", "mu_star", "sigma"):
        found = ours.loc[ours["index"] == index, "value"]
        assert found.to_numpy() == pytest.approx(np.asarray(theirs[index], dtype=float))


def test_a_linear_function_has_its_slopes_and_no_spread():
    points = salib_trajectories.sample({**PROBLEM, "bounds": [[0, 1]] * 3}, 10, seed=1)
    values = points @ np.array([3.0, -2.0, 0.0])
    found = morris(values[:, np.newaxis], points, NAMES).set_index(["index", "parameter"])["value"]
    assert found["mu"].to_numpy() == pytest.approx([3.0, -2.0, 0.0])
    assert found["mu_star"].to_numpy() == pytest.approx([3.0, 2.0, 0.0])
    assert found["sigma"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-7)


def test_noise_is_taken_out_of_sigma_and_mu_star_has_a_floor():
    rng = np.random.default_rng(5)
    points = salib_trajectories.sample({**PROBLEM, "bounds": [[0, 1]] * 3}, 400, seed=1)
    values = with_noise(points @ np.array([3.0, 0.0, 0.0]), rng, 6, 1.0)
    found = morris(values, points, NAMES).set_index(["index", "parameter"])
    delta = 2 / 3
    spread = np.sqrt(2 / 6) / delta  # of the difference of two means over 6 replicates
    assert elementary_effects(values, points).mean(axis=2).std(axis=0) == pytest.approx(
        [spread] * 3, rel=0.1
    )
    assert (found.loc["sigma", "value"] < 0.35 * spread).all()
    floors = found.loc["mu_star", "floor"]
    assert floors.to_numpy() == pytest.approx(np.sqrt(2 / np.pi) * spread, rel=0.05)
    assert found.loc[("mu_star", "x2"), "value"] == pytest.approx(floors["x2"], rel=0.1)
    assert found.loc[("mu_star", "x1"), "low"] > floors["x1"]


def test_points_must_be_trajectories():
    with pytest.raises(ValueError, match="trajectories of 4 points; got 7"):
        elementary_effects(np.zeros((7, 1)), np.zeros((7, 3)))
    with pytest.raises(ValueError, match="must move one parameter"):
        elementary_effects(np.zeros((4, 1)), np.random.default_rng(0).random((4, 3)))


# ---------------------------------------------------------------------- from any design


def test_pawn_is_that_of_salib_and_orders_alike():
    rng = np.random.default_rng(0)
    points = rng.uniform(-np.pi, np.pi, (500, 3))
    values = ishigami(points)
    ours = pawn(values[:, np.newaxis], points, NAMES)
    theirs = salib_pawn.analyze(PROBLEM, points, values, S=10)["median"]
    assert ours["value"].to_numpy() == pytest.approx(theirs, abs=0.01)
    assert list(np.argsort(ours["value"])) == list(np.argsort(theirs))


def test_a_parameter_without_effect_stays_below_the_dummy():
    """Each of 60 exceeds a 95 % quantile once in 20: 10 or more do in one test of 1,000."""
    rng = np.random.default_rng(1)
    points = rng.random((100, 60))
    found = pawn(rng.normal(size=(100, 1)), points, [str(i) for i in range(60)])
    assert (found["value"] > found["dummy"]).sum() < 10


def test_pawn_has_a_slice_for_each_category():
    rng = np.random.default_rng(2)
    kinds = rng.integers(0, 3, 300).astype(float)
    values = kinds[:, np.newaxis] + rng.normal(0, 0.1, (300, 2))
    means = values.mean(axis=1)
    found = pawn(values, np.column_stack([kinds, np.zeros(300)]), ["kind", "fixed"])
    distances = [stats.ks_2samp(means[kinds == kind], means).statistic for kind in range(3)]
    assert found["value"][0] == pytest.approx(np.median(distances))
    assert np.isnan(found["value"][1])


def test_rank_correlations_are_those_of_scipy():
    rng = np.random.default_rng(3)
    points = rng.random((80, 2))
    values = with_noise(points[:, 0] ** 3, rng, 4, 0.3)
    found = rank_correlations(values, points, NAMES[:2])
    for i in range(2):
        expected = stats.spearmanr(points[:, i], values.mean(axis=1)).statistic
        assert found["value"][i] == pytest.approx(expected)
    assert found["without_noise"][0] > found["value"][0]
    assert found["low"][0] > 0


def test_without_order_there_is_no_rank_correlation():
    points = np.column_stack([np.full(20, np.nan), np.arange(20.0), np.ones(20)])
    found = rank_correlations(np.arange(20.0)[:, np.newaxis], points, NAMES)
    assert np.isnan(found["value"][[0, 2]]).all()
    assert found["value"][1] == pytest.approx(1.0)
    assert np.isnan(regional(np.arange(20.0)[:, np.newaxis], points, NAMES)["value"][0])


def test_regional_sees_an_effect_that_turns_round():
    rng = np.random.default_rng(4)
    points = rng.random((300, 2))
    values = -((points[:, :1] - 0.5) ** 2)
    found = regional(values, points, NAMES[:2]).set_index("parameter")
    assert found.loc["x1", "p_adjusted"] < 1e-6
    assert found.loc["x1", "value"] > 3 * found.loc["x2", "value"]
    assert found["n_top"].eq(60).all()


# ---------------------------------------------------------------------- coverage


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noise", "fewest"),
    [
        ({"replicates": 1, "spread": 0.0}, 0.91),
        ({"replicates": 8, "spread": 3.0}, 0.92),
        ({"replicates": 8, "spread": 1.0, "slopes": 1.0}, 0.90),
    ],
    ids=["no noise", "noise of its own at each point", "noise in common along the parameters"],
)
def test_intervals_of_sobol_indices_cover(noise, fewest):
    """400 Saltelli designs of 256 drawn base points: standard error of a coverage 0.011."""
    truth, within = ishigami_indices(), []
    for trial in range(400):
        rng = np.random.default_rng([7, trial])
        points = saltelli(256, rng)
        values = with_noise(ishigami(points), rng, at=points, **noise)
        found = sobol(values, NAMES)
        within.append((found["low"] <= truth) & (truth <= found["high"]))
    coverage = np.mean(within, axis=0)
    print(noise, coverage.round(3))
    assert (coverage >= fewest).all()


@pytest.mark.slow
@pytest.mark.parametrize("replicates", [1, 8])
def test_intervals_of_mu_and_rank_correlation_cover(replicates):
    """500 designs a cell; the truth from a design of 20,000 trajectories or points."""
    slopes = np.array([3.0, 1.0, 0.0])
    problem = {**PROBLEM, "bounds": [[0, 1]] * 3}

    def value(x):
        return x @ slopes + 2 * x[:, 0] * x[:, 1]

    many = salib_trajectories.sample(problem, 20_000, seed=9)
    effects = elementary_effects(value(many)[:, np.newaxis], many)[:, :, 0]
    truth = np.concatenate([effects.mean(axis=0), np.abs(effects).mean(axis=0)])[[0, 1, 3, 4]]
    wide = np.random.default_rng(9).random((100_000, 3))
    noise = np.random.default_rng(10).normal(0, 0.5 / np.sqrt(replicates), len(wide))
    rho = stats.spearmanr(wide[:, 0], value(wide) + noise).statistic
    of_morris, of_rank = [], []
    for trial in range(500):
        rng = np.random.default_rng([8, trial])
        points = salib_trajectories.sample(problem, 20, seed=trial + 1)
        found = morris(with_noise(value(points), rng, replicates, 0.5), points, NAMES)
        chosen = found.iloc[[0, 1, 3, 4]]
        of_morris.append((chosen["low"] <= truth) & (truth <= chosen["high"]))
        points = rng.random((60, 3))
        ranks = rank_correlations(with_noise(value(points), rng, replicates, 0.5), points, NAMES)
        of_rank.append(ranks["low"][0] <= rho <= ranks["high"][0])
    print(replicates, np.mean(of_morris, axis=0).round(3), np.mean(of_rank))
    assert (np.mean(of_morris, axis=0) >= 0.92).all()
    assert np.mean(of_rank) >= 0.92
