"""Participation fitted to decisions, against closed forms and SciPy's optimiser."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import optimize
from scipy.special import expit
from synthetic_chains import chains, mixed, nothing, run

from simnet.chains import rules, send
from simnet.chains.estimators import attrition, decisions, fit_participation
from simnet.errors import ChainError
from simnet.network import from_edges


@settings(deadline=None)
@given(chains())
def test_a_decision_is_a_step_made_or_a_drop(study):
    told = []
    for i in range(len(study)):
        holders = study.path[i]
        told += [(i, remove, holders[remove], True) for remove in range(study.steps[i])]
        if study.outcome[i] == 1:
            last = int(study.steps[i])
            told.append((i, last, holders[last], bool(study.stuck[i])))
    table = decisions(study)
    rows = list(
        table[["chain", "remove", "holder", "took_part"]].itertuples(index=False, name=None)
    )
    assert rows == told
    assert (table["target"] == study.targets[table["chain"]]).all()


def test_without_columns_the_fit_is_the_share_of_decisions():
    study = run(np.full(2_000, 5), 0.4, np.random.default_rng(1)).chains
    fit = fit_participation(decisions(study), [])
    assert fit.probability({}) == pytest.approx(1 - attrition(study).value)


def test_one_yes_or_no_column_has_the_log_odds_of_a_table():
    yes, no = np.array([30, 45]), np.array([20, 15])
    table = pd.DataFrame(
        {
            "took_part": np.repeat([True, True, False, False], [*yes, *no]),
            "friend": np.repeat([False, True, False, True], [*yes, *no]),
        }
    )
    found = fit_participation(table, ["friend"]).table
    odds = np.log(yes / no)
    assert found["value"].to_numpy() == pytest.approx([odds[0], odds[1] - odds[0]])
    variance = 1 / yes + 1 / no
    assert found["standard_error"].to_numpy() == pytest.approx(
        np.sqrt([variance[0], variance.sum()])
    )


def test_the_coefficients_are_the_most_likely():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"age": rng.normal(40, 12, 3_000), "remove": rng.integers(0, 6, 3_000)})
    table["took_part"] = rng.random(3_000) < expit(2 - 0.04 * table["age"] + 0.2 * table["remove"])
    fit = fit_participation(table, ["age", "remove"])
    x = np.column_stack([np.ones(3_000), table["age"] / 40, table["remove"]])
    sign = np.where(table["took_part"], 1, -1)
    theirs = optimize.minimize(lambda b: np.logaddexp(0, -sign * (x @ b)).sum(), np.zeros(3))
    assert fit.coefficients * [1, 40, 1] == pytest.approx(theirs.x, abs=1e-3)
    # at a maximum, the fitted chances add up to what happened, in every column
    assert x.T @ (fit.probability(table) - table["took_part"]) == pytest.approx(0, abs=1e-6)


def test_probability_takes_columns_per_person_and_single_values():
    study = mixed(3_000, np.random.default_rng(3))
    table = decisions(study.chains)
    table["trait"] = study.trait[table["chain"]]
    fit = fit_participation(table, ["trait", "remove"])
    per_person = fit.probability({"trait": np.array([0, 1]), "remove": 2})
    assert per_person.shape == (2,)
    assert per_person == pytest.approx([0.5, 0.85], abs=0.05)
    with pytest.raises(ValueError, match="the fit needs the column 'trait'"):
        fit.probability({"remove": 2})


def test_a_fit_to_chains_tells_who_takes_part_in_others():
    """Letters are sent, their decisions fitted, and the fit is what they were sent by."""
    rng = np.random.default_rng(4)
    ring = np.arange(400)
    network = from_edges(ring, (ring + 1) % 400, people={"age": rng.uniform(20, 80, 400)})
    willing = expit(4 - 0.04 * network.people["age"])
    starters = rng.integers(0, 400, 4_000)
    targets = (starters + 15) % 400

    def sent(participation):
        return send(network, starters, targets, rule=rules.AtRandom(), participation=participation)

    table = decisions(sent(willing))
    table["age"] = network.people["age"][table["holder"]]
    fit = fit_participation(table, ["age"])
    assert fit.probability(network.people) == pytest.approx(willing, abs=0.03)
    again = sent(fit.probability(network.people))
    assert attrition(again).value == pytest.approx(1 - table["took_part"].mean(), abs=0.02)


def table_of(took_part, **columns):
    return pd.DataFrame({"took_part": took_part, **columns})


@pytest.mark.parametrize(
    ("table", "columns", "sentence"),
    [
        (table_of([], age=[]), ["age"], "nobody decided whether to take part"),
        (table_of([True, False], age=[1, 2]), ["ages"], "there is no column 'ages'; there are"),
        (table_of([True, False], sex=["f", "m"]), ["sex"], "'sex' must hold numbers or truth"),
        (table_of([True, False], age=[1, np.nan]), ["age"], "'age' has no value for 1 of 2"),
        (table_of([True, False] * 3, one=[1.0] * 6), ["one"], "'one' is collinear with"),
        (
            table_of([True, False] * 3, a=[1, 2, 3, 4, 5, 7], b=[3, 5, 7, 9, 11, 15]),
            ["a", "b"],
            "'b' is collinear with",
        ),
        (table_of([True, False], a=[1, 2], b=[2, 1]), ["a", "b"], "collinear"),
        (table_of([False] * 3 + [True] * 3, a=range(6)), ["a"], "separate those who took part"),
        (
            table_of([False, True, False, True, True, True], a=[0, 0, 0, 0, 1, 1]),
            ["a"],
            "separate those who took part",
        ),
        (table_of([True] * 5, a=range(5)), [], "separate those who took part"),
    ],
)
def test_what_cannot_be_fitted_ends_in_one_sentence(table, columns, sentence):
    with pytest.raises(ChainError, match=sentence):
        fit_participation(table, columns)


def test_no_chain_leaves_nothing_to_fit():
    assert decisions(nothing()).empty
    with pytest.raises(ChainError, match="nobody decided"):
        fit_participation(decisions(nothing()), [])
