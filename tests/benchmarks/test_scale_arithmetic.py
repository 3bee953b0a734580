"""The arithmetic of docs/scale.md, done again: every row follows from those above it."""

from __future__ import annotations

import re
from math import e, log2, sqrt
from pathlib import Path

import pytest

from benchmarks.scaling import DEGREE, Measured

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \| ([-\d.,]+) \| ([^|]+) \|$", re.M)
UNITS = {
    "": 1.0,
    "million": 1e6,
    "billion": 1e9,
    "million a second": 1e6,
    "bytes": 1.0,
    "bits": 1.0,
    "GB": 1e9,
    "GB a second": 1e9,
    "steps": 1.0,
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86400.0,
}
ROWS = [(name, how, digits, unit.strip()) for name, how, digits, unit in ROW.findall(PAGE)]
FUNCTIONS = {"__builtins__": {}, "log2": log2, "sqrt": sqrt, "e": e}


def printed(digits: str, unit: str) -> tuple[float, float]:
    """The value of a printed number, and half a unit of its last digit."""
    number = digits.replace(",", "")
    decimals = len(number.partition(".")[2])
    return float(number) * UNITS[unit], 0.5 * 10.0**-decimals * UNITS[unit]


def quantities() -> dict[str, float]:
    """Every quantity of the page: given ones as printed, the others by their formula."""
    values: dict[str, float] = {}
    for name, how, digits, unit in ROWS:
        formula = re.fullmatch(r"`(.+)`", how.strip())
        values[name] = eval(formula[1], FUNCTIONS, values) if formula else printed(digits, unit)[0]
    return values


def test_the_page_has_the_rows_it_should():
    assert {"people", "ties", "network_bytes", "distance_hours"} <= {row[0] for row in ROWS}
    table_lines = re.findall(r"^\|.*`\w+` \|.*\|$", PAGE, re.M)
    assert len(table_lines) == len(ROWS), "a row of the page is not read"


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_value_follows_from_its_formula(row):
    name, _, digits, unit = row
    value, half_a_digit = printed(digits, unit)
    assert quantities()[name] == pytest.approx(value, abs=1.000001 * half_a_digit)


def test_the_memory_of_a_network_is_reckoned_as_in_the_benchmark():
    values = quantities()
    reckoned = Measured(10_000_000, {}, 0, 0).network_bytes
    assert values["bytes_a_row"] * 10_000_001 + values[
        "bytes_a_half_tie"
    ] * 10_000_000 * DEGREE == (reckoned)


def measured(people: int) -> list[float]:
    """The numbers of the row of the table of measurements that begins with so many people."""
    row = re.search(rf"^\| {people:,} \|(.+)\|$", PAGE, re.M)
    assert row is not None
    return [float(cell.replace(",", "")) for cell in row[1].split("|")]


def test_a_person_takes_what_the_peak_grows_by_from_the_smallest_to_the_largest_network():
    small, large = measured(10_000)[5], measured(10_000_000)[5]
    grows = (large - small) * 2**20 / (10_000_000 - 10_000)
    assert quantities()["person_bytes"] == pytest.approx(grows, abs=1)


def test_rates_are_those_of_the_table_of_measurements():
    """The rates of the arithmetic are ties over the seconds of the largest measured network."""
    ties, make, clustering, distances = measured(10_000_000)[:4]
    values = quantities()
    assert values["make_rate"] == pytest.approx(ties / make, rel=0.01)
    assert values["clustering_rate"] == pytest.approx(ties / clustering, rel=0.01)
    assert values["distance_rate"] == pytest.approx(ties / distances, rel=0.01)
