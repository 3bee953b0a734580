"""Studies run quick, each once however many tests look at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from simnet.lab.reproduction import Card, reproduce

RunStudy = Callable[..., Card]


@pytest.fixture(scope="session")
def quick_card() -> RunStudy:
    """The quick card of a study by name, with overrides such as `network.degree=8` behind it."""

    @cache
    def run(name: str, *overrides: str) -> Card:
        return reproduce(name, quick=True, overrides=overrides).card

    return run
