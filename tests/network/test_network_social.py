"""Networks of a society: the kernels equal the definition, its laws hold, its targets are met."""

from __future__ import annotations

import runpy
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from math import cos, floor, log, pi, sqrt
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simnet.network import Network
from simnet.network.social import social
from simnet.network.social.geography import Geography, apportion, rank_law, settle
from simnet.network.social.population import normal_scores, populate
from simnet.network.spaces import EARTH_RADIUS, Category, Hierarchy, Scale, Sphere
from simnet.randomness import stream_key
from simnet.randomness._kernels import uniform, uniform2, uniform4
from simnet.spec.social_networks import (
    ACQUAINTANCES,
    FACEBOOK,
    Lognormal,
    Quantiles,
    Social,
    Society,
)

SMALL = {"countries": 2, "degrees": Lognormal(median=10.0, mean=15.0, most=100)}


class ByDefinition:
    """The ties of a society, formed one by one; alters stand in the order in which they came."""

    def __init__(self, people: int, society: Society, *, seed: int, replicate: int) -> None:
        self.key = partial(stream_key, seed, replicate)
        self.society = society
        self.land = settle(people, society, self.key("social-places"))
        self.crowd = populate(people, society, self.land, self.key("social-people"))
        self.people = range(people)
        self.wish = self.crowd.wish.tolist()
        self.country = self.crowd.columns["country"].tolist()
        self.alters: list[list[int]] = [[] for _ in self.people]
        wanted = self.quotas()
        for number, circle in enumerate(("neighbourhood", "cohort", "work")):
            self.meet(number, self.order(number), wanted[circle])
        self.travel(wanted["abroad"], *self.countries(), "social-abroad")
        self.introduce(wanted["introduced"])
        rest = [self.wish[i] - len(self.alters[i]) for i in self.people]
        self.travel(rest, *self.places(), "social-further-off")
        self.travel(rest, self.country, {c: {c: 1.0} for c in self.country}, "social-anywhere")

    def tie(self, i: int, j: int) -> bool:
        if i == j or j in self.alters[i]:
            return False
        self.alters[i].append(j)
        self.alters[j].append(i)
        return True

    def quotas(self) -> dict[str, list[int]]:
        kinds = ("neighbourhood", "cohort", "work", "abroad", "introduced")
        wanted: dict[str, list[int]] = {kind: [] for kind in kinds}
        for i in self.people:
            close = min(self.society.close, self.wish[i])
            u = uniform(self.key("social-quotas"), i, 0, 0, 0)
            share = 0.0
            for kind in kinds:
                before = floor(share * (self.wish[i] - close) + u)
                share += getattr(self.society, kind)
                after = floor(share * (self.wish[i] - close) + u)
                wanted[kind].append(after - before + close * (kind == "neighbourhood"))
        return wanted

    def order(self, number: int) -> list[tuple[tuple[int, int], int]]:
        """Everybody's country and band of activity, and number, as they stand in a circle."""
        places = []
        for i in self.people:
            noise = uniform(self.key("social-circles"), i, number, 0, 0)
            level = sqrt(self.society.sorting) * self.crowd.activity[i]
            level += sqrt(1 - self.society.sorting) * normal_scores(np.array([noise]))[0]
            near = [0, self.crowd.columns["age"][i], self.crowd.columns["field"][i]][number]
            places.append((self.country[i], floor(level), near, i))
        return [((country, band), i) for country, band, _, i in sorted(places)]

    def groups(
        self, order: list[tuple[tuple[int, int], int]], quota: list[int]
    ) -> Iterator[list[int]]:
        group: list[int] = []
        stratum = order[0][0]
        for here, i in order:
            total = sum(quota[k] for k in group)
            squares = sum(quota[k] ** 2 for k in group)
            full = total > 0 and squares**2 <= self.society.density * total**3
            if group and (full or here != stratum):
                yield group
                group = []
            stratum = here
            group.append(i)
        yield group

    def meet(self, number: int, order: list[tuple[tuple[int, int], int]], quota: list[int]) -> None:
        key = self.key("social-circles")
        for group in self.groups(order, quota):
            for at, i in enumerate(group):
                later = group[at + 1 :]
                for place, j in enumerate(later):
                    to_come = sum(quota[k] for k in later[place:])
                    u = uniform(key, i, j, number, 0)
                    if quota[j] and u * to_come < quota[i] * quota[j] and self.tie(i, j):
                        quota[i] -= 1
                        quota[j] -= 1

    def countries(self) -> tuple[list[int], dict[int, dict[int, float]]]:
        law = rank_law(self.land.country_points, self.land.country_people)
        return self.country, {
            a: {b: float(w) for b, w in enumerate(row) if a != b} for a, row in enumerate(law)
        }

    def places(self) -> tuple[list[int], dict[int, dict[int, float]]]:
        law: dict[int, dict[int, float]] = {}
        for country in range(len(self.land.country_people)):
            (there,) = np.nonzero(self.land.place_country == country)
            rows = rank_law(self.land.place_points[there], self.land.place_people[there])
            law |= {
                int(a): dict(zip(there.tolist(), row.tolist(), strict=True))
                for a, row in zip(there, rows, strict=True)
            }
        return self.crowd.columns["place"].tolist(), law

    def travel(
        self, need: list[int], home: list[int], law: dict[int, dict[int, float]], stream: str
    ) -> None:
        key = self.key(stream)
        ways = {a: (list(row), list(accumulate(row.values()))) for a, row in law.items()}
        for round_ in range(6):
            arenas: dict[int, tuple[list[Any], list[Any]]] = {}
            for i in self.people:
                for slot in range(need[i]):
                    u0, u1, u2, u3 = uniform4(key, i, slot, round_, 0)
                    noise = sqrt(-2.0 * log(1.0 - u0)) * cos(2.0 * pi * u1)
                    level = sqrt(self.society.sorting) * self.crowd.activity[i]
                    level += sqrt(1.0 - self.society.sorting) * noise
                    arena, visits = home[i], u2 < 0.5
                    if visits:
                        reachable, cumulated = ways[home[i]]
                        arena = reachable[bisect_right(cumulated, u3 * cumulated[-1])]
                    step = floor(4096 * (level + 8))
                    arenas.setdefault(arena, ([], []))[visits].append((step, i))
            for _, (hosts, visitors) in sorted(arenas.items()):
                hosts.sort()
                visitors.sort()
                pairs = min(len(hosts), len(visitors))
                for k in range(pairs):
                    _, i = hosts[(2 * k + 1) * len(hosts) // (2 * pairs)]
                    _, j = visitors[(2 * k + 1) * len(visitors) // (2 * pairs)]
                    if self.tie(i, j):
                        need[i] -= 1
                        need[j] -= 1

    def introduce(self, quota: list[int]) -> None:
        for i in self.people:
            for slot in range(quota[i]):
                if quota[i] == 0 or not self.alters[i]:
                    break
                u, v = uniform2(self.key("social-introduced"), i, slot, 0, 0)
                via = self.alters[self.alters[i][int(u * len(self.alters[i]))]]
                j = via[int(v * len(via))]
                if quota[j] and self.country[i] == self.country[j] and self.tie(i, j):
                    quota[i] -= 1
                    quota[j] -= 1


@st.composite
def societies(draw: st.DrawFn) -> Society:
    shares = np.array(draw(st.lists(st.integers(0, 5), min_size=6, max_size=6))) + 0.1
    kinds = ("neighbourhood", "cohort", "work", "abroad", "introduced")
    countries = draw(st.integers(1, 3))
    given_shares = dict(zip(kinds, (shares / shares.sum()).tolist(), strict=False))
    given_shares["abroad"] *= countries > 1
    median = draw(st.floats(1.0, 8.0))
    return Society(
        countries=countries,
        people_per_place=draw(st.integers(3, 20)),
        degrees=Lognormal(median=median, mean=median * draw(st.floats(1.0, 2.0)), most=30),
        close=draw(st.integers(0, 3)),
        density=draw(st.floats(0.1, 1.0)),
        sorting=draw(st.floats(0.0, 1.0)),
        **given_shares,
    )


@settings(deadline=None, max_examples=25)  # the first example compiles
@given(
    people=st.integers(10, 70),
    society=societies(),
    seed=st.integers(0, 2**63 - 1),
    replicate=st.integers(0, 1000),
)
def test_kernels_equal_the_definition(
    people: int, society: Society, seed: int, replicate: int
) -> None:
    network = social(people, society=society, seed=seed, replicate=replicate)
    slow = ByDefinition(people, society, seed=seed, replicate=replicate)
    assert [network.row(i).tolist() for i in range(people)] == [sorted(a) for a in slow.alters]
    assert all(len(alters) <= wish for alters, wish in zip(slow.alters, slow.wish, strict=True))


def test_kernels_equal_the_definition_at_size() -> None:
    society = Society(**SMALL, people_per_place=100)
    network = social(1500, society=society, seed=4, replicate=2)
    slow = ByDefinition(1500, society, seed=4, replicate=2)
    assert [network.row(i).tolist() for i in range(1500)] == [sorted(a) for a in slow.alters]


@pytest.fixture(scope="module")
def town() -> Network:
    return social(3000, society=Society(**SMALL, people_per_place=200), seed=3)


def test_a_simple_undirected_network(town: Network) -> None:
    sources, alters = np.asarray(town.sources), np.asarray(town.neighbours)
    assert not town.directed
    assert town.indptr.dtype == np.int64
    assert town.neighbours.dtype == np.int32
    assert (sources != alters).all()
    keys = sources * 3000 + alters.astype(np.int64)
    assert (np.diff(keys) > 0).all()
    assert np.array_equal(np.sort(alters * np.int64(3000) + sources), keys)


def test_people_have_coordinates(town: Network) -> None:
    people = town.people
    assert list(people) == ["country", "place", "lat", "lon", "age", "field"]
    assert town.spaces == {
        "place": Sphere("lat", "lon"),
        "country": Category("country"),
        "age": Scale("age"),
        "field": Hierarchy("field", 4, 3),
    }
    assert set(people["age"].tolist()) == set(range(15, 75))
    assert set(people["field"].tolist()) == set(range(64))
    assert set(people["country"].tolist()) == {0, 1}
    assert (np.diff(people["place"]) >= 0).all()
    assert (np.abs(people["lat"]) <= 90).all()
    assert (np.abs(people["lon"]) <= 180).all()
    of_a_place = [set(people["country"][people["place"] == p].tolist()) for p in range(15)]
    assert all(len(countries) == 1 for countries in of_a_place)


def test_people_of_a_place_live_near_each_other(town: Network) -> None:
    place = town.people["place"]
    first = np.searchsorted(place, place)
    apart = town.spaces["place"].distance(town.people, np.arange(3000), first)
    town_radius = 0.2 * np.sqrt(np.bincount(place))[place]
    assert (apart <= 2 * town_radius + 1e-6).all()
    assert apart.max() > 1.0


def test_seeds_and_replicates_differ_and_nothing_else_matters() -> None:
    society = Society(**SMALL)
    make = partial(social, 400, society=society)
    base, again = make(seed=1), make(seed=1)
    assert base.neighbours.tolist() == again.neighbours.tolist()
    for other in (make(seed=2), make(seed=1, replicate=1)):
        assert base.neighbours.tolist() != other.neighbours.tolist()
        assert base.people["age"].tolist() != other.people["age"].tolist()


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one thread is all there is")
def test_the_number_of_threads_changes_nothing() -> None:
    make = partial(social, 5000, society=Society(**SMALL), seed=9)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        one = make()
        numba.set_num_threads(2)
        two = make()
    finally:
        numba.set_num_threads(before)
    assert np.array_equal(one.indptr, two.indptr)
    assert np.array_equal(one.neighbours, two.neighbours)


def test_degrees_follow_the_lognormal_law(town: Network) -> None:
    # The median of 3,000 draws is off by 1.2 of them a standard error of 3 %; hardly anybody's
    # wish is unmet, and the cut at 100 takes 1 % of the mean.
    assert np.median(town.degree) == pytest.approx(10, abs=1)
    assert town.degree.mean() == pytest.approx(15, rel=0.07)
    assert town.degree.max() <= 100


def test_degrees_follow_a_table_of_quantiles() -> None:
    degrees = Quantiles(shares=(0.0, 0.5, 1.0), degrees=(4, 8, 20))
    degree = social(4000, society=Society(countries=2, degrees=degrees), seed=5).degree
    assert degree.max() == 20
    # Three in four of the lower half want 5 to 8 ties; a standard error is 0.8 %.
    assert np.mean(degree <= 8) == pytest.approx(0.53, abs=0.04)
    assert degree.mean() == pytest.approx((6 + 14) / 2, rel=0.03)


def share_within(network: Network, column: str, apart: int = 0) -> float:
    values = network.people[column].astype(int)
    return float(np.mean(np.abs(values[network.sources] - values[network.neighbours]) <= apart))


def test_the_share_of_ties_abroad_is_as_asked() -> None:
    for abroad in (0.0, 0.1, 0.4):
        shares = {"close": 0, "abroad": abroad, "neighbourhood": 0.2, "cohort": 0.2}
        society = Society(**{**SMALL, **shares, "countries": 5})
        network = social(4000, society=society, seed=6)
        assert 1 - share_within(network, "country") == pytest.approx(abroad, abs=0.015)


def test_circles_bring_people_of_an_age_a_field_and_a_place_together() -> None:
    def with_share(**shares: float) -> Network:
        none = {"neighbourhood": 0.0, "cohort": 0.0, "work": 0.0, "introduced": 0.0}
        society = Society(**SMALL, people_per_place=100, close=0, **{**none, **shares})
        return social(4000, society=society, seed=7)

    neighbourhood, cohort, work = (
        with_share(**{circle: 0.6}) for circle in ("neighbourhood", "cohort", "work")
    )
    # Without a preference 12 % of ties would be within three years of age, 1.6 % in a field.
    assert share_within(cohort, "age", 3) > 0.4 > 3 * share_within(work, "age", 3)
    assert share_within(work, "field") > 0.1 > 5 * share_within(cohort, "field")
    assert share_within(neighbourhood, "place") > 1.5 * share_within(work, "place")


def assortativity(network: Network) -> float:
    degree = network.degree.astype(float)
    return float(np.corrcoef(degree[network.sources], degree[network.neighbours])[0, 1])


def clustering_near(network: Network, degree: int, most: int = 500) -> float:
    """Mean share of tied pairs of alters, over people of a degree within 5 %."""
    near = np.flatnonzero(np.abs(network.degree - degree) <= 0.05 * degree)
    shares = []
    for person in np.random.default_rng(0).permutation(near)[:most]:
        alters = set(network.row(int(person)).tolist())
        closed = sum(len(alters.intersection(network.row(alter).tolist())) for alter in alters)
        shares.append(closed / (len(alters) * (len(alters) - 1)))
    return float(np.mean(shares))


def test_sorting_makes_assortativity() -> None:
    found = [
        assortativity(social(4000, society=Society(**SMALL, sorting=sorting), seed=8))
        for sorting in (0.0, 0.4, 0.8)
    ]
    assert -0.1 < found[0] < 0.1
    assert found[0] + 0.1 < found[1] < found[2] - 0.1


def test_denser_groups_make_clustering() -> None:
    def clustering(**changes: float) -> float:
        return clustering_near(social(6000, society=Society(**SMALL, **changes), seed=8), 20)

    assert clustering(density=0.3) + 0.02 < clustering(density=0.9)
    assert clustering(introduced=0.0) < clustering(introduced=0.14)
    assert clustering(close=0, neighbourhood=0.0, cohort=0.0) + 0.05 < clustering(close=0)


def test_ties_further_off_go_by_rank() -> None:
    """Two of whom one is the r-th nearest of the other are tied with a chance of about 1 / r.

    Published slopes are -1.0 to -1.2; over eight seeds this one was -0.98 with a standard
    deviation of 0.01.
    """
    alone = {"close": 0, "neighbourhood": 0.0, "cohort": 0.0, "work": 0.0, "introduced": 0.0}
    society = Society(
        **alone,
        abroad=0.0,
        countries=1,
        people_per_place=100,
        place_exponent=0.0,
        sorting=0.0,
        degrees=Quantiles(shares=(0.0, 1.0), degrees=(20, 20)),
    )
    network = social(10_000, society=society, seed=2)
    land = settle(10_000, society, stream_key(2, 0, "social-places"))
    rank = np.argsort(np.argsort(-(land.place_points @ land.place_points.T)))
    place = network.people["place"]
    ties = np.bincount(rank[place[network.sources], place[network.neighbours]])
    slope = np.polyfit(np.log(np.arange(2, 90)), np.log(ties[2:90]), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.15)


def test_rank_law_sums_one_over_the_rank() -> None:
    angle = np.array([0.0, 0.1, 0.3, 0.7])
    points = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(4)])
    law = rank_law(points, np.array([40, 50, 10, 100]))
    # From the second point: 50 people there, then 40, 10 and 100.
    assert law[1] == pytest.approx(np.log([91 / 51, 51, 101 / 91, 201 / 101]))
    harmonic = np.cumsum(1 / np.arange(1, 201))
    assert law[1, [0, 2, 3]] == pytest.approx(np.diff(harmonic[[49, 89, 99, 199]]), rel=0.02)
    assert law.sum(axis=1) == pytest.approx(np.full(4, np.log(201)))


@given(
    total=st.integers(0, 10**6),
    weights=st.lists(st.floats(0.01, 1.0), min_size=1, max_size=30),
)
def test_apportioned_numbers_add_up(total: int, weights: list[float]) -> None:
    shares = np.array(weights) / sum(weights)
    numbers = apportion(total, shares)
    assert numbers.sum() == total
    assert (np.abs(numbers - shares * total) <= 1 + 1e-6).all()


def test_places_lie_in_their_country() -> None:
    land: Geography = settle(50_000, FACEBOOK, stream_key(1, 0, "social-places"))
    assert land.place_people.sum() == land.country_people.sum() == 50_000
    assert (np.diff(land.country_people) <= 0).all()
    assert np.allclose(np.linalg.norm(land.place_points, axis=1), 1)
    away = np.arccos(np.sum(land.place_points * land.country_points[land.place_country], axis=1))
    area = (1 - np.cos(away)) / 2
    assert (area <= 0.1 * (land.country_people / 50_000)[land.place_country] + 1e-12).all()
    for country in range(10):
        assert (
            land.place_people[land.place_country == country].sum() == (land.country_people[country])
        )
    assert EARTH_RADIUS * away.max() > 1000


@pytest.mark.parametrize(
    ("people", "changes", "message"),
    [
        (3, {"countries": 5}, "3 people are too few to live in 5 countries"),
        (40_000, {"people_per_place": 1}, r"at most 20,000 places; people_per_place of 1 makes 40"),
    ],
)
def test_societies_that_people_cannot_live_in(
    people: int, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        social(people, society=Society(**changes), seed=1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cohort": 0.8}, "add up to at most 1; they add up to 1.458"),
        ({"oldest": 10}, "must not be below the youngest, 15"),
        ({"countries": 1}, "must be 0 where there is one country"),
        ({"branching": 100, "levels": 4}, "must not make more than a million fields"),
        ({"sorting": 1.5}, "sorting"),
        ({"ties": 3}, "ties"),
        ({"degrees": {"law": "lognormal", "median": 9.0, "mean": 5.0}}, "median <= mean"),
        ({"degrees": {"law": "quantiles", "shares": [0.1, 1.0], "degrees": [1, 2]}}, "from 0"),
        ({"degrees": {"law": "quantiles", "shares": [0.0, 1.0], "degrees": [3]}}, "degrees"),
        ({"degrees": {"law": "quantiles", "shares": [0.0, 1.0], "degrees": [3, 2]}}, "fall"),
    ],
)
def test_specifications_of_no_society(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Society(**changes)


def test_specifications_of_no_network() -> None:
    with pytest.raises(ValidationError, match=r"in every country; the smallest of 10 has 1\.6"):
        Social(model="social", people=25)
    with pytest.raises(ValidationError, match="20,000 places; people_per_place makes 40,010"):
        Social(model="social", people=200_000, people_per_place=5)
    assert isinstance(Social(model="social", people=2000), Society)


def test_the_page_lists_every_parameter() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs"
    made = runpy.run_path(str(docs / "make_social.py"))
    page = (docs / "social.md").read_text(encoding="utf-8")
    assert made["replaced"](page, "parameters", made["parameters"]()) == page
    assert set(made["FITTED"] | made["GIVEN"]) <= set(Society.model_fields)


@pytest.fixture(scope="module")
def facebook() -> Network:
    return social(200_000, seed=1)


@pytest.mark.slow
def test_the_facebook_example_meets_its_targets(facebook: Network) -> None:
    """Figures of Ugander et al. (2011) within the tolerances of docs/social.md.

    Between seeds the standard deviations are below a quarter of the tolerances.
    """
    assert np.median(facebook.degree) == pytest.approx(99, rel=0.05)
    assert facebook.degree.mean() == pytest.approx(190, rel=0.05)
    assert facebook.degree.max() <= 5000
    assert share_within(facebook, "country") == pytest.approx(0.842, rel=0.05)
    assert clustering_near(facebook, 100) == pytest.approx(0.14, abs=0.03)
    assert assortativity(facebook) == pytest.approx(0.226, abs=0.05)


@pytest.mark.slow
def test_the_facebook_example_predicts_what_it_was_not_fitted_to(facebook: Network) -> None:
    """Friends of friends with repetition: 40,300 at degree 100, within 10 %.

    Clustering falls as the degree rises.
    """
    hundred = np.flatnonzero(np.abs(facebook.degree - 100) <= 5)
    others = [int(np.sum(facebook.degree[facebook.row(int(p))] - 1)) for p in hundred[:2000]]
    assert np.mean(others) == pytest.approx(40_300, rel=0.1)
    falling = [clustering_near(facebook, degree, most=100) for degree in (10, 30, 100, 3000)]
    assert falling == sorted(falling, reverse=True)


@pytest.mark.slow
def test_the_acquaintances_example_meets_its_targets() -> None:
    """A median of 472 and a mean of 611 acquaintances, within 5 % (McCormick et al. 2010)."""
    degree = social(60_000, society=ACQUAINTANCES, seed=1).degree
    assert np.median(degree) == pytest.approx(472, rel=0.05)
    assert degree.mean() == pytest.approx(611, rel=0.05)
