"""Letters from Nebraska and Boston."""

from __future__ import annotations

STUDY = "travers-milgram-1969"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert {check.what for check in card.checks if check.hard} >= {
        "mean intermediaries of completed chains",
        "histogram of intermediaries",
        "intermediaries, Nebraska random less Boston",
    }


def test_what_differs_says_why(quick_card):
    differing = [check for check in quick_card(STUDY).checks if check.verdict == "differs"]
    assert {check.what for check in differing} == {
        "completed, of all starters",
        "completed, of those started",
        "share of arrivals through the three most frequent last people",
    }
    assert all(check.because for check in differing)
    assert "would have taken 453 starters, not 296" in differing[0].because


def test_people_who_know_few_are_found_out(quick_card):
    card = quick_card(STUDY, "world.degree=30", "replicates=10")
    failed = {check.what for check in card.failures}
    assert "mean intermediaries of completed chains" in failed


def test_starters_who_live_no_nearer_are_found_out(quick_card):
    """Where ten million people live as near as the Boston starters do, those are little nearer."""
    card = quick_card(STUDY, "home_height=5", "replicates=40")
    failed = {check.what for check in card.failures}
    assert "intermediaries, Nebraska random less Boston" in failed
