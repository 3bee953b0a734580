"""Who takes part: a logistic regression on attributes of holders, steps and ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simnet.chains.estimators.endings import removes_reached
from simnet.chains.estimators.intervals import quantile
from simnet.chains.record import Chains
from simnet.errors import ChainError

Floats = NDArray[np.float64]

INTERCEPT = "intercept"
_ITERATIONS = 50
_CONVERGED = 1e-9
_FAR = 50.0  # log odds that no share of finitely many decisions has
_INDEPENDENT = 1e-9


def decisions(chains: Chains) -> pd.DataFrame:
    """The holders who could pass a chain on, and whether they took part.

    Returns
    -------
    DataFrame
        One row a holder, by chain and remove: ``chain`` (its row in `chains`), ``remove`` (of the
        holder, the source at 0), ``holder``, ``target``, and ``took_part``: the holder passed it
        on, or would have but was stuck. Holders of expired chains, who were not given the choice,
        have none. Attributes are joined by the reader: ``table["age"] = age[table["holder"]]``.
    """
    if chains.path is None:
        raise ValueError("the holders are not known of chains without paths")
    dropped = chains.ended("dropped")
    n_decided = chains.steps + dropped
    chain = np.repeat(np.arange(len(chains)), n_decided)
    remove = np.arange(len(chain)) - np.repeat(np.cumsum(n_decided) - n_decided, n_decided)
    refused = (dropped & ~chains.stuck)[chain] & (remove == removes_reached(chains)[chain])
    return pd.DataFrame(
        {
            "chain": chain,
            "remove": remove,
            "holder": chains.path[chain, remove],
            "target": chains.targets[chain],
            "took_part": ~refused,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationFit:
    """A fitted probability of taking part, ``1 / (1 + exp(-(b0 + b x)))``.

    Attributes
    ----------
    names : tuple of str
        Of the coefficients: ``"intercept"``, then the columns.
    coefficients : ndarray of float
        b, in log odds a unit of the column.
    covariance : ndarray of float
        Of the coefficients: the inverse of the information.
    n : int
        Decisions fitted to.
    level : float
        Of the intervals in `table`.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    n: int
    level: float

    @property
    def table(self) -> pd.DataFrame:
        """Per coefficient: ``value``, ``standard_error``, and Wald's interval ``low``, ``high``."""
        error = np.sqrt(np.diag(self.covariance))
        reach = quantile(self.level) * error
        return pd.DataFrame(
            {
                "value": self.coefficients,
                "standard_error": error,
                "low": self.coefficients - reach,
                "high": self.coefficients + reach,
            },
            index=pd.Index(self.names, name="coefficient"),
        )

    def probability(self, columns: Mapping[str, ArrayLike]) -> Floats:
        """Probability of taking part for each value of the columns, elementwise.

        With the people columns of a network it is a probability a person, as `simnet.chains.send`
        takes it for participation, or a column that `simnet.chains.participation.ByPerson` names.
        Attrition is one less it.

        Parameters
        ----------
        columns : mapping of str to array_like
            Has the columns fitted to; they are broadcast against each other.
        """
        missing = [name for name in self.names[1:] if name not in columns]
        if missing:
            raise ValueError(f"the fit needs the column {missing[0]!r}")
        log_odds = np.asarray(self.coefficients[0])
        for name, coefficient in zip(self.names[1:], self.coefficients[1:], strict=True):
            log_odds = log_odds + coefficient * np.asarray(columns[name], dtype=np.float64)
        return np.asarray(_logistic(log_odds))


def fit_participation(
    table: pd.DataFrame, columns: Sequence[str], *, level: float = 0.95
) -> ParticipationFit:
    """Maximum-likelihood logistic regression of taking part on columns, by Newton's method.

    Parameters
    ----------
    table : DataFrame
        One row a decision, such as `decisions` gives, with the column ``took_part`` and `columns`.
    columns : sequence of str
        Numbers or truth values; may be none.
    level : float
        Of intervals.

    Raises
    ------
    ChainError
        If there is no decision, a value is missing or not a number, columns are collinear, or the
        columns separate those who took part from those who did not, so that no finite coefficient
        is the most likely.
    """
    quantile(level)
    x, y = design(table, columns)
    once = np.ones((1, len(y)))
    coefficients = newton(x, y, once, np.zeros(x.shape[1]))[0]
    covariance = np.linalg.inv(information(x, _logistic(x @ coefficients)[None], once)[0])
    return ParticipationFit(
        names=(INTERCEPT, *columns),
        coefficients=coefficients,
        covariance=np.asarray(covariance, dtype=np.float64),
        n=len(y),
        level=level,
    )


def design(table: pd.DataFrame, columns: Sequence[str]) -> tuple[Floats, Floats]:
    """The columns behind one of ones, shape (decisions, 1 + columns), and who took part."""
    if table.empty:
        raise ChainError("nobody decided whether to take part, so participation cannot be fitted")
    for name in columns:
        if name not in table:
            raise ChainError(f"there is no column {name!r}; there are {', '.join(table.columns)}")
        values = table[name]
        if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)):
            raise ChainError(f"column {name!r} must hold numbers or truth values")
        n_missing = int((~np.isfinite(values.astype(np.float64))).sum())
        if n_missing:
            raise ChainError(
                f"column {name!r} has no value for {n_missing:,} of {len(table):,} decisions"
            )
    x = np.column_stack([np.ones(len(table)), *(table[name].astype(float) for name in columns)])
    _check_independent(x, columns)
    return x, table["took_part"].to_numpy(dtype=np.float64)


def newton(x: Floats, y: Floats, weights: Floats, start: Floats) -> Floats:
    """The coefficients under which the decisions are the most likely, for each row of weights.

    Where there are none the steps never get small, for the likelihood rises for ever.

    Parameters
    ----------
    x : ndarray, shape (decisions, coefficients)
    y : ndarray, shape (decisions,)
    weights : ndarray, shape (fits, decisions)
        How often each decision counts in each fit.
    start : ndarray, shape (coefficients,)

    Returns
    -------
    ndarray, shape (fits, coefficients)
    """
    coefficients = np.tile(start, (len(weights), 1))
    spread = np.sqrt((x**2).mean(axis=0))
    for _ in range(_ITERATIONS):
        p = _logistic(coefficients @ x.T)
        score = (weights * (y - p)) @ x
        try:
            step = np.linalg.solve(information(x, p, weights), score[..., None])[..., 0]
        except np.linalg.LinAlgError:
            break
        coefficients = coefficients + step
        if np.abs(step * spread).max() < _CONVERGED:
            return coefficients
        if np.abs(coefficients * spread).max() > _FAR:
            break
    raise ChainError(
        "the columns separate those who took part from those who did not: "
        "no finite coefficients are the most likely"
    )


def information(x: Floats, p: Floats, weights: Floats) -> Floats:
    """Fisher's information of each fit, shape (fits, coefficients, coefficients)."""
    k = x.shape[1]
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), k * k)
    return np.asarray((weights * p * (1 - p)) @ products).reshape(-1, k, k)


def _check_independent(x: Floats, columns: Sequence[str]) -> None:
    """Refuse a column that is a combination of the ones before it."""
    scaled = x / np.where(np.abs(x).max(axis=0) > 0, np.abs(x).max(axis=0), 1.0)
    left = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    dependent = np.flatnonzero(left <= _INDEPENDENT * np.sqrt(len(x)))
    if len(x) < x.shape[1] or len(dependent):
        name = columns[int(dependent[0]) - 1] if len(dependent) else columns[-1]
        raise ChainError(
            f"column {name!r} is collinear with the intercept and the columns before it"
        )


def _logistic(log_odds: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(log_odds))
