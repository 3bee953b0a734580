"""Networks made by a model, one function each; `make` picks by an experiment's description."""

from simnet.network.generators.classics import classic
from simnet.network.generators.making import make
from simnet.network.generators.small_world import watts_strogatz

__all__ = ["classic", "make", "watts_strogatz"]
