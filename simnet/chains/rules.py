"""Rules by which a holder picks the next person."""

from simnet.chains.routing.own import OwnFunction, View
from simnet.spec.routing import (
    AtRandom,
    BetterOf,
    ByRank,
    DegreeTimesSimilarity,
    HighestDegree,
    Nearest,
    OwnRule,
    Rule,
    StrongestTie,
)

__all__ = [
    "AtRandom",
    "BetterOf",
    "ByRank",
    "DegreeTimesSimilarity",
    "HighestDegree",
    "Nearest",
    "OwnFunction",
    "OwnRule",
    "Rule",
    "StrongestTie",
    "View",
]
