"""Where parameters are sought: the unit cube, and the values it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simnet.spec.designs import Range

__all__ = ["Floats", "Space"]

Floats = NDArray[np.float64]

DIGITS = 6


class Space:
    """The ranges of the fitted parameters, each from 0 to 1 on its scale.

    The values of a range with a step have a cell each, as in a design. Other values are rounded to
    six significant digits, so that they read well in a file.

    Parameters
    ----------
    parameters
        Ranges by dotted key.
    """

    def __init__(self, parameters: Mapping[str, Range]) -> None:
        self._parameters = dict(parameters)
        self.names = tuple(self._parameters)

    @property
    def size(self) -> int:
        return len(self.names)

    def point(self, place: Floats) -> dict[str, Any]:
        """The values at a place of the unit cube, shape (d,)."""
        return {name: self.value(name, at) for name, at in zip(self.names, place, strict=True)}

    def value(self, name: str, place: float) -> int | float:
        """The value of one parameter at its place from 0 to 1."""
        parameter = self._parameters[name]
        value = parameter.value(min(max(float(place), 0.0), 1.0))
        return value if parameter.step is not None else float(f"{value:.{DIGITS}g}")

    def stride(self, name: str, usual: float) -> float:
        """A stretch from 0 to 1 that is no smaller than the widest cell of a range with a step."""
        parameter = self._parameters[name]
        if parameter.step is None:
            return usual
        if parameter.scale == "linear":
            return max(usual, 1 / (parameter.n_steps + 1))
        widest = np.log1p(parameter.step / parameter.low)
        return max(usual, float(widest / np.log((parameter.high + parameter.step) / parameter.low)))
