"""What the room offers, and what it does not load before it is needed."""

from __future__ import annotations

import subprocess
import sys

import simnet.network.structure as structure


def test_every_listed_name_is_there() -> None:
    assert sorted(structure.__all__) == structure.__all__
    assert all(hasattr(structure, name) for name in structure.__all__)


def test_importing_it_is_light() -> None:
    heavy = "{'numba', 'scipy', 'pandas', 'networkx'}"
    code = f"import sys, simnet.network.structure; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
