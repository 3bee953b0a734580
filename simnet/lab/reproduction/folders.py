"""Where the studies are: inside the package when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from simnet.spec import shipped

__all__ = ["experiments", "published_numbers", "settings_files"]


def experiments() -> Path:
    """The folder of the study modules."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "experiments"
    return inside if inside.is_dir() else package.parent / "experiments"


def published_numbers() -> dict[str, Path]:
    """The files of published numbers by the name of their study."""
    return {path.stem: path for path in sorted((experiments() / "published").glob("*.yaml"))}


def settings_files() -> dict[str, Path]:
    """The settings of the studies by name; a study is there once it has such a file."""
    return {path.stem: path for path in sorted((shipped.folder() / "studies").glob("*.yaml"))}
