"""What a run says while it works."""

import re
from dataclasses import dataclass, replace

import pytest
from fake_engine import FakeEngine

from simnet.lab import forecast as forecasting
from simnet.lab.progress import Bar, Lines, Progress
from simnet.lab.wording import counted, duration, size
from simnet.spec import TrialKey, load


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (90, "2 min"), (3600, "1 h 0 min"), (100_000, "1 d 3 h")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_sizes_and_counts():
    assert [size(10), size(5000), size(3 * 2**20), size(1.5 * 2**30)] == [
        "10 B",
        "5 KiB",
        "3 MiB",
        "1.5 GiB",
    ]
    assert [counted(1, "arm"), counted(2, "arm")] == ["1 arm", "2 arms"]


def test_the_time_left_follows_from_the_pace(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("simnet.lab.progress.time.monotonic", lambda: clock[0])
    shown = []
    monkeypatch.setattr("simnet.lab.progress._display", lambda: Recorder(shown))
    sizes = {0: Size(1.0, 10), 1: Size(3.0, 10)}
    progress = Progress(lambda key: sizes[key.replicate])
    first, second = TrialKey("base", 0, 0), TrialKey("base", 0, 1)
    progress.expect([first, second])
    clock[0] = 160.0  # a minute of compiling
    progress.tick({first: 1})
    clock[0] = 169.0
    progress.ended(first)
    progress.tick({second: 0})
    assert shown[0] == (0.025, 0, 2, None)
    share, done, trials, left = shown[1]
    assert (share, done, trials) == (0.25, 1, 2)
    assert left == pytest.approx(30.0)
    progress.ended(second)
    assert shown[2] == (1.0, 2, 2, 0.0)


def test_a_long_wait_for_the_first_week_is_explained_once(monkeypatch, capsys):
    clock = [100.0]
    monkeypatch.setattr("simnet.lab.progress.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("simnet.lab.progress._display", Lines)
    progress, key = Progress(lambda key: Size(1.0, 10)), TrialKey("base", 0, 0)
    progress.expect([key])
    said = []
    for clock[0], week in ((110.0, 0), (116.0, 0), (117.0, 0), (140.0, 1)):
        progress.tick({key: week})
        said.append(capsys.readouterr().err)
    assert said == ["", "compiling, once after installation; it takes about a minute\n", "", ""]


@dataclass
class Size:
    seconds: float
    weeks: int


class Recorder:
    def __init__(self, shown):
        self.shown = shown

    def show(self, share, done, trials, left_s):
        self.shown.append((share, done, trials, left_s))


def test_lines_come_now_and_then(monkeypatch, capsys):
    clock = [0.0]
    monkeypatch.setattr("simnet.lab.progress.time.monotonic", lambda: clock[0])
    lines = Lines()
    for clock[0] in (1.0, 11.0, 12.0, 22.0):
        lines.show(clock[0] / 100, 1, 8, 70.0)
    assert capsys.readouterr().err.splitlines() == [
        "1 of 8 trials done (11%), about 1 min left",
        "1 of 8 trials done (22%), about 1 min left",
    ]


def test_a_bar_shows_trials_and_time_left():
    from io import StringIO

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=80)
    columns = (BarColumn(), TextColumn("{task.fields[state]}"))
    bar = Bar(Progress(*columns, console=console, auto_refresh=False))
    bar.show(0.5, 4, 8, 30.0)
    bar.say("[something] to say")
    bar.close()
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue())
    assert "4/8 trials, about 30 s left" in text
    assert "[something] to say" in text


def test_jobs_are_limited_by_trials_cores_and_memory(monkeypatch):
    monkeypatch.setattr(forecasting, "cores", lambda: 8)
    monkeypatch.setattr(forecasting, "machine_memory", lambda: 4 * 2**30)
    small = forecasting.Size(people=100, half_ties=1000, weeks=10, recorded=100, active=0.3)
    large = forecasting.Size(10**6, half_ties=10**7, weeks=10, recorded=100, active=0.3)
    assert forecasting.likely_jobs([small] * 3) == 3
    assert forecasting.likely_jobs([small] * 100) == 5
    assert forecasting.likely_jobs([small] * 99 + [large]) == 1
    assert forecasting.likely_jobs([]) == 1


def test_a_forecast_grows_with_the_work():
    small = forecasting.Size(1000, half_ties=10_000, weeks=10, recorded=100, active=0.3)
    large = forecasting.Size(2000, half_ties=20_000, weeks=20, recorded=100, active=0.3)
    busier = replace(small, active=0.9)
    assert small.seconds < min(large.seconds, busier.seconds)
    assert small.memory_bytes < large.memory_bytes
    assert small.disk_bytes < large.disk_bytes


MIXED = "population={passive-profile: 0.7, hard-sell: 0.2, give-first: 0.1}"


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        ([MIXED], 0.3),
        ([MIXED, "focal={share: 0.5, strategy: give-first}"], 0.65),
        ([MIXED, "focal={share: 0.5, strategy: passive-profile}"], 0.15),
        (["population={passive-profile: 1.0}"], 0.0),
        (["population={listener: 1.0}", "strategies.listener={routines: [{do: listen}]}"], 0.0),
        (["population={own: 1.0}", "strategies.own={python: 'mine:Own'}"], 1.0),
    ],
)
def test_active_is_who_turns_to_others(changes, active):
    world = load("million", overrides=["network.people=100", *changes]).world("base")
    size = forecasting.size_of(world, FakeEngine())
    assert size.active == pytest.approx(active)
