"""Names that the shell completes. Read when the tab key is pressed, so nothing heavy here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

__all__ = ["configs", "measures", "network_models", "results", "script", "shipped"]


def script(command: click.Command, shell: str) -> str:
    """The completion script of `command` for bash, zsh or fish."""
    kind = get_completion_class(shell)
    assert kind is not None, "the caller offers only shells that click knows"
    return kind(command, {}, "simnet", "_SIMNET_COMPLETE").source()


def configs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shipped configs, and files."""
    from simnet.spec.shipped import configs

    return [*_matching(configs(), incomplete), CompletionItem(incomplete, type="file")]


def network_models(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Models of networks by name."""
    from simnet.spec.networks import MODELS

    return _matching(MODELS, incomplete)


def shipped(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """All that `simnet show` knows."""
    from simnet.spec.shipped import configs, strategies

    return _matching([*configs(), *strategies(), "parameters"], incomplete)


def measures(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Measures by name."""
    from simnet.spec import MEASURES

    return _matching(MEASURES, incomplete)


def results(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Studies under results/, and folders."""
    studies = [str(manifest.parent) for manifest in Path("results").glob("*/manifest.json")]
    return [*_matching(sorted(studies), incomplete), CompletionItem(incomplete, type="dir")]


def _matching(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
