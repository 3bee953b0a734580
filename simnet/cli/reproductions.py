"""``simnet reproduce``: published studies run again, each figure beside the published one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from simnet.cli.conventions import AS_JSON

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from simnet.cli.reproduction_pages import Progress
    from simnet.lab.reproduction.many import Outcome

__all__ = ["reproduce"]

RAISED = 1
DIFFERS = 3


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Studies by name, for the shell to complete."""
    from click.shell_completion import CompletionItem

    from simnet.lab.reproduction.catalogue import names

    return [CompletionItem(name) for name in names() if name.startswith(incomplete)]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=_names)
@click.option("--all", "everything", is_flag=True, help="All studies.")
@click.option("--list", "listing", is_flag=True, help="Say which studies there are.")
@click.option("--quick", is_flag=True, help="Smaller, for a first look.")
@click.option("--seed", type=int, metavar="N", help="Instead of the files'.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a setting of the one study named; can be given again.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Studies at a time. Default: as many as there are cores.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results", "reproduce"),
    help="Default: results/reproduce.",
)
@AS_JSON
def reproduce(
    names: tuple[str, ...],
    everything: bool,
    listing: bool,
    quick: bool,
    seed: int | None,
    changes: tuple[str, ...],
    jobs: int | None,
    out: Path,
    as_json: bool,
) -> None:
    """Run published studies again, ours beside theirs.

    Ends with 3 if a figure differs that should not, and with 1 if a study could not be run to its
    end. The settings of a study are in configs/studies/NAME.yaml.

    \b
    Examples:
      simnet reproduce --list
      simnet reproduce watts-strogatz-1998
      simnet reproduce watts-strogatz-1998 --set graphs=20
      simnet reproduce --all --quick
    """
    from simnet.cli import reproduction_pages as pages

    if listing:
        click.echo(pages.listing(as_json))
        return
    chosen = _chosen(names, everything, changes)
    options = {"quick": quick, "overrides": changes, "seed": seed}
    _check_settings(chosen, options)
    with _politely(), pages.progress(chosen) as progress:
        outcomes = list(_run(chosen, _at_a_time(jobs, chosen), out, progress, options))
    outcomes.sort(key=lambda outcome: chosen.index(outcome.name))
    if as_json:
        click.echo(pages.as_json(outcomes))
    else:
        click.echo(pages.page(outcomes, width=pages.page_width()))
        click.echo(f"the cards are in {out}", err=True)
    sys.exit(_code(outcomes))


def _at_a_time(jobs: int | None, names: Sequence[str]) -> int:
    from simnet.lab.machine import cores

    return min(cores() if jobs is None else jobs, len(names))


def _chosen(names: Sequence[str], everything: bool, changes: Sequence[str]) -> list[str]:
    """The studies asked for, or one sentence on what is wrong with that."""
    from simnet.lab.reproduction import catalogue

    if everything == bool(names):
        raise click.UsageError("name the studies to reproduce, or say --all; --list lists them")
    chosen = catalogue.names() if everything else list(dict.fromkeys(names))
    if changes and len(chosen) != 1:
        raise click.UsageError("--set changes the settings of one study; name just one")
    try:
        catalogue.check_names(chosen)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return chosen


def _check_settings(names: Sequence[str], options: dict[str, Any]) -> None:
    """Raise SpecError before anything is run if the settings of a study are wrong.

    A module that cannot even be imported is left to its run, which reports it.
    """
    from simnet.errors import SpecError
    from simnet.lab.reproduction.running import settings_of

    for name in names:
        try:
            settings_of(name, **options)
        except SpecError:
            raise
        except Exception:  # not the settings' fault
            continue


def _run(
    names: Sequence[str],
    jobs: int,
    out: Path,
    progress: Progress,
    options: dict[str, Any],
) -> Iterator[Outcome]:
    """Outcomes, each written before the next is waited for."""
    from simnet.lab.reproduction.many import reproduce_many

    for outcome in reproduce_many(names, jobs=jobs, started=progress.started, **options):
        _write(outcome, out)
        progress.ended(outcome)
        yield outcome


def _write(outcome: Outcome, out: Path) -> None:
    from simnet.figures.reproductions import card_figure
    from simnet.figures.saving import save
    from simnet.lab.reproduction import writing
    from simnet.lab.store import cannot_write, write_file

    folder = out / outcome.name
    try:
        if outcome.reproduction is None:
            write_file(folder / "error.txt", outcome.details or outcome.reason)
        else:
            writing.write(outcome.reproduction, folder)
            save(card_figure(outcome.reproduction.card), folder / writing.FIGURE)
            (folder / "error.txt").unlink(missing_ok=True)
        writing.write_summary([outcome], out / "summary.csv")
    except OSError as error:
        raise cannot_write(out, error) from error


@contextmanager
def _politely() -> Iterator[None]:
    """Let a polite kill end like Ctrl-C, so that no process is left behind."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _code(outcomes: Sequence[Outcome]) -> int:
    if any(outcome.reproduction is None for outcome in outcomes):
        return RAISED
    cards = [outcome.reproduction.card for outcome in outcomes if outcome.reproduction]
    return DIFFERS if any(card.failures for card in cards) else 0
