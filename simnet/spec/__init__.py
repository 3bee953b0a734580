"""The experiment language: YAML to validated, immutable models. Knows nothing of the engine."""

from __future__ import annotations

from simnet.spec.behaviour import Behaviour, Market, parameters
from simnet.spec.design import TrialKey
from simnet.spec.experiment import MEASURES, Experiment
from simnet.spec.loading import load, missing_files
from simnet.spec.routines import Routine, StrategySpec
from simnet.spec.schema import json_schema
from simnet.spec.source import dump
from simnet.spec.world import Classic, EdgeFile, Focal, Probes, Record, WattsStrogatz, WorldSpec

__all__ = [
    "MEASURES",
    "Behaviour",
    "Classic",
    "EdgeFile",
    "Experiment",
    "Focal",
    "Market",
    "Probes",
    "Record",
    "Routine",
    "StrategySpec",
    "TrialKey",
    "WattsStrogatz",
    "WorldSpec",
    "dump",
    "json_schema",
    "load",
    "missing_files",
    "parameters",
]
