"""Search by identity."""

from __future__ import annotations

STUDY = "watts-dodds-newman-2002"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) >= 6


def test_a_single_hierarchy_of_milgrams_size_is_found_out(quick_card):
    card = quick_card(STUDY, "milgram.hierarchies=1", "figure_letters=300", "letters=1000")
    assert "mean length of completed chains" in {check.what for check in card.failures}


def test_people_without_homophily_are_found_out(quick_card):
    small = "figure_letters=300", "letters=300", "letters_of_one_hierarchy=1000"
    failed = {check.what for check in quick_card(STUDY, "figure.homophily=0.0", *small).failures}
    assert {"q at alpha = 0, H = 1", "searchable with homophily"} <= failed
