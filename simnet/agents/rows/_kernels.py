"""The slots of a person's half-ties."""

from __future__ import annotations

from simnet.intrinsics._kernels import item
from simnet.intrinsics.borrowing import borrowing


@borrowing(inline="always")
def row_of(people, i):
    """The slots that hold or held a half-tie of i's, in order."""
    row = item(people.row, i)
    return range(row.start, row.start + row.used)
