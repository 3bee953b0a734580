"""From whom distances are measured."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network
from simnet.randomness import stream_key

Sources: TypeAlias = int | Literal["all"] | None

MOST_EXACT = 20_000
USUAL_SAMPLE = 1024


def sample(
    network: Network, sources: Sources, *, seed: int, replicate: int = 0
) -> NDArray[np.int64]:
    """People drawn without replacement, everybody if no fewer are asked for.

    None asks for everybody in a network of up to 20,000 people, and for 1,024 of a larger one. A
    larger sample of the same key begins with the smaller one.
    """
    from simnet.network.distances._kernels import shuffled

    n = network.n_people
    key = stream_key(seed, replicate, "distances")
    people: NDArray[np.int64] = shuffled(n, min(n, _count(n, sources)), key)
    return people


def _count(n: int, sources: Sources) -> int:
    if sources is None:
        return n if n <= MOST_EXACT else USUAL_SAMPLE
    if sources == "all":
        return n
    if isinstance(sources, bool) or not isinstance(sources, int | np.integer) or sources < 1:
        raise ValueError(f"sources must be 'all' or a number of people; got {sources!r}")
    return int(sources)
