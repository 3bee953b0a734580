"""Lengths by the inverse of survival."""

from __future__ import annotations

STUDY = "goel-2009"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) >= 6


def test_holders_who_know_what_lies_ahead_are_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "foresight=-0.1", "easier=2.5").failures}
    assert "mean length by the estimator, attrition fitted, against the truth" in failed
    assert "mean length by the estimator, attrition known, against the truth" not in failed


def test_a_smaller_world_is_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "levels=3", "chains=5000").failures}
    assert "length within which half of the chains are complete" in failed
