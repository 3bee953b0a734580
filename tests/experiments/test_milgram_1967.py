"""The first chains."""

from __future__ import annotations

STUDY = "milgram-1967"
MEDIAN = "Nebraska: median intermediaries"


def check(card, what):
    (found,) = [one for one in card.checks if one.what == what]
    return found


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(one.hard for one in card.checks) >= 5


def test_the_median_agrees_where_nobody_is_drawn_twice(quick_card):
    assert check(quick_card(STUDY, "world.repeats=false"), MEDIAN).verdict == "agrees"


def test_people_who_know_few_are_found_out(quick_card):
    card = quick_card(STUDY, "world.degree=30", "replicates=10")
    assert "Nebraska: mean intermediaries" in {one.what for one in card.failures}
    assert check(card, MEDIAN).verdict == "differs"
    assert "the median of 44 chains is itself uncertain" in check(card, MEDIAN).because
