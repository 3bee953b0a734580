"""Compiled kernels lie beside their source, and are thrown away when any kernel's source changes.

Numba looks only at the file a kernel is in. A kernel that calls one in another file would go on
calling the old one, and give numbers that no source gives.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_HOME = Path(__file__).parent
_STAMP = "kernels.sha256"
_SOURCES = (
    "**/_kernels.py",
    "intrinsics/borrowing.py",
    "chains/routing/codes.py",
    "agents/crowd.py",
    "agents/parameters.py",
    "agents/actions/table.py",
)


def discard_stale() -> None:
    """Delete the compiled kernels if they were compiled from other sources than there are now."""
    stamp = _HOME / "__pycache__" / _STAMP
    now = _digest()
    try:
        if stamp.exists() and stamp.read_text() == now:
            return
        for pattern in ("*.nbi", "*.nbc"):
            for compiled in _HOME.rglob(f"__pycache__/{pattern}"):
                compiled.unlink(missing_ok=True)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(now)
    except OSError:  # an installation that cannot be written to keeps no compiled kernels here
        return


def _digest() -> str:
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for source in sorted(_HOME.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()
