"""Homophily by category: how much more often than by chance ties join people of the same kind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.network.estimate import Estimate
from simnet.network.model import Network
from simnet.network.structure.categories import categories
from simnet.network.structure.correlation import METHOD
from simnet.network.structure.ends import ends
from simnet.network.structure.intervals import normal

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Homophily:
    """How ties keep to categories of people.

    Attributes
    ----------
    column : str
        Of the people, by which they are sorted.
    n_categories : int
        Categories that somebody is in.
    n_ties : int
        Ties whose two ends are both in a known category; what follows is about them.
    n_unknown : int
        Ties left out because that of an end is unknown.
    within : float
        Share of ties inside a category.
    expected : float
        The share inside if ends were drawn at random by degree: the sum over categories of the
        share of ties that start in it times the share that end in it.
    coefficient : Estimate
        Assortativity coefficient (within − expected) / (1 − expected): 1 if all ties are inside, 0
        if as many as by chance. Over n ties; the standard error is the jackknife
        :math:`\\sqrt{\\sum_i (r_i - r)^2}` with :math:`r_i` the coefficient without tie i.
    ei_index : float
        Ties between categories less ties inside, over both: 1 − 2 within.
    """

    column: str
    n_categories: int
    n_ties: int
    n_unknown: int
    within: float
    expected: float
    coefficient: Estimate
    ei_index: float


def homophily(network: Network, column: str, *, unknown: Collection[Any] = ()) -> Homophily:
    """Homophily by a column of categories, such as country [1]_ [2]_.

    Parameters
    ----------
    network : Network
        Where. Each undirected tie counts both ways round; a directed one starts in the category of
        its source and ends in that of its target.
    column : str
        Of the people.
    unknown : collection
        Values that stand for a missing one, besides None and nan.

    Returns
    -------
    Homophily
        Without a tie to count its shares are nan; the coefficient is nan, too, if all ties lie in
        one category.

    Raises
    ------
    NetworkError
        If people have no such column.

    References
    ----------
    .. [1] Newman (2003), Mixing patterns in networks, Physical Review E 67, 026126.
    .. [2] Krackhardt and Stern (1988), Informal networks and organizational crises: an experimental
       simulation, Social Psychology Quarterly 51 (the E-I index).
    """
    mixed = _mix(network, column, unknown)
    within, expected = mixed.within(), mixed.expected()
    return Homophily(
        column=column,
        n_categories=len(mixed.values),
        n_ties=mixed.n_ties,
        n_unknown=network.n_ties - mixed.n_ties,
        within=within,
        expected=expected,
        coefficient=normal(
            float(_coefficient(within, expected)), mixed.jackknife(), n=mixed.n_ties, method=METHOD
        ),
        ei_index=1.0 - 2.0 * within,
    )


def mixing_matrix(network: Network, column: str, *, unknown: Collection[Any] = ()) -> DataFrame:
    """Number of ties from each category to each.

    An undirected tie counts once from either end, so that the matrix is symmetric, its diagonal is
    twice the number of ties inside, and its sum is twice that of all.

    Returns
    -------
    DataFrame
        A row for the category where ties start, a column for that where they end; ties with an end
        in none are left out.
    """
    from pandas import DataFrame

    mixed = _mix(network, column, unknown)
    counts = np.zeros((len(mixed.values),) * 2, np.int64)
    counts[mixed.sources, mixed.targets] = mixed.counts
    return DataFrame(
        counts if mixed.directed else counts + counts.T, index=mixed.values, columns=mixed.values
    )


class _Mixed(NamedTuple):
    """How many ties there are from one category to another, where there are any."""

    values: list[Any]
    directed: bool
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def n_ties(self) -> int:
        return int(self.counts.sum())

    @property
    def inside(self) -> NDArray[np.bool_]:
        return np.equal(self.sources, self.targets)

    def within(self) -> float:
        return float(_share(self.counts[self.inside].sum(), self.n_ties))

    def starts(self) -> NDArray[np.int64]:
        """Ties that start in each category; of undirected ones, ends that lie there."""
        starting = self._per_category(self.sources)
        return starting if self.directed else starting + self._per_category(self.targets)

    def stops(self) -> NDArray[np.int64]:
        """Ties that end in each category; of undirected ones, ends that lie there."""
        return self._per_category(self.targets) if self.directed else self.starts()

    def expected(self) -> float:
        return float(_share(self.starts() @ self.stops(), self._ends(self.n_ties) ** 2))

    def jackknife(self) -> float:
        """Standard error of the coefficient, each tie being left out in turn."""
        starts, stops, n = self.starts(), self.stops(), self.n_ties
        # Leaving out a tie from a to b takes one from starts[a] and stops[b], or from both ends.
        less = stops[self.sources] + starts[self.targets] - self.inside
        if not self.directed:
            less = 2 * less - 2
        within = _share(self.counts[self.inside].sum() - self.inside, n - 1)
        expected = _share(starts @ stops - less, self._ends(n - 1) ** 2)
        change = _coefficient(within, expected) - _coefficient(self.within(), self.expected())
        return float(np.sqrt(np.sum(self.counts * change**2))) if n else float("nan")

    def _per_category(self, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        counts = np.zeros(len(self.values), np.int64)
        np.add.at(counts, ends, self.counts)
        return counts

    def _ends(self, n_ties: int) -> int:
        return n_ties if self.directed else 2 * n_ties


def _mix(network: Network, column: str, unknown: Collection[Any]) -> _Mixed:
    kinds = categories(network, column, unknown=unknown)
    sources, targets = (kinds.codes[end] for end in ends(network))
    known = (sources >= 0) & (targets >= 0)
    n = max(len(kinds.values), 1)
    pairs, counts = np.unique(sources[known] * n + targets[known], return_counts=True)
    return _Mixed(kinds.values, network.directed, *np.divmod(pairs, n), counts)


def _share(part: Any, whole: float) -> Any:
    return part / whole if whole else np.nan * part


def _coefficient(within: Any, expected: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(within - expected, np.where(expected < 1.0, 1.0 - expected, np.nan))
