"""XML read piece by piece and without entities, and strings as XML has to have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from simnet.errors import NetworkError
from simnet.network.formats.streams import opened

_DEEPEST = 100
_BLOCK = 2**14
_LONGEST_TAG = 2**22
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_QUOTES = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


@dataclass(slots=True)
class Element:
    """An element as it stands in a document, `line` being that of its start tag.

    What is between its tags is `text`, and `values` is for what its children have said.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def said(self, name: str, path: Path) -> str:
        """The value of an attribute that must be there; `path` is for the message."""
        if name not in self.attributes:
            raise NetworkError(f"{path}:{self.line}: the {self.tag} has no {name}")
        return self.attributes[name]


def elements(path: Path, *, max_bytes: int) -> Iterator[tuple[Element, Element]]:
    """Every element of a document as it ends, with the element it is in.

    Elements of another namespace than the root's are left out. There may be no document type, and
    so no entities but those of XML itself: others can blow up a small file, or reach for others.
    """
    scanner = _Scanner(path)
    with opened(path, max_bytes=max_bytes) as stream:
        while block := stream.read(_BLOCK):
            yield from scanner.feed(block)
        yield from scanner.feed(b"")


def text(value: str) -> str:
    """A string between tags."""
    _check(value)
    return value.translate(_IN_TEXT)


def quoted(value: str) -> str:
    """A string as the value of an attribute, in quotes."""
    _check(value)
    return f'"{value.translate(_IN_QUOTES)}"'


class _Scanner:
    """Turns blocks of a document into elements."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: list[tuple[Element, Element]] = []
        self._open = [Element("", {}, 0)]
        self._text: list[str] = []
        self._home: str | None = None
        self._n_foreign = self._fed = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = self._document_type

    def feed(self, block: bytes) -> list[tuple[Element, Element]]:
        """The elements that end in this block; an empty one ends the document."""
        self._found.clear()
        try:
            self._parser.Parse(block, not block)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise NetworkError(
                f"{self._path}:{error.lineno}:{error.offset + 1}: {reason}"
            ) from None
        except (LookupError, ValueError) as error:
            raise NetworkError(f"{self._path}: this is not XML text: {error}") from None
        self._fed += len(block)
        # A tag is read anew with every block until it ends.
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
            self._refuse(f"a tag is longer than {_LONGEST_TAG:,} bytes")
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self._home is None:
            self._home = space
        if self._n_foreign or space != self._home:
            self._n_foreign += 1
        else:
            self._open.append(Element(tag, attributes, self._parser.CurrentLineNumber))
            self._text.clear()
        if len(self._open) + self._n_foreign > _DEEPEST:
            self._refuse(f"elements are nested more than {_DEEPEST} deep")

    def _end(self, name: str) -> None:
        if self._n_foreign:
            self._n_foreign -= 1
        else:
            element = self._open.pop()
            element.text = "".join(self._text)
            self._found.append((element, self._open[-1]))
        self._text.clear()

    def _document_type(self, name: str, *_: object) -> None:
        self._refuse(f"a document type such as {name!r} could define entities, and is not read")

    def _refuse(self, reason: str) -> NoReturn:
        raise NetworkError(f"{self._path}:{self._parser.CurrentLineNumber}: {reason}")


def _check(value: str) -> None:
    odd = _FORBIDDEN.search(value)
    if odd:
        raise NetworkError(f"XML has no place for the character {odd[0]!r}, as in {value[:60]!r}")
