"""Distances among 180 million people who exchange messages."""

from __future__ import annotations

STUDY = "msn-2008"
MIXED = (
    "society.close=0",
    "society.neighbourhood=0.0",
    "society.cohort=0.0",
    "society.work=0.0",
    "society.introduced=0.0",
    "society.people_per_place=1000000",
    "society.sorting=0.0",
)


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert "mean distance, line to 180 million" in {c.what for c in card.checks if c.hard}


def test_people_who_meet_at_random_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, *MIXED).failures}
    assert "mean distance, line to 180 million" in failed


def test_another_spread_of_contacts_is_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "society.degrees.median=12").failures}
    assert "mean distance, line to 180 million" in failed
