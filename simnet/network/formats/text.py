"""Rows of a text file, plain or gzipped, with the line each comes from."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from simnet.errors import NetworkError

_GZIP_MAGIC = b"\x1f\x8b"
_LONGEST_LINE = 2**20
_COMMENTS = ("#", "%")

Row: TypeAlias = tuple[int, list[str]]


def rows(path: Path, *, max_bytes: int, commas: bool = False) -> Generator[Row, None, None]:
    """Line number and fields of every row; comments before the first and empty lines left out.

    If the first row has a comma, or `commas` says so, all are comma-separated with quoting;
    otherwise they are separated by blanks, and comments may stand anywhere.
    """
    lines = _lines(path, max_bytes)
    numbered = enumerate(lines, start=1)
    found = next((pair for pair in numbered if _is_row(pair[1])), None)
    if found is None:
        return
    number, first = found
    rest = chain([first], lines)
    if commas or "," in first:
        yield from _separated_by_commas(path, rest, number - 1)
    else:
        yield from _separated_by_blanks(rest, number)


def wrong_width(path: Path, line: int, fields: list[str], width: int) -> NetworkError:
    """What to raise when a row has not as many fields as its table has columns."""
    return NetworkError(f"{path}:{line}: expected {width} fields; found {len(fields)}")


def check_header(path: Path, line: int, names: list[str]) -> None:
    """Refuse a header with an empty name or one name twice."""
    for name in names:
        if not name or names.count(name) > 1:
            problem = f"two columns are called {name!r}" if name else "a column has no name"
            raise NetworkError(f"{path}:{line}: {problem}")


def _is_row(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(_COMMENTS)


def _separated_by_commas(path: Path, lines: Iterator[str], skipped: int) -> Iterator[Row]:
    reader = csv.reader(lines, strict=True)
    try:
        for fields in reader:
            if fields:
                yield skipped + reader.line_num, fields
    except csv.Error as error:
        raise NetworkError(f"{path}:{skipped + reader.line_num}: {error}") from error


def _separated_by_blanks(lines: Iterator[str], start: int) -> Iterator[Row]:
    for number, line in enumerate(lines, start=start):
        if _is_row(line):
            yield number, line.split()


def _lines(path: Path, max_bytes: int) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            stream: io.BufferedIOBase = file
            if file.peek(2)[:2] == _GZIP_MAGIC:
                stream = io.BufferedReader(gzip.GzipFile(fileobj=file))
            yield from _decoded(path, stream, max_bytes)
    except FileNotFoundError:
        raise NetworkError(f"there is no file {path}") from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise NetworkError(f"{path} cannot be read: {reason}") from error


def _decoded(path: Path, stream: io.BufferedIOBase, max_bytes: int) -> Iterator[str]:
    size, number = 0, 0
    encoding = "utf-8-sig"
    # A line is read with a limit so that one endless line cannot fill the memory.
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        size += len(line)
        if size > max_bytes:
            raise NetworkError(f"{path} holds more than {max_bytes:,} bytes of text")
        if len(line) == _LONGEST_LINE:
            raise NetworkError(f"{path}:{number}: a line is longer than {_LONGEST_LINE:,} bytes")
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError as error:
            raise NetworkError(f"{path}:{number}: this is not UTF-8 text") from error
        encoding = "utf-8"
