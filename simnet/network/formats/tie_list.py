"""Ties in one table, people perhaps in another: how the two make a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.building import from_positions
from simnet.network.formats.facts import Facts, check_spaces, direction
from simnet.network.formats.kinds import ids_of
from simnet.network.model import Array, Network


class TieList(NamedTuple):
    """Distinct labels, on which line each is met first if that is known, and ends among them."""

    labels: Sequence[Any]
    lines: Sequence[int] | None
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    columns: dict[str, Array]
    facts: Facts


class Folk(NamedTuple):
    """Where everybody is in the people table at `path`, by label, and their columns."""

    path: Path
    places: Mapping[Any, int]
    columns: dict[str, Array]
    facts: Facts

    def knows(self, labels: Iterable[Any]) -> bool:
        """Whether all are in the table."""
        return all(map(self.places.__contains__, labels))


def network_of(
    ties: TieList,
    folk: Folk | None,
    path: Path,
    *,
    directed: bool | None,
    untold: Callable[[Sequence[Any]], Array],
) -> Network:
    """The network of those in the people table, in its order; without one, of all ends, sorted.

    Without a kind of ids among the facts, labels become what `untold` makes of them.
    """
    if folk is None:
        ids = ids_of(ties.labels, ties.facts.ids, path, otherwise=untold)
        order = np.argsort(ids, kind="stable")
        ids, places, people = ids[order], np.argsort(order), {}
    else:
        ids = ids_of(list(folk.places), folk.facts.ids, folk.path, otherwise=untold)
        places, people = _places(ties, folk, path), folk.columns
    check_spaces(ties.facts, people, path)
    return from_positions(
        places[ties.sources],
        places[ties.targets],
        ids=ids,
        directed=direction(ties.facts.directions, directed, path),
        people=people,
        tie_columns=ties.columns,
        spaces=ties.facts.spaces,
    )


def _places(ties: TieList, folk: Folk, path: Path) -> NDArray[np.int64]:
    """Where in the people table the labels are."""
    places = [folk.places.get(label, -1) for label in ties.labels]
    if -1 in places:
        stranger = places.index(-1)
        where = path if ties.lines is None else f"{path}:{ties.lines[stranger]}"
        raise NetworkError(
            f"{where}: person {ties.labels[stranger]!r} is not in the people table {folk.path}"
        )
    return np.array(places, dtype=np.int64)
