"""What follows from the numbers of pairs at distance 1, 2, ...: along the last axis of an array.

Where there is no pair, everything is nan.
"""

from __future__ import annotations

from math import nan

import numpy as np

from simnet.network.distances.jackknife import Floats


def steps(counts: Floats) -> Floats:
    """The distances 1, 2, ..."""
    return np.arange(1.0, counts.shape[-1] + 1)


def shares(counts: Floats) -> Floats:
    """Share of the pairs at each distance."""
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def within(counts: Floats, distance: int) -> Floats:
    """Share of the pairs at this distance or less."""
    return np.asarray(counts[..., :distance].sum(axis=-1) / counts.sum(axis=-1))


def mean(counts: Floats) -> Floats:
    """Mean distance."""
    return np.asarray(counts @ steps(counts) / counts.sum(axis=-1))


def variance(counts: Floats) -> Floats:
    """Variance of the distances."""
    away = steps(counts) - mean(counts)[..., np.newaxis]
    return np.asarray((counts * away**2).sum(axis=-1) / counts.sum(axis=-1))


def spid(counts: Floats) -> Floats:
    """Variance over mean."""
    return np.asarray(variance(counts) / mean(counts))


def quantile(counts: Floats, share: float) -> Floats:
    """Distance within which a share of the pairs is, interpolated.

    With F(d) the share within d, F(0) = 0, and d the smallest whole distance with F(d) ≥ share, it
    is ``d − 1 + (share − F(d − 1)) / (F(d) − F(d − 1))``.
    """
    if not counts.shape[-1]:
        return np.full(counts.shape[:-1], nan)
    cumulated = np.cumsum(counts, axis=-1)
    wanted = share * cumulated[..., -1:]
    place = np.argmax(cumulated >= wanted, axis=-1, keepdims=True)
    here = np.take_along_axis(counts, place, axis=-1)
    before = np.take_along_axis(cumulated, place, axis=-1) - here
    return np.asarray((place + (wanted - before) / here)[..., 0])
