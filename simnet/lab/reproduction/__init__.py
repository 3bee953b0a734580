"""Reproduction cards: published studies run again, each figure beside the published one."""

from __future__ import annotations

from simnet.lab.reproduction.card import (
    Card,
    Check,
    Panel,
    Series,
    between,
    holds,
    not_comparable,
    within,
    within_factor,
)
from simnet.lab.reproduction.published import Figure, Published, Table, published
from simnet.lab.reproduction.running import Reproduction, reproduce
from simnet.lab.reproduction.settings import StudySettings

__all__ = [
    "Card",
    "Check",
    "Figure",
    "Panel",
    "Published",
    "Reproduction",
    "Series",
    "StudySettings",
    "Table",
    "between",
    "holds",
    "not_comparable",
    "published",
    "reproduce",
    "within",
    "within_factor",
]
