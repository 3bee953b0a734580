"""All figures of a study, written as PNG and SVG."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from simnet.errors import ResultsError
from simnet.figures.chains import attrition, chain_survival
from simnet.figures.forest import differences
from simnet.figures.over_time import lead, opportunity_yield, trust
from simnet.figures.page import STYLE
from simnet.figures.spread import distribution
from simnet.lab.compare import compare
from simnet.lab.selection import StudyTables
from simnet.lab.store import in_place_of

__all__ = ["save", "save_all", "save_as"]

DOTS_PER_INCH = 200
MOST_POINTS = 4

log = logging.getLogger(__name__)


def save_all(
    results: StudyTables, folder: Path, *, points: Sequence[int] | None = None
) -> list[Path]:
    """Write every figure that the tables allow, and return the files.

    They are opportunity-yield, lead, distribution, chain-survival, attrition, trust and
    differences, with ``-p1`` and so on behind the name for the sweep points after the first. One
    that has nothing to show is left out, and a warning is logged that says why.

    Parameters
    ----------
    results : StudyTables
        The tables of a study.
    folder : Path
        Made if it is not there.
    points : sequence of int, optional
        Sweep points. Without it all that have trials, but of many only the first 4, which is
        logged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plots: dict[str, Callable[..., Figure]] = {
        "opportunity-yield": opportunity_yield,
        "lead": lead,
        "distribution": distribution,
        "chain-survival": chain_survival,
        "attrition": attrition,
        "trust": trust,
        "differences": partial(differences, comparison=compare(results.measures)),
    }
    written = []
    for point in _some_points(results) if points is None else points:
        for name, plot in plots.items():
            stem = name if point == 0 else f"{name}-p{point}"
            try:
                figure = plot(results, point=int(point))
            except ResultsError as nothing:
                log.warning("no figure %s: %s", stem, nothing)
            else:
                written += save(figure, folder / stem)
    return written


def _some_points(results: StudyTables) -> list[int]:
    points = sorted(int(point) for point in results.trials["point"].unique())
    if len(points) > MOST_POINTS:
        log.warning("figures of the first %d of %d sweep points", MOST_POINTS, len(points))
    return points[:MOST_POINTS]


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as `stem`.png and `stem`.svg, and return the files; see `save_as`."""
    files = [stem.with_name(f"{stem.name}.{ending}") for ending in ("png", "svg")]
    for file in files:
        save_as(figure, file)
    return files


def save_as(figure: Figure, file: Path) -> None:
    """Write a figure as a .png (200 dots an inch) or .svg, by the name of the file.

    The same figure gives the same SVG, byte for byte. A file is written whole or not at all.
    """
    ending = file.suffix[1:]
    metadata = {"Date": None} if ending == "svg" else {"Software": None}
    with mpl.rc_context(STYLE), in_place_of(file) as unfinished:
        figure.savefig(unfinished, format=ending, dpi=DOTS_PER_INCH, metadata=metadata)
