"""What a run says while it works: on standard error, a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from simnet.lab.wording import counted, duration

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from simnet.spec import TrialKey

__all__ = ["Display", "Progress"]

_EVERY_S = 0.1
_LINE_EVERY_S = 10.0
_PATIENCE_S = 15.0


class Display(Protocol):
    """Shows where a run is."""

    def show(self, share: float, done: int, trials: int, left_s: float | None) -> None:
        """`share` of the work and `done` of the trials are, `left_s` seconds to go if known."""

    def say(self, text: str) -> None: ...

    def close(self) -> None: ...


class Size(Protocol):
    """How long a trial is expected to take on one core, and how many weeks it has."""

    @property
    def seconds(self) -> float: ...

    @property
    def weeks(self) -> int: ...


class Progress:
    """Knows how much is done and what that says about the time left.

    Parameters
    ----------
    size
        What is expected of a trial; only the proportions of the seconds count.
    quiet
        Say nothing but that a trial failed.
    """

    def __init__(self, size: Callable[[TrialKey], Size], *, quiet: bool = False) -> None:
        self._size = size
        self._display: Display = Silence() if quiet else _display()
        self._first: tuple[float, float] | None = None
        self._shown = 0.0
        self._work = self._done = self._under_way = 0.0
        self._failures = 0
        self._began = time.monotonic()
        self._is_patience_asked = False
        self.trials = self.trials_done = 0

    def expect(self, keys: Iterable[TrialKey]) -> None:
        """These trials are to be run, beside those there were before."""
        for key in keys:
            self.trials += 1
            self._work += self._size(key).seconds

    def began(self, key: TrialKey) -> None:
        """A trial is being run."""

    def ended(self, key: TrialKey) -> None:
        """A trial is done, or has failed."""
        self.trials_done += 1
        self._done += self._size(key).seconds
        if self.trials_done == self.trials:
            self._under_way = 0.0
            self._show()

    def tick(self, weeks: Mapping[TrialKey, int]) -> None:
        """So many weeks are simulated of the trials that are being run."""
        if time.monotonic() - self._shown >= _EVERY_S:
            self._under_way = sum(self._begun(key, week) for key, week in weeks.items())
            self._show()

    def say(self, text: str) -> None:
        self._display.say(text)

    def failed(self, text: str) -> None:
        """Say, quiet or not, that a trial failed; once, for the others it may be the same."""
        if self._failures == 0:
            say = _print if isinstance(self._display, Silence) else self._display.say
            say(text)
        self._failures += 1

    def close(self) -> None:
        self._display.close()

    def _begun(self, key: TrialKey, week: int) -> float:
        size = self._size(key)
        return size.seconds * min(week, size.weeks) / size.weeks

    def _show(self) -> None:
        self._shown = now = time.monotonic()
        share = min(1.0, (self._done + self._under_way) / self._work) if self._work else 1.0
        self._ask_for_patience(now, share)
        self._display.show(share, self.trials_done, self.trials, self._left(now, share))

    def _ask_for_patience(self, now: float, share: float) -> None:
        """Say once why nothing moves yet."""
        if share == 0.0 and now - self._began > _PATIENCE_S and not self._is_patience_asked:
            self._is_patience_asked = True
            self.say("compiling, once after installation; it takes about a minute")

    def _left(self, now: float, share: float) -> float | None:
        """Seconds to go, from the pace since the first week; what came before was compiling."""
        if self._first is None and share > 0.0:
            self._first = now, share
        if self._first is None or share - self._first[1] < 0.01:
            return None
        since, at_first = self._first
        return (now - since) * (1.0 - share) / (share - at_first)


class Silence:
    """Shows nothing."""

    def show(self, share: float, done: int, trials: int, left_s: float | None) -> None: ...

    def say(self, text: str) -> None: ...

    def close(self) -> None: ...


class Lines:
    """A line now and then."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def show(self, share: float, done: int, trials: int, left_s: float | None) -> None:
        now = time.monotonic()
        if now - self._last < _LINE_EVERY_S or left_s is None or share == 1.0:
            return
        self._last = now
        so_far = f"{done} of {counted(trials, 'trial')} done ({share:.0%})"
        self.say(f"{so_far}, about {duration(left_s)} left")

    def say(self, text: str) -> None:
        _print(text)

    def close(self) -> None: ...


class Bar:
    """A progress bar with the time left."""

    def __init__(self, progress: RichProgress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=1.0, state="")
        progress.start()

    def show(self, share: float, done: int, trials: int, left_s: float | None) -> None:
        state = f"{done}/{trials} trials"
        if left_s is not None and share < 1.0:
            state += f", about {duration(left_s)} left"
        self._progress.update(self._task, completed=share, state=state)
        self._progress.refresh()

    def say(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        self._progress.stop()


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _display() -> Display:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        return Lines()
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[state]}"))
    return Bar(Progress(*columns, console=console, auto_refresh=False))
