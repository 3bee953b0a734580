"""A formula for the mean distance of a ring with shortcuts."""

from __future__ import annotations

STUDY = "newman-moore-watts-2000"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) >= 20


def test_a_ring_too_short_for_its_shortcuts_is_found_out(quick_card):
    """Steps along the shortcuts themselves then count; the formula leaves them out."""
    failed = {check.what for check in quick_card(STUDY, "people=1000").failures}
    assert "500 shortcuts: simulation against formula" in failed
