"""People and their ties at one moment: the immutable `Network`, where it comes from, where it goes.

It comes from ties (`from_edges`), files and other libraries (the room `formats`) or a model (the
room `generators`), people may have coordinates in it (`spaces`), and quantities measured on a
sample of it come as an `Estimate`.
"""

from simnet.network.building import from_edges
from simnet.network.estimate import Estimate
from simnet.network.formats import (
    from_igraph,
    from_networkx,
    from_pandas,
    from_sparse,
    read_edges,
    to_igraph,
    to_networkx,
    to_pandas,
    to_sparse,
)
from simnet.network.generators import classic, make, watts_strogatz
from simnet.network.model import Dropped, Network

__all__ = [
    "Dropped",
    "Estimate",
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
