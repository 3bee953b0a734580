"""The networks that are measured: made once by simnet, kept as arrays that every library loads.

``python -m benchmarks.peers.graphs FOLDER PEOPLE/SOURCES ...`` makes them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks.peers.tasks import DEGREE, REWIRING

SEED = 1


def save(folder: Path, people: int, sources: int) -> None:
    """Make a network of so many people, draw so many sources as simnet does, and save both."""
    from simnet.network import watts_strogatz
    from simnet.network.distances.sampling import sample

    network = watts_strogatz(people, DEGREE, REWIRING, seed=SEED)
    np.save(folder / f"{people}-indptr.npy", network.indptr)
    np.save(folder / f"{people}-neighbours.npy", network.neighbours)
    if sources:
        np.save(folder / f"{people}-sources.npy", sample(network, sources, seed=SEED))


def arrays(folder: Path, people: int) -> tuple[np.ndarray, np.ndarray]:
    """The arrays `indptr` and `neighbours` of a saved network."""
    indptr, neighbours = (
        np.load(folder / f"{people}-{name}.npy") for name in ("indptr", "neighbours")
    )
    return indptr, neighbours


def drawn(folder: Path, people: int) -> np.ndarray:
    """The sources drawn for a saved network: the people whom simnet draws with `SEED`."""
    return np.load(folder / f"{people}-sources.npy")


if __name__ == "__main__":
    for size in sys.argv[2:]:
        save(Path(sys.argv[1]), *map(int, size.split("/")))
