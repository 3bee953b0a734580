"""METIS: a line for everybody, with the numbers of those they are tied to, counted from 1.

As in Karypis (2013), METIS 5.1.0 manual, section 4.1.1. Ties are undirected and have one integer
weight at most; people have no names.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.errors import NetworkError
from simnet.network.building import from_positions
from simnet.network.formats.exporting import each_tie_once, slices
from simnet.network.formats.facts import direction
from simnet.network.formats.streams import Content, encoded, opened
from simnet.network.formats.text import lines
from simnet.network.model import Network

_WEIGHT = "weight"
_MOST_PEOPLE = 2**31 - 1
_LONGEST_LINE = 2**30
_MOST_WEIGHTS = 100
_MOST_DIGITS = 18

_Line: TypeAlias = tuple[int, str]


class _Header(NamedTuple):
    """What the first line says there is."""

    people: int
    ties: int
    columns: list[str]
    has_weights: bool


class _Entries(NamedTuple):
    """Everybody's line and values, and of each half-tie its ends and weight."""

    lines: Sequence[int]
    values: NDArray[np.int64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    weights: NDArray[np.int64]


def read_metis(path: Path, *, directed: bool | None, max_bytes: int) -> Network:
    """The graph of a METIS file; people are called 0 .. n - 1.

    Weights of ties are the tie column ``weight``; those of people are the people column ``weight``,
    or ``weight_1`` and so on if there are several, and their sizes the people column ``size``.
    """
    direction({False}, directed, path)
    with opened(path, max_bytes=max_bytes) as stream:
        every = enumerate(lines(path, stream, longest=_LONGEST_LINE), start=1)
        said = ((line, text) for line, text in every if not text.startswith("%"))
        header = _header(path, *next(said, (1, "")))
        entries = _entries(path, header, said)
    _check_mirrored(path, entries)
    once = entries.sources < entries.targets
    return from_positions(
        entries.sources[once],
        entries.targets[once],
        ids=np.arange(header.people),
        directed=False,
        people={name: entries.values[:, place] for place, name in enumerate(header.columns)},
        tie_columns={_WEIGHT: entries.weights[once]} if header.has_weights else {},
    )


def write_metis(network: Network) -> Content:
    """People by number, and the weights of ties if there are any.

    NetworkError if the network has what METIS has no place for: a direction, ids, people columns,
    or tie columns other than positive integers called ``weight``.
    """
    missing = _without_place(network)
    if missing:
        raise NetworkError(f"METIS has no place for {missing}")
    each_tie_once(network)  # refuses weights that differ between two halves
    return Content(encoded(_lines(network)))


def _header(path: Path, line: int, text: str) -> _Header:
    words = text.split()
    form = words[2].zfill(3) if len(words) > 2 else "000"
    if not 2 <= len(words) <= 4 or len(form) > 3 or not set(form) <= {"0", "1"}:
        raise NetworkError(
            f"{path}:{line}: expected the numbers of people and of ties, and perhaps a format such "
            f"as 001; found {text.strip()[:60]!r}"
        )
    people, ties, *further = _integers(path, line, words[:2] + words[3:])
    n_weights = (further[0] if further else 1) * int(form[1])
    if people > _MOST_PEOPLE or n_weights > _MOST_WEIGHTS:
        raise NetworkError(
            f"{path}:{line}: there can be {_MOST_PEOPLE:,} people at most, with {_MOST_WEIGHTS} "
            "weights at most"
        )
    names = [_WEIGHT] if n_weights == 1 else [f"{_WEIGHT}_{k + 1}" for k in range(n_weights)]
    return _Header(people, ties, ["size"] * int(form[0]) + names, form[2] == "1")


def _entries(path: Path, header: _Header, said: Iterator[_Line]) -> _Entries:
    lines_of, values = array("q"), array("q")
    counts, others, weights = array("q"), array("q"), array("q")
    n_values, step = len(header.columns), 1 + header.has_weights
    for line, text in islice(said, header.people):
        row = _integers(path, line, text.split())
        if len(row) < n_values or (len(row) - n_values) % step:
            raise NetworkError(f"{path}:{line}: a value or a weight is missing")
        named = row[n_values::step]
        if named and not 1 <= min(named) <= max(named) <= header.people:
            stranger = max(named) if min(named) else 0
            raise NetworkError(f"{path}:{line}: {stranger} is not one of 1 .. {header.people}")
        lines_of.append(line)
        values.extend(row[:n_values])
        counts.append(len(named))
        others.extend(named)
        weights.extend(row[n_values + 1 :: 2] if header.has_weights else [0] * len(named))
    _check_said(path, header, len(counts), len(others), said)
    return _Entries(
        lines_of,
        np.array(values, dtype=np.int64).reshape(len(counts), n_values),
        np.repeat(np.arange(len(counts)), np.array(counts, dtype=np.int64)),
        np.array(others, dtype=np.int64) - 1,
        np.array(weights, dtype=np.int64),
    )


def _check_said(
    path: Path, header: _Header, n_people: int, n_half_ties: int, rest: Iterator[_Line]
) -> None:
    """Refuse a file that holds not what its first line says."""
    for line, text in rest:
        if text.strip():
            raise NetworkError(f"{path}:{line}: the first line says {header.people:,} people")
    if n_people < header.people:
        raise NetworkError(
            f"{path}: the first line says {header.people:,} people; there are {n_people:,}"
        )
    if n_half_ties != 2 * header.ties:
        raise NetworkError(
            f"{path}: the first line says {header.ties:,} ties, each on two lines; "
            f"there are {n_half_ties:,} halves"
        )


def _check_mirrored(path: Path, entries: _Entries) -> None:
    """Refuse a tie that somebody has to themself, or that is not said on both sides alike."""
    _, _, sources, targets, weights = entries
    n = len(entries.lines)
    there, back = sources * n + targets, targets * n + sources
    order, mirrored = np.lexsort((weights, there)), np.lexsort((weights, back))
    loops = np.flatnonzero(sources == targets)
    odd = np.flatnonzero((there[order] != back[mirrored]) | (weights[order] != weights[mirrored]))
    if len(loops):
        line = entries.lines[sources[loops[0]]]
        raise NetworkError(f"{path}:{line}: nobody can be tied to themself in METIS")
    if len(odd):
        one, other = order[odd[0]], mirrored[odd[0]]
        alone = one if (there[one], weights[one]) < (back[other], weights[other]) else other
        source, target = sources[alone], targets[alone]
        raise NetworkError(
            f"{path}:{entries.lines[source]}: {source + 1} names {target + 1}, "
            f"who does not name {source + 1} in the same way"
        )


def _integers(path: Path, line: int, words: list[str]) -> list[int]:
    for word in words:
        if not (word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS):
            raise NetworkError(f"{path}:{line}: expected an integer; found {word[:60]!r}")
    return list(map(int, words))


def _without_place(network: Network) -> str | None:
    """What the network has that cannot be written."""
    weights = network.tie_columns.get(_WEIGHT)
    other = [name for name in network.tie_columns if name != _WEIGHT]
    if network.directed:
        return "ties with a direction"
    if network.ids is not None:
        return "ids: people must be called 0 .. n - 1"
    if network.people:
        return f"people columns, such as {next(iter(network.people))!r}"
    if other:
        return f"tie columns other than 'weight', such as {other[0]!r}"
    if weights is not None and (
        weights.dtype.kind not in "iu"
        or bool(((weights < 1) | (weights >= 10**_MOST_DIGITS)).any())
    ):
        return f"weights that are not positive integers of at most {_MOST_DIGITS} digits"
    return None


def _lines(network: Network) -> Iterator[str]:
    weights = network.tie_columns.get(_WEIGHT)
    weights = None if weights is None else weights.astype(np.int64)
    yield f"{network.n_people} {network.n_ties}{'' if weights is None else ' 001'}\n"
    for part in slices(network.n_people):
        begins = network.indptr[part.start : part.stop + 1]
        half_ties = slice(begins[0], begins[-1])
        others = network.neighbours[half_ties].astype(np.int64) + 1
        numbers = others if weights is None else np.column_stack([others, weights[half_ties]])
        words = list(map(str, numbers.ravel().tolist()))
        places = ((begins - begins[0]) * (1 if weights is None else 2)).tolist()
        yield "".join(" ".join(words[a:b]) + "\n" for a, b in pairwise(places))
