"""Large text tables whose rows hold no surprises, read by Arrow in a tenth of the time.

`first_fields` and `fields_in_bulk` return None where only a careful reading, row by row, can tell
what a table says or what is wrong with it; otherwise that reading would find the same.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simnet.network.columns import INTEGER, MISSING, NUMBER
from simnet.network.formats.text import Table, text_column
from simnet.network.model import Array

Texts: TypeAlias = Any  # a pyarrow.ChunkedArray of strings

_BLOCK = 2**19  # half of the longest line: a line that is too long leaves one block without an end
_COMMON = bytes(range(0x21, 0x7F)).translate(None, b"#%") + b"\r\n"


def first_fields(table: Table, *, commas: bool) -> list[str] | None:
    """The fields of the first row."""
    row = table.first.removesuffix("\n").removesuffix("\r")
    if '"' in row or "\r" in row:
        return None
    return row.split(",") if commas else row.split()


def fields_in_bulk(table: Table, width: int, *, commas: bool, header: bool) -> list[Texts] | None:
    """The fields of all rows by column, the first left out if it is a header."""
    import pyarrow as pa
    from pyarrow import csv

    names = [str(place) for place in range(width)]
    first = "" if header else table.first
    blank = "\t" if "\t" in first else " "
    plain = _Plain(io.BytesIO(first.encode()), table.stream, None if commas else blank)
    try:
        read = csv.read_csv(
            pa.PythonFile(plain, "r"),
            csv.ReadOptions(column_names=names, block_size=2 * _BLOCK),
            csv.ParseOptions(delimiter="," if commas else blank, quote_char=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except (_Surprise, pa.ArrowInvalid):
        return None
    # Two blanks side by side would have an empty field between them.
    return list(read.columns) if commas or not any(map(_has_empty, read.columns)) else None


def ends_in_bulk(
    sources: Texts, targets: Texts
) -> tuple[list[Any], NDArray[np.int64], NDArray[np.int64]]:
    """The distinct ids among the ends of ties, and where among them the ends of each tie are."""
    import pyarrow as pa

    both = pa.chunked_array([*sources.chunks, *targets.chunks], sources.type)
    distinct, places = encoded(both)
    return distinct, places[: len(sources)], places[len(sources) :]


def encoded(values: Texts) -> tuple[list[Any], NDArray[np.int64]]:
    """The distinct values, and where among them each is."""
    from pyarrow import types

    # What Arrow encodes has one dictionary for all chunks; what was encoded already may have many.
    already = types.is_dictionary(values.type)
    chunks = (values.unify_dictionaries() if already else values.dictionary_encode()).chunks
    if not chunks:
        return [], np.empty(0, np.int64)
    places = np.concatenate([np.asarray(chunk.indices) for chunk in chunks])
    return chunks[0].dictionary.to_pylist(), places.astype(np.int64)


def text_columns_in_bulk(
    table: Table, names: Sequence[str], columns: Sequence[Texts], kinds: Mapping[str, str]
) -> dict[str, Array]:
    """What `text_columns` makes of the same texts."""
    return {
        name: _column(table, texts, kinds.get(name))
        for name, texts in zip(names, columns, strict=True)
    }


def _column(table: Table, texts: Texts, kind: str | None) -> Array:
    numbers = _numbers(texts)
    if numbers is not None and kind in (None, numbers.dtype.name):
        return numbers
    distinct, places = encoded(texts)
    return text_column(list(map(table.clean, distinct)), kind, table.facts.missing)[places]


class _Surprise(Exception):
    """A text holds something that Arrow might read in another way than we do."""


class _Plain(io.RawIOBase):
    """Passes a text on as long as it has neither quotes nor odd ends of lines.

    If rows are separated by blanks, they are ASCII with always the same blank, and no comments.
    """

    def __init__(self, start: BinaryIO, rest: BinaryIO, blank: str | None) -> None:
        self._parts = [rest, start]
        self._known = None if blank is None else _COMMON + blank.encode()
        self._held = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        most = _BLOCK if size is None or size < 0 else min(size, _BLOCK)
        block = self._parts[-1].read(most)
        while not block and len(self._parts) > 1:
            self._parts.pop()
            block = self._parts[-1].read(most)
        self._check(block)
        return block

    def _check(self, block: bytes) -> None:
        text = self._held + block
        # The other half of this end of a line may be in the next block.
        self._held = b"\r" if block.endswith(b"\r") else b""
        text = text.removesuffix(self._held)
        odd = b'"' in text if self._known is None else bool(text.translate(None, self._known))
        endless = len(block) >= _BLOCK and b"\n" not in block
        if odd or endless or text.count(b"\r") != text.count(b"\r\n"):
            raise _Surprise


def _numbers(texts: Texts) -> Array | None:
    """Integers of 64 bits or floats, if all texts are or are missing."""
    import pyarrow as pa
    from pyarrow import compute

    def are_all(pattern: str) -> bool:
        return compute.all(compute.match_substring_regex(texts, f"^(?:{pattern})$")).as_py() is True

    try:
        if are_all(INTEGER):
            return np.asarray(compute.cast(texts, pa.int64()).to_numpy())
        if are_all("|".join([NUMBER, *sorted(MISSING)])) and not are_all(""):
            known = compute.is_in(texts, pa.array(sorted(MISSING)))
            numbers = compute.if_else(known, None, texts)
            return np.asarray(compute.cast(numbers, pa.float64()).to_numpy())
    except pa.ArrowInvalid:
        return None
    return None


def _has_empty(texts: Texts) -> bool:
    from pyarrow import compute

    return compute.any(compute.equal(texts, "")).as_py() is True
