"""``simnet compare`` and ``simnet plot``: commands on a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON

if TYPE_CHECKING:
    from simnet.lab import Results

__all__ = ["compare", "plot"]


@click.command()
@click.argument("results", type=click.Path(path_type=Path), shell_complete=names.results)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    shell_complete=names.measures,
    help="Only this one; can be given again.",
)
@click.option("--reference", metavar="ARM", help="Compare all arms with this one.")
@AS_JSON
def compare(results: Path, measures: tuple[str, ...], reference: str | None, as_json: bool) -> None:
    """Print the paired differences between a study's arms.

    RESULTS is a results folder, or the name of a study under results/. The table is written there
    as comparison.parquet and comparison.csv.

    \b
    Example:
      simnet compare results/quickstart --measure opportunity_yield
    """
    from simnet.cli import verdicts

    opened = _open(results)
    try:
        comparison = verdicts.verdict(opened, measures=measures, reference=reference)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(comparison.as_json(opened, []) if as_json else comparison.text)


@click.command()
@click.argument("results", type=click.Path(path_type=Path), shell_complete=names.results)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Default: RESULTS/figures.")
def plot(results: Path, out: Path | None) -> None:
    """Draw the figures of a study and print their file names.

    \b
    Example:
      simnet plot results/quickstart -o figures
    """
    from simnet.cli import verdicts

    opened = _open(results)
    files = verdicts.figures(opened, opened.path / "figures" if out is None else out)
    click.echo("\n".join(map(str, files)))


def _open(path: Path) -> Results:
    from simnet import lab

    named = Path("results", path)
    return lab.open_results(named if not path.exists() and named.exists() else path)
