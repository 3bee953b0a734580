"""`until:` as it is written, and what is said of it when it is wrong."""

import pytest
from pydantic import Field, ValidationError

from simnet.spec.base import Model
from simnet.spec.findings import findings_of
from simnet.spec.sequential import Goal, Goals, misdirected


class Study(Model):
    until: Goals = Field(default=())


def amiss(until):
    with pytest.raises(ValidationError) as caught:
        Study(until=until)
    (found,) = findings_of(caught.value, Study)
    return found


def goals(*given):
    return Study(until=list(given)).until


def test_one_goal_is_written_without_a_list():
    goal = {"measure": "ties", "half_width": 0.1}
    assert Study(until=goal) == Study(until=[goal])
    assert Study(until=goal).until == (Goal(measure="ties", half_width=0.1),)


def test_resolved_goals_load_again():
    study = Study(until=[{"measure": "ties", "relative": 0.1}, {"measure": "trust", "best": True}])
    assert Study.model_validate(study.model_dump(mode="json")) == study


@pytest.mark.parametrize(
    ("changes", "path", "rule"),
    [
        ({"half_width": -1}, ("half_width",), "must be a number above 0"),
        ({"half_widht": 1}, ("half_widht",), "is not a known key"),
        ({"relative": 1}, ("relative",), "must not stand beside half_width; one of the two"),
        ({"half_width": None}, (), "must say one of half_width, relative and best: true"),
        ({"arms": ["a"]}, ("arms",), "must name two arms at least"),
        ({"arms": ["a", "a"]}, ("arms",), "must name each arm once; 'a' is there twice"),
        ({"level": 95}, ("level",), "must be a number of at least 0.5 and below 1"),
    ],
)
def test_a_fault_is_found_where_it_was_written(changes, path, rule):
    goal = {"measure": "ties", "half_width": 0.1, **changes}
    alone, listed = amiss(goal), amiss([goal])
    assert (alone.path, alone.rule) == (("until", *path), rule)
    assert (listed.path, listed.rule) == (("until", 0, *path), rule)


def test_goals_must_fit_the_experiment():
    wrong = {"measure": "tis", "half_width": 0.1, "arms": ["a", "c"], "max_replicates": 3}
    found = list(
        misdirected(goals(wrong), arms=["a", "b"], measures=["ties"], replicates=20, several=False)
    )
    assert [finding.path for finding in found] == [
        ("until", "measure"),
        ("until", "arms", 1),
        ("until", "max_replicates"),
    ]
    assert found[0].nearest == "ties"
    right = goals({"measure": "ties", "best": True})
    fits = {"measures": ["ties"], "replicates": 20, "several": True}
    assert not list(misdirected(right, arms=["a", "b"], **fits))
    (lonely,) = misdirected(right, arms=["a"], **fits)
    assert (lonely.path, lonely.rule) == (("until", 0), "needs two arms to compare")
