"""The bootstrap: counts drawn again, and intervals from what becomes of an estimate."""

from __future__ import annotations

from math import isnan

import numpy as np
from numpy.typing import NDArray

from simnet.chains.estimators.intervals import undefined
from simnet.network import Estimate
from simnet.randomness import stream_key

Floats = NDArray[np.float64]

_NUMBERS_AT_ONCE = 2**22


def generator(stream: str, seed: int) -> np.random.Generator:
    """Draws of a named stream."""
    return np.random.default_rng(stream_key(seed, 0, stream))


def batches(resamples: int, size: int) -> list[int]:
    """How many resamples to take at a time if one has so many numbers."""
    most = max(1, _NUMBERS_AT_ONCE // max(size, 1))
    full, rest = divmod(resamples, most)
    return [most] * full + [rest] * (rest > 0)


def resampled(
    counts: NDArray[np.int64], resamples: int, stream: str, seed: int
) -> NDArray[np.int64]:
    """Counts of as many units drawn again from them with replacement, one resample a row."""
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1; got {resamples!r}")
    total = int(counts.sum())
    if total == 0:
        return np.tile(counts, (resamples, 1))
    return generator(stream, seed).multinomial(total, counts / total, size=resamples)


def tails(again: Floats, level: float) -> Floats:
    """The two values, of each column, between which a share `level` of resamples lies.

    They are the ranks (B + 1) p of B resamples, so that few of them do not make it too short.
    """
    ends = [(1 - level) / 2, (1 + level) / 2]
    return np.asarray(np.quantile(again, ends, axis=0, method="weibull"))


def percentiles(value: float, again: Floats, *, n: int, level: float) -> Estimate:
    """An estimate with the percentile interval of what the resamples that define it made of it.

    One unit, which is all that can be drawn again, tells nothing of the error: nan.
    """
    defined = again[~np.isnan(again)]
    if isnan(value) or len(defined) < 2:
        return undefined(n, level)
    low, high = tails(defined, level) if n > 1 else (np.nan, np.nan)
    error = float(defined.std(ddof=1)) if n > 1 else np.nan
    return Estimate(value, error, float(low), float(high), level, n, "bootstrap, percentile")
