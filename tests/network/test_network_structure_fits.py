"""Fits of the tail: exponents are found again, and every piece equals a slow version of it."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.special import zeta
from structure_cases import ALONE, complete, star

from simnet.errors import NetworkError
from simnet.network import Network, from_edges, watts_strogatz
from simnet.network.structure import fit_degrees
from simnet.network.structure.degree_fits import DegreeFits, fit_tail
from simnet.network.structure.tails import exponents, power_law


def power_law_sample(exponent: float, xmin: int, n: int, seed: int) -> np.ndarray:
    """By inverting the exact distribution function up to a value that is hardly ever passed."""
    values = np.arange(xmin, 10**6)
    up_to = np.cumsum(values ** -float(exponent)) / zeta(exponent, xmin)
    draws = np.random.default_rng(seed).random(n)
    return xmin + np.minimum(np.searchsorted(up_to, draws), len(values) - 1)


def with_a_body(tail: np.ndarray, xmin: int, seed: int) -> np.ndarray:
    """Before the tail, uniform values: half as many people, at a level that leaves a kink."""
    rng = np.random.default_rng(seed)
    return np.concatenate([tail, rng.integers(1, xmin, len(tail) // 2), np.zeros(50, int)])


@pytest.mark.parametrize("exponent", [2.1, 2.5, 3.5])
@pytest.mark.parametrize("xmin", [1, 5])
def test_the_exponent_is_found_within_its_standard_error(exponent: float, xmin: int) -> None:
    """Standardised errors of 30 samples: root mean square within 0.62 and 1.40.

    Chi-square with 30 degrees of freedom; a seed fails once in 1,000 times.
    """
    standardised = []
    for seed in range(30):
        sample = np.unique(power_law_sample(exponent, xmin, 1000, seed), return_counts=True)
        found = power_law(*sample, xmin).parameters["exponent"]
        standardised.append((found.value - exponent) / found.standard_error)
        assert found.n == 1000
    low, high = np.sqrt(stats.chi2.ppf([0.0005, 0.9995], 30) / 30)
    assert low < np.sqrt(np.mean(np.square(standardised))) < high


def test_the_beginning_of_the_tail_is_found() -> None:
    """Of ten samples with a kink at 8, the median beginning is 7, 8 or 9, the exponent near 2.5."""
    fits = [
        fit_tail(with_a_body(power_law_sample(2.5, 8, 3000, seed), 8, seed)) for seed in range(10)
    ]
    assert 7 <= np.median([fit.xmin for fit in fits]) <= 9
    found = [fit.power_law.parameters["exponent"].value for fit in fits]
    assert np.mean(found) == pytest.approx(2.5, abs=0.05)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 10**5), min_size=2, unique=True), st.lists(st.integers(1, 50)))
def test_every_tail_of_two_degrees_or_more_has_its_fits(some: list[int], others: list[int]) -> None:
    degree = np.array(some + others)
    fit = fit_tail(degree, resamples=2)
    assert fit.xmin in degree
    assert fit.n_tail == (degree >= fit.xmin).sum()
    assert 0 <= fit.distance <= 1
    assert fit.p_value in (0, 0.5, 1)
    for model in (fit.power_law, *fit.rivals):
        assert np.isfinite(model.log_likelihood)
        assert np.isfinite([found.value for found in model.parameters.values()]).all()


def test_exponents_maximise_the_likelihood() -> None:
    values, counts = np.unique(power_law_sample(2.3, 3, 500, 1), return_counts=True)
    for xmin in (3, 4, 6):
        x, n = values[values >= xmin], counts[values >= xmin]
        best = optimize.minimize_scalar(
            lambda a, x=x, n=n, xmin=xmin: n @ (a * np.log(x) + np.log(zeta(a, xmin))),
            bounds=(1.01, 10),
            method="bounded",
            options={"xatol": 1e-9},
        ).x
        assert exponents(values, counts, np.array([xmin]))[0] == pytest.approx(best, rel=1e-6)


def test_the_distance_is_the_greatest_over_all_whole_numbers() -> None:
    degree = with_a_body(power_law_sample(2.2, 6, 300, 5), 6, 5)
    fit = fit_tail(degree)

    def distance(xmin: int) -> float:
        tail = degree[degree >= xmin]
        sample = np.unique(tail, return_counts=True)
        exponent = exponents(*sample, np.array([xmin]))[0]
        numbers = np.arange(xmin, tail.max() + 1)
        model = np.cumsum(numbers**-exponent) / zeta(exponent, xmin)
        observed = np.searchsorted(np.sort(tail), numbers, side="right") / len(tail)
        return float(np.abs(model - observed).max())

    candidates = np.unique(degree[degree > 0])[:-1]
    by_definition = [distance(int(xmin)) for xmin in candidates]
    assert fit.distance == pytest.approx(min(by_definition), rel=1e-9)
    assert fit.xmin == candidates[int(np.argmin(by_definition))]
    assert fit.n_tail == (degree >= fit.xmin).sum()


def model(fit: DegreeFits, name: str) -> dict[str, tuple[float, float]]:
    rival = next(rival for rival in fit.rivals if rival.model == name)
    return {key: (found.value, found.standard_error) for key, found in rival.parameters.items()}


def test_rivals_recover_their_own_parameters() -> None:
    """Within four standard errors; each of the four checks fails once in 16,000 seeds."""
    rng = np.random.default_rng(3)
    samples = {
        "exponential": (rng.geometric(1 - np.exp(-0.1), 4000), {"rate": 0.1}),
        "poisson": (rng.poisson(20, 4000), {"rate": 20}),
        "lognormal": (
            np.rint(rng.lognormal(3, 0.7, 4000)).astype(int),
            {"location": 3, "scale": 0.7},
        ),
    }
    for name, (degree, truth) in samples.items():
        for parameter, (value, error) in model(fit_tail(degree, xmin=10), name).items():
            assert abs(value - truth[parameter]) < 4 * error
            assert 0 < error < 0.1 * truth[parameter]


def test_standard_errors_are_those_of_the_sample_mean() -> None:
    """Without a beginning cut off, the rate of a Poisson law is the mean, its error √(μ / n).

    That of an exponential has the error (1 − q) / √(n q) of a geometric law with q = e^−λ.
    """
    rng = np.random.default_rng(4)
    degree = rng.poisson(400, 5000)
    value, error = model(fit_tail(degree, xmin=1), "poisson")["rate"]
    assert value == pytest.approx(degree.mean(), rel=1e-9)
    assert error == pytest.approx(np.sqrt(degree.mean() / 5000), rel=1e-4)
    value, error = model(fit_tail(degree, xmin=1), "exponential")["rate"]
    decay = np.exp(-value)
    assert error == pytest.approx((1 - decay) / np.sqrt(5000 * decay), rel=1e-4)


def test_every_model_is_its_distribution_cut_off_below_xmin() -> None:
    degree = np.arange(4, 400)
    rivals = fit_tail(degree, xmin=4).rivals
    lognormal, exponential, poisson = (
        {name: found.value for name, found in rival.parameters.items()} for rival in rivals
    )
    normal = stats.lognorm(lognormal["scale"], scale=np.exp(lognormal["location"]))
    geometric = stats.geom(1 - np.exp(-exponential["rate"]), loc=3)
    counted = stats.poisson(poisson["rate"])
    expected = [
        (normal.cdf(degree + 0.5) - normal.cdf(degree - 0.5)) / normal.sf(3.5),
        geometric.pmf(degree),
        counted.pmf(degree) / counted.sf(3),
    ]
    for rival, probability in zip(rivals, expected, strict=True):
        assert np.exp(rival.log_probability) == pytest.approx(probability, rel=1e-6, abs=1e-12)


def test_the_better_model_is_told() -> None:
    heavy = {c.model: c for c in fit_tail(power_law_sample(2.5, 5, 5000, 2), xmin=5).comparisons}
    assert heavy["exponential"].log_ratio > 0
    assert heavy["exponential"].p_value < 1e-6
    assert heavy["lognormal"].p_value > 0.1  # a wide lognormal law comes as near as one likes
    light = np.random.default_rng(8).geometric(0.1, 5000)
    told = {c.model: c for c in fit_tail(light, xmin=3).comparisons}
    assert told["exponential"].log_ratio < 0
    assert told["exponential"].statistic < -5
    assert told["exponential"].p_value < 1e-6


def test_the_comparison_is_vuongs() -> None:
    degree = power_law_sample(2.5, 5, 400, 9)
    fit = fit_tail(degree, xmin=5)
    values, place = np.unique(degree, return_inverse=True)
    assert values.tolist() == sorted(set(degree.tolist()))
    for rival, comparison in zip(fit.rivals, fit.comparisons, strict=True):
        each = (fit.power_law.log_probability - rival.log_probability)[place]
        assert comparison.log_ratio == pytest.approx(each.sum())
        statistic = each.sum() / (each.std() * np.sqrt(len(each)))
        assert comparison.statistic == pytest.approx(statistic)
        assert comparison.p_value == pytest.approx(2 * stats.norm.sf(abs(statistic)))
        assert rival.log_likelihood == pytest.approx(rival.log_probability[place].sum())


def test_goodness_of_fit_accepts_a_power_law_and_refuses_a_poisson_law() -> None:
    """A true power law is refused at 0.1 once in ten seeds; this one is not."""
    body = with_a_body(power_law_sample(2.5, 5, 1000, 12), 5, 12)
    assert fit_tail(body, resamples=50).p_value > 0.1
    assert fit_tail(np.random.default_rng(1).poisson(30, 2000), xmin=25, resamples=20).p_value == 0
    assert isnan(fit_tail(body).p_value)


def test_p_values_of_true_power_laws_are_uniform() -> None:
    """Of 30 with a known beginning, the mean is within 0.5 ± 0.17; fails once in 1,000 seeds."""
    values = [
        fit_tail(power_law_sample(2.5, 3, 200, seed), xmin=3, resamples=20, seed=seed).p_value
        for seed in range(30)
    ]
    assert np.mean(values) == pytest.approx(0.5, abs=3.29 * np.sqrt(1 / 12 / 30))


def test_samples_are_keyed() -> None:
    degree = power_law_sample(2.5, 3, 300, 1)
    fits = [fit_tail(degree, resamples=30, seed=seed).p_value for seed in (1, 1, 2)]
    assert fits[0] == fits[1] != fits[2]


def test_fits_of_a_network_are_those_of_its_degrees() -> None:
    out = power_law_sample(2.5, 2, 2000, 3)
    rng = np.random.default_rng(3)
    arcs = from_edges(
        np.repeat(np.arange(2000), out),
        rng.integers(0, 2000, out.sum()),
        n_people=2000,
        directed=True,
    )
    towards = np.bincount(arcs.neighbours, minlength=2000)
    for direction, degree in (("out", arcs.degree), ("in", towards)):
        found, expected = fit_degrees(arcs, direction=direction, xmin=3), fit_tail(degree, xmin=3)
        assert found.xmin == expected.xmin == 3
        assert found.power_law.parameters == expected.power_law.parameters


@pytest.mark.parametrize("network", [ALONE, complete(5), watts_strogatz(20, 4, 0.0, seed=1)])
def test_one_degree_is_no_tail(network: Network) -> None:
    with pytest.raises(NetworkError, match="a tail needs two different degrees of at least 1"):
        fit_degrees(network)


def test_what_a_programmer_may_get_wrong() -> None:
    with pytest.raises(ValueError, match="xmin must be at least 1; got 0"):
        fit_degrees(star(3), xmin=0)
    with pytest.raises(ValueError, match="resamples must not be negative; got -1"):
        fit_degrees(star(3), resamples=-1)
    with pytest.raises(NetworkError, match="two different degrees of at least 2"):
        fit_degrees(star(3), xmin=2)
