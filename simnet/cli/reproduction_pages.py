"""What ``simnet reproduce`` prints: cards, the table of studies, and how far it is."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Protocol

from simnet.lab.reproduction import Card, Check, Published, published, wording
from simnet.lab.reproduction.catalogue import names
from simnet.lab.reproduction.many import Outcome
from simnet.lab.reproduction.running import Reproduction
from simnet.lab.reproduction.writing import as_data, summary_row
from simnet.lab.wording import duration

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

__all__ = ["Progress", "as_json", "listing", "page", "page_width", "progress"]

HEADINGS = {
    "study": "study",
    "agree": "agree",
    "differ": "differ",
    "not_comparable": "not comparable",
    "hard_failures": "failed",
    "seconds": "seconds",
}
NUMBERS = ("published", "", "ours", "interval", "agrees within")
NARROWEST, WIDEST = 80, 120
VERDICTS = 16
SHORTEST_NAMES = 24
NOTE = " " * (VERDICTS + 2)


def page_width() -> int:
    """Columns to fill, by the terminal."""
    return min(max(shutil.get_terminal_size((100, 24)).columns, NARROWEST), WIDEST)


def listing(as_json: bool) -> str:
    """The studies there are, and what each of them measured."""
    studies = {name: published(name) for name in names()}
    if as_json:
        rows = [{"study": name, **_about(study)} for name, study in studies.items()]
        return json.dumps(rows, indent=1, ensure_ascii=False)
    return "\n".join(
        f"{name}\n{fill(study.what, page_width(), initial_indent='  ', subsequent_indent='  ')}"
        for name, study in studies.items()
    )


def page(outcomes: Sequence[Outcome], *, width: int) -> str:
    """The card if there is just one, and a table of all."""
    blocks = [_table(outcomes)]
    if len(outcomes) == 1 and outcomes[0].reproduction is not None:
        blocks.insert(0, _card_page(outcomes[0].reproduction, width))
    return "\n\n".join(blocks)


def as_json(outcomes: Sequence[Outcome]) -> str:
    """All cards; a study without one says why."""
    cards = [
        as_data(outcome.reproduction)
        if outcome.reproduction is not None
        else {"study": outcome.name, "error": outcome.reason}
        for outcome in outcomes
    ]
    return json.dumps(cards, indent=1, ensure_ascii=False)


def _about(study: Published) -> dict[str, object]:
    return {"citation": study.citation, "doi": list(study.doi), "measured": study.what}


def _table(outcomes: Sequence[Outcome]) -> str:
    rows = [list(HEADINGS.values())]
    errors = {}
    for outcome in outcomes:
        row = summary_row(outcome)
        if outcome.reproduction is None:
            errors[outcome.name] = outcome.reason
            rows.append([outcome.name, *["–"] * (len(HEADINGS) - 1)])
        else:
            rows.append([str(row[key]) for key in HEADINGS])
    table = _aligned(rows, left=1)
    reasons = [f"{name} could not be run to its end: {text}" for name, text in errors.items()]
    return "\n".join([*table, *reasons])


# ---------------------------------------------------------------------- a card


def _card_page(reproduction: Reproduction, width: int) -> str:
    card, about = reproduction.card, reproduction.published
    doi = "".join(f" doi:{name}" for name in about.doi)
    texts = [
        f"{card.study}: {card.question}",
        about.citation + doi,
        f"Fitted or given: {wording.parts(card.fitted)}.",
        f"Predicted: {wording.parts(card.predicted)}.",
    ]
    head = [fill(text, width, subsequent_indent="  ") for text in texts]
    return "\n".join([*head, "", *_check_lines(card, width)])


def _check_lines(card: Card, width: int) -> Iterator[str]:
    """A row a check, with what does not fit into numbers below it."""
    numbers = _aligned([NUMBERS, *map(_numbers, card.checks)], left=0)
    for_names = max(width - VERDICTS - len(numbers[0]) - 2, SHORTEST_NAMES)
    yield f"{'':<{VERDICTS}}{'quantity':<{for_names}}  {numbers[0]}"
    for check, row in zip(card.checks, numbers[1:], strict=True):
        units = f", {check.units}" if check.units else ""
        first, *more = wrap(check.what + units, for_names)
        yield f"{wording.in_words(check):<{VERDICTS}}{first:<{for_names}}  {row}".rstrip()
        yield from (f"{'':<{VERDICTS}}  {line}" for line in more)
        for note in _notes(check):
            yield fill(note, width, initial_indent=NOTE, subsequent_indent=NOTE)


def _numbers(check: Check) -> list[str]:
    if _is_in_words(check):
        return [""] * len(NUMBERS)
    return [
        wording.published(check),
        _flag(check),
        wording.ours(check),
        wording.interval(check),
        wording.allowed(check),
    ]


def _notes(check: Check) -> Iterator[str]:
    """What does not fit into a row of numbers."""
    if _is_in_words(check):
        flag = f" ({_flag(check)})" if _flag(check) else ""
        yield f"published{flag}: {wording.published(check)}; ours: {wording.ours(check)}"
    if check.tolerance and (_is_in_words(check) or check.verdict == "differs"):
        yield f"tolerance: {check.tolerance}"
    if check.because:
        yield f"because {check.because}"


def _is_in_words(check: Check) -> bool:
    return isinstance(check.published, str) or isinstance(check.ours, str)


def _flag(check: Check) -> str:
    """How the published figure is known, where that is not the usual way."""
    return "" if check.flag == "seen" else check.flag


def _aligned(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Rows in columns; the first `left` begin at the left, the others end at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


# ---------------------------------------------------------------------- how far it is


class Progress(Protocol):
    """Hears when studies begin and end."""

    def started(self, name: str) -> None: ...

    def ended(self, outcome: Outcome) -> None: ...


@contextmanager
def progress(chosen: Sequence[str]) -> Iterator[Progress]:
    """On standard error: a bar with the time passed on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines(len(chosen))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bar(bars, len(chosen))


class _Lines:
    """A line when a study begins, and one when it ends."""

    def __init__(self, n_studies: int) -> None:
        self._n_studies = n_studies
        self._n_ended = 0
        self._since = time.monotonic()

    def started(self, name: str) -> None:
        self._say(f"{name} begins")

    def ended(self, outcome: Outcome) -> None:
        self._n_ended += 1
        self._say(f"{_in_short(outcome)} ({self._n_ended} of {self._n_studies})")

    def _say(self, text: str) -> None:
        passed = duration(time.monotonic() - self._since)
        print(f"{passed:>7}  {text}", file=sys.stderr, flush=True)


class _Bar:
    """A bar over the studies, naming those that run."""

    def __init__(self, bars: Bars, n_studies: int) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=n_studies, now="")
        self._running: list[str] = []

    def started(self, name: str) -> None:
        self._running.append(name)
        self._update()

    def ended(self, outcome: Outcome) -> None:
        self._running.remove(outcome.name)
        self._bars.console.print(_in_short(outcome), markup=False, highlight=False)
        self._bars.advance(self._task)
        self._update()

    def _update(self) -> None:
        self._bars.update(self._task, now=", ".join(self._running))


def _in_short(outcome: Outcome) -> str:
    if outcome.reproduction is None:
        return f"{outcome.name} could not be run to its end: {outcome.reason}"
    row = summary_row(outcome)
    verdicts = f"{row['agree']} agree, {row['differ']} differ"
    failed = f", {row['hard_failures']} of them should not" if row["hard_failures"] else ""
    return f"{outcome.name} took {duration(row['seconds'])}: {verdicts}{failed}"
