"""What an experiment may ask of the machine."""

from __future__ import annotations

import pytest

from simnet.spec import limits


def test_memory_needed_grows_with_ties_and_people():
    assert limits.memory_needed(0, 10) == 0
    assert limits.memory_needed(1, 0) == limits.memory_needed(1, limits.ROW_OF_SLOTS)
    assert limits.memory_needed(1, 100) > limits.memory_needed(1, limits.ROW_OF_SLOTS)
    million = limits.memory_needed(1_000_000, 10)
    assert limits.memory_needed(2_000_000, 10) == 2 * million
    assert 1 < million / 2**30 < 3


def test_the_machine_has_some_memory_or_does_not_say():
    assert limits.machine_memory() is None or limits.machine_memory() > 2**20


@pytest.mark.parametrize(
    ("text", "memory"), [("4096\n", 4096), ("max\n", 2**40), ("9" * 20, 2**40)]
)
def test_a_container_may_have_less_than_its_machine(tmp_path, monkeypatch, text, memory):
    (tmp_path / "memory.max").write_text(text)
    monkeypatch.setattr(limits, "_CGROUP", tmp_path / "memory.max")
    monkeypatch.setattr("os.sysconf", lambda _: 2**20)
    assert limits.machine_memory() == memory


def test_a_system_that_does_not_say(monkeypatch):
    def refuse(_):
        raise ValueError

    monkeypatch.setattr("os.sysconf", refuse)
    assert limits.machine_memory() is None
