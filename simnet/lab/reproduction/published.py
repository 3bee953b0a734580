"""Published numbers, as they are shipped: what was read where, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from simnet.errors import Problem, SpecError
from simnet.lab.reproduction import folders
from simnet.spec.base import FrozenDict
from simnet.spec.findings import unknown
from simnet.spec.source import Unusable, parse, plain

__all__ = ["FLAGS", "Figure", "Flag", "Published", "Table", "published"]

Flag = Literal["seen", "recalled", "derived", "computed"]
FLAGS: tuple[Flag, ...] = get_args(Flag)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published value: a number, a range, a text, or several by name."""

    value: Any
    units: str
    flag: Flag
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A published table, row by row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    flag: Flag
    source: str = ""
    note: str = ""

    def column(self, name: str) -> list[Any]:
        """The values of one column, from the first row to the last."""
        if name not in self.columns:
            raise KeyError(f"{name} is not a column of {self.name}: {', '.join(self.columns)}")
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Published:
    """All that is shipped of one study's published numbers.

    Attributes
    ----------
    citation : str
        Several are parted by a semicolon.
    doi : tuple of str
        Empty where there is none.
    what : str
        What was measured.
    values, tables
        By name.
    notes : tuple of str
    formulae : tuple of mappings
    """

    citation: str
    doi: tuple[str, ...]
    what: str
    values: Mapping[str, Figure]
    tables: Mapping[str, Table] = field(default_factory=FrozenDict)
    notes: tuple[str, ...] = ()
    formulae: tuple[Mapping[str, Any], ...] = ()


def published(name: str) -> Published:
    """The published numbers of the study of this name.

    Flags: `seen` was read in a text or figure that `source` names; `recalled` was not confirmed
    and is a loose target only; `derived` is arithmetic on seen numbers; `computed` was simulated
    by the authors of the collection, as its note tells.

    Raises
    ------
    ValueError
        There is no such study.
    SpecError
        The file is broken.
    """
    files = folders.published_numbers()
    if name not in files:
        rule, hint = unknown("study with published numbers", name, files)
        raise ValueError(f"'{name}' {rule}" + (f"; did you mean '{hint}'?" if hint else ""))
    return _published(_read(files[name]))


def _read(path: Path) -> dict[str, Any]:
    problems: list[Problem] = []
    try:
        data = plain(parse(path.read_text(encoding="utf-8"), str(path), problems.append))
    except Unusable as error:
        problems.append(error.problem)
    if problems:
        raise SpecError(str(path), problems)
    return dict(data)


def _published(data: Mapping[str, Any]) -> Published:
    tables = (_table(table) for table in data["tables"])
    return Published(
        citation="; ".join(_several(data["citation"])),
        doi=tuple(_several(data["doi"])),
        what=data["what"],
        values=FrozenDict({name: Figure(**value) for name, value in data["values"].items()}),
        tables=FrozenDict({table.name: table for table in tables}),
        notes=tuple(data["notes"]),
        formulae=tuple(data["formulae"]),
    )


def _table(data: Mapping[str, Any]) -> Table:
    columns, rows = tuple(data["columns"]), tuple(map(tuple, data["rows"]))
    return Table(**{**data, "columns": columns, "rows": rows})


def _several(value: Any) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
