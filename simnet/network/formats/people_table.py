"""People tables in text files: who there is, in which order, with which attributes."""

from __future__ import annotations

from pathlib import Path

from simnet.errors import NetworkError
from simnet.network.formats.bulk import fields_in_bulk, first_fields, text_columns_in_bulk
from simnet.network.formats.text import Table, check_header, read_table, text_columns, wrong_width
from simnet.network.formats.tie_list import Folk


def read_people(path: Path, *, max_bytes: int) -> Folk:
    """The people in a comma-separated table with a header, whose first column is the id."""
    folk = read_table(path, _in_bulk, _by_row, max_bytes=max_bytes)
    if not folk.places and folk.facts.ids is None:
        raise NetworkError(f"{path} holds no people")
    return folk


def _by_row(table: Table) -> Folk:
    path, every = table.path, table.rows(commas=True)
    line, names = next(every)
    names = [table.clean(name) for name in names]
    check_header(path, line, names)
    places: dict[str, int] = {}
    columns: list[list[str]] = [[] for _ in names]
    for line, fields in every:
        if len(fields) != len(names):
            raise wrong_width(path, line, fields, len(names))
        label = table.clean(fields[0])
        if not label and table.told is None:
            raise NetworkError(f"{path}:{line}: a person has no id")
        if places.setdefault(label, len(places)) != len(columns[0]):
            raise NetworkError(f"{path}:{line}: person {label!r} is listed twice")
        for values, field in zip(columns, fields, strict=True):
            values.append(table.clean(field))
    facts = table.facts
    return Folk(path, places, text_columns(table, names[1:], columns[1:], facts.people), facts)


def _in_bulk(table: Table) -> Folk | None:
    fields = first_fields(table, commas=True)
    if fields is None:
        return None
    names = list(map(table.clean, fields))
    check_header(table.path, table.line, names)
    read = fields_in_bulk(table, len(names), commas=True, header=True)
    if read is None:
        return None
    labels = [table.clean(label) for label in read[0].to_pylist()]
    places = {label: place for place, label in enumerate(labels)}
    if len(places) < len(labels) or ("" in places and table.told is None):
        return None
    facts = table.facts
    columns = text_columns_in_bulk(table, names[1:], read[1:], facts.people)
    return Folk(table.path, places, columns, facts)
