"""Trials: running experiments, keeping what they give, opening it again."""

from __future__ import annotations

from simnet.lab.forecast import Forecast
from simnet.lab.results import Results, open_results
from simnet.lab.run import plan, run

__all__ = ["Forecast", "Results", "open_results", "plan", "run"]
