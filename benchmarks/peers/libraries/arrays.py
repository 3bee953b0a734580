"""What the libraries take or give, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def pairs(indptr: np.ndarray, neighbours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of every tie, each tie once."""
    sources = np.repeat(np.arange(len(indptr) - 1, dtype=neighbours.dtype), np.diff(indptr))
    once = sources < neighbours
    return sources[once], neighbours[once]


def histogram(rows: Iterable[Any]) -> np.ndarray:
    """How many people are at each distance, over all rows of distances."""
    return added(np.bincount(np.asarray(row, dtype=np.int64)) for row in rows)


def added(counts: Iterable[Any]) -> np.ndarray:
    """The sum of histograms of different lengths."""
    total = np.zeros(0, np.int64)
    for count in counts:
        row = np.asarray(count, dtype=np.int64)
        longer, shorter = (total, row) if len(total) > len(row) else (row, total)
        total = longer.copy()
        total[: len(shorter)] += shorter
    return total
