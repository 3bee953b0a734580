"""Where chains die: survival over the steps, and attrition over the calendar."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import stats

from simnet.errors import ResultsError
from simnet.figures.curves import Panel, stack_panels
from simnet.figures.page import house_style
from simnet.figures.selection import bands, counted
from simnet.lab.intervals import Band
from simnet.lab.logrank import DEATHS
from simnet.lab.selection import WEEKS_A_QUARTER, Selection, StudyTables

__all__ = ["attrition", "chain_survival", "survival_band"]

Floats = NDArray[np.float64]

KINDS = {"letter": "Letters", "referral": "Referrals", "introduction": "Introductions"}
SHOWN_SHARE = 0.01
TREAD = 0.6
JACKKNIFE = "Bands: 95 % interval by the jackknife"


@house_style
def chain_survival(results: StudyTables, *, point: int = 0) -> Figure:
    """Share of chains that survive each step, by Kaplan-Meier, one panel a kind of chain, by arm.

    A chain dies when a holder drops it, when it is lost on the way, and when it expires. A chain
    that arrives leaves the risk set: the curve shows how far chains would get if only death could
    end them. See `survival_band` for the estimate and its band. The panels end where fewer than
    one chain in a hundred is still at risk.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, or no chain began.
    """
    selection = Selection(results, point)
    counts = _kinds_that_began(selection.attrition(by="step"))
    by_kind = {kind: _survival(rows) for kind, rows in counts.items()}
    caption = (
        f"{selection.where}Kaplan-Meier estimate over the chains begun by {selection.who}, all "
        f"replicates together; chains that arrive are censored. "
        f"{counted(_flat(by_kind), JACKKNIFE)}"
    )
    panels = [
        Panel(
            y_label="share alive",
            x=np.append(np.arange(_steps_shown(rows) + 1.0), _steps_shown(rows) + TREAD),
            by_arm=_shown(by_kind[kind], _steps_shown(rows)),
            title=f"{KINDS[kind]} ({int(_begun(rows)):,} begun)",
            steps=True,
            finish=_shares_from_zero_to_one,
        )
        for kind, rows in counts.items()
    ]
    return stack_panels(
        "How far chains get",
        caption,
        "steps",
        panels,
        selection.arms,
        x_limits=(0.0, max(float(panel.x.max()) for panel in panels)),
        keyed=True,
        panel_height=1.7,
    )


@house_style
def attrition(results: StudyTables, *, point: int = 0) -> Figure:
    """Probability per step that a holder drops the chain, by quarter of 13 weeks, kind and arm.

    In each trial and quarter: drops / holders at risk, over all steps. The line is the mean over
    the replicates with somebody at risk, the band its 95 % t interval.

    Raises
    ------
    ResultsError
        If no trial at this sweep point is finished, or no chain began.
    """
    selection = Selection(results, point)
    counts = _kinds_that_began(selection.attrition(by="quarter"))
    hazards = {kind: _hazards(rows) for kind, rows in counts.items()}
    by_kind = {kind: bands(wide) for kind, wide in hazards.items()}
    caption = (
        f"{selection.where}Drops / holders at risk per quarter of {WEEKS_A_QUARTER} weeks, at the "
        f"quarter's middle; chains begun by {selection.who}. {counted(_flat(by_kind))}"
    )
    panels = [
        Panel(
            y_label="drops per step",
            x=(wide.columns.to_numpy(dtype=np.float64) + 0.5) * WEEKS_A_QUARTER,
            by_arm=by_kind[kind],
            title=KINDS[kind],
            markers=True,
            finish=_shares_from_zero,
        )
        for kind, wide in hazards.items()
    ]
    return stack_panels(
        "Attrition per step",
        caption,
        "week",
        panels,
        selection.arms,
        x_limits=(0.0, max(float(panel.x.max()) for panel in panels) + WEEKS_A_QUARTER / 2),
        x_unit=WEEKS_A_QUARTER,
        panel_height=1.7,
    )


def _kinds_that_began(counts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    at_risk = counts[counts["at_risk"] > 0]
    kinds = {kind: at_risk[at_risk["kind"] == kind] for kind in KINDS}
    began = {kind: rows for kind, rows in kinds.items() if len(rows)}
    if not began:
        raise ResultsError("no chain began")
    return began


def _flat(by_kind: Mapping[str, Mapping[str, Band]]) -> dict[str, Band]:
    return {f"{kind} {arm}": by_kind[kind][arm] for kind in by_kind for arm in by_kind[kind]}


# ---------------------------------------------------------------------- over the steps


def survival_band(at_risk: Floats, died: Floats, *, level: float = 0.95) -> Band:
    r"""Kaplan-Meier curve over steps with a jackknife band over replicates.

    .. math:: S(k) = \prod_{s<k} \left(1 - \frac{\sum_r d_{rs}}{\sum_r n_{rs}}\right)

    with n the chains at risk at step s of replicate r and d those that died there: the
    Kaplan-Meier estimate of all chains together. Chains of one replicate share a network and are
    no independent sample, so the band does not come from Greenwood's formula over chains, but from
    leaving out one replicate at a time: S(k) with Student's t times its jackknife standard error,
    cut to [0, 1]. With one replicate there is no band (nan).

    Parameters
    ----------
    at_risk, died : ndarray of float64, shape (replicates, steps)
        Counts.
    level : float
        Coverage aimed at.

    Returns
    -------
    Band
        At steps 0 (where S is 1) to the number of steps. Where nobody was at risk any more: nan.
    """
    n = at_risk.shape[0]
    mean = _product_limit(at_risk.sum(axis=0), died.sum(axis=0))
    without = _product_limit(at_risk.sum(axis=0) - at_risk, died.sum(axis=0) - died)
    spread = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf((1 + level) / 2, n - 1) * spread if n > 1 else np.full(mean.shape, np.nan)
    low, high = np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1)
    return Band(mean, low, high, np.full(mean.shape, n))


def _product_limit(at_risk: Floats, died: Floats) -> Floats:
    hazard = np.divide(died, at_risk, out=np.full(died.shape, np.nan), where=at_risk > 0)
    alive = np.cumprod(1 - hazard, axis=-1)
    # a curve that has come down to zero stays there, though nobody is at risk any more
    extinct = np.maximum.accumulate(alive == 0, axis=-1)
    alive = np.where(extinct, 0.0, alive)
    return np.concatenate([np.ones((*alive.shape[:-1], 1)), alive], axis=-1)


def _survival(counts: pd.DataFrame) -> dict[str, Band]:
    ended = counts.assign(died=counts[DEATHS].sum(axis=1))
    totals = ended.groupby(["arm", "replicate", "step"], observed=True)[["at_risk", "died"]].sum()
    steps = range(int(counts["step"].max()) + 1)
    at_risk = totals["at_risk"].unstack("step").reindex(columns=steps).fillna(0.0)
    died = totals["died"].unstack("step").reindex(columns=steps).fillna(0.0)
    return {
        str(arm): survival_band(
            rows.to_numpy(dtype=np.float64), died.loc[rows.index].to_numpy(dtype=np.float64)
        )
        for arm, rows in at_risk.groupby(level="arm", observed=True)
    }


def _begun(counts: pd.DataFrame) -> float:
    return float(counts.loc[counts["step"] == 0, "at_risk"].sum())


def _steps_shown(counts: pd.DataFrame) -> int:
    at_risk = counts.groupby("step")["at_risk"].sum()
    enough = at_risk[at_risk >= SHOWN_SHARE * at_risk.max()]
    return int(enough.index.max()) + 1


def _shown(by_arm: dict[str, Band], steps: int) -> dict[str, Band]:
    """The first steps of the curves, the last value twice so that its tread is seen."""
    places = np.append(np.arange(steps + 1), steps)
    return {
        arm: Band(band.mean[places], band.low[places], band.high[places], band.n[places])
        for arm, band in by_arm.items()
    }


def _shares_from_zero_to_one(ax: Axes) -> None:
    ax.set_ylim(0.0, 1.02)


# ---------------------------------------------------------------------- over the calendar


def _hazards(counts: pd.DataFrame) -> pd.DataFrame:
    """Drops / at risk: one row an (arm, replicate), one column a quarter."""
    totals = counts.set_index(["arm", "replicate", "quarter"])[["dropped", "at_risk"]]
    return (totals["dropped"] / totals["at_risk"]).unstack("quarter")


def _shares_from_zero(ax: Axes) -> None:
    ax.set_ylim(bottom=0.0, top=None if ax.dataLim.y1 > 0 else 1.0)
