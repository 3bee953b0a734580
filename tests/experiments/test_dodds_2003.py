"""The e-mail experiment."""

from __future__ import annotations

STUDY = "dodds-2003"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) >= 6


def test_what_differs_says_why(quick_card):
    differing = [check for check in quick_card(STUDY).checks if check.agrees is False]
    assert all(check.because for check in differing)
    assert "completion of started chains" in {check.what for check in differing}


def test_a_smaller_world_is_found_out(quick_card):
    """Among ten thousand people searches are short."""
    failed = {check.what for check in quick_card(STUDY, "levels=2", "chains=2000").failures}
    assert "median of the searches themselves, all" in failed
    assert "corrected median, other country" in failed
