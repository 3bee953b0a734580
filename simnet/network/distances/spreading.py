"""Breadth-first search from many people at once, as bits of words.

A person's row of 512 bits says which of 512 sources have reached them. One step of all sources
together is one look at each tie (Then et al. 2014 [1]_), taken from the side of those who are
reached, on all cores; as long as few have just been reached, one looks at their ties only (Beamer,
Asanović and Patterson 2012 [2]_).

References
----------
.. [1] Then, Kaufmann, Chirigati, Hoang-Vu, Pham, Kemper, Neumann and Vo (2014), The more the
   merrier: efficient multi-source graph traversal, PVLDB 8.
.. [2] Beamer, Asanović and Patterson (2012), Direction-optimizing breadth-first search, SC '12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from simnet.network.model import Network

SOURCES_A_PASS = 512
_WORDS = 8
_CHUNK = 4096  # people whose rows, before and after, fit into a core's cache
_CHUNKS_A_TASK = 8
_MANY = 2**16  # people, from which on threads share one search
_ROWS_SIDE_BY_SIDE = 2**14  # of small networks several passes run at once, of large ones one
_FEW = 1 / 64  # share of the ties below which one looks at the ties of those just reached

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Map: TypeAlias = Callable[[Callable[[int], None], Iterable[int]], Iterable[None]]
T = TypeVar("T")


class Ties(NamedTuple):
    """Ties in the direction in which distances count, and from their other ends."""

    indptr: NDArray[np.int64]
    neighbours: NDArray[np.int32]
    from_indptr: NDArray[np.int64]
    from_neighbours: NDArray[np.int32]

    @classmethod
    def of(cls, network: Network) -> Ties:
        """The ties of a network."""
        there = network.indptr, network.neighbours
        if not network.directed:
            return cls(*there, *there)
        from simnet.network.distances._kernels import reversed_ties

        back = reversed_ties(*there)
        for array in back:
            array.flags.writeable = False  # as those of a network, so that kernels compile once
        return cls(*there, *back)

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.indptr) - 1

    @property
    def are_mutual(self) -> bool:
        """Whether they go both ways, the network being undirected."""
        return self.from_indptr is self.indptr

    def turned(self) -> Ties:
        """The same ties in the other direction."""
        return Ties(self.from_indptr, self.from_neighbours, self.indptr, self.neighbours)


class Level(NamedTuple):
    """What the sources have reached in a number of steps."""

    new: Places  # how many people each source reached in just so many steps
    seen: Words  # (pass, person, word): who has been reached by whom; the next level writes to it

    def have_reached(self, sources: Places, people: Places) -> NDArray[np.bool_]:
        """Whether each of these sources, by its place among all, has reached that person."""
        turn, bit = np.divmod(sources, SOURCES_A_PASS)
        word, bit = np.divmod(bit, 64)
        words = self.seen[turn, people, word]
        return np.asarray(words >> bit.astype(np.uint64) & np.uint64(1) == 1)


def reached_from(ties: Ties, sources: Places, *, steps: int | None = None) -> NDArray[np.int32]:
    """How many people each source reaches in 1, 2, ... steps, one row per source."""

    def count(search: Search, group: Places) -> NDArray[np.int32]:
        new = [level.new for level in islice(search.levels(group), steps)]
        return np.array(new, dtype=np.int32).reshape(-1, len(group)).T

    return stacked(by_group(ties, sources, count))


def stacked(blocks: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Rows of different lengths one below the other, with zeros behind the shorter ones."""
    furthest = max((block.shape[1] for block in blocks), default=0)
    padded = [np.pad(block, ((0, 0), (0, furthest - block.shape[1]))) for block in blocks]
    return np.concatenate([np.zeros((0, furthest), np.int32), *padded])


def by_group(ties: Ties, sources: Places, measure: Callable[[Search, Places], T]) -> list[T]:
    """What `measure` makes of the sources, in groups that are searched from at once.

    Where there are many people, threads share each step of a search; else they have searches of
    their own. The result is the same, in the order of the sources.
    """
    from numba import get_num_threads

    passes = max(1, min(_ROWS_SIDE_BY_SIDE // max(1, ties.n_people), _passes(len(sources))))
    size = passes * SOURCES_A_PASS
    groups = [sources[start : start + size] for start in range(0, len(sources), size)]
    with ThreadPoolExecutor(get_num_threads()) as pool:
        if ties.n_people > _MANY:
            search = Search(ties, passes, pool.map)
            return [measure(search, group) for group in groups]
        lots = [groups[first :: get_num_threads()] for first in range(get_num_threads())]

        def follow(lot: list[Places]) -> list[T]:
            search = Search(ties, passes, map)
            return [measure(search, group) for group in lot]

        found = list(pool.map(follow, filter(None, lots)))
    return [found[place % len(found)][place // len(found)] for place in range(len(groups))]


class Search:
    """Breadth-first searches from up to `passes` times 512 people at once."""

    def __init__(self, ties: Ties, passes: int, share_out: Map) -> None:
        self.ties = ties
        self.share_out = share_out
        self.rows = _rows(passes * ties.n_people), _rows(passes * ties.n_people)
        self.slot = np.zeros(passes * ties.n_people, np.int32)

    def levels(self, sources: Places) -> Iterator[Level]:
        """The people that are 1, 2, ... steps away, as long as there are any.

        At the last level all sources have reached whom they ever reach.
        """
        spread = _Spread(self, sources)
        missing = np.full(len(sources), self.ties.n_people - 1)
        while missing.any():
            new = spread.step()
            if not new.any():
                return
            yield Level(new, spread.seen.reshape(-1, self.ties.n_people, _WORDS))
            missing -= new


class _Spread:
    """Whom a group of sources has reached so far, and the means to go one step further."""

    def __init__(self, search: Search, sources: Places) -> None:
        self.ties = search.ties
        self.share_out = search.share_out
        self.slot = search.slot
        self.n_sources = len(sources)
        self.passes = _passes(len(sources))
        n_words = self.passes * self.ties.n_people * _WORDS
        # After a pull, `spare` is what `seen` was before it.
        self.seen, self.spare = (rows[:n_words] for rows in search.rows)
        # Bits that stand for no source are set from the start: all bits set is everybody done.
        unused = _bits_of_none(len(sources))[:, np.newaxis]
        self.seen.reshape(self.passes, -1, _WORDS)[:] = unused
        turn = np.arange(len(sources)) // SOURCES_A_PASS
        self.latest: tuple[Places, Words] | None = (
            turn * self.ties.n_people + sources,
            _bit_of_each(len(sources)),
        )
        np.bitwise_or.at(self.seen.reshape(-1, _WORDS), *self.latest)
        self.n_latest = len(sources)

    def step(self) -> Places:
        """Go one step further; how many people are new, per source."""
        counts = self._push() if self._are_few() else self._pull()
        self.n_latest = int(counts.sum())
        return counts[: self.n_sources]

    def _are_few(self) -> bool:
        """Whether those just reached have a small part of all ties."""
        if self.n_latest > _FEW * self.passes * self.ties.n_people:
            return False
        if self.latest is None:
            from simnet.network.distances._kernels import changes

            self.latest = changes(self.spare, self.seen)
        people = self.latest[0] % self.ties.n_people
        followed = (self.ties.indptr[people + 1] - self.ties.indptr[people]).sum()
        return bool(followed <= _FEW * self.passes * len(self.ties.neighbours))

    def _push(self) -> Places:
        from simnet.network.distances._kernels import push

        assert self.latest is not None
        counts = np.zeros(self.passes * SOURCES_A_PASS, np.int64)
        seen = self.seen.reshape(-1, _WORDS)
        self.latest = push(*self.ties[:2], *self.latest, seen, self.slot, counts)
        return counts

    def _pull(self) -> Places:
        from simnet.network.distances._kernels import pull

        parts = self.passes * -(-self.ties.n_people // _CHUNK)
        counts = np.empty((parts, SOURCES_A_PASS), np.int32)

        def step(first: int) -> None:
            share = first, min(first + _CHUNKS_A_TASK, parts)
            pull(*self.ties[2:], self.seen, self.spare, _CHUNK, counts, share)

        for _ in self.share_out(step, range(0, parts, _CHUNKS_A_TASK)):
            pass
        self.seen, self.spare = self.spare, self.seen
        self.latest = None
        sums = counts.reshape(self.passes, -1, SOURCES_A_PASS).sum(axis=1, dtype=np.int64)
        return np.asarray(sums).ravel()


def _passes(n_sources: int) -> int:
    return -(-n_sources // SOURCES_A_PASS)


def _rows(count: int) -> Words:
    """Words of so many rows, each of which is one cache line."""
    words = np.empty((count + 1) * _WORDS, np.uint64)
    start = -words.ctypes.data % 64 // 8
    return words[start : start + count * _WORDS]


def _bit_of_each(n_sources: int) -> Words:
    """A row per source in which its own bit is set."""
    place = np.arange(n_sources) % SOURCES_A_PASS
    bits = np.zeros((n_sources, _WORDS), np.uint64)
    bits[np.arange(n_sources), place // 64] = np.uint64(1) << (place % 64).astype(np.uint64)
    return bits


def _bits_of_none(n_sources: int) -> Words:
    """A row per pass in which the bits are set that no source has."""
    unused = np.arange(_passes(n_sources) * SOURCES_A_PASS) >= n_sources
    return np.packbits(unused.reshape(-1, SOURCES_A_PASS), axis=1, bitorder="little").view(
        np.uint64
    )
