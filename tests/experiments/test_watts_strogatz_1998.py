"""The small world of rewired rings."""

from __future__ import annotations

STUDY = "watts-strogatz-1998"


def test_no_hard_check_differs(quick_card):
    card = quick_card(STUDY)
    assert card.failures == ()
    assert sum(check.hard for check in card.checks) >= 37


def test_another_lattice_is_found_out(quick_card):
    failed = {check.what for check in quick_card(STUDY, "degree=12", "graphs=2").failures}
    assert {"L(0)", "C(0)"} <= failed


def test_what_has_no_data_is_not_compared(quick_card):
    left_out = [check for check in quick_card(STUDY).checks if check.agrees is None]
    assert len(left_out) == 6
    assert {check.because for check in left_out} == {"the data set is not shipped"}
