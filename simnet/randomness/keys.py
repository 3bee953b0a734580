"""Keys of streams: a root seed, a replicate and a name, hashed."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


def stream_key(seed: int, replicate: int, stream: str) -> NDArray[np.uint32]:
    """The key of a named stream of draws in one replicate.

    The key does not depend on the arm: arms of an experiment share their draws (common random
    numbers), so that they are compared pair by pair.

    Parameters
    ----------
    seed : int
        Root seed of the experiment, any non-negative integer.
    replicate : int
        Index of the replicate, from 0.
    stream : str
        What is drawn, for example ``"needs"``.

    Returns
    -------
    ndarray of uint32, shape (2,)
        The first eight bytes of BLAKE2b over the three.
    """
    text = f"{seed}/{replicate}/{stream}".encode()
    return np.frombuffer(blake2b(text, digest_size=8).digest(), dtype="<u4").astype(np.uint32)
