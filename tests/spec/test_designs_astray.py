"""Whatever stands under `design:`, it is either run or refused with places and sentences."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.errors import SpecError
from simnet.spec import dump, load

PARTS = {
    "version": 1,
    "name": "pilot",
    "seed": 1,
    "weeks": 52,
    "network": {"model": "watts-strogatz", "people": 100, "degree": 4, "rewiring": 0.1},
    "population": {"passive-profile": 0.7, "give-first": 0.3},
    "arms": {"one": {"focal.strategy": "give-first"}, "two": {"hours_per_week": 6}},
}

keys = st.sampled_from(
    ["weeks", "network.degree", "network", "focal.strategy", "focal", "probes.letters", "seed", "",
     "a..b", ".", "network.degree.x", "strategies.give-first.routines.0.hours", "hours_per_week"]
)  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.integers(-(10**30), 10**30), st.just(""),
    st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["give-first", "log", "x"]),
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
parameter = st.one_of(
    st.fixed_dictionaries(
        {"low": scalars, "high": scalars},
        optional={"scale": st.sampled_from(["log", "linear", "x"]), "step": scalars},
    ),
    st.fixed_dictionaries(
        {"low": st.integers(1, 4), "high": st.integers(5, 9)}, optional={"step": st.just(1)}
    ),
    st.lists(scalars, max_size=4),
    anything,
)
where = st.sampled_from(
    ["weeks < 10", "weeks / (weeks - 4) < 2", "focal.strategy == 'x'", "network.degree > weeks",
     "hours_per_week < 3", "network < 3", "nothing > 2", "weeks ** 400 < 3", "market.breadth < 1"]
)  # fmt: skip
well = st.dictionaries(
    st.sampled_from(["weeks", "network.degree", "probes.letters"]),
    st.fixed_dictionaries(
        {"low": st.integers(1, 4), "high": st.integers(5, 9)}, optional={"step": st.just(1)}
    )
    | st.lists(st.integers(1, 12), min_size=1, max_size=3),
    min_size=1,
    max_size=2,
)
ranges = st.one_of(well, well, well, st.dictionaries(keys, parameter, max_size=3), anything)
lists = st.dictionaries(
    st.sampled_from(["weeks", "network.degree", "focal"]),
    st.lists(st.sampled_from([1, 2, 4, 6, 4.0, None]), max_size=3),
    max_size=2,
)
listed = st.lists(
    st.dictionaries(st.sampled_from(["weeks", "focal.strategy"]), scalars), max_size=3
)


def kind(name, **parts):
    return st.fixed_dictionaries(
        {"kind": st.just(name), **parts}, optional={"where": st.lists(where, max_size=2) | anything}
    )


designs = st.one_of(
    kind("grid", parameters=lists | anything),
    kind("zip", parameters=lists | anything),
    kind("list", points=listed | anything),
    kind("csv", file=st.sampled_from(["points.csv", "points.csv", "nothing.csv", 3, "."])),
    kind("lhs", points=st.integers(0, 5), parameters=ranges),
    kind("sobol", points=st.integers(0, 5), parameters=ranges),
    kind("saltelli", base_points=st.integers(0, 4), parameters=ranges),
    kind("morris", trajectories=st.integers(0, 3), parameters=ranges),
    kind("morris", trajectories=st.just(2), levels=st.integers(0, 7), parameters=ranges),
    kind(None),
)
tables = st.one_of(
    st.text('weks,1234."\n -network.degree', max_size=60),
    st.lists(st.sampled_from(["3", "4", "5,6", '"7"', "", "x"]), max_size=3).map(
        lambda rows: "\n".join(["weeks", *rows])
    ),
)


@settings(max_examples=300, deadline=None)
@given(designs | anything, tables)
def test_it_is_run_or_refused(tmp_path_factory, design, table):
    folder = tmp_path_factory.mktemp("designs")
    (folder / "points.csv").write_text(table, encoding="utf-8")
    file = folder / "pilot.yaml"
    file.write_text(dump({**PARTS, "design": design}), encoding="utf-8")
    try:
        study = load(file)
    except SpecError as error:
        problems = error.problems
    else:
        problems = ()
        assert len(study.points) == len(set(study.points)) >= 1
        for point in range(len(study.points)):
            for arm in study.arm_names:
                assert study.world(arm, point).weeks >= 1
    for problem in problems:
        assert problem.place.line >= 1
        assert problem.place.source.startswith(str(folder))
        assert problem.rule
