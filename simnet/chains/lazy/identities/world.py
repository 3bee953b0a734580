"""The world of Watts, Dodds and Newman, too large to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.chains.lazy.pairs import as_pairs
from simnet.chains.record import Chains
from simnet.network.generators.checks import MOST_PEOPLE, check_count, check_probability
from simnet.randomness import stream_key

_DRAWS_A_TIE = 100

People = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """People with a group in each of several hierarchies, whose ties are drawn when looked at.

    There are ``group * branching**levels`` people. In each hierarchy they sit in ``branching **
    levels`` groups of `group` people, ordered by a tree whose every branching has `branching`
    twigs: in the first by their numbers, ``person // group``, in the others by a keyed
    pseudo-random permutation of them. A person looked at draws, `degree` times or until there are
    so many different alters: a hierarchy, all alike; a height h = 0, ..., levels with probability
    ``p(h) = c exp(-homophily * h)``; and anybody at that height in that hierarchy.

    A height is that of the lowest branching two people share, 0 in the same group, as in
    `simnet.network.spaces.Hierarchy`; the paper's distance x is 1 there, ``x = h + 1``. The social
    distance of two people is their least height over the hierarchies.

    In the paper, and in `simnet.network.generators.watts_dodds_newman`, ties are drawn for the
    network as a whole until people have z of them on average, each seen from both sides. Here
    everybody has exactly z and draws them alone: the law of an alter is the same, but a tie that
    led here need not lead back, and the number of ties does not vary.

    Attributes
    ----------
    levels : int
        Branchings above a group.
    hierarchies : int
        H in the paper.
    branching : int
        b in the paper.
    group : int
        People of a group, g in the paper.
    homophily : float
        alpha in the paper.
    degree : int
        Ties of a person, z in the paper.
    repeats : bool
        Whether somebody drawn twice counts twice among them; the paper does not say.
    seed, replicate : int
        Key of seats and ties.

    References
    ----------
    .. [1] Watts, Dodds and Newman (2002), Identity and search in social networks, Science 296.
    .. [2] Black and Rogaway (2002), Ciphers with arbitrary finite domains, CT-RSA (Feistel networks
       and walking along a cycle).
    """

    levels: int
    hierarchies: int = 2
    branching: int = 2
    group: int = 100
    homophily: float = 1.0
    degree: int = 99
    repeats: bool = False
    seed: int
    replicate: int = 0

    def __post_init__(self) -> None:
        for name, least in (("levels", 0), ("hierarchies", 1), ("branching", 2), ("group", 2)):
            check_count(name, getattr(self, name), least=least)
        check_count("degree", self.degree, least=1)
        if not np.isfinite(self.homophily):
            raise ValueError(f"homophily must be a number; got {self.homophily!r}")
        if self.n_people > MOST_PEOPLE:
            raise ValueError(f"there can be {MOST_PEOPLE:,} people at most; got {self.n_people:,}")
        found = self.degree if self.repeats else self._expected_alters(_DRAWS_A_TIE * self.degree)
        if found < self.degree:
            raise ValueError(
                f"homophily leaves too few people to be tied to; {_DRAWS_A_TIE} draws a tie do not "
                f"give {self.degree} alters: lower homophily or degree"
            )

    @property
    def n_people(self) -> int:
        """Number of people."""
        people: int = self.group * self.branching**self.levels
        return people

    def people_below(self, height: int) -> int:
        """How many people sit below a branching of this height, 0 being a group."""
        return int(self._widths[height])

    def seats(self, people: ArrayLike) -> People:
        """Where the people sit in each hierarchy, shape (people, hierarchies).

        Seats are numbered 0 .. ``n_people - 1``; the group is ``seat // group``.
        """
        from simnet.chains.lazy.identities._kernels import fill_seats

        who = np.atleast_1d(people)
        seats = np.empty((len(who), self.hierarchies), np.int64)
        seats[:, 0] = who
        fill_seats(seats, self.n_people, self._root, self._key("seats"))
        return seats

    def people_at(self, seats: ArrayLike, *, hierarchy: int) -> People:
        """Who has the seats in a hierarchy, counted from 0."""
        from simnet.chains.lazy.identities._kernels import people_at

        places = np.atleast_1d(seats).astype(np.int64)
        key = self._key("seats")
        return np.asarray(people_at(places, hierarchy, self.n_people, self._root, key))

    def heights(self, people: ArrayLike, others: ArrayLike) -> People:
        """At which height the people meet the others in each hierarchy, (people, hierarchies)."""
        groups, of_others = (self.seats(who) // self.group for who in (people, others))
        height = np.zeros(np.broadcast_shapes(groups.shape, of_others.shape), np.int64)
        for _ in range(self.levels):
            height += groups != of_others
            groups, of_others = groups // self.branching, of_others // self.branching
        return height

    def alters(self, people: ArrayLike) -> People:
        """Whom the people are tied to, in the order drawn, shape (people, degree)."""
        from simnet.chains.lazy.identities._kernels import alters_of

        return np.asarray(
            alters_of(
                np.atleast_1d(people).astype(np.int64),
                self.hierarchies,
                self.degree,
                self._chances,
                self._widths,
                self._root,
                self.repeats,
                self._key("ties"),
                self._key("seats"),
            )
        )

    def send(
        self,
        starters: ArrayLike,
        targets: ArrayLike,
        *,
        participation: float = 1.0,
        max_steps: int = 100,
        seed: int,
        replicate: int = 0,
    ) -> Chains:
        """Send letters, each holder passing them to the alter socially nearest to the target.

        A tie to the target is always taken, equally near alters are equally likely, nobody gets a
        letter twice, and a holder with nobody new is stuck. The nearest may be farther from the
        target than the holder is.

        Parameters
        ----------
        starters, targets : int or array_like of int, shape (letters,)
            Different people in each letter.
        participation : float
            Probability that a holder, the starter too, passes the letter on.
        max_steps : int
            After how many steps a letter has expired.
        seed, replicate : int
            Key of the letters' own draws.

        Returns
        -------
        Chains
            Arrived, dropped or expired, one row a letter, with paths.
        """
        check_probability("participation", participation)
        check_count("max_steps", max_steps, least=1)
        from simnet.chains.lazy.identities._kernels import send_among

        begin, end = as_pairs(starters, targets, self.n_people)
        path = np.full((len(begin), max_steps + 1), -1, np.int32)
        outcome, steps, stuck = send_among(
            begin,
            end,
            path,
            self.hierarchies,
            self.degree,
            self._chances,
            self._widths,
            self._root,
            self.repeats,
            participation,
            stream_key(seed, replicate, "letters among identities"),
            self._key("ties"),
            self._key("seats"),
        )
        return Chains(
            outcome=outcome,
            steps=steps,
            starters=begin,
            targets=end,
            stuck=stuck,
            path=np.ascontiguousarray(path[:, : steps.max(initial=0) + 1]),
        )

    @property
    def _widths(self) -> People:
        """How many people a branching of height 0, 1, ..., levels has below."""
        return self.group * self.branching ** np.arange(self.levels + 1, dtype=np.int64)

    @property
    def _law(self) -> NDArray[np.float64]:
        """Probability of the heights."""
        weights = np.exp(-self.homophily * np.arange(self.levels + 1))
        return np.asarray(weights / weights.sum())

    @property
    def _chances(self) -> NDArray[np.float64]:
        """Cumulative probability of the heights; exactly 1 at the last."""
        upto = np.cumsum(self._law)
        return np.asarray(upto / upto[-1])

    @property
    def _root(self) -> int:
        """The side of the smallest square that has a place for everybody."""
        return isqrt(self.n_people - 1) + 1

    def _key(self, what: str) -> NDArray[np.uint32]:
        return stream_key(self.seed, self.replicate, f"identities' {what}")

    def _expected_alters(self, draws: int) -> float:
        """How many different people so many draws find, one's heights being independent."""
        there = np.diff(self._widths, prepend=1)
        missed = np.exp(-draws * self._law / self.hierarchies / there)
        missed_in_one = (missed * there).sum() / there.sum()
        return float(there.sum() * (1.0 - missed_in_one**self.hierarchies))
