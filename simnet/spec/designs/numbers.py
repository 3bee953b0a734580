"""Numbers in the unit cube: one row a point, one column a parameter.

The draws are keyed by the seed of the experiment, so a design has the same points everywhere.
Sobol' points, Saltelli's rows and trajectories begin alike however many are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simnet.randomness import stream_key

if TYPE_CHECKING:
    from numpy.random import Generator

Floats = NDArray[np.float64]


def generator(seed: int) -> Generator:
    """What designs draw from, for an experiment of this seed."""
    return np.random.default_rng(stream_key(seed, 0, "design"))


def latin_hypercube(n: int, parameters: int, seed: int) -> Floats:
    """A Latin hypercube: each parameter has one of `n` points in each nth of [0, 1) [1]_.

    References
    ----------
    .. [1] McKay, Beckman and Conover (1979), Technometrics 21(2).
    """
    from scipy.stats import qmc

    return _floats(qmc.LatinHypercube(parameters, rng=generator(seed)).random(n))


def sobol(n: int, parameters: int, seed: int) -> Floats:
    """The first `n` points of a scrambled Sobol' sequence [1]_ [2]_.

    References
    ----------
    .. [1] Sobol' (1967), USSR Computational Mathematics and Mathematical Physics 7(4).
    .. [2] Owen (2020), On dropping the first Sobol' point, arXiv:2008.08051.
    """
    from scipy.stats import qmc

    sequence = qmc.Sobol(parameters, scramble=True, rng=generator(seed))
    return _floats(sequence.random_base2((n - 1).bit_length()))[:n]


def saltelli(n: int, parameters: int, seed: int) -> Floats:
    """Rows for Sobol' indices of first order and total [1]_, shape (n (d + 2), d).

    The `n` Sobol' points of twice the dimensions give the matrices A and B. Row by row follow A,
    then A with its k-th parameter from B for each k, then B: the order of SALib's
    ``sample.sobol`` with ``calc_second_order=False``.

    References
    ----------
    .. [1] Saltelli et al. (2010), Computer Physics Communications 181(2).
    """
    both = sobol(n, 2 * parameters, seed)
    a, b = both[:, :parameters], both[:, parameters:]
    blocks = np.repeat(a[:, np.newaxis, :], parameters + 2, axis=1)
    blocks[:, -1] = b
    for k in range(parameters):
        blocks[:, k + 1, k] = b[:, k]
    return blocks.reshape(-1, parameters)


def trajectories(n: int, parameters: int, levels: int, seed: int) -> NDArray[np.int64]:
    r"""Morris' trajectories [1]_ as levels from 0, shape (n (d + 1), d).

    Each starts at a random point of the grid of `levels` (p, even) and changes the parameters one
    after the other in random order, each up or down by p / 2 levels: by
    :math:`\Delta = p / (2 (p - 1))` of its range.

    References
    ----------
    .. [1] Morris (1991), Technometrics 33(2).
    """
    draws, half = generator(seed), levels // 2
    rows = np.empty((n, parameters + 1, parameters), dtype=np.int64)
    for trajectory in rows:
        lower = draws.integers(half, size=parameters)
        here, there = draws.permuted(np.stack([lower, lower + half]), axis=0)
        for step, moved in enumerate(draws.permutation(parameters)):
            trajectory[step] = here
            here[moved] = there[moved]
        trajectory[parameters] = here
    return rows.reshape(-1, parameters)


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)
