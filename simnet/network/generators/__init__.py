"""Networks made by a model, one function each; `make` picks by an experiment's description.

The rooms hold networks on a ring, on a grid, of people in hierarchies, and baselines without
coordinates.
"""

from simnet.network.generators.baselines import configuration, erdos_renyi, holme_kim
from simnet.network.generators.classics import classic
from simnet.network.generators.grids import kleinberg
from simnet.network.generators.hierarchies import watts_dodds_newman
from simnet.network.generators.making import make
from simnet.network.generators.rings import newman_watts, watts_strogatz

__all__ = [
    "classic",
    "configuration",
    "erdos_renyi",
    "holme_kim",
    "kleinberg",
    "make",
    "newman_watts",
    "watts_dodds_newman",
    "watts_strogatz",
]
