"""The journal: appended, cut, mended."""

import os

from hypothesis import given
from hypothesis import strategies as st

from simnet.lab.journal import Journal, entries


def written(path, *trials):
    with Journal(path) as journal:
        for trial in trials:
            journal.write("done", trial=trial)


def trials(path):
    return [entry["trial"] for entry in entries(path)]


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "out" / "journal.jsonl"
    assert list(entries(path)) == []
    written(path, "a", "ü")
    written(path, "c")
    assert trials(path) == ["a", "ü", "c"]
    assert all(entry["event"] == "done" and entry["at"] for entry in entries(path))


@given(st.data())
def test_cut_anywhere_it_keeps_every_whole_line(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("cut") / "journal.jsonl"
    names = data.draw(st.lists(st.text(max_size=5), min_size=1, max_size=4))
    written(path, *names)
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content)))
    os.truncate(path, place)
    whole = content[:place].count(b"\n")
    assert trials(path) == names[:whole]
    written(path, "next")
    assert trials(path) == [*names[:whole], "next"]
    assert path.read_bytes().startswith(content[:place].rpartition(b"\n")[0])


def test_a_line_longer_than_a_block_is_cut_off_whole(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, "a", "b" * 200_000)
    os.truncate(path, path.stat().st_size - 10)
    written(path, "c")
    assert trials(path) == ["a", "c"]


def test_lines_that_are_no_journal_are_passed_over(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, "a")
    with path.open("ab") as file:
        file.write(b'{"event": "do\n[1]\n\xff\n')
    written(path, "b")
    assert trials(path) == ["a", "b"]
