"""What the models of the experiment language are made of: immutable mappings, scalar types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

K = TypeVar("K")
V = TypeVar("V")


class Model(BaseModel):
    """A part of an experiment: immutable, without unknown keys, without coercion from text."""

    # Keys that a file may have here beside the fields; whoever reads the file takes them out.
    file_keys: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class FrozenDict(dict[K, V]):
    """A dict that cannot be changed, and so can be hashed. Copies and pickles like any other."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("an experiment is immutable; make another one instead")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def freeze(value: Any) -> Any:
    """The same plain data, immutable to its leaves: dicts as `FrozenDict`, lists as tuples."""
    if isinstance(value, Mapping):
        return FrozenDict({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must be, in words, where type and bounds do not say it well enough."""

    text: str


KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Frozen = Annotated[Mapping[K, V], AfterValidator(FrozenDict)]
Name = Annotated[
    str,
    Field(pattern=KEBAB, max_length=64),
    Rule("must be lower-case words joined by hyphens, 64 letters at most"),
]
Count = Annotated[int, Field(ge=1)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0), Rule("must be a share in [0, 1]")]
Hours = Annotated[
    float, Field(gt=0.0, le=168.0), Rule("must be hours a week, above 0 and at most 168")
]
