"""Networks as SNAP hands them out: ties separated by tabs, everything else in comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simnet.errors import NetworkError
from simnet.network.columns import objects
from simnet.network.formats.exporting import each_tie_once, labels_of, n_without_ties, slices
from simnet.network.formats.facts import Facts, facts_of
from simnet.network.formats.kinds import texts_of
from simnet.network.formats.streams import Content, encoded
from simnet.network.formats.text import COMMENTS, missing_text, note
from simnet.network.model import Array, Network


def write_snap(network: Network) -> Content:
    """Ties and tie columns. There is no place for people columns and for people without ties."""
    if network.people:
        raise NetworkError(
            f"SNAP text has no place for people columns, such as {next(iter(network.people))!r}"
        )
    loners = n_without_ties(network)
    if loners or not network.n_people:
        raise NetworkError(f"SNAP text has no place for people without ties; there are {loners:,}")
    return Content(encoded(_lines(network, replace(facts_of(network), spaces={}))))


def _lines(network: Network, facts: Facts) -> Iterator[str]:
    sources, targets, columns = each_tie_once(network)
    facts = replace(facts, missing=missing_text(columns, facts.ties, may_be_empty=False))
    labels = objects(list(map(_word, labels_of(network))))
    yield note(facts)
    yield f"# Nodes: {network.n_people} Edges: {network.n_ties}\n"
    yield "# FromNodeId\tToNodeId\n"
    for part in slices(len(sources)):
        cells = [
            labels[sources[part]].tolist(),
            labels[targets[part]].tolist(),
            *(_cells(values[part], facts.ties[name], facts) for name, values in columns.items()),
        ]
        yield "\n".join(map("\t".join, zip(*cells, strict=True))) + "\n"


def _cells(values: Array, kind: str, facts: Facts) -> list[str]:
    texts = (facts.missing if text is None else text for text in texts_of(values, kind))
    return list(map(_word, texts) if kind == "str" else texts)


def _word(text: str) -> str:
    if text.split() != [text] or "," in text or text.startswith(COMMENTS):
        raise NetworkError(
            f"SNAP text has no place for {text[:60]!r}: "
            "neither blanks nor commas, and neither # nor % to begin with"
        )
    return text
