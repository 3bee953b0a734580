"""Exit codes, and an option, that all commands share."""

from __future__ import annotations

import click

__all__ = ["AS_JSON", "BAD_USE", "FAILED_TRIALS", "INTERRUPTED"]

FAILED_TRIALS = 1
BAD_USE = 2
INTERRUPTED = 130

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
