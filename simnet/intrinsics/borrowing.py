"""How a kernel is compiled that works within another and makes no arrays of its own."""

from __future__ import annotations

from typing import Any

from numba import njit


def borrowing(*, inline: str = "never", forceinline: bool = False) -> Any:
    """Compile a kernel that only borrows the arrays it is given.

    Numba counts references to every array that a kernel is handed or finds in a tuple. The counts
    are shared by all threads, so that threads wait for each other at every small function. A
    kernel that neither makes an array nor returns one needs no counting: whoever called it holds
    the arrays for as long as it runs. Numba refuses to compile one that makes an array.

    With `forceinline` it is compiled into every kernel that calls it. A call hands a tuple of
    tables on as some hundred numbers, which takes a small kernel longer than its work. One that
    takes a record or two is better called: that costs little, and compiles sooner.
    """
    options: dict[str, Any] = {"cache": True, "inline": inline, "_nrt": False}
    if forceinline:
        options["forceinline"] = True
    return njit(**options)
