"""What the name of a file says: its format, how it is packed, and where its people table is."""

from __future__ import annotations

from pathlib import Path

PACKED = (".gz", ".zst")


def unpacked_name(path: Path) -> str:
    """The name without the ending that says how the file is packed."""
    return path.stem if path.suffix.lower() in PACKED else path.name


def people_path(path: Path) -> Path:
    """Where the people table of a tie list lies: ``ties.people.csv.gz`` beside ``ties.csv.gz``."""
    name = unpacked_name(path)
    inner = Path(name)
    return path.with_name(f"{inner.stem}.people{inner.suffix}{path.name[len(name) :]}")
