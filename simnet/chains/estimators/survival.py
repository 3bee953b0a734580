"""How far chains get, and by which ending they leave."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.chains.estimators.endings import ENDINGS, Counts, Endings
from simnet.chains.estimators.intervals import quantile
from simnet.chains.record import Chains

Floats = NDArray[np.float64]

_ORDER = ("expired", "unwilling", "stuck", "lost", "arrived")  # as they come on a step


def survival(
    chains: Chains, *, censored: Collection[str] = ("arrived",), level: float = 0.95
) -> pd.DataFrame:
    r"""Share of chains that would make each number of steps, by Kaplan-Meier.

    .. math:: S(k) = \prod_{s<k} (1 - d_s / n_s)

    with :math:`n_s` the chains held at remove s and :math:`d_s` those that died there. A chain that
    ends in a way that is `censored` leaves the risk set where it ended. With arrivals censored the
    curve shows how far chains would get if only death could end them.

    Parameters
    ----------
    chains : Chains
    censored : collection of str
        Endings that are no death, of "arrived", "unwilling", "stuck", "lost", "expired".
    level : float
        Of the interval: Greenwood's variance on the scale of log(-log S), so that it stays in
        [0, 1]; nan where S is 0 or 1, of which it can tell no error.

    Returns
    -------
    DataFrame
        One row a number of steps from 0: ``steps``, ``at_risk`` and ``died`` on the next step,
        ``survival``, ``low``, ``high``; nan where nobody was at risk any more.
    """
    at_risk, _, died = _passages(chains, censored)
    alive = _product_limit(at_risk, died)[:: len(_ORDER)]
    variance = _greenwood(at_risk, died)[:: len(_ORDER)]
    low, high = _log_log(alive, variance, quantile(level))
    return pd.DataFrame(
        {
            "steps": np.arange(len(alive)),
            "at_risk": np.append(at_risk[1 :: len(_ORDER)], 0),
            "died": np.append(died[1:].reshape(-1, len(_ORDER)).sum(axis=1), 0),
            "survival": alive,
            "low": low,
            "high": high,
        }
    )


def cumulative_incidence(
    chains: Chains, *, censored: Collection[str] = (), level: float = 0.95
) -> pd.DataFrame:
    r"""Share of chains that ended in each way within each number of steps, by Aalen-Johansen.

    .. math:: F_e(k) = \sum_{s<k} S(s)\, d_{e,s} / n_s

    with :math:`d_{e,s}` the chains held at remove s that ended in the way e on the step from
    there, and S the chance of no ending before. Unlike one minus a Kaplan-Meier curve for each
    ending, these shares compete: they add up to 1 - S. Where nothing is censored they are plain
    shares of all chains.

    Parameters
    ----------
    chains : Chains
    censored : collection of str
        Endings after which a chain might have gone on, such as ``("expired",)`` for a study that
        was closed while chains were under way.
    level : float
        Of the normal interval, with the variance of the delta method [1]_, cut to [0, 1].

    Returns
    -------
    DataFrame
        One row an ending and number of steps from 0: ``ending`` (those of `ENDINGS` that are not
        censored), ``steps``, ``incidence``, ``standard_error``, ``low``, ``high``; nan without any
        chain, or where nobody was at risk any more.

    References
    ----------
    .. [1] Marubini and Valsecchi (1995), Analysing survival data from clinical trials and
       observational studies, section 10.3.
    """
    z = quantile(level)
    at_risk, by_ending, ended = _passages(chains, censored)
    before = np.append(1.0, _product_limit(at_risk, ended)[:-1])
    tables = []
    for ending, counts in by_ending.items():
        incidence, error = (
            values[:: len(_ORDER)] for values in _incidence(counts, ended, at_risk, before)
        )
        tables.append(
            pd.DataFrame(
                {
                    "ending": ending,
                    "steps": np.arange(len(incidence)),
                    "incidence": incidence,
                    "standard_error": error,
                    "low": np.clip(incidence - z * error, 0, 1),
                    "high": np.clip(incidence + z * error, 0, 1),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _passages(
    chains: Chains, censored: Collection[str]
) -> tuple[Counts, dict[str, Counts], Counts]:
    """Chains at risk at each passage, those that ended there in each way, and all that ended.

    Passage 0 is to be handed to the starter, who may be the target. Each step is then five: not to
    expire, to find the holder willing, to find somebody to pass the chain to, not to be lost, and
    not to have arrived; that of the k-th step's arrival is number 5 k. Who ends in a way that is
    censored is no longer at risk after it.
    """
    unknown = sorted(set(censored) - set(ENDINGS))
    if unknown:
        raise ValueError(f"censored may name {', '.join(ENDINGS)}; got {', '.join(unknown)}")
    endings = Endings.of(chains)
    on_step = {name: getattr(endings, name) for name in _ORDER}
    on_step["arrived"] = np.append(endings.arrived[1:], 0)
    left = np.append(endings.arrived[:1], np.stack(list(on_step.values()), axis=1))
    at_risk = len(chains) - np.cumsum(left) + left
    way = np.append("arrived", np.tile(_ORDER, len(endings.held)))
    by_ending = {
        ending: np.where(way == ending, left, 0) for ending in ENDINGS if ending not in censored
    }
    return at_risk, by_ending, sum(by_ending.values(), np.zeros_like(left))


def _product_limit(at_risk: Counts, ended: Counts) -> Floats:
    hazard = np.divide(ended, at_risk, out=np.full(len(ended), np.nan), where=at_risk > 0)
    alive = np.cumprod(1 - hazard)
    # a curve that has come down to zero stays there, though nobody is at risk any more
    return np.where(np.maximum.accumulate(alive == 0), 0.0, alive)


def _greenwood(at_risk: Counts, died: Counts) -> Floats:
    """Variance of log S."""
    left = at_risk - died
    terms = np.divide(died, at_risk * left, out=np.full(len(died), np.nan), where=left > 0)
    return np.cumsum(terms)


def _log_log(alive: Floats, variance: Floats, z: float) -> tuple[Floats, Floats]:
    inside = (alive > 0) & (alive < 1)
    log = np.log(alive, out=np.full(len(alive), np.nan), where=inside)
    reach = z * np.sqrt(variance) / np.abs(log)
    return np.exp(log * np.exp(reach)), np.exp(log * np.exp(-reach))


def _incidence(
    counts: Counts, ended: Counts, at_risk: Counts, before: Floats
) -> tuple[Floats, Floats]:
    """Cumulative incidence of one ending after each passage, with its standard error."""
    n = at_risk.astype(np.float64)
    jump = np.divide(counts, n, out=np.full(len(n), np.nan), where=n > 0) * before
    # once everything has ended nothing more comes to it
    jump = np.where(before == 0, 0.0, jump)
    incidence = np.cumsum(jump)
    left = n - ended
    rest = np.divide(ended, n * left, out=np.zeros(len(n)), where=left > 0)
    inverse = np.divide(1.0, n, out=np.zeros(len(n)), where=n > 0)
    ahead = np.tril(incidence[:, None] - incidence[None, :])
    own = before**2 * counts * (n - counts) * inverse**3
    crossed = before * counts * inverse**2
    variance = (ahead**2) @ rest + np.cumsum(own) - 2 * ahead @ crossed
    return incidence, np.sqrt(np.maximum(variance, 0.0))
