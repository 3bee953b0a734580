"""Who writes to whom, drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.randomness import stream_key

People = NDArray[np.int64]


def random_pairs(
    n_people: int, letters: int, *, seed: int, replicate: int = 0
) -> tuple[People, People]:
    """A starter and a target for each letter: two different people, all pairs alike.

    Returns
    -------
    starters, targets : ndarray of int64, shape (letters,)
        People 0 .. ``n_people - 1``.
    """
    if n_people < 2:
        raise ValueError(f"n_people must be at least 2; got {n_people}")
    key = stream_key(seed, replicate, "starters and targets").astype(np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    starters = generator.integers(n_people, size=letters)
    others = generator.integers(n_people - 1, size=letters)
    return starters, others + (others >= starters)


def as_pairs(starters: ArrayLike, targets: ArrayLike, n_people: int) -> tuple[People, People]:
    """Starters and targets as arrays of one length; ValueError unless they can be written to."""
    begin, end = np.atleast_1d(starters, targets)
    begin, end = np.broadcast_arrays(begin.astype(np.int64), end.astype(np.int64))
    for name, people in (("starters", begin), ("targets", end)):
        if people.size and not 0 <= people.min() <= people.max() < n_people:
            raise ValueError(f"{name} must be people 0 to {n_people - 1}")
    if (begin == end).any():
        raise ValueError("a starter cannot be the target of the same letter")
    return np.ascontiguousarray(begin), np.ascontiguousarray(end)
