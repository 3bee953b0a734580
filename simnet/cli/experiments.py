"""``simnet run`` and ``simnet check``: commands on an experiment."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON, BAD_USE, FAILED_TRIALS, INTERRUPTED
from simnet.errors import Place, Problem, SimnetError, SpecError

if TYPE_CHECKING:
    from simnet.lab import Results
    from simnet.spec import Experiment

__all__ = ["check", "how_to_run", "lab_options", "report", "run"]


def experiment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """CONFIG and the options that change what it says."""
    for decorate in (
        click.option("--replicates", type=int, metavar="N", help="Instead of the file's."),
        click.option("--seed", type=int, metavar="N", help="Instead of the file's."),
        click.option(
            "--set",
            "changes",
            multiple=True,
            metavar="KEY=VALUE",
            help="Change a setting, e.g. network.degree=8; can be given again.",
        ),
        click.argument("more", nargs=-1, metavar="[KEY=VALUE]...", callback=_only_settings),
        click.argument("config", shell_complete=names.configs),
    ):
        command = decorate(command)
    return command


def _only_settings(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    for value in values:
        if "=" not in value:
            raise click.UsageError(f"expected a setting as KEY=VALUE after CONFIG; got {value!r}")
    return values


def load_experiment(
    config: str,
    more: Sequence[str],
    changes: Sequence[str],
    seed: int | None,
    replicates: int | None,
) -> Experiment:
    from simnet.spec import load

    return load(config, overrides=[*changes, *more], seed=seed, replicates=replicates)


def how_to_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where and how trials are run; `lab_options` reads them."""
    for decorate in (
        click.option("-q", "--quiet", is_flag=True, help="No progress; failures are reported."),
        click.option("--dask", metavar="ADDRESS", help="On the workers of this Dask scheduler."),
        click.option(
            "--keep-going/--fail-fast",
            default=True,
            help="Run the others after a trial has failed (default), or stop.",
        ),
        click.option(
            "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Trials at a time."
        ),
    ):
        command = decorate(command)
    return command


def lab_options(how: Mapping[str, Any]) -> dict[str, Any]:
    """The same as the lab calls them."""
    kept = {key: how[key] for key in ("jobs", "dask", "keep_going")}
    return {**kept, "progress": not how["quiet"]}


@click.command()
@experiment_options
@how_to_run
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Default: results/NAME.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what it would take, and run nothing.")
@click.option(
    "--only", metavar="TRIAL", help="Run this trial alone and anew, e.g. give-first.p0.r7."
)
@AS_JSON
def run(
    config: str,
    more: tuple[str, ...],
    changes: tuple[str, ...],
    seed: int | None,
    replicates: int | None,
    out: Path | None,
    dry_run: bool,
    only: str | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Run an experiment and print its verdict.

    CONFIG is a YAML file or the name of a shipped config (simnet list configs). A run that was
    stopped continues when the same command is given again; arms, replicates and points added to
    the file are run then. With --only, whether the trial's bytes equal those that were there is
    said.

    \b
    Examples:
      simnet run quickstart
      simnet run my.yaml --set network.degree=8 --replicates 40 -j 4
      simnet run my.yaml weeks=52 --dry-run
    """
    from simnet import lab
    from simnet.cli import verdicts
    from simnet.spec import load_with_origins

    experiment, origins = load_with_origins(
        config, overrides=[*changes, *more], seed=seed, replicates=replicates
    )
    if dry_run:
        click.echo(verdicts.forecast(lab.plan(experiment, out=out, jobs=how["jobs"]), as_json))
        return
    if only is not None:
        _require_trial(experiment, only)
    folder = Path("results", experiment.name) if out is None else out
    asked = lab_options(how)

    def call() -> Results:
        return lab.run(experiment, out=out, only=only, origins=origins, **asked)

    report(call, folder, as_json=as_json, quiet=how["quiet"])


def report(call: Callable[[], Results], folder: Path, *, as_json: bool, quiet: bool) -> None:
    """Run trials, print the verdict, say where things are, and exit with what became of it."""
    from simnet.cli import verdicts

    with continuable(folder):
        results = call()
        comparison = verdicts.verdict(results)
        if not as_json:
            click.echo(comparison.headline)
        figures = verdicts.figures(results, results.path / "figures")
    if as_json:
        click.echo(comparison.as_json(results, figures))
    elif not quiet:
        click.echo(verdicts.whereabouts(results, figures), err=True)
    _exit_if_failed(results)


def _require_trial(experiment: Experiment, only: str) -> None:
    try:
        experiment.trial(only)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--only") from error


@contextmanager
def continuable(folder: Path) -> Iterator[None]:
    """Turn Ctrl-C and a polite kill into a word on how to go on."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"stopped{_so_far(folder)}; the same command continues from there", err=True)
        sys.exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _so_far(folder: Path) -> str:
    from simnet import lab

    with suppress(SimnetError):
        results = lab.open_results(folder)
        return f": {len(results.done)} of {results.n_trials} trials are done"
    return ""


def _exit_if_failed(results: Results) -> None:
    failed = len(results.failed)
    if failed:
        click.echo(
            f"{failed} of {results.n_trials} trials failed: simnet status {results.path} says why; "
            "the same command tries them again",
            err=True,
        )
        sys.exit(FAILED_TRIALS)


@click.command()
@experiment_options
@AS_JSON
def check(
    config: str,
    more: tuple[str, ...],
    changes: tuple[str, ...],
    seed: int | None,
    replicates: int | None,
    as_json: bool,
) -> None:
    """Say whether an experiment can be run, or all that is wrong.

    \b
    Examples:
      simnet check my.yaml
      simnet check my.yaml weeks=52 --json
    """
    from simnet.cli import verdicts

    try:
        experiment = load_experiment(config, more, changes, seed, replicates)
        _require_files(experiment, config)
    except SpecError as error:
        if not as_json:
            raise
        click.echo(verdicts.faulty(error))
        sys.exit(BAD_USE)
    click.echo(verdicts.fine(experiment, as_json))


def _require_files(experiment: Experiment, config: str) -> None:
    """Raise SpecError, which says what to do, if a file that the experiment names is missing."""
    from simnet.spec import missing_files, shipped

    source = f" (simnet show {config} tells where to get it)" * (config in shipped.configs())
    problems = [
        Problem(
            Place(config),
            key,
            f"names a file that is not there yet, {path}{source}; "
            f"say where it is with --set {key}=FILE",
        )
        for key, path in missing_files(experiment)
    ]
    if problems:
        raise SpecError(config, problems)
