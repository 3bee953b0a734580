"""Points from a CSV file: keys in the first row, a point in every other one."""

from __future__ import annotations

import re
from pathlib import Path

from simnet.errors import Place, Problem
from simnet.spec.files import read_text
from simnet.spec.source import Node, Unusable, scalar

MAX_BYTES = 2**26

# One cell and the comma or end behind it; quotes protect commas and do not make text of a number.
_CELL = re.compile(r'[ \t]*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^",]*?))[ \t]*(?P<end>,|$)')


def columns(path: Path) -> Node:
    """The values by key, each with its place in the file.

    Raises
    ------
    Unusable
        It cannot be read, or is no table of points.
    """
    source = str(path)
    lines = read_text(path, MAX_BYTES).splitlines()
    rows = [_cells(line, source, n) for n, line in enumerate(lines, 1) if line.strip()]
    if len(rows) < 2:
        rule = "must have a row of keys and at least one row of values"
        raise Unusable(Problem(Place(source, 1, 1), "", rule))
    header, *points = rows
    keys = _keys(header)
    values = {key: Node([], header[0].place, place) for key, place in keys.items()}
    for cells in points:
        if len(cells) != len(keys):
            rule = f"must have a value for each of the {len(keys)} keys; it has {len(cells)}"
            raise Unusable(Problem(cells[0].place, "", rule))
        for key, cell in zip(keys, cells, strict=True):
            if cell.content == "":
                raise Unusable(Problem(cell.place, key, "must not be empty; null stands for none"))
            values[key].content.append(Node(scalar(cell.content), cell.place))
    return Node(values, header[0].place)


def _keys(header: list[Node]) -> dict[str, Place]:
    keys: dict[str, Place] = {}
    for cell in header:
        if not cell.content:
            raise Unusable(Problem(cell.place, "", "must be a key, such as network.degree"))
        if cell.content in keys:
            raise Unusable(Problem(cell.place, cell.content, "is given twice"))
        keys[cell.content] = cell.place
    return keys


def _cells(line: str, source: str, number: int) -> list[Node]:
    cells: list[Node] = []
    start, end = 0, ","
    while end:
        found = _CELL.match(line, start)
        if found is None:
            rule = "must be values with commas between them; a quote stands astray"
            raise Unusable(Problem(Place(source, number, start + 1), "", rule))
        kind = "bare" if found["quoted"] is None else "quoted"
        text = found[kind].replace('""', '"')
        cells.append(Node(text, Place(source, number, found.start(kind) + 1)))
        start, end = found.end(), found["end"]
    return cells
