"""The points that a design makes: distinct, within its constraints, numbered from 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simnet.spec.base import FrozenDict
from simnet.spec.designs.constraints import Constraint
from simnet.spec.designs.kinds import Design, Drawn
from simnet.spec.findings import Finding, Path

Point = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Points:
    """What came of a design.

    `points` in the order in which they are numbered. `rows` has the number of the point that
    stands in each row of the design: a saltelli or morris design may come to a point again, which
    is simulated once. `first` has the row in which each point stands first. `left_out` rows broke
    a constraint. `faults` say why there are no points.
    """

    points: tuple[Point, ...] = (FrozenDict(),)
    rows: tuple[int, ...] = (0,)
    first: tuple[int, ...] = (0,)
    left_out: int = 0
    faults: tuple[Finding, ...] = ()


def points_of(design: Design, seed: int, value_of: Callable[[str], Any]) -> Points:
    """The points of a design in an experiment of this seed.

    `value_of` gives the value that a key has where the design does not set it.
    """
    if faults := tuple(design.faults()):
        return Points(faults=faults)
    numbered: dict[Point, int] = {}
    rows: list[int] = []
    first: list[int] = []
    left_out = 0
    try:
        for row, values in enumerate(_kept(design, seed, value_of)):
            if values is None:
                left_out += 1
                continue
            number = numbered.setdefault(FrozenDict(values), len(numbered))
            if number == len(first):
                first.append(row)
            elif not design.may_repeat:
                return Points(faults=(_repeated(design, first[number], row),))
            rows.append(number)
    except _Unfit as error:
        return Points(faults=(error.finding,))
    if left_out and (design.needs_all or not rows):
        return Points(faults=(_too_strict(design, left_out),))
    return Points(tuple(numbered), tuple(rows), tuple(first), left_out)


class _Unfit(Exception):
    """A constraint that cannot be worked out."""

    def __init__(self, number: int, reason: str) -> None:
        self.finding = Finding(("where", number), reason)


def _kept(
    design: Design, seed: int, value_of: Callable[[str], Any]
) -> Iterable[dict[str, Any] | None]:
    """The rows, None for those that break a constraint."""
    constraints = [Constraint(text) for text in design.where]
    used = {key for constraint in constraints for key in constraint.keys}
    fixed = {key: value_of(key) for key in used - set(design.keys)}
    for row, values in enumerate(design.rows(seed)):
        known = {**fixed, **values}
        for number, constraint in enumerate(constraints):
            try:
                if not constraint.holds(known):
                    yield None
                    break
            except ValueError as error:
                raise _Unfit(number, f"cannot be worked out in row {row}: {error}") from None
        else:
            yield values


def _repeated(design: Design, first: int, again: int) -> Finding:
    rule = f"must make each point once; rows {first} and {again} (counted from 0) are the same"
    if isinstance(design, Drawn):
        rule += ": take fewer points, finer ranges or a grid"
    return Finding(design.row_path(again), rule)


def _too_strict(design: Design, left_out: int) -> Finding:
    if left_out == design.n_rows:
        rule = f"leaves out every point of {left_out:,}"
    else:
        needed = f"and a {design.kind} design needs them all"
        rule = f"leaves out {left_out:,} of {design.n_rows:,} points, {needed}"
    return Finding(("where",), rule, at_key=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """A design and the key it stands at in its experiment: `design`, or `sweep` for a grid."""

    design: Design
    root: Path

    def path(self, path: Path) -> Path:
        """From a path in the design to one in the experiment."""
        return (*self.root, *(path[1:] if self.root == ("sweep",) else path))

    def key_paths(self) -> dict[str, Path]:
        """The keys that the design sets, with where they are written."""
        return {key: self.path(self.design.key_path(key)) for key in self.design.keys}
