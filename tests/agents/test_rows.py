"""Rows of half-ties: who fits a need, by lines; and rows that need no looking after for a while."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from worlds import SHIPPED, world_spec

from simnet.agents import World
from simnet.agents.crowd import FREE, NO_OFFER, SLOTS_A_LINE, VACANT
from simnet.agents.mechanisms._kernels import fits
from simnet.agents.rows._kernels import end_of, fitting, lines_of


@njit
def fitting_by_lines(parameters, people, ties, i, category):
    p = parameters[0]
    found = np.zeros(end_of(people, i) - people.row[i].start, np.bool_)
    for line in lines_of(people, i):
        which = fitting(p, ties, line, end_of(people, i), category)
        for k in range(SLOTS_A_LINE):
            if which >> k & 1:
                found[line + k - people.row[i].start] = True
    return found


@njit
def fitting_one_by_one(parameters, people, ties, i, category):
    first, end = people.row[i].start, end_of(people, i)
    found = np.zeros(end - first, np.bool_)
    for e in range(first, end):
        j = ties.other[e]
        found[e - first] = j != FREE and fits(parameters[0], category, people.face[j].offer)
    return found


@pytest.fixture(scope="module")
def lived() -> World:
    network = {"model": "watts-strogatz", "people": 60, "degree": 20, "rewiring": 0.2}
    decay = {"broken_rhythm": 2.0, "dormancy_hazard": 0.4}
    world = World(world_spec(network=network, behaviour={"decay": decay}, weeks=40))
    world.run()
    return world


def test_who_fits_is_the_same_by_lines_and_one_by_one(lived: World) -> None:
    arguments = lived._parameters, lived.people, lived.ties
    for i in range(60):
        for category in range(20):
            by_lines = fitting_by_lines(*arguments, i, category)
            assert by_lines.tolist() == fitting_one_by_one(*arguments, i, category).tolist()


def test_rows_begin_and_end_at_a_line(lived: World) -> None:
    row = lived.people.row
    assert not np.any(row.start % SLOTS_A_LINE)
    assert not np.any(row.room % SLOTS_A_LINE)
    assert np.all(row.used <= row.room)
    assert (row.used > SLOTS_A_LINE).any()


def test_a_slot_without_a_tie_says_so_everywhere(lived: World) -> None:
    row = lived.people.row
    slots = np.concatenate([np.arange(a, a + n) for a, n in zip(row.start, row.used, strict=True)])
    free = lived.ties.other[slots] == FREE
    assert free.any()
    np.testing.assert_array_equal(lived.ties.half["flags"][slots] & VACANT != 0, free)
    np.testing.assert_array_equal(lived.ties.offer[slots] == NO_OFFER, free)
    offers = lived.people.face.offer[lived.ties.other[slots[~free]]]
    np.testing.assert_array_equal(lived.ties.offer[slots[~free]], offers)


@pytest.mark.parametrize("people", [60, 6_000])
def test_slots_taken_for_rows_to_come_hold_no_tie(people: int) -> None:
    network = {"model": "watts-strogatz", "people": people, "degree": 4, "rewiring": 0.2}
    ties = World(world_spec(network=network)).ties
    taken = slice(people * SLOTS_A_LINE, people * SLOTS_A_LINE * 13 // 8)
    assert np.all(ties.other[taken] == FREE)
    assert np.all(ties.offer[taken] == NO_OFFER)
    assert np.all(ties.half["flags"][taken] == VACANT)
    assert len(ties.other) > taken.stop


@pytest.mark.parametrize("broken_rhythm", [0.5, 2.0, 8.0])
@pytest.mark.parametrize("usual_gap", [0.6, 3.0])
def test_rows_left_alone_had_nothing_to_look_after(
    broken_rhythm: float, usual_gap: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when every row is looked after in every turn of its."""
    decay = {"broken_rhythm": broken_rhythm, "usual_gap": usual_gap}
    behaviour = {
        "decay": {**decay, "dormancy_hazard": 0.3},
        "reciprocity": {"thanks_unprompted": 0.3, "thanks_half_life": 5.0},
        "pitch": {"mute": 0.5},
    }
    spec = world_spec(behaviour=behaviour, weeks=50, population=dict.fromkeys(SHIPPED, 0.25))
    tables = World(spec).run()
    restless = World._break

    def look_after_everybody(self: World, *blocked: object) -> None:
        self.people.calm[:] = 0
        restless(self, *blocked)  # type: ignore[arg-type]

    monkeypatch.setattr(World, "_break", look_after_everybody)
    for name, table in World(spec).run().items():
        assert table.equals(getattr(tables, name)), name
    assert len(tables.ties) > 0
