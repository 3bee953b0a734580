"""What targets say of fitted parameters: profiles of the deviance, or a posterior in pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray
from scipy import stats

from simnet.errors import ResultsError
from simnet.figures.arms import PALETTE
from simnet.figures.page import WIDTH, Page, house_style, tidy
from simnet.lab.calibration import Calibration

__all__ = ["likely_parameters"]

Floats = NDArray[np.float64]

LEFT = 0.75
RIGHT = 0.25
BETWEEN = 0.55
PROFILE_HEIGHT = 1.8
PROFILE_COLUMNS = 3
SHOWN_RISES = 4.0  # of the interval's: what is further up tells nothing more
BINS = 15
LARGEST_DOT = 60.0


@house_style
def likely_parameters(found: Calibration) -> Figure:
    """Profiles of the deviance, a panel a parameter; or the posterior, a panel a pair.

    Parameters
    ----------
    found : Calibration
        What `simnet.lab.calibration.calibrate` gave.

    Raises
    ------
    ResultsError
        The budget ended before any profile was there.
    """
    if found.likely.empty:
        raise ResultsError(
            "no parameter's profile was followed: the budget of points was too small"
        )
    return _pairs(found) if found.bayesian else _profiles(found)


# ---------------------------------------------------------------------- profiles


def _profiles(found: Calibration) -> Figure:
    names = list(found.likely["parameter"].unique())
    columns = min(len(names), PROFILE_COLUMNS)
    rows = -(-len(names) // PROFILE_COLUMNS)
    limit = float(stats.chi2.ppf(found.level, 1))
    page = Page(
        "What the targets say of each parameter",
        f"Profile deviance: the smallest at each value, whatever the others are, above the "
        f"smallest of all. Where it is under the dashed line lies the {100 * found.level:g} % "
        "interval (shaded); a profile that stays under it says nothing about the parameter on "
        "that side. Tick: the fitted value.",
        height=rows * (PROFILE_HEIGHT + 0.75),
    )
    width = (WIDTH - LEFT - RIGHT - BETWEEN * (columns - 1)) / columns
    for place, name in enumerate(names):
        down, across = divmod(place, PROFILE_COLUMNS)
        ax = page.panel(
            LEFT + across * (width + BETWEEN),
            0.25 + down * (PROFILE_HEIGHT + 0.75),
            width,
            PROFILE_HEIGHT,
        )
        _draw_profile(ax, found, name, limit)
        if across == 0:
            ax.set_ylabel("rise of the deviance")
    return page.figure


def _draw_profile(ax: Axes, found: Calibration, name: str, limit: float) -> None:
    rows = found.likely[found.likely["parameter"] == name]
    fitted = _fitted(found, name)
    low, high = fitted["range_low"], fitted["range_high"]
    inside = (_or(fitted["low"], low), _or(fitted["high"], high))
    ax.axvspan(*inside, color=PALETTE[0], alpha=0.12, linewidth=0)
    ax.axhline(limit, color="#777777", linewidth=0.9, linestyle=(0, (4, 3)))
    ax.plot(rows["value"], rows["rise"], "o-", color=PALETTE[0], markersize=4)
    ax.plot([fitted["value"]] * 2, [0, 0.12 * limit], color="#222222", linewidth=2)
    ax.set(xlim=(low, high), ylim=(0, SHOWN_RISES * limit))
    _scale(ax, "x", found, name)
    ax.set_xlabel(name)
    ax.set_title(str(fitted["verdict"]))
    tidy(ax)


def _or(value: float, otherwise: float) -> float:
    return otherwise if np.isnan(value) else float(value)


def _fitted(found: Calibration, name: str) -> dict[str, Any]:
    """The row of one parameter."""
    rows = found.fitted[found.fitted["parameter"] == name].to_dict("records")
    return {str(column): value for column, value in rows[0].items()}


def _on_log_scale(found: Calibration, name: str) -> bool:
    return bool(_fitted(found, name)["scale"] == "log")


def _scale(ax: Axes, which: str, found: Calibration, name: str) -> None:
    """The parameter's own scale on the x or y axis, with few ticks and plain numbers."""
    axis = {"x": ax.xaxis, "y": ax.yaxis}[which]
    if _on_log_scale(found, name):
        ax.set(**{f"{which}scale": "log"})
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(nbins=4))


# ---------------------------------------------------------------------- posterior


def _pairs(found: Calibration) -> Figure:
    names = list(found.fitted["parameter"])
    d = len(names)
    side = (WIDTH - LEFT - RIGHT - 0.3 * (d - 1)) / d
    height = min(side, 2.4)
    page = Page(
        "Which parameters the targets leave likely",
        "Posterior of approximate Bayesian computation. On the diagonal its density in each "
        "parameter's range (dashed: the prior); below it the points in pairs, their areas as "
        f"their weights. n = {len(found.likely)} points.",
        height=d * (height + 0.3) + 0.3,
    )
    for row in range(d):
        for column in range(row + 1):
            ax = page.panel(LEFT + column * (side + 0.3), 0.1 + row * (height + 0.3), side, height)
            if row == column:
                _draw_density(ax, found, names[row])
            else:
                _draw_pair(ax, found, names[column], names[row])
            _label(ax, found, names, row, column)
    return page.figure


def _draw_density(ax: Axes, found: Calibration, name: str) -> None:
    edges = _edges(found, name)
    density, _ = np.histogram(found.likely[name], bins=edges, weights=found.likely["weight"] * BINS)
    ax.stairs(density, edges, color=PALETTE[0], fill=True, alpha=0.6)
    ax.axhline(1.0, color="#777777", linewidth=0.9, linestyle=(0, (4, 3)))
    ax.set(yticks=[], ylim=(0, 1.1 * max(float(density.max()), 1.0)))


def _draw_pair(ax: Axes, found: Calibration, across: str, up: str) -> None:
    weights = found.likely["weight"].to_numpy(dtype=np.float64)
    ax.scatter(
        found.likely[across],
        found.likely[up],
        s=LARGEST_DOT * weights / weights.max(),
        color=PALETTE[0],
        alpha=0.5,
        linewidths=0,
    )
    ends = _edges(found, up)[[0, -1]]
    ax.set_ylim(ends[0], ends[1])
    _scale(ax, "y", found, up)


def _label(ax: Axes, found: Calibration, names: list[str], row: int, column: int) -> None:
    ends = _edges(found, names[column])[[0, -1]]
    _scale(ax, "x", found, names[column])
    ax.set_xlim(ends[0], ends[1])
    ax.grid(visible=False)
    tidy(ax)
    if row == len(names) - 1:
        ax.set_xlabel(names[column])
    else:
        ax.tick_params(labelbottom=False, which="both")
    if column == 0 and row > 0:
        ax.set_ylabel(names[row])
    elif row != column:
        ax.tick_params(labelleft=False, which="both")


def _edges(found: Calibration, name: str) -> Floats:
    """Ends of the bins of a parameter's range, even on its scale."""
    fitted = _fitted(found, name)
    spaced = np.geomspace if _on_log_scale(found, name) else np.linspace
    return np.asarray(spaced(fitted["range_low"], fitted["range_high"], BINS + 1))
