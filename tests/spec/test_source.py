"""The reader of YAML: places, refusals, limits."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import simnet.spec
from simnet.errors import Place, Problem, SpecError, TrialFailed
from simnet.spec.source import Unusable, parse, plain


def read(text):
    found = []
    return parse(text, "x.yaml", found.append), found


def test_every_value_and_key_knows_its_place():
    root, _ = read("a: 1\nb:\n  - c: x\n    d: [2, 3]\n")
    d = root.content["b"].content[0].content["d"]
    assert d.key_place == Place("x.yaml", 4, 5)
    assert d.place == Place("x.yaml", 4, 8)
    assert d.content[1].place == Place("x.yaml", 4, 12)


def test_aliases_are_read_in_moderation():
    root, found = read("a: &a {x: 1}\nb: *a\n")
    assert plain(root) == {"a": {"x": 1}, "b": {"x": 1}}
    assert found == []


def test_many_aliases_of_a_large_value_are_refused():
    text = f"a: &a [{', '.join('x' * 1)}{', x' * 999}]\nb: [{', '.join(['*a'] * 11)}]\n"
    with pytest.raises(Unusable, match="must not grow beyond 10,000 values"):
        read(text)


def test_deep_nesting_is_refused_at_once():
    with pytest.raises(Unusable, match="must not be nested"):
        read("[" * 500_000)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{},&*!'\"|>#%?\n\t 01.~"), max_size=40))
def test_any_text_is_read_or_refused_but_never_crashes(text):
    try:
        plain(read(text)[0])
    except Unusable as error:
        assert error.problem.place.line >= 1  # noqa: PT017 (reading need not fail)


scalars = st.recursive(
    st.integers(-(10**6), 10**6) | st.text("abcxyz -:#", max_size=10),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(scalars)
def test_ordinary_yaml_means_what_it_means_to_pyyaml(data):
    root, found = read(yaml.safe_dump(data))
    assert plain(root) == data
    assert found == []


def test_a_report_aligns_its_columns():
    problems = [
        Problem(Place("pilot.yaml", 7, 13), "network.rewiring", "must be this", "1.4"),
        Problem(Place("pilot.yaml", 12, 3), "chains.atrition", "is no key", "", "attrition"),
    ]
    assert str(SpecError("pilot.yaml", problems)) == (
        "pilot.yaml has 2 problems, nothing was run\n"
        "  7:13   network.rewiring   must be this; got 1.4\n"
        "  12:3   chains.atrition    is no key; did you mean 'attrition'?"
    )


def test_a_problem_without_a_place_is_still_a_sentence():
    assert str(SpecError.of("nobody can follow 'x:Y'")) == (
        "the experiment has 1 problem, nothing was run\n  nobody can follow 'x:Y'"
    )


def test_errors_reach_another_process():
    error = SpecError("x", [Problem(Place("x", 1, 1), "a", "is wrong")])
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems) == (str(error), error.problems)
    assert str(pickle.loads(pickle.dumps(TrialFailed("a.p0.r0000", "rounds")))) == (
        "trial a.p0.r0000 failed during rounds"
    )


def test_importing_the_language_is_light():
    code = (
        "import sys, simnet.spec\n"
        "heavy = {'numpy', 'pandas', 'numba', 'scipy', 'networkx', 'matplotlib', 'pyarrow'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_public_names_are_there():
    assert sorted(simnet.spec.__all__) == sorted(set(simnet.spec.__all__))
    assert all(hasattr(simnet.spec, name) for name in simnet.spec.__all__)
