"""Constraints between parameters, held to what Python makes of the same text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simnet.spec import Experiment
from simnet.spec.designs.constraints import MAX_LENGTH, Constraint

VALUES = {"a": 3, "b": -2, "c": 0.5, "d": 0, "kind": "lattice", "flag": True}

REFUSALS = {
    "",
    "be a comparison such as 'network.degree < 20'",
    "hold no calls",
    "hold no values but numbers, texts, true and false",
    "hold no and, or, not but between comparisons",
    "hold no operators but + - * / **",
    "hold no comparisons but < <= > >= == !=",
    "hold no parts but keys, numbers, texts, arithmetic, comparisons, and, or, not",
}

numbers = st.one_of(
    st.sampled_from(["a", "b", "c", "d"]), st.integers(0, 20).map(str), st.just("1.5")
)
arithmetic = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*"), inner),
        st.builds("-{}".format, inner),
        st.builds("({}) ** {}".format, inner, st.integers(0, 3)),
    ),
    max_leaves=5,
)
comparisons = st.one_of(
    st.builds(
        "{} {} {}".format, arithmetic, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        arithmetic,
    ),
    st.builds("{} < {} <= {}".format, arithmetic, arithmetic, arithmetic),
    st.sampled_from(["kind == 'lattice'", 'kind != "ring"', "flag == True"]),
)  # fmt: skip
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=4,
).filter(lambda text: len(text) <= MAX_LENGTH)


def refusal(text):
    """Why a text is no constraint; empty if it is one."""
    try:
        Constraint(text)
    except ValueError as error:
        return str(error)
    return ""


@given(conditions)
@example("a < a <= (1.5 / d)")  # false before the division by zero is reached
def test_a_constraint_holds_when_python_says_so(text):
    try:
        wanted = bool(eval(text, {"__builtins__": {}}, dict(VALUES)))
    except ZeroDivisionError:
        with pytest.raises(ValueError, match="division by zero"):
            Constraint(text).holds(VALUES)
    else:
        assert Constraint(text).holds(VALUES) == wanted


@given(st.text(max_size=60) | st.text("ab.0 ()'\"`<>=!+-*/notrueld[]:,\\", max_size=60))
def test_any_other_text_is_refused_in_words(text):
    assert refusal(text) in REFUSALS


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a + 1", "1", "'a'", "true", "not a", "a and b", "a < 1 and b", "(a or b) < 3",
        "f(a) < 1", "a[0] < 1", "a.b() < 1", "[a] == [1]", "{} == {}", "a := 3", "lambda: 1",
        "a if b else c", "a is b", "a in b", "a // 2 < 1", "a % 2 == 0", "a @ b < 1", "a < 1j",
        "a == None", "a == ...", "f'{a}' == 'b'", "await a", "~a < 1", "a < b'x'", "a <\x00 b",
        "a < " + "9" * MAX_LENGTH, "(" * 150 + "a" + ")" * 150, "__import__('os') == 1",
    ],
)  # fmt: skip
def test_what_is_no_constraint(text):
    with pytest.raises(ValueError, match=r"^(be|hold no) "):
        Constraint(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a / d < 1", "a division by zero"),
        ("kind < 3", "numbers and other values mixed"),
        ("kind * 2 == 'latticelattice'", "numbers and other values mixed"),
        ("flag + 1 == 2", "numbers and other values mixed"),
        ("b ** 0.5 < 1", "a power that is no real number"),
        ("9 ** 9 ** 9 < 1", "a number too large"),
    ],
)
def test_what_cannot_be_worked_out_says_why(text, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        Constraint(text).holds(VALUES)


def test_keys_are_dotted_and_stand_in_backticks_where_they_have_hyphens():
    text = "network.degree * 4 < `strategies.give-first.routines.0.hours` and `x` != true"
    constraint = Constraint(text)
    hours = "strategies.give-first.routines.0.hours"
    assert constraint.keys == ("network.degree", hours, "x")
    assert constraint.holds({"network.degree": 1, hours: 5, "x": False})
    assert not constraint.holds({"network.degree": 1, hours: 3, "x": False})


@given(st.integers(1, 30), st.integers(2, 40), st.integers(4, 49))
def test_points_that_break_a_constraint_are_left_out_and_counted(n, most, people):
    weeks = [*range(1, n + 1), 50]
    study = Experiment.model_validate(
        {
            "version": 1,
            "name": "pilot",
            "seed": 1,
            "weeks": 52,
            "network": {"model": "erdos-renyi", "people": people, "degree": 2.0},
            "population": {"give-first": 1.0},
            "design": {
                "kind": "list",
                "points": [{"weeks": week} for week in weeks],
                "where": [f"weeks < {most} or weeks == 50", "weeks != network.people"],
            },
        }
    )
    kept = [week for week in weeks if (week < most or week == 50) and week != people]
    assert [point["weeks"] for point in study.points] == kept
    assert study.design_points.left_out == len(weeks) - len(kept)
    assert study.design_points.rows == tuple(range(len(kept)))
