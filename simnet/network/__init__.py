"""People and their ties at one moment: the immutable `Network`, where it comes from, where it goes.

It comes from ties (`from_edges`), files (`read_edges`), graphs of other libraries (`from_...`) or a
generator (`watts_strogatz`, `classic`; `make` picks by name), and goes to other libraries
(`to_...`).
"""

from simnet.network.building import from_edges
from simnet.network.classics import classic
from simnet.network.conversions import (
    from_igraph,
    from_networkx,
    from_pandas,
    from_sparse,
    to_igraph,
    to_networkx,
    to_pandas,
    to_sparse,
)
from simnet.network.files import read_edges
from simnet.network.making import make
from simnet.network.model import Dropped, Network
from simnet.network.small_world import watts_strogatz

__all__ = [
    "Dropped",
    "Network",
    "classic",
    "from_edges",
    "from_igraph",
    "from_networkx",
    "from_pandas",
    "from_sparse",
    "make",
    "read_edges",
    "to_igraph",
    "to_networkx",
    "to_pandas",
    "to_sparse",
    "watts_strogatz",
]
