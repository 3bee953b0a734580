"""How an arm looks: one colour and one kind of line, the same in every figure.

References
----------
.. [1] Okabe and Ito (2008), Color universal design. The palette can be told apart with all common
   forms of colour blindness; its yellow, too pale for a line on white, is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from matplotlib.colors import to_hex, to_rgb

__all__ = ["ArmStyle", "arm_styles", "folded"]

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C8C")
LINES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)))
TEXT_SHADE = 0.72


@dataclass(frozen=True, slots=True)
class ArmStyle:
    """The colour of an arm, a darker one for its name in text, and its kind of line."""

    colour: str
    text_colour: str
    line: str | tuple[float, tuple[float, ...]]


def arm_styles(arms: Sequence[str]) -> dict[str, ArmStyle]:
    """A style for each arm by its place in the experiment; beyond eight arms the dashes differ."""
    return {
        arm: ArmStyle(
            colour=PALETTE[place % len(PALETTE)],
            text_colour=_darker(PALETTE[place % len(PALETTE)]),
            line=LINES[place // len(PALETTE) % len(LINES)],
        )
        for place, arm in enumerate(arms)
    }


def _darker(colour: str) -> str:
    red, green, blue = (TEXT_SHADE * part for part in to_rgb(colour))
    return to_hex((red, green, blue))


def folded(name: str, width: int = 22) -> str:
    """A name on at most three lines, broken at hyphens where it can be."""
    return "\n".join(wrap(name, width, max_lines=3, placeholder="…"))
