"""A calibration as people read it."""

from __future__ import annotations

import pandas as pd

from simnet.lab.calibration.outcome import Calibration
from simnet.lab.wording import counted

__all__ = ["format_calibration"]


def format_calibration(found: Calibration) -> str:
    """Fitted parameters with intervals and verdicts, targets, correlations, notes."""
    how = "posterior median" if found.bayesian else "point of smallest deviance"
    sections = [
        f"{found.method}, {counted(len(found.points), 'point')} run; {how}, "
        f"{100 * found.level:g} % intervals",
        _fitted(found),
        _targets(found),
    ]
    if len(found.correlation):
        sections.append(_correlation(found))
    sections += [f"note: {note}" for note in found.notes]
    return "\n\n".join(sections)


def _fitted(found: Calibration) -> str:
    rows = found.fitted
    table = pd.DataFrame(
        {
            "parameter": rows["parameter"],
            "value": rows["value"].map("{:.4g}".format),
            "interval": [_interval(*ends) for ends in zip(rows["low"], rows["high"], strict=True)],
            "sought in": [
                f"{low:.4g} to {high:.4g}"
                for low, high in zip(rows["range_low"], rows["range_high"], strict=True)
            ],
            "the targets": rows["verdict"],
        }
    )
    return str(table.to_string(index=False))


def _interval(low: float, high: float) -> str:
    below = "..." if low != low else f"{low:.4g}"
    above = "..." if high != high else f"{high:.4g}"
    return f"[{below}, {above}]"


def _targets(found: Calibration) -> str:
    rows = found.targets
    table = pd.DataFrame(
        {
            "target": [
                measure if arm is None else f"{measure} of {arm}"
                for measure, arm in zip(rows["measure"], rows["arm"], strict=True)
            ],
            "use": ["predicted" if predicted else "fitted" for predicted in rows["predicted"]],
            "wanted": [
                f"{value:.4g} ± {spread:.2g}"
                for value, spread in zip(rows["target"], rows["spread"], strict=True)
            ],
            "simulated": rows["simulated"].map("{:.4g}".format),
            "likely": [_interval(*ends) for ends in zip(rows["low"], rows["high"], strict=True)],
            "met": rows["met"].map({True: "yes", False: "no"}),
        }
    )
    if "anew" in rows:
        table["other replicates"] = rows["anew"].map("{:.4g}".format)
    return str(table.to_string(index=False))


def _correlation(found: Calibration) -> str:
    rows = found.correlation.itertuples(index=False)
    lines = [f"  {row.parameter} with {row.other}: {row.correlation:.2f}" for row in rows]
    return "\n".join(["correlation of the estimates", *lines])
