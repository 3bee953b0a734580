"""Which parameters matter: indices from the points of a design, with intervals, without noise."""

from __future__ import annotations

from simnet.lab.sensitivity.analysis import METHODS, Sensitivity, sensitivity
from simnet.lab.sensitivity.morris import elementary_effects, morris
from simnet.lab.sensitivity.noise import noise_share
from simnet.lab.sensitivity.outcomes import outcomes
from simnet.lab.sensitivity.parameters import DesignTable, design_table
from simnet.lab.sensitivity.pawn import pawn
from simnet.lab.sensitivity.ranks import rank_correlations, regional
from simnet.lab.sensitivity.salib import design_from_problem, problem
from simnet.lab.sensitivity.sobol import sobol
from simnet.lab.sensitivity.text import format_sensitivity

__all__ = [
    "METHODS",
    "DesignTable",
    "Sensitivity",
    "design_from_problem",
    "design_table",
    "elementary_effects",
    "format_sensitivity",
    "morris",
    "noise_share",
    "outcomes",
    "pawn",
    "problem",
    "rank_correlations",
    "regional",
    "sensitivity",
    "sobol",
]
