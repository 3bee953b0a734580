"""``simnet network``: make, describe, convert and draw networks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON

if TYPE_CHECKING:
    from simnet.network import Network

__all__ = ["network"]

_FILE = click.Path(path_type=Path)
_DIRECTED = click.option(
    "--directed/--undirected",
    default=None,
    help="Whether ties have a direction, where the file does not say.",
)
_PEOPLE = click.option(
    "--people", "table", type=_FILE, help="Table of people, where ties alone are in FILE."
)


@click.group()
def network() -> None:
    """Make, describe, convert and draw networks.

    \b
    Example:
      simnet network describe friends.graphml

    \b
    Files are told apart by their names: .csv .parquet .graphml .gexf .gml .json .metis .txt,
    each perhaps with .gz or .zst behind.
    """


@network.command()
@click.argument("model", shell_complete=names.network_models)
@click.argument("settings", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("-o", "--out", type=_FILE, required=True, help="File to write.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--replicate", type=click.IntRange(min=0), default=0, show_default=True)
def make(model: str, settings: tuple[str, ...], out: Path, seed: int, replicate: int) -> None:
    """Make a network by a model and write it to a file.

    The keys are those of `network:` in an experiment; `simnet list networks` lists them.

    \b
    Examples:
      simnet network make watts-strogatz people=1000 degree=10 rewiring=0.1 -o small.graphml
      simnet network make kleinberg side=100 -o grid.parquet --seed 7
    """
    from simnet import spec
    from simnet.network import make as made_by
    from simnet.network import write

    described = spec.network_of(model, settings)
    result = made_by(described, seed=seed, replicate=replicate)
    write(result, out)
    click.echo(f"wrote {out}: {result!r}", err=True)


@network.command()
@click.argument("file", type=_FILE)
@_PEOPLE
@_DIRECTED
@click.option("--sources", type=click.IntRange(min=1), help="People to measure distances from.")
@click.option("--until", type=float, help="Measure distances until the mean is known to ± this.")
@click.option("--small-world", is_flag=True, help="Compare with random networks and a lattice.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@AS_JSON
def describe(
    file: Path,
    table: Path | None,
    directed: bool | None,
    sources: int | None,
    until: float | None,
    small_world: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Print what one wants to know first of the network in FILE.

    Size, components, degrees, clustering, distances, and who is tied to whom, with errors where
    something is sampled.

    \b
    Examples:
      simnet network describe small.graphml
      simnet network describe edges.csv.gz --people nodes.csv.gz --until 0.01 --json
    """
    from simnet.cli import network_pages
    from simnet.network.description import describe as sections_of

    read = _read(file, table, directed)
    try:
        sections = sections_of(
            read, sources=sources, until=until, small_world=small_world, seed=seed
        )
        if as_json:
            click.echo(network_pages.as_json(sections))
            return
        for place, section in enumerate(sections):
            click.echo(("\n" if place else "") + network_pages.page(section))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@network.command()
@click.argument("source", type=_FILE)
@click.argument("target", type=_FILE)
@_PEOPLE
@_DIRECTED
def convert(source: Path, target: Path, table: Path | None, directed: bool | None) -> None:
    """Write the network in SOURCE to TARGET, in the format its name tells.

    \b
    Example:
      simnet network convert edges.csv.gz --people nodes.csv.gz friends.graphml
    """
    from simnet.network import write

    result = _read(source, table, directed)
    write(result, target)
    click.echo(f"wrote {target}: {result!r}", err=True)
    if any(result.dropped):
        loops, duplicates = result.dropped
        click.echo(f"left out {loops:,} self-ties and {duplicates:,} repeated ties", err=True)


@network.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--out", type=_FILE, required=True, help="Picture to write, .png or .svg.")
@_PEOPLE
@_DIRECTED
@click.option("--colour", metavar="COLUMN", help="Colour people by this column.")
@click.option(
    "--sample",
    type=click.IntRange(min=2),
    help="Draw so many people around one drawn at random, instead of groups, of a large network.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
def draw(
    file: Path,
    out: Path,
    table: Path | None,
    directed: bool | None,
    colour: str | None,
    sample: int | None,
    seed: int,
) -> None:
    """Draw the network in FILE: everybody if they are few, else its groups or a sample.

    \b
    Examples:
      simnet network draw karate.gml -o karate.png
      simnet network draw edges.csv.gz -o around.svg --sample 200
    """
    from simnet.figures import network_picture, save_as

    if out.suffix not in (".png", ".svg"):
        raise click.UsageError(f"the name of a picture ends in .png or .svg; got {out}")
    figure = network_picture(_read(file, table, directed), colour=colour, sample=sample, seed=seed)
    save_as(figure, out)
    click.echo(str(out))


def _read(file: Path, table: Path | None, directed: bool | None) -> Network:
    from simnet.network import read

    return read(file, people=table, directed=directed)
