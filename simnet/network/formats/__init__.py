"""Networks from files and other libraries, and back."""

from simnet.network.formats.conversions import (
    from_igraph,
    from_networkx,
    from_pandas,
    from_sparse,
    to_igraph,
    to_networkx,
    to_pandas,
    to_sparse,
)
from simnet.network.formats.edge_list import read_edges
from simnet.network.formats.files import FORMATS, read, write

__all__ = [
    "FORMATS",
    "from_igraph",
    "from_networkx",
    "from_pandas",
    "from_sparse",
    "read",
    "read_edges",
    "to_igraph",
    "to_networkx",
    "to_pandas",
    "to_sparse",
    "write",
]
