"""What a run says while it works: on standard error, a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from simnet.lab.wording import counted, duration

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

__all__ = ["Display", "Progress"]

_EVERY_S = 0.1
_LINE_EVERY_S = 10.0


class Display(Protocol):
    """Shows where a run is."""

    def show(self, share: float, trials: int, left_s: float | None) -> None:
        """`share` of the work and `trials` of them done, `left_s` seconds to go if known."""

    def say(self, text: str) -> None: ...

    def close(self) -> None: ...


class Progress:
    """Knows how much is done and what that says about the time left.

    Parameters
    ----------
    work
        Expected seconds of each trial; only their proportions count.
    weeks
        Weeks of each trial.
    weeks_done
        The counters kept up to date by whoever runs the trials.
    quiet
        Say nothing but that a trial failed.
    """

    def __init__(
        self,
        work: Sequence[float],
        weeks: Sequence[int],
        weeks_done: Sequence[int],
        *,
        quiet: bool = False,
    ) -> None:
        self._work, self._weeks, self._weeks_done = work, weeks, weeks_done
        self._display: Display = Silence() if quiet else _display(len(work))
        self._first: tuple[float, float] | None = None
        self._shown = 0.0
        self.trials = 0
        self._failures = 0

    def trial_ended(self) -> None:
        self.trials += 1
        self.tick()

    def tick(self) -> None:
        """Show the present state, at most every tenth of a second."""
        now = time.monotonic()
        if now - self._shown < _EVERY_S and self.trials < len(self._work):
            return
        self._shown = now
        share = self._share()
        self._display.show(share, self.trials, self._left(now, share))

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

    def _left(self, now: float, share: float) -> float | None:
        """Seconds to go, from the pace since the first week; what came before was compiling."""
        if self._first is None and share > 0.0:
            self._first = now, share
        if self._first is None or share - self._first[1] < 0.01:
            return None
        since, at_first = self._first
        return (now - since) * (1.0 - share) / (share - at_first)

    def _share(self) -> float:
        total = sum(self._work)
        parts = zip(self._work, self._weeks, self._weeks_done, strict=True)
        done = sum(work * min(max(now, 0), weeks) / weeks for work, weeks, now in parts)
        return done / total if total else 1.0


class Silence:
    """Shows nothing."""

    def show(self, share: float, trials: int, left_s: float | None) -> None: ...

    def say(self, text: str) -> None: ...

    def close(self) -> None: ...


class Lines:
    """A line now and then."""

    def __init__(self, n_trials: int) -> None:
        self._n_trials = n_trials
        self._last = time.monotonic()

    def show(self, share: float, trials: int, left_s: float | None) -> None:
        now = time.monotonic()
        if now - self._last < _LINE_EVERY_S or left_s is None or share == 1.0:
            return
        self._last = now
        done = f"{trials} of {counted(self._n_trials, 'trial')} done ({share:.0%})"
        self.say(f"{done}, about {duration(left_s)} left")

    def say(self, text: str) -> None:
        _print(text)

    def close(self) -> None: ...


class Bar:
    """A progress bar with the time left."""

    def __init__(self, progress: RichProgress, n_trials: int) -> None:
        self._progress = progress
        self._n_trials = n_trials
        self._task = progress.add_task("", total=1.0, state=f"0/{n_trials} trials")
        progress.start()

    def show(self, share: float, trials: int, left_s: float | None) -> None:
        state = f"{trials}/{self._n_trials} trials"
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


def _display(n_trials: int) -> Display:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        return Lines(n_trials)
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[state]}"))
    return Bar(Progress(*columns, console=console, auto_refresh=False), n_trials)
