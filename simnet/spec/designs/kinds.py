"""The kinds of design."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from simnet.spec.base import Count, Frozen, FrozenDict, Model, Rule, freeze
from simnet.spec.designs.constraints import Constraint
from simnet.spec.designs.csv_file import columns
from simnet.spec.designs.ranges import Parameter, Range, Values
from simnet.spec.findings import Finding, broken, shown
from simnet.spec.findings import Path as KeyPath
from simnet.spec.source import Unusable, plain

if TYPE_CHECKING:
    from simnet.spec.designs.numbers import Floats

Point = dict[str, Any]


def _constraint(text: str) -> str:
    try:
        Constraint(text)
    except ValueError as error:
        raise broken(f"must {error}") from None
    return text


_SOME = Rule("must be a mapping with at least one parameter")
Lists = Annotated[
    Mapping[str, Values], Field(min_length=1), AfterValidator(FrozenDict), _SOME
]  # fmt: skip
Parameters = Annotated[
    Mapping[str, Parameter], Field(min_length=1), AfterValidator(FrozenDict), _SOME
]  # fmt: skip


class Design(Model):
    """Rows of parameter values. What they are used for, `simnet.spec.designs.points` says."""

    # Whether an analysis of the design needs every row, so that none may be left out.
    needs_all: ClassVar[bool] = False
    # Whether the same point may come again.
    may_repeat: ClassVar[bool] = False

    kind: str
    where: tuple[Annotated[str, AfterValidator(_constraint)], ...] = Field(
        default=(),
        strict=False,
        description="constraints between parameters, such as 'network.degree < 20'",
    )

    @property
    @abstractmethod
    def keys(self) -> tuple[str, ...]:
        """The dotted keys that it sets."""

    @property
    @abstractmethod
    def n_rows(self) -> int:
        """Number of rows."""

    @abstractmethod
    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order, for an experiment of this seed."""

    def key_path(self, key: str) -> KeyPath:
        """Where in the design this key is written first."""
        return ("parameters", key)

    def value_path(self, key: str, row: int) -> KeyPath:
        """Where in the design the value of this key in this row is written."""
        return self.key_path(key)

    def row_path(self, row: int) -> KeyPath:
        """Where in the design this row is written, as far as it is."""
        return ("parameters",)

    def faults(self) -> Iterator[Finding]:
        """What makes its rows impossible, by path in the design."""
        yield from ()


class Columns(Design):
    """A list of values a parameter."""

    parameters: Lists = Field(description="dotted keys, each with the list of its values")

    @property
    def keys(self) -> tuple[str, ...]:
        """The dotted keys that it sets."""
        return tuple(self.parameters)


class Grid(Columns):
    """Every combination of the values, the last key varying fastest."""

    kind: Literal["grid"]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return math.prod(map(len, self.parameters.values()))

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order."""
        for values in product(*self.parameters.values()):
            yield dict(zip(self.parameters, values, strict=True))

    def value_path(self, key: str, row: int) -> KeyPath:
        """Where the value of this key in this row is written."""
        faster = list(self.parameters)[list(self.parameters).index(key) + 1 :]
        every = math.prod(len(self.parameters[other]) for other in faster)
        return ("parameters", key, row // every % len(self.parameters[key]))


class Zip(Columns):
    """The first values of all keys together, the second ones, and so on."""

    kind: Literal["zip"]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return min(map(len, self.parameters.values()))

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order."""
        for values in zip(*self.parameters.values(), strict=True):
            yield dict(zip(self.parameters, values, strict=True))

    def value_path(self, key: str, row: int) -> KeyPath:
        """Where the value of this key in this row is written."""
        return ("parameters", key, row)

    def row_path(self, row: int) -> KeyPath:
        """Where this row is written."""
        return self.value_path(self.keys[0], row)

    def faults(self) -> Iterator[Finding]:
        """Lists of another length than the first."""
        (first, values), *others = self.parameters.items()
        for key, other in others:
            if len(other) != len(values):
                rule = f"must have as many values as {first}, {len(values)}; it has {len(other)}"
                yield Finding(("parameters", key), rule, at_key=True)


class Listed(Design):
    """Points written one by one."""

    kind: Literal["list"]
    points: Annotated[
        tuple[Frozen[str, Annotated[Any, AfterValidator(freeze)]], ...],
        Field(strict=False, min_length=1),
        Rule("must be a list of at least one point"),
    ] = Field(description="the points, each a mapping of dotted keys to values")

    @property
    def keys(self) -> tuple[str, ...]:
        """The dotted keys that it sets."""
        return tuple(self.points[0])

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.points)

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order."""
        yield from ({key: point[key] for key in self.keys} for point in self.points)

    def key_path(self, key: str) -> KeyPath:
        """Where this key is written first."""
        return ("points", 0, key)

    def value_path(self, key: str, row: int) -> KeyPath:
        """Where the value of this key in this row is written."""
        return ("points", row, key)

    def row_path(self, row: int) -> KeyPath:
        """Where this row is written."""
        return ("points", row)

    def faults(self) -> Iterator[Finding]:
        """Points that set other keys than the first."""
        keys = self.keys
        for row, point in enumerate(self.points):
            if set(point) != set(keys) or not keys:
                rule = "must set the same keys as the first point" if keys else "must set a key"
                yield Finding(("points", row), rule, shown(sorted(point)))


class Csv(Zip):
    """Points in a CSV file, one a row; its first row has the keys."""

    kind: Literal["csv"]  # type: ignore[assignment]
    file: str = Field(min_length=1, description="CSV file, relative to this one")
    parameters: Lists = Field(
        default_factory=dict,
        description="what the file held; it is read if this is not given",
    )

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        """Read the file, unless that was done where it is known who names it."""
        file = data.get("file") if isinstance(data, Mapping) else None
        if not isinstance(file, str) or "parameters" in data:
            return data
        try:
            return {**data, "parameters": plain(columns(Path(file)))}
        except Unusable as error:
            raise broken(f"{file} {error.problem.message}", got=False) from None


class Drawn(Design):
    """Points drawn from ranges and lists."""

    parameters: Parameters = Field(
        description="dotted keys, each with a range of numbers or a list of values"
    )

    @property
    def keys(self) -> tuple[str, ...]:
        """The dotted keys that it sets."""
        return tuple(self.parameters)

    def _points(self, cube: Floats) -> Iterator[Point]:
        for row in cube.tolist():
            yield {
                key: _value(parameter, u)
                for (key, parameter), u in zip(self.parameters.items(), row, strict=True)
            }


class Lhs(Drawn):
    """A Latin hypercube."""

    kind: Literal["lhs"]
    points: Count = Field(description="number of points")

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.points

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order."""
        from simnet.spec.designs.numbers import latin_hypercube

        return self._points(latin_hypercube(self.points, len(self.parameters), seed))


class Sobol(Drawn):
    """The first points of a Sobol' sequence."""

    kind: Literal["sobol"]
    points: Count = Field(description="number of points; best spread are 2, 4, 8, 16, ... of them")

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.points

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order."""
        from simnet.spec.designs.numbers import sobol

        return self._points(sobol(self.points, len(self.parameters), seed))


class Saltelli(Drawn):
    """Points for Sobol' indices of first order and total."""

    needs_all: ClassVar[bool] = True
    may_repeat: ClassVar[bool] = True

    kind: Literal["saltelli"]
    base_points: Count = Field(
        description="points of the Sobol' sequence, a power of 2; each makes one point a "
        "parameter and two more"
    )

    @field_validator("base_points", mode="after")
    @classmethod
    def _power_of_2(cls, base_points: int) -> int:
        if base_points.bit_count() != 1:
            raise broken("must be a power of 2")
        return base_points

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.base_points * (len(self.parameters) + 2)

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order, which is that of SALib."""
        from simnet.spec.designs.numbers import saltelli

        return self._points(saltelli(self.base_points, len(self.parameters), seed))


class Morris(Drawn):
    """Trajectories on which one parameter changes at a time, for elementary effects."""

    needs_all: ClassVar[bool] = True
    may_repeat: ClassVar[bool] = True

    kind: Literal["morris"]
    trajectories: Count = Field(
        description="number of trajectories; each makes one point a parameter and one more"
    )
    levels: Annotated[int, Field(ge=2, le=1000)] = Field(
        default=4, description="values that a parameter takes; even"
    )

    @field_validator("levels", mode="after")
    @classmethod
    def _even(cls, levels: int) -> int:
        if levels % 2:
            raise broken("must be even, so that every level is left and reached equally often")
        return levels

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.trajectories * (len(self.parameters) + 1)

    def rows(self, seed: int) -> Iterator[Point]:
        """The rows in their order, trajectory by trajectory."""
        from simnet.spec.designs.numbers import trajectories

        ranges = self._ranges()
        levels = trajectories(self.trajectories, len(ranges), self.levels, seed)
        for row in levels.tolist():
            yield {
                key: parameter.level(level, self.levels)
                for (key, parameter), level in zip(ranges.items(), row, strict=True)
            }

    def _ranges(self) -> dict[str, Range]:
        return {key: range_ for key, range_ in self.parameters.items() if isinstance(range_, Range)}

    def faults(self) -> Iterator[Finding]:
        """Lists, whose values have no order, and steps that the levels do not fall on."""
        for key, parameter in self.parameters.items():
            path = ("parameters", key)
            if not isinstance(parameter, Range):
                yield Finding(path, "must be a range: an effect needs values in an order")
            elif parameter.step is not None and parameter.scale == "log":
                rule = "must not be given on a log scale: equal ratios fall between the steps"
                yield Finding((*path, "step"), rule)
            elif parameter.n_steps % (self.levels - 1):
                steps, between = parameter.n_steps, self.levels - 1
                rule = (
                    f"must lead from low to high in a multiple of {between} steps, for "
                    f"{self.levels} levels to fall on them; it takes {steps}"
                )
                yield Finding((*path, "step"), rule)


def _value(parameter: Range | Sequence[Any], u: float) -> Any:
    if isinstance(parameter, Range):
        return parameter.value(u)
    return parameter[int(u * len(parameter))]


Kind = Annotated[
    Grid | Zip | Listed | Csv | Lhs | Sobol | Saltelli | Morris, Field(discriminator="kind")
]
