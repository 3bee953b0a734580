"""An analysis as people read it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from simnet.lab.sensitivity.analysis import Sensitivity
from simnet.lab.wording import counted

__all__ = ["TITLES", "format_sensitivity", "noise_sentence"]

TITLES = {
    "sobol": "Sobol' indices (shares of the variance)",
    "morris": "elementary effects (per whole range of the parameter)",
    "pawn": "PAWN indices (distance between distributions, 0 to 1)",
    "ranks": "rank correlations, and what sets the highest fifth of the points apart",
}
NAMES = {"mu_star": "mu*", "rank_correlation": "rank correlation"}
LEADING = {"sobol": "total", "morris": "mu_star", "pawn": "pawn", "ranks": "rank_correlation"}
BESIDE = {"morris": ("mu_star", "floor"), "pawn": ("pawn", "dummy"), "ranks": ("regional", "p")}
MEANINGS = {
    "morris": "floor: the mu* that noise alone would give a parameter without effect",
    "pawn": "dummy: what a parameter without effect stays below; only more than that is shown",
    "ranks": "regional: Kolmogorov-Smirnov distance, with the p of its test",
}


def format_sensitivity(found: Sensitivity) -> str:
    """The indices, the strongest parameter first, with the share of noise above them."""
    table = found.table
    columns = {NAMES.get(name, name): _cells(table, name) for name in table["index"].unique()}
    if found.method in BESIDE:
        index, column = BESIDE[found.method]
        columns[column] = _rows(table, index)[column].map("{:.3g}".format)
    strength = _rows(table, LEADING[found.method])["value"].abs()
    order = strength.sort_values(ascending=False, kind="stable").index
    frame = pd.DataFrame(columns).loc[order].replace("nan", "-").rename_axis(None)
    lines = [
        f"{found.of}: {TITLES[found.method]}",
        f"{counted(found.points, 'point')} x {counted(found.replicates, 'replicate')}, "
        f"{100 * found.level:g} % intervals",
        noise_sentence(found),
        "",
        frame.to_string(),
    ]
    meaning = MEANINGS.get(found.method)
    return "\n".join([*lines, *([meaning] if meaning else [])])


def noise_sentence(found: Sensitivity) -> str:
    """How much of the variance between points is noise, and what was done about it."""
    share, low, high = (100 * float(number) for number in found.noise)
    if share != share:
        why = "one replicate" if found.replicates == 1 else "the points' means do not vary"
        return f"noise between replicates cannot be told from effects: {why}"
    done = {
        "sobol": "taken out of the indices",
        "morris": "taken out of sigma",
    }.get(found.method, "it draws the indices towards nothing")
    return (
        f"noise between replicates: {share:.1f} % [{max(low, 0):.1f}, {high:.1f}] of the variance "
        f"between points ({done})"
    )


def _rows(table: pd.DataFrame, index: str) -> pd.DataFrame:
    return table[table["index"] == index].set_index("parameter")


def _cells(table: pd.DataFrame, index: str) -> pd.Series[str]:
    rows = _rows(table, index)
    ends: Sequence[tuple[float, float, float]] = list(
        zip(rows["value"], rows["low"], rows["high"], strict=True)
    )
    cells = [
        f"{value:.3g} [{low:.3g}, {high:.3g}]" if low == low else f"{value:.3g}"
        for value, low, high in ends
    ]
    return pd.Series(cells, index=rows.index)
