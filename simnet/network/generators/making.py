"""Networks as an experiment file describes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from simnet.network.formats.edge_list import read_edges
from simnet.network.generators.classics import classic
from simnet.network.generators.small_world import watts_strogatz
from simnet.network.model import Network

if TYPE_CHECKING:
    from simnet.spec import Classic, EdgeFile, WattsStrogatz


def make(
    spec: WattsStrogatz | Classic | EdgeFile,
    *,
    seed: int,
    replicate: int,
    base: Path | None = None,
) -> Network:
    """The network that `spec` describes; paths in it start from the folder `base`."""
    match spec.model:
        case "watts-strogatz":
            return watts_strogatz(
                spec.people, spec.degree, spec.rewiring, seed=seed, replicate=replicate
            )
        case "classic":
            return classic(spec.name)
        case "file":
            folder = Path() if base is None else base
            table = None if spec.people_table is None else folder / spec.people_table
            return read_edges(folder / spec.path, people=table, directed=spec.directed)
        case _:
            assert_never(spec.model)
