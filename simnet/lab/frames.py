"""Writing the tables of an analysis."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simnet.lab.store import in_place_of

__all__ = ["write_frame"]


def write_frame(frame: pd.DataFrame, stem: Path) -> tuple[Path, Path]:
    """Write a table as `stem`.parquet and `stem`.csv, each whole or not at all."""
    parquet, csv = (stem.with_name(f"{stem.name}.{ending}") for ending in ("parquet", "csv"))
    with in_place_of(parquet) as unfinished:
        frame.to_parquet(unfinished, index=False)
    with in_place_of(csv) as unfinished:
        frame.to_csv(unfinished, index=False)
    return parquet, csv
