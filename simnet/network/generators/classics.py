"""The classic small networks that networkx ships."""

from __future__ import annotations

from simnet.errors import NetworkError
from simnet.network.formats.conversions import from_networkx
from simnet.network.model import Network

_GENERATORS = {
    "davis-southern-women": "davis_southern_women_graph",
    "florentine-families": "florentine_families_graph",
    "karate-club": "karate_club_graph",
    "les-miserables": "les_miserables_graph",
}


def classic(name: str) -> Network:
    """The davis-southern-women, florentine-families, karate-club or les-miserables network.

    People keep their names as ids; attributes and weights become columns. Raises NetworkError if
    there is no classic of that name.
    """
    if name not in _GENERATORS:
        raise NetworkError(
            f"there is no classic network {name!r}; there are {', '.join(_GENERATORS)}"
        )
    import networkx

    return from_networkx(getattr(networkx, _GENERATORS[name])())
