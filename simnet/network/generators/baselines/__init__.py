"""Random networks that others are compared with."""

from simnet.network.generators.baselines.configuration import configuration
from simnet.network.generators.baselines.degrees import (
    lognormal_degrees,
    poisson_degrees,
    power_law_degrees,
)
from simnet.network.generators.baselines.erdos_renyi import erdos_renyi
from simnet.network.generators.baselines.holme_kim import holme_kim

__all__ = [
    "configuration",
    "erdos_renyi",
    "holme_kim",
    "lognormal_degrees",
    "poisson_degrees",
    "power_law_degrees",
]
