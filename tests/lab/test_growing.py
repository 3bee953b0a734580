"""A study grows by its file, by commands, by another study; and is rid of what is of no use."""

import multiprocessing
from types import SimpleNamespace

import pandas as pd
import pytest
from fake_engine import FakeEngine
from studies import WITH_ROWS, parts, tiny

import simnet
from simnet.errors import ResultsError, SpecError
from simnet.lab import growing
from simnet.lab.cleaning import collect, garbage
from simnet.lab.forecast import START_S
from simnet.lab.journal import entries
from simnet.lab.merging import merge
from simnet.lab.run import plan, run_with
from simnet.lab.status import status
from simnet.lab.store import Store
from simnet.spec.source import dump

SWEEP = "sweep={network.degree: [4, 6]}"
LONGER = "sweep={network.degree: [4, 6, 8]}"


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    """The engine of whatever grows a study by itself."""
    for module in ("growing", "merging"):
        monkeypatch.setattr(f"simnet.lab.{module}.Engine", FakeEngine)


def run(folder, *changes, out="out", engine=None, **options):
    return run_with(
        engine or FakeEngine(),
        tiny(folder, *changes),
        out=folder / out,
        jobs=1,
        progress=False,
        **options,
    )


@pytest.mark.parametrize(
    ("before", "after", "trials"),
    [
        ([], ["replicates=5"], 10),
        ([], ["arms.new={focal.strategy: passive-profile}"], 9),
        ([SWEEP], [LONGER], 18),
        (["arms={hard-sell: {focal.strategy: hard-sell}}"], [], 6),
    ],
)
def test_what_the_file_gains_is_run_and_what_is_there_is_kept(tmp_path, before, after, trials):
    run(tmp_path, *before)
    there = parts(tmp_path / "out")
    results = run(tmp_path, *after)
    assert len(results.done) == trials
    assert there.items() <= parts(tmp_path / "out").items()
    run(tmp_path, *after, out="at-once")
    assert parts(tmp_path / "out") == parts(tmp_path / "at-once")


def test_what_the_file_loses_stays_and_is_not_read(tmp_path):
    run(tmp_path)
    results = run(tmp_path, "arms={hard-sell: {focal.strategy: hard-sell}}")
    assert set(results.trials["arm"]) == {"hard-sell"}
    assert len(parts(tmp_path / "out")) == 6 * len(WITH_ROWS)
    assert len(run(tmp_path).done) == 6


def test_a_point_put_in_between_is_refused(tmp_path):
    run(tmp_path, SWEEP)
    with pytest.raises(ResultsError, match=r"network.degree is 6 there and 8 here"):
        run(tmp_path, "sweep={network.degree: [4, 8, 6]}")


def test_another_arm_under_the_same_name_is_refused(tmp_path):
    run(tmp_path)
    with pytest.raises(ResultsError, match=r"weeks is 4 there and 5 here"):
        run(tmp_path, "arms.give-first.weeks=5")


def test_points_have_a_table_of_their_own_that_grows(tmp_path):
    assert list(run(tmp_path).points.columns) == ["point"]
    first = run(tmp_path, SWEEP, out="swept")
    assert first.points.to_dict("list") == {"point": [0, 1], "network.degree": [4, 6]}
    again = run(tmp_path, LONGER, out="swept")
    assert again.points["network.degree"].tolist() == [4, 6, 8]
    assert again.trials["network.degree"].tolist() == [4, 4, 6, 6, 8, 8] * 3
    kept = pd.read_parquet(tmp_path / "swept" / "trials" / "hard-sell.p1.r0002.parquet")
    assert kept.columns.tolist() == [
        "arm",
        "point",
        "replicate",
        "trial",
        "fingerprint",
        "seed",
        "people",
        "ties",
    ]


def test_resume_runs_what_is_missing(tmp_path):
    run(tmp_path)
    whole = parts(tmp_path / "out")
    for trial in ("hard-sell.p0.r0001", "give-first.p0.r0002"):
        Store(tmp_path / "out").remove_parts(trial)
    growing.resume(tmp_path / "out", jobs=1, progress=False)
    assert parts(tmp_path / "out") == whole


def test_resume_failed_runs_those_alone(tmp_path):
    engine = FakeEngine(failing=frozenset({"hard-sell.0"}))
    run(tmp_path, engine=engine)
    Store(tmp_path / "out").remove_parts("give-first.p0.r0001")
    results = growing.resume(tmp_path / "out", only_failed=True, jobs=1, progress=False)
    assert results.failed.empty
    assert len(results.done) == 5
    assert results.manifest["trials"] == {"done": 5, "failed": 0, "missing": 1}
    assert results.manifest["status"] == "interrupted"


def test_extended_studies_are_those_that_were_run_at_once(tmp_path):
    run(tmp_path)
    arms = {"shy": {"focal.strategy": "give-first", "weeks": 3}}
    results = growing.extend(tmp_path / "out", replicates=4, arms=arms, jobs=1, progress=False)
    assert results.experiment.arm_names == ("hard-sell", "give-first", "shy")
    assert len(results.done) == 12
    changes = ("replicates=4", "arms.shy={focal.strategy: give-first, weeks: 3}")
    run(tmp_path, *changes, out="at-once")
    assert parts(tmp_path / "out") == parts(tmp_path / "at-once")
    assert simnet.load(tmp_path / "out" / "experiment.yaml") == tiny(tmp_path, *changes)


def test_a_study_without_arms_keeps_its_trials_when_it_gets_one(tmp_path):
    run(tmp_path, "arms={}")
    arm = {"hard-sell": {"focal.strategy": "hard-sell"}}
    results = growing.extend(tmp_path / "out", arms=arm, jobs=1, progress=False)
    assert results.experiment.arm_names == ("base", "hard-sell")
    assert len(results.done) == 6


def test_a_study_only_grows(tmp_path):
    run(tmp_path)
    with pytest.raises(ResultsError, match="has 3 replicates already, and a study only grows"):
        growing.extend(tmp_path / "out", replicates=2)
    with pytest.raises(ResultsError, match="has an arm 'hard-sell' already"):
        growing.extend(tmp_path / "out", arms={"hard-sell": {"weeks": 3}})


def test_an_arm_is_a_strategy_or_settings_or_that_of_a_file(tmp_path):
    experiment = tiny(tmp_path)
    assert growing.arm_of(experiment, "passive-profile") == {"focal.strategy": "passive-profile"}
    given = growing.arm_of(experiment, "shy", settings=["weeks=3", "focal={share: 0.2}"])
    assert given == {"weeks": 3, "focal": {"share": 0.2}}
    with pytest.raises(ResultsError, match="'shy' is no strategy of the study"):
        growing.arm_of(experiment, "shy")
    with pytest.raises(SpecError, match=r"must be written as key.path=value"):
        growing.arm_of(experiment, "shy", settings=["weeks"])


def test_an_arm_of_a_file_brings_its_strategy_along(tmp_path):
    experiment = tiny(tmp_path)
    other = tmp_path / "other.yaml"
    own = "strategies:\n  idle: {routines: []}\n"
    other.write_text((tmp_path / "tiny.yaml").read_text().replace("hard-sell", "idle") + own)
    run(tmp_path)
    arm = growing.arm_of(experiment, "idle", file=str(other))
    results = growing.extend(tmp_path / "out", arms={"idle": arm}, jobs=1, progress=False)
    run_with(FakeEngine(), simnet.load(other), out=tmp_path / "own", jobs=1, progress=False)
    extended, own = results.trials, simnet.open_results(tmp_path / "own").trials
    assert set(own.query("arm == 'idle'")["fingerprint"]) == set(
        extended.query("arm == 'idle'")["fingerprint"]
    )
    with pytest.raises(ResultsError, match="has no arm 'shy'; it has idle, give-first"):
        growing.arm_of(experiment, "shy", file=str(other))


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        (["replicates=1"], ["replicates=3"], ["replicates=3"]),
        ([SWEEP], ["sweep={network.degree: [6, 8, 4]}"], [LONGER]),
        (
            ["arms={hard-sell: {focal.strategy: hard-sell}}"],
            ["arms={give-first: {focal.strategy: give-first}}"],
            [],
        ),
    ],
)
@pytest.mark.parametrize("out", [None, "both"])
def test_merged_studies_are_those_that_were_run_at_once(tmp_path, one, two, both, out):
    run(tmp_path, *one, out="one")
    run(tmp_path, *two, out="two")
    before = parts(tmp_path / "two")
    target = None if out is None else tmp_path / out
    done = merge(tmp_path / "one", tmp_path / "two", out=target)
    run(tmp_path, *both, out="at-once")
    assert parts(done.results.path) == parts(tmp_path / "at-once")
    assert parts(tmp_path / "two") == before
    assert done.results.manifest["trials"]["missing"] == 0
    assert done.results.trials["wall_s"].notna().all()
    again = merge(done.results.path, tmp_path / "two")
    assert again.added == 0


def test_a_conflict_writes_nothing(tmp_path):
    run(tmp_path, out="one")
    run(tmp_path, "replicates=9", "weeks=5", out="two")
    before = {file: file.read_bytes() for file in tmp_path.glob("one/**/*") if file.is_file()}
    with pytest.raises(ResultsError) as caught:
        merge(tmp_path / "one", tmp_path / "two")
    lines = str(caught.value).splitlines()
    assert lines[0] == "18 trials cannot be merged, nothing was written"
    assert lines[1] == (
        f"  {tmp_path / 'two'}: hard-sell.p0.r0000 has other settings (weeks is 4 there and 5 here)"
    )
    assert lines[-1] == "  and 8 more"
    assert len(lines) == 12
    assert before == {file: file.read_bytes() for file in before}


def test_a_damaged_part_is_not_merged(tmp_path):
    run(tmp_path, "replicates=1", out="one")
    run(tmp_path, out="two")
    part = tmp_path / "two" / "series" / "hard-sell.p0.r0001.parquet"
    content = bytearray(part.read_bytes())
    content[100] ^= 1
    part.write_bytes(content)
    with pytest.raises(ResultsError, match=r"hard-sell.p0.r0001.parquet is damaged"):
        merge(tmp_path / "one", tmp_path / "two")
    assert len(simnet.open_results(tmp_path / "one").done) == 2


def test_what_is_of_no_use_is_found_and_removed(tmp_path):
    out = tmp_path / "out"
    run(tmp_path)
    one_arm = tiny(tmp_path, "arms={hard-sell: {focal.strategy: hard-sell}}")
    (out / "experiment.yaml").write_text(dump(one_arm.resolved()), encoding="utf-8")
    kept = {name: part for name, part in parts(out).items() if "hard-sell" in name}
    torn = out / "ties" / "hard-sell.p0.r0002.parquet"
    torn.write_bytes(torn.read_bytes()[:50])
    (out / "series" / ".half.1.tmp").write_bytes(b"x" * 10)
    found = garbage(out)
    assert {item.why.split()[0] for item in found} == {"left", "of"}
    assert sum("not part of the experiment" in item.why for item in found) == 3 * len(WITH_ROWS)
    assert sum("torn" in item.why for item in found) == len(WITH_ROWS)
    before = sum(file.stat().st_size for file in out.glob("*/*"))
    freed = collect(out, found)
    assert before - freed == sum(file.stat().st_size for file in out.glob("*/*"))
    assert garbage(out) == []
    assert len(simnet.open_results(out).done) == 2
    removed = [line["trial"] for line in entries(out / "journal.jsonl") if "reason" in line]
    assert len(removed) == 4
    run(tmp_path, "arms={hard-sell: {focal.strategy: hard-sell}}")
    assert parts(out) == kept


def test_one_trial_can_be_run_anew_and_compared(tmp_path, capsys):
    run(tmp_path)
    whole = parts(tmp_path / "out")
    capsys.readouterr()
    options = {"out": tmp_path / "out", "only": "give-first.p0.r2"}
    run_with(FakeEngine(), tiny(tmp_path), **options)
    said = capsys.readouterr().err
    assert "give-first.p0.r0002 is byte for byte what was there, in all 5 parts\n" in said
    assert parts(tmp_path / "out") == whole

    class Other(FakeEngine):
        def measure(self, tables, weeks, names):
            return super().measure(tables, weeks, names).assign(value=1.0)

    run_with(Other(), tiny(tmp_path), **options)
    said = capsys.readouterr().err
    assert "give-first.p0.r0002 is not what was there: measures, trials differ\n" in said
    assert len(simnet.open_results(tmp_path / "out").done) == 6
    alone = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "new", only="hard-sell.p0.r1")
    assert "hard-sell.p0.r0001 is there now; it was not before\n" in capsys.readouterr().err
    assert alone.done == ("hard-sell.p0.r0001",)
    with pytest.raises(ValueError, match="there is no arm 'shy'"):
        run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "new", only="shy.p0.r1")


def test_fail_fast_leaves_the_rest(tmp_path):
    engine = FakeEngine(failing=frozenset({"give-first.0"}))
    results = run(tmp_path, engine=engine, keep_going=False)
    assert results.manifest["trials"] == {"done": 1, "failed": 1, "missing": 4}
    assert results.manifest["status"] == "failed"
    again = run(tmp_path, "limits.keep_going=false", engine=engine)
    assert again.manifest["trials"] == {"done": 1, "failed": 1, "missing": 4}
    assert len(run(tmp_path).done) == 6


GOAL = "until={measure: opportunity_yield, half_width: 0.15, max_replicates: 60}"


def test_until_its_goal_is_reached_a_study_gets_more_replicates(tmp_path, capsys):
    results = run_with(FakeEngine(), tiny(tmp_path, GOAL), out=tmp_path / "out", jobs=1)
    count = len(results.done) // 2
    assert 30 <= count <= 60
    assert results.measures["replicate"].max() == count - 1
    assert results.state == f"{2 * count} of {2 * count} trials done"
    goals = results.manifest["until"]
    assert goals[0]["measure"] == "opportunity_yield"
    said = capsys.readouterr().err
    assert "tiny: 60 trials (2 arms, until enough is known); 1 at a time" in said
    assert "opportunity_yield, give-first less hard-sell: " in said
    assert results.manifest["status"] == "done"


def test_a_study_with_a_goal_that_was_cut_ends_in_the_same_trials(tmp_path):
    whole = run(tmp_path, GOAL)
    target = parts(tmp_path / "out")
    for trial in whole.done[7:-3]:
        Store(tmp_path / "out").remove_parts(trial)
    run(tmp_path, GOAL)
    assert parts(tmp_path / "out") == target


def test_the_status_of_a_study(tmp_path):
    engine = FakeEngine(failing=frozenset({"hard-sell.0"}))
    run(tmp_path, engine=engine)
    Store(tmp_path / "out").remove_parts("give-first.p0.r0001")
    found = status(tmp_path / "out")
    assert (found.name, found.alive, found.seconds_left) == ("tiny", False, None)
    assert [(arm.arm, arm.done, arm.running, arm.failed, arm.missing) for arm in found.arms] == [
        ("hard-sell", 2, 0, 1, 0),
        ("give-first", 2, 0, 0, 1),
    ]
    assert found.trials_per_minute > 0
    assert [failure.trial for failure in found.failures] == ["hard-sell.p0.r0000"]
    assert "was told to fail" in found.failures[0].reason


def test_the_status_of_a_study_that_runs(tmp_path):
    context = multiprocessing.get_context("fork")
    looked = context.SimpleQueue()

    class Looking(FakeEngine):
        def measure(self, tables, weeks, names):
            looked.put(status(tmp_path / "out"))
            return super().measure(tables, weeks, names)

    run(tmp_path, engine=Looking(seconds=0.02))
    seen = [looked.get() for _ in range(6)]
    assert all(found.alive for found in seen)
    assert [found.total("done") for found in seen] == [0, 1, 2, 3, 4, 5]
    assert [found.total("running") for found in seen] == [1] * 6
    assert seen[0].seconds_left is None
    assert seen[-1].seconds_left > 0


def test_a_forecast_is_held_against_what_was_done(tmp_path):
    engine = FakeEngine(seconds=0.2)
    before = plan(tiny(tmp_path, "replicates=10"), out=tmp_path / "out", jobs=1)
    done = run(tmp_path, engine=engine)
    after = plan(tiny(tmp_path, "replicates=10"), out=tmp_path / "out", jobs=1)
    assert (before.trials, before.trials_there) == (20, 0)
    assert (after.trials, after.trials_there) == (20, 6)
    written = sum(part.stat().st_size for part in done.path.glob("*/*.parquet"))
    assert after.disk_bytes == pytest.approx(14 / 6 * written, rel=0.01)
    assert 14 * 0.2 <= after.seconds - START_S <= 2 * 14 * done.trials["wall_s"].median()


def test_a_disk_that_is_too_small_is_said_and_tried(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("simnet.lab.forecast.disk_usage", lambda path: SimpleNamespace(free=2048))
    results = run_with(FakeEngine(), tiny(tmp_path), out=tmp_path / "out", jobs=1)
    assert "the disk has room for 2 KiB and about " in capsys.readouterr().err
    assert len(results.done) == 6
