"""Dotted overrides: `focal.strategy`, `strategies.give-first.routines.1.hours`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from simnet.spec.designs.ranges import Range
from simnet.spec.source import Node


def split(key: str) -> tuple[str, ...]:
    """The steps of a dotted key; empty where the key is malformed."""
    parts = tuple(key.split("."))
    return parts if all(parts) else ()


def split_setting(key: str) -> tuple[str, ...]:
    """The same for a whole experiment, where arms and design have dotted keys of their own."""
    parts = split(key)
    if parts[:2] == ("design", "parameters") and parts[-1] in Range.model_fields:
        return (*parts[:2], *_joined(parts[2:-1]), parts[-1])
    whole = {"arms": 2, "sweep": 1, "design": 2}.get(parts[0], len(parts)) if parts else 0
    return (*parts[:whole], *_joined(parts[whole:]))


def _joined(parts: tuple[str, ...]) -> tuple[str, ...]:
    return (".".join(parts),) if parts else ()


def get(tree: Any, path: tuple[str, ...]) -> Any:
    """The value at `path` of plain data or models.

    Raises
    ------
    LookupError
        There is none.
    """
    for part in path:
        if isinstance(tree, BaseModel):
            if part not in type(tree).model_fields:
                raise LookupError(part)
            tree = getattr(tree, part)
        elif isinstance(tree, Mapping):
            tree = tree[part]
        elif isinstance(tree, list | tuple):
            tree = tree[_step(tree, part)]
        else:
            raise LookupError(part)
    return tree


def leaves(tree: Any, prefix: str = "") -> dict[str, Any]:
    """All single values and empty collections in plain data or models, by dotted key."""
    if isinstance(tree, BaseModel):
        items: Any = [(name, getattr(tree, name)) for name in type(tree).model_fields]
    elif isinstance(tree, Mapping):
        items = tree.items()
    elif isinstance(tree, list | tuple):
        items = enumerate(tree)
    else:
        return {prefix: tree}
    found: dict[str, Any] = {}
    for key, value in items:
        found |= leaves(value, f"{prefix}.{key}" if prefix else str(key))
    return found or {prefix: tree}


def put(tree: Any, path: tuple[str, ...], value: Any) -> Any:
    """The plain data with `value` at `path`; what lies elsewhere is shared, not copied.

    Raises
    ------
    LookupError
        A step of the path leads into a single value or past the end of a list.
    """
    if not path:
        return value
    items = _opened(tree)
    key = _step(items, path[0])
    inner = items.get(key) if isinstance(items, dict) else items[key]
    items[key] = put(inner, path[1:], value)
    return items


def put_node(tree: Node | None, path: tuple[str, ...], value: Node) -> Node:
    """The same for data that knows its places."""
    if not path:
        return value
    items = _opened(None if tree is None else tree.content)
    key = _step(items, path[0])
    inner = items.get(key) if isinstance(items, dict) else items[key]
    items[key] = put_node(inner, path[1:], value)
    if tree is None:
        return Node(items, value.place, value.key_place)
    return Node(items, tree.place, tree.key_place)


def _opened(tree: Any) -> Any:
    """A shallow copy that can be written to."""
    if tree is None:
        return {}
    if isinstance(tree, BaseModel):
        return {name: getattr(tree, name) for name in tree.model_fields_set}
    if isinstance(tree, Mapping):
        return dict(tree)
    if isinstance(tree, list | tuple):
        return list(tree)
    raise LookupError("leads into a single value, which has no keys")


def _step(items: Any, part: str) -> Any:
    if isinstance(items, dict):
        return part
    if not part.isdecimal() or int(part) >= len(items):
        raise LookupError(f"leads into a list of {len(items)}, counted from 0; got '{part}'")
    return int(part)
