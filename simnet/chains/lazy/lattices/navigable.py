"""Kleinberg's lattice, too large to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.chains.lazy.pairs import as_pairs
from simnet.chains.record import Chains
from simnet.network.generators.checks import MOST_PEOPLE, check_count, check_probability
from simnet.network.generators.grids.navigable import law_of_distance
from simnet.randomness import stream_key


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigableLattice:
    """People at the sites of a lattice, whose long ties are drawn when they are looked at.

    The network is that of `simnet.network.generators.kleinberg` with ``directed=True`` and the
    same arguments, tie by tie: everybody is tied to the neighbours on the lattice and has
    `long_ties` ties that lead one way, each to v with ``P(u, v) = d(u, v)**-exponent / sum over w
    != u of d(u, w)**-exponent``, d being the lattice distance. As a tie is a function of the key
    and the person, nothing needs to be stored, and nobody is asked twice with different answers.

    Attributes
    ----------
    side : int
        Sites along each axis.
    dimensions : int
        Axes: 1, 2 or 3.
    exponent : float
        r, not negative.
    long_ties : int
        Long ties a person.
    torus : bool
        Whether the lattice closes in on itself along each axis.
    seed, replicate : int
        Key of the ties.

    References
    ----------
    .. [1] Kleinberg (2000), Navigation in a small world, Nature 406.
    """

    side: int
    dimensions: int = 2
    exponent: float = 2.0
    long_ties: int = 1
    torus: bool = True
    seed: int
    replicate: int = 0

    def __post_init__(self) -> None:
        check_count("side", self.side, least=2)
        check_count("long_ties", self.long_ties, least=0)
        if self.dimensions not in (1, 2, 3):
            raise ValueError(f"dimensions must be 1, 2 or 3; got {self.dimensions}")
        if self.n_people > MOST_PEOPLE:
            raise ValueError(f"there can be {MOST_PEOPLE:,} people at most; got {self.n_people:,}")
        if not (isfinite(self.exponent) and self.exponent >= 0):
            raise ValueError(f"exponent must be a number of at least 0; got {self.exponent!r}")

    @property
    def n_people(self) -> int:
        """Person i is at ``i % side``, ``i // side % side``, ..."""
        people: int = self.side**self.dimensions
        return people

    def long_ties_of(self, people: ArrayLike) -> NDArray[np.int64]:
        """Whom the long ties of the people lead to, shape (people, long_ties)."""
        from simnet.chains.lazy.lattices._kernels import draw_long_ties

        return np.asarray(draw_long_ties(np.atleast_1d(people).astype(np.int64), *self._drawing()))

    def send(
        self,
        starters: ArrayLike,
        targets: ArrayLike,
        *,
        participation: float = 1.0,
        keep_paths: bool = False,
        seed: int,
        replicate: int = 0,
    ) -> Chains:
        """Send letters, each holder passing them to the alter nearest to the target.

        The distance is the lattice's. Equally near alters are equally likely. As somebody on the
        lattice is always nearer, no letter comes to the same person twice and none is stuck.

        Parameters
        ----------
        starters, targets : int or array_like of int, shape (letters,)
            Different people in each letter.
        participation : float
            Probability that a holder, the starter too, passes the letter on.
        keep_paths : bool
            Whether to keep all holders; chains can be thousands of steps long.
        seed, replicate : int
            Key of the letters' own draws.

        Returns
        -------
        Chains
            Arrived or dropped, one row a letter.
        """
        check_probability("participation", participation)
        from simnet.chains.lazy.lattices._kernels import send_greedily

        begin, end = as_pairs(starters, targets, self.n_people)
        key = stream_key(seed, replicate, "letters on a lattice")
        rest = (*self._drawing()[:-1], participation, self._drawing()[-1], key)
        path = np.empty((len(begin), 0), np.int32)
        outcome, steps = send_greedily(begin, end, path, *rest)
        if keep_paths:  # as long as the longest, which is known now
            path = np.full((len(begin), steps.max(initial=0) + 1), -1, np.int32)
            send_greedily(begin, end, path, *rest)
        return Chains(
            outcome=outcome,
            steps=steps,
            starters=begin,
            targets=end,
            stuck=np.zeros(len(begin), np.bool_),
            path=path if keep_paths else None,
        )

    def _drawing(
        self,
    ) -> tuple[
        int, int, bool, int, NDArray[np.float64], NDArray[np.int64], float, NDArray[np.uint32]
    ]:
        """What the kernels draw ties by."""
        chances, guide, _ = law_of_distance(
            self.side, self.dimensions, self.torus, self.exponent, by_rank=False
        )
        key = stream_key(self.seed, self.replicate, "kleinberg")
        return (
            self.side,
            self.dimensions,
            self.torus,
            self.long_ties,
            chances,
            guide,
            float(self.exponent),
            key,
        )
