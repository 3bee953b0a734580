"""How many chains arrive, and how many are dropped at each step."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from simnet.chains.estimators.endings import Endings
from simnet.chains.estimators.intervals import share
from simnet.chains.record import Chains
from simnet.network import Estimate


def completion_rate(
    chains: Chains, *, of: Literal["started", "all"] = "started", level: float = 0.95
) -> Estimate:
    """Share of chains that reached their target.

    Of those *started*, which their source passed on, as the field counts; or of *all* that were to
    begin, among which are those that their starter never passed on. With Wilson's interval [1]_;
    undefined (nan) without any chain in the denominator.

    Parameters
    ----------
    chains : Chains
        A chain whose starter is the target has arrived without being started; it counts among all.
    of : {"started", "all"}
        The denominator.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        Of n chains, those in the denominator.

    References
    ----------
    .. [1] Wilson (1927), Probable inference, the law of succession, and statistical inference,
       JASA 22(158).
    """
    if of not in ("started", "all"):
        raise ValueError(f"of must be 'started' or 'all'; got {of!r}")
    counted = chains.started if of == "started" else np.ones(len(chains), np.bool_)
    return share(int((chains.arrived & counted).sum()), int(counted.sum()), level=level)


def attrition(chains: Chains, *, level: float = 0.95) -> Estimate:
    """Probability that a holder drops the chain, taken to be the same at every step.

    Drops / holders who could pass a chain on, over all removes: the maximum-likelihood estimate of
    a constant hazard. Holders of expired chains could not, and targets need not; a holder who is
    stuck drops the chain, a step that is lost is no drop. With Wilson's interval over holders;
    undefined (nan) without any.
    """
    endings = Endings.of(chains)
    return share(int(endings.dropped.sum()), int(endings.deciding.sum()), level=level)


def attrition_by_step(chains: Chains, *, level: float = 0.95) -> pd.DataFrame:
    """Probability that a holder drops the chain, at each remove (the hazard).

    Returns
    -------
    DataFrame
        One row a remove from 0, the source's: ``remove``; ``held``, chains that reached a holder
        there other than the target; ``deciding``, those of them that had not expired; ``dropped``,
        of which ``stuck``; ``lost`` on the step from there; ``expired`` there; ``hazard``, dropped
        / deciding, with ``standard_error`` and Wilson's interval ``low``, ``high``; nan where
        nobody decided.
    """
    endings = Endings.of(chains)
    pairs = zip(endings.dropped.tolist(), endings.deciding.tolist(), strict=True)
    hazards = [share(dropped, deciding, level=level) for dropped, deciding in pairs]
    return pd.DataFrame(
        {
            "remove": np.arange(len(endings.held)),
            "held": endings.held,
            "deciding": endings.deciding,
            "dropped": endings.dropped,
            "stuck": endings.stuck,
            "lost": endings.lost,
            "expired": endings.expired,
            "hazard": [hazard.value for hazard in hazards],
            "standard_error": [hazard.standard_error for hazard in hazards],
            "low": [hazard.low for hazard in hazards],
            "high": [hazard.high for hazard in hazards],
        }
    )
