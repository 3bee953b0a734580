"""``simnet compare`` and ``simnet plot``: commands on a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON
from simnet.cli.verdicts import SECTIONS

if TYPE_CHECKING:
    from simnet.lab import Results

__all__ = ["compare", "plot"]

POINTS = click.option(
    "--point",
    "points",
    multiple=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="Only this point of the sweep; can be given again.",
)


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
@click.option(
    "--section",
    "sections",
    multiple=True,
    type=click.Choice(SECTIONS),
    help="Only this one; can be given again.",
)
@POINTS
@AS_JSON
def compare(
    results: Path,
    measures: tuple[str, ...],
    reference: str | None,
    sections: tuple[str, ...],
    points: tuple[int, ...],
    as_json: bool,
) -> None:
    """Print the paired differences between a study's arms.

    Then the ratios of their means and what the pairing gained, their ranks, when one overtakes
    another, and whether their chains die earlier. RESULTS is a results folder, or the name of a
    study under results/. The tables are written there, whole whatever is shown: comparison, ranks,
    crossovers and attrition-tests, each as .parquet and .csv.

    \b
    Examples:
      simnet compare results/quickstart --measure opportunity_yield
      simnet compare results/quickstart --section ranks --section crossover
    """
    from simnet.cli import verdicts

    opened = open_study(results)
    try:
        found = verdicts.comparison(
            opened, measures=measures, reference=reference, sections=sections, points=points
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(found.as_json(opened, []) if as_json else found.text)


@click.command()
@click.argument("results", type=click.Path(path_type=Path), shell_complete=names.results)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Default: RESULTS/figures.")
@POINTS
def plot(results: Path, out: Path | None, points: tuple[int, ...]) -> None:
    """Draw the figures of a study and print their file names.

    \b
    Example:
      simnet plot results/quickstart -o figures
    """
    from simnet.cli import verdicts

    opened = open_study(results)
    folder = opened.path / "figures" if out is None else out
    try:
        files = verdicts.figures(opened, folder, points=points)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(map(str, files)))


def open_study(path: Path) -> Results:
    from simnet import lab

    named = Path("results", path)
    return lab.open_results(named if not path.exists() and named.exists() else path)
