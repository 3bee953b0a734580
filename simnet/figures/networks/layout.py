"""Where people are drawn: at their coordinates if they have some, else where springs put them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.network import Network, to_networkx
from simnet.network.model import Array
from simnet.network.spaces import Circle, Lattice, Sphere

Points = NDArray[np.float64]


def places(network: Network, seed: int) -> tuple[Points, str]:
    """Coordinates of everybody, shape (n_people, 2), and in words where they are from."""
    for name, space in network.spaces.items():
        match space:
            case Circle():
                angle = 2 * np.pi * network.people[space.column] / space.length
                return np.column_stack([np.sin(angle), np.cos(angle)]), f"lie by their {name}"
            case Lattice() if len(space.columns) == 2:
                return _columns(network, space.columns), f"lie by their {name}"
            case Sphere():
                found = _columns(network, (space.longitude, space.latitude))
                if np.isfinite(found).all():
                    return found, f"lie by their {name}"
            case _:
                pass
    return springs(network, None, seed), "lie so that ties are short"


def springs(network: Network, weight: str | None, seed: int) -> Points:
    """Positions of Fruchterman and Reingold, in which ties are springs."""
    import networkx

    graph: Any = networkx.relabel_nodes(
        to_networkx(network), dict(zip(network.labels, range(network.n_people), strict=True))
    )
    found = networkx.spring_layout(graph, weight=weight, seed=seed, iterations=200, method="force")
    return np.array([found[person] for person in range(network.n_people)]).reshape(-1, 2)


def _columns(network: Network, names: tuple[str, ...]) -> Points:
    columns: list[Array] = [network.people[name] for name in names]
    return np.column_stack(columns).astype(np.float64)
