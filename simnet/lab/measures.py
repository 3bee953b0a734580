"""Measures: from the tables of one trial to one number each.

A measure speaks of a group: the focal people if the trial has any, else everybody. What a measure
is not defined for is nan, never 0.

References
----------
.. [1] Kaplan and Meier (1958), Nonparametric estimation from incomplete observations, JASA 53(282).
.. [2] Gini (1912), Variabilità e mutabilità; in the form of Dixon et al. (1987), Bootstrapping the
   Gini coefficient of inequality, Ecology 68(5).
.. [3] Travers and Milgram (1969), An experimental study of the small world problem, Sociometry
   32(4): started chains as the denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = [
    "FAMILIES",
    "MEASURES",
    "UNITS",
    "barren_ties",
    "chain_attrition",
    "chain_length",
    "completion_rate",
    "expand_names",
    "gini",
    "latency",
    "lorenz",
    "mean_ties",
    "mean_trust",
    "measure",
    "opportunity_yield",
    "ties_of",
    "top_tie_share",
    "value_per_100_hours",
    "value_yield",
    "won_within_year",
]

Floats = NDArray[np.float64]

WEEKS_A_YEAR = 52
NAN = float("nan")


# ---------------------------------------------------------------------- from the series


def opportunity_yield(series: pd.DataFrame, weeks: int) -> float:
    """Opportunities won per person-year of 52 weeks.

    Wins over the run / (mean number of people x `weeks` / 52). Without people: nan.
    """
    return _ratio(_total(series, "wins"), _person_years(series, weeks))


def value_yield(series: pd.DataFrame, weeks: int) -> float:
    """Value of the opportunities won per person-year of 52 weeks.

    Value is in units of the mean value of a need. Without people: nan.
    """
    return _ratio(_total(series, "value"), _person_years(series, weeks))


def value_per_100_hours(series: pd.DataFrame) -> float:
    """Value of the opportunities won per 100 networking hours spent; nan if none was spent."""
    return 100 * _ratio(_total(series, "value"), _total(series, "hours_spent"))


def mean_trust(series: pd.DataFrame) -> float:
    """Mean trust, in [0, 1], that others have in people of the group, over their living ties.

    At the last week observed. Strategies within the group count by their living ties. Without
    living ties: nan.
    """
    last = _at_the_end(series)
    weights = last["people"] * last["ties"]
    defined = last["trust"].notna() & (weights > 0)
    return _ratio(float((last["trust"] * weights)[defined].sum()), float(weights[defined].sum()))


def mean_ties(series: pd.DataFrame) -> float:
    """Mean number of living ties a person, at the last week observed; nan without people."""
    last = _at_the_end(series)
    return _ratio(float((last["ties"] * last["people"]).sum()), float(last["people"].sum()))


def _total(series: pd.DataFrame, metric: str) -> float:
    return float(series.loc[series["metric"] == metric, "value"].sum())


def _person_years(series: pd.DataFrame, weeks: int) -> float:
    people = series[series["metric"] == "people"].groupby("week")["value"].sum()
    return float(people.mean()) * weeks / WEEKS_A_YEAR


def _at_the_end(series: pd.DataFrame) -> pd.DataFrame:
    """States at the last week: one row a strategy, columns people, ties and trust."""
    last = series[series["week"] == series["week"].max()]
    keys = ["strategy", "metric"]
    states = last.groupby(keys, observed=True)["value"].sum(min_count=1).unstack("metric")
    columns = {name: states.get(name) for name in ("people", "ties", "trust")}
    return pd.DataFrame(columns, index=states.index, dtype="float64")


# ---------------------------------------------------------------------- from people and ties


def gini(values: ArrayLike) -> float:
    r"""Gini coefficient of non-negative values: 0 if all are equal, 1 - 1/n if one has it all.

    .. math:: G = \frac{\sum_i \sum_j |x_i - x_j|}{2 n^2 \bar x}
                = \frac{2 \sum_i i\,x_{(i)}}{n \sum_i x_{(i)}} - \frac{n + 1}{n}

    with the values sorted upwards in the second form [2]_. Undefined, nan, if there are no values
    or all are zero.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n, total = ordered.size, ordered.sum()
    if total == 0:
        return NAN
    return float(2 * (np.arange(1, n + 1) @ ordered) / (n * total) - (n + 1) / n)


def lorenz(values: ArrayLike, shares: ArrayLike) -> Floats:
    """Lorenz curve: the share of the total held by the lowest given shares of the values.

    Linear between the values, L(0) = 0 and L(1) = 1. Without values, or if all are zero: nan.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    at = np.asarray(shares, dtype=np.float64)
    total = ordered.sum()
    if total == 0:
        return np.full(at.shape, np.nan)
    held = np.concatenate([[0.0], np.cumsum(ordered)]) / total
    curve: Floats = np.interp(at, np.linspace(0.0, 1.0, held.size), held)
    return curve


def top_tie_share(ties: pd.DataFrame) -> float:
    """Share of the value of all ties that came along the best tenth of them: 1 - L(0.9).

    L is the Lorenz curve of `value` over ties, so a tenth that is no whole number of ties counts
    the last one in part. The value of a win counts on every tie of its path. If nothing came along
    any tie: nan.
    """
    return float(1.0 - lorenz(ties["value"], 0.9))


def barren_ties(ties: pd.DataFrame) -> float:
    """Share of ties that never brought anything: on the path of no win. None: nan."""
    return _ratio(float((ties["wins"] == 0).sum()), len(ties))


def latency(ties: pd.DataFrame, last_week: int) -> float:
    """Median weeks from a tie's birth to the first opportunity through it, by Kaplan-Meier [1]_.

    Over the ties born during the run. A tie without a win is right-censored when it ended (blocked
    or dormant), or at `last_week` if it was living then. The median is the first week at which the
    estimated share of ties that have brought nothing yet is one half or less; nan if the
    curve stays above one half, or without ties.
    """
    waited, censored = _waits(ties, last_week)
    if waited.size == 0:
        return NAN
    barren = _barren_curve(waited, censored)
    reached = np.flatnonzero(barren.probabilities <= 0.5 + 1e-12)
    return float(barren.quantiles[reached[0]]) if reached.size else NAN


def won_within_year(ties: pd.DataFrame, last_week: int) -> float:
    r"""Share of ties that bring an opportunity within 52 weeks of birth, by Kaplan-Meier [1]_.

    .. math:: 1 - \hat S(52) = 1 - \prod_{t \le 52} \left(1 - \frac{d_t}{n_t}\right)

    over the ties born during the run, where :math:`n_t` of them had neither brought anything nor
    been censored before week *t* after birth, and :math:`d_t` brought their first opportunity in
    it. Censored as in `latency`. Undefined, nan, without ties, and if none was followed for 52
    weeks (as in a run of one year), unless the last one under observation won: the curve is zero
    from there on.
    """
    waited, censored = _waits(ties, last_week)
    if waited.size == 0:
        return NAN
    barren = _barren_curve(waited, censored)
    share = 1.0 - float(barren.evaluate(WEEKS_A_YEAR))
    return share if waited.max() >= WEEKS_A_YEAR or share == 1.0 else NAN


def ties_of(ties: pd.DataFrame, members: ArrayLike) -> pd.DataFrame:
    """Ties with at least one end among `members`; `person` and `other` count alike."""
    people = np.asarray(members)
    return ties[ties["person"].isin(people) | ties["other"].isin(people)]


def _waits(ties: pd.DataFrame, last_week: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Weeks from the birth of each tie born during the run to its first win, or to where that is
    no longer seen (censored)."""
    born = ties[ties["born_week"] >= 0]
    first_win, ended = _weeks(born["first_win_week"]), _weeks(born["ended_week"])
    censored = np.isnan(first_win)
    until = np.where(censored, np.where(np.isnan(ended), last_week, ended), first_win)
    return np.maximum(until - _weeks(born["born_week"]), 0.0), censored


def _barren_curve(waited: Floats, censored: NDArray[np.bool_]) -> Any:
    """Estimated share of ties that have brought nothing yet, by weeks since birth."""
    return stats.ecdf(stats.CensoredData.right_censored(waited, censored)).sf


def _weeks(column: pd.Series[int]) -> Floats:
    return np.asarray(column.astype("Float64").to_numpy(na_value=np.nan), dtype=np.float64)


# ---------------------------------------------------------------------- from chains


def chain_attrition(attrition: pd.DataFrame, kind: str | None = None) -> float:
    """Probability that a holder drops the chain, per step: drops / holders at risk.

    Summed over steps and weeks, for one kind of chain or all. Chains lost in transit and expired
    ones were at risk, but are no drops. Who begins a referral or asks for an introduction cannot
    drop it, and is not at risk; who begins a letter can. Without a holder at risk: nan.
    """
    can_drop = (attrition["kind"] == "letter") | (attrition["step"] > 0)
    counted = attrition[can_drop if kind is None else can_drop & (attrition["kind"] == kind)]
    return _ratio(float(counted["dropped"].sum()), float(counted["at_risk"].sum()))


def completion_rate(chains: pd.DataFrame, kind: str = "letter") -> float:
    """Share of started chains that arrived.

    A chain counts as started once its source has passed it on (at least one step) [3]_. Without a
    started chain: nan.
    """
    started = chains[(chains["kind"] == kind) & (chains["steps"] >= 1)]
    return _ratio(float((started["outcome"] == "arrived").sum()), len(started))


def chain_length(chains: pd.DataFrame) -> float:
    """Mean number of steps (intermediaries + 1) of the letters that arrived; nan if none did.

    Long chains have more chances to die on the way, so this is less than the length that the same
    letters would have had without attrition.
    """
    arrived = chains[(chains["kind"] == "letter") & (chains["outcome"] == "arrived")]
    return float(arrived["steps"].mean()) if len(arrived) else NAN


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else NAN


# ---------------------------------------------------------------------- all of them by name


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """The tables of one trial, each cut down to the group."""

    weeks: int
    last_week: int
    series: pd.DataFrame
    people: pd.DataFrame
    ties: pd.DataFrame
    chains: pd.DataFrame
    attrition: pd.DataFrame


_MEASURES: dict[str, tuple[str, Callable[[_Trial], float]]] = {
    "opportunity_yield": (
        "wins per person-year",
        lambda trial: opportunity_yield(trial.series, trial.weeks),
    ),
    "value_yield": (
        "value per person-year",
        lambda trial: value_yield(trial.series, trial.weeks),
    ),
    "value_per_100_hours": (
        "value per 100 hours",
        lambda trial: value_per_100_hours(trial.series),
    ),
    "latency": ("weeks", lambda trial: latency(trial.ties, trial.last_week)),
    "won_within_year": (
        "share of new ties",
        lambda trial: won_within_year(trial.ties, trial.last_week),
    ),
    "concentration": ("Gini over people", lambda trial: gini(trial.people["value"])),
    "top_tie_share": ("share of value", lambda trial: top_tie_share(trial.ties)),
    "barren_ties": ("share of ties", lambda trial: barren_ties(trial.ties)),
    "chain_attrition": ("drops per step", lambda trial: chain_attrition(trial.attrition)),
    "attrition_letter": (
        "drops per step",
        lambda trial: chain_attrition(trial.attrition, "letter"),
    ),
    "attrition_referral": (
        "drops per step",
        lambda trial: chain_attrition(trial.attrition, "referral"),
    ),
    "attrition_introduction": (
        "drops per step",
        lambda trial: chain_attrition(trial.attrition, "introduction"),
    ),
    "completion_rate": ("share of started letters", lambda trial: completion_rate(trial.chains)),
    "completion_rate_referral": (
        "share of started referrals",
        lambda trial: completion_rate(trial.chains, "referral"),
    ),
    "chain_length": ("steps", lambda trial: chain_length(trial.chains)),
    "trust": ("0 to 1", lambda trial: mean_trust(trial.series)),
    "ties": ("living ties a person", lambda trial: mean_ties(trial.series)),
}

MEASURES: tuple[str, ...] = tuple(_MEASURES)
UNITS: Mapping[str, str] = {name: unit for name, (unit, _) in _MEASURES.items()}
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "opportunity_yield": ("opportunity_yield", "value_yield", "value_per_100_hours"),
    "latency": ("latency", "won_within_year"),
    "concentration": ("concentration", "top_tie_share", "barren_ties"),
    "chain_attrition": (
        "chain_attrition",
        "attrition_letter",
        "attrition_referral",
        "attrition_introduction",
    ),
    "completion_rate": ("completion_rate", "completion_rate_referral"),
}
"""What the name of a family stands for; any other name stands for itself."""


def measure(
    tables: Mapping[str, pd.DataFrame], weeks: int, names: Sequence[str] = ()
) -> pd.DataFrame:
    """Measure one trial.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables series, people, ties, chains and attrition of one trial. They may be empty.
    weeks : int
        Length of the run.
    names : sequence of str
        Measures, or families of them (`FAMILIES`); none means all.

    Returns
    -------
    DataFrame
        Columns measure (categorical, in the order of `MEASURES`) and value, one row a measure.

    Raises
    ------
    ValueError
        If a name is not known; the nearest one is named.
    """
    wanted = expand_names(names)
    trial = _cut_to_group(tables, weeks)
    values = [_MEASURES[name][1](trial) for name in wanted]
    measures = pd.Categorical(list(wanted), categories=list(MEASURES))
    return pd.DataFrame({"measure": measures, "value": np.array(values, dtype=np.float64)})


def expand_names(names: Sequence[str]) -> tuple[str, ...]:
    """Replace families by their measures, each once, in the order of `MEASURES`; none means all."""
    for name in names:
        if name not in _MEASURES:
            near = get_close_matches(name, MEASURES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(MEASURES)}"
            raise ValueError(f"{name!r} is not a known measure; {hint}")
    wanted = {member for name in names or MEASURES for member in FAMILIES.get(name, (name,))}
    return tuple(name for name in MEASURES if name in wanted)


def _cut_to_group(tables: Mapping[str, pd.DataFrame], weeks: int) -> _Trial:
    series = tables["series"]
    within = partial(_within, focal=bool((series["group"] == "focal").any()))
    people = within(tables["people"], "group")
    return _Trial(
        weeks=weeks,
        last_week=weeks - 1 if series.empty else int(series["week"].max()),
        series=within(series, "group"),
        people=people,
        ties=ties_of(tables["ties"], people["person"]),
        chains=within(tables["chains"], "starter_group"),
        attrition=within(tables["attrition"], "starter_group"),
    )


def _within(table: pd.DataFrame, column: str, *, focal: bool) -> pd.DataFrame:
    return table[table[column] == "focal"] if focal else table
