"""Finding and reading experiment files, safely."""

from __future__ import annotations

import os
from pathlib import Path

from simnet.errors import Place, Problem
from simnet.spec import shipped
from simnet.spec.findings import listed, nearest
from simnet.spec.source import MAX_BYTES, Unusable

SUFFIXES = (".yaml", ".yml")


def find(name: str, folder: Path) -> Path:
    """The file of this name, seen from `folder`; else the shipped configuration of that name.

    Raises
    ------
    Unusable
        There is neither.
    """
    path = folder / os.path.expanduser(name)
    known = shipped.configs()
    bare = _bare(name)
    try:
        for candidate in (path, *(Path(f"{path}{suffix}") for suffix in SUFFIXES)):
            if candidate.is_file():
                return candidate
        if bare in known:
            return known[bare]
        if path.exists():
            raise Unusable(Problem(Place(str(path)), "file", "must be a file of text"))
        beside = sorted(file.name for file in path.parent.glob("*") if file.suffix in SUFFIXES)
    except OSError as error:
        raise _unreadable(path, error) from None
    hint = nearest(path.name, beside) or nearest(bare, known)
    rule = "was not found"
    if bare and not hint:
        rule += f", and nothing shipped is called that; shipped are {listed(known)}"
    raise Unusable(Problem(Place(str(path)), "file", rule, "", hint))


def read_text(path: Path, max_bytes: int = MAX_BYTES) -> str:
    """The text of a file of sane size.

    Raises
    ------
    Unusable
        It cannot be read, is too large, or is not UTF-8.
    """
    source = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    if len(data) > max_bytes:
        rule = f"must not be larger than {max_bytes // 2**20} MiB"
        raise Unusable(Problem(Place(source), "file", rule))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].rpartition(b"\n")[2].decode("utf-8", "replace")
        place = Place(source, data.count(b"\n", 0, error.start) + 1, len(before) + 1)
        rule = "must be text in UTF-8"
        raise Unusable(Problem(place, "", rule, f"byte 0x{data[error.start]:02x}")) from None


def _bare(name: str) -> str:
    """A name without a folder, and without the suffix of a configuration."""
    if os.path.dirname(name):
        return ""
    stem, suffix = os.path.splitext(name)
    return stem if suffix in SUFFIXES else name


def _unreadable(path: Path, error: OSError) -> Unusable:
    reason = (error.strerror or "no reason given").lower()
    return Unusable(Problem(Place(str(path)), "file", f"cannot be read: {reason}"))
