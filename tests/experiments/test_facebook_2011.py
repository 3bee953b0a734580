"""Distances and neighbourhoods of Facebook."""

from __future__ import annotations

STUDY = "facebook-2011"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert {check.what for check in card.checks if check.hard} >= {
        "spid, variance over mean",
        "distances within a country are shorter",
        "mean distance, January 2011 over January 2008",
    }


def test_a_network_that_does_not_grow_denser_is_found_out(quick_card):
    failed = {
        check.what for check in quick_card(STUDY, "growth.densification=1.0", "growths=2").failures
    }
    assert "mean distance, January 2011 over January 2008" in failed


def test_distances_at_another_size_are_not_compared(quick_card):
    (check,) = [c for c in quick_card(STUDY).checks if c.what == "mean distance at 20,000 people"]
    assert check.agrees is None
    assert "grow with the number of people" in check.because


def test_what_was_set_or_fitted_is_never_hard(quick_card):
    for check in quick_card(STUDY).checks:
        if check.role != "predicted":
            assert not check.hard
