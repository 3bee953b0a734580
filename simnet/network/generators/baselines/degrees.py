"""Numbers of ties drawn from a law, for the configuration model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simnet.randomness import stream_key

Degrees = NDArray[np.int64]


def poisson_degrees(people: int, mean: float, *, seed: int, replicate: int = 0) -> Degrees:
    """Degrees that follow Poisson's law; nobody has more than everybody else to be tied to."""
    from scipy.stats import poisson

    return _even(poisson.ppf(_draws(people, seed, replicate), mean), people - 1)


def lognormal_degrees(
    people: int, median: float, sigma: float, *, seed: int, replicate: int = 0
) -> Degrees:
    """Degrees whose logarithm is normal about log(`median`) with standard deviation `sigma`.

    They are rounded to whole numbers, and nobody has more than everybody else to be tied to.
    """
    from scipy.special import ndtri

    draws = _draws(people, seed, replicate)
    return _even(np.rint(median * np.exp(sigma * ndtri(draws))), people - 1)


def power_law_degrees(
    people: int,
    exponent: float,
    minimum: int,
    maximum: int | None = None,
    *,
    seed: int,
    replicate: int = 0,
) -> Degrees:
    """Degrees k with probability proportional to ``k**-exponent``, from `minimum` to `maximum`.

    Without a maximum, it is ``people - 1``.
    """
    most = people - 1 if maximum is None else maximum
    chances = np.cumsum(np.arange(minimum, most + 1, dtype=np.float64) ** -exponent)
    draws = _draws(people, seed, replicate)
    return _even(minimum + np.searchsorted(chances / chances[-1], draws, side="right"), most)


def _draws(people: int, seed: int, replicate: int) -> NDArray[np.float64]:
    from simnet.randomness._kernels import fill_uniform

    draws = np.empty(people)
    fill_uniform(draws, stream_key(seed, replicate, "degrees"), 0, 0, 0, 0)
    return draws


def _even(degrees: NDArray[np.float64] | Degrees, most: int) -> Degrees:
    """Whole numbers of at most `most` with an even sum: person 0 gets one tie more, or one less."""
    even = np.minimum(degrees, most).astype(np.int64)
    if even.sum() % 2:
        even[0] += 1 if even[0] < most else -1
    return even
