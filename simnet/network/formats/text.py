"""Rows of a text file, with the line each comes from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias, TypeVar

from simnet.errors import NetworkError
from simnet.network.columns import column_from_text
from simnet.network.formats.facts import NAME, Facts, facts_from_text
from simnet.network.formats.kinds import values_of
from simnet.network.formats.streams import opened
from simnet.network.model import Array

T = TypeVar("T")

_WORTHWHILE = 2**18
_LONGEST_LINE = 2**20
COMMENTS = ("#", "%")
_NOTE = f"# {NAME} "

Row: TypeAlias = tuple[int, list[str]]


class Table(NamedTuple):
    """A table of which the first row has been met: as it stands, on which line; and what follows.

    Comments before it may have told facts; then every field is taken as it stands, and otherwise
    without the blanks around it.
    """

    path: Path
    line: int
    first: str
    told: Facts | None
    rest: Iterator[str]
    stream: BinaryIO

    @property
    def facts(self) -> Facts:
        """The facts, which say nothing if none were told."""
        return Facts() if self.told is None else self.told

    @property
    def has_commas(self) -> bool:
        """Whether the first row is separated by commas rather than blanks."""
        return "," in self.first

    def clean(self, field: str) -> str:
        """What a field says."""
        return field.strip() if self.told is None else field

    def rows(self, *, commas: bool) -> Iterator[Row]:
        """Line number and fields of every row from the first on, empty lines left out.

        Rows are separated by commas, with quoting, or by blanks, with comments anywhere.
        """
        every = chain([self.first], self.rest)
        return (
            _separated_by_commas(self.path, every, self.line - 1)
            if commas
            else _separated_by_blanks(every, self.line)
        )


def note(facts: Facts) -> str:
    """The comment that tells a reader the facts."""
    return f"{_NOTE}{facts.text()}\n"


def missing_text(
    columns: Mapping[str, Array], kinds: Mapping[str, str], *, may_be_empty: bool
) -> str:
    """A text for missing values that is none of the strings in the columns."""
    texts = {
        text for name, values in columns.items() if kinds[name] == "str" for text in values.tolist()
    }
    missing = "" if may_be_empty and "" not in texts else "NA"
    while missing in texts:
        missing += "_"
    return missing


def lines(path: Path, stream: BinaryIO, *, longest: int = _LONGEST_LINE) -> Iterator[str]:
    """The lines of a text, each with its end; none may be longer than so many bytes."""
    encoding = "utf-8-sig"
    number = 0
    # A line is read with a limit so that one endless line cannot fill the memory.
    while line := stream.readline(longest):
        number += 1
        if len(line) == longest:
            raise NetworkError(f"{path}:{number}: a line is longer than {longest:,} bytes")
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError as error:
            raise NetworkError(f"{path}:{number}: this is not UTF-8 text") from error
        encoding = "utf-8"


def begin(path: Path, stream: BinaryIO) -> Table:
    """The table in a text; comments and empty lines before it are passed over."""
    told = None
    every = lines(path, stream)
    for number, line in enumerate(every, start=1):
        if line.startswith(_NOTE + "{"):
            told = facts_from_text(line.removeprefix(_NOTE), f"{path}:{number}")
        elif _is_row(line):
            return Table(path, number, line, told, every, stream)
    raise NetworkError(f"{path} is empty")


def read_table(
    path: Path,
    in_bulk: Callable[[Table], T | None] | None,
    by_row: Callable[[Table], T],
    *,
    max_bytes: int,
) -> T:
    """What a file holds: read in bulk if it is large and that works, or else row by row."""
    if in_bulk is not None and _is_worthwhile(path):
        with opened(path, max_bytes=max_bytes) as stream:
            read = in_bulk(begin(path, stream))
        if read is not None:
            return read
    with opened(path, max_bytes=max_bytes) as stream:
        return by_row(begin(path, stream))


def _is_worthwhile(path: Path) -> bool:
    """Whether a file is large and can be read a second time, should it hold surprises."""
    return path.is_file() and path.stat().st_size >= _WORTHWHILE


def _is_row(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(COMMENTS)


def text_columns(
    table: Table, names: Sequence[str], columns: Sequence[list[str]], kinds: Mapping[str, str]
) -> dict[str, Array]:
    """The columns of those kinds out of the texts of their fields."""
    return {
        name: text_column(texts, kinds.get(name), table.facts.missing)
        for name, texts in zip(names, columns, strict=True)
    }


def text_column(texts: Sequence[str], kind: str | None, missing: str) -> Array:
    """The column of that kind, or of the one its texts look like if they are not of that kind."""
    if kind is not None:
        read = values_of([None if text == missing else text for text in texts], kind)
        if read is not None:
            return read
    return column_from_text(texts)


def wrong_width(path: Path, line: int, fields: list[str], width: int) -> NetworkError:
    """What to raise when a row has not as many fields as its table has columns."""
    return NetworkError(f"{path}:{line}: expected {width} fields; found {len(fields)}")


def check_header(path: Path, line: int, names: list[str]) -> None:
    """Refuse a header with an empty name or one name twice."""
    for name in names:
        if not name or names.count(name) > 1:
            problem = f"two columns are called {name!r}" if name else "a column has no name"
            raise NetworkError(f"{path}:{line}: {problem}")


def _separated_by_commas(path: Path, every: Iterator[str], skipped: int) -> Iterator[Row]:
    reader = csv.reader(every, strict=True)
    try:
        for fields in reader:
            if fields:
                yield skipped + reader.line_num, fields
    except csv.Error as error:
        raise NetworkError(f"{path}:{skipped + reader.line_num}: {error}") from error


def _separated_by_blanks(every: Iterator[str], start: int) -> Iterator[Row]:
    for number, line in enumerate(every, start=start):
        if _is_row(line):
            yield number, line.split()
