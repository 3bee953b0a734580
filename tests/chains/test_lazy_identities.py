"""Identities drawn when looked at: the definition in plain Python, and what follows from it."""

from __future__ import annotations

from itertools import count
from math import isqrt

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, chisquare

from simnet.chains.lazy import Identities, random_pairs, recruit
from simnet.chains.record import OUTCOMES
from simnet.network.generators import watts_dodds_newman
from simnet.randomness import stream_key
from simnet.randomness._kernels import philox4, uniform, uniform2

ERROR_RATE = 1e-4
"""Chance that a test would fail for a right model, were the seeds not fixed."""

PUBLISHED = {"levels": 6, "branching": 10, "group": 100, "degree": 300}
"""The 100 million people of the paper."""

worlds = st.builds(
    Identities,
    levels=st.integers(1, 3),
    hierarchies=st.integers(1, 3),
    branching=st.integers(2, 3),
    group=st.integers(2, 6),
    homophily=st.sampled_from([-0.5, 0.0, 1.0]),
    degree=st.integers(1, 3),
    repeats=st.booleans(),
    seed=st.integers(0, 2**63 - 1),
)


class Oracle:
    """The world by its definition."""

    def __init__(self, world: Identities) -> None:
        self.world = world
        self.people = range(world.n_people)
        self.groups = [[self.seat(i, h) // world.group for i in self.people]
                       for h in range(world.hierarchies)]  # fmt: skip
        self.holder_of = [{self.seat(i, h): i for i in self.people}
                          for h in range(world.hierarchies)]  # fmt: skip
        self.ties_key = stream_key(world.seed, world.replicate, "identities' ties")

    def seat(self, person: int, h: int) -> int:
        """Four rounds of a Feistel network on a square that has room for everybody."""
        if h == 0:
            return person
        key = stream_key(self.world.seed, self.world.replicate, "identities' seats")
        root = isqrt(self.world.n_people - 1) + 1
        while True:
            left, right = divmod(person, root)
            for turn in range(4):
                word = int(philox4(right, turn, h, 0, key[0], key[1])[0])
                left, right = right, (left + word * root // 2**32) % root
            person = left * root + right
            if person < self.world.n_people:
                return person

    def height(self, one: int, other: int, h: int) -> int:
        a, b = self.groups[h][one], self.groups[h][other]
        height = 0
        while a != b:
            a, b, height = a // self.world.branching, b // self.world.branching, height + 1
        return height

    def alters(self, person: int) -> list[int]:
        world = self.world
        weights = np.exp(-world.homophily * np.arange(world.levels + 1))
        upto = np.cumsum(weights) / np.cumsum(weights)[-1]
        drawn: list[int] = []
        for attempt in count():
            if len(drawn) == world.degree:
                return drawn
            where, which = uniform2(self.ties_key, person, attempt, 0, 0)
            h, far = divmod(which * world.hierarchies, 1)
            height = int(np.searchsorted(upto, far, side="right"))
            seats = [self.seat(i, int(h)) for i in self.people
                     if i != person and self.height(person, i, int(h)) == height]  # fmt: skip
            alter = self.holder_of[int(h)][sorted(seats)[int(where * len(seats))]]
            if world.repeats or alter not in drawn:
                drawn.append(alter)

    def send(
        self, letter: int, starter: int, target: int, participation: float, longest: int, seed: int
    ) -> tuple[str, bool, list[int]]:
        key = stream_key(seed, 0, "letters among identities")
        path = [starter]
        for step in range(longest):
            if uniform(key, letter, step, 0, 0) >= participation:
                return "dropped", False, path
            alters = self.alters(path[-1])
            if target in alters:
                return "arrived", False, [*path, target]
            new = [alter for alter in alters if alter not in path]
            if not new:
                return "dropped", True, path
            least = min(self.apart(alter, target) for alter in new)
            nearest = [alter for alter in new if self.apart(alter, target) == least]
            path.append(nearest[int(uniform(key, letter, step, 1, 0) * len(nearest))])
        return "expired", False, path

    def apart(self, one: int, other: int) -> int:
        return min(self.height(one, other, h) for h in range(self.world.hierarchies))


@settings(deadline=None, max_examples=25)  # the first example compiles
@given(world=worlds, participation=st.sampled_from([1.0, 0.8]), longest=st.integers(1, 12))
def test_kernels_equal_the_definition(
    world: Identities, participation: float, longest: int
) -> None:
    oracle = Oracle(world)
    everybody = np.arange(world.n_people)
    seats = world.seats(everybody)
    for h in range(world.hierarchies):
        assert seats[:, h].tolist() == [oracle.seat(i, h) for i in oracle.people]
        assert sorted(seats[:, h]) == everybody.tolist()
        assert world.people_at(seats[:, h], hierarchy=h).tolist() == everybody.tolist()
        heights = world.heights(everybody, 0)[:, h]
        assert heights.tolist() == [oracle.height(i, 0, h) for i in oracle.people]
    assert world.alters(everybody[:5]).tolist() == [oracle.alters(i) for i in oracle.people[:5]]
    starters, targets = random_pairs(world.n_people, 6, seed=1)
    chains = world.send(starters, targets, participation=participation, max_steps=longest, seed=2)
    assert chains.path is not None
    for letter, ends in enumerate(zip(starters.tolist(), targets.tolist(), strict=True)):
        path = chains.path[letter, : chains.steps[letter] + 1].tolist()
        gone = OUTCOMES[chains.outcome[letter]], bool(chains.stuck[letter]), path
        assert gone == oracle.send(letter, *ends, participation, longest, 2)


@pytest.mark.parametrize("n_groups", [1000, 9973])
def test_seats_of_many_people_are_a_permutation(n_groups: int) -> None:
    """Whether or not the people fill a square."""
    world = Identities(levels=0, hierarchies=3, group=n_groups * 10, degree=1, seed=5)
    seats = world.seats(np.arange(world.n_people))
    for h in range(3):
        assert (np.bincount(seats[:, h]) == 1).all()


def test_neighbours_in_one_hierarchy_are_scattered_in_the_others() -> None:
    """Among 100 million: where people sit, and how far apart those of one group are, as chance has
    it; both chi-square."""
    world = Identities(**PUBLISHED, hierarchies=3, seed=1)
    block = np.arange(100_000)  # the first thousand groups
    seats = world.seats(block)
    for h in (1, 2):
        counts = np.bincount(seats[:, h] // 10**6, minlength=100)
        assert chisquare(counts).pvalue > ERROR_RATE
        last_digits = np.bincount(seats[:, h] % 100, minlength=100)
        assert chisquare(last_digits).pvalue > ERROR_RATE
    both = np.bincount(seats[:, 1] // 10**7 * 10 + seats[:, 2] // 10**7, minlength=100)
    assert chisquare(both).pvalue > ERROR_RATE
    partners = block.reshape(-1, 2)
    heights = world.heights(partners[:, 0], partners[:, 1])[:, 1]
    law = np.diff(10.0 ** np.arange(2, 9), prepend=0) / 10**8
    apart = np.bincount(heights, minlength=7)
    expected = len(partners) * np.append(law[:4].sum(), law[4:])
    seen = np.append(apart[:4].sum(), apart[4:])
    assert chisquare(seen, expected).pvalue > ERROR_RATE


def alter_heights(world: Identities, holders: NDArray[np.int64]) -> NDArray[np.int64]:
    """Heights, in every hierarchy, at which each holder meets each of its alters."""
    alters = world.alters(holders)
    return world.heights(np.repeat(holders, alters.shape[1]), alters.ravel())


@pytest.mark.parametrize("homophily", [-0.7, 0.0, 1.0])
def test_ties_fall_with_height(homophily: float) -> None:
    """In one of two hierarchies by the law, in the other as chance has it; chi-square."""
    world = Identities(levels=5, group=100, homophily=homophily, degree=20, repeats=True, seed=7)
    holders = random_pairs(world.n_people, 1000, seed=7)[0]
    heights = alter_heights(world, holders)
    law = np.exp(-homophily * np.arange(6))
    chance = np.diff(2.0 ** np.arange(6), prepend=0) / 2**5
    expected = len(heights) * (law / law.sum() + chance) / 2
    for h in range(2):
        assert chisquare(np.bincount(heights[:, h]), expected).pvalue > ERROR_RATE


def test_anybody_at_a_height_is_drawn_alike() -> None:
    """Chi-square over the 29 others of one group and its sibling."""
    world = Identities(
        levels=1, hierarchies=1, group=15, homophily=0.0, degree=20_000, repeats=True, seed=2
    )
    counts = np.bincount(world.alters([4])[0], minlength=30)
    assert counts[4] == 0
    own = np.delete(np.arange(15), 4)
    assert chisquare(counts[own]).pvalue > ERROR_RATE
    assert chisquare(counts[15:]).pvalue > ERROR_RATE


def test_without_repeats_alters_are_the_first_different_ones() -> None:
    shape = {"levels": 2, "group": 10, "seed": 3}
    drawn = Identities(**shape, degree=200, repeats=True).alters([7])[0].tolist()
    different = Identities(**shape, degree=20).alters([7])[0].tolist()
    assert different == list(dict.fromkeys(drawn))[:20]


def test_a_closer_hierarchy_brings_the_letter_down_as_the_law_has_it() -> None:
    """One hierarchy, twigs of two, ties even over heights: the way to the target's group.

    Of `degree` draws, each leads from height k below the next branching at height j < k with
    probability ``2**(j - k + 1) / (levels + 1)``. The height after a step is the least of them, or,
    with none, stays k as long as somebody is drawn there: the others are in the holder's half.
    """
    levels, degree, group = 6, 12, 5000
    world = Identities(
        levels=levels,
        hierarchies=1,
        group=group,
        homophily=0.0,
        degree=degree,
        repeats=True,
        seed=4,
    )
    target = 17
    starters = recruit(world, 20_000, target, beyond={0: levels - 1}, seed=4)
    chains = world.send(starters, target, max_steps=levels + 3, seed=4)
    assert chains.path is not None
    heights = world.heights(np.maximum(chains.path, 0).ravel(), target).reshape(chains.path.shape)
    reached = np.argmax((heights == 0) & (chains.path >= 0), axis=1)
    reached[~((heights == 0) & (chains.path >= 0)).any(axis=1)] = levels + 3

    law = np.zeros(levels + 4)
    at = np.zeros(levels + 1)
    at[levels] = 1.0
    for step in range(1, levels + 3):
        after = np.zeros(levels + 1)
        for k in range(1, levels + 1):
            share = 2.0 ** (np.arange(k) - k + 1) / (levels + 1)
            above = np.append(1.0, (1 - share) ** degree)  # P(least height >= j), j = 0, ..., k
            after[:k] += at[k] * -np.diff(above)
            after[k] += at[k] * above[-1]
        law[step] = after[0]
        at = after
        at[0] = 0.0
    law[levels + 3] = at.sum()
    expected = len(starters) * law
    seen = np.bincount(reached, minlength=levels + 4)
    few = expected < 10
    assert seen[few].sum() <= expected[few].sum() + 30
    scaled = expected[~few] * seen[~few].sum() / expected[~few].sum()
    assert chisquare(seen[~few], scaled).pvalue > ERROR_RATE


def test_constant_participation_thins_lengths_geometrically() -> None:
    """Completed chains of L steps: p(L) q**L of those begun, each as without drop-out."""
    world = Identities(levels=6, group=50, degree=60, seed=5)
    starters, targets = random_pairs(world.n_people, 20_000, seed=5)
    whole = world.send(starters, targets, seed=5)
    thinned = world.send(starters, targets, participation=0.75, seed=5)
    assert thinned.path is not None
    assert whole.path is not None
    assert whole.arrived.mean() > 0.99
    arrived = thinned.arrived
    assert (thinned.steps[arrived] == whole.steps[arrived]).all()
    width = thinned.path.shape[1]
    assert (thinned.path[arrived] == whole.path[arrived, :width]).all()
    for length, n in enumerate(np.bincount(whole.steps[whole.arrived])):
        if n >= 100:
            completed = int((arrived & (whole.steps == length)).sum())
            assert binomtest(completed, int(n), 0.75**length).pvalue > ERROR_RATE


@pytest.mark.slow
@pytest.mark.parametrize("hierarchies", [1, 2, 3])
def test_searches_are_as_long_as_on_stored_networks(hierarchies: int) -> None:
    """There ties are seen from both sides, and their number and the groups' size vary.

    Over five networks the standard error of the difference is about 1.1 %; 3 % is for it and
    what the two definitions differ in.
    """
    shape = {"hierarchies": hierarchies, "branching": 2, "group": 50, "homophily": 1.0}
    stored, lazy = [], []
    for replicate in range(5):
        world = Identities(levels=6, degree=50, **shape, seed=6, replicate=replicate)
        pairs = random_pairs(world.n_people, 400, seed=6, replicate=replicate)
        lazy.append(search_lengths(lambda i, w=world: w.alters([i])[0], world.heights, *pairs))
        network = watts_dodds_newman(3200, degree=50, **shape, seed=6, replicate=replicate)
        spaces = [network.spaces[f"hierarchy-{h + 1}"] for h in range(hierarchies)]
        stored.append(
            search_lengths(
                network.row,
                lambda people, target, n=network, s=spaces: np.stack(
                    [space.distance(n.people, people, target) for space in s], axis=1
                ),
                *pairs,
            )
        )
    means = np.array([np.mean(lengths, axis=1) for lengths in (stored, lazy)])
    assert means[0].mean() == pytest.approx(means[1].mean(), rel=0.03)


def search_lengths(alters, heights, starters, targets) -> NDArray[np.int64]:
    """Steps of letters that go to the nearest new alter, the first of several; at most 60."""
    lengths = []
    for starter, target in zip(starters.tolist(), targets.tolist(), strict=True):
        path = [starter]
        while path[-1] != target and len(path) <= 60:
            row = alters(path[-1])
            apart = np.where(row == target, -1, heights(row, target).min(axis=1))
            path.append(int(row[np.where(np.isin(row, path), 99, apart).argmin()]))
        lengths.append(len(path) - 1)
    return np.array(lengths)


def test_threads_change_nothing() -> None:
    world = Identities(levels=4, group=20, degree=20, seed=2)
    starters, targets = random_pairs(world.n_people, 300, seed=2)
    before = numba.get_num_threads()
    paths = []
    for threads in (1, before):
        numba.set_num_threads(threads)
        chains = world.send(starters, targets, participation=0.9, seed=2)
        assert chains.path is not None
        paths.append((chains.path.tolist(), chains.outcome.tolist()))
    assert all(other == paths[0] for other in paths)


def test_replicates_differ_in_seats_ties_and_letters() -> None:
    one, other = (Identities(levels=3, group=10, degree=5, seed=1, replicate=i) for i in range(2))
    assert one.seats(range(20)).tolist() != other.seats(range(20)).tolist()
    assert one.alters(range(20)).tolist() != other.alters(range(20)).tolist()
    sent = [one.send(range(20), 30, participation=0.9, seed=1, replicate=i).steps for i in range(2)]
    assert sent[0].tolist() != sent[1].tolist()


def test_another_letter_changes_no_letter() -> None:
    world = Identities(levels=3, group=10, degree=5, seed=1)
    few = world.send(range(10), 30, participation=0.9, seed=1)
    many = world.send(range(20), 30, participation=0.9, seed=1)
    assert few.steps.tolist() == many.steps[:10].tolist()


def test_starters_are_recruited_as_near_and_as_far_as_asked() -> None:
    """In the same region but not the same field, all alike; chi-square over the region's groups."""
    world = Identities(levels=4, branching=3, group=20, degree=5, seed=1)
    target = 700
    people = recruit(world, 300, target, within={0: 3}, beyond={1: 2}, seed=9)
    heights = world.heights(people, target)
    assert heights[:, 0].max() == 3
    assert heights[:, 1].min() == 3
    assert len(set(people.tolist())) == 300
    assert target not in people
    region = np.arange(540, 1080)
    allowed = region[world.heights(region, target)[:, 1] > 2]
    share = np.bincount((allowed - 540) // 180)
    counts = np.bincount((people - 540) // 180, minlength=3)
    assert chisquare(counts, 300 * share / share.sum()).pvalue > ERROR_RATE
    assert recruit(world, 50, target, seed=9).max() > 1079


def test_people_who_are_not_there_cannot_be_recruited() -> None:
    world = Identities(levels=2, group=5, degree=3, seed=1)
    assert sorted(recruit(world, 4, 7, within={0: 0}, seed=1).tolist()) == [5, 6, 8, 9]
    message = r"hardly 5 people who meet person 7 within \{0: 0\} and beyond \{\}"
    with pytest.raises(ValueError, match=message):
        recruit(world, 5, 7, within={0: 0}, seed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"levels": -1}, "levels must be at least 0; got -1"),
        ({"levels": 2, "hierarchies": 0}, "hierarchies must be at least 1; got 0"),
        ({"levels": 2, "branching": 1}, "branching must be at least 2; got 1"),
        ({"levels": 2, "group": 1}, "group must be at least 2; got 1"),
        ({"levels": 2, "degree": 0}, "degree must be at least 1; got 0"),
        ({"levels": 2, "homophily": float("inf")}, "homophily must be a number; got inf"),
        ({"levels": 30}, "there can be 2,147,483,647 people at most; got 107,374,182,400"),
        (
            {"levels": 5, "homophily": 20.0, "hierarchies": 1, "degree": 105},
            "homophily leaves too few people to be tied to; 100 draws a tie do not give 105 alters",
        ),
    ],
)
def test_what_a_programmer_may_get_wrong(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Identities(**arguments, seed=1)  # type: ignore[arg-type]
