"""The slots of a person's half-ties, one by one and by lines."""

from __future__ import annotations

import numpy as np

from simnet.agents.crowd import SLOTS_A_LINE
from simnet.intrinsics._kernels import item
from simnet.intrinsics.borrowing import borrowing


@borrowing(inline="always")
def row_of(people, i):
    """The slots that hold or held a half-tie of i's, in order."""
    row = item(people.row, i)
    return range(row.start, row.start + row.used)


@borrowing(inline="always")
def lines_of(people, i):
    """The first slots of the lines that i's half-ties fill."""
    row = item(people.row, i)
    return range(row.start, row.start + row.used, SLOTS_A_LINE)


@borrowing(inline="always")
def end_of(people, i):
    """The slot after the last that holds or held a half-tie of i's."""
    row = item(people.row, i)
    return row.start + row.used


@borrowing(inline="always")
def before(line, end):
    """The slots of a line that are before the slot `end`: bit k for line + k."""
    return (1 << min(end - line, SLOTS_A_LINE)) - 1


@borrowing(forceinline=True)
def fitting(p, ties, line, end, category):
    """Which slots of a line, before the slot `end`, hold a tie whose offer fits: bit k for line + k.

    Looks at all slots of the line at once, also at those that are free or beyond the end.
    """
    reach, categories = int(p.reach), int(p.market_categories)
    which = np.int64(0)
    for k in range(SLOTS_A_LINE):
        steps = abs(np.int64(ties.offer[line + k]) - category)
        fits = (steps <= reach) | ((steps >= categories - reach) & (steps < categories))
        which |= np.int64(fits) << k
    return which & before(line, end)
