"""People and their ties at one moment: the immutable `Network`, where it comes from, where it goes.

It comes from ties (`from_edges`), files and other libraries (the room `formats`) or a model (the
rooms `generators` and `social`), people may have coordinates in it (`spaces`), and quantities
measured on a sample of it (by the rooms `distances` and `structure`) come as an `Estimate`.
"""

from simnet.network.building import from_edges
from simnet.network.estimate import Estimate
from simnet.network.formats import (
    FORMATS,
    from_igraph,
    from_networkx,
    from_pandas,
    from_sparse,
    read,
    read_edges,
    to_igraph,
    to_networkx,
    to_pandas,
    to_sparse,
    write,
)
from simnet.network.generators import (
    classic,
    configuration,
    erdos_renyi,
    holme_kim,
    kleinberg,
    make,
    newman_watts,
    watts_dodds_newman,
    watts_strogatz,
)
from simnet.network.model import Dropped, Network
from simnet.network.social import at_week, growing, social

__all__ = [
    "FORMATS",
    "Dropped",
    "Estimate",
    "Network",
    "at_week",
    "classic",
    "configuration",
    "erdos_renyi",
    "from_edges",
    "from_igraph",
    "from_networkx",
    "from_pandas",
    "from_sparse",
    "growing",
    "holme_kim",
    "kleinberg",
    "make",
    "newman_watts",
    "read",
    "read_edges",
    "social",
    "to_igraph",
    "to_networkx",
    "to_pandas",
    "to_sparse",
    "watts_dodds_newman",
    "watts_strogatz",
    "write",
]
