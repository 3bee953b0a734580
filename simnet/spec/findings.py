"""From what pydantic reports to plain findings: a path, one rule in words, the value, a hint."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from simnet.spec.base import Rule

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `path`; `also` are other paths that could be changed to mend it.

    `at_key`: the trouble is with the key, not its value. `complete`: the rule says itself what it
    is about, wherever it is shown.
    """

    path: Path
    rule: str
    got: str = ""
    nearest: str = ""
    also: tuple[Path, ...] = ()
    at_key: bool = False
    complete: bool = False


def broken(
    rule: str, *, got: bool = True, nearest: str = "", also: Iterable[str] = ()
) -> PydanticCustomError:
    """The error a validator raises; `also` names sibling fields that have a part in it."""
    context = {"rule": rule, "got": got, "nearest": nearest, "also": tuple(also)}
    return PydanticCustomError("simnet", "{rule}", context)


def as_error(title: str, findings: Iterable[Finding]) -> ValidationError:
    """Findings in the shape that pydantic raises, in plain words."""
    return ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(
                type=PydanticCustomError("simnet", "{rule}", {"rule": f.rule, "finding": f}),
                loc=f.path,
                input=f.got,
            )
            for f in findings
        ],
    )


def findings_of(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """What pydantic found wrong with data for `model`, in plain words."""
    return [_finding(details, model) for details in error.errors(include_url=False)]


def dotted(path: Path) -> str:
    """A path as it is written in messages: `sweep.network.degree[2]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def nearest(name: object, known: Iterable[str]) -> str:
    """The known name most like this one, or nothing if none is."""
    close = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def shown(value: object) -> str:
    """A value as a reader of YAML knows it, cut short."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | BaseModel):
        return "a mapping"
    if isinstance(value, list | tuple):
        text = f"[{', '.join(map(shown, value))}]"
        return text if len(text) <= 40 and "a mapping" not in text else f"a list of {len(value)}"
    text = str(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f"'{text}'" if isinstance(value, str) else text


def listed(names: Iterable[object]) -> str:
    """Names in a row, for 'must be one of ...'."""
    return ", ".join(str(name) for name in names)


def unknown(what: str, name: object, known: Iterable[str]) -> tuple[str, str]:
    """The rule for a name that is not known, and the nearest one that is; all if none is near."""
    names = list(known)
    hint = nearest(name, names)
    rule = f"is not a known {what}"
    return (rule if hint else f"{rule}; known are {listed(names)}"), hint


def one_of(names: Iterable[object]) -> str:
    """`one of a, b`, or the one name there is."""
    names = list(names)
    return ("one of " if len(names) > 1 else "") + listed(names)


def _finding(details: Any, model: type[BaseModel]) -> Finding:
    context = details.get("ctx", {})
    if "finding" in context:
        return context["finding"]  # type: ignore[no-any-return]
    kind, value = details["type"], details["input"]
    path, declared, at_key = _declared(model, details["loc"])
    if kind == "simnet":
        return Finding(
            path,
            context["rule"],
            shown(value) if context["got"] else "",
            context["nearest"],
            tuple((*path[:-1], sibling) for sibling in context["also"]),
            at_key,
        )
    if kind == "missing":
        return Finding(path, "is missing")
    if kind == "extra_forbidden":
        keys = _keys(_declared(model, details["loc"][:-1])[1])
        rule, hint = unknown("key", path[-1], keys)
        return Finding(path, rule, "", hint, at_key=True)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        path = (*path, key := context["discriminator"].strip("'"))
        if key not in value:
            return Finding(path, "is missing")
        tags = [tag for option in declared for tag in _tags(option)]
        rule = f"must be one of {listed(tags)}"
        return Finding(path, rule, shown(value[key]), nearest(value[key], tags))
    names = [name for option in declared for name in _names(option.annotation)]
    hint = nearest(value, names) if isinstance(value, str) else ""
    number = any(option.annotation in (int, float) for option in declared)
    rule = _rule(declared) + ", and finite" * (number and value in (math.inf, -math.inf))
    return Finding(path, rule, shown(value), hint, (), at_key)


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a model declares for a place: a type, and the bounds and rules beside it."""

    annotation: Any
    metadata: tuple[Any, ...] = ()


def _declared(model: type[BaseModel], loc: Path) -> tuple[Path, list[_Declared], bool]:
    """The path a reader would give for this pydantic location, what is declared there, and
    whether the trouble is with the key rather than the value."""
    path: list[str | int] = []
    here = [_Declared(model)]
    before = here
    for part in loc:
        if part == "[key]":
            keys = [k for option in before for k in _options(get_args(option.annotation)[0])]
            return tuple(path), keys, True
        tagged = [option for option in here if part in list(_tags(option))]
        if not tagged:
            path.append(part)
            before = here
        here = tagged or [inner for option in here for inner in _inside(option, part)]
    return tuple(path), here, False


def _options(annotation: Any, metadata: Iterable[Any] = ()) -> Iterator[_Declared]:
    if get_origin(annotation) is Annotated:
        base, *beside = get_args(annotation)
        yield from _options(base, (*metadata, *_flat(beside)))
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            if member is not NoneType:
                yield from _options(member, metadata)
    else:
        yield _Declared(annotation, tuple(metadata))


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    for item in metadata:
        yield from item.metadata if isinstance(item, FieldInfo) else (item,)


def _inside(declared: _Declared, part: str | int) -> Iterator[_Declared]:
    annotation = declared.annotation
    if _is_model(annotation):
        field = annotation.model_fields.get(part)
        if field is not None:
            yield from _options(field.annotation, field.metadata)
    elif isinstance(part, int) or get_origin(annotation) is not None:
        arguments = get_args(annotation)
        if arguments:
            yield from _options(arguments[0] if isinstance(part, int) else arguments[-1])


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _tags(declared: _Declared) -> Iterator[str]:
    """What picks this member of a union, if anything does: a `model`, `law` or `kind`, or a tag."""
    yield from (item.tag for item in declared.metadata if isinstance(item, Tag))
    if _is_model(declared.annotation):
        for key in ("model", "law", "kind"):
            field = declared.annotation.model_fields.get(key)
            if field is not None and get_origin(field.annotation) is Literal:
                yield str(get_args(field.annotation)[0])


def _keys(declared: Iterable[_Declared]) -> Iterator[str]:
    for option in declared:
        if _is_model(option.annotation):
            yield from getattr(option.annotation, "file_keys", ())
            yield from option.annotation.model_fields


def _names(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))


def _rule(declared: list[_Declared]) -> str:
    """What a value must be, from what is declared for it."""
    if not declared:
        return "is not valid here"
    annotation, metadata = declared[0].annotation, declared[0].metadata
    for item in metadata:
        if isinstance(item, Rule):
            return item.text
    if get_origin(annotation) is Literal:
        return f"must be {one_of(get_args(annotation))}"
    if annotation is bool:
        return "must be true or false"
    if annotation is str:
        return "must be text"
    if annotation in (int, float):
        bounds = {
            name: getattr(item, name)
            for item in metadata
            for name in ("ge", "gt", "le", "lt")
            if getattr(item, name, None) is not None
        }
        return f"must be {_number(annotation, bounds)}"
    return "must be a list" if get_origin(annotation) is tuple else "must be a mapping"


def _number(kind: type, bounds: dict[str, float]) -> str:
    low, high = bounds.get("ge"), bounds.get("le")
    if kind is float and (low, high) == (0, 1):
        return "a probability in [0, 1]"
    noun = "a whole number" if kind is int else "a number"
    if low is not None and high is not None:
        return f"{noun} from {low} to {high}"
    words = {"ge": "of at least", "gt": "above", "lt": "below", "le": "of at most"}
    limits = " and ".join(f"{words[name]} {bound:g}" for name, bound in bounds.items())
    return f"{noun} {limits}".rstrip()
