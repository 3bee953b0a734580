"""Commands on a study that is there: ``resume``, ``extend``, ``merge``, ``status``, ``gc``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simnet.cli import names, standing
from simnet.cli.conventions import AS_JSON
from simnet.cli.experiments import how_to_run, lab_options, report

if TYPE_CHECKING:
    from simnet.lab import Results

__all__ = ["extend", "gc", "merge", "resume", "status"]

RESULTS = click.argument("results", type=click.Path(path_type=Path), shell_complete=names.results)


@click.command()
@RESULTS
@click.option("--failed", is_flag=True, help="Only the trials that failed.")
@how_to_run
@AS_JSON
def resume(results: Path, failed: bool, as_json: bool, **how: Any) -> None:
    """Run what is missing of a study.

    The experiment is that kept in its folder.

    RESULTS is a results folder, or the name of a study under results/.

    \b
    Examples:
      simnet resume results/my-study -j 4
      simnet resume my-study --failed
    """
    from simnet.lab import growing

    folder = _folder(results)
    asked = lab_options(how)

    def call() -> Results:
        return growing.resume(folder, only_failed=failed, **asked)

    report(call, folder, as_json=as_json, quiet=how["quiet"])


@click.command()
@RESULTS
@click.argument("settings", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--replicates", metavar="N|+N", help="So many, or so many more.")
@click.option("--arm", metavar="NAME", help="Add this arm, with the settings KEY=VALUE.")
@click.option("--from", "file", metavar="FILE", help="Take the arm of that name from this file.")
@how_to_run
@AS_JSON
def extend(
    results: Path,
    settings: tuple[str, ...],
    replicates: str | None,
    arm: str | None,
    file: str | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Add replicates or an arm to a study, and run them.

    RESULTS is a results folder, or the name of a study under results/. An arm without settings is
    called after the strategy that it gives to the focal group.

    \b
    Examples:
      simnet extend results/my-study --replicates +50
      simnet extend my-study --arm hard-sell
      simnet extend my-study --arm shy focal.strategy=give-first behaviour.image.decay=0.1
      simnet extend my-study --arm shy --from other.yaml
    """
    from simnet.lab import growing, open_results

    if arm is None and (settings or file):
        raise click.UsageError("settings and --from say what an arm is; name it with --arm NAME")
    if arm is None and replicates is None:
        raise click.UsageError("say what to add, with --replicates or --arm")
    folder = _folder(results)
    experiment = open_results(folder).experiment
    count = None if replicates is None else _count(replicates, experiment.replicates)
    arms = (
        {} if arm is None else {arm: growing.arm_of(experiment, arm, settings=settings, file=file)}
    )
    asked = lab_options(how)

    def call() -> Results:
        return growing.extend(folder, replicates=count, arms=arms, **asked)

    report(call, folder, as_json=as_json, quiet=how["quiet"])


@click.command()
@click.argument("results", type=click.Path(path_type=Path), shell_complete=names.results)
@click.argument("other", type=click.Path(path_type=Path), shell_complete=names.results)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="A new folder for both instead.")
def merge(results: Path, other: Path, out: Path | None) -> None:
    """Put the trials of OTHER beside those of RESULTS.

    Arms and points are united. Trials that both have are one if they are the same; if they are
    not, nothing is written.

    \b
    Examples:
      simnet merge results/my-study results/from-the-cluster
      simnet merge a b -o both
    """
    from simnet.lab.merging import merge as merged

    click.echo(standing.merged(merged(_folder(results), _folder(other), out=out)))


@click.command()
@RESULTS
@AS_JSON
def status(results: Path, as_json: bool) -> None:
    """Say how far a study is, also while it runs.

    RESULTS is a results folder, or the name of a study under results/.

    \b
    Example:
      simnet status results/my-study
    """
    from simnet.lab.status import status as look

    found = look(_folder(results))
    click.echo(standing.status_json(found) if as_json else standing.status(found))


@click.command()
@RESULTS
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def gc(results: Path, dry_run: bool, yes: bool) -> None:
    """Remove what is of no use in a results folder.

    That is what a killed run left half-written, parts that are torn, and trials that are no part
    of the experiment any more.

    \b
    Examples:
      simnet gc results/my-study -n
      simnet gc results/my-study -y
    """
    from simnet.lab.cleaning import collect, garbage

    folder = _folder(results)
    found = garbage(folder)
    click.echo(standing.garbage(found))
    if dry_run or not found:
        return
    if yes or click.confirm("Remove them?", err=True):
        click.echo(standing.freed(collect(folder, found)))


def _count(text: str, now: int) -> int:
    """A number of replicates, or one more by `+N`."""
    digits = text.removeprefix("+")
    if not digits.isdecimal() or not int(digits):
        raise click.BadParameter(
            f"must be a number such as 80, or how many more such as +50; got {text!r}",
            param_hint="--replicates",
        )
    return int(digits) + (now if text.startswith("+") else 0)


def _folder(path: Path) -> Path:
    named = Path("results", path)
    return named if not path.exists() and named.exists() else path
