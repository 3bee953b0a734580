"""Completion, attrition and survival against counting by hand and against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats
from synthetic_chains import chains, mixed, nothing, run

from simnet.chains.estimators import (
    ENDINGS,
    attrition,
    attrition_by_step,
    completion_rate,
    cumulative_incidence,
    survival,
)


def story(study):
    """What happened at each remove of each chain, told one chain at a time."""
    for i in range(len(study)):
        made = int(study.steps[i])
        ending = ("arrived", "dropped", "lost", "expired")[study.outcome[i]]
        if ending == "dropped":
            ending = "stuck" if study.stuck[i] else "unwilling"
        received = made - (ending == "lost")
        for remove in range(received):
            yield remove, "passed"
        yield received, ending


@settings(deadline=None)
@given(chains())
def test_each_step_is_counted_as_it_happened(study):
    told = list(story(study))
    for row in attrition_by_step(study).itertuples():
        here = [what for remove, what in told if remove == row.remove]
        drops = here.count("unwilling") + here.count("stuck")
        assert row.held == len(here) - here.count("arrived")
        assert row.deciding == row.held - here.count("expired")
        assert (row.dropped, row.stuck) == (drops, here.count("stuck"))
        assert (row.lost, row.expired) == (here.count("lost"), here.count("expired"))
        if row.deciding:
            assert row.hazard == drops / row.deciding
        else:
            assert np.isnan([row.hazard, row.low, row.high]).all()


@settings(deadline=None)
@given(chains())
def test_completion_has_the_denominator_it_names(study):
    arrived = study.outcome == 0
    started = study.steps > 0
    of_all = completion_rate(study, of="all")
    of_started = completion_rate(study)
    assert (of_all.n, of_started.n) == (len(study), started.sum())
    if of_all.n:
        assert of_all.value == arrived.mean()
    if of_started.n:
        assert of_started.value == arrived[started].mean()
        assert of_started.low <= of_started.value <= of_started.high


def test_wilson_interval_is_scipys():
    study = mixed(300, np.random.default_rng(1)).chains
    found = completion_rate(study, of="all", level=0.9)
    theirs = stats.binomtest(int(study.arrived.sum()), 300).proportion_ci(0.9, method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


def test_constant_attrition_is_found():
    study = run(np.full(40_000, 6), 0.3, np.random.default_rng(2)).chains
    found = attrition(study)
    assert abs(found.value - 0.3) < 4 * found.standard_error
    assert found.n == attrition_by_step(study)["deciding"].sum()


@settings(deadline=None)
@given(chains())
def test_survival_is_that_of_scipy(study):
    if not len(study):
        return
    arrived = study.outcome == 0
    received = study.steps - (study.outcome == 2)
    # who arrives at a remove is not at risk there; SciPy takes the censored to be
    ends = np.where(arrived, received - 0.5, received)
    theirs = stats.ecdf(stats.CensoredData(ends[~arrived], right=ends[arrived]))
    ours = survival(study)
    known = ours["survival"].notna()
    at = ours["steps"][known] - 0.5
    assert ours["survival"][known].to_numpy() == pytest.approx(theirs.sf.evaluate(at))


def test_survival_interval_is_scipys():
    study = mixed(400, np.random.default_rng(3)).chains
    arrived = study.arrived
    ends = np.where(arrived, study.steps - 0.5, study.steps)
    theirs = stats.ecdf(stats.CensoredData(ends[~arrived], right=ends[arrived]))
    band = theirs.sf.confidence_interval(0.95, method="log-log")
    ours = survival(study).set_index("steps").loc[1:4]
    assert ours["low"].to_numpy() == pytest.approx(band.low.evaluate(np.arange(1, 5) - 0.5))
    assert ours["high"].to_numpy() == pytest.approx(band.high.evaluate(np.arange(1, 5) - 0.5))


@settings(deadline=None)
@given(chains())
def test_uncensored_incidence_is_the_share_that_ended_so(study):
    if not len(study):
        return
    n = len(study)
    ended = np.array([what for _, what in story(study) if what != "passed"])
    # the step from the remove where it ended, or the one that reached the target
    after = study.steps + np.isin(ended, ["unwilling", "stuck", "expired"])
    for row in cumulative_incidence(study).itertuples():
        share = ((ended == row.ending) & (after <= row.steps)).mean()
        assert row.incidence == pytest.approx(share)
        assert row.standard_error == pytest.approx(np.sqrt(share * (1 - share) / n), abs=1e-7)


def test_incidences_and_survival_add_up_to_one():
    study = run(np.full(500, 4), 0.2, np.random.default_rng(4), lost=0.1).chains
    incidence = cumulative_incidence(study, censored=("lost",))
    alive = survival(study, censored=("lost",)).set_index("steps")["survival"]
    total = incidence.groupby("steps")["incidence"].sum() + alive
    assert total.dropna().to_numpy() == pytest.approx(1.0)
    assert set(incidence["ending"]) == set(ENDINGS) - {"lost"}


def test_censored_losses_leave_the_incidence_of_a_study_without_them():
    rng = np.random.default_rng(5)
    lengths = rng.integers(1, 6, 60_000)
    lossy = cumulative_incidence(run(lengths, 0.25, rng, lost=0.15).chains, censored=("lost",))
    row = lossy[(lossy["ending"] == "arrived") & (lossy["steps"] == 5)].iloc[0]
    assert abs(row["incidence"] - (0.75**lengths).mean()) < 4 * row["standard_error"]


def test_nothing_is_known_of_no_chain():
    assert np.isnan(completion_rate(nothing()).value)
    assert np.isnan(completion_rate(nothing(), of="all").value)
    assert np.isnan(attrition(nothing()).value)
    assert attrition_by_step(nothing())["hazard"].isna().all()
    assert survival(nothing())["survival"].isna().all()
    assert cumulative_incidence(nothing())["incidence"].isna().all()


def test_no_chain_was_started():
    study = run(np.full(5, 3), 1.0, np.random.default_rng(6)).chains
    assert np.isnan(completion_rate(study).value)
    assert completion_rate(study, of="all").value == 0
    assert attrition(study).value == 1


def test_misuse_is_refused():
    with pytest.raises(ValueError, match="of must be 'started' or 'all'; got 'some'"):
        completion_rate(nothing(), of="some")
    with pytest.raises(ValueError, match="level must lie between 0 and 1; got 95"):
        completion_rate(nothing(), level=95)
    with pytest.raises(ValueError, match=r"censored may name arrived, unwilling.*; got dropped"):
        survival(nothing(), censored=("dropped",))
