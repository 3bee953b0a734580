"""The experiment language: YAML to validated, immutable models. Knows nothing of the engine."""

from __future__ import annotations

from simnet.spec.alone import network_of
from simnet.spec.behaviour import Behaviour, Market, parameters
from simnet.spec.designs import Points, Range
from simnet.spec.drawn import Drawn
from simnet.spec.experiment import Experiment
from simnet.spec.loading import load, load_with_origins, missing_files
from simnet.spec.measures import MEASURES
from simnet.spec.networks import (
    Classic,
    Configuration,
    EdgeFile,
    ErdosRenyi,
    HolmeKim,
    Kleinberg,
    NetworkSpec,
    NewmanWatts,
    WattsDoddsNewman,
    WattsStrogatz,
)
from simnet.spec.origins import Origins, origin
from simnet.spec.routines import Routine, StrategySpec
from simnet.spec.schema import json_schema
from simnet.spec.social_networks import Growing, Social
from simnet.spec.source import dump
from simnet.spec.trials import TrialKey
from simnet.spec.world import Focal, Probes, Record, WorldSpec

__all__ = [
    "MEASURES",
    "Behaviour",
    "Classic",
    "Configuration",
    "Drawn",
    "EdgeFile",
    "ErdosRenyi",
    "Experiment",
    "Focal",
    "Growing",
    "HolmeKim",
    "Kleinberg",
    "Market",
    "NetworkSpec",
    "NewmanWatts",
    "Origins",
    "Points",
    "Probes",
    "Range",
    "Record",
    "Routine",
    "Social",
    "StrategySpec",
    "TrialKey",
    "WattsDoddsNewman",
    "WattsStrogatz",
    "WorldSpec",
    "dump",
    "json_schema",
    "load",
    "load_with_origins",
    "missing_files",
    "network_of",
    "origin",
    "parameters",
]
