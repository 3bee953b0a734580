"""The command line: parse, call, print. Everything heavy is imported inside the commands."""

from __future__ import annotations

from simnet.cli.group import cli, main

__all__ = ["cli", "main"]
