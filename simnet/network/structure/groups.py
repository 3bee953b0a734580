"""Who has more ties than most: groups of people compared by their mean degree."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network
from simnet.network.structure.categories import categories
from simnet.network.structure.degrees import Direction, degrees

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = NDArray[np.float64]


def group_index(
    network: Network,
    column: str,
    *,
    direction: Direction = "total",
    unknown: Collection[Any] = (),
) -> DataFrame:
    r"""Group index of networking: mean ties of a group over the mean of everybody.

    .. math:: I_g = \bar k_g / \bar k

    above 1 for groups whose members have more ties than people have on average.

    Parameters
    ----------
    network : Network
        Where.
    column : str
        Of the people: the group they are in.
    direction : {"total", "in", "out"}
        Which ties, as in `degrees`.
    unknown : collection
        Values that stand for a missing one, besides None and nan. Those people are in no group, but
        count in the mean of everybody.

    Returns
    -------
    DataFrame
        A row a group: ``group``, ``n_people``, ``mean_ties``, ``index`` and ``standard_error``,
        that of the ratio of two means when people are drawn independently, to first order in their
        deviations; nan for a group of one. All are nan if nobody has a tie.

    Raises
    ------
    NetworkError
        If people have no such column.
    """
    from pandas import DataFrame

    groups = categories(network, column, unknown=unknown)
    ties = degrees(network, direction=direction).astype(np.float64)
    relative = ties / ties.mean() if ties.any() else np.full(len(ties), np.nan)
    known = groups.codes >= 0
    code, member = groups.codes[known], relative[known]
    n = np.bincount(code, minlength=len(groups.values))
    index = _sums(code, member, len(n)) / n
    squares = _sums(code, (member - index[code]) ** 2, len(n))
    return DataFrame(
        {
            "group": groups.values,
            "n_people": n,
            "mean_ties": _sums(code, ties[known], len(n)) / n,
            "index": index,
            "standard_error": _ratio_error(index, n, squares, relative),
        }
    )


def _sums(code: NDArray[np.int64], values: Floats, n_groups: int) -> Floats:
    return np.bincount(code, values, minlength=n_groups).astype(np.float64)


def _ratio_error(index: Floats, n: NDArray[np.int64], squares: Floats, relative: Floats) -> Floats:
    """Of the index, from the squared deviations within groups and those of everybody.

    A person adds (k - I) n / n_g, if in the group, less I (k - 1) to the error of the ratio, with k
    their degree over the mean of everybody; this is the root of the mean of its square.
    """
    people = len(relative)
    share = n / people
    everybody = np.sum((relative - 1.0) ** 2)
    total = squares * (1 / share - 2 * index) / share + index**2 * everybody
    return np.sqrt(np.where(n > 1, total, np.nan) / (people * max(people - 1, 1)))
