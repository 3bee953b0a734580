"""What chains tell: rates, lengths and ways, with their errors.

All take `Chains`, simulated or observed. An unknown quantity (no chain arrived, none was started)
is nan, and chains are the sampled units unless another is named.
"""

from simnet.chains.estimators.endings import ENDINGS
from simnet.chains.estimators.fitting import ParticipationFit, decisions, fit_participation
from simnet.chains.estimators.funnel import Funnel, funnel
from simnet.chains.estimators.gap import SearchabilityGap, searchability_gap
from simnet.chains.estimators.lengths import (
    Lengths,
    corrected_lengths,
    inverse_survival_lengths,
    naive_lengths,
)
from simnet.chains.estimators.rates import attrition, attrition_by_step, completion_rate
from simnet.chains.estimators.refitting import fitted_lengths
from simnet.chains.estimators.survival import cumulative_incidence, survival

__all__ = [
    "ENDINGS",
    "Funnel",
    "Lengths",
    "ParticipationFit",
    "SearchabilityGap",
    "attrition",
    "attrition_by_step",
    "completion_rate",
    "corrected_lengths",
    "cumulative_incidence",
    "decisions",
    "fit_participation",
    "fitted_lengths",
    "funnel",
    "inverse_survival_lengths",
    "naive_lengths",
    "searchability_gap",
    "survival",
]
