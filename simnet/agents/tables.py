"""The tables a trial leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Tidy tables of one trial, one a grain; docs/tables.md lists their columns and units."""

    series: DataFrame
    people: DataFrame
    ties: DataFrame
    opportunities: DataFrame
    chains: DataFrame
    steps: DataFrame
    attrition: DataFrame

    def items(self) -> Iterator[tuple[str, DataFrame]]:
        """Name and table, in order."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)
