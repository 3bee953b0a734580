"""Navigation on a lattice of 400 million people."""

from __future__ import annotations

STUDY = "kleinberg-2000"
FEW = "letters=200", "growth_letters=200"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) == 36


def test_another_long_tie_is_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "long_ties=3", *FEW).failures}
    assert {"T on the torus of side 20,000", "T on tori of side 1000 and 200"} <= failed
    assert "ln T at r = 1.5" in failed


def test_a_smaller_lattice_is_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "side=2000", *FEW).failures}
    assert "T on the torus of side 20,000" in failed
    assert "T on tori of side 1000 and 200" not in failed
