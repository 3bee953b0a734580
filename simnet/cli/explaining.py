"""``simnet why`` and ``simnet diff``: where values come from, and in what studies differ."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON
from simnet.cli.listings import nearest

if TYPE_CHECKING:
    from simnet.lab.explain import Difference, Explained, Source
    from simnet.spec import TrialKey

__all__ = ["diff", "why"]

DIFFERENT = 3


@click.command()
@click.argument("study", shell_complete=names.configs)
@click.argument("trial")
@click.argument("key", required=False)
@click.option("-a", "--all", "everything", is_flag=True, help="Defaults too.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="As for simnet run.")
@AS_JSON
def why(
    study: str,
    trial: str,
    key: str | None,
    everything: bool,
    changes: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say where the values of a trial come from.

    STUDY is a YAML file, the name of a shipped config, or a results folder. TRIAL is the id of a
    trial, or its beginning: an arm, an arm and a point. With KEY only the values below that key
    are printed, otherwise all that are not defaults.

    \b
    Examples:
      simnet why quickstart hard-sell
      simnet why my.yaml give-first.p3 network
      simnet why results/my-study give-first.p3.r0007 behaviour.trust --json
    """
    from simnet.lab.explain import explained

    opened = _opened(study, changes)
    values = explained(opened, _trial(opened, trial))
    chosen = _below(values, key) if key else values
    shown = [value for value in chosen if everything or key or value.origin != "default"]
    if as_json:
        click.echo(json.dumps(list(map(asdict, shown)), indent=1, ensure_ascii=False))
        return
    click.echo(_table([(value.key, _text(value.value), value.origin) for value in shown]))
    if len(shown) < len(chosen):
        click.echo(
            f"{len(chosen) - len(shown)} more have their default: --all shows them", err=True
        )


@click.command()
@click.argument("first", shell_complete=names.configs)
@click.argument("second", shell_complete=names.configs)
@click.option("--exit-code", is_flag=True, help=f"End with code {DIFFERENT} if they differ.")
@AS_JSON
def diff(first: str, second: str, exit_code: bool, as_json: bool) -> None:
    """Print the settings in which two studies or trials differ.

    FIRST and SECOND are YAML files, names of shipped configs or results folders, or trials of
    them, with the id of the trial behind a colon. Nothing is printed exactly when both would give
    the same tables: order of keys, comments, and how a value came about do not count.

    \b
    Examples:
      simnet diff my.yaml results/my-study
      simnet diff quickstart:hard-sell quickstart:give-first
      simnet diff --exit-code old.yaml new.yaml
    """
    from simnet.lab.explain import differences

    (one, of_one), (two, of_two) = _side(first), _side(second)
    if (of_one is None) != (of_two is None):
        raise click.UsageError("a trial can be compared with another trial only")
    trials = (of_one, of_two) if of_one is not None and of_two is not None else None
    found = differences(one, two, trials)
    if as_json:
        click.echo(json.dumps(list(map(asdict, found)), indent=1, ensure_ascii=False))
    elif found:
        click.echo(_table([_row(difference) for difference in found]))
    if found and exit_code:
        sys.exit(DIFFERENT)


def _side(name: str) -> tuple[Source, TrialKey | None]:
    """A study, and the trial of it that is meant, if one is."""
    study, colon, trial = name.rpartition(":")
    if not colon or Path(name).exists():
        return _opened(name, ()), None
    opened = _opened(study, ())
    return opened, _trial(opened, trial)


def _opened(name: str, changes: Sequence[str]) -> Source:
    from simnet.lab.explain import open_source

    try:
        return open_source(name, overrides=changes)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _trial(source: Source, trial: str) -> TrialKey:
    try:
        return source.experiment.trial(trial)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _below(values: Sequence[Explained], key: str) -> list[Explained]:
    found = [value for value in values if value.key == key or value.key.startswith(f"{key}.")]
    if not found:
        known = [value.key for value in values]
        raise click.UsageError(f"{key!r} is not a key of this trial; {nearest(key, known)}")
    return found


def _row(difference: Difference) -> tuple[str, ...]:
    values = f"{_text(difference.first)} -> {_text(difference.second)}"
    return difference.key, values, difference.where


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("   ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
