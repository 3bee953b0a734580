"""Networks on a ring: a lattice some of whose ties are moved, or to which ties are added."""

from simnet.network.generators.rings.shortcuts import newman_watts
from simnet.network.generators.rings.small_world import watts_strogatz

__all__ = ["newman_watts", "watts_strogatz"]
