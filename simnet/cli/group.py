"""``simnet``: the group of commands, and how it ends when something is wrong."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from simnet.cli.analyses import calibrate, sensitivity
from simnet.cli.conventions import BAD_USE, INTERRUPTED
from simnet.cli.experiments import check, run
from simnet.cli.explaining import diff, why
from simnet.cli.growing import extend, gc, merge, resume, status
from simnet.cli.networks import network
from simnet.cli.reproductions import reproduce
from simnet.cli.shipped import completion, init, list_, schema, show
from simnet.cli.studies import compare, plot
from simnet.errors import SimnetError, SpecError

__all__ = ["cli", "main"]


class Commands(click.Group):
    """Commands in the order of a study; what a user can cause ends in a sentence and a code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SimnetError as error:
            click.echo(error if isinstance(error, SpecError) else f"Error: {error}", err=True)
            ctx.exit(BAD_USE)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(INTERRUPTED)


def _print_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from simnet import __version__

        click.echo(f"simnet {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def cli() -> None:
    """What does a way of networking bring in, and where do its messages die?

    \b
    Begin with:
      simnet run quickstart
    """


for command in (
    run,
    check,
    resume,
    extend,
    status,
    compare,
    plot,
    sensitivity,
    calibrate,
    why,
    diff,
    merge,
    gc,
    network,
    reproduce,
    list_,
    show,
    schema,
    init,
    completion,
):
    cli.add_command(command)


def main() -> None:
    """Entry point of the ``simnet`` command."""
    sys.path.append(os.getcwd())  # where a user's own strategies are; last, to shadow nothing
    cli(prog_name="simnet")
