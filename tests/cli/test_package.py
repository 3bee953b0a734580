"""What ``import simnet`` gives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import simnet


@pytest.mark.parametrize("name", simnet.__all__)
def test_every_public_name_is_there(name):
    assert getattr(simnet, name) is not None
    assert name in dir(simnet)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        simnet.walk  # noqa: B018


def test_public_functions_are_functions_whatever_was_imported_before():
    import simnet.lab.compare
    import simnet.lab.run

    assert callable(simnet.run)
    assert callable(simnet.compare)
    assert callable(simnet.lab.run)


def test_importing_simnet_imports_no_room():
    code = "import simnet; print([name for name in sys.modules if name.startswith('simnet.')])"
    source = str(Path(simnet.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r}); {code}"],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[]\n"
