"""Who takes part: a model's settings turned into terms, one a person, step, tie and letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from simnet.errors import NetworkError
from simnet.network import Network
from simnet.randomness import stream_key
from simnet.spec.routing import Beta, ByPerson, ByStep, Constant, Logistic, Participation

__all__ = [
    "Beta",
    "ByPerson",
    "ByStep",
    "Constant",
    "Logistic",
    "Participation",
    "Terms",
    "terms",
]

Floats = NDArray[np.float64]

_MOST_REMOVES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The probability that a holder takes part: constant, or the logistic of a sum of terms.

    Attributes
    ----------
    constant : float
        The probability, nan where it is not the same for all.
    step : ndarray of float
        Term of the remove; the last holds from there on.
    person, tie, letter : ndarray of float or None
        Terms of the holder, of the half-tie by which the letter came, and of the letter.
    mean_tie : float
        Term that takes the place of a tie's for the starter, to whom the letter came by none.
    """

    constant: float = np.nan
    step: Floats
    person: Floats | None = None
    tie: Floats | None = None
    letter: Floats | None = None
    mean_tie: float = 0.0


def terms(
    network: Network,
    participation: Participation | float | ArrayLike,
    targets: NDArray[np.int64],
    *,
    seed: int = 0,
    replicate: int = 0,
) -> Terms:
    """The terms of a model of participation on this network.

    A number is a constant probability, an array a probability for each person.

    Raises
    ------
    NetworkError
        If a column is missing or holds what is no number, or no probability.
    """
    match participation:
        case Constant():
            return _constant(participation.probability)
        case ByStep():
            return Terms(step=_logit(np.array(participation.probabilities)))
        case ByPerson():
            return _by_person(_numbers(network.people, participation.column, "people"))
        case Beta():
            return _by_person(_beta(network, participation, seed, replicate))
        case Logistic():
            return _logistic(network, participation, targets)
        case _:
            given = np.asarray(participation, dtype=np.float64)
            return _constant(float(given)) if given.ndim == 0 else _given(network, given)


def _constant(probability: float) -> Terms:
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"a probability lies in [0, 1]; got {probability!r}")
    return Terms(constant=probability, step=np.zeros(1))


def _given(network: Network, probabilities: Floats) -> Terms:
    if probabilities.shape != (network.n_people,):
        raise ValueError(f"participation needs a probability for each of {network.n_people} people")
    return _by_person(probabilities)


def _by_person(probabilities: Floats) -> Terms:
    if not ((probabilities >= 0.0) & (probabilities <= 1.0)).all():
        raise NetworkError("a person's probability of taking part must lie in [0, 1]")
    return Terms(step=np.zeros(1), person=_logit(probabilities))


def _beta(network: Network, beta: Beta, seed: int, replicate: int) -> Floats:
    from simnet.chains.routing._kernels import draw_people

    drawn = draw_people(stream_key(seed, replicate, "participation"), network.n_people)
    a, b = beta.mean * beta.sample_size, (1.0 - beta.mean) * beta.sample_size
    return np.asarray(special.betaincinv(a, b, drawn))


def _logistic(network: Network, model: Logistic, targets: NDArray[np.int64]) -> Terms:
    tie = _weighted(network.tie_columns, model.tie, "ties") if model.tie else None
    person = _weighted(network.people, model.holder, "people") if model.holder else None
    letter = _weighted(network.people, model.target, "people")[targets] if model.target else None
    removes = np.arange(_MOST_REMOVES if model.step else 1)
    base = model.intercept + model.incentive * model.reward
    mean_tie = float(tie.mean()) if tie is not None and tie.size else 0.0
    return Terms(
        step=np.asarray(base + model.step * removes, dtype=np.float64),
        person=person,
        tie=tie,
        letter=letter,
        mean_tie=mean_tie,
    )


def _weighted(columns: Mapping[str, NDArray[Any]], weights: Mapping[str, float], of: str) -> Floats:
    total = sum(weight * _numbers(columns, name, of) for name, weight in weights.items())
    return np.asarray(total, dtype=np.float64)


def _numbers(columns: Mapping[str, NDArray[Any]], name: str, of: str) -> Floats:
    if name not in columns:
        known = ", ".join(columns) or "none"
        raise NetworkError(f"participation needs a column {name!r} of {of}; there are: {known}")
    if columns[name].dtype.kind not in "biuf":
        raise NetworkError(f"participation needs numbers in the column {name!r} of {of}")
    return columns[name].astype(np.float64)


def _logit(probabilities: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(special.logit(probabilities))
