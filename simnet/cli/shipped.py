"""``simnet list``, ``show``, ``schema``, ``init``, ``completion``: commands on what is shipped."""

from __future__ import annotations

from pathlib import Path

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON

__all__ = ["completion", "init", "list_", "schema", "show"]


@click.command("list")
@click.argument(
    "kind",
    type=click.Choice(["configs", "strategies", "networks", "measures", "results"]),
    required=False,
)
def list_(kind: str | None) -> None:
    """List what is shipped, what is measured, or studies done.

    Without an argument, all configs, strategies, models of networks and measures; `results` are
    the studies in the folder of this name.

    \b
    Example:
      simnet list strategies
    """
    from simnet.cli import listings

    click.echo(listings.listing(kind))


@click.command()
@click.argument("name", shell_complete=names.shipped)
@AS_JSON
def show(name: str, as_json: bool) -> None:
    """Print a shipped config or strategy, or all parameters.

    \b
    Examples:
      simnet show quickstart > my.yaml
      simnet show give-first
      simnet show parameters
    """
    from simnet.cli import listings

    click.echo(listings.shown(name, as_json))


@click.command()
def schema() -> None:
    """Print the JSON Schema of experiment files, for editors.

    \b
    Example:
      simnet schema > simnet.schema.json
    """
    import json

    from simnet.spec import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path("experiment.yaml"))
def init(file: Path) -> None:
    """Write a commented experiment to start from.

    FILE must not exist yet; it is experiment.yaml if not given.

    \b
    Example:
      simnet init my.yaml
    """
    from simnet.cli import listings

    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(listings.starter(file.stem))
    except FileExistsError as error:
        raise click.UsageError(f"{file} is there already; give another name") from error
    except OSError as error:
        raise click.UsageError(f"cannot write {file}: {error.strerror}") from error
    click.echo(f"wrote {file}; edit it, then: simnet run {file}", err=True)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that makes a shell complete names.

    \b
    Example:
      simnet completion bash > ~/.local/share/bash-completion/completions/simnet
    """
    click.echo(names.script(click.get_current_context().find_root().command, shell))
