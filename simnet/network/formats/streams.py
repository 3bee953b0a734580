"""Bytes of files, plain, gzipped or packed by zstd: read with a limit, written all or nothing."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from simnet.errors import NetworkError

MOST_BYTES = 4 * 2**30

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GZIP_LEVEL = 6
_BLOCK = 2**20


class Content(NamedTuple):
    """What is to be written: one file or, where people lie in a table of their own, two."""

    main: Iterator[bytes]
    people: Iterator[bytes] | None = None


def encoded(texts: Iterable[str]) -> Iterator[bytes]:
    """The texts in UTF-8; NetworkError if a string is not one of characters."""
    try:
        for text in texts:
            yield text.encode()
    except UnicodeEncodeError as error:
        raise not_utf_8(error) from None


def not_utf_8(error: UnicodeEncodeError) -> NetworkError:
    """What to raise when a string has half a character."""
    odd = error.object[error.start]
    return NetworkError(f"a text holds {odd!r}, which is no character of its own")


@contextmanager
def opened(path: Path, *, max_bytes: int) -> Iterator[io.BufferedReader]:
    """The bytes of a file, unpacked if their beginning says that they are packed.

    A problem of the file met in the body, or more than `max_bytes`, becomes a NetworkError.
    """
    try:
        with path.open("rb") as file:
            yield io.BufferedReader(_Limited(_unpacked(file), path, max_bytes), _BLOCK)
    except FileNotFoundError:
        raise NetworkError(f"there is no file {path}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise NetworkError(f"{path} cannot be read: {_reason(error)}") from error


@contextmanager
def in_place_of(path: Path) -> Iterator[IO[bytes]]:
    """A stream to write, packed as the name of the file says.

    When all went well, what was written takes the place of `path`; otherwise it is thrown away.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        with temporary.open("wb") as file, _packed(file, path.suffix.lower()) as stream:
            yield stream
        os.replace(temporary, path)
    except OSError as error:
        raise NetworkError(f"{path} cannot be written: {_reason(error)}") from error
    finally:
        temporary.unlink(missing_ok=True)


class _Limited(io.RawIOBase):
    """Passes bytes on until there are too many of them."""

    def __init__(self, source: Any, path: Path, max_bytes: int) -> None:
        self._source, self._path, self._max = source, path, max_bytes
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._source.read(len(buffer))
        self._size += len(block)
        if self._size > self._max:
            raise NetworkError(f"{self._path} holds more than {self._max:,} bytes of text")
        buffer[: len(block)] = block
        return len(block)


def _unpacked(file: BinaryIO) -> Any:
    assert isinstance(file, io.BufferedReader)
    magic = file.peek(4)[:4]
    if magic[:2] == _GZIP_MAGIC:
        return gzip.GzipFile(fileobj=file)
    if magic == _ZSTD_MAGIC:
        import pyarrow as pa

        return pa.CompressedInputStream(file, "zstd")
    return file


def _packed(file: BinaryIO, suffix: str) -> Any:
    if suffix == ".gz":
        # Neither name nor time of writing in it: the same network gives the same bytes.
        return gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0)
    if suffix == ".zst":
        import pyarrow as pa

        return pa.CompressedOutputStream(file, "zstd")
    return file


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error)
