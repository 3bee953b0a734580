"""Rules of one's own: functions of what a holder can see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.errors import SpecError
from simnet.network import Network

GROUP = "simnet.routing_rules"


@dataclass(frozen=True, slots=True)
class View:
    """All that a holder sees: his own ties, and the description of the target.

    Attributes
    ----------
    holder : int
        Who has the letter.
    remove : int
        How many steps it has made.
    alters : ndarray of int
        To whom he may pass it.
    degree : ndarray of int
        How many ties each of them has.
    """

    holder: int
    remove: int
    alters: NDArray[np.int64]
    degree: NDArray[np.int64]
    _network: Network
    _half_ties: NDArray[np.int64]
    _target: int

    @classmethod
    def of(
        cls,
        network: Network,
        half_ties: NDArray[np.int64],
        *,
        holder: int,
        remove: int,
        target: int,
    ) -> View:
        """What the holder sees along these half-ties of his."""
        alters = network.neighbours[half_ties].astype(np.int64)
        degree = network.indptr[alters + 1] - network.indptr[alters]
        return cls(holder, remove, alters, degree, network, half_ties, target)

    def distance(self, space: str) -> NDArray[np.float64]:
        """Distance of each alter from the target in a space; nan where it is unknown."""
        return self._network.spaces[space].distance(self._network.people, self.alters, self._target)

    def own_distance(self, space: str) -> float:
        """The holder's own distance from the target in a space."""
        measured = self._network.spaces[space]
        return float(measured.distance(self._network.people, self.holder, self._target))

    def tie(self, column: str) -> NDArray[Any]:
        """What a column of ties says of the ties to the alters."""
        return self._network.tie_columns[column][self._half_ties]

    def alter(self, column: str) -> NDArray[Any]:
        """What a column of people says of the alters."""
        return self._network.people[column][self.alters]

    def target(self, column: str) -> Any:
        """What a column of people says of the target."""
        return self._network.people[column][self._target]


OwnFunction: TypeAlias = Callable[[View, float], int | None]


def own_rule(reference: str) -> OwnFunction:
    """The function that ``module:function``, or an entry point of `GROUP`, names.

    It is given a `View` and a draw in [0, 1), and returns one of ``view.alters``, or None to drop
    the letter.

    Raises
    ------
    SpecError
        If it cannot be imported, or is no function.
    """
    try:
        found = _imported(reference)
    except (ImportError, AttributeError, ValueError) as error:
        raise SpecError.of(f"the rule {reference!r} cannot be imported: {error}") from error
    if not callable(found):
        raise SpecError.of(f"the rule {reference!r} is not a function of view and draw")
    return found  # type: ignore[no-any-return]


def _imported(reference: str) -> Any:
    module, colon, name = reference.partition(":")
    if colon:
        return getattr(import_module(module), name)
    named = entry_points(group=GROUP, name=reference)
    if not named:
        raise ImportError(f"no entry point of that name in the group {GROUP}")
    return next(iter(named)).load()
