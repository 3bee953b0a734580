"""Letters across a network that stands still, millions of them at a time."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.chains.participation import terms
from simnet.chains.record import Chains
from simnet.chains.routing.codes import GOES_ON, REVISITS
from simnet.chains.routing.own import own_rule
from simnet.chains.routing.tables import Tables, tables
from simnet.chains.routing.turns import OwnTurns, RuleTurns, Turns
from simnet.network import Network
from simnet.randomness import stream_key
from simnet.spec.routing import AtRandom, OwnRule, Participation, Rule

Revisits: TypeAlias = Literal["never", "if-stuck", "always"]

_LETTERS_AT_ONCE = 2**17
_STREAM = "chains"


class Settings(TypedDict):
    """What `send` is told, but for starters and targets."""

    rule: Rule
    participation: Participation | float | ArrayLike
    lost: float
    max_steps: int
    revisits: Revisits
    look_ahead: bool
    seed: int
    replicate: int


class Ended(NamedTuple):
    """How some letters ended."""

    outcome: NDArray[np.int8]
    steps: NDArray[np.int32]
    stuck: NDArray[np.bool_]
    path: NDArray[np.int32] | None


def send(
    network: Network,
    starters: ArrayLike,
    targets: ArrayLike,
    *,
    rule: Rule,
    participation: Participation | float | ArrayLike = 1.0,
    lost: float = 0.0,
    max_steps: int = 100,
    revisits: Revisits = "never",
    look_ahead: bool = False,
    keep_paths: bool = True,
    seed: int = 0,
    replicate: int = 0,
) -> Chains:
    """Send a letter from each starter towards its target, from hand to hand, each to its end.

    A holder takes part with the probability of `participation`, else drops the letter. He passes
    it to the target if they are tied, otherwise to the alter whom the rule prefers among those who
    have not had it; of equals the draw decides. With nobody to pass it to he drops it and is
    *stuck*. On its way a letter is lost with probability `lost`; after `max_steps` steps without
    arriving it expires.

    A rule sees the holder's own ties and the description of the target, nothing else. Ties of a
    directed network are passed along in their direction only. Draws are keyed by letter, holder and
    remove: the same seed gives the same chains whatever the number of threads, and a letter that
    comes to the same holder at the same remove under another rule meets the same willingness.

    Parameters
    ----------
    network : Network
    starters, targets : array of int, one a letter
        Positions of people; nobody is sent a letter to himself.
    rule : Rule
        One of `simnet.chains.rules`.
    participation : Participation, float or array
        One of `simnet.chains.participation`; a number is a constant probability, an array
        a probability a person.
    lost : float
        Probability, a step.
    max_steps : int
    revisits : {"never", "if-stuck", "always"}
        Whether somebody may have a letter again: never, if a holder has nobody else (any alter is
        then drawn), or like anybody; a letter that goes in a circle then expires.
    look_ahead : bool
        Whether holders see their alters' ties too. An alter tied to the target comes first; rules
        that go by distance or rank take an alter for as good as the best of his own alters.
    keep_paths : bool
        Whether the record has paths, 4 (longest + 1) bytes a letter.
    seed, replicate : int

    Raises
    ------
    NetworkError
        If the network lacks what the rule or participation needs.
    ValueError
        If starters and targets are not people, or a setting is out of its range.
    """
    begin, end = checked_ends(network, starters, targets)
    settings: Settings = {
        "rule": rule,
        "participation": participation,
        "lost": lost,
        "max_steps": max_steps,
        "revisits": revisits,
        "look_ahead": look_ahead,
        "seed": seed,
        "replicate": replicate,
    }
    if isinstance(rule, OwnRule):
        return _joined([_one_by_one(turns_of(network, end, **settings), begin)], begin, end)
    key = stream_key(seed, replicate, _STREAM)
    return _joined(
        _in_batches(laid_out_for(network, end, **settings), begin, key, keep_paths), begin, end
    )


def turns_of(
    network: Network, targets: NDArray[np.int64], **settings: Unpack[Settings]
) -> OwnTurns | RuleTurns:
    """Holders' turns, to be taken one at a time, in a study with the settings of `send`."""
    laid_out = laid_out_for(network, targets, **settings)
    key = stream_key(settings["seed"], settings["replicate"], _STREAM)
    rule = settings["rule"]
    if isinstance(rule, OwnRule):
        return OwnTurns(network, laid_out, key, own_rule(rule.function))
    return RuleTurns(laid_out, key)


def laid_out_for(
    network: Network, targets: NDArray[np.int64], **settings: Unpack[Settings]
) -> Tables:
    """What letters to these targets depend on, checked; the settings are those of `send`."""
    _check(**settings)
    rule = settings["rule"]
    return tables(
        network,
        targets,
        rule=AtRandom() if isinstance(rule, OwnRule) else rule,
        taking_part=terms(
            network,
            settings["participation"],
            targets,
            seed=settings["seed"],
            replicate=settings["replicate"],
        ),
        look_ahead=settings["look_ahead"],
        revisits=REVISITS.index(settings["revisits"]),
        max_steps=settings["max_steps"],
        lost=settings["lost"],
    )


def _check(**settings: Unpack[Settings]) -> None:
    if not 0.0 <= settings["lost"] <= 1.0:
        raise ValueError(f"lost is a probability in [0, 1]; got {settings['lost']!r}")
    if settings["max_steps"] < 1:
        raise ValueError(f"max_steps is at least 1; got {settings['max_steps']!r}")
    if settings["revisits"] not in REVISITS:
        raise ValueError(f"revisits is one of {', '.join(REVISITS)}; got {settings['revisits']!r}")
    if settings["look_ahead"] and getattr(settings["rule"], "closer_only", False):
        raise ValueError("with look_ahead a holder cannot be held to closer_only")
    if settings["look_ahead"] and isinstance(settings["rule"], OwnRule):
        raise ValueError("a rule of one's own sees no further than the holder's own ties")


def checked_ends(
    network: Network, starters: ArrayLike, targets: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starters and targets as positions of people; ValueError if they are not."""
    begin, end = np.atleast_1d(starters), np.atleast_1d(targets)
    if begin.shape != end.shape or begin.ndim != 1:
        raise ValueError("there is one starter and one target a letter")
    for who, ends in (("starters", begin), ("targets", end)):
        if ends.dtype.kind not in "iu" and ends.size:
            raise ValueError(f"{who} are positions of people, whole numbers; got {ends.dtype}")
        if ends.size and (ends.min() < 0 or ends.max() >= network.n_people):
            raise ValueError(f"{who} must be among the people 0 .. {network.n_people - 1}")
    if (begin == end).any():
        raise ValueError("a letter's starter must not be its target")
    return begin.astype(np.int64), end.astype(np.int64)


def _in_batches(
    laid_out: Tables, starters: NDArray[np.int64], key: NDArray[np.uint32], keep_paths: bool
) -> list[Ended]:
    """Batches of letters, so that only what is kept takes memory in proportion to all."""
    n = len(starters)
    return [
        _batch(laid_out, starters, key, at, min(at + _LETTERS_AT_ONCE, n), keep_paths)
        for at in range(0, max(n, 1), _LETTERS_AT_ONCE)
    ]


def _batch(
    laid_out: Tables,
    starters: NDArray[np.int64],
    key: NDArray[np.uint32],
    begin: int,
    end: int,
    keep_paths: bool,
) -> Ended:
    from simnet.chains.routing._kernels import move

    some = laid_out.some(begin, end)
    shape = (end - begin, int(some.how["max_steps"][0]) + 1) if keep_paths else (0, 0)
    kept = np.empty(shape, np.int32)  # of a row, only what is written takes memory
    outcome, steps, stuck = move(  # type: ignore[call-arg]
        some.how, key, *some.arrays, starters[begin:end], kept, some.largest_degree
    )
    return Ended(outcome, steps, stuck, _trimmed(kept, steps) if keep_paths else None)


def _trimmed(kept: NDArray[np.int32], steps: NDArray[np.int32]) -> NDArray[np.int32]:
    path = kept[:, : steps.max(initial=0) + 1].copy()
    path[np.arange(path.shape[1]) > steps[:, np.newaxis]] = -1
    return path


def _one_by_one(turns: Turns, starters: NDArray[np.int64]) -> Ended:
    """Letters each to its end, turn by turn."""
    n = len(starters)
    outcome, steps = np.empty(n, np.int8), np.empty(n, np.int32)
    stuck = np.zeros(n, np.bool_)
    path = np.full((n, turns.max_steps + 1), -1, np.int32)
    for number, starter in enumerate(starters.tolist()):
        letter = turns.begin(number, starter)
        ending = GOES_ON
        while ending == GOES_ON:
            ending, stuck[number] = turns.take(letter)
        outcome[number], steps[number], path[number] = ending, letter.step, letter.path
    return Ended(outcome, steps, stuck, path[:, : steps.max(initial=0) + 1].copy())


def _joined(parts: list[Ended], starters: NDArray[np.int64], targets: NDArray[np.int64]) -> Chains:
    """One record of all the letters."""
    paths = [part.path for part in parts if part.path is not None]
    return Chains(
        outcome=np.concatenate([part.outcome for part in parts]),
        steps=np.concatenate([part.steps for part in parts]),
        stuck=np.concatenate([part.stuck for part in parts]),
        starters=starters,
        targets=targets,
        path=_stacked(paths) if paths else None,
    )


def _stacked(paths: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    longest = max(path.shape[1] for path in paths)
    stacked = np.full((sum(map(len, paths)), longest), -1, np.int32)
    row = 0
    for path in paths:
        stacked[row : row + len(path), : path.shape[1]] = path
        row += len(path)
    return stacked
