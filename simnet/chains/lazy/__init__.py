"""Letters across networks too large to be stored, whose ties are drawn when they are looked at."""

from simnet.chains.lazy.identities import Identities, recruit
from simnet.chains.lazy.lattices import NavigableLattice
from simnet.chains.lazy.pairs import random_pairs

__all__ = ["Identities", "NavigableLattice", "random_pairs", "recruit"]
