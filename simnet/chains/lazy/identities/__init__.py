"""People in hierarchies, whose ties are drawn when somebody looks."""

from simnet.chains.lazy.identities.recruiting import recruit
from simnet.chains.lazy.identities.world import Identities

__all__ = ["Identities", "recruit"]
