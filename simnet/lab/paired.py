"""Tests of paired differences: sign-flip permutation, and Holm's correction for many of them.

References
----------
.. [1] Fisher (1935), The Design of Experiments, section 21 (the exact test by sign flips).
.. [2] Phipson and Smyth (2010), Permutation p-values should never be zero, Statistical
   Applications in Genetics and Molecular Biology 9(1).
.. [3] Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal
   of Statistics 6(2).
"""

from __future__ import annotations

from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from simnet.randomness import stream_key

Floats = NDArray[np.float64]

EXACT_UP_TO = 20
FLIPS = 99_999
FLIPS_AT_ONCE = 11_111
SIGNS_AT_ONCE = 1 << 22


def sign_flip_p(differences: Floats) -> float:
    """Two-sided p of the mean difference when each difference could as well have its sign flipped.

    The share of all 2**n ways to put signs on the absolute differences whose sum is at least as
    far from zero as the one observed [1]_. All ways are enumerated up to 20 differences; beyond,
    the observed way and 99,999 drawn ones are counted [2]_. The draws depend on n alone, so the
    same differences always have the same p. No difference at all: nan.

    The p can't fall below 2**(1 - n): see `smallest_p`.
    """
    if differences.size == 0:
        return float("nan")
    # sums that are equal on paper may differ by rounding, and count as equal
    far = abs(float(differences.sum())) - 1e-9 * float(np.abs(differences).sum())
    if differences.size <= EXACT_UP_TO:
        return float(np.mean(np.abs(_signed_sums(differences)) >= far))
    return (1 + _count_drawn(differences, far)) / (1 + FLIPS)


def smallest_p(n: int) -> float:
    """Smallest p that `sign_flip_p` can give for n differences: 1 for none."""
    exact = 2.0 ** (1 - max(n, 1))
    return exact if n <= EXACT_UP_TO else max(exact, 1 / (1 + FLIPS))


def fewest_replicates(level: float = 0.95, *, comparisons: int = 1) -> int:
    """Fewest pairs with which a sign-flip test can show anything among so many comparisons.

    The smallest n with `comparisons` * 2**(1 - n) <= 1 - `level`: 6 pairs for one comparison at
    0.95, 12 for a hundred of them.
    """
    return ceil(round(1 + log2(comparisons / (1 - level)), 9))


def _signed_sums(differences: Floats) -> Floats:
    """Sums over all ways of signing, the first sign kept: the other half mirrors them."""
    sums = differences[:1]
    for difference in differences[1:]:
        sums = np.concatenate([sums + difference, sums - difference])
    return sums


def _count_drawn(differences: Floats, far: float) -> int:
    n = differences.size
    rng = np.random.default_rng(stream_key(0, n, "comparison.sign-flips"))
    at_once = min(FLIPS_AT_ONCE, max(1, SIGNS_AT_ONCE // n))
    count = 0
    for start in range(0, FLIPS, at_once):
        size = (min(at_once, FLIPS - start), n)
        signs = 2 * rng.integers(0, 2, size=size, dtype=np.int8) - 1
        count += int(np.count_nonzero(np.abs(signs @ differences) >= far))
    return count


def holm(p: Floats) -> Floats:
    """Holm's adjusted p values; nan stays nan and does not count as a test [3]_.

    With the m defined p sorted upwards, the k-th (from 0) becomes the largest of
    (m - i) * p_i over i up to k, and at most 1.
    """
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = np.arange(order.size, 0, -1) * p[order]
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
