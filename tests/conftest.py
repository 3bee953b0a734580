"""Fixtures for every room's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real networks, which are not ours to ship; without it the test is skipped."""
    beside_the_repository = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SIMNET_DATA") or beside_the_repository)
    if not folder.is_dir():
        pytest.skip(f"the real networks are not at {folder}; SIMNET_DATA can say where they are")
    return folder
