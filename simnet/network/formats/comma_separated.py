"""Networks as comma-separated tables: ties and, where they do not say who there is, people.

What a reader of the plain tables would take otherwise (a direction, strings that look like numbers,
...) is told by a comment on the first line; where there is nothing to tell, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from simnet.errors import NetworkError
from simnet.network.columns import column_from_text, ids_from_text, objects
from simnet.network.formats.exporting import (
    check_free,
    each_tie_once,
    known_by_ties,
    labels_of,
    slices,
)
from simnet.network.formats.facts import Facts, facts_of
from simnet.network.formats.kinds import kind_of, texts_of
from simnet.network.formats.streams import Content, encoded
from simnet.network.formats.text import missing_text, note
from simnet.network.model import Array, Network

_SPECIAL = re.compile(r'[,"\r\n]')
_LONGEST_FIELD = 131_072  # of Python's csv module


def write_csv(network: Network) -> Content:
    """A tie list with the header ``source,target``, and a people table with the header ``id``."""
    facts = facts_of(network)
    check_free("source", network.tie_columns)
    check_free("target", network.tie_columns)
    check_free("id", network.people)
    labels = labels_of(network)
    with_table = not known_by_ties(network)
    return Content(
        encoded(_tie_list(network, labels, replace(facts, people_table=with_table))),
        encoded(_people_table(network, labels, facts)) if with_table else None,
    )


def _tie_list(network: Network, labels: list[str], facts: Facts) -> Iterator[str]:
    sources, targets, columns = each_tie_once(network)
    quoted = objects(list(map(_quoted, labels)))
    plain = not (facts.directed or facts.spaces or facts.people_table) and (
        _reads_alike(labels, facts.ids, columns, facts.ties)
    )
    told = replace(facts, people={}, missing=missing_text(columns, facts.ties, may_be_empty=True))
    yield from _beginning(["source", "target", *columns], None if plain else told)
    for part in slices(len(sources)):
        ends = [quoted[sources[part]].tolist(), quoted[targets[part]].tolist()]
        yield _rows(ends, columns, facts.ties, told.missing, part)


def _people_table(network: Network, labels: list[str], facts: Facts) -> Iterator[str]:
    columns = network.people
    quoted = objects(list(map(_quoted, labels)))
    told = Facts(
        ids=facts.ids,
        people=facts.people,
        missing=missing_text(columns, facts.people, may_be_empty=True),
    )
    plain = _reads_alike(labels, facts.ids, columns, facts.people)
    yield from _beginning(["id", *columns], None if plain else told)
    for part in slices(len(labels)):
        yield _rows([quoted[part].tolist()], columns, facts.people, told.missing, part)


def _beginning(names: list[str], told: Facts | None) -> Iterator[str]:
    if "" in names:
        raise NetworkError("a column without a name cannot be written to a table")
    if told is not None:
        yield note(told)
    yield ",".join(map(_quoted, names)) + "\n"


def _rows(
    ids: list[list[str]],
    columns: Mapping[str, Array],
    kinds: Mapping[str, str],
    missing: str,
    part: slice,
) -> str:
    cells = (_cells(values[part], kinds[name], missing) for name, values in columns.items())
    return "\n".join(map(",".join, zip(*ids, *cells, strict=True))) + "\n"


def _cells(values: Array, kind: str, missing: str) -> list[str]:
    texts = texts_of(values, kind)
    if kind == "str":
        return [missing if text is None else _quoted(text) for text in texts]
    return [missing if text is None else text for text in texts]


def _quoted(text: str) -> str:
    if len(text) >= _LONGEST_FIELD:
        raise NetworkError(f"a table has no room for a text of {len(text):,} characters")
    if _SPECIAL.search(text) or not text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _reads_alike(
    labels: list[str], ids: str | None, columns: Mapping[str, Array], kinds: Mapping[str, str]
) -> bool:
    """Whether a table without any facts is read as what it is."""
    return (
        len(labels) > 0
        and all(len(values) for values in columns.values())
        and all(map(_is_stripped, [*labels, *columns]))
        and kind_of(ids_from_text(labels), "the id of people") == ids
        and all(_column_reads_alike(values, kinds[name]) for name, values in columns.items())
    )


def _column_reads_alike(values: Array, kind: str) -> bool:
    if kind == "float64":
        return values.dtype == np.float64 and not np.isnan(values).all()
    if kind == "str":
        texts = [text for text in set(values.tolist()) if text is not None]
        return all(map(_is_stripped, texts)) and column_from_text(texts).dtype == object
    return kind == "int64"


def _is_stripped(text: str) -> bool:
    return bool(text) and text == text.strip()
